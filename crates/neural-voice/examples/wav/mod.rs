//! WAV files of what was said. Called by the examples.

use std::io::Write;
use std::path::Path;

use neural_voice::RATE;

/// Writes samples as 16-bit WAV, one channel.
pub fn write(path: &Path, samples: &[f32]) -> std::io::Result<()> {
    let bytes = samples.len() as u32 * 2;
    let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
    file.write_all(b"RIFF")?;
    file.write_all(&(36 + bytes).to_le_bytes())?;
    file.write_all(b"WAVEfmt \x10\0\0\0\x01\0\x01\0")?;
    file.write_all(&RATE.to_le_bytes())?;
    file.write_all(&(RATE * 2).to_le_bytes())?;
    file.write_all(b"\x02\0\x10\0data")?;
    file.write_all(&bytes.to_le_bytes())?;
    for sample in samples {
        file.write_all(&((sample.clamp(-1.0, 1.0) * 32_767.0) as i16).to_le_bytes())?;
    }
    file.flush()
}
