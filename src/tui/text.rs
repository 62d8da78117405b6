//! Texts as the studio shows them: clipped to a width in cells, lengths of time, names of makers. Pure.

mod wanted;

use std::ops::Range;
use std::path::Path;
use std::time::Duration;

use unicode_truncate::UnicodeTruncateStr;
use unicode_width::UnicodeWidthStr;

use crate::domain::{Display, DisplayText};
use crate::plan::{JobState, MadeBy, ProviderId, Request};

pub use wanted::Wanted;

/// Cells that a text takes in a terminal.
pub fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// Where a text says what is wanted, whatever the case of its letters: the bytes of the first place. `wanted` is folded.
pub fn find(text: &str, wanted: &str) -> Option<Range<usize>> {
    if wanted.is_empty() {
        return None;
    }
    if text.is_ascii() {
        let mut places = text.as_bytes().windows(wanted.len());
        let start = places.position(|place| place.eq_ignore_ascii_case(wanted.as_bytes()))?;
        return Some(start..start + wanted.len());
    }
    text.char_indices().find_map(|(start, _)| Some(start..start + begins_with(&text[start..], wanted)?))
}

/// How many bytes of the text are what it begins with.
fn begins_with(text: &str, wanted: &str) -> Option<usize> {
    let mut left = wanted.chars().peekable();
    for (at, c) in text.char_indices() {
        for lower in c.to_lowercase() {
            match left.next() {
                Some(wanted) if wanted == lower => {}
                Some(_) => return None,
                None => break,
            }
        }
        if left.peek().is_none() {
            return Some(at + c.len_utf8());
        }
    }
    None
}

/// A text to be looked for with [`find`].
pub fn folded(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

/// The start of a text that fits into `cells`, with `…` where something is missing. Never cuts a character in two.
pub fn clip(text: &str, cells: usize) -> String {
    if width(text) <= cells {
        return text.to_owned();
    }
    let (kept, _) = text.unicode_truncate(cells.saturating_sub(1));
    format!("{kept}{}", ellipsis(cells))
}

/// What says that a text goes on, where there is room for it.
fn ellipsis(cells: usize) -> &'static str {
    if cells > 0 { "…" } else { "" }
}

/// The end of a text that fits: of a path, the file's name says most.
pub fn clip_start(text: &str, cells: usize) -> String {
    if width(text) <= cells {
        return text.to_owned();
    }
    let (kept, _) = text.unicode_truncate_start(cells.saturating_sub(1));
    format!("{}{kept}", ellipsis(cells))
}

/// Breaks a text at spaces into at most `lines` lines of `cells`; the last one ends in `…` when more would follow.
pub fn wrap(text: &str, cells: usize, lines: usize) -> Vec<String> {
    let mut wrapped: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let has_room = wrapped.len() < lines;
        match wrapped.last_mut() {
            Some(line) if width(line) + 1 + width(word) <= cells => {
                line.push(' ');
                line.push_str(word);
            }
            _ if has_room => wrapped.push(word.to_owned()),
            Some(line) => {
                line.push(' ');
                line.push_str(word);
                break;
            }
            None => break,
        }
    }
    for line in &mut wrapped {
        *line = clip(line, cells);
    }
    wrapped
}

/// Joins facts with dots, on as many lines as they need; a fact is never broken.
pub fn join(facts: &[String], cells: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for fact in facts {
        match lines.last_mut() {
            Some(line) if width(line) + 3 + width(fact) <= cells => {
                line.push_str(" · ");
                line.push_str(fact);
            }
            _ => lines.push(clip(fact, cells)),
        }
    }
    lines
}

/// `3.4 s`, `31 s`, `2:05`.
pub fn milliseconds(milliseconds: u64) -> String {
    let seconds = milliseconds as f64 / 1000.0;
    if seconds < 9.95 {
        format!("{seconds:.1} s")
    } else if seconds < 59.5 {
        format!("{seconds:.0} s")
    } else {
        let whole = (milliseconds + 500) / 1000;
        format!("{}:{:02}", whole / 60, whole % 60)
    }
}

/// Time since the studio opened: `0:07`, `1:02:03`.
pub fn clock(since_start: Duration) -> String {
    let seconds = since_start.as_secs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

/// What became of a job without a product: it failed, or a call for it may have been billed.
pub fn end_of(state: &JobState) -> &'static str {
    match state {
        JobState::Held(_) => "may have been billed",
        JobState::Blocked(_) => "is held",
        _ => "failed",
    }
}

/// A time of day as the user's own clock shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Clock {
    /// Since midnight.
    seconds: u32,
}

impl Clock {
    const DAY: u64 = 24 * 60 * 60;

    pub fn new(hour: u32, minute: u32, second: u32) -> Self {
        Self { seconds: (hour * 60 + minute) * 60 + second }
    }

    /// So much later, perhaps on the next day.
    pub fn after(self, time: Duration) -> Self {
        Self { seconds: ((u64::from(self.seconds) + time.as_secs()) % Self::DAY) as u32 }
    }

