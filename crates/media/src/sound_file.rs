//! Sound files into samples, samples into WAV. Pure functions over bytes; called by the engine to check what a provider sent,
//! for a person's own recordings and by the mixer. Knows no files and no providers.
//!
//! A recording is read to its end or refused with the reason: what was decoded is compared with what the file says it
//! holds, and an MP3, whose headers often lie, is decoded frame by frame.

use std::io::{self, Cursor, ErrorKind, Read, SeekFrom};

use symphonia::core::audio::GenericAudioBufferRef;
use symphonia::core::codecs::audio::well_known::CODEC_ID_MP3;
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, TrackType};
use symphonia::core::io::{MediaSource, MediaSourceStream, MediaSourceStreamOptions, ReadOnlySource};
use symphonia::core::meta::MetadataOptions;
use symphonia::core::packet::Packet;
use symphonia::core::units::{Duration, Timestamp};
use symphonia::default::{get_codecs, get_probe};

use super::container::{self, Extent, Kind, Use};
use super::mp3;
use super::sound::Sound;

/// The longest sound that is read.
pub const MAX_MINUTES: u32 = 20;

/// The longest recording that is read piece by piece, for [`SampleReader::of_recording`].
pub const MOST_RECORDING_MINUTES: u32 = 12 * 60;

/// Sample rates that are read, in Hz: telephone to studio.
const RATES: std::ops::RangeInclusive<u32> = 4_000..=192_000;

/// Bytes at the start of a file that show what it is.
const HEAD: u64 = 512;

/// Why bytes are no sound that can be used: a sentence with what to do.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SoundError {
    /// The bytes are of another kind of file.
    #[error("This is not a recording: the file is {found}. Use an M4A, MP3, WAV, FLAC or Ogg file.")]
    NotASound {
        /// What they are, with its article, as [`container::describe`] says.
        found: &'static str,
    },
    /// The file says that it is longer than it is.
    #[error("The recording stops in the middle: it was probably not received in full. Fetch or save it again.")]
    CutShort,
    /// It has a header and no sample.
    #[error("The recording has no sound in it: it is 0 seconds long. Record or fetch it again.")]
    Empty,
    /// Decoding stops there, so a small file that grows large costs no memory.
    #[error("The recording is longer than {minutes} minutes. Cut it into shorter ones.")]
    TooLong {
        /// What can be read.
        minutes: u32,
    },
    /// Recorders of voices have none lower than 4,000 or higher than 192,000 Hz.
    #[error("The recording has {rate} samples a second; 4,000 to 192,000 can be used. Save it at 48,000.")]
    Rate {
        /// What the file says, in Hz.
        rate: u32,
    },
    /// The file or more than a tenth of its packets could not be read, or its samples make no sense.
    #[error("The recording is damaged ({reason}). Fetch or save it again.")]
    Damaged {
        /// In the reader's words.
        reason: String,
    },
    /// The container or its codec is known and not built in.
    #[error("It is {found}, which only ffmpeg can read. Install ffmpeg, or save it as M4A, MP3 or WAV.")]
    NeedsFfmpeg {
        /// What it is, with its article.
        found: &'static str,
    },
}

/// Decodes a sound in full and mixes its channels to one. A sound that goes beyond full scale, as floating point files and
/// MP3 may, is turned down as a whole instead of being clipped. A WAV that is shorter than it says is refused.
pub fn decode(bytes: &[u8]) -> Result<Sound, SoundError> {
    if container::kind(bytes) == Some(Kind::Wav) && container::extent(Kind::Wav, bytes) == Extent::CutShort {
        return Err(SoundError::CutShort);
    }
    decode_own(bytes)
}

/// As [`decode`], for a person's own recording: recorders that were stopped hard leave a WAV that says it is longer, and
/// what is there is all there ever was.
pub fn decode_own(bytes: &[u8]) -> Result<Sound, SoundError> {
    let mut samples = SampleReader::new(Cursor::new(bytes))?;
    let mut sound = Sound { rate: 0, samples: Vec::new() };
    while let Some(next) = samples.next()? {
        sound.samples.extend_from_slice(next);
    }
    sound.rate = samples.rate;
    let peak = sound.peak();
    Ok(if peak > 1.0 { sound.amplified(1.0 / peak) } else { sound })
}

/// Decodes a sound piece by piece, its channels mixed to one: for sounds too long to hold in memory. Samples may lie
/// beyond -1..1, as those of floating point files and MP3 do.
pub struct SampleReader<'a> {
    parts: Parts<'a>,
    found: &'static str,
    rate: u32,
    count: usize,
    packets: usize,
    unreadable_packets: usize,
    /// How many samples a channel the file says it holds.
    expected: Option<u64>,
    most_minutes: u32,
    interleaved: Vec<f32>,
    mono: Vec<f32>,
}

