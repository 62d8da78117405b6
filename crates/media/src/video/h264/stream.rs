//! An H.264 stream (Annex B) read picture by picture: what the join copies, the decoder is fed and the index counts.
//! Reads from anything and holds one picture at a time, so that the length of a clip costs no memory.

use std::io::{self, Read};

/// No picture of this size and quality comes near it; a stream without start codes must not fill the memory.
const LARGEST_NAL: usize = 16 << 20;

const READ_AHEAD: usize = 64 << 10;

/// Kinds of NAL unit, from ITU-T H.264 table 7-1.
const SLICE: u8 = 1;
const SLICE_OF_IDR: u8 = 5;
const SPS: u8 = 7;
const PPS: u8 = 8;

/// What stands before each NAL unit of a picture that was read: both take four bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// The length, as MP4 stores samples. Parameter sets stay out: they stand in the file's header.
    Length,
    /// A start code, as decoders take it. Parameter sets stand before each keyframe.
    StartCode,
}

/// The headers that every picture of a stream needs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ParameterSets {
    pub sps: Vec<u8>,
    pub pps: Vec<u8>,
}

/// Reads the pictures of a stream one after the other.
pub struct Pictures<Source> {
    nals: Nals<Source>,
    framing: Framing,
    sets: ParameterSets,
    /// The first slice of the next picture, met while the one before it was read.
    waiting: Option<Vec<u8>>,
}

impl<Source: Read> Pictures<Source> {
    pub fn new(source: Source, framing: Framing) -> Pictures<Source> {
        Pictures { nals: Nals::new(source), framing, sets: ParameterSets::default(), waiting: None }
    }

    /// The headers met so far: complete once the first picture was read.
    pub fn sets(&self) -> &ParameterSets {
        &self.sets
    }

    /// Puts the next picture into `into` and tells whether it is an IDR picture, which needs none before it. `None` at
    /// the end.
    pub fn next(&mut self, into: &mut Vec<u8>) -> io::Result<Option<bool>> {
        into.clear();
        let mut idr = None;
        loop {
            let nal = match self.waiting.take() {
                Some(nal) => nal,
                None => match self.nals.next()? {
                    Some(nal) => nal,
                    None => return Ok(idr),
                },
            };
            match nal[0] & 0x1f {
                SPS => self.sets.sps = nal,
                PPS => self.sets.pps = nal,
                kind @ (SLICE | SLICE_OF_IDR) => {
                    // The slice header begins with the number of its first macroblock; 0 is the single bit 1.
                    let begins_picture = nal.get(1).is_some_and(|byte| byte & 0x80 != 0);
                    if begins_picture && idr.is_some() {
                        self.waiting = Some(nal);
                        return Ok(idr);
                    }
                    if idr.is_none() {
                        idr = Some(kind == SLICE_OF_IDR);
                        if kind == SLICE_OF_IDR && self.framing == Framing::StartCode {
                            append(into, self.framing, &self.sets.sps);
                            append(into, self.framing, &self.sets.pps);
                        }
                    }
                    append(into, self.framing, &nal);
                }
                // Delimiters, and notes for decoders that carry no picture.
                _ => {}
            }
        }
    }
}

fn append(into: &mut Vec<u8>, framing: Framing, nal: &[u8]) {
    let before = match framing {
        Framing::Length => (nal.len() as u32).to_be_bytes(),
        Framing::StartCode => [0, 0, 0, 1],
    };
    into.extend_from_slice(&before);
    into.extend_from_slice(nal);
}

/// Splits a stream at its start codes.
struct Nals<Source> {
    source: Source,
    buffer: Vec<u8>,
    /// Up to here the buffer holds no start code.
    searched: usize,
    inside: bool,
    ended: bool,
}

impl<Source: Read> Nals<Source> {
    fn new(source: Source) -> Nals<Source> {
        Nals { source, buffer: Vec::with_capacity(2 * READ_AHEAD), searched: 0, inside: false, ended: false }
    }

    /// The next NAL unit, never empty.
    fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        loop {
            if let Some(at) = find_start_code(&self.buffer, self.searched) {
                let nal = self.take(at, at + 3);
                if self.inside && !nal.is_empty() {
                    return Ok(Some(nal));
                }
                self.inside = true;
                continue;
            }
            self.searched = self.buffer.len().saturating_sub(2);
            if self.ended {
                let rest = self.take(self.buffer.len(), self.buffer.len());
                return Ok(Some(rest).filter(|rest| self.inside && !rest.is_empty()));
            }
            if self.buffer.len() > LARGEST_NAL {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "it is not a stream of H.264 pictures"));
            }
            let read = (&mut self.source).take(READ_AHEAD as u64).read_to_end(&mut self.buffer)?;
            self.ended = read == 0;
        }
    }

    /// The bytes before `end` without the zeros that may pad a NAL unit; what is before `next` is done with.
    fn take(&mut self, end: usize, next: usize) -> Vec<u8> {
        let length = self.buffer[..end].iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
        let nal = self.buffer[..length].to_vec();
        self.buffer.drain(..next);
        self.searched = 0;
        nal
    }
}