    /// `20:36:09`: where a second matters.
    pub fn to_the_second(self) -> String {
        format!("{self}:{:02}", self.seconds % 60)
    }
}

/// `20:36`
impl std::fmt::Display for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02}:{:02}", self.seconds / 3600, self.seconds / 60 % 60)
    }
}

/// `28 Nov 20:31`, here, of a moment in milliseconds since 1970.
pub fn day_and_time(milliseconds: i64) -> String {
    let zone = jiff::tz::TimeZone::system();
    let moment = jiff::Timestamp::from_millisecond(milliseconds).map(|moment| moment.to_zoned(zone));
    moment.map_or_else(|_| String::new(), |moment| moment.strftime("%-d %b %H:%M").to_string())
}

/// `now`, `5 min`, `2 h`, `3 d`, `5 w`, `2 y`: how long ago something was, of milliseconds.
pub fn age(milliseconds: i64) -> String {
    let minutes = milliseconds.max(0) / 60_000;
    let (hours, days) = (minutes / 60, minutes / 60 / 24);
    match (minutes, hours, days) {
        (0, ..) => "now".to_owned(),
        (_, 0, _) => format!("{minutes} min"),
        (.., 0) => format!("{hours} h"),
        (.., 1..=13) => format!("{days} d"),
        (.., 14..=727) => format!("{} w", days / 7),
        _ => format!("{} y", days / 364),
    }
}

/// `20:36` of today, else `27 Nov`: when something was, of a moment in milliseconds since 1970. `now` is the same moment on
/// both clocks.
pub fn time_or_day(at: i64, now: (i64, Clock)) -> String {
    let ago = u64::try_from(now.0.saturating_sub(at)).unwrap_or_default() / 1000;
    if ago <= u64::from(now.1.seconds) {
        return Clock { seconds: now.1.seconds - ago as u32 }.to_string();
    }
    let zone = jiff::tz::TimeZone::system();
    let moment = jiff::Timestamp::from_millisecond(at).map(|moment| moment.to_zoned(zone));
    moment.map_or_else(|_| String::new(), |moment| moment.strftime("%-d %b").to_string())
}

/// `voice 3` of `baby_voice_3`; another voice by its own name.
pub fn voice(id: &str) -> DisplayText {
    id.strip_prefix("baby_voice_").map_or_else(|| id.display(), |number| format!("voice {number}").display())
}

/// A wait told in seconds from now is soon wrong; the time of day at which it ends is not.
/// `… : trying again in 4 s` becomes `… : trying again at 20:36:09`.
pub fn with_time_of_day(text: &str, now: Clock) -> String {
    const WAIT: &str = "trying again in ";
    let parts = text.split_once(WAIT).and_then(|(why, rest)| Some((why, rest.strip_suffix(" s")?.parse().ok()?)));
    parts.map_or_else(
        || text.to_owned(),
        |(why, seconds)| format!("{why}trying again at {}", now.after(Duration::from_secs(seconds)).to_the_second()),
    )
}