/// Where the samples come from.
enum Parts<'a> {
    Container { reader: Box<dyn FormatReader + 'a>, decoder: Box<dyn AudioDecoder>, track_id: u32 },
    Mp3 { bytes: Vec<u8>, frames: std::vec::IntoIter<mp3::Frame>, decoder: Box<dyn AudioDecoder> },
}

impl<'a> SampleReader<'a> {
    /// The same for a recording of hours. A large MP3 is decoded as it is read instead of being looked through first, so
    /// its memory does not grow with its length.
    pub fn of_recording(mut source: impl MediaSource + 'a) -> Result<SampleReader<'a>, SoundError> {
        let unread = |error: io::Error| SoundError::Damaged { reason: error.to_string() };
        let mut head = Vec::new();
        (&mut source).take(HEAD).read_to_end(&mut head).map_err(unread)?;
        let length = source.seek(SeekFrom::End(0)).map_err(unread)?;
        source.seek(SeekFrom::Start(0)).map_err(unread)?;
        let is_large_mp3 = container::kind(&head) == Some(Kind::Mp3) && length > LARGEST_LISTED_MP3;
        let mut reader = if is_large_mp3 {
            let found = container::describe(&head);
            // Of how many samples its header speaks nothing proves.
            container_parts(Box::new(source), found).map(|(parts, _)| Self::of_parts(parts, found, None))?
        } else {
            Self::new(source)?
        };
        reader.most_minutes = MOST_RECORDING_MINUTES;
        Ok(reader)
    }

    fn of_parts(parts: Parts<'a>, found: &'static str, expected: Option<u64>) -> SampleReader<'a> {
        SampleReader {
            parts,
            found,
            rate: 0,
            count: 0,
            packets: 0,
            unreadable_packets: 0,
            expected,
            most_minutes: MAX_MINUTES,
            interleaved: Vec::new(),
            mono: Vec::new(),
        }
    }

