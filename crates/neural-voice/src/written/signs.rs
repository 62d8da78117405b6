//! Signs: quotes and blanks made plain, emoji left out, the rest said in words.

use unicode_normalization::UnicodeNormalization;

use super::pattern;
use crate::script::Script;

/// Between two things, said as words.
const BETWEEN: [(&str, &str); 4] = [("=", "equals"), ("<", "less than"), (">", "greater than"), ("~", "about")];

/// Anywhere.
const ANYWHERE: [(&str, &str); 19] = [
    ("§", "section"),
    ("±", "plus or minus"),
    ("×", "times"),
    ("÷", "divided by"),
    ("©", "copyright"),
    ("→", "to"),
    ("½", "one half"),
    ("¼", "one quarter"),
    ("¾", "three quarters"),
    ("²", "squared"),
    ("³", "cubed"),
    ("°", "degrees"),
    ("¢", "cents"),
    ("^", "to the power of"),
    ("#", "hashtag"),
    ("|", ","),
    ("*", ""),
    ("_", ""),
    ("\\", ""),
];

/// Makes one spelling of what looks alike, and leaves out what nobody says: emoji, signs of ownership, marks that cannot
/// be seen.
pub fn plain(script: &mut Script) {
    script.rewrite(pattern!(r"[^\x00-\x7F]"), |found, _| {
        let letter = found[0].chars().next()?;
        match letter {
            '’' | '‘' | 'ʼ' | '`' => Some("'".to_owned()),
            '‒' | '‐' | '‑' => Some("-".to_owned()),
            '―' => Some("—".to_owned()),
            '“' | '”' | '—' | '–' | '…' | '¿' | '¡' => None,
            _ if letter.is_alphabetic() && !is_latin(letter) => Some(" ".to_owned()),
            _ if letter.is_alphabetic() || letter.is_numeric() => plain_letter(letter),
            _ if is_said(letter) => None,
            _ => Some(" ".to_owned()),
        }
    });
    script.rewrite(pattern!(r"[\s\x00-\x1F\x7F]+"), |found, _| (found[0] != *" ").then(|| " ".to_owned()));
    script.rewrite(pattern!(r"^ | $"), |_, _| Some(String::new()));
}

/// Whether this voice can read a letter: it knows no other alphabet than the Latin one.
pub fn is_latin(letter: char) -> bool {
    let wide = ('\u{ff21}'..='\u{ff5a}').contains(&letter);
    let is_in_block = letter <= '\u{24f}'
        || ('\u{1e00}'..='\u{1eff}').contains(&letter)
        || ('\u{fb00}'..='\u{fb06}').contains(&letter);
    letter.is_alphabetic() && (is_in_block || wide || letter == 'ℓ')
}

/// Wide and ligature forms as their common ones; fractions stay, they have names.
fn plain_letter(letter: char) -> Option<String> {
    let plain: String = if "½¼¾²³".contains(letter) { letter.into() } else { letter.to_string().nfkc().collect() };
    (!plain.chars().eq([letter])).then_some(plain)
}

fn is_said(letter: char) -> bool {
    "£€¥₹₩µ".contains(letter) || ANYWHERE.iter().any(|(sign, _)| sign.starts_with(letter))
}

pub fn say(script: &mut Script) {
    script.rewrite(pattern!(r"\+(\d)"), |found, around| {
        let joined = around.before.is_some_and(char::is_alphanumeric);
        (!joined).then(|| format!("plus {}", &found[1]))
    });
    script.rewrite(pattern!(r" ?([=<>~]) ?"), |found, around| {
        let (_, said) = BETWEEN.iter().find(|(sign, _)| *sign == &found[1])?;
        let is_between = around.before.is_some() && around.after.is_some();
        is_between.then(|| format!(" {said} "))
    });
    script.rewrite(pattern!(r"[§±×÷©→½¼¾²³°¢^#|*_\\]"), |found, _| {
        let (_, said) = ANYWHERE.iter().find(|(sign, _)| *sign == &found[0])?;
        Some(if said.is_empty() { " ".to_owned() } else { format!(" {said} ") })
    });
    script.rewrite(pattern!(r" +"), |found, _| (found[0].len() > 1).then(|| " ".to_owned()));
    script.rewrite(pattern!(r" ([,.;:!?])"), |found, _| Some(found[1].to_owned()));
    script.rewrite(pattern!(r"^ | $"), |_, _| Some(String::new()));
}
