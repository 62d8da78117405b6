//! The baby in the pane talks while its voice plays: a worker draws the picture of the moment, as fast as it can and no
//! faster than is seen, and stops with the sound. Nothing ticks while nothing plays.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use ratatui::layout::Size;
use ratatui_image::protocol::Protocol as Ready;
use tokio::sync::mpsc;

use super::cache::Ask;
use super::preview;
use crate::domain::CaptionLook;
use crate::engine::{Talker, talking};
use crate::media::video::{FPS, Frame, still};
use crate::tui::terminal::protocol::Way;

/// A voice with the baby that says it.
#[derive(Debug, Clone, PartialEq)]
pub struct Speech {
    pub sound: PathBuf,
    pub talker: Option<Talker>,
    pub caption: String,
    pub look: CaptionLook,
    /// The room of the picture; nothing moves without one.
    pub ask: Option<Ask>,
}

/// What a speech shows now.
pub struct Moment {
    /// Which speech: one that was stopped may still have something on its way.
    pub generation: u64,
    /// `None` when the speech is over.
    pub picture: Option<Ready>,
}

/// The shortest time between two pictures: what half-blocks and sixels can show without falling behind.
const BETWEEN: Duration = Duration::from_millis(80);

/// A speech under way; it stops when this is dropped.
pub struct Talk {
    /// Whose picture moves.
    pub ask: Ask,
    generation: u64,
    stopped: Arc<AtomicBool>,
}

impl Talk {
    /// Starts drawing, for terminals of this kind; `None` where nothing can move. `generation` is that of no other speech.
    /// Must be called inside a tokio runtime.
    pub fn start(speech: &Speech, generation: u64, way: Way, moments: mpsc::UnboundedSender<Moment>) -> Option<Self> {
        let (talker, ask) = (speech.talker.clone()?, speech.ask.clone().filter(|ask| ask.room != Size::ZERO)?);
        let stopped = Arc::new(AtomicBool::new(false));
        let talk = Self { ask: ask.clone(), generation, stopped: stopped.clone() };
        let (sound, caption, look) = (speech.sound.clone(), speech.caption.clone(), speech.look);
        let started = Instant::now();
        tokio::task::spawn_blocking(move || {
            let Some(mut frames) = talking(&talker, &sound, &caption, look) else { return };
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
                if moments.send(Moment { generation, picture: Some(ready) }).is_err() {
                    return;
                }
                std::thread::sleep(BETWEEN.saturating_sub(begun.elapsed()));
            }
            // The studio may have closed meanwhile.
            let _ = moments.send(Moment { generation, picture: None });
        });
        Some(talk)
    }

    /// Whether a moment is one of this speech.
    pub fn is_of(&self, moment: &Moment) -> bool {
        self.generation == moment.generation
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::AssetHash;
    use crate::tui::pictures::cache::Source;

    #[test]
    fn what_a_stopped_speech_still_says_ends_no_other() {
        let source = Source::File(PathBuf::from("baby.png"));
        let ask = Ask { hash: AssetHash::of(b"baby"), source, room: Size::new(10, 10) };
        let talk = |generation| Talk { ask: ask.clone(), generation, stopped: Arc::default() };
        let late = Moment { generation: 1, picture: None };
        assert!(talk(1).is_of(&late) && !talk(2).is_of(&late));
    }
}
