//! Says the lines of the standard input, each into a file: `say FOLDER [PITCH_HZ [SPEED [RANGE [SEED]]]]`. Without a folder
//! it prints their sounds.

use std::io::{BufRead, Write};
use std::path::Path;

use neural_voice::{Delivery, Processors, RATE, Voice};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next();
    let mut number = |otherwise: f32| arguments.next().map_or(Ok(otherwise), |number| number.parse());
    let plain = Delivery::default();
    let delivery = Delivery {
        pitch_hz: number(plain.pitch_hz)?,
        speed: number(plain.speed)?,
        range: number(plain.range)?,
        seed: number(0.0)? as u64,
    };
    let started = std::time::Instant::now();
    let voice = Voice::carried()?;
    eprintln!("ready after {:.3} s", started.elapsed().as_secs_f64());
    let processors = Processors::new(1);
    for (at, line) in std::io::stdin().lock().lines().enumerate() {
        let line = line?;
        let Some(folder) = &folder else {
            println!("{}", voice.sounds(&line)?.join(" "));
            continue;
        };
        let started = std::time::Instant::now();
        let speech = voice.say(&line, &delivery, &processors, &|| false)?;
        write_wav(&Path::new(folder).join(format!("{at:02}.wav")), &speech.samples)?;
        let seconds = speech.samples.len() as f64 / f64::from(RATE);
        eprintln!("{at:02}: {seconds:.2} s of speech in {:.3} s", started.elapsed().as_secs_f64());
        for word in &speech.words {
            println!("{at:02} {:.3} {:.3} {}", word.start, word.end, word.text);
        }
    }
    Ok(())
}

/// 16-bit WAV, one channel.
fn write_wav(path: &Path, samples: &[f32]) -> std::io::Result<()> {
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
