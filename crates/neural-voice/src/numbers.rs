//! Numbers in English words: counted, ranked, as years and with a point. Pure; the words come from nowhere but here.

const ONES: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 10] = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const GROUPS: [&str; 7] = ["", "thousand", "million", "billion", "trillion", "quadrillion", "quintillion"];

/// "one thousand two hundred thirty-four".
pub fn cardinal(number: u64) -> String {
    if number < 1000 {
        return below_thousand(number as usize);
    }
    let mut groups = Vec::new();
    let mut rest = number;
    for name in GROUPS {
        let group = (rest % 1000) as usize;
        rest /= 1000;
        if group > 0 {
            let words = below_thousand(group);
            groups.push(if name.is_empty() { words } else { format!("{words} {name}") });
        }
    }
    groups.reverse();
    groups.join(" ")
}

fn below_thousand(number: usize) -> String {
    let (hundreds, rest) = (number / 100, number % 100);
    let small = match rest {
        0 if hundreds > 0 => String::new(),
        0..20 => ONES[rest].to_owned(),
        _ if rest.is_multiple_of(10) => TENS[rest / 10].to_owned(),
        _ => format!("{}-{}", TENS[rest / 10], ONES[rest % 10]),
    };
    match (hundreds, small.is_empty()) {
        (0, _) => small,
        (_, true) => format!("{} hundred", ONES[hundreds]),
        (_, false) => format!("{} hundred {small}", ONES[hundreds]),
    }
}

/// "twenty-third".
pub fn ordinal(number: u64) -> String {
    let words = cardinal(number);
    let last_begins = words.rfind([' ', '-']).map_or(0, |at| at + 1);
    let (head, last) = words.split_at(last_begins);
    let last = match last {
        "one" => "first".to_owned(),
        "two" => "second".to_owned(),
        "three" => "third".to_owned(),
        "five" => "fifth".to_owned(),
        "eight" => "eighth".to_owned(),
        "nine" => "ninth".to_owned(),
        "twelve" => "twelfth".to_owned(),
        _ => match last.strip_suffix('y') {
            Some(stem) => format!("{stem}ieth"),
            None => format!("{last}th"),
        },
    };
    format!("{head}{last}")
}

/// "nineteen oh-five", "two thousand five", "twenty ten".
pub fn year(number: u64) -> String {
    let (century, rest) = (number / 100, number % 100);
    if century == 0 || century >= 100 || (century.is_multiple_of(10) && rest < 10) {
        return cardinal(number);
    }
    let rest = match rest {
        0 => "hundred".to_owned(),
        1..10 => format!("oh-{}", cardinal(rest)),
        _ => cardinal(rest),
    };
    format!("{} {rest}", cardinal(century))
}

/// "three point one four", from digits with one point among them; the zeros at the end are not said.
pub fn decimal(digits: &str) -> String {
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let said = if whole.is_empty() { String::new() } else { counted(whole) };
    let part = part.trim_end_matches('0');
    if part.is_empty() {
        return if said.is_empty() { cardinal(0) } else { said };
    }
    format!("{said} point {}", one_by_one(part)).trim_start().to_owned()
}

/// A row of digits as a number where it is one that has a name, else digit by digit.
pub fn counted(digits: &str) -> String {
    digits.parse().map_or_else(|_| one_by_one(digits), cardinal)
}

/// "four oh" is for people; this is "four zero".
pub fn one_by_one(digits: &str) -> String {
    let digit = |digit: char| digit.to_digit(10).map(|digit| ONES[digit as usize]);
    digits.chars().filter_map(digit).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_said() {
        for (number, words) in [
            (0, "zero"),
            (7, "seven"),
            (21, "twenty-one"),
            (40, "forty"),
            (100, "one hundred"),
            (215, "two hundred fifteen"),
            (1_001, "one thousand one"),
            (1_250, "one thousand two hundred fifty"),
            (1_000_000, "one million"),
            (
                u64::MAX,
                "eighteen quintillion four hundred forty-six quadrillion seven hundred forty-four trillion \
                seventy-three billion seven hundred nine million five hundred fifty-one thousand six hundred fifteen",
            ),
        ] {
            assert_eq!(cardinal(number), words);
        }
        assert_eq!(
            [ordinal(1), ordinal(12), ordinal(20), ordinal(123)].join(" "),
            "first twelfth twentieth one hundred twenty-third"
        );
        assert_eq!(
            [year(1905), year(2005), year(2010), year(1900), year(876)].join(", "),
            "nineteen oh-five, two thousand five, twenty ten, nineteen hundred, eight seventy-six"
        );
        assert_eq!(
            [decimal("3.14"), decimal("2.50"), decimal(".5"), decimal("1.0")].join(", "),
            "three point one four, two point five, point five, one"
        );
        assert_eq!(counted("99999999999999999999999"), vec!["nine"; 23].join(" "));
    }
}
