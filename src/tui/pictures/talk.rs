//! What moves in the pane while something is heard: a baby that talks, or the pictures of a finished clip. A worker draws the
//! picture of the moment, as fast as it can and no faster than is seen, and stops with the sound. Nothing ticks while
//! nothing plays.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use image::RgbImage;
use ratatui::layout::Size;
use tokio::sync::mpsc;

use super::cache::{Ask, Picture};
use super::preview;
use crate::domain::CaptionLook;
use crate::engine::{Talker, talking};
use crate::media::picture;
use crate::media::video::{FPS, Frame, Frames, Reel, still};
use crate::tui::terminal::protocol::Way;

/// Something that is heard and seen, from a moment of it on.
#[derive(Debug, Clone, PartialEq)]
pub struct Passage {
    /// `None` is silence.
    pub sound: Option<PathBuf>,
    /// `None` moves nothing.
    pub shown: Option<Shown>,
    /// The picture in whose place and room it moves; nothing moves without one.
    pub ask: Option<Ask>,
    pub from: Duration,
    /// Whether the last picture of what was seen before fades into it.
    pub fades: bool,
}

/// What moves.
#[derive(Debug, Clone, PartialEq)]
pub enum Shown {
    Baby(Box<Speech>),
    /// The silent stream of a finished clip.
    Clip(PathBuf),
}

/// A voice with the baby that says it.
#[derive(Debug, Clone, PartialEq)]
pub struct Speech {
    pub sound: PathBuf,
    pub talker: Talker,
    pub caption: String,
    pub look: CaptionLook,
    /// The silence behind its sound.
    pub breath: Duration,
}

/// What is seen now.
pub struct Moment {
    /// Of which passage: one that was stopped may still have something on its way.
    pub generation: u64,
    /// `None` when the passage is over.
    pub picture: Option<(Ask, Picture)>,
}

/// The shortest time between two pictures: what half-blocks and sixels can show without falling behind.
const BETWEEN: Duration = Duration::from_millis(80);

/// The pictures that a cross-fade takes, as in the finished video.
const FADING: u32 = crate::media::video::FADE_FRAMES;

/// The picture that was seen last: what the next passage fades in from.
pub type LastSeen = Arc<Mutex<Option<RgbImage>>>;

/// A passage under way; it stops when this is dropped.
pub struct Talk {
    generation: u64,
    /// Whose picture moves, in which room.
    ask: Arc<Mutex<Ask>>,
    stopped: Arc<AtomicBool>,
    /// Whether any picture of it came.
    pub has_shown: bool,
}

impl Talk {
    /// Starts drawing what `passage` showed first at `began`, for terminals of this kind; `None` where nothing can move.
    /// `generation` is that of no other passage. Must be called inside a tokio runtime.
    pub fn start(
        passage: &Passage,
        generation: u64,
        way: Way,
        began: Instant,
        last_seen: LastSeen,
        moments: mpsc::UnboundedSender<Moment>,
    ) -> Option<Self> {
        let ask = passage.ask.clone().filter(|ask| ask.room != Size::ZERO)?;
        let (shown, fades) = (passage.shown.clone()?, passage.fades && passage.from.is_zero());
        let stopped = Arc::new(AtomicBool::new(false));
        let ask = Arc::new(Mutex::new(ask));
        let talk = Self { generation, ask: ask.clone(), stopped: stopped.clone(), has_shown: false };
        tokio::task::spawn_blocking(move || {
            let Some(mut frames) = frames_of(&shown) else {
                let _ = moments.send(Moment { generation, picture: None });
                return;
            };
            let before = locked(&last_seen).take().filter(|_| fades);
            let mut frame = Frame::black();
            loop {
                let begun = Instant::now();
                let number = (began.elapsed().as_secs_f64() * f64::from(FPS)) as u32;
                if stopped.load(Ordering::Relaxed) || number >= frames.count() {
                    break;
                }
                if frames.draw(number, &mut frame).is_err() {
                    break;
                }
                let mut seen = still(&frame);
                if let Some(before) = before.as_ref().filter(|_| number < FADING) {
                    picture::faded(before, &mut seen, (number + 1) as f32 / (FADING + 1) as f32);
                }
                let ask = locked(&ask).clone();
                let Ok(ready) = preview::encode(&seen, &ask, way) else { break };
                *locked(&last_seen) = Some(seen);
                if moments.send(Moment { generation, picture: Some((ask, ready)) }).is_err() {
                    return;
                }
                std::thread::sleep(BETWEEN.saturating_sub(begun.elapsed()));
            }
            // The studio may have closed meanwhile.
            let _ = moments.send(Moment { generation, picture: None });
        });
        Some(talk)
    }

    /// Whether a moment is one of this passage.
    pub fn is_of(&self, moment: &Moment) -> bool {
        self.generation == moment.generation
    }

    /// Goes on in another room, where the same picture is wanted in one.
    pub fn show_in(&self, wanted: &Ask) {
        let mut ask = locked(&self.ask);
        if ask.hash == wanted.hash && wanted.room != Size::ZERO {
            ask.room = wanted.room;
        }
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
    }
}

fn frames_of(shown: &Shown) -> Option<Box<dyn Frames>> {
    match shown {
        Shown::Baby(speech) => talking(&speech.talker, &speech.sound, speech.breath, &speech.caption, speech.look),
        Shown::Clip(stream) => Some(Box::new(Reel::open(stream).ok()?)),
    }
}

fn locked<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::AssetHash;
    use crate::tui::pictures::cache::Source;

    fn talk(generation: u64, room: Size) -> Talk {
        let source = Source::File(PathBuf::from("baby.png"));
        let ask = Ask { hash: AssetHash::of(b"baby"), source, room };
        Talk { ask: Arc::new(Mutex::new(ask)), generation, stopped: Arc::default(), has_shown: false }
    }

    #[test]
    fn what_a_stopped_passage_still_shows_ends_no_other() {
        let late = Moment { generation: 1, picture: None };
        assert!(talk(1, Size::new(9, 9)).is_of(&late) && !talk(2, Size::new(9, 9)).is_of(&late));
    }

    #[test]
    fn only_the_same_picture_goes_on_in_another_room() {
        let talk = talk(1, Size::new(9, 9));
        let mut wanted = locked(&talk.ask).clone();
        for (name, room, now) in [
            ("baby", Size::new(40, 30), Size::new(40, 30)),
            ("baby", Size::ZERO, Size::new(40, 30)),
            ("another", Size::new(5, 5), Size::new(40, 30)),
        ] {
            (wanted.hash, wanted.room) = (AssetHash::of(name.as_bytes()), room);
            talk.show_in(&wanted);
            assert_eq!(locked(&talk.ask).room, now, "{name} {room:?}");
        }
    }
}
