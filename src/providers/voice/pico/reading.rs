//! What a line's signs are called when it is read out: money, degrees, fractions, minus, `#1`, times and dates become
//! English words; emoji and the marks that only open a sentence are silent. Pure; called by `script`, which then writes
//! what is left in plain letters.

use neural_voice::MONTHS;

/// The text with words for its signs.
pub fn read_out(text: &str) -> String {
    let reader = Reader { text: text.chars().collect() };
    let mut said = String::with_capacity(text.len() + 16);
    let mut at = 0;
    while at < reader.text.len() {
        let (words, next) = reader.read(at);
        match words {
            Read::Words(words) => {
                // Words that stand for signs are apart from what is around them.
                if words.starts_with(char::is_alphanumeric) && said.ends_with(char::is_alphanumeric) {
                    said.push(' ');
                }
                said.push_str(&words);
                if words.ends_with(char::is_alphabetic) && reader.at(next).is_alphanumeric() {
                    said.push(' ');
                }
            }
            Read::Pause => {
                said.truncate(said.trim_end().len());
                said.push_str(if said.ends_with(char::is_alphanumeric) { "," } else { "" });
            }
            Read::AsItIs => said.extend(&reader.text[at..next]),
        }
        at = next;
    }
    said
}

enum Read {
    Words(String),
    Pause,
    AsItIs,
}

/// A sign of money: one, many, and what a hundredth is called.
const MONEY: [(char, &str, &str, &str); 9] = [
    ('£', "pound", "pounds", "pence"),
    ('€', "euro", "euros", "cents"),
    ('$', "dollar", "dollars", "cents"),
    ('¥', "yen", "yen", "sen"),
    ('₹', "rupee", "rupees", "paise"),
    ('₽', "ruble", "rubles", "kopecks"),
    ('₩', "won", "won", "jeon"),
    ('₺', "lira", "lira", "kurush"),
    ('¢', "cent", "cents", ""),
];

const FRACTIONS: [(char, &str); 11] = [
    ('½', "a half"),
    ('⅓', "a third"),
    ('⅔', "two thirds"),
    ('¼', "a quarter"),
    ('¾', "three quarters"),
    ('⅕', "a fifth"),
    ('⅖', "two fifths"),
    ('⅗', "three fifths"),
    ('⅘', "four fifths"),
    ('⅙', "a sixth"),
    ('⅛', "an eighth"),
];

const SIGNS: [(char, &str); 14] = [
    ('×', "times"),
    ('÷', "divided by"),
    ('±', "plus or minus"),
    ('≈', "about"),
    ('≠', "is not"),
    ('≤', "at most"),
    ('≥', "at least"),
    ('∞', "infinity"),
    ('√', "the root of"),
    ('²', "squared"),
    ('³', "cubed"),
    ('№', "number"),
    ('§', "section"),
    ('°', "degrees"),
];

struct Reader {
    text: Vec<char>,
}

impl Reader {
    fn at(&self, at: usize) -> char {
        self.text.get(at).copied().unwrap_or('\0')
    }

    fn before(&self, at: usize) -> char {
        at.checked_sub(1).map_or('\0', |at| self.at(at))
    }

    /// What stands at a place, and where the rest begins.
    fn read(&self, at: usize) -> (Read, usize) {
        let c = self.at(at);
        let starts_word = !self.before(at).is_alphanumeric();
        let words = |words: &str, next: usize| (Read::Words(words.to_owned()), next);
        if let Some(next) = self.pause(at) {
            return (Read::Pause, next);
        }
        if is_silent(c) {
            return words("", at + 1);
        }
        if matches!(c, '!' | '?') {
            let next = self.while_in(at, |c| matches!(c, '!' | '?' | '¡' | '¿' | '‽'));
            let asks = self.text[at..next].contains(&'?');
            return words(if asks { "?" } else { "!" }, next);
        }
        if starts_word && matches!(c, '-' | '−' | '–') && self.is_amount(at + 1) {
            let (said, next) = self.quantity(at + 1);
            return words(&format!("minus {said}"), next);
        }
        if starts_word && c == '#' && self.at(at + 1).is_ascii_digit() {
            return words("number", at + 1);
        }
        if starts_word && self.is_amount(at) {
            let (said, next) = self.quantity(at);
            return words(&said, next);
        }
        if let Some((_, said)) = FRACTIONS.iter().find(|(sign, _)| *sign == c) {
            let after_number = self.before(at).is_ascii_digit();
            return words(&if after_number { format!("and {said}") } else { (*said).to_owned() }, at + 1);
        }
        if let Some((_, said)) = SIGNS.iter().find(|(sign, _)| *sign == c) {
            return words(said, at + 1);
        }
        (Read::AsItIs, at + 1)
    }