/// Where the next 00 00 01 begins.
fn find_start_code(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    while at + 2 < bytes.len() {
        match bytes[at + 2] {
            0 => at += 1,
            1 if bytes[at] == 0 && bytes[at + 1] == 0 => return Some(at),
            _ => at += 3,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SPS_NAL: &[u8] = &[0x67, 1, 2, 3];
    const PPS_NAL: &[u8] = &[0x68, 9];

    fn stream(nals: &[&[u8]]) -> Vec<u8> {
        nals.iter().flat_map(|nal| [&[0, 0, 0, 1][..], nal].concat()).collect()
    }

    fn pictures(bytes: &[u8], framing: Framing) -> Vec<(bool, Vec<u8>)> {
        let mut reader = Pictures::new(bytes, framing);
        let mut picture = Vec::new();
        let mut pictures = Vec::new();
        while let Some(idr) = reader.next(&mut picture).unwrap() {
            pictures.push((idr, picture.clone()));
        }
        pictures
    }

    #[test]
    fn pictures_are_told_apart_and_parameter_sets_kept_out_of_samples() {
        let bytes = stream(&[SPS_NAL, PPS_NAL, &[0x65, 0x88, 7], &[0x65, 0x20, 8], &[0x06, 5], &[0x61, 0x9a, 9]]);
        let samples = pictures(&bytes, Framing::Length);
        assert_eq!(samples[0], (true, [&[0, 0, 0, 3, 0x65, 0x88, 7][..], &[0, 0, 0, 3, 0x65, 0x20, 8]].concat()));
        assert_eq!(samples[1], (false, vec![0, 0, 0, 3, 0x61, 0x9a, 9]));
        assert_eq!(samples.len(), 2);
    }

    #[test]
    fn a_decoder_gets_the_parameter_sets_before_each_new_beginning() {
        let bytes = stream(&[SPS_NAL, PPS_NAL, &[0x65, 0x88], &[0x61, 0x9a], &[0x65, 0x88]]);
        let pictures = pictures(&bytes, Framing::StartCode);
        let whole = stream(&[SPS_NAL, PPS_NAL, &[0x65, 0x88]]);
        assert_eq!(pictures, [(true, whole.clone()), (false, stream(&[&[0x61, 0x9a]])), (true, whole)]);
    }

    #[test]
    fn start_codes_are_found_wherever_a_read_ends() {
        struct ByteByByte<'a>(&'a [u8]);
        impl Read for ByteByByte<'_> {
            fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
                let count = self.0.len().min(into.len()).min(1);
                into[..count].copy_from_slice(&self.0[..count]);
                self.0 = &self.0[count..];
                Ok(count)
            }
        }
        let slice = [&[0x65, 0x88][..], &vec![0xaa; 200_000], &[0, 0, 3, 1]].concat();
        let bytes = stream(&[SPS_NAL, PPS_NAL, &slice, &[0x61, 0x9a]]);
        let mut reader = Pictures::new(ByteByByte(&bytes), Framing::Length);
        let mut picture = Vec::new();
        assert_eq!(reader.next(&mut picture).unwrap(), Some(true));
        assert_eq!(picture[4..], slice);
        assert_eq!(reader.next(&mut picture).unwrap(), Some(false));
        assert_eq!(reader.next(&mut picture).unwrap(), None);
        assert_eq!(reader.sets(), &ParameterSets { sps: SPS_NAL.to_vec(), pps: PPS_NAL.to_vec() });
    }

    #[test]
    fn bytes_without_start_codes_are_refused_before_they_fill_the_memory() {
        let mut reader = Pictures::new(io::repeat(0xaa), Framing::Length);
        assert_eq!(reader.next(&mut Vec::new()).unwrap_err().kind(), io::ErrorKind::InvalidData);
        assert!(pictures(b"", Framing::Length).is_empty());
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_reader_fail(bytes in proptest::collection::vec(0..4_u8, 0..400)) {
            let read = pictures(&bytes, Framing::Length);
            prop_assert!(read.iter().all(|(_, picture)| !picture.is_empty()));
        }
    }
}
