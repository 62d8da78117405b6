//! XMP and C2PA in boxes at the top of an MP4. Called by `mark` only; never reads samples.
//!
//! The packet goes behind everything else: header and samples stay where they are, and so do the places that the header
//! names.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use super::pieces::Marked;
use super::said::Found;
use super::xmp::Statement;

/// The kind of a box of somebody's own, and the name of the one that holds XMP (XMP Specification, part 3).
const XMP: [u8; 16] = [0xbe, 0x7a, 0xcf, 0xcb, 0x97, 0xa9, 0x42, 0xe8, 0x9c, 0x71, 0x99, 0x94, 0x91, 0xe3, 0xaf, 0xac];
/// That of C2PA, where a purpose follows.
const C2PA: [u8; 16] = [0xd8, 0xfe, 0xc3, 0xd6, 0x1b, 0x0e, 0x48, 0x3c, 0x92, 0x97, 0x58, 0x28, 0x87, 0x7e, 0xc4, 0x81];

/// No packet and no manifest of a vertical video is larger.
const LARGEST: u64 = 32 << 20;

/// More boxes than this at the top is a fragmented stream.
const MOST_BOXES: usize = 1_000;

pub fn found(file: &mut File) -> io::Result<Found> {
    let mut found = Found::default();
    walk(file, |name, body| match name {
        XMP => found.xmp = found.xmp.take().or(Some(body)),
        C2PA => found.c2pa = found.c2pa.take().or(Some(body)),
        _ => {}
    })?;
    Ok(found)
}

/// The file with the packet behind it, where it does not say it itself.
pub fn marked(file: &mut File, statement: &Statement) -> io::Result<Option<Marked>> {
    let found = found(file)?;
    if found.said().is_settled() {
        return Ok(None);
    }
    if found.xmp.is_some() || walk(file, |_, _| {})?.is_none() {
        return Err(io::Error::other("it is no video of ours: its boxes leave no room for a mark"));
    }
    let packet = statement.beside(None);
    let length = 8 + XMP.len() + packet.len();
    let mut marked = Marked::default();
    marked.keep(0..file.metadata()?.len());
    marked.put([&(length as u32).to_be_bytes()[..], b"uuid", &XMP, &packet].concat());
    Ok(Some(marked))
}

/// Hands on the boxes of somebody's own. `None` where a box goes on to the end of the file, or past it: nothing can follow.
fn walk(file: &mut File, mut each: impl FnMut([u8; 16], Vec<u8>)) -> io::Result<Option<()>> {
    let end = file.metadata()?.len();
    let mut at = 0;
    for _ in 0..MOST_BOXES {
        if at == end {
            return Ok(Some(()));
        }
        file.seek(SeekFrom::Start(at))?;
        let mut head = Vec::new();
        (&*file).take(32).read_to_end(&mut head)?;
        let Some((&[a, b, c, d], rest)) = head.split_first_chunk::<4>() else { return Ok(None) };
        let (before, size) = match (u32::from_be_bytes([a, b, c, d]), rest.get(4..12)) {
            (0, _) => return Ok(None),
            (1, Some(long)) => (16, long.iter().fold(0, |size, &byte| size << 8 | u64::from(byte))),
            (size, _) => (8, u64::from(size)),
        };
        let next = at.checked_add(size).filter(|&next| size >= before && next <= end);
        let Some(next) = next else { return Ok(None) };
        let name = head.get(before as usize..before as usize + 16).and_then(|name| <[u8; 16]>::try_from(name).ok());
        if let (Some(b"uuid"), Some(name)) = (rest.get(..4), name)
            && size >= before + 16
            && size <= LARGEST
        {
            file.seek(SeekFrom::Start(at + before + 16))?;
            let mut body = Vec::new();
            (&*file).take(size - before - 16).read_to_end(&mut body)?;
            each(name, body);
        }
        at = next;
    }
    Ok(None)
}