    /// Behind a `<break/>`.
    fn pause(&self, at: usize) -> Option<usize> {
        let tag: String = self.text[at..].iter().take(6).collect();
        if !tag.eq_ignore_ascii_case("<break") {
            return None;
        }
        self.text[at..].iter().position(|&c| c == '>').filter(|&length| length < 60).map(|length| at + length + 1)
    }

    fn while_in(&self, from: usize, is_in: impl Fn(char) -> bool) -> usize {
        let length = self.text[from..].iter().take_while(|&&c| is_in(c)).count();
        from + length
    }

    fn money(&self, at: usize) -> Option<&'static (char, &'static str, &'static str, &'static str)> {
        let c = self.at(at);
        MONEY.iter().find(|(sign, ..)| *sign == c)
    }

    /// Whether a number begins here, with a sign of money before it or not.
    fn is_amount(&self, at: usize) -> bool {
        self.at(at).is_ascii_digit() || self.money(at).is_some() && self.at(at + 1).is_ascii_digit()
    }

    /// A number such as `1,000.50` without its commas, and where it ends.
    fn number(&self, at: usize) -> Option<(String, usize)> {
        let is_digit = |at: usize| self.at(at).is_ascii_digit();
        if !is_digit(at) {
            return None;
        }
        let mut end = self.while_in(at, |c| c.is_ascii_digit());
        if end - at <= 3 {
            while self.at(end) == ',' && (1..=3).all(|step| is_digit(end + step)) && !is_digit(end + 4) {
                end += 4;
            }
        }
        if self.at(end) == '.' && is_digit(end + 1) {
            end = self.while_in(end + 1, |c| c.is_ascii_digit());
        }
        Some((self.text[at..end].iter().filter(|c| **c != ',').collect(), end))
    }

    /// A number with what it counts: money, degrees, a date, a time, a fraction or a range.
    fn quantity(&self, at: usize) -> (String, usize) {
        if let Some(money) = self.money(at) {
            let (number, end) = self.number(at + 1).unwrap_or_default();
            let (scale, end) = self.scale(end);
            return (amount(&number, scale, money), end);
        }
        if let Some(date) = self.date(at).or_else(|| self.time(at)).or_else(|| self.fraction(at)) {
            return date;
        }
        let Some((number, end)) = self.number(at) else { return (self.at(at).to_string(), at + 1) };
        let next = self.while_in(end, |c| matches!(c, ' ' | '\u{a0}' | '\u{202f}'));
        if next <= end + 1 {
            if let Some(money) = self.money(next).filter(|_| self.number(next + 1).is_none()) {
                return (amount(&number, None, money), next + 1);
            }
            if self.at(next) == '°' {
                let unit = if number == "1" { "degree" } else { "degrees" };
                let scale = self.while_in(next + 1, |c| c == ' ');
                let stands_alone = !self.at(scale + 1).is_alphanumeric();
                return match self.at(scale) {
                    'C' if stands_alone => (format!("{number} {unit} Celsius"), scale + 1),
                    'F' if stands_alone => (format!("{number} {unit} Fahrenheit"), scale + 1),
                    _ => (format!("{number} {unit}"), next + 1),
                };
            }
        }
        // From 3 to 5, and from one year to another; other numbers with a dash are not ranges.
        if matches!(self.at(end), '-' | '–')
            && let Some((other, other_end)) = self.number(end + 1)
            && (number.len() <= 2 && other.len() <= 2 || number.len() == 4 && other.len() == 4)
            && !matches!(self.at(other_end), '-' | '–')
        {
            let (other, other_end) = self.quantity(end + 1);
            return (format!("{number} to {other}"), other_end);
        }
        (number, end)
    }

    /// The power of ten behind an amount of money: `$2 million`, `$5k`.
    fn scale(&self, end: usize) -> (Option<&'static str>, usize) {
        let start = self.while_in(end, |c| c == ' ');
        let word_end = self.while_in(start, char::is_alphabetic);
        let word: String = self.text[start..word_end].iter().collect();
        let scale = match word.to_ascii_lowercase().as_str() {
            "thousand" => Some("thousand"),
            "million" => Some("million"),
            "billion" | "bn" => Some("billion"),
            "k" if start == end => Some("thousand"),
            "m" if start == end => Some("million"),
            "b" if start == end => Some("billion"),
            _ => None,
        };
        (scale, if scale.is_some() { word_end } else { end })
    }

    /// Whole numbers with one sign between them, and where they end.
    fn parts<const COUNT: usize>(&self, at: usize, sign: char) -> Option<([(u32, usize); COUNT], usize)> {
        let mut parts = [(0, 0); COUNT];
        let mut at = at;
        for (index, part) in parts.iter_mut().enumerate() {
            if index > 0 {
                if self.at(at) != sign {
                    return None;
                }
                at += 1;
            }
            let end = self.while_in(at, |c| c.is_ascii_digit());
            let digits: String = self.text[at..end].iter().collect();
            *part = (digits.parse().ok()?, end - at);
            at = end;
        }
        (!self.at(at).is_alphanumeric()).then_some((parts, at))
    }

    /// `2026-11-28`, `28.11.2026`, and `11/28/2026` with the month first where it can be one.
    fn date(&self, at: usize) -> Option<(String, usize)> {
        let ((year, month, day), end) = if let Some(([(year, 4), (month, 2), (day, 2)], end)) = self.parts(at, '-') {
            ((year, month, day), end)
        } else if let Some(([(day, _), (month, _), (year, 4)], end)) = self.parts(at, '.') {
            ((year, month, day), end)
        } else {
            let ([(first, _), (second, _), (year, length)], end) = self.parts(at, '/')?;
            if length != 4 {
                return None;
            }
            (if first > 12 { (year, second, first) } else { (year, first, second) }, end)
        };
        let name = MONTHS.get((month as usize).checked_sub(1)?)?;
        (1..=31).contains(&day).then(|| (format!("{name} {}, {year}", ordinal(day)), end))
    }

    /// `7:05 pm`, `10:00` and `5pm`.
    fn time(&self, at: usize) -> Option<(String, usize)> {
        // The rest of a length or a score is no time.
        if self.before(at) == ':' {
            return None;
        }
        let hour_end = self.while_in(at, |c| c.is_ascii_digit());
        let hour: u32 = self.text[at..hour_end].iter().collect::<String>().parse().ok()?;
        if hour > 24 || hour_end - at > 2 {
            return None;
        }
        let digits = |at: usize| self.at(at).is_ascii_digit() && self.at(at + 1).is_ascii_digit();
        let has_minutes = self.at(hour_end) == ':' && digits(hour_end + 1) && !self.at(hour_end + 3).is_ascii_digit();
        let end = if has_minutes { hour_end + 3 } else { hour_end };
        let half = self.half_of_day(end, has_minutes);
        // A third part makes it a length or a score.
        if (!has_minutes && half.is_none()) || self.at(end) == ':' && self.at(end + 1).is_ascii_digit() {
            return None;
        }
        let minutes: String = if has_minutes { self.text[hour_end + 1..end].iter().collect() } else { String::new() };
        let (half, end) = half.map_or(("", end), |(half, end)| (half, end));
        let said = match minutes.as_str() {
            "00" if half.is_empty() => format!("{hour} o'clock"),
            "" | "00" => format!("{hour}{half}"),
            minutes => match minutes.strip_prefix('0') {
                Some(minute) => format!("{hour} oh {minute}{half}"),
                None => format!("{hour} {minutes}{half}"),
            },
        };
        Some((said, end))
    }

    fn half_of_day(&self, end: usize, has_minutes: bool) -> Option<(&'static str, usize)> {
        let start = self.while_in(end, |c| c == ' ');
        let word: String = self.text[start..].iter().take(4).collect::<String>().to_ascii_lowercase();
        let (said, length) = match word.as_str() {
            word if word.starts_with("a.m.") => (" a m", 4),
            word if word.starts_with("p.m.") => (" p m", 4),
            word if word.starts_with("am") => (" a m", 2),
            word if word.starts_with("pm") => (" p m", 2),
            _ => return None,
        };
        // "I am 5 am I not" has a word there.
        let may_be_word = start > end && !has_minutes && word.starts_with("am");
        let is_word = may_be_word || start > end + 1 || self.at(start + length).is_alphanumeric();
        (!is_word).then_some((said, start + length))
    }

    /// `1/2` and its like.
    fn fraction(&self, at: usize) -> Option<(String, usize)> {
        let ([(above, _), (below, _)], end) = self.parts(at, '/')?;
        let said = match (above, below) {
            (1, 2) => "a half",
            (1, 3) => "a third",
            (2, 3) => "two thirds",
            (1, 4) => "a quarter",
            (3, 4) => "three quarters",
            _ => return None,
        };
        (self.at(end) != '/').then(|| (said.to_owned(), end))
    }
}

