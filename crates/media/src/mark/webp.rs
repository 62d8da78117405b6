//! XMP and C2PA in the chunks of a WebP. Called by `mark` only.

use super::pieces::Marked;
use super::said::Found;

/// In the flags of the chunk `VP8X`.
const HAS_XMP: u8 = 0x04;
const HAS_ALPHA: u8 = 0x10;

pub fn found(bytes: &[u8]) -> Found {
    let mut found = Found::default();
    for Chunk { name, body, .. } in chunks(bytes) {
        match name {
            b"XMP " => found.xmp = found.xmp.or_else(|| Some(body.to_owned())),
            b"C2PA" => found.c2pa = found.c2pa.or_else(|| Some(body.to_owned())),
            _ => {}
        }
    }
    found
}

/// The same picture with this packet behind everything else, in place of the one it has. One in the simple format becomes
/// one in the extended format, which says how large it is; its picture stays as it is. `None` for what is no whole WebP.
pub fn with_packet(bytes: &[u8], xmp: &[u8]) -> Option<Marked> {
    let first = chunks(bytes).next()?;
    let head = if first.name == b"VP8X" {
        let mut head = bytes.get(first.from..first.to)?.to_owned();
        *head.get_mut(8)? |= HAS_XMP;
        head
    } else {
        extended(&first)?
    };
    let (mut marked, mut kept) = (Marked::default(), Marked::default());
    let mut end = 12;
    for chunk in chunks(bytes) {
        end = chunk.to;
        if !matches!(chunk.name, b"VP8X" | b"XMP ") {
            kept.keep(chunk.from as u64..chunk.to as u64);
        }
    }
    let mut packet = [b"XMP ".as_slice(), &(xmp.len() as u32).to_le_bytes(), xmp].concat();
    packet.extend(std::iter::repeat_n(0, xmp.len() % 2));
    let size = u32::try_from(4 + head.len() as u64 + kept.length() + packet.len() as u64).ok()?;
    marked.keep(0..4);
    marked.put([&size.to_le_bytes()[..], b"WEBP", &head].concat());
    marked.append(kept);
    marked.put(packet);
    marked.keep(end as u64..bytes.len() as u64);
    Some(marked)
}

/// The chunk `VP8X` of a picture in the simple format (RFC 9649, 2.7.1).
fn extended(picture: &Chunk<'_>) -> Option<Vec<u8>> {
    let body = picture.body;
    let (width, height, alpha) = match picture.name {
        b"VP8 " => {
            let [0x9d, 0x01, 0x2a, a, b, c, d] = *body.get(3..10)? else { return None };
            let side = |low, high| u32::from(u16::from_le_bytes([low, high]) & 0x3fff);
            (side(a, b), side(c, d), false)
        }
        b"VP8L" => {
            let [0x2f, a, b, c, d] = *body.get(..5)? else { return None };
            let bits = u32::from_le_bytes([a, b, c, d]);
            ((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1, bits >> 28 & 1 == 1)
        }
        _ => return None,
    };
    let flags = HAS_XMP | if alpha { HAS_ALPHA } else { 0 };
    let mut chunk = b"VP8X\x0a\0\0\0".to_vec();
    chunk.extend_from_slice(&[flags, 0, 0, 0]);
    chunk.extend_from_slice(&width.checked_sub(1)?.to_le_bytes()[..3]);
    chunk.extend_from_slice(&height.checked_sub(1)?.to_le_bytes()[..3]);
    Some(chunk)
}

struct Chunk<'b> {
    name: &'b [u8; 4],
    body: &'b [u8],
    /// Where it lies in the file, with its head and what fills it up.
    from: usize,
    to: usize,
}

fn chunks(bytes: &[u8]) -> impl Iterator<Item = Chunk<'_>> {
    let mut at = 12;
    std::iter::from_fn(move || {
        let (name, rest) = bytes.get(at..)?.split_first_chunk::<4>()?;
        let (length, rest) = rest.split_first_chunk::<4>()?;
        let length = u32::from_le_bytes(*length) as usize;
        let body = rest.get(..length)?;
        let from = at;
        // Chunks stand at even places.
        at = (from + 8 + length + length % 2).min(bytes.len());
        Some(Chunk { name, body, from, to: at })
    })
}
