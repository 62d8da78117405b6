//! Says the lines of the standard input, each into a file: `say FOLDER [PITCH_HZ [SPEED [RANGE [SEED]]]]`. Without a folder
//! it prints their sounds.

use std::io::BufRead;
use std::path::Path;

use neural_voice::{Delivery, Processors, RATE, Voice};

#[path = "wav/mod.rs"]
mod wav;

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
        wav::write(&Path::new(folder).join(format!("{at:02}.wav")), &speech.samples)?;
        let seconds = speech.samples.len() as f64 / f64::from(RATE);
        eprintln!("{at:02}: {seconds:.2} s of speech in {:.3} s", started.elapsed().as_secs_f64());
        for word in &speech.words {
            println!("{at:02} {:.3} {:.3} {}", word.start, word.end, word.text);
        }
    }
    Ok(())
}
