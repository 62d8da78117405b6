//! XMP and C2PA in the segments of a JPEG. Called by `mark` only.

use super::pieces::Marked;
use super::said::Found;

const APP0: u8 = 0xe0;
const APP1: u8 = 0xe1;
const APP11: u8 = 0xeb;
const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";

/// A JUMBF box in a segment; boxes that are larger than one go on in the next.
const JUMBF: &[u8] = b"JP";

pub fn found(bytes: &[u8]) -> Found {
    let mut found = Found::default();
    for Segment { marker, body, .. } in segments(bytes) {
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

/// The same picture with this packet in place of the one it has, else behind the segments that have to come first; `None`
/// where it does not fit.
pub fn with_packet(bytes: &[u8], xmp: &[u8]) -> Option<Marked> {
    let length = u16::try_from(2 + XMP.len() + xmp.len()).ok()?;
    let segment = [&[0xff, APP1], &length.to_be_bytes()[..], XMP, xmp].concat();
    let is_packet = |segment: &Segment<'_>| segment.marker == APP1 && segment.body.starts_with(XMP);
    let (from, to) = match segments(bytes).find(is_packet) {
        Some(packet) => (packet.from, packet.to),
        None => {
            let first = segments(bytes).take_while(|segment| matches!(segment.marker, APP0 | APP1));
            let at = first.last().map_or(2, |segment| segment.to);
            (at, at)
        }
    };
    let mut marked = Marked::default();
    marked.keep(0..from as u64);
    marked.put(segment);
    marked.keep(to as u64..bytes.len() as u64);
    Some(marked)
}

struct Segment<'b> {
    marker: u8,
    body: &'b [u8],
    /// Where it lies in the file, with its marker.
    from: usize,
    to: usize,
}

/// The segments before the first scan.
fn segments(bytes: &[u8]) -> impl Iterator<Item = Segment<'_>> {
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
                    let (from, to) = (at, at + 2 + usize::from(u16::from_be_bytes([length[0], length[1]])));
                    let body = bytes.get(at + 4..to)?;
                    at = to;
                    return Some(Segment { marker, body, from, to });
                }
            }
        }
    })
}
