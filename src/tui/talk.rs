//! The baby in the pane talks while its voice plays: a worker draws the picture of the moment, as fast as it can and no
//! faster than is seen, and stops with the sound. Nothing ticks while nothing plays.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use ratatui::layout::Size;
use ratatui_image::protocol::Protocol as Ready;
use tokio::sync::mpsc;

use super::picture::Ask;
use super::preview;
use super::protocol::Way;
use crate::engine::{Talker, talking};
use crate::media::video::{FPS, Frame, still};

/// A voice with the baby that says it.
#[derive(Debug, Clone, PartialEq)]
pub struct Speech {
    pub sound: PathBuf,
    pub talker: Option<Talker>,
    pub caption: String,
    /// The room of the picture; nothing moves without one.
    pub ask: Option<Ask>,
}

/// A picture of the moment; `None` when the speech is over.
pub type Moment = Option<Ready>;

/// The shortest time between two pictures: what half-blocks and sixels can show without falling behind.
const BETWEEN: Duration = Duration::from_millis(80);

/// A speech under way; it stops when this is dropped.
pub struct Talk {
    /// Whose picture moves.
    pub ask: Ask,
    stopped: Arc<AtomicBool>,
}

impl Talk {
    /// Starts drawing, for terminals of this kind; `None` where nothing can move. Must be called inside a tokio runtime.
    pub fn start(speech: &Speech, way: Way, moments: mpsc::UnboundedSender<Moment>) -> Option<Self> {
        let (talker, ask) = (speech.talker.clone()?, speech.ask.clone().filter(|ask| ask.room != Size::ZERO)?);
        let stopped = Arc::new(AtomicBool::new(false));
        let talk = Self { ask: ask.clone(), stopped: stopped.clone() };
        let (sound, caption) = (speech.sound.clone(), speech.caption.clone());
        let started = Instant::now();
        tokio::task::spawn_blocking(move || {
            let Some(mut frames) = talking(&talker, &sound, &caption) else { return };
            let mut frame = Frame::black();
            loop {
                let begun = Instant::now();
                let number = (started.elapsed().as_secs_f64() * f64::from(FPS)) as u32;
                if stopped.load(Ordering::Relaxed) || number >= frames.count() {
                    break;
                }
                if frames.draw(number, &mut frame).is_err() {
                    break;
                }
                let Ok(ready) = preview::encode(&still(&frame), &ask, way) else { break };
                if moments.send(Some(ready)).is_err() {
                    return;
                }
                std::thread::sleep(BETWEEN.saturating_sub(begun.elapsed()));
            }
            // The studio may have closed meanwhile.
            let _ = moments.send(None);
        });
        Some(talk)
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
    }
}
