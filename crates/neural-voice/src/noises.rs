//! What babies say that no dictionary has: shh, mmm, waaah. And words drawn out, sooo and nooo. Called by `reader`; pure.

/// The noises by their letters, none of them twice in a row.
const NOISES: [(&str, &str); 24] = [
    ("sh", "ʃːː"),
    ("m", "mˈmːm"),
    ("hm", "hˈmːm"),
    ("mhm", "mhˈm"),
    ("ah", "ˈɑː"),
    ("a", "ˈɑː"),
    ("oh", "ˈO"),
    ("o", "ˈuː"),
    ("e", "ˈiː"),
    ("eh", "ˈɛ"),
    ("uh", "ˈʌː"),
    ("um", "ˈʌm"),
    ("br", "bɹˈɜɹ"),
    ("gr", "ɡˈɜɹ"),
    ("z", "zːː"),
    ("pst", "pˈsːt"),
    ("pf", "pˈfː"),
    ("pft", "pˈft"),
    ("wah", "wˈɑː"),
    ("wa", "wˈɑː"),
    ("aw", "ˈɔː"),
    ("ew", "ˈiu"),
    ("ugh", "ˈʌɡ"),
    ("yay", "jˈA"),
];

/// The sounds of a noise. Initials are none: AA and OO are spelled, aaa and oooh are not.
pub fn noise(word: &str) -> Option<&'static str> {
    let letters = word.chars().count();
    let is_initials = letters < 3 && word.chars().all(char::is_uppercase);
    let small = word.to_lowercase();
    let plain = undrawn(&small, 1);
    // "a" and "oh" are words; "aaa" and "ohh" are noises.
    let is_drawn = plain.len() < small.len();
    let is_always = matches!(small.as_str(), "sh" | "hm" | "pst" | "brr" | "grr" | "pf" | "pft" | "waah" | "mhm");
    let is_program = small == "ssh";
    if is_initials || is_program || !(is_drawn || is_always) || (letters < 3 && !is_always && small != "mm") {
        return None;
    }
    // "ohh" is an oh; "oooh" is none.
    let plain = if small.starts_with("oo") && plain == "oh" { "o" } else { &plain };
    NOISES.iter().find(|(noise, _)| *noise == plain).map(|(_, sounds)| *sounds)
}

/// The ways a drawn-out word may be meant, the likelier first: "sooo" as "soo" and "so". None for other words.
pub fn meant(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    let is_drawn =
        letters.windows(3).any(|three| three[0].is_alphabetic() && three[0] == three[1] && three[1] == three[2]);
    if is_drawn { vec![undrawn(word, 1), undrawn(word, 2)] } else { Vec::new() }
}

/// Writes every letter that is repeated more than `most` times in a row that many times.
fn undrawn(word: &str, most: usize) -> String {
    let mut plain = String::new();
    let (mut last, mut count) = (None, 0);
    for letter in word.chars() {
        count = if Some(letter) == last { count + 1 } else { 1 };
        last = Some(letter);
        let longest = if letter.is_alphabetic() { most } else { usize::MAX };
        if count <= longest {
            plain.push(letter);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noises_are_told_from_words() {
        for (word, sounds) in [
            ("shh", Some("ʃːː")),
            ("Shhhhh", Some("ʃːː")),
            ("mmm", Some("mˈmːm")),
            ("hmmm", Some("hˈmːm")),
            ("aaah", Some("ˈɑː")),
            ("Waaah", Some("wˈɑː")),
            ("zzz", Some("zːː")),
            ("ooooh", Some("ˈuː")),
            ("ohhh", Some("ˈO")),
            ("a", None),
            ("AA", None),
            ("oh", None),
            ("ah", None),
            ("so", None),
            ("ssh", None),
            ("off", None),
            ("", None),
        ] {
            assert_eq!(noise(word), sounds, "{word}");
        }
    }

    #[test]
    fn words_drawn_out_are_understood() {
        assert_eq!(meant("sooo"), ["so", "soo"]);
        assert_eq!(meant("hellooo"), ["helo", "helloo"]);
        assert!(meant("hello").is_empty() && meant("1000").is_empty());
    }
}
