//! The times of words inside a WAV file, as labelled cue points: sound editors show them, other readers pass over them, and
//! a line that was cut out of a recording keeps its words in one ordinary file. Pure functions over bytes; called where a
//! recording is cut and where a person's own recording is read.
//!
//! The chunks are those of "Multimedia Programming Interface and Data Specifications 1.0" (IBM and Microsoft, 1991): `cue `
//! has the points, `ltxt` of the purpose `capt` (caption) the length and the text of each, `labl` the text once more for
//! editors that show only labels.

/// A word and when it is heard, in seconds from the start of the sound.
#[derive(Debug, Clone, PartialEq)]
pub struct Cue {
    /// One word, without blanks.
    pub text: String,
    /// Never negative.
    pub start_s: f64,
    /// Not before the start.
    pub end_s: f64,
}

/// Captions, as they are told from labels that mean something else.
const CAPTION: &[u8; 4] = b"capt";
/// The code page of UTF-8.
const UTF_8: u16 = 65_001;
/// Bytes of one point in `cue `.
const POINT: usize = 24;
/// Bytes of `ltxt` before its text.
const CAPTION_HEAD: usize = 20;

/// A WAV file of one channel of 16-bit samples, just as they are, with its words.
pub fn wav(rate: u32, samples: &[i16], cues: &[Cue]) -> Vec<u8> {
    let mut format = Vec::with_capacity(16);
    for part in [1_u16, 1] {
        format.extend(part.to_le_bytes());
    }
    format.extend(rate.to_le_bytes());
    format.extend(rate.saturating_mul(2).to_le_bytes());
    for part in [2_u16, 16] {
        format.extend(part.to_le_bytes());
    }
    let sound: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    let mut body = b"WAVE".to_vec();
    chunk(&mut body, *b"fmt ", &format);
    chunk(&mut body, *b"data", &sound);
    if !cues.is_empty() {
        let (points, captions) = chunks_of(rate, cues);
        chunk(&mut body, *b"cue ", &points);
        chunk(&mut body, *b"LIST", &captions);
    }
    let mut file = b"RIFF".to_vec();
    file.extend((body.len() as u32).to_le_bytes());
    file.extend(body);
    file
}

/// What `cue ` and the list of captions hold.
fn chunks_of(rate: u32, cues: &[Cue]) -> (Vec<u8>, Vec<u8>) {
    let at = |seconds: f64| (seconds.max(0.0) * f64::from(rate)).round() as u32;
    let mut points = (cues.len() as u32).to_le_bytes().to_vec();
    let mut captions = b"adtl".to_vec();
    for (number, cue) in (1_u32..).zip(cues) {
        let (start, end) = (at(cue.start_s), at(cue.end_s));
        for part in [number, start, u32::from_le_bytes(*b"data"), 0, 0, start] {
            points.extend(part.to_le_bytes());
        }
        let mut label = number.to_le_bytes().to_vec();
        label.extend(cue.text.bytes().chain([0]));
        chunk(&mut captions, *b"labl", &label);
        let mut caption = number.to_le_bytes().to_vec();
        caption.extend(end.saturating_sub(start).to_le_bytes());
        caption.extend(CAPTION);
        for part in [0_u16, 0, 0, UTF_8] {
            caption.extend(part.to_le_bytes());
        }
        caption.extend(cue.text.bytes().chain([0]));
        chunk(&mut captions, *b"ltxt", &caption);
    }
    (points, captions)
}

fn chunk(into: &mut Vec<u8>, name: [u8; 4], content: &[u8]) {
    into.extend(name);
    into.extend((content.len() as u32).to_le_bytes());
    into.extend(content);
    if content.len() % 2 == 1 {
        into.push(0);
    }
}

