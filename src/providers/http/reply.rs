//! What came back: the status, the headers that matter, and the body. The same type is read from a spool file after a
//! crash, so everything a decoder needs is in it, the time included.

use std::io::Read;

use flate2::read::MultiGzDecoder;
use serde::{Deserialize, Serialize};

use super::call::BODY_CAP;

/// The headers that are kept; nothing else of a reply's head is ever stored.
const KEPT: [&str; 8] = [
    "character-cost",
    "content-type",
    "current-concurrent-requests",
    "maximum-concurrent-requests",
    "request-id",
    "retry-after",
    "retry-after-ms",
    "x-request-id",
];

/// The longest value of a header that is kept.
const LONGEST_VALUE: usize = 300;

/// Status and headers of a reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// Seconds since 1970 when the headers came.
    pub received_at: u64,
}

/// A whole reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub head: Head,
    pub body: Vec<u8>,
}

impl Reply {
    /// A reply with its body as it was received. What a gateway did to it on the way is undone: it may be paid for.
    pub fn new(head: Head, received: Vec<u8>) -> Self {
        let mut body = unpacked(&received).unwrap_or(received);
        if body.starts_with(BYTE_ORDER_MARK) {
            body.drain(..BYTE_ORDER_MARK.len());
        }
        Self { head, body }
    }
}

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// No JSON, picture or sound begins like this, so that no header is needed to tell.
const GZIP: &[u8] = b"\x1f\x8b\x08";

/// The body of a server that packs although it was asked not to; `None` for any other, for a damaged one, and for one
/// that is too large.
fn unpacked(body: &[u8]) -> Option<Vec<u8>> {
    if !body.starts_with(GZIP) {
        return None;
    }
    let mut plain = Vec::new();
    MultiGzDecoder::new(body).take(BODY_CAP + 1).read_to_end(&mut plain).ok()?;
    (plain.len() as u64 <= BODY_CAP).then_some(plain)
}

impl Head {
    pub fn new<'a>(status: u16, headers: impl IntoIterator<Item = (&'a str, &'a str)>, received_at: u64) -> Self {
        let headers = headers
            .into_iter()
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .filter(|(name, value)| KEPT.contains(&name.as_str()) && value.len() <= LONGEST_VALUE)
            .collect();
        Self { status, headers, received_at }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.trim())
    }

    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The provider's own name for this call, if it is harmless to store and show.
    pub fn request_id(&self) -> Option<String> {
        let id = self.header("x-request-id").or_else(|| self.header("request-id"))?;
        let harmless = (1..=128).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic());
        harmless.then(|| id.to_owned())
    }

    /// How many calls the provider takes at once, as it announces.
    pub fn most_at_once(&self) -> Option<usize> {
        self.header("maximum-concurrent-requests")?.parse().ok().filter(|most| (1..=1000).contains(most))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn only_needed_headers_are_kept() {
        let long = "x".repeat(301);
        let head = Head::new(
            200,
            [
                ("X-Request-Id", "req_1"),
                ("Set-Cookie", "session=1"),
                ("Content-Type", long.as_str()),
                ("Maximum-Concurrent-Requests", "5"),
            ],
            0,
        );
        let names: Vec<&str> = head.headers.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["x-request-id", "maximum-concurrent-requests"]);
        assert_eq!((head.request_id().as_deref(), head.most_at_once()), (Some("req_1"), Some(5)));
        let hostile = Head::new(200, [("request-id", "a\tb"), ("maximum-concurrent-requests", "999999999")], 0);
        assert_eq!((hostile.request_id(), hostile.most_at_once()), (None, None));
    }

    fn packed(plain: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(plain).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn what_a_gateway_did_to_a_body_is_undone() {
        let body = |received: &[u8]| Reply::new(Head::new(200, [], 0), received.to_vec()).body;
        let plain = br#"{"a": 1}"#;
        let marked = [BYTE_ORDER_MARK, plain].concat();
        for received in [&plain[..], &marked, &packed(plain), &packed(&marked)] {
            assert_eq!(body(received), plain);
        }
        let twice = [packed(b"{\"a\":"), packed(b" 1}")].concat();
        assert_eq!(body(&twice), plain);
    }

    #[test]
    fn a_packed_body_that_is_damaged_or_a_bomb_stays_as_it_came() {
        let body = |received: &[u8]| Reply::new(Head::new(200, [], 0), received.to_vec()).body;
        let whole = packed(&[7; 10_000]);
        let bomb = packed(&vec![0; BODY_CAP as usize + 1]);
        let mut altered = whole.clone();
        *altered.last_mut().unwrap() ^= 1;
        for received in [&whole[..whole.len() / 2], &altered, &bomb, GZIP, b"\x1f\x8b", b""] {
            assert_eq!(body(received), received);
        }
    }

    #[test]
    fn a_head_reads_back_from_the_spool() {
        let head = Head::new(429, [("retry-after", "7")], 1_800_000_000);
        let stored = serde_json::to_string(&head).unwrap();
        assert_eq!(serde_json::from_str::<Head>(&stored).unwrap(), head);
    }
}
