//! The sound of an episode as AAC-LC: samples in, one access unit per 1024 samples out. Called by the mixer; the only
//! file that names the encoder's crate.

use std::io::{self, Write};

use syom::{AacError, EncodeContainer, EncodeOptions, Encoder};

use crate::video::frame::SAMPLE_RATE;

/// Bits a second, both channels together.
const BITRATE: u32 = 192_000;

/// Samples an access unit adds.
pub(in crate::video) const UNIT: u32 = 1024;

#[derive(Debug, thiserror::Error)]
pub enum AacFailure {
    #[error("{0}")]
    Encode(#[from] AacError),
    #[error("{0}")]
    Write(#[from] io::Error),
}

/// Encodes one channel to two equal ones: phones and platforms expect stereo, and it costs next to no bits.
pub(in crate::video) struct AacWriter<To> {
    encoder: Encoder,
    to: To,
    sizes: Vec<u32>,
    /// The encoder begins with a unit of what was before the sound. Without it the first sample is heard at 0; left in, it
    /// would have to be hidden by an edit list.
    priming_is_past: bool,
}

fn encoder() -> Result<Encoder, AacFailure> {
    let options = EncodeOptions::high_quality().with_container(EncodeContainer::Raw).with_bitrate_bps(BITRATE);
    Ok(Encoder::new(SAMPLE_RATE, 2, &options)?)
}

/// What the decoder of every sound that is encoded here is told.
pub(in crate::video) fn configuration() -> Result<Vec<u8>, AacFailure> {
    Ok(encoder()?.asc().to_vec())
}

impl<To: Write> AacWriter<To> {
    pub(in crate::video) fn new(to: To) -> Result<AacWriter<To>, AacFailure> {
        let encoder = encoder()?;
        Ok(AacWriter { encoder, to, sizes: Vec::new(), priming_is_past: false })
    }

    pub(in crate::video) fn write(&mut self, samples: &[f32]) -> Result<(), AacFailure> {
        let AacWriter { encoder, to, sizes, priming_is_past } = self;
        let mut failed = Ok(());
        encoder.feed(&[samples, samples], |unit| {
            keep(unit.payload, to, sizes, priming_is_past, &mut failed);
            Ok(())
        })?;
        Ok(failed?)
    }

    /// Ends the sound: gives back where the units went and the size of each.
    pub(in crate::video) fn finish(mut self) -> Result<(To, Vec<u32>, Vec<u8>), AacFailure> {
        let mut failed = Ok(());
        let (to, sizes, priming_is_past) = (&mut self.to, &mut self.sizes, &mut self.priming_is_past);
        self.encoder.finish(|unit| {
            keep(unit.payload, to, sizes, priming_is_past, &mut failed);
            Ok(())
        })?;
        failed?;
        let configuration = self.encoder.asc().to_vec();
        Ok((self.to, self.sizes, configuration))
    }
}

fn keep(
    unit: &[u8],
    to: &mut impl Write,
    sizes: &mut Vec<u32>,
    priming_is_past: &mut bool,
    failed: &mut io::Result<()>,
) {
    if !std::mem::replace(priming_is_past, true) || failed.is_err() {
        return;
    }
    sizes.push(unit.len() as u32);
    *failed = to.write_all(unit);
}
