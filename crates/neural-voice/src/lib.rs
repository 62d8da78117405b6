//! A small English voice in plain Rust: text in, 24 kHz samples out, and when each word and sound is heard.
//!
//! ```
//! use neural_voice::{Delivery, Processors, Voice};
//!
//! let voice = Voice::carried()?;
//! let delivery = Delivery { pitch_hz: 290.0, ..Delivery::default() };
//! let speech = voice.say("Nap or snack?", &delivery, &Processors::new(1), &|| false)?;
//! assert_eq!(speech.words[0].text, "Nap");
//! assert!(speech.samples.len() > neural_voice::RATE as usize / 2);
//! # Ok::<(), neural_voice::Error>(())
//! ```
//!
//! A text goes through these rooms: `sentences` cuts it, `written` writes it out in words, `tokens` and `tagger` say what
//! each word is, `lexicon`, `noises` and `spelling` how it sounds (`reader` holds them together), `heart` makes melody and
//! spectrum of the sounds, `vocoder` makes samples of the spectrum. A larger voice that is installed beside the program,
//! [`Kokoro`], takes the place of the last two. Knows no babies, no jobs and no files but its own.

#![cfg_attr(not(test), warn(missing_docs))]

mod alphabet;
mod contour;
mod data;
mod dictionary;
mod error;
mod heart;
mod kokoro;
mod lexicon;
mod links;
mod network;
mod noises;
mod numbers;
mod onnx;
mod onsets;
pub mod phonemes;
mod reader;
mod script;
mod sentences;
mod speaker;
mod spelling;
mod table;
mod tagger;
mod tokens;
mod vocoder;
mod voice;
mod written;

pub use data::Files;
pub use error::Error;
pub use kokoro::{Kokoro, Style};
pub use network::Processors;
pub use onnx::prepared;
pub use vocoder::RATE;
pub use voice::{Delivery, Sound, Speech, Voice, Word};
pub use written::{MONTHS, is_latin};
