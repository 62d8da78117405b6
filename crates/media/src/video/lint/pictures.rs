//! What the pictures of a file are: read from its tables, from the headers of its keyframes, and by decoding some. Called
//! by the rules; knows no rules.

use mp4_atom::{Avcc, Stbl};

use super::file::{Mp4, Place};
use crate::video::encode::decode::{PictureDecoder, refuse_other_sizes};
use crate::video::frame::Frame;
use crate::video::h264::sps::{Sps, read_sps};

/// Of the keyframes so many are decoded, spread over the file: a damaged stretch shows, and a long episode is checked in
/// the time of a short one.
const TRIED: usize = 8;

/// The pictures right after the first that are decoded too: they lean on each other.
const FOLLOWING: usize = 5;

/// Kinds of NAL unit that carry pictures.
const SLICE: u8 = 1;
const SLICE_OF_IDR: u8 = 5;

/// The numbers of the pictures that a player may begin at. Without a table, all.
pub(super) fn keyframes(table: &Stbl, count: usize) -> Vec<usize> {
    match &table.stss {
        Some(numbers) => {
            let numbers = numbers.entries.iter().map(|&number| number as usize);
            numbers.filter(|&number| (1..=count).contains(&number)).map(|number| number - 1).collect()
        }
        None => (0..count).collect(),
    }
}

/// The most pictures from one beginning to the next.
pub(super) fn longest_group(keyframes: &[usize], count: usize) -> usize {
    let ends = keyframes.iter().skip(1).copied().chain([count]);
    let longest = keyframes.iter().zip(ends).map(|(from, to)| to.saturating_sub(*from)).max().unwrap_or(count);
    longest.max(keyframes.first().copied().unwrap_or(0))
}

/// Whether every beginning needs nothing before it (IDR): a group that is not closed cannot be cut.
pub(super) fn all_are_keyframes(mp4: &Mp4, avcc: &Avcc, places: &[Place], keyframes: &[usize]) -> bool {
    /// The first bytes of a picture tell its kind.
    const HEAD: u32 = 4096;
    keyframes.iter().all(|&number| {
        let place = places.get(number).map(|place| Place { size: place.size.min(HEAD), ..*place });
        place.and_then(|place| mp4.sample(place)).is_some_and(|head| {
            let kind = nals(&head, avcc.length_size)
                .map(|nal| nal[0] & 0x1f)
                .find(|kind| (SLICE..=SLICE_OF_IDR).contains(kind));
            kind == Some(SLICE_OF_IDR)
        })
    })
}

/// The stream's header, when there is exactly one for the whole file.
pub(super) fn header(avcc: &Avcc) -> Option<Sps> {
    match avcc.sequence_parameter_sets.as_slice() {
        [sps] => read_sps(sps),
        _ => None,
    }
}

/// What decoding some pictures showed.
pub(super) struct Decoded {
    pub(super) tried: usize,
    pub(super) failed: usize,
    pub(super) first: Option<Frame>,
}

pub(super) fn decode_some(mp4: &Mp4, avcc: &Avcc, places: &[Place], keyframes: &[usize]) -> Decoded {
    let mut decoded = Decoded { tried: 0, failed: 0, first: None };
    let (Some(sps), Some(pps)) = (avcc.sequence_parameter_sets.first(), avcc.picture_parameter_sets.first()) else {
        return decoded;
    };
    if refuse_other_sizes(sps).is_err() {
        return decoded;
    }
    let step = keyframes.len().div_ceil(TRIED).max(1);
    for (index, &number) in keyframes.iter().step_by(step).enumerate() {
        let following = if index == 0 { FOLLOWING } else { 1 };
        let next = keyframes.iter().copied().find(|&next| next > number).unwrap_or(places.len());
        let Ok(mut decoder) = PictureDecoder::new() else {
            decoded.failed += 1;
            continue;
        };
        for at in number..(number + following).min(next) {
            decoded.tried += 1;
            let sample = places.get(at).and_then(|&place| mp4.sample(place)).unwrap_or_default();
            let mut picture = Vec::with_capacity(sample.len() + 64);
            let sets = [sps.as_slice(), pps.as_slice()].into_iter().take(if at == number { 2 } else { 0 });
            for nal in sets.chain(nals(&sample, avcc.length_size)) {
                picture.extend_from_slice(&[0, 0, 0, 1]);
                picture.extend_from_slice(nal);
            }
            match decoder.decode(&picture) {
                Ok(frame) if at == 0 => decoded.first = Some(frame),
                Ok(_) => {}
                Err(_) => decoded.failed += 1,
            }
        }
    }
    decoded
}

/// The fraction of pixels that are clearly not black.
pub(super) fn bright_share(frame: &Frame) -> f64 {
    frame.y.iter().filter(|&&value| value > 40).count() as f64 / frame.y.len().max(1) as f64
}

/// The NAL units of a sample; the last may be cut.
fn nals(sample: &[u8], length_size: u8) -> impl Iterator<Item = &[u8]> {
    let mut rest = sample;
    std::iter::from_fn(move || {
        let (head, body) = rest.split_at_checked(usize::from(length_size))?;
        let length = head.iter().fold(0, |length, &byte| length << 8 | usize::from(byte));
        let (nal, after) = body.split_at(length.min(body.len()));
        rest = after;
        Some(nal).filter(|nal| !nal.is_empty())
    })
}
