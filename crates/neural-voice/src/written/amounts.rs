//! Money, measures, fractions, ranges and telephone numbers.

use super::pattern;
use crate::numbers::ordinal;
use crate::script::Script;

/// Signs and codes of money, one and many.
const MONEY: [(&str, &str, &str); 10] = [
    ("$", "dollar", "dollars"),
    ("£", "pound", "pounds"),
    ("€", "euro", "euros"),
    ("¥", "yen", "yen"),
    ("₹", "rupee", "rupees"),
    ("₩", "won", "won"),
    ("USD", "dollar", "dollars"),
    ("EUR", "euro", "euros"),
    ("GBP", "pound", "pounds"),
    ("CHF", "franc", "francs"),
];

/// Units, one and many.
const UNITS: [(&str, &str, &str); 42] = [
    ("km", "kilometer", "kilometers"),
    ("m", "meter", "meters"),
    ("cm", "centimeter", "centimeters"),
    ("mm", "millimeter", "millimeters"),
    ("nm", "nanometer", "nanometers"),
    ("µm", "micrometer", "micrometers"),
    ("kg", "kilogram", "kilograms"),
    ("g", "gram", "grams"),
    ("mg", "milligram", "milligrams"),
    ("µg", "microgram", "micrograms"),
    ("lb", "pound", "pounds"),
    ("lbs", "pounds", "pounds"),
    ("oz", "ounce", "ounces"),
    ("ft", "foot", "feet"),
    ("yd", "yard", "yards"),
    ("mi", "mile", "miles"),
    ("l", "liter", "liters"),
    ("ml", "milliliter", "milliliters"),
    ("mph", "miles per hour", "miles per hour"),
    ("kph", "kilometers per hour", "kilometers per hour"),
    ("km/h", "kilometers per hour", "kilometers per hour"),
    ("m/s", "meters per second", "meters per second"),
    ("Hz", "hertz", "hertz"),
    ("kHz", "kilohertz", "kilohertz"),
    ("MHz", "megahertz", "megahertz"),
    ("GHz", "gigahertz", "gigahertz"),
    ("kB", "kilobyte", "kilobytes"),
    ("KB", "kilobyte", "kilobytes"),
    ("MB", "megabyte", "megabytes"),
    ("GB", "gigabyte", "gigabytes"),
    ("TB", "terabyte", "terabytes"),
    ("kW", "kilowatt", "kilowatts"),
    ("kWh", "kilowatt hour", "kilowatt hours"),
    ("hr", "hour", "hours"),
    ("hrs", "hours", "hours"),
    ("min", "minute", "minutes"),
    ("mins", "minutes", "minutes"),
    ("sec", "second", "seconds"),
    ("secs", "seconds", "seconds"),
    ("ms", "millisecond", "milliseconds"),
    ("fps", "frames per second", "frames per second"),
    ("dB", "decibel", "decibels"),
];

pub fn say(script: &mut Script) {
    // "$5 million" and "€2.5k"; "$5" alone is read by the lexicon.
    script.rewrite(
        pattern!(r"([$£€¥₹₩]|\b(?:USD|EUR|GBP|CHF))\s?(\d+(?:,\d{3})*(?:\.\d+)?)(?:\s?(hundred|thousand|million|billion|trillion|[kKmMbB])\b)?"),
        |found, around| {
            let (amount, (_, one, many)) = (&found[2], MONEY.iter().find(|(sign, ..)| *sign == &found[1])?);
            if around.after.is_some_and(char::is_alphanumeric) {
                return None;
            }
            match found.get(3) {
                Some(size) => Some(format!("{amount} {} {many}", in_full(size.as_str()))),
                None if "$£€".contains(&found[1]) => None,
                None => Some(format!("{amount} {}", one_or_many(amount, one, many))),
            }
        },
    );
    script.rewrite(pattern!(r"(\d[\d,.]*)\s?¢"), |found, around| {
        around.is_whole_number().then(|| format!("{} {}", &found[1], one_or_many(&found[1], "cent", "cents")))
    });
    script.rewrite(pattern!(r"(-?\d+(?:,\d{3})*(?:\.\d+)?)\s?°\s?([CF]\b)?"), |found, around| {
        let degrees = one_or_many(&found[1], "degree", "degrees");
        let scale = match found.get(2).map(|scale| scale.as_str()) {
            Some("C") => " Celsius",
            Some(_) => " Fahrenheit",
            None => "",
        };
        let goes_on = around.before.is_some_and(char::is_alphanumeric);
        (!goes_on).then(|| format!("{} {degrees}{scale}", &found[1]))
    });
    script.rewrite(pattern!(r"(-?\d+(?:,\d{3})*(?:\.\d+)?)\s?([A-Za-zµ]+(?:/[hs])?)"), |found, around| {
        let (_, one, many) = UNITS.iter().find(|(unit, ..)| *unit == &found[2])?;
        let is_apart = found[0].contains(char::is_whitespace);
        // "6 m" is a measure and "6m" too, but a lone letter after a blank may be a word: "5 l"; nobody writes "5 g".
        let is_letter_apart = is_apart && found[2].len() == 1;
        let is_money = around.before.is_some_and(|before| "$£€".contains(before));
        let is_fit = around.is_whole_number() && !is_letter_apart && !is_money;
        is_fit.then(|| format!("{} {}", &found[1], one_or_many(&found[1], one, many)))
    });
    script.rewrite(pattern!(r"(\d{3}-)?(\d{3})-(\d{4})"), |found, around| {
        let is_apart = !around.before.is_some_and(|before| before.is_alphanumeric() || ".-".contains(before))
            && !around.after.is_some_and(|after| after.is_alphanumeric() || after == '-');
        let spaced = |digits: &str| digits.chars().map(String::from).collect::<Vec<_>>().join(" ");
        let area = found.get(1).map_or(String::new(), |area| spaced(area.as_str().trim_end_matches('-')) + ", ");
        is_apart.then(|| format!("{area}{}, {}", spaced(&found[2]), spaced(&found[3])))
    });
    script.rewrite(pattern!(r"(\d{1,2})/(\d{1,2})"), |found, around| {
        let is_apart = |side: Option<char>| !side.is_some_and(|side| side.is_alphanumeric() || side == '/');
        let whole = is_apart(around.before) && is_apart(around.after);
        if !whole {
            return None;
        }
        Some(fraction(found[1].parse().ok()?, found[2].parse().ok()?))
    });
    script.rewrite(pattern!(r"(\d{1,4})\s?[-–]\s?(\d{1,4})"), |found, around| {
        let is_apart = |side: Option<char>| !side.is_some_and(|side| side.is_alphanumeric() || "-–%".contains(side));
        let whole = is_apart(around.before) && around.before != Some('.') && is_apart(around.after);
        whole.then(|| format!("{} to {}", &found[1], &found[2]))
    });
}

fn one_or_many<'a>(amount: &str, one: &'a str, many: &'a str) -> &'a str {
    if matches!(amount, "1" | "-1" | "1.0") { one } else { many }
}

fn in_full(size: &str) -> String {
    match size {
        "k" | "K" => "thousand".to_owned(),
        "m" | "M" => "million".to_owned(),
        "b" | "B" => "billion".to_owned(),
        size => size.to_owned(),
    }
}

fn fraction(part: u64, whole: u64) -> String {
    if part == 0 || part >= whole || whole > 10 {
        return format!("{part} slash {whole}");
    }
    let name = match whole {
        2 => "half".to_owned(),
        4 => "quarter".to_owned(),
        _ => ordinal(whole),
    };
    match part {
        1 => format!("one {name}"),
        _ => format!("{part} {name}s"),
    }
}
