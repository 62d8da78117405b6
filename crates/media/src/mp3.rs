//! The frames of an MP3, found one by one in its bytes: what people have is often several files joined, a stream without a
//! header, or one whose header tells a wrong length. Called by `sound_file`, which decodes them. Knows no samples.
//!
//! A header frame (Xing, Info, VBRI) carries no sound. It may trim what the encoder put before and behind the sound, but
//! only where the number of frames that it tells is the number that is there.

use std::ops::Range;

/// One frame of sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Where it stands in the file.
    pub range: Range<usize>,
    /// How many samples a channel it holds.
    pub samples: u32,
    /// In Hz.
    pub rate: u32,
    /// Whether it leans on nothing before it: it begins the file or one of several that were joined.
    pub begins: bool,
    /// How many of its samples the encoder added, at its start and its end.
    pub trim: (u32, u32),
}

/// All frames of an MP3.
#[derive(Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_field_names, reason = "it is the list of them")]
pub struct Frames {
    pub frames: Vec<Frame>,
    /// Bytes that are neither frames nor tags.
    pub strange_bytes: usize,
    /// How many more frames a header promises than there are.
    pub missing: usize,
}

/// The header of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Header {
    /// In bytes, this header included.
    length: usize,
    samples: u32,
    rate: u32,
    is_mono: bool,
    has_checksum: bool,
}

/// What a header frame tells about the frames that follow.
#[derive(Debug, Clone, Copy, Default)]
struct Told {
    /// How many there are.
    frames: Option<usize>,
    /// Samples that were added before and behind the sound.
    added: Option<(u32, u32)>,
}

/// What a decoder of MP3 gives before the first sample of the encoder, in samples.
const DECODER_DELAY: u32 = 529;

/// Finds every frame. Never fails: bytes that are no MP3 have none.
pub fn frames(bytes: &[u8]) -> Frames {
    let mut found = Frames::default();
    let mut part = Part { first: 0, told: Told::default() };
    let (mut at, mut begins, mut last) = (0, true, None::<Header>);
    while at < bytes.len() {
        if let Some(length) = tag_length(&bytes[at..]) {
            at += length;
            (begins, last) = (true, None);
            continue;
        }
        let header = header(&bytes[at..]).filter(|header| at + header.length <= bytes.len());
        let follows = |header: &Header| last.is_some_and(|last| last.is_like(header));
        let Some(header) = header.filter(|header| follows(header) || is_followed(bytes, at, header)) else {
            // Zeros are padding.
            found.strange_bytes += usize::from(bytes[at] != 0);
            at += 1;
            last = None;
            continue;
        };
        let frame = &bytes[at..at + header.length];
        if let Some(told) = told(frame, header) {
            part.close(&mut found);
            part = Part { first: found.frames.len(), told };
            begins = true;
        } else {
            let (range, Header { samples, rate, .. }) = (at..at + header.length, header);
            let is_other = last.is_some_and(|last| last.is_mono != header.is_mono);
            found.frames.push(Frame { range, samples, rate, begins: begins || is_other, trim: (0, 0) });
            begins = false;
        }
        at += header.length;
        last = Some(header);
    }
    part.close(&mut found);
    // Whether the headers of files that were joined still tell the truth, nothing proves.
    if found.frames.iter().filter(|frame| frame.begins).count() > 1 {
        found.frames.iter_mut().for_each(|frame| frame.trim = (0, 0));
    }
    found
}

/// The frames that one header frame speaks of.
struct Part {
    first: usize,
    told: Told,
}

impl Part {
    /// Trims the part that ends here, or notes what it lacks.
    fn close(&self, found: &mut Frames) {
        let Some(count) = self.told.frames else { return };
        let frames = &mut found.frames[self.first..];
        // Some encoders count the header frame too.
        if count > frames.len() + 1 {
            found.missing = found.missing.max(count - frames.len());
        }
        if count != frames.len() {
            return;
        }
        let Some((before, behind)) = self.told.added else { return };
        let mut left = before + DECODER_DELAY;
        for frame in frames.iter_mut() {
            frame.trim.0 = left.min(frame.samples);
            left -= frame.trim.0;
        }
        let mut left = behind.saturating_sub(DECODER_DELAY);
        for frame in frames.iter_mut().rev() {
            frame.trim.1 = left.min(frame.samples - frame.trim.0);
            left -= frame.trim.1;
        }
    }
}

impl Header {
    fn is_like(&self, other: &Header) -> bool {
        self.rate == other.rate && self.samples == other.samples
    }
}

/// Whether another frame of the same kind, a tag or the end of the file stands where this frame ends.
fn is_followed(bytes: &[u8], at: usize, header: &Header) -> bool {
    let rest = &bytes[at + header.length..];
    rest.is_empty() || tag_length(rest).is_some() || self::header(rest).is_some_and(|next| next.is_like(header))
}

