//! Where the user was, kept in the studio home from one start to the next: the selected campaign, the scene in each, and
//! whether the draft or the final was looked at. Losing it costs nothing but the way back, so no fault of it stops anybody.

use std::fs;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::plan::{Mode, Product};
use crate::tui::app::state::State;
use crate::tui::model::selection::{Place, Selection};

/// As it is written, as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Remembered {
    /// The file of the campaign that was selected on Home.
    campaign: Option<PathBuf>,
    /// As the user chose; none where each campaign shows its usual one.
    mode: Option<Mode>,
    /// The one that was left last comes last.
    places: Vec<Left>,
}

/// The selected scene of a campaign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Left {
    campaign: PathBuf,
    /// Counted from 0; none is the whole campaign.
    scene: Option<usize>,
    /// What it said, as a number to compare.
    words: u64,
    focus: Product,
    offset: usize,
}

/// Campaigns that are remembered.
const MOST: usize = 200;

/// A larger file is not ours.
const LARGEST: u64 = 1 << 20;

impl Remembered {
    /// What the last studio of this home has left; nothing where that cannot be read.
    pub fn read(file: &Path) -> Self {
        let mut text = String::new();
        let read = fs::File::open(file).and_then(|file| file.take(LARGEST).read_to_string(&mut text));
        let remembered = read.and_then(|_| serde_json::from_str(&text).map_err(io::Error::other));
        remembered.unwrap_or_else(|error| {
            if error.kind() != ErrorKind::NotFound {
                tracing::info!(%error, "where the user was last time cannot be read");
            }
            Self::default()
        })
    }

    /// The same with another campaign selected, where one is named.
    pub fn or_at(self, campaign: Option<PathBuf>) -> Self {
        Self { campaign: campaign.or(self.campaign), ..self }
    }

    /// Takes the user back there.
    pub fn restore(self, state: &mut State) {
        state.shared.chosen_mode = self.mode;
        let places = self.places.into_iter().map(|Left { campaign, scene, words, focus, offset }| {
            (campaign, Place { selection: Selection::remembered(scene, words), focus, offset })
        });
        state.shared.places.extend(places);
        if let Some(campaign) = self.campaign {
            state.pages.iter_mut().for_each(|page| page.select(&campaign));
        }
    }

    /// Where the user is now.
    pub fn of(state: &State) -> Self {
        let shown = state.pages.first().and_then(|home| home.campaign(&state.shared));
        let open = state.pages.iter().filter_map(|page| page.place());
        let left = state.shared.places.iter().map(|(path, place)| (path.clone(), place.clone()));
        let places = left.chain(open).map(|(campaign, Place { selection, focus, offset })| {
            let (scene, words) = selection.to_remember();
            Left { campaign, scene, words, focus, offset }
        });
        Self {
            campaign: shown.map(|campaign| campaign.entry.path.clone()),
            mode: state.shared.chosen_mode,
            places: places.collect(),
        }
    }

    /// Keeps it for the next start, with what other studios of this home have left of other campaigns.
    pub fn write(mut self, file: &Path) {
        let known = Self::read(file);
        let places = known.places.into_iter().chain(self.places);
        let mut all: Vec<Left> = Vec::new();
        for place in places {
            all.retain(|known| known.campaign != place.campaign);
            all.push(place);
        }
        // JSON has no way to write other paths.
        all.retain(|place| place.campaign.to_str().is_some());
        all.drain(..all.len().saturating_sub(MOST));
        self.places = all;
        self.campaign = self.campaign.filter(|path| path.to_str().is_some()).or(known.campaign);
        if let Err(error) = self.write_whole(file) {
            tracing::info!(%error, "where the user is could not be kept");
        }
    }

    fn write_whole(&self, file: &Path) -> io::Result<()> {
        let begun = file.with_extension(format!("json.{}", std::process::id()));
        fs::write(&begun, serde_json::to_vec(self)?)?;
        fs::rename(&begun, file).inspect_err(|_| _ = fs::remove_file(&begun))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(campaign: &str, scene: usize) -> Left {
        Left { campaign: campaign.into(), scene: Some(scene), words: 7, focus: Product::Voice, offset: 3 }
    }

    #[test]
    fn studios_of_one_home_add_to_what_is_remembered() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("studio.json");
        let left = |campaign: &str, places: Vec<Left>| Remembered {
            campaign: Some(campaign.into()),
            mode: Some(Mode::Final),
            places,
        };
        left("a", vec![place("a", 1), place("b", 2)]).write(&file);
        left("c", vec![place("c", 3), place("a", 4)]).write(&file);
        assert_eq!(Remembered::read(&file), left("c", vec![place("b", 2), place("c", 3), place("a", 4)]));
        let many = (0..500).map(|number| place(&number.to_string(), number)).collect();
        left("d", many).write(&file);
        let read = Remembered::read(&file);
        assert_eq!((read.places.len(), read.places.last()), (MOST, Some(&place("499", 499))));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[test]
    fn a_file_that_is_odd_or_not_there_is_nothing_to_remember() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("studio.json");
        assert_eq!(Remembered::read(&file), Remembered::default());
        for odd in ["", "{", "[]", "{\"mode\": \"maybe\"}", "{\"places\": 3}", "\u{0}"] {
            fs::write(&file, odd).unwrap();
            assert_eq!(Remembered::read(&file), Remembered::default(), "{odd:?}");
        }
        Remembered::default().write(Path::new("/nowhere/at/all.json"));
    }
}
