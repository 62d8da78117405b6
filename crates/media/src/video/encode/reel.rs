//! The pictures of a clip in any order, for a viewer: a front end that plays it, and jumps within it. Holds one
//! picture at a time, so that the length of a clip costs no memory. Knows no clock.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use super::decode::{DecodeError, PictureDecoder, refuse_other_sizes, unreadable};
use crate::video::frame::{Frame, FrameError, Frames};
use crate::video::h264::stream::{Framing, Pictures};

/// A silent stream that `video::encode` made, opened.
pub struct Reel {
    path: PathBuf,
    count: u32,
    /// The pictures that need none before them, in order.
    keyframes: Vec<u32>,
    pictures: Pictures<BufReader<File>>,
    decoder: PictureDecoder,
    /// The picture that is read next.
    next: u32,
    /// The picture that was decoded last.
    shown: Option<(u32, Frame)>,
}

impl Reel {
    /// Reads the whole stream once, to know where it can be begun.
    pub fn open(path: &Path) -> Result<Reel, DecodeError> {
        let mut pictures = read(path)?;
        let (mut picture, mut count, mut keyframes) = (Vec::new(), 0, Vec::new());
        while let Some(idr) = pictures.next(&mut picture).map_err(|error| unreadable(&error))? {
            if count == 0 {
                refuse_other_sizes(&pictures.sets().sps)?;
            }
            keyframes.extend(idr.then_some(count));
            count += 1;
        }
        if keyframes.first() != Some(&0) {
            return Err(DecodeError::TooShort { count: 0, asked: 1 });
        }
        let (pictures, decoder) = (read(path)?, PictureDecoder::new()?);
        Ok(Reel { path: path.to_owned(), count, keyframes, pictures, decoder, next: 0, shown: None })
    }

    /// The pictures that need none before them, in order.
    pub fn keyframes(&self) -> &[u32] {
        &self.keyframes
    }

    /// Decodes on to a picture, or from the last keyframe before it where that is nearer.
    fn seek(&mut self, number: u32) -> Result<&Frame, DecodeError> {
        if self.shown.as_ref().is_none_or(|(shown, _)| *shown != number) {
            let at = self.keyframes.partition_point(|keyframe| *keyframe <= number);
            let start = self.keyframes[at.saturating_sub(1)];
            let is_ahead = self.next <= number && start <= self.next;
            if !is_ahead {
                if start < self.next {
                    self.pictures = read(&self.path)?;
                    self.next = 0;
                }
                self.decoder = PictureDecoder::new()?;
            }
            let from = if is_ahead { self.next } else { start };
            let mut picture = Vec::new();
            for read in self.next..=number {
                let there = self.pictures.next(&mut picture).map_err(|error| unreadable(&error))?;
                if there.is_none() {
                    return Err(DecodeError::TooShort { count: read, asked: number + 1 });
                }
                self.next = read + 1;
                if read >= from {
                    self.shown = Some((read, self.decoder.decode(&picture)?));
                }
            }
        }
        self.shown.as_ref().map(|(_, frame)| frame).ok_or(DecodeError::TooShort { count: 0, asked: 1 })
    }
}

impl Frames for Reel {
    fn count(&self) -> u32 {
        self.count
    }

    fn draw(&mut self, number: u32, into: &mut Frame) -> Result<(), FrameError> {
        let number = number.min(self.count.saturating_sub(1));
        let frame = self.seek(number).map_err(|error| FrameError(error.to_string()))?;
        into.clone_from(frame);
        Ok(())
    }
}

fn read(path: &Path) -> Result<Pictures<BufReader<File>>, DecodeError> {
    let file = File::open(path).map_err(|error| unreadable(&error))?;
    Ok(Pictures::new(BufReader::new(file), Framing::StartCode))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::video::encode::encoder::{Encoder, encode};
    use crate::video::testing::Bars;

    /// A clip of two keyframes and some more pictures, on disk.
    fn clip(count: u32) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        let stream =
            encode(&mut Bars(count), &Encoder::Embedded, &mut |_| std::ops::ControlFlow::Continue(())).unwrap();
        std::fs::write(file.path(), stream).unwrap();
        file
    }

    #[test]
    fn pictures_come_in_any_order_as_they_were_drawn() {
        let file = clip(70);
        let mut reel = Reel::open(file.path()).unwrap();
        assert_eq!(reel.count(), 70);
        let mut frame = Frame::black();
        // On, again, over a keyframe, back within a second, back to the start, to the end.
        for number in [0, 2, 2, 41, 38, 1, 69, 500] {
            reel.draw(number, &mut frame).unwrap();
            let error = Bars::difference(&frame, number.min(69));
            assert!(error < 2.0, "picture {number} is off by {error}");
        }
    }

    #[test]
    fn what_is_no_clip_is_refused_and_never_a_panic() {
        let file = clip(40);
        assert!(Reel::open(Path::new("no-such-clip")).is_err());
        let stream = std::fs::read(file.path()).unwrap();
        for damaged in [&b""[..], b"a web page", &stream[..9]] {
            std::fs::write(file.path(), damaged).unwrap();
            assert!(Reel::open(file.path()).is_err());
        }
        std::fs::write(file.path(), &stream[..stream.len() / 2]).unwrap();
        if let Ok(mut reel) = Reel::open(file.path()) {
            let _ = reel.draw(39, &mut Frame::black());
        }
    }
}
