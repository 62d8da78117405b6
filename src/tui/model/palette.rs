//! Everything that can be done now in one table, found by a few of its letters. Pure.

use std::path::PathBuf;

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use super::line::LineText;
use super::tuning::Tuning;
use crate::domain::{CampaignId, Language};
use crate::engine::{Brief, MomentWish};
use crate::plan::JobKey;
use crate::tui::input::action::Action;
use crate::tui::input::keymap::Key;
use crate::tui::widgets::Cursor;

/// The overlay.
#[derive(Debug)]
pub struct Palette {
    pub title: &'static str,
    pub line: LineText,
    entries: Vec<Entry>,
    /// The entries that are found, the best first.
    found: Vec<Found>,
    pub cursor: Cursor,
}

/// One line of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// As it is shown.
    pub text: String,
    /// What does the same without the table.
    pub keys: String,
    pub deed: Deed,
}

/// What an entry does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    Act(Action),
    /// Opens a campaign by its file.
    Open(PathBuf),
    /// Gives a setting another value.
    Set(Tuning),
    /// Opens the line of a baby: its campaign, and the job of its face.
    Baby(CampaignId, JobKey),
    /// Takes a part of a recording.
    Part(MomentWish),
    /// Has a script written.
    Write(Box<Brief>),
    /// Asks for a script of another kind.
    Refine(Box<Brief>),
    /// Has a campaign written in another language.
    Translate(CampaignId, Language),
}

/// An entry that is found, and which of its letters were looked for.
#[derive(Debug)]
pub struct Found {
    entry: usize,
    pub letters: Vec<u32>,
}

/// More is nothing that is in the table.
const LONGEST: usize = 80;

/// Uses that are remembered.
const MOST_USED: usize = 20;

impl Palette {
    /// What was used last comes first: `used` is in that order.
    pub fn new(mut entries: Vec<Entry>, used: &[Deed]) -> Self {
        let rank = |entry: &Entry| used.iter().position(|deed| *deed == entry.deed).unwrap_or(used.len());
        entries.sort_by_key(rank);
        let line = LineText::new("", LONGEST, false);
        let mut palette = Self { title: "Do anything", line, entries, found: Vec::new(), cursor: Cursor::default() };
        palette.find();
        palette
    }

    /// The same for another choice than what can be done.
    pub fn titled(self, title: &'static str) -> Self {
        Self { title, ..self }
    }

    /// The entries that are found, the best first.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = (&Entry, &Found)> {
        self.found.iter().map(|found| (&self.entries[found.entry], found))
    }

    pub fn selected(&self) -> Option<&Entry> {
        Some(&self.entries[self.found.get(self.cursor.selected)?.entry])
    }

    /// A key that does nothing else is typed, or moves.
    pub fn press(&mut self, action: Option<Action>, key: Key, height: usize) {
        let moves = action.is_some_and(|action| self.cursor.act(action, self.found.len(), height));
        if !moves && action.is_none() && self.line.edit(key) {
            self.find();
        }
    }

    pub fn paste(&mut self, text: &str) {
        if self.line.insert(text) {
            self.find();
        }
    }

    fn find(&mut self) {
        self.cursor = Cursor::default();
        let pattern = Pattern::parse(self.line.text(), CaseMatching::Ignore, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut letters = Vec::new();
        let mut found: Vec<(u32, Found)> = Vec::new();
        for (entry, Entry { text, .. }) in self.entries.iter().enumerate() {
            let mut places = Vec::new();
            letters.clear();
            letters.extend(text.chars());
            // Places are those of characters, and of nothing larger.
            if let Some(score) = pattern.indices(Utf32Str::Unicode(&letters), &mut matcher, &mut places) {
                places.sort_unstable();
                places.dedup();
                found.push((score, Found { entry, letters: places }));
            }
        }
        // Of two that are found as well, the one that was used last.
        found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        self.found = found.into_iter().map(|(_, found)| found).collect();
    }
}

/// Remembers a use, the newest first.
pub fn remember(used: &mut Vec<Deed>, deed: Deed) {
    used.retain(|known| *known != deed);
    used.insert(0, deed);
    used.truncate(MOST_USED);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(text: &str, action: Action) -> Entry {
        Entry { text: text.to_owned(), keys: String::new(), deed: Deed::Act(action) }
    }

    fn texts(palette: &Palette) -> Vec<&str> {
        palette.rows().map(|(entry, _)| entry.text.as_str()).collect()
    }

    #[test]
    fn an_entry_is_found_by_a_few_of_its_letters_and_the_last_used_comes_first() {
        let entries = || {
            vec![
                entry("draft · make the draft", Action::Draft),
                entry("final · make the final", Action::Final),
                entry("queue · what is being made", Action::Queue),
            ]
        };
        let mut used = Vec::new();
        remember(&mut used, Deed::Act(Action::Draft));
        remember(&mut used, Deed::Act(Action::Queue));
        let mut palette = Palette::new(entries(), &used);
        assert_eq!(texts(&palette), ["queue · what is being made", "draft · make the draft", "final · make the final"]);
        palette.paste("mkfin");
        assert_eq!(texts(&palette), ["final · make the final"]);
        assert_eq!(palette.selected().map(|entry| entry.deed.clone()), Some(Deed::Act(Action::Final)));
        palette.paste("zzz");
        assert_eq!((palette.rows().len(), palette.selected()), (0, None));
    }
}