/// The header of a frame of layer III, as ISO 11172-3 and 13818-3 lay it out. Frames of free bit rate are not known.
fn header(bytes: &[u8]) -> Option<Header> {
    const KILOBITS_1: [usize; 14] = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
    const KILOBITS_2: [usize; 14] = [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
    let &[0xff, second, third, fourth, ..] = bytes else { return None };
    let (version, layer) = (second >> 3 & 3, second >> 1 & 3);
    if second & 0xe0 != 0xe0 || version == 1 || layer != 1 || fourth & 3 == 2 {
        return None;
    }
    let is_first_version = version == 3;
    let kilobits = if is_first_version { KILOBITS_1 } else { KILOBITS_2 };
    let bits = 1000 * kilobits.get(usize::from(third >> 4).checked_sub(1)?)?;
    let rate = *[44_100, 48_000, 32_000].get(usize::from(third >> 2 & 3))?;
    let rate = match version {
        3 => rate,
        2 => rate / 2,
        _ => rate / 4,
    };
    let samples = if is_first_version { 1152 } else { 576 };
    let length = samples as usize / 8 * bits / rate as usize + usize::from(third >> 1 & 1);
    Some(Header { length, samples, rate, is_mono: fourth >> 6 == 3, has_checksum: second & 1 == 0 })
}

/// What a header frame tells; `None` for a frame of sound.
fn told(frame: &[u8], header: Header) -> Option<Told> {
    let side = match (header.samples == 1152, header.is_mono) {
        (true, false) => 32,
        (true, true) | (false, false) => 17,
        (false, true) => 9,
    };
    let checksum = if header.has_checksum { 2 } else { 0 };
    let number = |at: usize| frame.get(at..at + 4)?.first_chunk().map(|bytes| u32::from_be_bytes(*bytes));
    // Most encoders do not count the checksum, some do.
    let names = |at: &usize| matches!(frame.get(*at..at + 4), Some(b"Xing" | b"Info"));
    if let Some(at) = [4 + side, 4 + side + checksum].into_iter().find(names) {
        let flags = number(at + 4)?;
        let mut next = at + 8;
        let frames = (flags & 1 != 0).then(|| number(next)).flatten();
        for (flag, length) in [(1, 4), (2, 4), (4, 100), (8, 4)] {
            next += if flags & flag != 0 { length } else { 0 };
        }
        // Twelve bits each, 21 bytes behind the encoder's name.
        let added = match frame.get(next..next + 24) {
            Some(lame) if lame[0].is_ascii_alphabetic() => Some((
                u32::from(lame[21]) << 4 | u32::from(lame[22]) >> 4,
                (u32::from(lame[22]) & 15) << 8 | u32::from(lame[23]),
            )),
            _ => None,
        };
        return Some(Told { frames: frames.filter(|&frames| frames > 0).map(|frames| frames as usize), added });
    }
    (frame.get(36..40) == Some(b"VBRI")).then(|| Told { frames: number(50).map(|frames| frames as usize), added: None })
}

/// The length of the tag (ID3, APE) that begins here.
fn tag_length(bytes: &[u8]) -> Option<usize> {
    let length = match bytes {
        // Four times seven bits; a flag says whether the ten bytes stand at the end once more.
        [b'I', b'D', b'3', _, _, flags, a, b, c, d, ..] if (a | b | c | d) & 0x80 == 0 => {
            let size = [a, b, c, d].iter().fold(0, |size, &&bits| size << 7 | usize::from(bits));
            10 + size + if flags & 0x10 != 0 { 10 } else { 0 }
        }
        [b'T', b'A', b'G', ..] if bytes.len() >= 128 => 128,
        _ if bytes.starts_with(b"APETAGEX") => {
            let size = u32::from_le_bytes(*bytes.get(12..16)?.first_chunk()?) as usize;
            let is_header = bytes.get(23).is_some_and(|flags| flags & 0x20 != 0);
            if is_header { 32 + size } else { 32 }
        }
        _ => return None,
    };
    Some(length.min(bytes.len()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MP3: &[u8] = include_bytes!("../../../tests/fixtures/tone_440_stereo.mp3");

    fn samples(found: &Frames) -> u32 {
        found.frames.iter().map(|frame| frame.samples - frame.trim.0 - frame.trim.1).sum()
    }

    #[test]
    fn files_that_were_joined_are_as_long_as_their_parts() {
        let one = frames(MP3);
        let joined = frames(&[MP3, MP3, MP3].concat());
        let untrimmed: u32 = one.frames.iter().map(|frame| frame.samples).sum();
        assert!(samples(&one) < untrimmed, "its own header trims it");
        assert_eq!(samples(&joined), 3 * untrimmed);
        assert_eq!(joined.frames.iter().filter(|frame| frame.begins).count(), 3);
        assert_eq!((joined.missing, joined.strange_bytes), (0, 0));
    }

    #[test]
    fn a_header_that_tells_a_wrong_number_trims_nothing() {
        let right = frames(MP3);
        let at = MP3.windows(4).position(|name| name == b"Xing" || name == b"Info").expect("it has a header frame");
        let mut wrong = MP3.to_vec();
        wrong[at + 8..at + 12].copy_from_slice(&3_u32.to_be_bytes());
        let untrimmed = frames(&wrong);
        assert_eq!(untrimmed.frames.len(), right.frames.len());
        assert_eq!(samples(&untrimmed), right.frames.iter().map(|frame| frame.samples).sum::<u32>());
        wrong[at + 8..at + 12].copy_from_slice(&900_u32.to_be_bytes());
        assert!(frames(&wrong).missing > 800);
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_search_fail(bytes in proptest::collection::vec(any::<u8>(), 0..2000), cut in 0..2000_usize) {
            for bytes in [&bytes[..], &[&MP3[..cut.min(MP3.len())], &bytes].concat()] {
                let found = frames(bytes);
                prop_assert!(found.frames.iter().all(|frame| frame.range.end <= bytes.len()));
                prop_assert!(found.frames.iter().all(|frame| frame.trim.0 + frame.trim.1 <= frame.samples));
            }
        }
    }
}
