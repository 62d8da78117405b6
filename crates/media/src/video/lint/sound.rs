//! What the sound of a file is: all of it is decoded and measured. Called by the rules; knows no rules.

use ebur128::{EbuR128, Mode};
use mp4_atom::Mp4a;
use symphonia::core::codecs::audio::well_known::CODEC_ID_AAC;
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::packet::PacketRef;
use symphonia::core::units::{Duration, Timestamp};
use symphonia::default::codecs::AacDecoder;

use super::file::{Mp4, Place};

pub(super) struct Heard {
    pub(super) units: usize,
    pub(super) failed: usize,
    /// `None` for silence, and when nothing could be decoded.
    pub(super) loudness: Option<f64>,
    pub(super) peak_db: f64,
    /// As decoded, not as the header says.
    pub(super) rate: u32,
    pub(super) channels: usize,
}

/// Decodes and measures the whole sound. Units that cannot be decoded are counted and left out.
pub(super) fn listen(mp4: &Mp4, mp4a: &Mp4a, places: &[Place]) -> Heard {
    let mut heard =
        Heard { units: places.len(), failed: 0, loudness: None, peak_db: f64::NEG_INFINITY, rate: 0, channels: 0 };
    let configuration = mp4a.esds.es_desc.dec_config.dec_specific.as_ref().map(|specific| specific.raw.clone());
    let Some(mut decoder) = configuration.and_then(decoder) else {
        heard.failed = places.len();
        return heard;
    };
    let mut meter: Option<EbuR128> = None;
    let mut samples: Vec<f32> = Vec::new();
    for &place in places {
        let decoded = mp4.sample(place).and_then(|unit| {
            let packet = PacketRef::new(0, Timestamp::ZERO, Duration::ZERO, &unit);
            let buffer = decoder.decode_ref(&packet).ok()?;
            let (rate, channels) = (buffer.spec().rate(), buffer.spec().channels().count());
            buffer.copy_to_vec_interleaved(&mut samples);
            Some((rate, channels))
        });
        let Some((rate, channels)) = decoded else {
            heard.failed += 1;
            continue;
        };
        (heard.rate, heard.channels) = (rate, channels);
        if meter.is_none() {
            meter = EbuR128::new(channels as u32, rate, Mode::I | Mode::TRUE_PEAK | Mode::HISTOGRAM).ok();
        }
        let is_finite = samples.iter().all(|sample| sample.is_finite());
        if !is_finite || meter.as_mut().is_none_or(|meter| meter.add_frames_f32(&samples).is_err()) {
            heard.failed += 1;
        }
    }
    if let Some(meter) = meter {
        heard.loudness = meter.loudness_global().ok().filter(|loudness| loudness.is_finite());
        let peaks = (0..meter.channels()).filter_map(|channel| meter.true_peak(channel).ok());
        heard.peak_db = 20.0 * peaks.fold(0.0, f64::max).log10();
    }
    heard
}

fn decoder(configuration: Vec<u8>) -> Option<AacDecoder> {
    let mut parameters = AudioCodecParameters::new();
    parameters.for_codec(CODEC_ID_AAC).with_extra_data(configuration.into_boxed_slice());
    AacDecoder::try_new(&parameters, &AudioDecoderOptions::default()).ok()
}
