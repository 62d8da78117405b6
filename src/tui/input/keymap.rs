//! Which key does what: the built-in keymap with the user's own file merged over it. The only place that reads key
//! names; pages ask it for actions, footer and help ask it for keys.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use strum::IntoEnumIterator;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::action::Action;
use super::taken::Taken;

const BUILT_IN: &str = include_str!("../../../assets/keymap.toml");

/// Where a key counts: on one page, or everywhere.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, strum::EnumIter, strum::EnumString, strum::IntoStaticStr,
)]
#[strum(serialize_all = "snake_case")]
pub enum Section {
    Home,
    Campaign,
    Faults,
    Voices,
    Takes,
    Picture,
    Unknowns,
    Ledger,
    Queue,
    Cast,
    Doctor,
    Log,
    Help,
    Confirm,
    Input,
    Line,
    Form,
    Palette,
    Common,
}

impl Section {
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Questions, input lines and forms take every key; only pages share the common keys.
    fn is_page(self) -> bool {
        !matches!(
            self,
            Section::Confirm | Section::Input | Section::Line | Section::Form | Section::Palette | Section::Common
        )
    }
}

/// One key with its modifiers, normalised: shift is told by the character itself where there is one. Or two letters, one
/// behind the other: a chord.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    pub code: KeyCode,
    pub modifiers: KeyModifiers,
    /// The letter that was pressed before it.
    pub first: Option<char>,
}

impl Key {
    pub fn plain(code: KeyCode) -> Self {
        Self::new(code, KeyModifiers::NONE)
    }

    pub fn new(code: KeyCode, modifiers: KeyModifiers) -> Self {
        let mut modifiers = modifiers & (KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SHIFT);
        let code = match code {
            KeyCode::BackTab => {
                modifiers |= KeyModifiers::SHIFT;
                KeyCode::Tab
            }
            KeyCode::Char(c) => {
                modifiers -= KeyModifiers::SHIFT;
                KeyCode::Char(c)
            }
            other => other,
        };
        Self { code, modifiers, first: None }
    }

    /// The same key behind a letter.
    pub fn behind(self, first: char) -> Self {
        Self { first: Some(first), ..self }
    }

    /// Whether both cannot be keys of one section: they are the same, or one begins the other.
    fn excludes(self, other: Self) -> bool {
        self == other
            || self.first.is_some() && self.first == other.letter()
            || other.first.is_some() && other.first == self.letter()
    }

    /// The letter itself, where it is one without modifiers.
    pub fn letter(self) -> Option<char> {
        match self.code {
            KeyCode::Char(c) if self.modifiers.is_empty() && self.first.is_none() => Some(c),
            _ => None,
        }
    }

    /// Reads `g`, `ctrl-r`, `shift-tab`, `f1`, `enter`, `d d` …
    pub fn named(name: &str) -> Option<Self> {
        if let Some((first, second)) = name.split_once(' ') {
            let (first, second) = (Self::named(first)?.letter()?, Self::named(second)?);
            return second.letter().map(|_| second.behind(first));
        }
        let mut modifiers = KeyModifiers::NONE;
        let mut rest = name;
        while let Some((modifier, after)) = MODIFIERS.iter().find_map(|(prefix, modifier)| {
            rest.strip_prefix(prefix).filter(|after| !after.is_empty()).map(|after| (*modifier, after))
        }) {
            modifiers |= modifier;
            rest = after;
        }
        let mut characters = rest.chars();
        let code = match (characters.next(), characters.next()) {
            (Some(c), None) if !c.is_control() && c != ' ' => KeyCode::Char(c),
            _ => named_code(rest)?,
        };
        Some(Self::new(code, modifiers))
    }
}

impl From<KeyEvent> for Key {
    fn from(event: KeyEvent) -> Self {
        Self::new(event.code, event.modifiers)
    }
}

