//! What people and language models write into a line and nobody should read or hear: SSML and HTML, Markdown, what somebody
//! does meanwhile (`*waves*`), and the speaker's own name in front. Called where a line becomes a caption and where it
//! becomes speech. Audio tags such as `[laughs]` and pauses stay: `tags` knows what becomes of them.
//!
//! A line without any of it comes back as it is, so that its voice stays made.

use std::borrow::Cow;

use super::tags;
use super::text::same_name;

/// The line without markup. The audio tags stay, and for a voice that reads sounds the sounds of words
/// (`[gnocchi](/njˈɑki/)`).
pub fn spoken<'t>(text: &'t str, speaker: &str, reads_sounds: bool) -> Cow<'t, str> {
    without(text, speaker, Pauses::Keep, if reads_sounds { Sounds::Keep } else { Sounds::LeaveOut })
}

/// A text that nobody speaks, as it is read.
pub fn plain(text: &str) -> Cow<'_, str> {
    without(text, "", Pauses::LeaveOut, Sounds::LeaveOut)
}

#[derive(Clone, Copy, PartialEq)]
enum Pauses {
    Keep,
    LeaveOut,
}

/// What becomes of the sounds that are given with a word.
#[derive(Clone, Copy, PartialEq)]
enum Sounds {
    Keep,
    LeaveOut,
}

fn without<'t>(text: &'t str, speaker: &str, pauses: Pauses, sounds: Sounds) -> Cow<'t, str> {
    let marked = text.contains(['<', '*', '_', '`', '~', '#', '>', '[', '(', ':', '：']);
    if !marked {
        return Cow::Borrowed(text);
    }
    let plain = without_elements(text, pauses);
    let unmarked = without_markdown(&plain, Directions::LeaveOut, sounds);
    let mut clean = without_name(&unmarked, speaker);
    if !has_words(&clean) {
        // Nothing but a stage direction: then that is the line.
        let unmarked = without_markdown(&plain, Directions::Keep, sounds);
        clean = without_name(&unmarked, speaker);
    }
    if clean == text || !has_words(&clean) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(tidy(&clean))
}

/// Whether there is something to say beside the audio tags.
fn has_words(text: &str) -> bool {
    tags::without_tags(text).contains(char::is_alphanumeric)
}

/// What was taken out leaves no double spaces and no space before a mark.
fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    for c in text.trim().chars() {
        let after_space = tidied.ends_with(' ');
        if after_space && c == ' ' {
            continue;
        }
        if after_space && matches!(c, '.' | ',' | '!' | '?' | ';' | ':' | '\n') {
            tidied.pop();
        }
        tidied.push(c);
    }
    tidied
}

/// The elements of SSML and HTML that occur in lines. Anything else in angle brackets is somebody's own words.
const ELEMENTS: [&str; 37] = [
    "a", "amazon", "audio", "b", "big", "br", "code", "desc", "div", "em", "emphasis", "font", "h1", "h2", "i", "lang",
    "lexicon", "mark", "mstts", "p", "par", "phoneme", "prosody", "s", "say-as", "seq", "small", "span", "speak",
    "strong", "sub", "sup", "token", "u", "voice", "w", "break",
];

fn without_elements(text: &str, pauses: Pauses) -> String {
    let mut plain = String::with_capacity(text.len());
    let (mut rest, mut had_elements) = (text, false);
    while let Some(open) = rest.find('<') {
        plain.push_str(&rest[..open]);
        rest = &rest[open..];
        match element(rest) {
            Some((length, "break")) if pauses == Pauses::Keep && !tags::tags(&rest[..length]).is_empty() => {
                plain.push('<');
                rest = &rest[1..];
            }
            Some((length, name)) => {
                had_elements = true;
                // A line break and a pause part words; other elements stand inside of them.
                if matches!(name, "br" | "p" | "div" | "break") {
                    plain.push(' ');
                }
                rest = &rest[length..];
            }
            None => {
                plain.push('<');
                rest = &rest[1..];
            }
        }
    }
    plain.push_str(rest);
    if !had_elements {
        return plain;
    }
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&nbsp;", " "), ("&amp;", "&")];
    entities.into_iter().fold(plain, |text, (entity, character)| text.replace(entity, character))
}

/// The length and the name of the element that begins here.
fn element(text: &str) -> Option<(usize, &'static str)> {
    const LONGEST: usize = 300;
    let inner = text.strip_prefix('<')?;
    let end = inner.find('>').filter(|&end| end < LONGEST && !inner[..end].contains('<'))?;
    let name = inner[..end].trim_start_matches('/').split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).next()?;
    let known = ELEMENTS.iter().find(|known| known.eq_ignore_ascii_case(name))?;
    Some((end + 2, known))
}

/// What becomes of stage directions in brackets or stars.
#[derive(Clone, Copy, PartialEq)]
enum Directions {
    LeaveOut,
    Keep,
}

