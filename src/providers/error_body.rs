//! What an error reply says, whatever its shape: JSON of five kinds, a web page, plain text, or nothing. Used by the
//! error table only.

use serde_json::Value;

use crate::domain::Display;

/// The longest message that is shown.
const LONGEST_MESSAGE: usize = 300;

/// The largest body that is looked at.
const LONGEST_BODY: usize = 256 * 1024;

/// The parts of an error that any provider may give. All text is safe to show.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ErrorBody {
    /// Every name that the error has: `code`, `type`, `status`, the most precise first.
    pub codes: Vec<String>,
    pub message: Option<String>,
    /// The field of the request that is meant.
    pub param: Option<String>,
    /// Whether this is an error that the provider itself wrote, rather than something on the way.
    pub is_providers_own: bool,
}

impl ErrorBody {
    pub fn parse(body: &[u8]) -> Self {
        let body = &body[..body.len().min(LONGEST_BODY)];
        match serde_json::from_slice::<Value>(body) {
            Ok(value) => Self::from_json(&value),
            Err(_) => Self { message: plain_text(body), ..Self::default() },
        }
    }

    /// The error in a JSON value: `{"error": …}`, `{"detail": …}`, `{"message": …}` or the object itself.
    pub fn from_json(value: &Value) -> Self {
        let inner = ["error", "detail", "errors"].iter().find_map(|name| value.get(name).filter(|v| !v.is_null()));
        let mut found = Self::default();
        match inner.unwrap_or(value) {
            Value::String(text) => {
                found.message = shown(text);
                found.is_providers_own = inner.is_some();
            }
            // FastAPI: [{"loc": ["body", "text"], "msg": "field required", "type": "missing"}]
            Value::Array(items) => {
                let first = items.first().unwrap_or(&Value::Null);
                found.read_object(first);
                found.is_providers_own = found.message.is_some();
            }
            object @ Value::Object(_) => {
                found.read_object(object);
                found.is_providers_own = found.message.is_some() || !found.codes.is_empty();
            }
            _ => {}
        }
        // A bare "Not Found" is what a web framework says of an address that it does not have.
        if found.codes.is_empty() && found.message.as_deref().is_some_and(|text| text.eq_ignore_ascii_case("not found"))
        {
            found.is_providers_own = false;
        }
        found
    }

    fn read_object(&mut self, object: &Value) {
        let text = |name: &str| object.get(name).and_then(Value::as_str).and_then(shown);
        self.codes = ["code", "type", "status"].iter().filter_map(|name| text(name)).collect();
        self.message = text("message").or_else(|| text("msg")).or_else(|| text("error"));
        self.param = text("param").or_else(|| {
            let path = object.get("loc")?.as_array()?;
            let names: Vec<String> = path
                .iter()
                .filter(|part| part.as_str() != Some("body"))
                .map(|part| part.as_str().map_or_else(|| part.to_string(), str::to_owned))
                .collect();
            shown(&names.join("."))
        });
    }

    pub fn has_code(&self, code: &str) -> bool {
        self.codes.iter().any(|known| known.eq_ignore_ascii_case(code))
    }

    /// The most precise name of the error.
    pub fn code(&self) -> Option<&str> {
        self.codes.first().map(String::as_str)
    }
}

/// Text from outside, made safe and short; `None` if nothing is left.
fn shown(text: &str) -> Option<String> {
    let short: String = text.trim().chars().take(LONGEST_MESSAGE + 1).collect();
    let safe = short.display();
    let safe = safe.as_str().trim();
    match safe.char_indices().nth(LONGEST_MESSAGE) {
        Some((end, _)) => Some(format!("{}…", &safe[..end])),
        None if safe.is_empty() => None,
        None => Some(safe.to_owned()),
    }
}

/// The title of a web page, or the first line of a text; `None` for bytes that are no text.
fn plain_text(body: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(&body[..body.len().min(8 * 1024)]).ok()?;
    let lower = text.to_ascii_lowercase();
    if let Some(start) = lower.find("<title>") {
        let title = &text[start + "<title>".len()..];
        let end = title.find('<').unwrap_or(title.len());
        return shown(&title[..end]);
    }
    if lower.trim_start().starts_with('<') {
        return Some("a web page".to_owned());
    }
    shown(text.trim().lines().next()?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parts(body: &str) -> (Option<String>, Option<String>, Option<String>, bool) {
        let error = ErrorBody::parse(body.as_bytes());
        (error.codes.first().cloned(), error.message, error.param, error.is_providers_own)
    }

    #[test]
    fn errors_of_every_shape_are_read() {
        let some = |text: &str| Some(text.to_owned());
        for (body, code, message, param, own) in [
            (
                r#"{"error":{"message":"m","type":"t","param":"size","code":"c"}}"#,
                some("c"),
                some("m"),
                some("size"),
                true,
            ),
            (r#"{"error":{"message":"m","type":"t","param":null,"code":null}}"#, some("t"), some("m"), None, true),
            (r#"{"error":"model not loaded"}"#, None, some("model not loaded"), None, true),
            (r#"{"detail":{"status":"quota_exceeded","message":"m"}}"#, some("quota_exceeded"), some("m"), None, true),
            (
                r#"{"detail":{"type":"t","code":"c","status":"s","message":"m","param":"p"}}"#,
                some("c"),
                some("m"),
                some("p"),
                true,
            ),
            (
                r#"{"detail":[{"loc":["body","voice_settings",0],"msg":"bad","type":"value_error"}]}"#,
                some("value_error"),
                some("bad"),
                some("voice_settings.0"),
                true,
            ),
            (r#"{"detail":"Not authenticated"}"#, None, some("Not authenticated"), None, true),
            (r#"{"detail":"Not Found"}"#, None, some("Not Found"), None, false),
            (r#"{"message":"m"}"#, None, some("m"), None, true),
            (r#"{"detail":[]}"#, None, None, None, false),
            ("[]", None, None, None, false),
            ("null", None, None, None, false),
            ("{}", None, None, None, false),
            ("", None, None, None, false),
            ("<html><head><TITLE>502 Bad Gateway</TITLE>", None, some("502 Bad Gateway"), None, false),
            ("<!doctype html><p>x", None, some("a web page"), None, false),
            ("upstream connect error\nreset", None, some("upstream connect error"), None, false),
        ] {
            assert_eq!(parts(body), (code, message, param, own), "{body}");
        }
        assert_eq!(ErrorBody::parse(b"\xff\xfe\0"), ErrorBody::default());
    }

    #[test]
    fn a_message_cannot_move_the_cursor_or_fill_the_screen() {
        let hostile = format!("{{\"error\":\"\\u001b[2J\\u202e{}\"}}", "x".repeat(10_000));
        let message = ErrorBody::parse(hostile.as_bytes()).message.unwrap();
        assert!(message.starts_with("␛[2J·x") && message.chars().count() == 301, "{message}");
    }

    proptest! {
        #[test]
        fn no_body_breaks_the_reader(body in proptest::collection::vec(any::<u8>(), 0..300), text in any::<String>()) {
            let _ = ErrorBody::parse(&body);
            let _ = ErrorBody::parse(text.as_bytes());
            let _ = ErrorBody::parse(serde_json::json!({"error": {"message": text, "code": text}}).to_string().as_bytes());
        }
    }
}
