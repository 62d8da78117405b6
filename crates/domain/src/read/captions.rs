//! What a campaign may say of its captions.

use super::faults::{Faults, Place, Problem, shortened};
use super::node::{Content, Node};
use super::object::{Object, one_of, wrong_type};
use crate::captions::{CaptionLook, CaptionPosition, CaptionStyle, LetterCase};

const STYLES: [(&str, CaptionStyle); 4] = [
    ("highlight", CaptionStyle::Highlight),
    ("plain", CaptionStyle::Plain),
    ("bold", CaptionStyle::Bold),
    ("none", CaptionStyle::None),
];

const POSITIONS: [(&str, CaptionPosition); 3] =
    [("top", CaptionPosition::Top), ("middle", CaptionPosition::Middle), ("bottom", CaptionPosition::Bottom)];

const CASES: [(&str, LetterCase); 3] =
    [("as_written", LetterCase::AsWritten), ("upper", LetterCase::Upper), ("lower", LetterCase::Lower)];

/// The object `captions`. What is wrong in it is as if it was left out.
pub fn look(node: &Node, faults: &mut Faults<'_>) -> CaptionLook {
    let place = Place::Field(&Place::Whole, "captions");
    let Some(mut object) = Object::open("The look of captions", node, &place, faults) else {
        return CaptionLook::default();
    };
    let style = object
        .optional("style")
        .and_then(|node| one_of("caption style", &STYLES, node, &Place::Field(&place, "style"), object.faults));
    let position = object.optional("position").and_then(|node| {
        one_of("caption position", &POSITIONS, node, &Place::Field(&place, "position"), object.faults)
    });
    let words_per_page = object
        .optional("words_per_page")
        .and_then(|node| words(node, &Place::Field(&place, "words_per_page"), object.faults));
    let case = object
        .optional("case")
        .and_then(|node| one_of("case", &CASES, node, &Place::Field(&place, "case"), object.faults));
    object.close();
    CaptionLook { style: style.unwrap_or_default(), position, words_per_page, case: case.unwrap_or_default() }
}

fn words(node: &Node, place: &Place<'_>, faults: &mut Faults<'_>) -> Option<u8> {
    const MOST: u8 = CaptionLook::MOST_WORDS;
    match node.content {
        Content::Number(words) if words.fract() == 0.0 && (1.0..=f64::from(MOST)).contains(&words) => Some(words as u8),
        Content::Number(words) => {
            faults.add(node.at, place, || {
                Problem::new(format!("{} is no usable number of words", shortened(&words.to_string())))
                    .hint(format!("Write a whole number from 1 to {MOST}."))
            });
            None
        }
        _ => {
            faults.add(node.at, place, || wrong_type(node, "a number").hint("Write it without quotes, such as 4."));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::captions::{CaptionLook, CaptionPosition, CaptionStyle, LetterCase};
    use crate::{Campaign, Fault, Format, read};

    fn reading(captions: &serde_json::Value) -> Result<Campaign, Vec<Fault>> {
        let document = json!({
            "campaign_id": "c", "topic": "Naps", "captions": captions,
            "script": [{"type": "dialogue", "speaker": "Ada", "text": "One."}],
            "baby_profiles": {"Ada": {"tone": "warm", "voice_id": "v"}},
        });
        read(&document.to_string(), Format::Json)
    }

    #[test]
    fn captions_look_as_a_campaign_says_and_else_as_always() {
        let asked = json!({"style": "plain", "position": "top", "words_per_page": 4, "case": "upper"});
        let look = CaptionLook {
            style: CaptionStyle::Plain,
            position: Some(CaptionPosition::Top),
            words_per_page: Some(4),
            case: LetterCase::Upper,
        };
        assert_eq!(reading(&asked).unwrap().captions, look);
        assert_eq!(reading(&json!({})).unwrap().captions, CaptionLook::default());
    }

    #[test]
    fn what_captions_cannot_be_is_told_with_what_they_can() {
        for (captions, place, message, hint) in [
            (json!({"style": "plane"}), "captions · style", "unknown caption style \"plane\"", "\"plain\""),
            (json!({"position": "left"}), "captions · position", "unknown caption position", "\"middle\""),
            (json!({"case": "title"}), "captions · case", "unknown case", "\"upper\""),
            (json!({"words_per_page": 0}), "captions · words_per_page", "0 is no usable number", "from 1 to 20"),
            (json!({"words_per_page": 2.5}), "captions · words_per_page", "2.5 is no usable number", "from 1 to 20"),
            (json!({"words_per_page": "4"}), "captions · words_per_page", "found a text", "without quotes"),
            (json!({"colour": "red"}), "captions · colour", "unknown field", "\"words_per_page\""),
            (json!("plain"), "captions", "found a text where an object is wanted", ""),
        ] {
            let faults = reading(&captions).expect_err(place);
            let fault = faults.iter().find(|fault| fault.place == place).unwrap_or_else(|| panic!("{faults:?}"));
            assert!(fault.message.contains(message), "{fault:?}");
            assert!(fault.hint.as_deref().unwrap_or_default().contains(hint), "{fault:?}");
        }
    }
}
