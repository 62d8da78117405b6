//! Which bytes of a file are asked for: `Range` and its conditions, as RFC 9110 has them. Pure. The crates for it were tried
//! and left: http-range-header refuses a suffix longer than the file, and headers compares entity tags as strong where
//! `If-None-Match` asks for weak.

use axum::http::{HeaderMap, header};

/// What to answer with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    Whole,
    /// From the first byte to the last, both included.
    Part {
        first: u64,
        last: u64,
    },
    /// Nothing of what is asked for exists.
    Outside,
    /// The asker has it already.
    NotModified,
}

/// Reads the conditions of a request for a file of `length` bytes that is named `etag`.
pub fn wanted(headers: &HeaderMap, etag: &str, length: u64) -> Wanted {
    let text = |name| headers.get(name).and_then(|value: &axum::http::HeaderValue| value.to_str().ok());
    if text(header::IF_NONE_MATCH).is_some_and(|known| matches_any(known, etag)) {
        return Wanted::NotModified;
    }
    // A part is only wanted of the file that the asker has the rest of.
    let is_same = text(header::IF_RANGE).is_none_or(|known| known == etag);
    match text(header::RANGE) {
        Some(range) if is_same => part(range, length),
        _ => Wanted::Whole,
    }
}

fn matches_any(known: &str, etag: &str) -> bool {
    known.split(',').map(str::trim).any(|known| known == "*" || known.trim_start_matches("W/") == etag)
}

/// What cannot be read, and several parts at once, is answered with the whole file, as the standard allows.
fn part(range: &str, length: u64) -> Wanted {
    let Some((first, last)) = range.strip_prefix("bytes=").and_then(|range| range.trim().split_once('-')) else {
        return Wanted::Whole;
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    // More digits than fit are simply far behind the end.
    let number = |text: &str| text.parse().unwrap_or(u64::MAX);
    let (first, last) = match (first, last) {
        ("", last) if digits(last) => (length.saturating_sub(number(last)), length.saturating_sub(1)),
        (first, "") if digits(first) => (number(first), length.saturating_sub(1)),
        (first, last) if digits(first) && digits(last) && number(first) <= number(last) => {
            (number(first), number(last).min(length.saturating_sub(1)))
        }
        _ => return Wanted::Whole,
    };
    if first >= length { Wanted::Outside } else { Wanted::Part { first, last } }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    fn asked(headers: &[(HeaderName, &'static str)]) -> Wanted {
        let headers = headers.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value)));
        wanted(&headers.collect(), "\"abc\"", 10)
    }

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        for (range, expected) in [
            ("bytes=0-0", Wanted::Part { first: 0, last: 0 }),
            ("bytes=2-5", Wanted::Part { first: 2, last: 5 }),
            ("bytes=2-", Wanted::Part { first: 2, last: 9 }),
            ("bytes=-3", Wanted::Part { first: 7, last: 9 }),
            ("bytes=-30", Wanted::Part { first: 0, last: 9 }),
            ("bytes=5-999999999999999999999999", Wanted::Part { first: 5, last: 9 }),
            ("bytes=10-", Wanted::Outside),
            ("bytes=-0", Wanted::Outside),
            ("bytes=999999999999999999999999-", Wanted::Outside),
            ("bytes=5-2", Wanted::Whole),
            ("bytes=1-2,4-5", Wanted::Whole),
            ("bytes=--1", Wanted::Whole),
            ("bytes=-", Wanted::Whole),
            ("bytes=a-b", Wanted::Whole),
            ("bytes=+1-2", Wanted::Whole),
            ("lines=1-2", Wanted::Whole),
            ("", Wanted::Whole),
        ] {
            assert_eq!(asked(&[(header::RANGE, range)]), expected, "{range:?}");
        }
    }

    #[test]
    fn what_the_asker_has_is_not_sent_again() {
        for known in ["\"abc\"", "W/\"abc\"", "\"x\", \"abc\"", "*"] {
            assert_eq!(asked(&[(header::IF_NONE_MATCH, known)]), Wanted::NotModified, "{known}");
        }
        assert_eq!(asked(&[(header::IF_NONE_MATCH, "\"x\"")]), Wanted::Whole);
        let part = |of| asked(&[(header::IF_RANGE, of), (header::RANGE, "bytes=1-1")]);
        assert_eq!(part("\"abc\""), Wanted::Part { first: 1, last: 1 });
        assert_eq!(part("\"x\""), Wanted::Whole);
    }

    #[test]
    fn an_empty_file_has_no_parts() {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, HeaderValue::from_static("bytes=0-"));
        assert_eq!(wanted(&headers, "\"e\"", 0), Wanted::Outside);
    }
}
