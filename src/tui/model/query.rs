//! What a filter asks for: words as they stand in a line, speakers (`who:rosie`, `who:"Baby 1"`) and what the marks say
//! (`is:failed`). Pure.

use strum::IntoEnumIterator;

use crate::domain::Display;
use crate::tui::marks::Meaning;
use crate::tui::text::{self, Wanted};

/// A filter that was typed.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// As it was typed.
    typed: String,
    /// Together, as they are looked for.
    pub wanted: Wanted,
    /// Folded; one of them is enough.
    who: Vec<String>,
    /// One of them is enough.
    states: Vec<Meaning>,
    /// What stands behind `is:` and is no state.
    pub unknown: Option<String>,
}

const WHO: &str = "who:";
const IS: &str = "is:";

impl Query {
    pub fn of(typed: &str) -> Self {
        let mut query = Self { typed: typed.to_owned(), ..Self::default() };
        let typed = text::folded(typed);
        let mut words: Vec<&str> = Vec::new();
        let mut rest = typed.trim();
        while !rest.is_empty() {
            let (prefix, after) = match (rest.strip_prefix(WHO), rest.strip_prefix(IS)) {
                (Some(after), _) => (Some(WHO), after),
                (None, Some(after)) => (Some(IS), after),
                (None, None) => (None, rest),
            };
            let quoted = prefix.and_then(|_| after.strip_prefix('"'));
            let (value, after) = match quoted {
                Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
                None => after.split_once(char::is_whitespace).unwrap_or((after, "")),
            };
            match prefix {
                None => words.push(value),
                Some(WHO) => query.who.extend((!value.is_empty()).then(|| value.to_owned())),
                Some(_) => query.add_state(value),
            }
            rest = after.trim_start();
        }
        query.wanted = Wanted::exactly(&words.join(" "));
        query
    }

    /// As it was typed.
    pub fn typed(&self) -> &str {
        &self.typed
    }

    /// Nothing was typed: all is shown.
    pub fn is_empty(&self) -> bool {
        self.typed.is_empty()
    }

    /// The beginning of a word is enough: `is:fa` while one types.
    fn add_state(&mut self, value: &str) {
        let letters = |word: &str| word.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
        let wanted = letters(value);
        if wanted.is_empty() {
            return;
        }
        let is_meant = |meaning: &Meaning| {
            let word = letters(meaning.word());
            // Maybe billed is found by its second word too.
            word.starts_with(&wanted) || *meaning == Meaning::MaybeBilled && "billed".starts_with(&wanted)
        };
        let known = self.states.len();
        self.states.extend(Meaning::iter().filter(is_meant));
        if self.states.len() == known {
            self.unknown = Some(value.to_owned());
        }
    }

    /// Whether the answer changes while things are made.
    pub fn asks_for_states(&self) -> bool {
        !self.states.is_empty()
    }

    /// What `find` finds with the words as they stand; where that is nothing, by their letters, and so it stays until the
    /// next time.
    pub fn find<T>(&mut self, is_empty: impl Fn(&T) -> bool, mut find: impl FnMut(&Self) -> T) -> T {
        self.wanted.be_exact();
        let found = find(self);
        if is_empty(&found) && self.wanted.be_loose() { find(self) } else { found }
    }

    /// How a list is headed that shows only what was found: `only “giraffe”`, or `like “girafe”`.
    pub fn told(&self, exactly: &str) -> String {
        format!("{} “{}”", if self.wanted.is_loose() { "like" } else { exactly }, self.typed.display())
    }

    /// Whether one of the texts says the words.
    pub fn is_said<'a>(&self, texts: impl IntoIterator<Item = &'a str>) -> bool {
        self.wanted.is_nothing() || texts.into_iter().any(|said| self.wanted.is_in(said))
    }

    /// Whether one of the names is asked for.
    pub fn is_spoken_by<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> bool {
        let is_meant = |name: &str| self.who.iter().any(|who| text::find(name, who).is_some());
        self.who.is_empty() || names.into_iter().any(is_meant)
    }

    /// Whether the marks of a line say what is asked for: one of them is enough, but made is what is made in all.
    pub fn is_in_state(&self, marks: &(impl Iterator<Item = Meaning> + Clone)) -> bool {
        let is_so = |wanted: &Meaning| match wanted {
            Meaning::Made => marks.clone().all(|mark| mark == Meaning::Made),
            other => marks.clone().any(|mark| mark == *other),
        };
        self.unknown.is_none() && (self.states.is_empty() || self.states.iter().any(is_so))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_read_as_it_is_typed() {
        use Meaning::{Failed, Held, Made, MaybeBilled, ToMake};
        let query = |words: &str, who: &[&str], states: &[Meaning], unknown: Option<&str>| {
            let who = who.iter().map(ToString::to_string).collect::<Vec<_>>();
            (words.to_owned(), who, states.to_vec(), unknown.map(str::to_owned))
        };
        for (typed, read) in [
            ("", query("", &[], &[], None)),
            (" Nap  Time ", query("nap time", &[], &[], None)),
            ("is:failed nap who:Rosie", query("nap", &["rosie"], &[Failed], None)),
            ("who:\"Baby 1\" snack", query("snack", &["baby 1"], &[], None)),
            ("who:\"Baby 1", query("", &["baby 1"], &[], None)),
            ("is:fa is:held", query("", &[], &[Failed, Held], None)),
            ("is: who:", query("", &[], &[], None)),
            ("is:to-make", query("", &[], &[ToMake], None)),
            ("is:\"to make\"", query("", &[], &[ToMake], None)),
            ("is:ma", query("", &[], &[Made, MaybeBilled], None)),
            ("IS:Billed", query("", &[], &[MaybeBilled], None)),
            ("is:fine", query("", &[], &[], Some("fine"))),
            ("this:that \"x", query("this:that \"x", &[], &[], None)),
        ] {
            let Query { wanted, who, states, unknown, .. } = Query::of(typed);
            assert_eq!((wanted.words().to_owned(), who, states, unknown), read, "{typed}");
        }
    }

    #[test]
    fn made_is_what_is_made_in_all() {
        let marks = [Meaning::Made, Meaning::Failed];
        for (typed, is_found) in
            [("is:made", false), ("is:failed", true), ("is:held", false), ("is:x", false), ("", true)]
        {
            assert_eq!(Query::of(typed).is_in_state(&marks.into_iter()), is_found, "{typed}");
        }
    }
}