/// `1 scene`, `3 scenes`.
pub fn count(number: usize, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

pub fn path(path: &Path) -> DisplayText {
    path.to_string_lossy().display()
}

/// Who makes something, as a person calls it: the built-in parts by what they are.
pub fn maker(made_by: &MadeBy) -> DisplayText {
    match made_by.provider {
        ProviderId::Sketch => "drawn baby".display(),
        ProviderId::Neural | ProviderId::Pico => "built-in voice".display(),
        ProviderId::Kokoro => "installed voice".display(),
        ProviderId::Face => "found here".display(),
        ProviderId::Cut => "cut from its dialogue".display(),
        ProviderId::Clip | ProviderId::Fade | ProviderId::Episode => {
            format!("made here with {}", made_by.model).display()
        }
        provider => format!("{provider} {}", made_by.model).display(),
    }
}

/// Where the product of a request comes from.
pub fn origin(request: &Request) -> DisplayText {
    match request {
        Request::OwnPortrait { .. } => "your own picture".display(),
        Request::OwnVoice { .. } => "your own recording".display(),
        Request::Kept { .. } => "kept from an earlier profile".display(),
        Request::Effect(sound) | Request::Music(sound) if sound.is_built_in() => {
            sound.made_by.model.replace('_', " ").display()
        }
        Request::ShapedVoice(shaped) => shaped.shape.to_string().display(),
        Request::Portrait(_)
        | Request::Voice(_)
        | Request::Dialogue(_)
        | Request::CutVoice(_)
        | Request::Effect(_)
        | Request::Music(_)
        | Request::Transcript(_)
        | Request::ChangedVoice(_)
        | Request::Marks(_)
        | Request::Clip(_)
        | Request::Fade(_)
        | Request::Episode(_)
        | Request::Script(_) => request.made_by().map(maker).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_clipped_text_says_so() {
        for (text, cells, clipped) in [
            ("hello", 5, "hello"),
            ("hello", 4, "hel…"),
            ("hello", 1, "…"),
            ("hello", 0, ""),
            ("你好世界", 5, "你好…"),
            ("你好世界", 4, "你…"),
            ("👨‍👩‍👧 family", 4, "👨‍👩‍👧 …"),
        ] {
            assert_eq!(clip(text, cells), clipped, "{text} in {cells}");
        }
        assert_eq!(clip_start("output/a/baby_1.png", 11), "…baby_1.png");
        assert_eq!(clip_start("你好世界", 4), "…界");
    }

    #[test]
    fn wrapped_text_ends_in_an_ellipsis_when_more_follows() {
        assert_eq!(wrap("one two three four", 7, 2), ["one two", "three …"]);
        assert_eq!(wrap("one two three", 9, 3), ["one two", "three"]);
        assert_eq!(wrap("a\nb", 9, 3), ["a b"]);
        assert_eq!(wrap("", 9, 3), [""; 0]);
        assert_eq!(wrap("word", 9, 0), [""; 0]);
    }

    #[test]
    fn facts_are_never_broken() {
        let facts = ["key 3f9c".to_owned(), "took 0.1 s".to_owned(), "4.1 s".to_owned()];
        assert_eq!(join(&facts, 22), ["key 3f9c · took 0.1 s", "4.1 s"]);
        assert_eq!(join(&facts, 6), ["key 3…", "took …", "4.1 s"]);
    }

    #[test]
    fn a_text_is_found_in_any_case() {
        for (text, wanted, found) in [
            ("Nap time", "TIME", Some(4..8)),
            ("Mon ROVÎA", "rovî", Some(4..9)),
            ("你好 Baby", "好 b", Some(3..8)),
            ("İstanbul", "i", Some(0..2)),
            ("nap", "napkin", None),
            ("nap", "", None),
            ("nap", "ñ", None),
        ] {
            assert_eq!(find(text, &folded(wanted)), found, "{wanted} in {text}");
        }
    }

    #[test]
    fn lengths_read_naturally() {
        for (input, shown) in
            [(0, "0.0 s"), (3_440, "3.4 s"), (9_960, "10 s"), (31_200, "31 s"), (59_600, "1:00"), (125_000, "2:05")]
        {
            assert_eq!(milliseconds(input), shown);
        }
        assert_eq!(clock(Duration::from_secs(67)), "1:07");
        assert_eq!(clock(Duration::from_secs(3_723)), "1:02:03");
    }

    #[test]
    fn ages_are_told_in_the_largest_unit_that_says_something() {
        const MINUTE: i64 = 60_000;
        for (minutes, shown) in [
            (-3, "now"),
            (0, "now"),
            (59, "59 min"),
            (60, "1 h"),
            (24 * 60 - 1, "23 h"),
            (24 * 60, "1 d"),
            (14 * 24 * 60, "2 w"),
            (727 * 24 * 60, "103 w"),
            (728 * 24 * 60, "2 y"),
        ] {
            assert_eq!(age(minutes * MINUTE), shown, "{minutes}");
        }
        let now = (1_000_000_000_000, Clock::new(1, 30, 0));
        assert_eq!(time_or_day(now.0 - 90 * MINUTE, now), "00:00");
        assert_eq!(time_or_day(now.0 + MINUTE, now), "01:30", "a clock that was set back");
        assert!(!time_or_day(now.0 - 91 * MINUTE, now).contains(':'), "that was yesterday");
        assert_eq!((voice("baby_voice_3").as_str(), voice("Rachel").as_str()), ("voice 3", "Rachel"));
    }

    #[test]
    fn a_wait_says_when_it_ends() {
        let now = Clock::new(23, 59, 58);
        assert_eq!(now.to_string(), "23:59");
        assert_eq!(
            with_time_of_day("OpenAI is busy (429): trying again in 4 s", now),
            "OpenAI is busy (429): trying again at 00:00:02"
        );
        for other in ["trying again in a moment", "made in 4 s", ""] {
            assert_eq!(with_time_of_day(other, now), other);
        }
    }

    proptest! {
        #[test]
        fn what_is_cut_out_of_a_text_is_found_in_it(text in any::<String>(), from in 0usize..20, count in 1usize..9) {
            let part: String = text.chars().skip(from).take(count).collect();
            let found = find(&text, &folded(&part));
            prop_assert_eq!(found.is_some(), !part.is_empty());
            prop_assert!(found.is_none_or(|found| text.get(found).is_some()));
        }

        #[test]
        fn nothing_is_wider_than_its_room(text in any::<String>(), cells in 0usize..30, lines in 0usize..5) {
            let text = text.display();
            prop_assert!(width(&clip(text.as_str(), cells)) <= cells);
            prop_assert!(width(&clip_start(text.as_str(), cells)) <= cells);
            let wrapped = wrap(text.as_str(), cells, lines);
            prop_assert!(wrapped.len() <= lines);
            prop_assert!(wrapped.iter().all(|line| width(line) <= cells));
        }
    }
}
