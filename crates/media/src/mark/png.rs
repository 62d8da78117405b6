//! XMP and C2PA in the chunks of a PNG. Called by `mark` only.

use super::said::Found;
use crate::container::png_chunks;

/// The keyword of the text chunk that holds an XMP packet, and what stands between it and the packet: not compressed, no
/// language, no translated keyword.
const XMP: &[u8] = b"XML:com.adobe.xmp\0\0\0\0\0";

const C2PA: &[u8] = b"caBX";

pub fn found(bytes: &[u8]) -> Found {
    let mut found = Found::default();
    for (name, body) in png_chunks(bytes) {
        match packet(name, body) {
            Some(packet) => found.xmp = found.xmp.or_else(|| Some(packet.to_owned())),
            None if name == C2PA => found.c2pa.get_or_insert_default().extend_from_slice(body),
            None => {}
        }
    }
    found
}

fn packet<'b>(name: &[u8], body: &'b [u8]) -> Option<&'b [u8]> {
    body.strip_prefix(XMP).filter(|_| name == b"iTXt")
}

/// The same picture with this packet in place of the one it has, behind its header; `None` for what is no PNG.
pub fn with_packet(bytes: &[u8], xmp: &[u8]) -> Option<Vec<u8>> {
    let mut marked = bytes.get(..8)?.to_owned();
    let mut chunks = png_chunks(bytes);
    let (name, header) = chunks.next().filter(|(name, _)| name == b"IHDR")?;
    put(&mut marked, name, &[header]);
    put(&mut marked, b"iTXt", &[XMP, xmp]);
    let mut end = 8 + 12 + header.len();
    for (name, body) in chunks {
        let whole = bytes.get(end..end + 12 + body.len())?;
        end += whole.len();
        if packet(name, body).is_none() {
            marked.extend_from_slice(whole);
        }
    }
    // What a phone appends behind the picture stays too.
    marked.extend_from_slice(bytes.get(end..)?);
    Some(marked)
}

fn put(to: &mut Vec<u8>, name: &[u8], parts: &[&[u8]]) {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    to.extend_from_slice(&(length as u32).to_be_bytes());
    let from = to.len();
    to.extend_from_slice(name);
    for part in parts {
        to.extend_from_slice(part);
    }
    let sum = checksum(&to[from..]);
    to.extend_from_slice(&sum.to_be_bytes());
}

/// CRC-32 as in the PNG specification, annex D.
fn checksum(bytes: &[u8]) -> u32 {
    let step = |sum: u32, byte: &u8| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { 0xedb8_8320 ^ (sum >> 1) } else { sum >> 1 })
    };
    !bytes.iter().fold(u32::MAX, step)
}
