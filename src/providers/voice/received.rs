//! From the bytes of received speech to samples: sound files by what they are, raw samples only where they were asked
//! for.

use crate::media::container::{self, Kind, Use};
use crate::media::sound::Sound;
use crate::media::sound_file::{self, SoundError};

/// The rate of `pcm_24000`; `None` for other formats.
pub fn pcm_rate(format: &str) -> Option<u32> {
    format.strip_prefix("pcm_")?.parse().ok().filter(|rate| (8_000..=48_000).contains(rate))
}

/// Decodes a whole sound, or says why it is none.
pub fn sound(bytes: &[u8], format: &str) -> Result<Sound, String> {
    let kind = container::kind(bytes);
    let Some(rate) = pcm_rate(format) else { return sound_file::decode(bytes).map_err(|error| why(&error)) };
    match kind {
        // Servers that know one format only send that one.
        Some(Kind::Wav) => return sound_file::decode(bytes).map_err(|error| why(&error)),
        // The first two samples may happen to look like the start of such a file; a whole one of them does not.
        Some(Kind::Mp3 | Kind::Adts | Kind::MpegTs) => {
            if let Ok(sound) = sound_file::decode(bytes) {
                return Ok(sound);
            }
        }
        Some(kind) if kind.used_as() == Use::Sound => return sound_file::decode(bytes).map_err(|error| why(&error)),
        Some(_) => {
            return Err(format!("its sound is {}", container::describe(bytes)));
        }
        None if container::describe(bytes) != container::describe(&[0; 4]) => {
            return Err(format!("its sound is {}", container::describe(bytes)));
        }
        None => {}
    }
    let (samples, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return Err("its sound stops in the middle of a sample".to_owned());
    }
    let samples = samples.iter().map(|sample| f32::from(i16::from_le_bytes(*sample)) / 32_768.0).collect();
    Ok(Sound { rate, samples })
}

/// The error as said of something received.
fn why(error: &SoundError) -> String {
    match error {
        SoundError::NotASound { found } => format!("its sound is {found}"),
        SoundError::CutShort => "its sound stops in the middle".to_owned(),
        SoundError::Empty => "its sound is 0 seconds long".to_owned(),
        SoundError::TooLong { minutes } => format!("its sound is longer than {minutes} minutes"),
        SoundError::Rate { rate } => format!("its sound has {rate} samples a second"),
        SoundError::NeedsFfmpeg { found } => format!("its sound is {found}, which cannot be read here"),
        SoundError::Damaged { reason } => format!("its sound is damaged ({reason})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MP3: &[u8] = include_bytes!("../../../tests/fixtures/tone_440_stereo.mp3");

    fn wav() -> Vec<u8> {
        sound_file::encode_wav(&Sound { rate: 24_000, samples: vec![0.25; 2_400] })
    }

    #[test]
    fn samples_are_read_where_they_were_asked_for() {
        let sound = sound(&[0x00, 0x40, 0x00, 0xc0], "pcm_24000").unwrap();
        assert_eq!((sound.rate, &sound.samples[..]), (24_000, &[0.5, -0.5][..]));
        let like_mp3 = [&[0xff, 0xfb][..], &[0x10, 0x00].repeat(4_000)].concat();
        assert_eq!(super::sound(&like_mp3, "pcm_16000").unwrap().samples.len(), 4_001);
    }

    #[test]
    fn a_file_is_read_as_what_it_is() {
        for format in ["pcm_24000", "mp3_44100_128", "wav_24000"] {
            assert!((sound(&wav(), format).unwrap().seconds() - 0.1).abs() < 1e-6, "{format}");
            assert_eq!(sound(MP3, format).unwrap().rate, 44_100, "{format}");
        }
    }

    #[test]
    fn what_is_no_sound_is_not_played() {
        let cut = &wav()[..600];
        for (bytes, format, words) in [
            (&b"<html>quota"[..], "pcm_24000", "a web page"),
            (b"{\"error\":1}", "pcm_24000", "a JSON text"),
            (b"\x89PNG\r\n\x1a\n", "pcm_24000", "a PNG picture"),
            (b"", "pcm_24000", "empty"),
            (b"\0\0\0", "pcm_24000", "middle of a sample"),
            (b"\0\0\0\0", "mp3_44100_128", "of a type"),
            (cut, "pcm_24000", "stops in the middle"),
        ] {
            let why = sound(bytes, format).unwrap_err();
            assert!(why.contains(words), "{why}");
        }
    }
}