const MODIFIERS: [(&str, KeyModifiers); 3] =
    [("ctrl-", KeyModifiers::CONTROL), ("alt-", KeyModifiers::ALT), ("shift-", KeyModifiers::SHIFT)];

const NAMED_CODES: [(&str, KeyCode); 15] = [
    ("enter", KeyCode::Enter),
    ("esc", KeyCode::Esc),
    ("tab", KeyCode::Tab),
    ("space", KeyCode::Char(' ')),
    ("backspace", KeyCode::Backspace),
    ("delete", KeyCode::Delete),
    ("insert", KeyCode::Insert),
    ("up", KeyCode::Up),
    ("down", KeyCode::Down),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
    ("pageup", KeyCode::PageUp),
    ("pagedown", KeyCode::PageDown),
];

fn named_code(name: &str) -> Option<KeyCode> {
    let function_key = || {
        let number: u8 = name.strip_prefix('f')?.parse().ok()?;
        (1..=12).contains(&number).then_some(KeyCode::F(number))
    };
    NAMED_CODES.iter().find(|(known, _)| *known == name).map(|(_, code)| *code).or_else(function_key)
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(first) = self.first {
            write!(f, "{first}")?;
        }
        for (prefix, modifier) in MODIFIERS {
            if self.modifiers.contains(modifier) {
                f.write_str(prefix)?;
            }
        }
        if let Some((name, _)) = NAMED_CODES.iter().find(|(_, code)| *code == self.code) {
            let arrow = match self.code {
                KeyCode::Up => "↑",
                KeyCode::Down => "↓",
                KeyCode::Left => "←",
                KeyCode::Right => "→",
                _ => name,
            };
            return f.write_str(arrow);
        }
        match self.code {
            KeyCode::Char(c) => write!(f, "{c}"),
            KeyCode::F(number) => write!(f, "f{number}"),
            _ => f.write_str("?"),
        }
    }
}

/// What is wrong with a keymap file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeymapError {
    #[error("it is no TOML: {0}")]
    Syntax(String),
    #[error("[{name}] is no section of the keymap; there are {}", Section::iter().map(Section::name).collect::<Vec<_>>().join(", "))]
    UnknownSection { name: String },
    #[error("[{section}] has no action \"{action}\"{}", .known.as_deref().map(|known| format!("; {known}")).unwrap_or_default())]
    UnknownAction { section: &'static str, action: String, known: Option<String> },
    #[error(
        "[{section}] {action}: \"{key}\" is no key; write a character, or a name such as enter, ctrl-r, f2, pageup"
    )]
    UnknownKey { section: &'static str, action: &'static str, key: String },
    #[error("[{section}] \"{key}\" is given to both {first} and {second}; take it from one of them")]
    GivenTwice { section: &'static str, key: String, first: &'static str, second: &'static str },
    #[error("[{section}] {action} has no key left; without one there is no way out, so give it a key")]
    NoWayOut { section: &'static str, action: &'static str },
}

/// Keys of one section, by action in the order of [`Action::ALL`].
type Bindings = BTreeMap<Action, Vec<Key>>;

/// The live keymap.
#[derive(Debug, Clone)]
pub struct Keymap {
    bindings: BTreeMap<Section, Bindings>,
    actions: HashMap<(Section, Key), Action>,
    /// What the user's file has taken keys from.
    taken: Vec<Taken>,
}

#[derive(serde::Deserialize)]
#[serde(untagged)]
enum Keys {
    One(String),
    Many(Vec<String>),
}

impl Keymap {
    #[expect(clippy::expect_used, reason = "assets/keymap.toml is checked by a test")]
    pub fn built_in() -> Self {
        let bindings = read(BUILT_IN, None).expect("assets/keymap.toml is checked by a test");
        Self::from_bindings(bindings)
    }

