//! Takes a key out of what a server sends back: a server that echoes the request's headers must not get the key onto
//! disk or screen. Lengths stay the same, so nothing else of a body moves, and a JSON text stays one.
//!
//! A body that was paid for must survive this. So only a key that no picture and no sound holds by chance is taken out of
//! bodies and headers; one such as `x` or `none`, as gateways ask for, is taken out only of words for people.

/// A key with fewer bytes, or with fewer different ones, may stand in the base64 of a picture or of silence.
const SHORTEST: usize = 16;
const FEWEST_DIFFERENT: usize = 8;

/// Whether a key can be told from data.
fn is_telling(secret: &[u8]) -> bool {
    let mut different = secret.to_vec();
    different.sort_unstable();
    different.dedup();
    secret.len() >= SHORTEST && different.len() >= FEWEST_DIFFERENT
}

/// Replaces a secret in a stream of chunks, wherever they are cut.
pub struct Redactor<'a> {
    /// Empty where it may not be replaced in bodies.
    secret: &'a [u8],
    /// The end of what came so far, as long as it may be the start of the secret.
    held: Vec<u8>,
    /// Whether what was passed on ends with a backslash that begins an escape.
    in_escape: bool,
}

impl<'a> Redactor<'a> {
    pub fn new(secret: &'a [u8]) -> Self {
        Self { secret: if is_telling(secret) { secret } else { &[] }, held: Vec::new(), in_escape: false }
    }

    /// What of the stream is now certain.
    pub fn pass(&mut self, chunk: &[u8]) -> Vec<u8> {
        let mut bytes = std::mem::take(&mut self.held);
        bytes.extend_from_slice(chunk);
        let certain;
        (certain, self.in_escape) = replace(&mut bytes, self.secret, self.in_escape);
        self.held = bytes.split_off(certain);
        bytes
    }

    /// What was held back when the stream ended.
    pub fn rest(self) -> Vec<u8> {
        self.held
    }
}

/// Replaces every occurrence of the secret by asterisks, unless it may be there by chance.
pub fn mask(bytes: &mut [u8], secret: &[u8]) {
    if is_telling(secret) {
        replace(bytes, secret, false);
    }
}

/// The same in words for people, whatever the secret is.
pub fn mask_words(text: &str, secret: &[u8]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    replace(&mut bytes, secret, false);
    // Asterisks in the place of ASCII: a key holds nothing else.
    String::from_utf8(bytes).unwrap_or_default()
}

/// Replaces the secret, plain or with characters written as JSON escapes. Returns how many bytes are certain, as what comes
/// behind them may be the start of the secret, and whether they end in the middle of an escape; `in_escape` says that of
/// what came before.
fn replace(bytes: &mut [u8], secret: &[u8], in_escape: bool) -> (usize, bool) {
    let Some(&first) = secret.first() else { return (bytes.len(), false) };
    // The second byte of the newest escape: `\\u0073` is an escaped backslash and five letters.
    let mut inside = in_escape.then_some(0);
    let mut at = 0;
    while let Some(next) = memchr::memchr2(first, b'\\', &bytes[at..]) {
        at += next;
        let is_backslash = bytes[at] == b'\\';
        let is_inside = inside == Some(at);
        let found = if is_backslash && is_inside { Match::None } else { match_at(bytes, at, secret) };
        match found {
            Match::Until(end) => {
                bytes[at..end].fill(b'*');
                at = end;
            }
            Match::Unfinished => return (at, is_inside),
            Match::None => {
                inside = (is_backslash && !is_inside).then_some(at + 1);
                at += 1;
            }
        }
    }
    (bytes.len(), inside == Some(bytes.len()))
}

enum Match {
    /// The whole secret, up to this byte.
    Until(usize),
    /// As far as the bytes go.
    Unfinished,
    None,
}

fn match_at(bytes: &[u8], start: usize, secret: &[u8]) -> Match {
    let mut at = start;
    for &expected in secret {
        let rest = &bytes[at..];
        at += match rest.first() {
            None => return Match::Unfinished,
            Some(b'\\') => match escape(rest) {
                Escape::Of(meant, length) if meant == expected => length,
                Escape::Unfinished => return Match::Unfinished,
                // A plain text has no escapes.
                _ if expected == b'\\' => 1,
                _ => return Match::None,
            },
            Some(byte) if *byte == expected => 1,
            Some(_) => return Match::None,
        };
    }
    Match::Until(at)
}

enum Escape {
    /// An ASCII character, and how many bytes it takes.
    Of(u8, usize),
    Unfinished,
    None,
}

