//! XMP and C2PA in the chunks of a WebP. Called by `mark` only.

use super::said::Found;

pub fn found(bytes: &[u8]) -> Found {
    let mut found = Found::default();
    let mut at = 12;
    while let Some(head) = bytes.get(at..at + 8) {
        let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
        let Some(body) = bytes.get(at + 8..).and_then(|rest| rest.get(..length)) else { break };
        match &head[..4] {
            b"XMP " => found.xmp = found.xmp.or_else(|| Some(body.to_owned())),
            b"C2PA" => found.c2pa = found.c2pa.or_else(|| Some(body.to_owned())),
            _ => {}
        }
        // Chunks stand at even places.
        at += 8 + length + length % 2;
    }
    found
}