    /// Reads the head of a file from its start. The format is told by the bytes.
    pub fn new(mut source: impl MediaSource + 'a) -> Result<SampleReader<'a>, SoundError> {
        let unread = |error: io::Error| SoundError::Damaged { reason: error.to_string() };
        let mut head = Vec::new();
        (&mut source).take(HEAD).read_to_end(&mut head).map_err(unread)?;
        source.seek(SeekFrom::Start(0)).map_err(unread)?;
        let found = container::describe(&head);
        let new = |parts, expected| Self::of_parts(parts, found, expected);
        match container::kind(&head) {
            Some(Kind::Mp3) => {
                let mut bytes = Vec::new();
                source.take(LARGEST_MP3).read_to_end(&mut bytes).map_err(unread)?;
                Ok(new(mp3_parts(bytes)?, None))
            }
            Some(Kind::Wav) => {
                let length = wrong_length(&mut source).map_err(unread)?;
                source.seek(SeekFrom::Start(0)).map_err(unread)?;
                let Some(Length { at, samples, of_file }) = length else {
                    return container_parts(Box::new(source), found).map(|(parts, expected)| new(parts, expected));
                };
                let mut header = Vec::new();
                (&mut source).take(at + 4).read_to_end(&mut header).map_err(unread)?;
                header[4..8].copy_from_slice(&of_file.to_le_bytes());
                header[at as usize..].copy_from_slice(&samples.to_le_bytes());
                let source = ReadOnlySource::new(Cursor::new(header).chain(source.take(samples.into())));
                container_parts(Box::new(source), found).map(|(parts, expected)| new(parts, expected))
            }
            Some(kind @ (Kind::Flac | Kind::Ogg | Kind::Aiff | Kind::Caf | Kind::Adts | Kind::Mp4)) => {
                if kind == Kind::Ogg && !matches!(container::ogg_codec(&head), "Vorbis" | "FLAC") {
                    return Err(SoundError::NeedsFfmpeg { found });
                }
                container_parts(Box::new(source), found).map(|(parts, expected)| new(parts, expected))
            }
            Some(kind) if kind.used_as() != Use::Picture => Err(SoundError::NeedsFfmpeg { found }),
            _ => Err(SoundError::NotASound { found }),
        }
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
            self.mono.clear();
            let rate = match &mut self.parts {
                Parts::Container { reader, decoder, track_id } => {
                    let packet = match reader.next_packet() {
                        Ok(Some(packet)) => packet,
                        Ok(None) => return self.end(),
                        // The end of a recording that never said its length; else the count tells.
                        Err(Error::IoError(error)) if error.kind() == ErrorKind::UnexpectedEof => return self.end(),
                        Err(error) => return Err(damaged(&error, self.found)),
                    };
                    if packet.track_id != *track_id {
                        continue;
                    }
                    self.packets += 1;
                    match decoder.decode(&packet) {
                        Ok(buffer) => mixed(&buffer, &mut self.interleaved, &mut self.mono),
                        Err(Error::DecodeError(_)) => {
                            self.unreadable_packets += 1;
                            continue;
                        }
                        Err(error) => return Err(damaged(&error, self.found)),
                    }
                }
                Parts::Mp3 { bytes, frames, decoder } => {
                    let Some(frame) = frames.next() else { return self.end() };
                    self.packets += 1;
                    if frame.begins {
                        *decoder = mp3_decoder()?;
                    }
                    let (length, data) = (u64::from(frame.samples), &bytes[frame.range.clone()]);
                    let packet = Packet::new(0, Timestamp::new(0), Duration::new(length), data);
                    match decoder.decode(&packet) {
                        Ok(buffer) => drop(mixed(&buffer, &mut self.interleaved, &mut self.mono)),
                        // Streams cut from a longer one begin with frames that lean on missing ones: silence keeps the time.
                        Err(Error::DecodeError(_)) => self.unreadable_packets += 1,
                        Err(error) => return Err(damaged(&error, self.found)),
                    }
                    self.mono.resize(frame.samples as usize, 0.0);
                    self.mono.truncate((frame.samples - frame.trim.1) as usize);
                    self.mono.drain(..(frame.trim.0 as usize).min(self.mono.len()));
                    frame.rate
                }
            };
            if !RATES.contains(&rate) {
                return Err(SoundError::Rate { rate });
            }
            if self.rate != 0 && self.rate != rate {
                return Err(SoundError::Damaged { reason: "its sample rate changes on the way".into() });
            }
            self.rate = rate;
            if !self.mono.iter().all(|sample| sample.is_finite()) {
                return Err(SoundError::Damaged { reason: "some of its samples are not numbers".into() });
            }
            self.count += self.mono.len();
            if self.count > rate as usize * 60 * self.most_minutes as usize {
                return Err(SoundError::TooLong { minutes: self.most_minutes });
            }
            if !self.mono.is_empty() {
                return Ok(Some(&self.mono));
            }
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
        // What encoders add at both ends may be counted or not.
        let is_short = |expected: u64| (self.count as u64) < expected.saturating_sub(8_192.max(expected / 50));
        if self.expected.is_some_and(is_short) {
            return Err(SoundError::CutShort);
        }
        Ok(None)
    }
}

/// Whether an MP4 or MOV holds sound and no pictures. A file that cannot be looked into counts as a video.
pub fn is_sound_alone(source: impl MediaSource) -> bool {
    let stream = MediaSourceStream::new(Box::new(source), MediaSourceStreamOptions::default());
    let probed = get_probe().probe(&Hint::new(), stream, FormatOptions::default(), MetadataOptions::default());
    probed.is_ok_and(|reader| {
        let has = |kind| reader.default_track(kind).is_some();
        has(TrackType::Audio) && !has(TrackType::Video)
    })
}

/// The channels of a buffer mixed to one, and its rate.
fn mixed(buffer: &GenericAudioBufferRef<'_>, interleaved: &mut Vec<f32>, mono: &mut Vec<f32>) -> u32 {
    let (rate, channels) = (buffer.spec().rate(), buffer.spec().channels().count().max(1));
    buffer.copy_to_vec_interleaved(interleaved);
    mono.extend(interleaved.chunks_exact(channels).map(|frame| frame.iter().sum::<f32>() / channels as f32));
    rate
}

/// The sound of a container and how many samples it promises.
fn container_parts<'a>(
    source: Box<dyn MediaSource + 'a>,
    found: &'static str,
) -> Result<(Parts<'a>, Option<u64>), SoundError> {
    let stream = MediaSourceStream::new(source, MediaSourceStreamOptions::default());
    let reader = get_probe()
        .probe(&Hint::new(), stream, FormatOptions::default(), MetadataOptions::default())
        .map_err(|error| damaged(&error, found))?;
    let unreadable = || SoundError::Damaged { reason: "it has no track of sound that can be read".into() };
    let track = reader.default_track(TrackType::Audio).ok_or_else(unreadable)?;
    let track_id = track.id;
    let parameters = track.codec_params.as_ref().and_then(|parameters| parameters.audio()).ok_or_else(unreadable)?;
    // Some containers count in another unit than samples.
    let counts_samples =
        track.time_base.is_none_or(|base| base.numer.get() == 1 && Some(base.denom.get()) == parameters.sample_rate);
    let expected = track.num_frames.filter(|_| counts_samples);
    let decoder = get_codecs()
        .make_audio_decoder(parameters, &AudioDecoderOptions::default())
        .map_err(|error| damaged(&error, found))?;
    Ok((Parts::Container { reader, decoder, track_id }, expected))
}

