//! The mark that says how a file came to be: read from PNG, JPEG, WebP and MP4, written into PNG and MP4, as an XMP packet
//! with the IPTC's `DigitalSourceType`. Called when a file is handed to people, and to read what a file says.
//!
//! What a file says itself is never overwritten: one that names its source type, or that is signed (C2PA), stays as it is,
//! byte for byte. Signatures are found, not checked. The same file and the same mark give the same bytes.

mod jpeg;
mod mp4;
mod png;
mod said;
mod webp;
mod xmp;

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use domain::Provenance;

use crate::container::{self, Kind};

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
    #[error("it is {found}; marks are read in PNG, JPEG, WebP and MP4 files")]
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

/// Writes the mark into a PNG or MP4 that does not say it itself.
pub fn write(path: &Path, provenance: &Provenance) -> io::Result<()> {
    let mut file = File::options().read(true).write(true).open(path)?;
    let mut head = [0; 16];
    file.read_exact(&mut head)?;
    match container::kind(&head) {
        Some(Kind::Png) => {
            let bytes = std::fs::read(path)?;
            drop(file);
            picture(&bytes, &Statement::of(provenance)).map_or(Ok(()), |marked| std::fs::write(path, marked))
        }
        Some(Kind::Mp4) => mp4::write(&mut file, &Statement::of(provenance)),
        _ => Err(io::Error::other("it is neither a PNG nor an MP4, and carries no mark")),
    }
}

/// A PNG with a statement; `None` where it stays as it is.
pub fn picture(png: &[u8], statement: &Statement) -> Option<Vec<u8>> {
    let found = png::found(png);
    if found.said().is_settled() {
        return None;
    }
    png::with_packet(png, &statement.beside(found.xmp.as_deref()))
}

/// A PNG that was made of another picture, with what that one says of its provenance.
pub fn carried(from: &[u8], png: Vec<u8>) -> Vec<u8> {
    let said = in_picture(from);
    let Some(source_type) = said.source_type() else { return png };
    let systems = said.xmp.as_ref().and_then(|said| said.systems.clone());
    let statement = Statement { source_type: Some(source_type.to_owned()), systems };
    picture(&png, &statement).unwrap_or(png)
}

#[cfg(test)]
mod tests;
