//! XMP and C2PA in the chunks of a PNG. Called by `mark` only.

use super::pieces::Marked;
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
pub fn with_packet(bytes: &[u8], xmp: &[u8]) -> Option<Marked> {
    let mut chunks = png_chunks(bytes);
    let (_, header) = chunks.next().filter(|(name, _)| name == b"IHDR")?;
    let mut marked = Marked::default();
    let mut end = 8 + 12 + header.len() as u64;
    marked.keep(0..end);
    marked.put(chunk(b"iTXt", &[XMP, xmp]));
    for (name, body) in chunks {
        let from = end;
        end += 12 + body.len() as u64;
        if packet(name, body).is_none() {
            marked.keep(from..end);
        }
    }
    // What a phone appends behind the picture stays too.
    marked.keep(end..bytes.len() as u64);
    Some(marked)
}

fn chunk(name: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    let mut chunk = (body.len() as u32).to_be_bytes().to_vec();
    chunk.extend_from_slice(name);
    chunk.extend_from_slice(&body);
    let sum = checksum(&chunk[4..]);
    chunk.extend_from_slice(&sum.to_be_bytes());
    chunk
}

/// CRC-32 as in the PNG specification, annex D.
fn checksum(bytes: &[u8]) -> u32 {
    let step = |sum: u32, byte: &u8| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { 0xedb8_8320 ^ (sum >> 1) } else { sum >> 1 })
    };
    !bytes.iter().fold(u32::MAX, step)
}