/// An MP3 of twenty minutes at the highest bit rate, with pictures in its tags.
const LARGEST_MP3: u64 = 96 * 1024 * 1024;

/// A recording of this size is looked through frame by frame, which needs all of its bytes.
const LARGEST_LISTED_MP3: u64 = 16 * 1024 * 1024;

fn mp3_parts<'a>(bytes: Vec<u8>) -> Result<Parts<'a>, SoundError> {
    let found = mp3::frames(&bytes);
    if found.frames.is_empty() || found.strange_bytes > 4_096.max(bytes.len() / 10) {
        let reason = match found.frames.len() {
            0 => "it has no frames that can be read".to_owned(),
            _ => format!("{} of its {} bytes are no sound", found.strange_bytes, bytes.len()),
        };
        return Err(SoundError::Damaged { reason });
    }
    if found.missing > 0 {
        return Err(SoundError::CutShort);
    }
    Ok(Parts::Mp3 { bytes, frames: found.frames.into_iter(), decoder: mp3_decoder()? })
}

fn mp3_decoder() -> Result<Box<dyn AudioDecoder>, SoundError> {
    let mut parameters = AudioCodecParameters::new();
    parameters.for_codec(CODEC_ID_MP3);
    get_codecs()
        .make_audio_decoder(&parameters, &AudioDecoderOptions::default())
        .map_err(|error| damaged(&error, "an MP3 recording"))
}

/// Where a WAV tells a wrong length, and what is right.
struct Length {
    /// The byte at which the length of the samples stands.
    at: u64,
    samples: u32,
    of_file: u32,
}

/// Looks for a `data` chunk that is said to be longer than the file, or empty with something behind it that is no chunk.
fn wrong_length(source: &mut impl MediaSource) -> io::Result<Option<Length>> {
    let end = source.seek(SeekFrom::End(0))?;
    let (mut at, mut block) = (12, 1);
    while at + 8 <= end {
        source.seek(SeekFrom::Start(at))?;
        let mut chunk = [0; 8];
        source.read_exact(&mut chunk)?;
        let [a, b, c, d, length @ ..] = chunk;
        let length = u64::from(u32::from_le_bytes(length));
        let rest = end - (at + 8);
        if &[a, b, c, d] == b"fmt " && length >= 14 && rest >= 14 {
            let mut format = [0; 14];
            source.read_exact(&mut format)?;
            block = u64::from(u16::from_le_bytes([format[12], format[13]])).max(1);
        }
        if &[a, b, c, d] == b"data" {
            let is_empty = length == 0 && (rest < block || chunks_fill(source, at + 8, end)?);
            if is_empty || (length > 0 && length <= rest) {
                return Ok(None);
            }
            let samples = rest.min(u64::from(u32::MAX) - at - 8);
            let samples = (samples - samples % block) as u32;
            return Ok(Some(Length { at: at + 4, samples, of_file: (at as u32).saturating_add(samples) }));
        }
        at += 8 + length + length % 2;
    }
    Ok(None)
}

/// Whether chunks follow one another from here to exactly the end.
fn chunks_fill(source: &mut impl MediaSource, mut at: u64, end: u64) -> io::Result<bool> {
    while at + 8 <= end {
        source.seek(SeekFrom::Start(at + 4))?;
        let mut length = [0; 4];
        source.read_exact(&mut length)?;
        let length = u64::from(u32::from_le_bytes(length));
        at += 8 + length + length % 2;
    }
    Ok(at == end)
}

fn damaged(error: &Error, found: &'static str) -> SoundError {
    match error {
        Error::Unsupported(_) => SoundError::NeedsFfmpeg { found },
        Error::IoError(error) if error.kind() == ErrorKind::UnexpectedEof => SoundError::CutShort,
        error => SoundError::Damaged { reason: error.to_string() },
    }
}

/// A WAV file of 16-bit samples; what lies beyond full scale is clipped.
///
/// # Panics
/// When the sound does not fit a WAV file, which ends at 4 GiB: twelve hours at 48,000.
#[expect(clippy::expect_used, reason = "a sound of less than 4 GiB can be written to memory")]
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
mod tests;
