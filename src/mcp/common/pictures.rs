//! Pictures as an agent gets them: small, and never so many that an answer becomes large.

use std::io::Cursor;
use std::path::{Path, PathBuf};

use image::ImageFormat;
use image::codecs::jpeg::JpegEncoder;

use crate::domain::Provenance;
use crate::media::mark::{self, Statement};
use crate::media::picture;

/// Inside of this, in pixels.
const SIZE: (u32, u32) = (320, 480);

/// In an answer.
pub const MOST: usize = 6;

/// Bytes of the largest picture; at this size a photo has a quarter of that.
const LARGEST: usize = 96 * 1024;

/// Bytes of the largest file that is made small.
const LARGEST_FILE: u64 = 32 * 1024 * 1024;

/// A picture to show.
#[derive(Debug)]
pub struct Pictured {
    /// What it shows, as a label.
    pub what: String,
    pub file: PathBuf,
    /// How it was made, for what the file does not say itself.
    pub provenance: Option<Provenance>,
}

/// A small JPEG that says how it was made.
#[derive(Debug)]
pub struct Picture(Vec<u8>);

impl Picture {
    pub const MEDIA_TYPE: &'static str = "image/jpeg";

    /// Of a picture file; blocks. `None` of what cannot be shown: the answer has the file's place all the same.
    fn of(file: &Path, provenance: Option<&Provenance>) -> Option<Self> {
        let is_small = std::fs::metadata(file).is_ok_and(|facts| facts.len() <= LARGEST_FILE);
        let bytes = is_small.then(|| std::fs::read(file).ok()).flatten()?;
        let small = picture::fit(&picture::decode(&bytes).ok()?, SIZE.0, SIZE.1);
        // The second is for a picture of nothing but noise.
        let small = [82, 40].into_iter().find_map(|quality| {
            let mut written = Cursor::new(Vec::new());
            small.write_with_encoder(JpegEncoder::new_with_quality(&mut written, quality)).ok()?;
            let bytes = written.into_inner();
            (bytes.len() <= LARGEST).then_some(bytes)
        });
        let small = small?;
        // What the file says itself stays what is said.
        let carried = mark::carried(&bytes, small);
        let marked = provenance.and_then(|provenance| mark::picture(&carried, &Statement::of(provenance)));
        Some(Self(marked.unwrap_or(carried)))
    }

    pub fn base64(&self) -> String {
        debug_assert!(image::guess_format(&self.0).is_ok_and(|format| format == ImageFormat::Jpeg));
        base64_simd::STANDARD.encode_to_string(&self.0)
    }
}

/// The first of these files as small pictures, each with what it shows.
pub async fn small(files: Vec<Pictured>) -> Vec<(String, Picture)> {
    let made = tokio::task::spawn_blocking(|| {
        let files = files.into_iter().take(MOST);
        let small = |Pictured { what, file, provenance }| Some((what, Picture::of(&file, provenance.as_ref())?));
        files.filter_map(small).collect()
    });
    // Without pictures an answer is still an answer.
    made.await.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use image::RgbImage;

    use super::*;
    use crate::domain::SourceType;

    #[test]
    fn every_picture_is_small_whatever_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("noise.png");
        let mut random = fastrand::Rng::with_seed(7);
        let noise = RgbImage::from_fn(1024, 1536, |_, _| image::Rgb([random.u8(..), random.u8(..), random.u8(..)]));
        std::fs::write(&file, picture::encode_png(&noise)).unwrap();
        let provenance = Provenance { source: SourceType::AlgorithmicMedia, systems: Vec::new() };
        let small = Picture::of(&file, Some(&provenance)).expect("a picture");
        assert_eq!(mark::in_picture(&small.0).source_type(), Some("algorithmicMedia"));
        assert!(small.0.len() <= LARGEST + 1024, "{} bytes", small.0.len());
        let read = image::load_from_memory(&small.0).unwrap();
        assert_eq!((read.width(), read.height()), (320, 480));
        std::fs::write(&file, "no picture").unwrap();
        assert!(Picture::of(&file, None).is_none() && Picture::of(folder.path(), None).is_none());
    }
}