    /// The built-in keymap with the user's file merged over it.
    pub fn with(file: &str) -> Result<Self, KeymapError> {
        let mut bindings = Self::built_in().bindings;
        let mut taken = Vec::new();
        for (section, own) in read(file, Some(&bindings))? {
            let merged = bindings.entry(section).or_default();
            // A key the user gives to one action is taken from the action that had it, and from the chords that it begins.
            let by = |key: Key| {
                let mut given = own.iter().filter(|(_, keys)| keys.iter().any(|given| given.excludes(key)));
                given.next().map(|(action, _)| *action)
            };
            for (from, keys) in merged.iter_mut().filter(|(action, _)| !own.contains_key(action)) {
                let first = keys.first().copied();
                keys.retain(|key| by(*key).is_none());
                let lost = first.filter(|_| keys.is_empty());
                taken.extend(lost.and_then(|key| Some(Taken { section, key, from: *from, by: by(key)? })));
            }
            merged.extend(own);
        }
        for (section, action) in [
            (Section::Common, Action::Quit),
            (Section::Confirm, Action::Dismiss),
            (Section::Input, Action::Discard),
            (Section::Line, Action::Discard),
            (Section::Form, Action::Discard),
            (Section::Palette, Action::Discard),
        ] {
            if bindings[&section].get(&action).is_none_or(Vec::is_empty) {
                return Err(KeymapError::NoWayOut { section: section.name(), action: action.name() });
            }
        }
        Ok(Self { taken, ..Self::from_bindings(bindings) })
    }

    /// What the user should know of their own file: actions that have no key left though it does not name them.
    pub fn taken(&self) -> &[Taken] {
        &self.taken
    }

    fn from_bindings(bindings: BTreeMap<Section, Bindings>) -> Self {
        let mut actions = HashMap::new();
        for (section, section_bindings) in &bindings {
            for (action, keys) in section_bindings {
                actions.extend(keys.iter().map(|key| ((*section, *key), *action)));
            }
        }
        Self { bindings, actions, taken: Vec::new() }
    }

    /// What `key` does in `section`: the page's own keys first, then the common ones.
    pub fn action(&self, section: Section, key: Key) -> Option<Action> {
        let own = self.actions.get(&(section, key)).copied();
        own.or_else(|| section.is_page().then(|| self.actions.get(&(Section::Common, key)).copied()).flatten())
    }

    /// Whether the letter begins a chord of the section, and means nothing by itself there.
    pub fn begins(&self, section: Section, key: Key) -> bool {
        key.letter().is_some_and(|letter| {
            let begins = |own: Section| self.actions.keys().any(|(of, key)| *of == own && key.first == Some(letter));
            begins(section) || section.is_page() && begins(Section::Common)
        })
    }

    /// Every action that has a key in `section` itself, with its keys.
    pub fn section(&self, section: Section) -> impl Iterator<Item = (Action, &[Key])> {
        let bindings = self.bindings.get(&section);
        bindings
            .into_iter()
            .flatten()
            .map(|(action, keys)| (*action, keys.as_slice()))
            .filter(|(_, keys)| !keys.is_empty())
    }

    /// The keys that reach `action` from `section`, the first one being the one to show.
    pub fn keys(&self, section: Section, action: Action) -> Vec<Key> {
        let own = self.bindings.get(&section).and_then(|bindings| bindings.get(&action));
        let keys = own.or_else(|| self.bindings.get(&Section::Common).and_then(|bindings| bindings.get(&action)));
        let reaches = |key: &&Key| self.action(section, **key) == Some(action);
        keys.into_iter().flatten().filter(reaches).copied().collect()
    }
}

