//! One object of the file, field by field. The fields that the rules ask for are the fields that exist: there is no
//! second list of names. [`Object::close`] then reports what is missing and what nobody asked for.

use std::collections::HashSet;

use super::faults::{Faults, Place, Problem, grouped, listed, quoted};
use super::limits::{LONGEST_PATH, LONGEST_WORD};
use super::nearest::nearest;
use super::node::{Content, Node};
use crate::campaign::MaterialPath;
use crate::text::forbidden_control;

/// An object being read; faults go to `faults` as they are met.
pub struct Object<'n, 'f, 't> {
    /// What it is, for messages: `a dialogue scene`.
    pub what: &'static str,
    at: usize,
    place: &'n Place<'n>,
    entries: Vec<(&'n str, &'n Node, &'n Node)>,
    known: Vec<&'static str>,
    required: Vec<&'static str>,
    pub faults: &'f mut Faults<'t>,
}

impl<'n, 'f, 't> Object<'n, 'f, 't> {
    /// Opens `node`, or reports that it is no object. Of a key given twice the first counts, the second is a fault.
    pub fn open(what: &'static str, node: &'n Node, place: &'n Place<'n>, faults: &'f mut Faults<'t>) -> Option<Self> {
        let entries = entries(node, place, faults)?;
        Some(Self { what, at: node.at, place, entries, known: Vec::new(), required: Vec::new(), faults })
    }

    /// The field's value, which must be there.
    pub fn required(&mut self, name: &'static str) -> Option<&'n Node> {
        self.required.push(name);
        self.optional(name)
    }

    /// The field's value. `null` is as good as leaving the field out.
    pub fn optional(&mut self, name: &'static str) -> Option<&'n Node> {
        self.known.push(name);
        self.value_of(name).filter(|value| !value.is_null())
    }

    /// A text that must be there, and must say something in at most `longest` characters.
    pub fn required_text(&mut self, name: &'static str, longest: usize) -> Option<&'n str> {
        let node = self.required(name)?;
        text(node, longest, &Place::Field(self.place, name), self.faults)
    }

    /// A text that may be left out.
    pub fn optional_text(&mut self, name: &'static str, longest: usize) -> Option<&'n str> {
        let node = self.optional(name)?;
        text(node, longest, &Place::Field(self.place, name), self.faults)
    }

    /// A file that must be named.
    pub fn required_material(&mut self, name: &'static str) -> Option<MaterialPath> {
        let node = self.required(name)?;
        material(node, &Place::Field(self.place, name), self.faults)
    }

    /// A file that may be named.
    pub fn optional_material(&mut self, name: &'static str) -> Option<MaterialPath> {
        let node = self.optional(name)?;
        material(node, &Place::Field(self.place, name), self.faults)
    }

    /// Reports required fields that are missing and fields that nobody asked for.
    pub fn close(self) {
        let Self { what, at, place, entries, known, required, faults } = self;
        for name in &required {
            let given = entries.iter().find(|(key, ..)| key == name);
            if given.is_none_or(|(_, _, value)| value.is_null()) {
                let at = given.map_or(at, |(_, key, _)| key.at);
                faults.add(at, place, || {
                    let needs = listed(required.iter().copied(), "and");
                    let problem = Problem::new(format!("the field \"{name}\" is missing"));
                    match given {
                        None => problem.hint(format!("{what} needs {needs}.")),
                        Some(_) => problem.hint(format!(
                            "{what} needs {needs}. Put a text that begins with # in quotes: YAML takes it for a comment."
                        )),
                    }
                });
            }
        }
        for (name, key, _) in entries.iter().filter(|(name, ..)| !known.contains(name)) {
            faults.add(key.at, &Place::Field(place, name), || {
                let hint = match nearest(name, known.iter().copied()) {
                    Some(meant) => format!("Did you mean \"{meant}\"?"),
                    None => format!("{what} knows {}.", listed(known.iter().copied(), "and")),
                };
                Problem::new(format!("unknown field {}", quoted(name))).hint(hint)
            });
        }
    }

    /// Reports a field that is there.
    pub fn fault(&mut self, name: &str, place: &Place<'_>, problem: impl FnOnce() -> Problem) {
        let at = self.value_of(name).map_or(self.at, |node| node.at);
        self.faults.add(at, &Place::Field(place, name), problem);
    }

    /// Whether the field is there at all, without asking for it.
    pub fn has(&self, name: &str) -> bool {
        self.value_of(name).is_some()
    }

    fn value_of(&self, name: &str) -> Option<&'n Node> {
        self.entries.iter().find(|(key, ..)| *key == name).map(|(_, _, value)| *value)
    }
}

/// The entries of an object whose keys are texts, each key once; everything else is reported.
pub fn entries<'n>(
    node: &'n Node,
    place: &Place<'_>,
    faults: &mut Faults<'_>,
) -> Option<Vec<(&'n str, &'n Node, &'n Node)>> {
    let Content::Map(map) = &node.content else {
        faults.add(node.at, place, || wrong_type(node, "an object"));
        return None;
    };
    let mut seen = HashSet::new();
    let mut entries = Vec::with_capacity(map.len());
    for (key, value) in map {
        match key.as_text() {
            None => faults.add(key.at, place, || name_wanted(key)),
            Some(name) if !seen.insert(name) => faults.add(key.at, &Place::Field(place, name), || {
                Problem::new(format!("{} is given twice", quoted(name))).hint("Keep one of them.")
            }),
            Some(name) => entries.push((name, key, value)),
        }
    }
    Some(entries)
}

fn name_wanted(key: &Node) -> Problem {
    let problem = wrong_type(key, "a name");
    match key.content {
        Content::List(_) | Content::Map(_) => problem.hint("Write the name as a plain text."),
        _ => problem.hint("Put the name in quotes."),
    }
}

/// The text of `node` if it says something, is not too long and holds no control characters.
pub fn text<'n>(node: &'n Node, longest: usize, place: &Place<'_>, faults: &mut Faults<'_>) -> Option<&'n str> {
    let Some(text) = node.as_text() else {
        faults.add(node.at, place, || match node.content {
            Content::Bool(_) | Content::Number(_) => wrong_type(node, "a text").hint("Put it in quotes."),
            Content::List(_) | Content::Map(_) => wrong_type(node, "a text")
                .hint("Put a text that begins with [ or { , or that holds a colon, in quotes."),
            _ => wrong_type(node, "a text"),
        });
        return None;
    };
    checked(text, longest).map_err(|problem| faults.add(node.at, place, || problem)).ok()
}

