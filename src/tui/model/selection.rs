//! The selected scene of a campaign, which is a line of the script and not a number: it stays selected while the file is
//! edited around it. Pure.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::domain::Scene;
use crate::engine::Loaded;
use crate::plan::{AssetHash, Product};

/// Which scene of which version of the script.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// The position in the script; `None` is the whole campaign.
    pub scene: Option<usize>,
    /// The version that the position is of.
    version: Option<AssetHash>,
    /// What each scene of it says, as a number to compare.
    scenes: Vec<u64>,
    /// What the scene said when an earlier studio was closed.
    said: Option<u64>,
}

/// The scene that was selected in a campaign, and what of it the keys worked on.
#[derive(Debug, Clone)]
pub struct Place {
    pub selection: Selection,
    pub focus: Product,
    /// The first row that was shown.
    pub offset: usize,
}

impl Selection {
    /// A scene of a version that is not known any more, and what it said.
    pub fn remembered(scene: Option<usize>, said: u64) -> Self {
        Self { scene, said: Some(said), ..Self::default() }
    }

    /// The same to be remembered.
    pub fn to_remember(&self) -> (Option<usize>, u64) {
        let said = self.scene.and_then(|scene| self.scenes.get(scene).copied());
        (self.scene, said.or(self.said).unwrap_or_default())
    }

    /// Follows an edit of the file; whether there was one.
    pub fn follow(&mut self, loaded: &Loaded) -> bool {
        if self.version == Some(loaded.source_hash) {
            return false;
        }
        let scenes: Vec<u64> = loaded.campaign.scenes.iter().map(|scene| words_of(loaded, scene)).collect();
        if self.version.is_some() {
            self.scene = self.scene.and_then(|scene| moved(&self.scenes, &scenes, scene));
        } else if let Some(said) = self.said.take() {
            self.scene = self.scene.and_then(|scene| nearest(&scenes, scene, said));
        }
        self.version = Some(loaded.source_hash);
        self.scenes = scenes;
        true
    }
}

fn words_of(loaded: &Loaded, scene: &Scene) -> u64 {
    let mut hasher = DefaultHasher::new();
    match scene {
        Scene::Dialogue(line) => (&loaded.campaign.profile(line.speaker).speaker, &line.text).hash(&mut hasher),
        Scene::Media(media) => (media.source.as_str(), &media.caption).hash(&mut hasher),
    }
    hasher.finish()
}

/// Where a scene is after an edit: in the part that is the same from the start or from the end; else where its words
/// are now; else where it was, with other words.
fn moved(before: &[u64], after: &[u64], scene: usize) -> Option<usize> {
    let same_start = before.iter().zip(after).take_while(|(before, after)| before == after).count();
    if scene < same_start {
        return Some(scene);
    }
    let pairs = before.iter().rev().zip(after.iter().rev());
    let same_end = pairs.take_while(|(before, after)| before == after).count();
    let same_end = same_end.min(before.len().min(after.len()) - same_start);
    if scene + same_end >= before.len() {
        return Some(after.len() - (before.len() - scene));
    }
    nearest(after, scene, *before.get(scene)?)
}

/// The scene that says this nearest to a position; where none does, the one at the position.
fn nearest(scenes: &[u64], scene: usize, said: u64) -> Option<usize> {
    let found = scenes.iter().enumerate().filter(|(_, other)| **other == said).map(|(position, _)| position);
    found.min_by_key(|position| position.abs_diff(scene)).or_else(|| Some(scene.min(scenes.len().checked_sub(1)?)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_scene_is_found_again_after_an_edit() {
        for (before, after, scene, found) in [
            (&[1, 2, 3][..], &[1, 2, 3][..], 1, Some(1)),
            (&[1, 2, 3], &[9, 1, 2, 3], 1, Some(2)),
            (&[1, 2, 3], &[2, 3], 2, Some(1)),
            (&[1, 2, 3], &[1, 9, 3], 1, Some(1)),
            (&[1, 2, 3, 4], &[4, 3, 2, 1], 1, Some(2)),
            (&[1, 2, 3], &[1, 3], 1, Some(1)),
            (&[1, 2, 3], &[1, 2], 2, Some(1)),
            (&[1, 1, 1], &[1, 1, 1, 1], 1, Some(1)),
            (&[1], &[], 0, None),
        ] {
            assert_eq!(moved(before, after, scene), found, "{before:?} {after:?} {scene}");
        }
    }

    proptest! {
        #[test]
        fn what_is_found_is_there(
            before in prop::collection::vec(0u64..5, 1..12), after in prop::collection::vec(0u64..5, 0..12), at in 0usize..12,
        ) {
            let found = moved(&before, &after, at % before.len());
            prop_assert_eq!(found.is_some(), !after.is_empty());
            prop_assert!(found.is_none_or(|found| found < after.len()));
        }
    }
}