/// Reads a keymap. With `known`, an action may stand only in a section that `known` has it in.
fn read(text: &str, known: Option<&BTreeMap<Section, Bindings>>) -> Result<BTreeMap<Section, Bindings>, KeymapError> {
    let file: BTreeMap<String, BTreeMap<String, Keys>> =
        toml::from_str(text).map_err(|error| KeymapError::Syntax(error.to_string()))?;
    let mut sections = BTreeMap::new();
    for (name, lines) in file {
        let section = name.parse().ok();
        let section = section.ok_or(KeymapError::UnknownSection { name })?;
        let mut bindings = Bindings::new();
        let mut owners: HashMap<Key, Action> = HashMap::new();
        for (name, keys) in lines {
            let action = Action::named(&name)
                .filter(|action| known.is_none_or(|known| known[&section].contains_key(action)))
                .ok_or_else(|| unknown_action(section, &name, known))?;
            let names = match keys {
                Keys::One(name) => vec![name],
                Keys::Many(names) => names,
            };
            for name in names {
                let unknown =
                    || KeymapError::UnknownKey { section: section.name(), action: action.name(), key: name.clone() };
                let key = Key::named(&name).ok_or_else(unknown)?;
                let taken = owners.iter().find(|(other, first)| key.excludes(**other) && **first != action);
                if let Some((_, first)) = taken {
                    let (first, second) = (first.name(), action.name());
                    return Err(KeymapError::GivenTwice { section: section.name(), key: name, first, second });
                }
                owners.insert(key, action);
                let keys = bindings.entry(action).or_default();
                if !keys.contains(&key) {
                    keys.push(key);
                }
            }
            bindings.entry(action).or_default();
        }
        sections.insert(section, bindings);
    }
    Ok(sections)
}