/// The JSON escape at the start of `bytes`, as far as it may stand for a character of a key.
fn escape(bytes: &[u8]) -> Escape {
    match bytes.get(1) {
        None => Escape::Unfinished,
        Some(meant @ (b'/' | b'\\' | b'"')) => Escape::Of(*meant, 2),
        Some(b'u') => {
            let digits = &bytes[2..bytes.len().min(6)];
            if !digits.iter().all(u8::is_ascii_hexdigit) {
                return Escape::None;
            }
            if digits.len() < 4 {
                return Escape::Unfinished;
            }
            let code = std::str::from_utf8(digits).ok().and_then(|digits| u32::from_str_radix(digits, 16).ok());
            code.and_then(|code| u8::try_from(code).ok()).map_or(Escape::None, |meant| Escape::Of(meant, 6))
        }
        Some(_) => Escape::None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    const KEY: &[u8] = b"sk-canary/0123456789";

    fn passed(secret: &[u8], body: &[u8], size: usize) -> Vec<u8> {
        let mut redactor = Redactor::new(secret);
        let mut passed = Vec::new();
        for chunk in body.chunks(size) {
            passed.extend(redactor.pass(chunk));
        }
        passed.extend(redactor.rest());
        passed
    }

    /// The key as JSON may spell it: each of its characters plain or escaped, as `how` says.
    fn spelled(how: &[u8]) -> String {
        let spell = |(&byte, how): (&u8, &u8)| match (how % 3, byte) {
            (1, _) => format!("\\u{byte:04x}"),
            (2, b'/') => "\\/".to_owned(),
            _ => char::from(byte).to_string(),
        };
        KEY.iter().zip(how.iter().cycle()).map(spell).collect()
    }

    #[test]
    fn a_key_that_data_may_hold_by_chance_is_left_in_bodies_and_taken_out_of_words() {
        let silence = "A".repeat(64);
        for secret in ["x", "none", "abc", "fifteen-letters", "AAAAAAAAAAAAAAAA", "xyxyxyxyxyxyxyxyxyxyxyxy"] {
            let body = format!("{{\"b64_json\": \"{secret}{silence}{secret}\"}}").into_bytes();
            assert_eq!(passed(secret.as_bytes(), &body, 7), body, "{secret}");
            let mut header = body.clone();
            mask(&mut header, secret.as_bytes());
            assert_eq!(header, body);
            let words = mask_words(&format!("the key {secret} is wrong"), secret.as_bytes());
            assert!(!words.contains(secret), "{words}");
        }
    }

    #[test]
    fn an_escaped_backslash_begins_no_escape() {
        for text in [r#""\\u0073k-canary/0123456789""#, r#""\\\\u0073k-canary/0123456789""#] {
            assert_eq!(passed(KEY, text.as_bytes(), 1), text.as_bytes(), "another text than the key stays JSON");
        }
        for text in [r#""\\\u0073k-canary/0123456789""#, r#""\\sk-canary\/0123456789""#] {
            let masked = passed(KEY, text.as_bytes(), 1);
            let value: Value = serde_json::from_slice(&masked).expect("it stays JSON");
            assert!(
                value.as_str().is_some_and(|text| text.starts_with("\\***") && !text.contains("canary")),
                "{value}"
            );
        }
    }

    proptest! {
        #[test]
        fn a_key_never_passes_however_it_is_spelled_and_the_stream_is_cut(
            how in proptest::collection::vec(any::<u8>(), 1..24), noise in "[sk\\-a/\\\\u0]{0,9}", size in 1usize..40,
        ) {
            let text = serde_json::to_string(&noise).unwrap();
            let body = format!("{{\"message\": [{text}, \"{}\", {text}]}}", spelled(&how));
            let masked = passed(KEY, body.as_bytes(), size);
            prop_assert_eq!(masked.len(), body.len());
            let value: Value = serde_json::from_slice(&masked).expect("it stays JSON");
            let words = |n: usize| value["message"][n].as_str().unwrap();
            prop_assert!(words(1).bytes().all(|byte| byte == b'*'), "{}", value);
            prop_assert_eq!((words(0), words(2)), (&*noise, &*noise), "nothing else moves");
        }

        #[test]
        fn what_holds_no_key_passes_unchanged(body in proptest::collection::vec(any::<u8>(), 0..200), size in 1usize..9) {
            prop_assert_eq!(passed(KEY, &body, size), body);
        }

        #[test]
        fn a_key_is_found_among_any_bytes(
            before in proptest::collection::vec(any::<u8>(), 0..40), size in 1usize..9,
        ) {
            let body = [&before[..], KEY, b"\"}"].concat();
            let masked = passed(KEY, &body, size);
            prop_assert!(!masked.windows(KEY.len()).any(|window| window == KEY));
        }
    }
}