/// An amount of money in words.
fn amount(number: &str, scale: Option<&str>, (_, one, many, hundredth): &(char, &str, &str, &str)) -> String {
    if let Some(scale) = scale {
        return format!("{number} {scale} {many}");
    }
    let unit = |number: &str| if number == "1" { *one } else { *many };
    match number.split_once('.') {
        Some((whole, part)) if part.len() == 2 && !hundredth.is_empty() => {
            match (whole, part.trim_start_matches('0')) {
                (whole, "") => format!("{whole} {}", unit(whole)),
                ("0", part) => format!("{part} {hundredth}"),
                (whole, part) => format!("{whole} {} {part}", unit(whole)),
            }
        }
        _ => format!("{number} {}", unit(number)),
    }
}

fn ordinal(number: u32) -> String {
    let ending = match (number % 100, number % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

/// Emoji with all that joins and colours them, and the marks that open a sentence in Spanish.
pub fn is_silent(c: char) -> bool {
    matches!(c,
        '¡' | '¿' | '™' | '®' | '©' | '\u{200d}' | '\u{20e3}' | '\u{2139}' | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}'
        | '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{23ff}' | '\u{2460}'..='\u{24ff}' | '\u{25a0}'..='\u{27bf}'
        | '\u{2900}'..='\u{297f}' | '\u{2b00}'..='\u{2bff}' | '\u{fe00}'..='\u{fe0f}' | '\u{1f000}'..='\u{1faff}'
        | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn signs_are_read_as_people_say_them() {
        for (text, said) in [
            ("It costs £5 and €20.", "It costs 5 pounds and 20 euros."),
            ("£1, $1.50, 20 €, $0.99, $5.00, 50¢", "1 pound, 1 dollar 50, 20 euros, 99 cents, 5 dollars, 50 cents"),
            ("$2 million, £5k, -$5, 1,000 naps", "2 million dollars, 5 thousand pounds, minus 5 dollars, 1000 naps"),
            (
                "It is -5 °C, 20°F, 90°, 1 °C.",
                "It is minus 5 degrees Celsius, 20 degrees Fahrenheit, 90 degrees, 1 degree Celsius.",
            ),
            ("½ a nap, 1½ naps, 1/2, 3/4, 24/7", "a half a nap, 1 and a half naps, a half, three quarters, 24/7"),
            ("I am #1! #baby 3-5 naps, 1990–1995", "I am number 1! #baby 3 to 5 naps, 1990 to 1995"),
            ("at 10:30, 7:05 pm, 10:00, 5pm, 1:02:03", "at 10 30, 7 oh 5 p m, 10 o'clock, 5 p m, 1:02:03"),
            (
                "2026-11-28, 28.11.2026, 3/21/2026, 21/3/2026",
                "November 28th, 2026, November 28th, 2026, March 21st, 2026, March 21st, 2026",
            ),
            ("¡Hola! ¿Qué tal? What?!?! No!!!", "Hola! Qué tal? What? No!"),
            ("I love it 😂😂 👶🏽", "I love it  "),
            ("3 × 4 ≈ 12, 5 m²", "3 times 4 about 12, 5 m squared"),
            ("Wait <break time=\"1s\"/> what", "Wait, what"),
            ("555-1234 well-known A-5 B2B 3.5 %, 3rd", "555-1234 well-known A-5 B2B 3.5 %, 3rd"),
            ("I am 5 am I not, at 5 pm", "I am 5 am I not, at 5 p m"),
        ] {
            assert_eq!(read_out(text), said, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in r"([0-9£€$°½/:.,#!?<> apm-]|\PC){0,40}") {
            read_out(&text);
        }
    }
}