fn unknown_action(section: Section, name: &str, known: Option<&BTreeMap<Section, Bindings>>) -> KeymapError {
    let hint = known.map(|known| {
        let elsewhere = Action::named(name)
            .and_then(|action| known.iter().find(|(_, bindings)| bindings.contains_key(&action)))
            .map(|(other, _)| format!("it belongs to [{}]", other.name()));
        elsewhere.unwrap_or_else(|| {
            let names: Vec<&str> = known[&section].keys().map(|action| action.name()).collect();
            if names.is_empty() { "it has none".to_owned() } else { format!("there are {}", names.join(", ")) }
        })
    });
    KeymapError::UnknownAction { section: section.name(), action: name.to_owned(), known: hint }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> Key {
        Key::named(name).unwrap()
    }

    #[test]
    fn every_action_can_be_reached_by_a_key() {
        let keymap = Keymap::built_in();
        for action in Action::ALL {
            assert!(Section::iter().any(|section| !keymap.keys(section, *action).is_empty()), "{action:?}");
        }
    }

    #[test]
    fn a_key_read_back_from_its_name_is_the_same_key() {
        for name in
            ["g", "G", "[", "ctrl-r", "alt-x", "shift-tab", "f1", "f12", "enter", "space", "pageup", "-", "ctrl--"]
        {
            assert_eq!(key(name).to_string(), name);
        }
        assert_eq!(key("d d").to_string(), "dd");
        assert_eq!(Key::new(KeyCode::BackTab, KeyModifiers::SHIFT), key("shift-tab"));
        assert_eq!(Key::new(KeyCode::Char('G'), KeyModifiers::SHIFT), key("G"));
        for bad in ["", "f0", "f13", "hyper-x", "entre", "ctrl-", "\u{1b}", "d ctrl-d", "d d d", " d"] {
            assert_eq!(Key::named(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn an_own_file_changes_only_what_it_names() {
        let keymap = Keymap::with("[campaign]\nnew_take = [\"t\", \"ctrl-r\"]\nedit = []\n").unwrap();
        assert_eq!(keymap.action(Section::Campaign, key("t")), Some(Action::NewTake));
        assert_eq!(keymap.action(Section::Campaign, key("r")), None);
        assert_eq!(keymap.action(Section::Campaign, key("e")), None);
        assert_eq!(keymap.action(Section::Campaign, key("g")), Some(Action::Draft));
        assert_eq!(keymap.action(Section::Campaign, key("q")), Some(Action::Quit));
        assert_eq!(keymap.action(Section::Input, key("q")), None);
    }

    #[test]
    fn a_key_given_to_one_action_is_taken_from_the_other() {
        let keymap = Keymap::with("[campaign]\nnew_take = \"g\"\n").unwrap();
        assert_eq!(keymap.action(Section::Campaign, key("g")), Some(Action::NewTake));
        assert_eq!(keymap.keys(Section::Campaign, Action::Draft), []);
    }

    #[test]
    fn an_action_that_loses_its_last_key_unnamed_is_told() {
        let told = |file: &str| -> Vec<String> {
            Keymap::with(file).unwrap().taken().iter().map(ToString::to_string).collect()
        };
        let lost = "Your keymap gives g to new_take: [campaign] draft has no key any more. Give it one, or draft = []";
        assert_eq!(told("[campaign]\nnew_take = \"g\"\n"), [lost]);
        assert_eq!(told("[campaign]\nfocus_clip = \"d\"\n").len(), 1, "d begins dd");
        for quiet in [
            "",
            "[campaign]\nnew_take = \"g\"\ndraft = []\n",
            "[campaign]\nnew_take = \"h\"\n",
            "[campaign]\nedit = \"z\"\n",
        ] {
            assert_eq!(told(quiet), [""; 0], "{quiet}");
        }
    }

    #[test]
    fn a_letter_means_itself_or_begins_a_chord_and_never_both() {
        let keymap = Keymap::built_in();
        assert_eq!(keymap.action(Section::Campaign, key("d d")), Some(Action::DeleteScene));
        assert_eq!(keymap.action(Section::Campaign, key("d")), None);
        assert!(keymap.begins(Section::Campaign, key("d")) && !keymap.begins(Section::Home, key("d")));
        let own = Keymap::with("[campaign]\nfocus_clip = \"d\"\n").unwrap();
        assert_eq!(own.action(Section::Campaign, key("d")), Some(Action::FocusClip));
        assert_eq!(own.keys(Section::Campaign, Action::DeleteScene), []);
        assert!(!own.begins(Section::Campaign, key("d")));
        let both = Keymap::with("[campaign]\nfocus_clip = \"z\"\nedit = \"z z\"\n").unwrap_err();
        assert!(matches!(both, KeymapError::GivenTwice { .. }), "{both}");
    }

    #[test]
    fn no_two_built_in_keys_of_a_section_exclude_each_other() {
        for (section, bindings) in Keymap::built_in().bindings {
            let keys: Vec<Key> = bindings.into_values().flatten().collect();
            for (position, one) in keys.iter().enumerate() {
                assert!(keys[..position].iter().all(|other| !one.excludes(*other)), "{section:?}: {one}");
            }
        }
    }

    #[test]
    fn wrong_files_are_told_in_words() {
        for (file, message) in [
            (
                "[campain]\n",
                "[campain] is no section of the keymap; there are home, campaign, faults, voices, takes, picture, unknowns, ledger, queue, cast, doctor, log, help, confirm, input, line, form, palette, common",
            ),
            ("[home]\nkeep = \"k\"\n", "[home] has no action \"keep\"; it belongs to [campaign]"),
            ("[log]\nfly = \"k\"\n", "[log] has no action \"fly\"; there are filter, copy_path, back"),
            (
                "[home]\nopen = [\"entre\"]\n",
                "[home] open: \"entre\" is no key; write a character, or a name such as enter, ctrl-r, f2, pageup",
            ),
            (
                "[home]\nopen = \"o\"\nedit = \"o\"\n",
                "[home] \"o\" is given to both edit and open; take it from one of them",
            ),
            (
                "[common]\nquit = []\n",
                "[common] quit has no key left; without one there is no way out, so give it a key",
            ),
        ] {
            assert_eq!(Keymap::with(file).unwrap_err().to_string(), message);
        }
        assert!(matches!(Keymap::with("[home\n"), Err(KeymapError::Syntax(_))));
    }
}