fn without_markdown(text: &str, directions: Directions, sounds: Sounds) -> String {
    let lines = text.split('\n').map(|line| {
        let indented = line.trim_start();
        let heading = indented.trim_start_matches('#');
        let is_heading = (1..=6).contains(&(indented.len() - heading.len())) && heading.starts_with(' ');
        let line = if is_heading {
            heading.trim_start()
        } else {
            indented.strip_prefix("> ").or_else(|| indented.strip_prefix("* ")).unwrap_or(line)
        };
        let line = without_links(line, sounds);
        let line =
            ["***", "**", "__", "~~", "`"].iter().fold(line, |line, mark| without_pairs(&line, mark, Directions::Keep));
        let line = ["*", "_"].iter().fold(line, |line, mark| without_pairs(&line, mark, directions));
        if directions == Directions::LeaveOut { without_bracketed(&line) } else { line }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// `[text](address)` is its text, `![text](address)` nothing. A word with its sounds is written as a link too.
fn without_links(line: &str, sounds: Sounds) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(middle) = rest.find("](") {
        let address = &rest[middle + 2..];
        let parts = rest[..middle].rfind('[').zip(address.find(')'));
        let is_address = |end: usize| {
            let address = &address[..end];
            let is_sounds = address.len() > 2 && address.starts_with('/') && address.ends_with('/');
            let stays = is_sounds && sounds == Sounds::Keep;
            !stays && (is_sounds || address.contains(['/', '.', '#']) && !address.contains(' '))
        };
        let Some((open, end)) = parts.filter(|(_, end)| is_address(*end)) else {
            plain.push_str(&rest[..middle + 2]);
            rest = address;
            continue;
        };
        match rest[..open].strip_suffix('!') {
            Some(before) => plain.push_str(before),
            None => {
                plain.push_str(&rest[..open]);
                plain.push_str(&rest[open + 1..middle]);
            }
        }
        rest = &address[end + 1..];
    }
    plain.push_str(rest);
    plain
}

/// Takes `mark` away where it stands in pairs around words, and with it what is done between single ones.
fn without_pairs(line: &str, mark: &str, directions: Directions) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut at = 0;
    while let Some(open) = line[at..].find(mark).map(|found| at + found) {
        let inner = open + mark.len();
        let before = line[..open].chars().next_back();
        let opens = before.is_none_or(|c| !c.is_alphanumeric())
            && line[inner..].chars().next().is_some_and(|c| !c.is_whitespace() && !mark.starts_with(c));
        let closes = |end: &usize| {
            let after = line[inner + end + mark.len()..].chars().next();
            line[..inner + end].chars().next_back().is_some_and(|c| !c.is_whitespace())
                && after.is_none_or(|c| !c.is_alphanumeric() && !mark.starts_with(c))
        };
        let end = opens.then(|| line[inner..].match_indices(mark).map(|(end, _)| end).find(closes)).flatten();
        let Some(end) = end.filter(|&end| end > 0) else {
            plain.push_str(&line[at..inner]);
            at = inner;
            continue;
        };
        plain.push_str(&line[at..open]);
        let words = &line[inner..inner + end];
        // "She *laughs* at me" stresses a word.
        let before = line[..open].trim_end();
        let is_apart = before.is_empty() || before.ends_with(['.', '!', '?', ',', '…', '—', '*', '_', ')', ']']);
        if directions == Directions::Keep || !is_apart || !is_direction(words, &[&BODY, &SOUNDS]) {
            plain.push_str(words);
        }
        at = inner + end + mark.len();
    }
    plain.push_str(&line[at..]);
    plain
}

/// Takes away what is done in round brackets. What is heard, such as `(giggles)`, is an audio tag and stays.
fn without_bracketed(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(open) = rest.find('(') {
        let inner = &rest[open + 1..];
        let Some(end) = inner.find([')', '(']).filter(|&end| inner[end..].starts_with(')')) else {
            plain.push_str(&rest[..=open]);
            rest = inner;
            continue;
        };
        if is_direction(&inner[..end], &[&BODY]) {
            plain.push_str(&rest[..open]);
        } else {
            plain.push_str(&rest[..open + end + 2]);
        }
        rest = &inner[end + 1..];
    }
    plain.push_str(rest);
    plain
}

/// What is seen: the verbs of stage directions, without their endings.
const BODY: [&str; 28] = [
    "beam", "blink", "bounce", "cross", "crawl", "drool", "frown", "gesture", "glance", "grin", "hold", "jump", "lean",
    "look", "nod", "point", "raise", "roll", "shake", "shrug", "smile", "smirk", "stare", "take", "turn", "walk",
    "wave", "wink",
];

/// What is heard.
const SOUNDS: [&str; 18] = [
    "babble", "burp", "chuckle", "clap", "coo", "cough", "cry", "gasp", "giggle", "groan", "hiccup", "laugh", "pause",
    "sigh", "sniff", "sob", "whisper", "yawn",
];

/// Whether the words tell what somebody does: they are few and begin with a verb in the third person or in -ing.
fn is_direction(words: &str, verbs: &[&[&str]]) -> bool {
    const MOST_WORDS: usize = 6;
    let mut each = words.split_whitespace();
    let first = each.next().unwrap_or_default().to_ascii_lowercase();
    let first = first.trim_end_matches(|c: char| !c.is_alphanumeric());
    let is_form = |verb: &&str| {
        let stem = verb.strip_suffix('e').unwrap_or(verb);
        let last = verb.chars().next_back().unwrap_or_default();
        first.strip_prefix(verb).is_some_and(|ending| ending == "s" || ending == "es")
            || first.strip_prefix(stem).is_some_and(|ending| ending == "ing" || ending == format!("{last}ing"))
            || (**verb == *"cry" && first == "cries")
            || (**verb == *"pause" && first == "pause")
    };
    each.count() < MOST_WORDS && verbs.iter().flat_map(|verbs| verbs.iter()).any(is_form)
}

/// A script's habit: `Baby 1: Hello.` as the text of Baby 1.
fn without_name(text: &str, speaker: &str) -> String {
    let named = text.split_once([':', '：']).filter(|(name, _)| !speaker.is_empty() && same_name(name.trim(), speaker));
    named.map_or_else(|| text.to_owned(), |(_, line)| line.trim_start().to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_written_for_machines_is_neither_read_nor_heard() {
        for (text, read) in [
            ("This is **really** good.", "This is really good."),
            ("This is *so* __very__ _good_, ~~bad~~ `nap`.", "This is so very good, bad nap."),
            ("<speak><prosody rate=\"slow\">Ni<b>gh</b>t &amp; day</prosody></speak>", "Night & day"),
            ("# Chapter one\n> Hello", "Chapter one\nHello"),
            ("See [my nap](https://nap.example/a), ![x](x.png)", "See my nap,"),
            ("*waves at the camera* Hello! *giggles* *nods*", "Hello!"),
            ("She *laughs* at me, I was *laughing*.", "She laughs at me, I was laughing."),
            ("(looks at Mum) Nap (not now) (nods)", "Nap (not now)"),
            ("Baby 1: Hello: you", "Hello: you"),
            ("**baby 1:** Hello", "Hello"),
            ("Baby 2: Hello", "Baby 2: Hello"),
        ] {
            assert_eq!(shown(text), read, "{text:?}");
        }
        assert_eq!(spoken("Wait <break time=\"1s\"/> *what*?", "A", false), "Wait <break time=\"1s\"/> what?");
        assert_eq!(plain("Wait <break time=\"1s\"/> *what*?"), "Wait what?");
    }

    fn shown(text: &str) -> Cow<'_, str> {
        spoken(text, "Baby 1", false)
    }

    #[test]
    fn sounds_are_for_voices_that_read_them() {
        let text = "**Eat** [gnocchi](/njˈɑki/), [nap](https://nap.example)!";
        assert_eq!(spoken(text, "A", true), "Eat [gnocchi](/njˈɑki/), nap!");
        assert_eq!(spoken(text, "A", false), "Eat gnocchi, nap!");
    }

    #[test]
    fn a_pause_that_no_voice_knows_is_markup() {
        assert_eq!(shown("Wait<break time=\"1s\"></break> what?"), "Wait<break time=\"1s\"> what?");
    }

    #[test]
    fn a_line_of_plain_words_stays_as_it_is() {
        for text in [
            "5 * 3 * 2 is 30, f*ck and sh*t, a_b_c, snake_case_name",
            "I <3 you (not really) > 5 # 1",
            "[laughs] No way (giggles)!",
            "3 < 4 > 2, <genfile x>, 10:30, Note: this",
            "Look, (well) **",
            "*",
            "It is 5*",
            "Double  spaces stay.",
            "*sighs",
        ] {
            assert!(matches!(shown(text), Cow::Borrowed(_)), "{text:?}: {:?}", shown(text));
        }
    }

    #[test]
    fn a_line_that_is_only_a_stage_direction_is_not_empty() {
        for (text, read) in [("*sighs*", "sighs"), ("(waves)", "(waves)"), ("*waves* [laughs]", "waves [laughs]")] {
            assert_eq!(shown(text), read);
        }
    }

    proptest! {
        #[test]
        fn no_text_is_emptied(text in r"[a-z *_`<>/\[\]():.!~#]{0,40}", speaker in "[a-z]{0,3}") {
            let any = spoken(&text, &speaker, false).into_owned();
            prop_assert!(!has_words(&text) || has_words(&any));
            prop_assert!(any.len() <= text.len());
        }
    }
}
