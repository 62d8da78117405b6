//! What in an answer a person should see before it is used: slurs, and names of real people, children above all. The lists
//! are short and know only what is plain; they take no judgement from anybody.

use std::collections::BTreeSet;

use crate::domain::Language;

/// Slurs, turned by thirteen letters so that nobody has to read them. Compared with whole words.
const SLURS: &[&str] = &[
    "avttre", "avttref", "avttn", "snttbg", "sntf", "xvxr", "fcvp", "fcvpf", "jrgonpx", "puvax", "ergneq", "ergneqrq",
    "genaal", "qlxr", "tbbx", "cnxv", "xnssve", "envturnq", "pbba", "tlccb", "zbatby", "xnanxr",
];

/// Children who are known by name. Compared as they are written, without case.
const CHILDREN: &[&str] = &[
    "blue ivy",
    "north west",
    "chicago west",
    "saint west",
    "psalm west",
    "stormi webster",
    "apple martin",
    "suri cruise",
    "prince george",
    "princess charlotte",
    "prince louis",
    "prince archie",
    "princess lilibet",
    "barron trump",
    "true thompson",
    "rani rose",
];

/// Sentences on what a person should see; empty where nothing was found. In German every noun begins as a name does.
pub fn flags(texts: &[String], language: Language) -> Vec<String> {
    let mut found = BTreeSet::new();
    for text in texts {
        let lower = text.to_lowercase();
        if words(&lower).any(|word| SLURS.contains(&turned(word).as_str())) {
            found.insert(format!("A slur: “{text}”"));
        }
        let mut is_known = false;
        for child in CHILDREN.iter().filter(|child| holds(&lower, child)) {
            is_known = true;
            found.insert(format!("The name of a real child, {child}: “{text}”"));
        }
        let names = if is_known || language == Language::German { Vec::new() } else { full_names(text) };
        for name in names {
            found.insert(format!("{name} may be the name of a real person: “{text}”"));
        }
    }
    found.into_iter().collect()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty())
}

fn turned(word: &str) -> String {
    let turn = |c: char| match c {
        'a'..='m' => char::from(c as u8 + 13),
        'n'..='z' => char::from(c as u8 - 13),
        c => c,
    };
    word.chars().map(turn).collect()
}

/// Whether a text holds this, not as a part of longer words.
fn holds(text: &str, wanted: &str) -> bool {
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphabetic);
    text.match_indices(wanted).any(|(at, _)| {
        !is_letter(text[..at].chars().next_back()) && !is_letter(text[at + wanted.len()..].chars().next())
    })
}

/// A first and a last name in the middle of a sentence, where nothing else is written with two capital letters.
fn full_names(text: &str) -> Vec<String> {
    const TITLES: [&str; 10] = ["Mr", "Mrs", "Ms", "Dr", "Judge", "Chef", "Captain", "Professor", "Baby", "Uncle"];
    let words: Vec<&str> = text.split_whitespace().collect();
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphabetic()).to_owned();
    let is_name = |word: &str| {
        let word = bare(word);
        let mut letters = word.chars();
        letters.next().is_some_and(char::is_uppercase) && word.chars().count() > 2 && letters.all(char::is_lowercase)
    };
    let ends = |word: &str| word.ends_with(['.', '!', '?', ':', '…', ',', ';']);
    let mut found = Vec::new();
    for (position, pair) in words.windows(2).enumerate() {
        let begins_a_sentence = position == 0 || ends(words[position - 1]);
        let is_title = TITLES.contains(&bare(pair[0]).as_str());
        if !begins_a_sentence && !ends(pair[0]) && !is_title && is_name(pair[0]) && is_name(pair[1]) {
            found.push(format!("{} {}", bare(pair[0]), bare(pair[1])));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flagged(text: &str) -> usize {
        flags(&[text.to_owned()], Language::English).len()
    }

    #[test]
    fn slurs_and_real_people_are_seen_before_they_are_used() {
        for bad in [
            "You are a ergneqrq spoon".replace("ergneqrq", &turned("ergneqrq")).as_str(),
            "I shared my cot with Blue Ivy.",
            "My nanny knows Anna Mustermann very well.",
            "Even prince george naps.",
        ] {
            assert_eq!(flagged(bad), 1, "{bad}");
        }
        for good in [
            "Nobody naps like Momo. Pip agrees.",
            "Meet Judge Bea, Doctor of Naps.",
            "The raccoon took my niggling doubts.",
            "North, west, wherever the snacks are.",
            "I spoke to Momo, Pip and the lamp.",
            "",
        ] {
            assert_eq!(flagged(good), 0, "{good}: {:?}", flags(&[good.to_owned()], Language::English));
        }
    }
}
