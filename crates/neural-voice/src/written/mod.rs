//! How what is written is said: times, dates, money, units, abbreviations and signs as words. Plain numbers are left to
//! the lexicon, which reads them in their sentence. Called by `reader`; pure.

mod amounts;
mod names;
mod signs;
mod times;

use crate::script::Script;

pub use signs::is_latin;
pub use times::MONTHS;

/// One pattern, made once.
macro_rules! pattern {
    ($pattern:expr) => {{
        static PATTERN: std::sync::LazyLock<regex_lite::Regex> =
            std::sync::LazyLock::new(|| regex_lite::Regex::new($pattern).expect("the pattern is right"));
        &*PATTERN
    }};
}
use pattern;

/// Rewrites the whole line.
pub fn say(script: &mut Script) {
    signs::plain(script);
    times::say(script);
    amounts::say(script);
    names::say(script);
    signs::say(script);
}

/// Writes a line that is shouted from end to end in small letters: IS THIS MY SNACK is no row of initials.
pub fn calm(script: &mut Script) {
    let is_shouted = !script.text().chars().any(char::is_lowercase) && script.text().split_whitespace().count() > 1;
    if is_shouted {
        script.rewrite(pattern!(r"[A-Z]['’]?[A-Z]['’A-Z]*"), |found, _| Some(found[0].to_lowercase()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        let mut script = Script::new(text, 0);
        say(&mut script);
        script.text().to_owned()
    }

    #[test]
    fn lines_are_written_out() {
        let mut wrong = Vec::new();
        for (written, spoken) in [
            ("Meet me at 7:30 pm.", "Meet me at seven thirty P.M."),
            ("It is 7am, or 12:00.", "It is seven A.M., or twelve o'clock."),
            ("Open 9:05–17:45!", "Open nine oh five to seventeen forty-five!"),
            ("born 2026-12-10", "born December tenth, 2026"),
            ("on 12/10/2026 or 25/12/26", "on December tenth, 2026 or December twenty-fifth, 2026"),
            ("Dec. 5, 2024 and the 3rd of March", "December fifth, 2024 and the third of March"),
            ("May 5 be with you", "May fifth be with you"),
            ("$5 million, €2.5k, ¥300, 99¢", "5 million dollars, 2.5 thousand euros, 300 yen, 99 cents"),
            (
                "12 km/h, 5kg, 1 lb, -3°C, 20°",
                "12 kilometers per hour, 5 kilograms, 1 pound, -3 degrees Celsius, 20 degrees",
            ),
            ("1/2 a cup, 3/4 done, 5/40", "one half a cup, 3 quarters done, 5 slash 40"),
            ("Dr. Smith of St. Paul vs. Mt Etna", "Dr Smith of Saint Paul versus Mount Etna"),
            ("ages 3-5, 1990–95", "ages 3 to 5, 1990 to 95"),
            ("555-1234", "5 5 5, 1 2 3 4"),
            ("Chapter IV of Henry VIII, No. 5", "Chapter 4 of Henry the eighth, number 5"),
            ("a=b & 3 < 5 ~ ok™ #1 #nap", "a equals b & 3 less than 5 about ok number 1 hashtag nap"),
            ("“don’t” — okay…", "“don't” — okay…"),
            ("w/o milk, approx. 3", "without milk, approximately 3"),
            ("99:99 and 13/13/2020", "99:99 and 13/13/2020"),
            ("😀 hi 👶🏽", "hi"),
        ] {
            if said(written) != spoken {
                wrong.push(format!("{written}\n  {}\n  {spoken}", said(written)));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
