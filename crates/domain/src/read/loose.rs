//! What people and language models leave in a file that is no part of it and harms nobody: a Markdown fence around the
//! document, and in JSON comments and a comma behind the last entry. It is covered with spaces, so that every place in the
//! file stays where it is. Called by `file` for a text that cannot be read as it stands.

use super::file::Format;

/// The text with what is harmless covered; `None` where there is nothing of it.
pub fn covered(text: &str, format: Format) -> Option<String> {
    let mut bytes = text.as_bytes().to_vec();
    cover_fence(text, &mut bytes);
    if format == Format::Json {
        cover_comments(&mut bytes);
        cover_last_commas(&mut bytes);
    }
    // Whole characters are covered, so this is always UTF-8.
    String::from_utf8(bytes).ok().filter(|covered| covered != text)
}

/// The text with its fence and its comments covered and everything else as it is, for a search for what stands where.
pub(crate) fn without_comments(text: &str, format: Format) -> String {
    let mut bytes = text.as_bytes().to_vec();
    cover_fence(text, &mut bytes);
    if format == Format::Json {
        cover_comments(&mut bytes);
    }
    // Whole characters are covered, so this is always UTF-8.
    String::from_utf8(bytes).unwrap_or_default()
}

/// Covers everything but line breaks.
fn cover(bytes: &mut [u8]) {
    bytes.iter_mut().filter(|byte| !matches!(byte, b'\n' | b'\r')).for_each(|byte| *byte = b' ');
}

fn cover_fence(text: &str, bytes: &mut [u8]) {
    const FENCE: &str = "```";
    let start = text.len() - text.trim_start().len();
    if !text[start..].starts_with(FENCE) {
        return;
    }
    let end_of_line = text[start..].find('\n').map_or(text.len(), |length| start + length);
    cover(&mut bytes[start..end_of_line]);
    let last_line = text.trim_end().rfind('\n').map_or(0, |newline| newline + 1);
    if last_line > end_of_line && text[last_line..].trim_start().starts_with(FENCE) {
        cover(&mut bytes[last_line..]);
    }
}

/// The bytes of a JSON text that stand outside of its strings, by position.
fn outside_of_strings(bytes: &[u8]) -> impl Iterator<Item = (usize, u8)> {
    let (mut in_string, mut is_escaped) = (false, false);
    bytes.iter().copied().enumerate().filter(move |&(_, byte)| {
        let was_in_string = in_string;
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_string => is_escaped = true,
            b'"' => in_string = !in_string,
            _ => {}
        }
        !was_in_string && byte != b'"'
    })
}

fn cover_comments(bytes: &mut [u8]) {
    // A comment may hold quotes, so that each one is covered before the next is looked for.
    let mut from = 0;
    loop {
        let begins = |at: usize| matches!(bytes.get(at..at + 2), Some(b"//" | b"/*"));
        let Some(at) = outside_of_strings(&bytes[from..]).map(|(at, _)| from + at).find(|&at| begins(at)) else {
            return;
        };
        let rest = &bytes[at..];
        let length = if rest.starts_with(b"//") {
            rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len())
        } else {
            memchr::memmem::find(&rest[2..], b"*/").map_or(rest.len(), |end| end + 4)
        };
        cover(&mut bytes[at..at + length]);
        from = at + length;
    }
}

fn cover_last_commas(bytes: &mut [u8]) {
    let mut comma = None;
    let mut last = Vec::new();
    for (at, byte) in outside_of_strings(bytes) {
        match byte {
            b',' => comma = Some(at),
            b']' | b'}' => last.extend(comma.take()),
            byte if byte.is_ascii_whitespace() => {}
            _ => comma = None,
        }
    }
    // A text is something between two commas, though it stands in quotes.
    last.retain(|&at| {
        !bytes[at..].iter().skip(1).take_while(|byte| !matches!(byte, b']' | b'}')).any(|&byte| byte == b'"')
    });
    // `[,]` lacks an entry.
    last.retain(|&at| bytes[..at].trim_ascii_end().last().is_some_and(|before| !matches!(before, b'[' | b'{' | b',')));
    for at in last {
        bytes[at] = b' ';
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn fences_comments_and_last_commas_are_covered_in_place() {
        for (text, expected) in [
            ("```json\n{\"a\": 1}\n```\n", "       \n{\"a\": 1}\n   \n"),
            ("{\"a\": [1,2,], }", "{\"a\": [1,2 ]  }"),
            (
                "{ // é \"x\n\"a\": \"//b\", /* c */ \"d\": \"e,}\",\n}",
                "{         \n\"a\": \"//b\",         \"d\": \"e,}\" \n}",
            ),
        ] {
            let covered = covered(text, Format::Json).unwrap();
            assert_eq!(covered, expected);
            assert_eq!(covered.len(), text.len());
        }
        for text in ["[,]", "{\"a\": \"b\"}", "[1,,2]", "{\"a\":1,\"b\"}"] {
            assert_eq!(covered(text, Format::Json), None, "{text}");
        }
        assert_eq!(covered("a: b, ]", Format::Yaml), None);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_fail(text in r#"([\PC\n]|[`/*,"\\\[\]{}\n]){0,40}"#) {
            for format in [Format::Json, Format::Yaml] {
                if let Some(covered) = covered(&text, format) {
                    prop_assert_eq!(covered.len(), text.len());
                }
            }
        }
    }
}
