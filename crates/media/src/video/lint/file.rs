//! An MP4's header, and its samples by number. Called by the rules; knows no rules.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use mp4_atom::{Atom, Moov, Stbl, StszSamples, Trak};

/// A header larger than this is of a film, not of a vertical video.
const LARGEST_HEADER: u64 = 64 << 20;

/// No sample of this format comes near it.
const LARGEST_SAMPLE: u32 = 16 << 20;

/// More samples than a day has pictures are not counted out.
const MOST_SAMPLES: usize = 4 << 20;

/// More boxes than this at the top is a fragmented stream or no video.
const MOST_BOXES: usize = 1_000;

/// Why a file cannot be checked at all.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("it cannot be read ({0})")]
    Io(#[from] io::Error),
    #[error("it is not an MP4 file")]
    NotMp4,
    #[error("it has no header (moov): it was not written to its end")]
    NoHeader,
    #[error("its header is damaged ({0})")]
    Header(mp4_atom::Error),
    #[error("its header is larger than a vertical video's")]
    TooLarge,
}

/// A file that was opened: what stands at its top, and its header.
pub(super) struct Mp4 {
    file: File,
    length: u64,
    /// The kinds of the boxes at the top, in order.
    pub(super) boxes: Vec<[u8; 4]>,
    pub(super) moov: Moov,
    /// The header as it stands in the file.
    raw: Vec<u8>,
}

impl Mp4 {
    pub(super) fn open(path: &Path) -> Result<Mp4, ReadError> {
        let mut file = File::open(path)?;
        let length = file.metadata()?.len();
        let (mut at, mut boxes, mut raw) = (0, Vec::new(), None);
        while at + 8 <= length && boxes.len() < MOST_BOXES {
            file.seek(SeekFrom::Start(at))?;
            let mut head = [0; 16];
            let read = read_up_to(&mut file, &mut head)?;
            let short = u64::from(u32::from_be_bytes([head[0], head[1], head[2], head[3]]));
            let kind = [head[4], head[5], head[6], head[7]];
            let (before, size) = match short {
                0 => (8, length - at),
                1 if read == 16 => (16, u64::from_be_bytes([8, 9, 10, 11, 12, 13, 14, 15].map(|index| head[index]))),
                size => (8, size),
            };
            if boxes.is_empty() && &kind != b"ftyp" {
                return Err(ReadError::NotMp4);
            }
            boxes.push(kind);
            if &kind == b"moov" && raw.is_none() {
                let body = size.saturating_sub(before);
                if body > LARGEST_HEADER {
                    return Err(ReadError::TooLarge);
                }
                file.seek(SeekFrom::Start(at + before))?;
                let mut bytes = Vec::new();
                (&mut file).take(body).read_to_end(&mut bytes)?;
                raw = Some(bytes);
            }
            // A box shorter than its own head would be read for ever.
            at = if size < before { length } else { at.saturating_add(size) };
        }
        if boxes.is_empty() {
            return Err(ReadError::NotMp4);
        }
        let raw = raw.ok_or(ReadError::NoHeader)?;
        let moov = Moov::decode_body(&mut raw.as_slice()).map_err(ReadError::Header)?;
        Ok(Mp4 { file, length, boxes, moov, raw })
    }

    /// The tracks of a kind ("vide" or "soun").
    pub(super) fn tracks(&self, handler: [u8; 4]) -> Vec<&Trak> {
        self.moov.trak.iter().filter(|track| track.mdia.hdlr.handler == handler.into()).collect()
    }

    /// The bytes of a sample; none when it lies outside the file or is too large to be one.
    pub(super) fn sample(&self, place: Place) -> Option<Vec<u8>> {
        if place.size > LARGEST_SAMPLE || place.at.checked_add(u64::from(place.size))? > self.length {
            return None;
        }
        let mut file = &self.file;
        file.seek(SeekFrom::Start(place.at)).ok()?;
        let mut bytes = vec![0; place.size as usize];
        file.read_exact(&mut bytes).ok()?;
        Some(bytes)
    }

    /// The text of a tag such as ©nam. The boxes around it are many people's inventions, so the tag itself is looked for.
    pub(super) fn tag(&self, kind: [u8; 4]) -> Option<String> {
        let at = self.raw.windows(8).position(|window| window[..4] == kind && window[4..] != [0; 4])? + 4;
        let data = self.raw.get(at..)?;
        let size = u32::from_be_bytes(data.get(..4)?.try_into().ok()?) as usize;
        if data.get(4..8)? != b"data" {
            return None;
        }
        Some(String::from_utf8_lossy(data.get(16..size)?).into_owned())
    }
}

/// Where a sample lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) at: u64,
    pub(super) size: u32,
}

/// The places of all samples of a track, in order; none when its tables contradict each other.
pub(super) fn places(table: &Stbl) -> Option<Vec<Place>> {
    let chunks: Vec<u64> = match (&table.stco, &table.co64) {
        (Some(places), _) => places.entries.iter().map(|&place| u64::from(place)).collect(),
        (None, Some(places)) => places.entries.clone(),
        (None, None) => return None,
    };
    let count = sample_count(table);
    if count > MOST_SAMPLES {
        return None;
    }
    let size = |index: usize| match &table.stsz.samples {
        StszSamples::Identical { size, .. } => Some(*size),
        StszSamples::Different { sizes } => sizes.get(index).copied(),
    };
    let mut rules = table.stsc.entries.iter().peekable();
    let mut per_chunk = 0;
    let mut places = Vec::with_capacity(count);
    for (number, &chunk) in (1_u32..).zip(&chunks) {
        while let Some(rule) = rules.next_if(|rule| rule.first_chunk <= number) {
            per_chunk = rule.samples_per_chunk;
        }
        let mut at = chunk;
        for _ in 0..per_chunk {
            if places.len() == count {
                return None;
            }
            let size = size(places.len())?;
            places.push(Place { at, size });
            at = at.checked_add(u64::from(size))?;
        }
    }
    (places.len() == count).then_some(places)
}

pub(super) fn sample_count(table: &Stbl) -> usize {
    match &table.stsz.samples {
        StszSamples::Identical { count, .. } => *count as usize,
        StszSamples::Different { sizes } => sizes.len(),
    }
}

fn read_up_to(file: &mut File, into: &mut [u8]) -> io::Result<usize> {
    let mut read = 0;
    while read < into.len() {
        match file.read(&mut into[read..])? {
            0 => break,
            count => read += count,
        }
    }
    Ok(read)
}
