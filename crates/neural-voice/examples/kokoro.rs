//! Says the lines of the standard input with the larger voice: `kokoro MODEL VOICE FOLDER [PITCH_HZ [SPEED [RANGE]]]`.
//! `MODEL` is kokoro-v1.0.int8.onnx as it is published, `VOICE` the file of one of its voices.

use std::io::BufRead;
use std::path::Path;

use neural_voice::{Delivery, Kokoro, Processors, RATE, Style, Voice};

#[path = "wav/mod.rs"]
mod wav;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut needed = |what: &str| arguments.next().ok_or(format!("{what} is missing"));
    let (model, voice, folder) = (needed("MODEL")?, needed("VOICE")?, needed("FOLDER")?);
    let mut number = |otherwise: f32| arguments.next().map_or(Ok(otherwise), |number| number.parse());
    let delivery =
        Delivery { pitch_hz: number(205.0)?, speed: number(1.0)?, range: number(1.0)?, ..Delivery::default() };
    let started = std::time::Instant::now();
    let prepared = neural_voice::prepared(&std::fs::read(model)?)?;
    eprintln!("rewritten after {:.2} s", started.elapsed().as_secs_f64());
    let kokoro = Kokoro::read(prepared)?;
    let style = Style::read(&std::fs::read(voice)?, 205.0)?;
    let reader = Voice::carried()?;
    eprintln!("ready after {:.2} s", started.elapsed().as_secs_f64());
    for (at, line) in std::io::stdin().lock().lines().enumerate() {
        let started = std::time::Instant::now();
        let speech = reader.say_as((&kokoro, &style), &line?, &delivery, &Processors::new(1), &|| false)?;
        wav::write(&Path::new(&folder).join(format!("{at:02}.wav")), &speech.samples)?;
        let seconds = speech.samples.len() as f64 / f64::from(RATE);
        eprintln!("{at:02}: {seconds:.2} s of speech in {:.3} s", started.elapsed().as_secs_f64());
        for word in &speech.words {
            println!("{at:02} {:.3} {:.3} {}", word.start, word.end, word.text);
        }
    }
    Ok(())
}
