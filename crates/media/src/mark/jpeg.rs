//! XMP and C2PA in the segments of a JPEG. Called by `mark` only.

use super::said::Found;

const APP1: u8 = 0xe1;
const APP11: u8 = 0xeb;
const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";

/// A JUMBF box in a segment; boxes that are larger than one go on in the next.
const JUMBF: &[u8] = b"JP";

pub fn found(bytes: &[u8]) -> Found {
    let mut found = Found::default();
    for (marker, body) in segments(bytes) {
        match (marker, body.strip_prefix(XMP), body.strip_prefix(JUMBF)) {
            (APP1, Some(packet), _) => found.xmp = found.xmp.or_else(|| Some(packet.to_owned())),
            (APP11, _, Some(part)) => found.c2pa.get_or_insert_default().extend_from_slice(part),
            _ => {}
        }
    }
    // JUMBF holds other things than manifests as well.
    found.c2pa = found.c2pa.filter(|boxes| memchr::memmem::find(boxes, b"c2pa").is_some());
    found
}

/// The segments before the first scan, as marker and body.
fn segments(bytes: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    let mut at = 2;
    std::iter::from_fn(move || {
        loop {
            let [0xff, marker] = *bytes.get(at..at + 2)? else { return None };
            match marker {
                // Padding.
                0xff => at += 1,
                // Markers without a body.
                0x01 | 0xd0..=0xd7 => at += 2,
                // The scan, or the end.
                0xd8..=0xda => return None,
                _ => {
                    let length = bytes.get(at + 2..at + 4)?;
                    let end = at + 2 + usize::from(u16::from_be_bytes([length[0], length[1]]));
                    let body = bytes.get(at + 4..end)?;
                    at = end;
                    return Some((marker, body));
                }
            }
        }
    })
}
