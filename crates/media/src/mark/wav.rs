//! XMP (XMP Specification, part 3: `_PMX`) and C2PA in the chunks of a WAV. Called by `mark` only; never reads samples.
//!
//! The packet goes behind everything else, and the size in the head grows by it.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use super::pieces::Marked;
use super::said::Found;
use super::xmp::Statement;

const XMP: &[u8; 4] = b"_PMX";
const C2PA: &[u8; 4] = b"C2PA";

/// No packet and no manifest is larger.
const LARGEST: u64 = 32 << 20;

/// More chunks than this are in no recording.
const MOST_CHUNKS: usize = 1_000;

pub fn found(file: &mut File) -> io::Result<Found> {
    Ok(walk(file)?.0)
}

/// The file with the packet, where it does not say it itself.
pub fn marked(file: &mut File, statement: &Statement) -> io::Result<Option<Marked>> {
    let (found, end) = walk(file)?;
    if found.said().is_settled() {
        return Ok(None);
    }
    let no_room = || io::Error::other("its chunks leave no room for a mark");
    let end = end.filter(|_| found.xmp.is_none()).ok_or_else(no_room)?;
    let mut chunk = Vec::new();
    if end % 2 == 1 {
        chunk.push(0);
    }
    let packet = statement.beside(None);
    chunk.extend_from_slice(XMP);
    chunk.extend_from_slice(&(packet.len() as u32).to_le_bytes());
    chunk.extend_from_slice(&packet);
    if packet.len() % 2 == 1 {
        chunk.push(0);
    }
    let size = u32::try_from(end - 8 + chunk.len() as u64).map_err(|_| no_room())?;
    let mut marked = Marked::default();
    marked.keep(0..4);
    marked.put(size.to_le_bytes().to_vec());
    marked.keep(8..end);
    marked.put(chunk);
    Ok(Some(marked))
}

/// What it holds, and where the file ends; `None` where its chunks do not end there, and nothing can follow.
fn walk(file: &mut File) -> io::Result<(Found, Option<u64>)> {
    let end = file.metadata()?.len();
    let (mut at, mut found) = (12, Found::default());
    for _ in 0..MOST_CHUNKS {
        if at >= end {
            // The byte that fills up the last chunk is sometimes left out.
            return Ok((found, (at == end || at == end + 1).then_some(end)));
        }
        file.seek(SeekFrom::Start(at))?;
        let mut head = Vec::new();
        (&*file).take(8).read_to_end(&mut head)?;
        let Some((name, size)) = head.split_first_chunk::<4>() else { return Ok((found, None)) };
        let Ok(size) = <[u8; 4]>::try_from(size) else { return Ok((found, None)) };
        let size = u64::from(u32::from_le_bytes(size));
        if at + 8 + size > end {
            return Ok((found, None));
        }
        let place = match name {
            XMP => Some(&mut found.xmp),
            C2PA => Some(&mut found.c2pa),
            _ => None,
        };
        if let Some(place @ None) = place
            && size <= LARGEST
        {
            let mut body = Vec::new();
            (&*file).take(size).read_to_end(&mut body)?;
            *place = Some(body);
        }
        at += 8 + size + size % 2;
    }
    Ok((found, None))
}
