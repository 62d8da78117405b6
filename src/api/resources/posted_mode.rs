//! A posted campaign may say in its body which mode it is to be made in. That is no part of a campaign: it is taken out
//! before the reader of campaign files sees the text.

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::api::common::extract::mode_of;
use crate::api::common::problem::Problem;
use crate::plan::Mode;

/// Takes `mode` out of a posted campaign, of which it is no part. Everything else stays as it was written, so that the
/// reader's faults point into what was sent.
pub fn take_mode(text: String) -> Result<(String, Option<Mode>), Problem> {
    let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
    if let Err(error) = serde_json::from_str::<IgnoredAny>(&text) {
        return Err(Problem::bad_request("malformed_json", format!("The body is no JSON: {error}.")));
    }
    let Ok(Members(members)) = serde_json::from_str::<Members>(&text) else { return Ok((text, None)) };
    let Some((_, value)) = members.iter().find(|(name, _)| name == "mode") else { return Ok((text, None)) };
    let word: String = serde_json::from_str(value.get())
        .map_err(|_| Problem::unprocessable("invalid_mode", "mode must be \"draft\" or \"final\"."))?;
    let mode = mode_of(&word)?;
    let others = members.iter().filter(|(name, _)| name != "mode");
    let others: Vec<String> =
        others.map(|(name, value)| format!("{}:{}", serde_json::Value::from(name.as_str()), value.get())).collect();
    Ok((format!("{{{}}}", others.join(",")), Some(mode)))
}

/// The members of an object, in order and with all that come twice.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mode_is_taken_out_and_everything_else_stays_in_order() {
        let taken = |text: &str| take_mode(text.to_owned());
        let plain = r#"{"z": {"b": 1, "a": [2]}, "a": 1.50}"#;
        assert_eq!(taken(plain), Ok((plain.to_owned(), None)));
        assert_eq!(
            taken(r#"{"z": {"b": 1, "a": [2]}, "mode": "draft", "a\"": 1.50, "z": 2}"#),
            Ok((r#"{"z":{"b": 1, "a": [2]},"a\"":1.50,"z":2}"#.to_owned(), Some(Mode::Draft)))
        );
        assert_eq!(taken("[1]"), Ok(("[1]".to_owned(), None)));
        for wrong in [r#"{"mode": 1}"#, r#"{"mode": "loud"}"#, "{", ""] {
            assert!(taken(wrong).is_err(), "{wrong}");
        }
    }
}
