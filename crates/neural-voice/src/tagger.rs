//! The part of speech of each word, which decides how "read", "live", "wind" and "record" are said: an averaged perceptron
//! over the word, its ending, its shape and its neighbours, with the Penn Treebank's tags. Called by `reader`; knows no
//! sounds.

use crate::Error;
use crate::table::{Reading, Table, unquoted};

const START: [&str; 2] = ["-START2-", "-START-"];
const END: [&str; 2] = ["-END-", "-END2-"];

/// What is said of a word when nothing speaks for anything.
const UNKNOWN: &str = "NN";

pub struct Tagger {
    text: String,
    /// Words with one tag wherever they stand.
    certain: Table,
    /// The words that the weights know; others are seen by their shape.
    known: Table,
    weights: Table,
}

impl Tagger {
    pub fn read(text: String) -> Result<Self, Error> {
        let mut reading = Reading::new(&text);
        let (mut certain, mut known, mut weights) = (None, None, None);
        reading.expect(b'{')?;
        while !reading.passes(b'}') {
            let name = reading.string()?;
            reading.expect(b':')?;
            let table = if reading.peek() == Some(b'[') {
                Table::of_list(&mut reading)?
            } else {
                Table::of_object(&mut reading)?
            };
            match name {
                "tagdict" => certain = Some(table),
                "vocab" => known = Some(table),
                "weights" => weights = Some(table),
                _ => {}
            }
            reading.passes(b',');
        }
        match (certain, known, weights) {
            (Some(certain), Some(known), Some(weights)) => Ok(Self { text, certain, known, weights }),
            _ => Err(Error::damaged("the tagger of the voice")),
        }
    }

    /// The tags of a sentence's words.
    pub fn tags(&self, words: &[&str]) -> Vec<&str> {
        let seen = words.iter().map(|word| self.seen(word));
        let context: Vec<String> =
            START.map(str::to_owned).into_iter().chain(seen).chain(END.map(str::to_owned)).collect();
        let (mut last, mut before_last) = (START[1], START[0]);
        let mut tags = Vec::with_capacity(words.len());
        for (at, word) in words.iter().enumerate() {
            let certain = self.certain.get(&self.text, &escaped(word)).and_then(unquoted);
            let tag = certain.unwrap_or_else(|| self.likeliest(&features(at, word, &context, last, before_last)));
            tags.push(tag);
            (before_last, last) = (last, tag);
        }
        tags
    }

    /// A word as its neighbours see it.
    fn seen(&self, word: &str) -> String {
        let first_is_digit = word.starts_with(|first: char| first.is_numeric());
        let plain = if word.contains('-') && !word.starts_with('-') {
            "!HYPHEN".to_owned()
        } else if word.chars().count() == 4 && word.chars().all(char::is_numeric) {
            "!YEAR".to_owned()
        } else if first_is_digit {
            "!DIGITS".to_owned()
        } else {
            word.to_lowercase()
        };
        match self.known.get(&self.text, &escaped(&plain)) {
            Some(_) => plain,
            None => format!("<{}>", shape(word)),
        }
    }

    fn likeliest(&self, features: &[String]) -> &str {
        let mut scores: Vec<(&str, f32)> = Vec::new();
        for feature in features {
            let Some(weights) = self.weights.get(&self.text, &escaped(feature)) else { continue };
            add(weights, &mut scores);
        }
        let best = scores.iter().max_by(|one, other| one.1.total_cmp(&other.1).then(one.0.cmp(other.0)));
        best.map_or(UNKNOWN, |best| best.0)
    }
}

/// Adds the weights of one feature: an object of tags and numbers.
fn add<'a>(weights: &'a str, scores: &mut Vec<(&'a str, f32)>) {
    let members = weights.trim_start_matches('{').trim_end_matches('}');
    let mut rest = members;
    while let Some(open) = rest.strip_prefix('"') {
        let Some((tag, behind)) = open.split_once("\":") else { return };
        let (number, behind) =
            behind.split_once(",\"").map_or((behind, ""), |(number, _)| (number, &behind[number.len() + 1..]));
        let weight: f32 = number.parse().unwrap_or(0.0);
        match scores.iter_mut().find(|(known, _)| *known == tag) {
            Some((_, score)) => *score += weight,
            None => scores.push((tag, weight)),
        }
        rest = behind;
    }
}

fn features(at: usize, word: &str, context: &[String], last: &str, before_last: &str) -> Vec<String> {
    let near = |offset: usize| context[at + offset].as_str();
    let first = word.chars().next().map_or(String::new(), String::from);
    vec![
        "b".to_owned(),
        format!("s3={}", ending(word)),
        format!("p1={first}"),
        format!("w={}", near(2)),
        format!("sh={}", shape(word)),
        if at == 0 { "i0" } else { "i+" }.to_owned(),
        format!("t-1={last}"),
        format!("t-2={before_last}"),
        format!("t-12={last},{before_last}"),
        format!("w-1={}", near(1)),
        format!("s3-1={}", ending(near(1))),
        format!("w-2={}", near(0)),
        format!("w+1={}", near(3)),
        format!("s3+1={}", ending(near(3))),
        format!("w+2={}", near(4)),
    ]
}

/// The last three letters.
fn ending(word: &str) -> &str {
    let from = word.char_indices().rev().nth(2).map_or(0, |(at, _)| at);
    &word[from..]
}

/// A word's capitals, digits and marks without its letters.
fn shape(word: &str) -> String {
    let mut letters = word.chars();
    let is_small = |text: &str| text.chars().all(|letter| !letter.is_uppercase());
    if word.chars().all(char::is_alphabetic) {
        let first_is_capital = letters.next().is_some_and(char::is_uppercase);
        let rest = letters.as_str();
        let all_capital = !word.chars().any(char::is_lowercase);
        return match (first_is_capital, rest.is_empty(), all_capital) {
            (false, ..) if is_small(word) => "x",
            (true, true, _) => "X1",
            (true, false, true) => "XX",
            (true, false, false) if is_small(rest) => "Xx",
            _ => "xX",
        }
        .to_owned();
    }
    if word.chars().all(char::is_numeric) {
        return "d".to_owned();
    }
    let sign = |letter: char| match letter {
        _ if letter.is_numeric() => 'd',
        _ if letter.is_alphabetic() => 'x',
        _ => letter,
    };
    word.chars().take(4).map(sign).collect()
}

/// As the table's text spells it.
fn escaped(key: &str) -> String {
    key.replace('\\', "\\\\").replace('"', "\\\"")
}
