//! Figures as they stand in a sentence: amounts, years, ranks, sums of money, and the digits within a longer word.

use super::{Asked, Lexicon};
use crate::numbers;
use crate::phonemes::{Stress, with_ed, with_ing, with_s};

/// What money is called, whole and part.
const MONEY: [(char, &str, &str); 3] = [('$', "dollar", "cent"), ('£', "pound", "pence"), ('€', "euro", "cent")];

const ENDINGS: [&str; 10] = ["ing", "'d", "ed", "'s", "st", "nd", "rd", "th", "s", ""];

impl Lexicon {
    /// The sounds of a number; `None` for anything else.
    pub(super) fn figures(&self, written: &str, money: Option<char>, begins: bool) -> Option<String> {
        let ending = ENDINGS.into_iter().find(|ending| written.ends_with(ending))?;
        let (minus, digits) = match written[..written.len() - ending.len()].strip_prefix('-') {
            Some(digits) if begins => ("minus ", digits),
            Some(_) => return None,
            None => ("", &written[..written.len() - ending.len()]),
        };
        let is_number = digits.bytes().any(|digit| digit.is_ascii_digit())
            && digits.bytes().all(|digit| digit.is_ascii_digit() || matches!(digit, b',' | b'.'));
        if !is_number {
            return None;
        }
        let plain = digits.replace(',', "");
        let is_ranked = matches!(ending, "st" | "nd" | "rd" | "th");
        let is_whole = !plain.contains('.');
        let money = MONEY.into_iter().find(|(sign, ..)| Some(*sign) == money);
        let words = match money {
            _ if is_ranked && is_whole => plain.parse().map_or_else(|_| numbers::one_by_one(&plain), numbers::ordinal),
            Some((_, whole, part)) if plain.matches('.').count() < 2 => sum(&plain, whole, part),
            _ if minus.is_empty() && digits.len() == 4 && is_whole && digits == plain => {
                plain.parse().map_or_else(|_| numbers::one_by_one(&plain), numbers::year)
            }
            _ if plain.matches('.').count() > 1 => in_groups(&plain),
            _ if !begins => within_a_word(&plain),
            _ if is_whole => numbers::counted(&plain),
            _ => numbers::decimal(&plain),
        };
        let sounds = self.all(&format!("{minus}{words}"))?;
        Some(match ending {
            "s" | "'s" => with_s(&sounds),
            "ed" | "'d" => with_ed(&sounds),
            "ing" => with_ing(&sounds),
            _ => sounds,
        })
    }

    /// The sounds of words that are surely known.
    fn all(&self, words: &str) -> Option<String> {
        let parts = words.split([' ', '-']).filter(|word| !word.is_empty());
        let said = parts.map(|word| match word {
            "oh" => self.look_up(Asked { stress: Stress::None, ..Asked::plainly("O") }),
            "point" => self.look_up(Asked { stress: Stress::None, ..Asked::plainly(word) }),
            _ => self.word(Asked::plainly(word)),
        });
        let said: Vec<String> = said.collect::<Option<_>>()?;
        Some(said.join(" "))
    }
}

/// "twelve dollars and fifty cents".
fn sum(digits: &str, whole: &str, part: &str) -> String {
    let (amount, cents) = digits.split_once('.').unwrap_or((digits, ""));
    let is_long = cents.len() > 2 && cents.bytes().any(|digit| digit != b'0');
    if is_long {
        return format!("{} {whole}s", numbers::decimal(digits));
    }
    let named = |count: &str, name: &str| {
        let count = count.trim_start_matches('0');
        let many = if count == "1" || name == "pence" { "" } else { "s" };
        format!("{} {name}{many}", numbers::counted(if count.is_empty() { "0" } else { count }))
    };
    let is_none = |digits: &str| digits.bytes().all(|digit| digit == b'0');
    match (is_none(amount), is_none(cents)) {
        (_, true) => named(amount, whole),
        (true, false) => named(&in_hundredths(cents), part),
        (false, false) => format!("{} and {}", named(amount, whole), named(&in_hundredths(cents), part)),
    }
}

/// "$1.5" is one dollar and fifty cents.
fn in_hundredths(cents: &str) -> String {
    if cents.len() == 1 { format!("{cents}0") } else { cents.to_owned() }
}

/// Versions and addresses: 1.2.3, 192.168.0.1.
fn in_groups(digits: &str) -> String {
    let group = |group: &str| {
        let by_one = group.starts_with('0') || group.len() > 2;
        if by_one { numbers::one_by_one(group) } else { numbers::counted(group) }
    };
    digits.split('.').filter(|part| !part.is_empty()).map(group).collect::<Vec<_>>().join(" point ")
}

/// The digits of "B747" and "room101": short ones as numbers, three as hundreds are read at the door, others one by one.
fn within_a_word(digits: &str) -> String {
    if digits.contains('.') {
        return numbers::decimal(digits);
    }
    let pair = |pair: &str| match pair.strip_prefix('0') {
        Some(last) => format!("oh {}", numbers::one_by_one(last)),
        None => numbers::counted(pair),
    };
    match digits.len() {
        _ if digits.starts_with('0') => numbers::one_by_one(digits),
        1 | 2 => numbers::counted(digits),
        3 if digits.ends_with("00") => numbers::counted(digits),
        3 => format!("{} {}", numbers::one_by_one(&digits[..1]), pair(&digits[1..])),
        _ => numbers::one_by_one(digits),
    }
}
