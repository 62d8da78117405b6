//! How the scenes of a campaign and whole campaigns stand: what a filter and the jump to what needs somebody ask. The
//! same as the marks say. Pure.

use crate::engine::Loaded;
use crate::plan::{JobSet, Mode, Product};
use crate::tui::facts::{Campaign, Facts};
use crate::tui::marks::Meaning;

/// The scenes of one campaign, in one mode.
pub struct Scenes<'a> {
    facts: &'a Facts,
    loaded: &'a Loaded,
    mode: Mode,
    /// The clips of the finished video, where there is one.
    in_video: Option<JobSet>,
}

/// From left to right in the table.
pub const CELLS: [Product; 3] = [Product::Portrait, Product::Voice, Product::Clip];

impl<'a> Scenes<'a> {
    pub fn of(campaign: &Campaign, loaded: &'a Loaded, mode: Mode, facts: &'a Facts) -> Self {
        let in_video = campaign.entry.video(mode).map(|video| video.clips.iter().copied().collect());
        Self { facts, loaded, mode, in_video }
    }

    /// What each cell of a scene says.
    pub fn marks(&self, scene: usize) -> impl Iterator<Item = (Product, Meaning)> + Clone {
        let clip = self.facts.scene_job(self.loaded, self.mode, scene, Product::Clip);
        let is_changed = self.in_video.as_ref().zip(clip).is_some_and(|(known, clip)| !known.contains(&clip.key));
        CELLS.into_iter().filter_map(move |product| {
            let state = self.facts.cell(self.loaded, self.mode, scene, product)?;
            Some((product, Meaning::of(state, is_changed)))
        })
    }

    /// What of a scene needs somebody most, and why.
    pub fn trouble(&self, scene: usize) -> Option<(Product, Meaning)> {
        self.marks(scene).filter(|(_, mark)| mark.urgency().is_some()).min_by_key(|(_, mark)| mark.urgency())
    }
}

/// How a whole campaign stands, and how much of it.
pub fn of_campaign(campaign: &Campaign, mode: Mode) -> (Meaning, String) {
    let progress = campaign.progress(mode);
    let part = || format!("{} of {}", progress.done(), progress.total);
    if campaign.loaded().is_none() {
        return (Meaning::Failed, "has faults".to_owned());
    }
    if progress.active() > 0 {
        return (Meaning::Working, part());
    }
    if progress.failed > 0 {
        return (Meaning::Failed, format!("{} failed", progress.failed));
    }
    if progress.held > 0 {
        return (Meaning::MaybeBilled, format!("{} to decide", progress.held));
    }
    if progress.blocked > 0 {
        return (Meaning::Held, format!("{} held", progress.blocked));
    }
    if progress.is_complete() {
        return (Meaning::Made, format!("{} made", mode.name()));
    }
    if progress.done() == 0 {
        return (Meaning::ToMake, "not made yet".to_owned());
    }
    match campaign.counts(mode).changed {
        0 => (Meaning::ToMake, part()),
        changed => (Meaning::Changed, format!("{changed} changed")),
    }
}

/// The first of some lines that is wanted, behind the line one is on or before it, and round the end; whether it went
/// round. The line itself is the last to be looked at.
pub fn next(at: usize, lines: usize, is_back: bool, is_wanted: impl Fn(usize) -> bool) -> Option<(usize, bool)> {
    let step = |steps: usize| if is_back { (at + lines - steps % lines) % lines } else { (at + steps) % lines };
    let found = (1..=lines).map(step).find(|line| is_wanted(*line))?;
    Some((found, if is_back { found >= at } else { found <= at }))
}

/// `scene 5: voice failed`, and where one has come round to.
pub fn told(what: &str, went_round: bool, is_back: bool) -> String {
    match (went_round, is_back) {
        (false, _) => what.to_owned(),
        (true, false) => format!("From the top again: {what}"),
        (true, true) => format!("From the end again: {what}"),
    }
}

/// How a cell is called.
pub fn name(product: Product) -> &'static str {
    match product {
        Product::Portrait => "face",
        Product::Voice | Product::Dialogue | Product::ShapedVoice | Product::Transcript | Product::Marks => "voice",
        Product::Clip | Product::Fade | Product::Episode => "clip",
        Product::Effect => "effect",
        Product::Music => "music",
        Product::Script => "script",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looking_goes_round_and_ends_where_it_began() {
        let wanted = |line: usize| [2, 5].contains(&line);
        for (at, is_back, found) in [
            (0, false, Some((2, false))),
            (2, false, Some((5, false))),
            (5, false, Some((2, true))),
            (6, true, Some((5, false))),
            (2, true, Some((5, true))),
        ] {
            assert_eq!(next(at, 7, is_back, wanted), found, "{at} {is_back}");
        }
        assert_eq!(next(2, 7, false, |line| line == 2), Some((2, true)));
        assert_eq!(next(0, 0, false, |_| true), None);
        assert_eq!(next(3, 7, true, |_| false), None);
    }
}
