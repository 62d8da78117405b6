//! Audio tags: how a line is acted, written into its text. `[laughs]` and `(giggles)` are performed by voices that know
//! them, `<break time="1s"/>` is a pause. People never read them: captions use the text without.

use std::borrow::Cow;
use std::ops::Range;

/// What a voice does with tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Performs {
    /// It would read them out, so it is given the text without.
    #[default]
    Nothing,
    /// It knows `<break/>` and nothing else.
    Breaks,
    /// It laughs and whispers where a tag in square brackets says so; a pause is such a tag too.
    Tags,
}

/// One tag of a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Tag<'t> {
    /// Where it stands, brackets included.
    pub range: Range<usize>,
    /// What a voice is to do there.
    pub kind: TagKind<'t>,
}

/// What a tag asks of a voice.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum TagKind<'t> {
    /// `[laughs]` or `(giggles)`: the words inside.
    Sound(&'t str),
    /// `<break/>`, with its length in seconds where it gives one.
    Break(Option<f64>),
}

/// More letters than this are a remark, not a tag.
const LONGEST: usize = 60;
/// More words than this in round brackets are a remark.
const MOST_WORDS: usize = 3;

/// What babies do. In round brackets, which are ordinary punctuation, only a phrase that begins with one of these is a
/// tag; in square brackets, one of these may also be capitalised.
const DEEDS: [&str; 68] = [
    "babbles",
    "babbling",
    "burps",
    "burping",
    "chuckles",
    "chuckling",
    "claps",
    "clapping",
    "clears",
    "coos",
    "cooing",
    "coughs",
    "coughing",
    "cries",
    "crying",
    "exhales",
    "exhaling",
    "gasps",
    "gasping",
    "giggle",
    "giggles",
    "giggling",
    "groans",
    "groaning",
    "grunts",
    "grunting",
    "gulps",
    "gulping",
    "hiccups",
    "hums",
    "humming",
    "inhales",
    "laugh",
    "laughs",
    "laughing",
    "mumbles",
    "mumbling",
    "murmurs",
    "murmuring",
    "pause",
    "pauses",
    "screams",
    "screaming",
    "shouts",
    "shouting",
    "sighs",
    "sighing",
    "sigh",
    "sings",
    "singing",
    "snores",
    "snoring",
    "sniffs",
    "sniffles",
    "sniffling",
    "snorts",
    "snorting",
    "sobs",
    "sobbing",
    "squeaks",
    "squeals",
    "squealing",
    "whines",
    "whining",
    "whispers",
    "whispering",
    "yawns",
    "yawning",
];

/// Every tag of a text, in order.
pub fn tags(text: &str) -> Vec<Tag<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(open) = text[at..].find(['[', '(', '<']).map(|open| at + open) {
        match tag_at(text, open) {
            Some(tag) => {
                at = tag.range.end;
                found.push(tag);
            }
            None => at = open + 1,
        }
    }
    found
}

fn tag_at(text: &str, open: usize) -> Option<Tag<'_>> {
    let rest = &text[open..];
    let close = match rest.as_bytes()[0] {
        b'[' => ']',
        b'(' => ')',
        _ => '>',
    };
    let end = rest.char_indices().take(LONGEST).find(|(_, letter)| *letter == close).map(|(end, _)| end)?;
    let inside = &rest[1..end];
    // `[gnocchi](/njˈɑki/)`: a word with its sounds.
    if close == ']' && rest[end + 1..].starts_with("(/") {
        return None;
    }
    let kind = match close {
        ']' => is_direction(inside).then_some(TagKind::Sound(inside))?,
        ')' => is_deed(inside).then_some(TagKind::Sound(inside))?,
        _ => pause(inside)?,
    };
    Some(Tag { range: open..open + end + 1, kind })
}

/// Square brackets direct a voice where their words are no name, number or shout.
fn is_direction(inside: &str) -> bool {
    let is_words =
        inside.chars().all(|letter| letter.is_alphabetic() || matches!(letter, ' ' | '\'' | '’' | '-' | ','));
    is_words && (inside.starts_with(char::is_lowercase) || begins_with_deed(inside))
}

fn is_deed(inside: &str) -> bool {
    let is_words = inside.chars().all(|letter| letter.is_alphabetic() || letter == ' ');
    is_words && inside.split_whitespace().count() <= MOST_WORDS && begins_with_deed(inside)
}

fn begins_with_deed(inside: &str) -> bool {
    let first = inside.split_whitespace().next().unwrap_or_default();
    inside.starts_with(first) && DEEDS.iter().any(|deed| deed.eq_ignore_ascii_case(first))
}

/// What `break time="1.5s" /` means; `None` where it is another element.
fn pause(inside: &str) -> Option<TagKind<'static>> {
    let inside = inside.trim_end_matches('/').trim_end();
    let name = inside.get(.."break".len()).filter(|name| name.eq_ignore_ascii_case("break"))?;
    let rest = &inside[name.len()..];
    if rest.is_empty() {
        return Some(TagKind::Break(None));
    }
    let attribute = rest.strip_prefix(char::is_whitespace)?.trim_start();
    let Some(value) = attribute.strip_prefix("time").map(str::trim_start) else {
        return Some(TagKind::Break(None));
    };
    let value = value.strip_prefix('=')?.trim().trim_matches(['"', '\'']);
    let seconds = match value.strip_suffix("ms") {
        Some(milliseconds) => milliseconds.trim().parse::<f64>().ok().map(|milliseconds| milliseconds / 1000.0),
        None => value.strip_suffix('s').and_then(|seconds| seconds.trim().parse().ok()),
    };
    Some(TagKind::Break(seconds.filter(|seconds| seconds.is_finite() && *seconds >= 0.0)))
}

