//! Reads what stands beside a paid product in a JSON reply: what cannot be read there costs nobody the product.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// A member that is `None` where it is of another type than expected, or a number that none holds, such as `1e400`. For
/// `#[serde(default, deserialize_with = "lenient")]`.
pub fn lenient<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Option<T>, D::Error> {
    let raw = <&RawValue>::deserialize(deserializer)?;
    Ok(serde_json::from_str(raw.get()).ok())
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Product {
        sound: String,
        #[serde(default, deserialize_with = "lenient")]
        usage: Option<Value>,
        #[serde(default, deserialize_with = "lenient")]
        number: Option<u32>,
    }

    #[test]
    fn what_stands_beside_a_product_never_costs_it() {
        let read = |beside: &str| {
            let text = format!(r#"{{"number": 3, {beside}"sound": "x"}}"#);
            serde_json::from_slice::<Product>(text.as_bytes()).unwrap()
        };
        assert_eq!(read(r#""usage": {"a": 1}, "#).usage.unwrap()["a"], 1);
        for beside in ["", r#""usage": null, "#, r#""usage": 1e400, "#, r#""usage": {"a": [-1e9999]}, "#] {
            assert_eq!(read(beside).usage.unwrap_or_default(), Value::Null, "{beside}");
        }
        assert_eq!(read("").number, Some(3));
        let text = r#"{"number": "three", "sound": "x"}"#;
        assert_eq!(serde_json::from_slice::<Product>(text.as_bytes()).unwrap().number, None);
    }
}
