//! The mark that says how a file came to be: read from and written into PNG, JPEG, WebP, MP4 and WAV, as an XMP packet with
//! the IPTC's `DigitalSourceType`. Called when a file is handed to people, and to read what a file says.
//!
//! What a file says itself is never overwritten: one that names its source type, or that is signed (C2PA), stays as it is,
//! byte for byte. Signatures are found, not checked. The same file and the same mark give the same bytes.

mod jpeg;
mod mp4;
mod pieces;
mod png;
mod said;
mod wav;
mod webp;
mod xmp;

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use domain::Provenance;

use crate::container::{self, Kind};

pub use pieces::{Marked, Piece};
pub use said::Said;
pub use xmp::Statement;

/// Bytes of a picture file that is read.
const LARGEST_PICTURE: u64 = 256 * 1024 * 1024;

/// Why the mark of a file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum MarkError {
    /// The disk failed, or the file is not there.
    #[error("it cannot be read ({0})")]
    Io(#[from] io::Error),
    /// By its first bytes it holds no mark that is known here.
    #[error("it is {found}; marks are read in PNG, JPEG, WebP, MP4 and WAV files")]
    OtherKind {
        /// What it is instead, for people.
        found: &'static str,
    },
    /// It is read as a whole, and would fill the memory.
    #[error("it is larger than a picture can be")]
    TooLarge,
}

/// What a file says of its provenance. Takes any file; of a video only boxes are read, never its samples.
pub fn read(path: &Path) -> Result<Said, MarkError> {
    let mut file = File::open(path)?;
    let mut head = Vec::new();
    (&mut file).take(512).read_to_end(&mut head)?;
    match container::kind(&head) {
        Some(Kind::Mp4) => Ok(mp4::found(&mut file)?.said()),
        Some(Kind::Wav) => Ok(wav::found(&mut file)?.said()),
        Some(Kind::Png | Kind::Jpeg | Kind::WebP) => {
            file.take(LARGEST_PICTURE + 1 - head.len() as u64).read_to_end(&mut head)?;
            if head.len() as u64 > LARGEST_PICTURE { Err(MarkError::TooLarge) } else { Ok(in_picture(&head)) }
        }
        _ => Err(MarkError::OtherKind { found: container::describe(&head) }),
    }
}

/// What a picture says of its provenance; nothing for what is no picture.
pub fn in_picture(bytes: &[u8]) -> Said {
    match container::kind(bytes) {
        Some(Kind::Png) => png::found(bytes).said(),
        Some(Kind::Jpeg) => jpeg::found(bytes).said(),
        Some(Kind::WebP) => webp::found(bytes).said(),
        _ => Said::default(),
    }
}

/// Writes the mark into a file that does not say it itself. The error is for one that cannot carry it, which stays as it is.
pub fn write(path: &Path, provenance: &Provenance) -> io::Result<()> {
    let Some(marked) = marked(path, provenance)? else { return Ok(()) };
    let mut file = File::options().read(true).write(true).open(path)?;
    // Where bytes are only put over others, or behind all, the rest of the file is not touched: it may share its blocks.
    let stored = file.metadata()?.len();
    let pieces = marked.part(0, marked.length());
    let mut places = Vec::new();
    let mut at = 0;
    for piece in &pieces {
        match piece {
            Piece::Stored(range) if range.start != at => return rewrite(path, &marked),
            Piece::Stored(range) => at = range.end,
            Piece::Put(bytes) => {
                places.push((at, bytes));
                at += bytes.len() as u64;
            }
        }
    }
    if at < stored {
        return rewrite(path, &marked);
    }
    for (at, bytes) in places {
        file.seek(SeekFrom::Start(at))?;
        file.write_all(bytes)?;
    }
    Ok(())
}

fn rewrite(path: &Path, marked: &Marked) -> io::Result<()> {
    let stored = std::fs::read(path)?;
    std::fs::write(path, marked.of(&stored))
}

/// A file with its mark, as it is sent without being written. `None` where it stays as it is: it says it itself. The error is
/// for one that cannot be read, or that cannot carry a mark.
pub fn marked(path: &Path, provenance: &Provenance) -> io::Result<Option<Marked>> {
    let statement = Statement::of(provenance);
    let mut file = File::open(path)?;
    let mut head = Vec::new();
    (&mut file).take(512).read_to_end(&mut head)?;
    match container::kind(&head) {
        Some(Kind::Mp4) => mp4::marked(&mut file, &statement),
        Some(Kind::Wav) => wav::marked(&mut file, &statement),
        Some(Kind::Png | Kind::Jpeg | Kind::WebP) => {
            if file.metadata()?.len() > LARGEST_PICTURE {
                return Err(io::Error::other(MarkError::TooLarge));
            }
            file.read_to_end(&mut head)?;
            if in_picture(&head).is_settled() {
                return Ok(None);
            }
            let none = || io::Error::other("it leaves no room for a mark");
            with_statement(&head, &statement).map(Some).ok_or_else(none)
        }
        _ => Err(io::Error::other("it is no PNG, JPEG, WebP, MP4 or WAV, and carries no mark")),
    }
}

/// A PNG, JPEG or WebP with a statement; `None` where it stays as it is.
pub fn picture(picture: &[u8], statement: &Statement) -> Option<Vec<u8>> {
    let is_settled = in_picture(picture).is_settled();
    if is_settled { None } else { with_statement(picture, statement).map(|marked| marked.of(picture)) }
}

fn with_statement(picture: &[u8], statement: &Statement) -> Option<Marked> {
    type Format = (fn(&[u8]) -> said::Found, fn(&[u8], &[u8]) -> Option<Marked>);
    let (found, with_packet): Format = match container::kind(picture) {
        Some(Kind::Png) => (png::found, png::with_packet),
        Some(Kind::Jpeg) => (jpeg::found, jpeg::with_packet),
        Some(Kind::WebP) => (webp::found, webp::with_packet),
        _ => return None,
    };
    with_packet(picture, &statement.beside(found(picture).xmp.as_deref()))
}

/// A picture that was made of another one, with what that one says of its provenance.
pub fn carried(from: &[u8], made: Vec<u8>) -> Vec<u8> {
    let said = in_picture(from);
    let Some(source_type) = said.source_type() else { return made };
    let systems = said.xmp.as_ref().and_then(|said| said.systems.clone());
    let statement = Statement { source_type: Some(source_type.to_owned()), systems };
    picture(&made, &statement).unwrap_or(made)
}

#[cfg(test)]
mod tests;
