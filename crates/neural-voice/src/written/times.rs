//! Times of day and dates.

use std::ops::RangeInclusive;

use super::pattern;
use crate::numbers::{cardinal, ordinal};
use crate::script::Script;

/// In English, January first: dates are read with them, and a number is taken for a day beside one.
pub const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Two-digit years up to this one are of this century.
const THIS_CENTURY: u32 = 30;

pub fn say(script: &mut Script) {
    script.rewrite(pattern!(r"(:\d\d)\s?[-–]\s?(\d)"), |found, _| Some(format!("{} to {}", &found[1], &found[2])));
    // 7:30, 07:30:15, 7:30 pm, 7 a.m.
    script.rewrite(pattern!(r"(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s?([AaPp])\.?[Mm]\b\.?)?"), |found, around| {
        let joined = |side: Option<char>| side.is_some_and(|next| next.is_alphanumeric() || next == ':');
        if joined(around.before) || joined(around.after) {
            return None;
        }
        let half = found.get(4).map(|half| half.as_str());
        let second = found.get(3).map(|second| number(second.as_str(), 0..=59));
        Some(time(number(&found[1], 0..=24)?, Some(number(&found[2], 0..=59)?), second.flatten(), half))
    });
    script.rewrite(pattern!(r"(\d{1,2})\s?(?:([AaPp])\.[Mm]\.|([AaPp])[Mm]\b)"), |found, around| {
        let is_apart = !around.before.is_some_and(|before| before.is_alphanumeric() || ".,:".contains(before));
        let half = found.get(2).or(found.get(3)).map(|half| half.as_str());
        if !is_apart {
            return None;
        }
        Some(time(number(&found[1], 1..=12)?, None, None, half))
    });
    script.rewrite(pattern!(r"(\d{4})-(\d{2})-(\d{2})"), |found, around| {
        let day = date(number(&found[2], 1..=12)?, number(&found[3], 1..=31)?, Some(&found[1]));
        around.is_whole_word().then_some(day)
    });
    script.rewrite(pattern!(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})"), |found, around| {
        let (first, second) = (number(&found[1], 1..=31)?, number(&found[2], 1..=31)?);
        let (month, day) = if first <= 12 { (first, second) } else { (second, first) };
        let short = |year: &str| if number(year, 0..=99) <= Some(THIS_CENTURY) { "20" } else { "19" };
        let year = if found[3].len() == 2 { format!("{}{}", short(&found[3]), &found[3]) } else { found[3].to_owned() };
        (around.is_whole_word() && month <= 12).then(|| date(month, day, Some(&year)))
    });
    // "Dec. 5th", but not "March 5:30" nor "May 50".
    let month_and_day = pattern!(
        r"(?:(Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\.?|(January|February|March|April|May|June|July|August|September|October|November|December)) (\d{1,2})(st|nd|rd|th)?\b"
    );
    script.rewrite(month_and_day, |found, around| {
        let goes_on = around.after.is_some_and(|after| ":%".contains(after));
        let month = month(found.get(1).or(found.get(2))?.as_str())?;
        let before = around.before.is_none_or(|before| !before.is_alphanumeric());
        (before && !goes_on).then(|| Some(date(month, number(&found[3], 1..=31)?, None))).flatten()
    });
    let day_of_month = pattern!(
        r"(the )?(\d{1,2})(?:st|nd|rd|th)? (?:of )?(?:(Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\b\.?|(January|February|March|April|May|June|July|August|September|October|November|December)\b)"
    );
    script.rewrite(day_of_month, |found, around| {
        let name = MONTHS[month(found.get(3).or(found.get(4))?.as_str())? as usize - 1];
        let day = ordinal(u64::from(number(&found[2], 1..=31)?));
        around.is_whole_word().then(|| format!("the {day} of {name}"))
    });
}

fn number(digits: &str, range: RangeInclusive<u32>) -> Option<u32> {
    digits.parse().ok().filter(|number| range.contains(number))
}

/// From 1, by the first three letters.
fn month(name: &str) -> Option<u32> {
    let at = MONTHS.iter().position(|month| month.starts_with(name.get(..3).unwrap_or(name)))?;
    Some(at as u32 + 1)
}

fn date(month: u32, day: u32, year: Option<&str>) -> String {
    let day = ordinal(u64::from(day));
    let year = year.map_or(String::new(), |year| format!(", {year}"));
    format!("{} {day}{year}", MONTHS[month as usize - 1])
}

fn time(hour: u32, minute: Option<u32>, second: Option<u32>, half: Option<&str>) -> String {
    let said = |number: u32| cardinal(u64::from(number));
    let mut words = said(hour);
    match minute {
        Some(0) if half.is_none() && second.is_none() => words += " o'clock",
        Some(0) | None => {}
        Some(minute @ 1..10) => words.extend([" oh ", &said(minute)]),
        Some(minute) => words.extend([" ", &said(minute)]),
    }
    if let Some(second) = second {
        words.extend([" and ", &said(second), if second == 1 { " second" } else { " seconds" }]);
    }
    // With its dots it is spelled.
    if let Some(half) = half {
        words.extend([" ", &half.to_uppercase(), ".M."]);
    }
    words
}
