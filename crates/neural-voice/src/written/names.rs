//! Titles, abbreviations and the numbers of kings and chapters.

use super::pattern;
use crate::numbers::ordinal;
use crate::script::Script;

/// Before a name, with or without a full stop.
const TITLES: [(&str, &str); 18] = [
    ("Mr", "Mr"),
    ("Mrs", "Mrs"),
    ("Ms", "Miz"),
    ("Dr", "Dr"),
    ("Prof", "Professor"),
    ("St", "Saint"),
    ("Mt", "Mount"),
    ("Ft", "Fort"),
    ("Gen", "General"),
    ("Gov", "Governor"),
    ("Sen", "Senator"),
    ("Capt", "Captain"),
    ("Lt", "Lieutenant"),
    ("Col", "Colonel"),
    ("Sgt", "Sergeant"),
    ("Rev", "Reverend"),
    ("Hon", "Honorable"),
    ("Pres", "President"),
];

/// Anywhere, as written.
const ABBREVIATIONS: [(&str, &str); 54] = [
    ("Mr.", "Mr"),
    ("Mrs.", "Mrs"),
    ("Ms.", "Miz"),
    ("Dr.", "Dr"),
    ("Jr.", "Junior"),
    ("Sr.", "Senior"),
    ("St.", "Street"),
    ("Ave.", "Avenue"),
    ("Blvd.", "Boulevard"),
    ("Rd.", "Road"),
    ("Ltd.", "Limited"),
    ("Inc.", "Incorporated"),
    ("Corp.", "Corporation"),
    ("Co.", "Company"),
    ("Bros.", "Brothers"),
    ("Dept.", "Department"),
    ("approx.", "approximately"),
    ("est.", "established"),
    ("vs.", "versus"),
    ("vs", "versus"),
    ("vol.", "volume"),
    ("Vol.", "Volume"),
    ("fig.", "figure"),
    ("Fig.", "Figure"),
    ("pp.", "pages"),
    ("etc.", "etc"),
    ("e.g.", "for example"),
    ("i.e.", "that is"),
    ("cf.", "compare"),
    ("ca.", "circa"),
    ("Jan.", "January"),
    ("Feb.", "February"),
    ("Mar.", "March"),
    ("Apr.", "April"),
    ("Jun.", "June"),
    ("Jul.", "July"),
    ("Aug.", "August"),
    ("Sep.", "September"),
    ("Sept.", "September"),
    ("Oct.", "October"),
    ("Nov.", "November"),
    ("Dec.", "December"),
    ("Tue.", "Tuesday"),
    ("Tues.", "Tuesday"),
    ("Thu.", "Thursday"),
    ("Thurs.", "Thursday"),
    ("Fri.", "Friday"),
    ("w/", "with"),
    ("w/o", "without"),
    ("aka", "also known as"),
    ("AKA", "also known as"),
    ("BTW", "by the way"),
    ("TBD", "to be determined"),
    ("IMO", "in my opinion"),
];

const NUMBERED: [&str; 18] = [
    "Chapter", "chapter", "Part", "part", "Act", "Scene", "Section", "section", "Volume", "volume", "Book", "Phase",
    "War", "Level", "Episode", "Round", "Apollo", "Season",
];

const ROYAL: [&str; 20] = [
    "Pope",
    "King",
    "Queen",
    "Henry",
    "Louis",
    "Edward",
    "George",
    "William",
    "Charles",
    "James",
    "Richard",
    "Elizabeth",
    "Napoleon",
    "Pius",
    "Paul",
    "Frederick",
    "Philip",
    "Nicholas",
    "Catherine",
    "Ivan",
];

pub fn say(script: &mut Script) {
    script.rewrite(pattern!(r"([A-Z][a-z]+)\.? "), |found, around| {
        let is_before_name = around.after.is_some_and(char::is_uppercase);
        let begins = !around.before.is_some_and(char::is_alphanumeric);
        let (_, said) = TITLES.iter().find(|(title, _)| *title == &found[1])?;
        (is_before_name && begins).then(|| format!("{said} "))
    });
    script.rewrite(pattern!(r"[A-Za-z]+(?:\.[a-z]\.|\.|/o?)?"), |found, around| {
        let (_, said) = ABBREVIATIONS.iter().find(|(short, _)| *short == &found[0])?;
        // At the end of the line its full stop is the sentence's too.
        let stop = if around.after.is_none() && found[0].ends_with('.') { "." } else { "" };
        around.is_whole_number().then(|| format!("{said}{stop}"))
    });
    script.rewrite(pattern!(r"\b[Nn]o(s?)\. ?(\d)"), |found, around| {
        let begins = !around.before.is_some_and(char::is_alphanumeric);
        begins.then(|| format!("number{} {}", &found[1], &found[2]))
    });
    script.rewrite(pattern!(r"#(\d)"), |found, around| {
        let joined = around.before.is_some_and(|before| before.is_alphanumeric() || before == '&');
        (!joined).then(|| format!("number {}", &found[1]))
    });
    script.rewrite(pattern!(r"([A-Z]?[a-z]+) ([IVXLC]+)\b"), |found, around| {
        let ends = !around.after.is_some_and(|after| after.is_alphanumeric() || "'’".contains(after));
        let number = roman(&found[2]).filter(|_| ends)?;
        if NUMBERED.contains(&&found[1]) {
            Some(format!("{} {number}", &found[1]))
        } else if ROYAL.contains(&&found[1]) && found[2] != *"I" {
            Some(format!("{} the {}", &found[1], ordinal(number)))
        } else {
            None
        }
    });
}

/// The value of a well-formed numeral.
fn roman(numeral: &str) -> Option<u64> {
    let value = |letter: char| match letter {
        'I' => Some(1),
        'V' => Some(5),
        'X' => Some(10),
        'L' => Some(50),
        'C' => Some(100),
        _ => None,
    };
    let values: Vec<i64> = numeral.chars().map(value).collect::<Option<_>>()?;
    let is_before_larger = |at: usize| values.get(at + 1).is_some_and(|&next| next > values[at]);
    let signed = |(at, &value): (usize, &i64)| if is_before_larger(at) { -value } else { value };
    let sum = u64::try_from(values.iter().enumerate().map(signed).sum::<i64>()).ok()?;
    (in_roman(sum) == numeral).then_some(sum)
}

fn in_roman(mut number: u64) -> String {
    const SIGNS: [(u64, &str); 9] =
        [(100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")];
    let mut numeral = String::new();
    for (value, sign) in SIGNS {
        while number >= value && numeral.len() < 16 {
            numeral.push_str(sign);
            number -= value;
        }
    }
    numeral
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numerals_have_values() {
        for (numeral, value) in [
            ("IV", Some(4)),
            ("VIII", Some(8)),
            ("XIX", Some(19)),
            ("XLII", Some(42)),
            ("IIII", None),
            ("VX", None),
            ("IC", None),
        ] {
            assert_eq!(roman(numeral), value, "{numeral}");
        }
    }
}
