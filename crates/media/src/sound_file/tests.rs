//! What reading sound files promises, on files made here and on the fixtures of real ones.

use hound::{SampleFormat, WavSpec};

use super::*;

const MP3: &[u8] = include_bytes!("../../../../tests/fixtures/tone_440_stereo.mp3");

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
    let bytes = wav(spec(1, 48_000, 32, SampleFormat::Float), 480, |at, _| if at % 2 == 0 { 4.0 } else { -2.0_f32 });
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

fn real(name: &str) -> Vec<u8> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/real-files/media");
    std::fs::read(folder.join(name)).unwrap()
}

#[test]
fn recordings_as_people_have_them_are_read_at_their_true_length() {
    // What an AAC encoder adds at both ends, some 0.05 s each, is kept.
    for (name, seconds, within) in [
        ("tts_chunks_joined.mp3", 6.2, 0.02),
        ("piped_vbr.mp3", 6.0, 0.06),
        ("voice_memo.m4a", 2.05, 0.06),
        ("piped_espeak_7ffff000.wav", 1.0, 0.001),
    ] {
        let sound = decode(&real(name)).unwrap();
        assert!((sound.seconds() - seconds).abs() < within, "{name}: {}", sound.seconds());
        assert!(sound.rms() > 0.01, "{name} is silent");
        let end = &sound.samples[sound.samples.len() * 9 / 10..];
        assert!(end.iter().any(|sample| sample.abs() > 0.01), "{name} ends in silence");
    }
    assert_eq!(decode(&real("voice_note.ogg")), Err(SoundError::NeedsFfmpeg { found: "an Ogg recording with Opus" }));
}

#[test]
fn a_wav_that_tells_no_true_length_is_read_to_its_end() {
    let right = wav(spec(1, 48_000, 16, SampleFormat::Int), 4_800, |_, _| 1000_i16);
    for length in [0_u32, 0x7fff_f000, 0x7fff_ffff, 0x8000_0000, u32::MAX] {
        let mut bytes = right.clone();
        bytes[4..8].copy_from_slice(&length.to_le_bytes());
        bytes[40..44].copy_from_slice(&length.to_le_bytes());
        assert_eq!(decode(&bytes).unwrap().samples.len(), 4_800, "{length:#x}");
    }
    let mut recorder_stopped = right;
    recorder_stopped[40..44].copy_from_slice(&20_000_u32.to_le_bytes());
    assert_eq!(decode_own(&recorder_stopped).unwrap().samples.len(), 4_800);
    assert_eq!(decode(&recorder_stopped), Err(SoundError::CutShort), "a reply that was cut is no reply");
}

#[test]
fn mono_and_stereo_parts_are_one_recording() {
    let stereo = decode(MP3).unwrap().seconds();
    let joined = [MP3, &real("piped_vbr.mp3")].concat();
    assert_eq!(
        decode(&joined),
        Err(SoundError::Damaged { reason: "its sample rate changes on the way".into() }),
        "never a shorter one"
    );
    let twice = decode(&[MP3, MP3].concat()).unwrap().seconds();
    assert!((2.0 * stereo..2.0 * stereo + 0.2).contains(&twice), "{twice}");
}

#[test]
fn a_recording_that_lacks_what_it_promises_is_refused() {
    let memo = real("voice_memo.m4a");
    assert!(decode_own(&memo[..memo.len() / 2]).is_err());
    let joined = real("tts_chunks_joined.mp3");
    assert_eq!(decode_own(&joined[..joined.len() / 6]), Err(SoundError::CutShort));
}

#[test]
fn a_recording_of_more_than_twenty_minutes_is_refused() {
    let bytes = wav(spec(1, 4_000, 8, SampleFormat::Int), 4_000 * 60 * 20 + 4_000, |_, _| 1_i8);
    assert_eq!(decode(&bytes), Err(SoundError::TooLong { minutes: MAX_MINUTES }));
}

#[test]
fn an_unusual_rate_is_named() {
    let bytes = wav(spec(1, 1_000, 16, SampleFormat::Int), 1000, |_, _| 1000_i16);
    assert_eq!(decode(&bytes), Err(SoundError::Rate { rate: 1_000 }));
}
