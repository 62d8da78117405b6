//! Sound files: WAV and MP3 into samples, samples into WAV. Pure functions over bytes; called by the engine to check what
//! a provider sent and by the mixer. Knows no files and no providers.

use std::io::{Cursor, ErrorKind};

use symphonia::core::codecs::audio::{AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, TrackType};
use symphonia::core::io::{MediaSource, MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::MetadataOptions;
use symphonia::default::{get_codecs, get_probe};

use super::container::{self, Extent, Kind};
use super::sound::Sound;

/// The longest sound that is read.
pub const MAX_MINUTES: u32 = 20;

/// Sample rates that are read, in Hz: telephone to studio.
const RATES: std::ops::RangeInclusive<u32> = 4_000..=192_000;

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SoundError {
    #[error("This is not a recording: the file is {found}. Use a WAV or MP3 file.")]
    NotASound { found: &'static str },
    #[error("The recording stops in the middle: it was probably not received in full. Fetch or save it again.")]
    CutShort,
    #[error("The recording has no sound in it: it is 0 seconds long. Record or fetch it again.")]
    Empty,
    #[error("The recording is longer than {MAX_MINUTES} minutes. Cut it into shorter ones.")]
    TooLong,
    #[error("The recording has {rate} samples a second; 4,000 to 192,000 can be used. Save it at 48,000.")]
    Rate { rate: u32 },
    #[error("The recording is damaged ({reason}). Fetch or save it again.")]
    Damaged { reason: String },
}

/// Decodes a WAV or MP3 in full and mixes its channels to one. A sound that goes beyond full scale, as floating point
/// files and MP3 may, is turned down as a whole instead of being clipped.
pub fn decode(bytes: &[u8]) -> Result<Sound, SoundError> {
    let Some(kind @ (Kind::Wav | Kind::Mp3)) = container::kind(bytes) else {
        return Err(SoundError::NotASound { found: container::describe(bytes) });
    };
    if container::extent(kind, bytes) == Extent::CutShort {
        return Err(SoundError::CutShort);
    }
    let mut samples = SampleReader::new(Cursor::new(bytes))?;
    let mut sound = Sound { rate: 0, samples: Vec::new() };
    while let Some(next) = samples.next()? {
        sound.samples.extend_from_slice(next);
    }
    sound.rate = samples.rate;
    let peak = sound.peak();
    Ok(if peak > 1.0 { sound.amplified(1.0 / peak) } else { sound })
}

/// Decodes a WAV or MP3 piece by piece, its channels mixed to one: for sounds too long to hold in memory. Samples may lie
/// beyond -1..1, as those of floating point files and MP3 do.
pub struct SampleReader<'a> {
    reader: Box<dyn FormatReader + 'a>,
    decoder: Box<dyn AudioDecoder>,
    track_id: u32,
    rate: u32,
    count: usize,
    packets: usize,
    unreadable_packets: usize,
    interleaved: Vec<f32>,
    mono: Vec<f32>,
}

impl<'a> SampleReader<'a> {
    pub fn new(source: impl MediaSource + 'a) -> Result<SampleReader<'a>, SoundError> {
        let stream = MediaSourceStream::new(Box::new(source), MediaSourceStreamOptions::default());
        let reader = get_probe()
            .probe(&Hint::new(), stream, FormatOptions::default(), MetadataOptions::default())
            .map_err(|error| damaged(&error))?;
        let unreadable = || SoundError::Damaged { reason: "it has no track of sound that can be read".into() };
        let track = reader.default_track(TrackType::Audio).ok_or_else(unreadable)?;
        let track_id = track.id;
        let parameters =
            track.codec_params.as_ref().and_then(|parameters| parameters.audio()).ok_or_else(unreadable)?;
        let decoder = get_codecs()
            .make_audio_decoder(parameters, &AudioDecoderOptions::default())
            .map_err(|error| damaged(&error))?;
        Ok(SampleReader {
            reader,
            decoder,
            track_id,
            rate: 0,
            count: 0,
            packets: 0,
            unreadable_packets: 0,
            interleaved: Vec::new(),
            mono: Vec::new(),
        })
    }

    /// Samples a second: known once the first samples were read.
    pub fn rate(&self) -> u32 {
        self.rate
    }

    /// The next samples, or `None` after the last. A recording that turns out to be damaged, empty or too long is an error
    /// at its end at the latest.
    #[allow(clippy::should_implement_trait, reason = "lends its samples, as no iterator can")]
    pub fn next(&mut self) -> Result<Option<&[f32]>, SoundError> {
        loop {
            let packet = match self.reader.next_packet() {
                Ok(Some(packet)) => packet,
                Ok(None) => return self.end(),
                // The end of a recording that never said its length; one that did was measured before.
                Err(Error::IoError(error)) if error.kind() == ErrorKind::UnexpectedEof => return self.end(),
                Err(error) => return Err(damaged(&error)),
            };
            if packet.track_id != self.track_id {
                continue;
            }
            self.packets += 1;
            let buffer = match self.decoder.decode(&packet) {
                Ok(buffer) => buffer,
                // Streams cut from a longer one begin with MP3 frames that lean on missing ones; players skip them too.
                Err(Error::DecodeError(_)) => {
                    self.unreadable_packets += 1;
                    continue;
                }
                Err(error) => return Err(damaged(&error)),
            };
            let (rate, channels) = (buffer.spec().rate(), buffer.spec().channels().count().max(1));
            if !RATES.contains(&rate) {
                return Err(SoundError::Rate { rate });
            }
            if self.rate != 0 && self.rate != rate {
                return Err(SoundError::Damaged { reason: "its sample rate changes on the way".into() });
            }
            self.rate = rate;
            buffer.copy_to_vec_interleaved(&mut self.interleaved);
            self.mono.clear();
            let frames = self.interleaved.chunks_exact(channels);
            self.mono.extend(frames.map(|frame| frame.iter().sum::<f32>() / channels as f32));
            if !self.mono.iter().all(|sample| sample.is_finite()) {
                return Err(SoundError::Damaged { reason: "some of its samples are not numbers".into() });
            }
            self.count += self.mono.len();
            if self.count > rate as usize * 60 * MAX_MINUTES as usize {
                return Err(SoundError::TooLong);
            }
            return Ok(Some(&self.mono));
        }
    }

    fn end(&self) -> Result<Option<&[f32]>, SoundError> {
        let (unreadable, packets) = (self.unreadable_packets, self.packets);
        if unreadable * 10 > packets {
            let reason = format!("{unreadable} of its {packets} parts cannot be read");
            return Err(SoundError::Damaged { reason });
        }
        if self.count == 0 {
            return Err(SoundError::Empty);
        }
        Ok(None)
    }
}

fn damaged(error: &Error) -> SoundError {
    match error {
        Error::IoError(error) if error.kind() == ErrorKind::UnexpectedEof => SoundError::CutShort,
        error => SoundError::Damaged { reason: error.to_string() },
    }
}

/// A WAV file of 16-bit samples; what lies beyond full scale is clipped.
///
/// # Panics
/// When the sound does not fit a WAV file, which ends at 4 GiB: twelve hours at 48,000.
pub fn encode_wav(sound: &Sound) -> Vec<u8> {
    let specification = hound::WavSpec {
        channels: 1,
        sample_rate: sound.rate,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut bytes = Vec::with_capacity(44 + 2 * sound.samples.len());
    let write = |bytes: &mut Vec<u8>| -> Result<(), hound::Error> {
        let mut writer = hound::WavWriter::new(Cursor::new(bytes), specification)?;
        for sample in &sound.samples {
            writer.write_sample((sample * f32::from(i16::MAX)).round() as i16)?;
        }
        writer.finalize()
    };
    write(&mut bytes).expect("a sound of less than 4 GiB can be written to memory");
    bytes
}

#[cfg(test)]
mod tests {
    use hound::{SampleFormat, WavSpec};

    use super::*;

    const MP3: &[u8] = include_bytes!("../../tests/fixtures/tone_440_stereo.mp3");

    /// A WAV of any shape, whose every frame comes from `frame(index, channel)`.
    fn wav<Sample: hound::Sample>(spec: WavSpec, frames: usize, sample: impl Fn(usize, u16) -> Sample) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut writer = hound::WavWriter::new(Cursor::new(&mut bytes), spec).unwrap();
        for index in 0..frames {
            for channel in 0..spec.channels {
                writer.write_sample(sample(index, channel)).unwrap();
            }
        }
        writer.finalize().unwrap();
        bytes
    }

    fn spec(channels: u16, sample_rate: u32, bits_per_sample: u16, sample_format: SampleFormat) -> WavSpec {
        WavSpec { channels, sample_rate, bits_per_sample, sample_format }
    }

    fn sine(index: usize, hz: f32, rate: f32) -> f32 {
        (std::f32::consts::TAU * hz * index as f32 / rate).sin()
    }

    #[test]
    fn what_is_written_is_read_back() {
        let sound = Sound { rate: 24_000, samples: (0..2400).map(|at| 0.7 * sine(at, 300.0, 24_000.0)).collect() };
        let back = decode(&encode_wav(&sound)).unwrap();
        assert_eq!(back.rate, 24_000);
        assert_eq!(back.samples.len(), sound.samples.len());
        assert!(back.samples.iter().zip(&sound.samples).all(|(a, b)| (a - b).abs() < 1e-4));
    }

    #[test]
    fn stereo_is_mixed_to_one_channel() {
        let bytes =
            wav(spec(2, 44_100, 16, SampleFormat::Int), 1000, |_, channel| if channel == 0 { 16_384_i16 } else { 0 });
        let sound = decode(&bytes).unwrap();
        assert_eq!((sound.rate, sound.samples.len()), (44_100, 1000));
        assert!(sound.samples.iter().all(|sample| (sample - 0.25).abs() < 1e-3));
    }

    #[test]
    fn telephone_studio_and_float_recordings_are_read() {
        let eight_kilohertz =
            wav(spec(1, 8_000, 8, SampleFormat::Int), 8_000, |at, _| (100.0 * sine(at, 200.0, 8e3)) as i8);
        let studio = wav(spec(6, 96_000, 24, SampleFormat::Int), 9_600, |at, _| (4e6 * sine(at, 200.0, 96e3)) as i32);
        let float = wav(spec(1, 48_000, 32, SampleFormat::Float), 4_800, |at, _| 0.5 * sine(at, 200.0, 48e3));
        for (bytes, rate, seconds, peak) in
            [(eight_kilohertz, 8_000, 1.0, 0.78), (studio, 96_000, 0.1, 0.477), (float, 48_000, 0.1, 0.5)]
        {
            let sound = decode(&bytes).unwrap();
            assert_eq!(sound.rate, rate);
            assert!((sound.seconds() - seconds).abs() < 1e-6, "{rate}: {}", sound.seconds());
            assert!((sound.peak() - peak).abs() < 0.01, "{rate}: {}", sound.peak());
        }
    }

    #[test]
    fn an_mp3_is_read_at_its_length_and_pitch() {
        let sound = decode(MP3).unwrap();
        assert_eq!(sound.rate, 44_100);
        assert!((sound.seconds() - 0.5).abs() < 0.06, "{}", sound.seconds());
        assert!((sound.fundamental_hz().unwrap() - 440.0).abs() < 4.0);
    }

    #[test]
    fn samples_beyond_full_scale_turn_the_whole_down() {
        let bytes =
            wav(spec(1, 48_000, 32, SampleFormat::Float), 480, |at, _| if at % 2 == 0 { 4.0 } else { -2.0_f32 });
        let sound = decode(&bytes).unwrap();
        assert_eq!(&sound.samples[..2], [1.0, -0.5]);
    }

    #[test]
    fn samples_that_are_no_numbers_are_refused() {
        let bytes = wav(spec(1, 48_000, 32, SampleFormat::Float), 480, |at, _| if at == 100 { f32::NAN } else { 0.1 });
        assert!(matches!(decode(&bytes), Err(SoundError::Damaged { .. })));
    }

    #[test]
    fn a_recording_without_sound_is_refused() {
        let empty = wav(spec(1, 48_000, 16, SampleFormat::Int), 0, |_, _| 0_i16);
        assert_eq!(decode(&empty), Err(SoundError::Empty));
        assert_eq!(decode(b""), Err(SoundError::NotASound { found: "empty" }));
    }

    #[test]
    fn the_bytes_tell_the_type_whatever_the_name_says() {
        assert_eq!(decode(b"<!DOCTYPE html><p>Payment required"), Err(SoundError::NotASound { found: "a web page" }));
        assert_eq!(decode(b"\x89PNG\r\n\x1a\n"), Err(SoundError::NotASound { found: "a PNG picture" }));
        let only_looks_like_mp3 = [&[0xff, 0xfb, 0x90, 0x00][..], &[0x55; 4000]].concat();
        assert!(decode(&only_looks_like_mp3).is_err());
    }

    #[test]
    fn a_recording_cut_on_the_way_is_refused() {
        let bytes = wav(spec(1, 48_000, 16, SampleFormat::Int), 4_800, |_, _| 1000_i16);
        assert_eq!(decode(&bytes[..bytes.len() / 2]), Err(SoundError::CutShort));
        assert_eq!(decode(&bytes[..30]), Err(SoundError::CutShort));
    }

    #[test]
    fn a_recording_written_to_a_pipe_is_read() {
        let mut bytes = wav(spec(1, 48_000, 16, SampleFormat::Int), 4_800, |_, _| 1000_i16);
        bytes[4..8].copy_from_slice(&u32::MAX.to_le_bytes());
        bytes[40..44].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(decode(&bytes).unwrap().samples.len(), 4_800);
    }

    #[test]
    fn a_recording_of_more_than_twenty_minutes_is_refused() {
        let bytes = wav(spec(1, 4_000, 8, SampleFormat::Int), 4_000 * 60 * 20 + 4_000, |_, _| 1_i8);
        assert_eq!(decode(&bytes), Err(SoundError::TooLong));
    }

    #[test]
    fn an_unusual_rate_is_named() {
        let bytes = wav(spec(1, 1_000, 16, SampleFormat::Int), 1000, |_, _| 1000_i16);
        assert_eq!(decode(&bytes), Err(SoundError::Rate { rate: 1_000 }));
    }
}