/// The words that a WAV file carries, in the order of time; none where it carries no captions, or is no such file.
pub fn read(wav: &[u8]) -> Vec<Cue> {
    let Some(body) = wav.strip_prefix(b"RIFF").and_then(|rest| rest.get(4..)?.strip_prefix(b"WAVE")) else {
        return Vec::new();
    };
    let (mut rate, mut starts, mut captions) = (0, Vec::new(), Vec::new());
    for (name, content) in chunks(body) {
        match name {
            b"fmt " => rate = number(content, 4).unwrap_or(0),
            b"cue " => {
                let points = content.get(4..).unwrap_or_default().chunks_exact(POINT);
                starts.extend(points.filter_map(|point| Some((number(point, 0)?, number(point, 20)?))));
            }
            b"LIST" => {
                let Some(list) = content.strip_prefix(b"adtl") else { continue };
                captions
                    .extend(chunks(list).filter(|(name, _)| *name == b"ltxt").filter_map(|(_, text)| caption(text)));
            }
            _ => {}
        }
    }
    if rate == 0 {
        return Vec::new();
    }
    starts.sort_unstable();
    let seconds = |samples: u64| samples as f64 / f64::from(rate);
    let cue = |(id, length, text): (u32, u32, String)| {
        let place = starts.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        let start = u64::from(starts[place].1);
        Some(Cue { text, start_s: seconds(start), end_s: seconds(start + u64::from(length)) })
    };
    let mut cues: Vec<Cue> = captions.into_iter().filter_map(cue).collect();
    cues.sort_by(|one, other| one.start_s.total_cmp(&other.start_s));
    cues
}

/// The id, the length in samples and the text of a caption; `None` for other labelled text.
fn caption(content: &[u8]) -> Option<(u32, u32, String)> {
    if content.get(8..12)? != CAPTION {
        return None;
    }
    let text = content.get(CAPTION_HEAD..)?.split(|byte| *byte == 0).next()?;
    let text: String = String::from_utf8_lossy(text).split_whitespace().collect();
    (!text.is_empty()).then(|| Some((number(content, 0)?, number(content, 4)?, text)))?
}

fn number(content: &[u8], at: usize) -> Option<u32> {
    content.get(at..at + 4)?.first_chunk().map(|bytes| u32::from_le_bytes(*bytes))
}

/// The chunks that lie one behind the other; the last one may be cut short.
fn chunks(mut rest: &[u8]) -> impl Iterator<Item = (&[u8; 4], &[u8])> {
    std::iter::from_fn(move || {
        let (name, behind) = rest.split_first_chunk::<4>()?;
        let (length, behind) = behind.split_first_chunk::<4>()?;
        let length = (u32::from_le_bytes(*length) as usize).min(behind.len());
        let (content, behind) = behind.split_at(length);
        rest = behind.get(length % 2..).unwrap_or_default();
        Some((name, content))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::container::{Extent, Kind, extent};
    use crate::sound_file::decode;

    fn cue(text: &str, start_s: f64, end_s: f64) -> Cue {
        Cue { text: text.to_owned(), start_s, end_s }
    }

    #[test]
    fn a_recording_carries_its_words_and_is_still_an_ordinary_wav() {
        let samples: Vec<i16> = (0..16_000).map(|at| (at * 7 % 3_001 - 1_500) as i16).collect();
        let cues = [cue("Ça", 0.25, 0.5), cue("va?", 0.5, 0.75)];
        let file = wav(16_000, &samples, &cues);
        assert_eq!(extent(Kind::Wav, &file), Extent::Whole);
        let sound = decode(&file).unwrap();
        assert_eq!((sound.rate, sound.samples.len()), (16_000, samples.len()));
        let read_back: Vec<i16> = sound.samples.iter().map(|sample| (sample * 32_768.0) as i16).collect();
        assert_eq!(read_back, samples, "every sample is just as it was");
        assert_eq!(read(&file), cues);
    }

    #[test]
    fn labels_that_are_no_captions_are_no_words() {
        let file = wav(8_000, &[0; 80], &[cue("Marker", 0.0, 0.001)]);
        let at = file.windows(4).position(|four| four == CAPTION).unwrap();
        let mut other = file.clone();
        other[at..at + 4].copy_from_slice(b"rgn ");
        assert_eq!((read(&file).len(), read(&other).len()), (1, 0));
        assert_eq!(read(b"OggS"), []);
        assert_eq!(read(&wav(8_000, &[0; 80], &[])), []);
    }

    proptest! {
        #[test]
        fn no_bytes_make_reading_fail(
            at in 0_usize..400, value in any::<u8>(), cut in 0_usize..400, noise in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            let mut file = wav(8_000, &[1; 40], &[cue("one", 0.0, 0.002), cue("two", 0.002, 0.004)]);
            let at = at % file.len();
            file[at] = value;
            file.truncate(cut % (file.len() + 1));
            prop_assert!(read(&file).len() <= 2);
            let noise = [b"RIFF\0\0\0\0WAVE".to_vec(), noise].concat();
            prop_assert!(read(&noise).iter().all(|cue| cue.end_s >= cue.start_s));
        }
    }
}