/// The text as people read it. One without tags is returned as it is, to the letter.
pub fn without_tags(text: &str) -> Cow<'_, str> {
    for_voice(text, Performs::Nothing)
}

/// The text as a voice is given it: the tags that it performs in its own spelling, and none of the others.
pub fn for_voice(text: &str, performs: Performs) -> Cow<'_, str> {
    rewritten(text, performs, Cow::Borrowed)
}

/// The same, with `spell` applied to what stands between the tags.
pub fn rewritten<'t>(text: &'t str, performs: Performs, spell: impl Fn(&'t str) -> Cow<'t, str>) -> Cow<'t, str> {
    let tags = tags(text);
    if tags.is_empty() {
        return spell(text);
    }
    let mut written = String::with_capacity(text.len());
    let mut at = 0;
    for Tag { range, kind } in tags {
        append(&mut written, &spell(&text[at..range.start]));
        match (performs, kind) {
            (Performs::Tags, TagKind::Sound(words)) => written.extend(["[", words, "]"]),
            (Performs::Tags, TagKind::Break(seconds)) => written.push_str(pause_tag(seconds)),
            (Performs::Breaks, TagKind::Break(_)) => written.push_str(&text[range.clone()]),
            (Performs::Breaks, TagKind::Sound(_)) | (Performs::Nothing, _) => {}
        }
        at = range.end;
    }
    append(&mut written, &spell(&text[at..]));
    written.truncate(written.trim_end().len());
    Cow::Owned(written)
}

/// Puts text behind what is written, without the gap that a tag leaves.
fn append(written: &mut String, text: &str) {
    let is_open = written.is_empty() || written.ends_with(char::is_whitespace);
    let text = if is_open { text.trim_start() } else { text };
    if text.starts_with(['.', ',', '!', '?', ';', ':', '…']) {
        written.truncate(written.trim_end().len());
    }
    written.push_str(text);
}

/// How long the pause of a voice is that knows no seconds.
fn pause_tag(seconds: Option<f64>) -> &'static str {
    match seconds {
        Some(seconds) if seconds < 0.6 => "[short pause]",
        Some(seconds) if seconds > 1.5 => "[long pause]",
        _ => "[pause]",
    }
}

/// The tags of a text that a voice leaves out, as they are written.
pub fn left_out(text: &str, performs: Performs) -> Vec<&str> {
    let is_left_out = |tag: &Tag| match (performs, tag.kind) {
        (Performs::Tags, _) | (Performs::Breaks, TagKind::Break(_)) => false,
        (Performs::Breaks, TagKind::Sound(_)) | (Performs::Nothing, _) => true,
    };
    tags(text).into_iter().filter(is_left_out).map(|tag| &text[tag.range]).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn tags_are_told_from_ordinary_brackets() {
        for (text, found) in [
            ("[laughs] Hi", &["[laughs]"][..]),
            ("[Laughs hard] Hi [whispers] no", &["[Laughs hard]", "[whispers]"]),
            ("[strong French accent] Oui", &["[strong French accent]"]),
            ("Well (giggles) no", &["(giggles)"]),
            ("(Clears throat) Ahem", &["(Clears throat)"]),
            ("One <break time=\"1s\" /> two<BREAK/>", &["<break time=\"1s\" />", "<BREAK/>"]),
            ("(and that is it)", &[]),
            ("(laughs at everything I ever say)", &[]),
            ("[REDACTED] and [1] and [] and [Bob]", &[]),
            ("a <b> c < d > <breakfast> (", &[]),
            ("[[laughs]]", &["[laughs]"]),
            ("[ laughs", &[]),
            ("Eat [gnocchi](/njˈɑki/) [laughs]", &["[laughs]"]),
        ] {
            let tags: Vec<&str> = tags(text).into_iter().map(|tag| &text[tag.range]).collect();
            assert_eq!(tags, found, "{text}");
        }
    }

    #[test]
    fn each_voice_is_given_what_it_can_perform() {
        for (text, plain, breaks, performed) in [
            ("No tags  at all ", "No tags  at all ", "No tags  at all ", "No tags  at all "),
            ("[laughs] Hi (giggles) there!", "Hi there!", "Hi there!", "[laughs] Hi [giggles] there!"),
            ("Ha [laughs]! No.", "Ha! No.", "Ha! No.", "Ha [laughs]! No."),
            ("One <break time=\"1s\"/> two", "One two", "One <break time=\"1s\"/> two", "One [pause] two"),
            ("a<break time='300ms'/>b", "ab", "a<break time='300ms'/>b", "a[short pause]b"),
            ("a <break time=\"2s\"/>", "a", "a <break time=\"2s\"/>", "a [long pause]"),
        ] {
            assert_eq!(without_tags(text), plain);
            assert_eq!(for_voice(text, Performs::Breaks), breaks);
            assert_eq!(for_voice(text, Performs::Tags), performed);
        }
        assert!(matches!(without_tags("as it is"), Cow::Borrowed(_)));
    }

    #[test]
    fn what_is_left_out_is_named() {
        let text = "[laughs] a <break/> (giggles)";
        assert_eq!(left_out(text, Performs::Nothing), ["[laughs]", "<break/>", "(giggles)"]);
        assert_eq!(left_out(text, Performs::Breaks), ["[laughs]", "(giggles)"]);
        assert!(left_out(text, Performs::Tags).is_empty());
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_reader(text in any::<String>(), odd in "[\\[\\](<>/ a-z\"=.0-9]{0,40}") {
            for text in [text, odd] {
                let plain = without_tags(&text);
                if tags(&text).is_empty() {
                    prop_assert_eq!(plain.as_ref(), text.as_str());
                }
                prop_assert!(for_voice(&text, Performs::Tags).len() <= text.len() + 16 * tags(&text).len());
            }
        }
    }
}