/// The rules that hold for every text of a campaign, names and keys included.
pub fn checked(text: &str, longest: usize) -> Result<&str, Problem> {
    if text.trim().is_empty() {
        return Err(Problem::new("the text is empty").hint("Write something, or leave it out where it is optional."));
    }
    let length = text.chars().count();
    if length > longest {
        let (length, longest) = (grouped(length), grouped(longest));
        return Err(Problem::new(format!("the text has {length} characters; at most {longest} are allowed"))
            .hint("Shorten it, or split it."));
    }
    if let Some(control) = forbidden_control(text) {
        return Err(Problem::control_character(control));
    }
    Ok(text)
}

/// The path that `node` names.
pub fn material(node: &Node, place: &Place<'_>, faults: &mut Faults<'_>) -> Option<MaterialPath> {
    let path = text(node, LONGEST_PATH, place, faults)?;
    let unusable = |error| Problem::new(format!("{} cannot be used: {error}", quoted(path)));
    MaterialPath::new(path).map_err(|error| faults.add(node.at, place, || unusable(error))).ok()
}

pub fn wrong_type(node: &Node, wanted: &str) -> Problem {
    Problem::new(format!("found {} where {wanted} is wanted", node.kind()))
}

/// The value that the text of `node` names, or after a fault the one it was probably meant to name.
pub fn one_of<T: Copy>(
    what: &str,
    choices: &[(&str, T)],
    node: &Node,
    place: &Place<'_>,
    faults: &mut Faults<'_>,
) -> Option<T> {
    let names = || choices.iter().map(|(name, _)| *name);
    let value_of = |wanted: &str| choices.iter().find(|(name, _)| *name == wanted).map(|(_, value)| *value);
    let given = text(node, LONGEST_WORD, place, faults)?;
    if let Some(value) = value_of(given) {
        return Some(value);
    }
    let meant = nearest(given, names());
    faults.add(node.at, place, || {
        let hint = match meant {
            Some(meant) => format!("Did you mean \"{meant}\"?"),
            None => format!("Write {}.", listed(names(), "or")),
        };
        Problem::new(format!("unknown {what} {}", quoted(given))).hint(hint)
    });
    meant.and_then(value_of)
}

/// A number within a range. Signs and per cent are often put in quotes, as JSON wants them: `"+4"`, `"+12%"`.
pub fn amount(
    node: &Node,
    unit: &str,
    (least, most): (f64, f64),
    place: &Place<'_>,
    faults: &mut Faults<'_>,
) -> Option<f64> {
    let number = match &node.content {
        Content::Number(number) => Some(*number),
        Content::Text(text) => text.trim().trim_end_matches('%').trim_end().parse().ok(),
        _ => {
            faults.add(node.at, place, || wrong_type(node, "a number"));
            return None;
        }
    };
    let usable = number.filter(|number| (least..=most).contains(number));
    if usable.is_none() {
        faults.add(node.at, place, || {
            let given = node.as_text().map_or_else(|| number.unwrap_or_default().to_string(), str::to_owned);
            Problem::new(format!("{} cannot be meant here", quoted(&given)))
                .hint(format!("Write {least} to {most}{unit}."))
        });
    }
    usable
}
