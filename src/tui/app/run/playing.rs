//! What is heard and what moves, for the loop: it starts and stops programs and workers as effects ask, and says what is to
//! be told. Decides nothing about what comes next: pages do.

use std::path::Path;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use crate::engine::Level;
use crate::tui::pictures::cache::Ask;
use crate::tui::pictures::player::{News, Outcome, Player};
use crate::tui::pictures::preview::Preview;
use crate::tui::pictures::talk::{LastSeen, Moment, Passage, Talk};

pub(super) struct Playing {
    player: Player,
    /// What became of the programs that play.
    news: mpsc::UnboundedReceiver<News>,
    /// What moves in the pane, and its pictures as they come.
    talk: Option<Talk>,
    moments: (mpsc::UnboundedSender<Moment>, mpsc::UnboundedReceiver<Moment>),
    /// Passages begun so far.
    passages: u64,
    last_seen: LastSeen,
    /// Whether somebody listens: then a picture stays until the next one comes.
    listens: bool,
    /// Whether nothing here plays a sound: one who listens is told once, and looks on.
    is_silent: bool,
    /// Whether pictures stand still.
    is_calm: bool,
}

/// What woke the loop.
pub(super) enum Heard {
    Moment(Moment),
    News(News),
}

/// Something to say.
pub(super) type Told = Option<(Level, String)>;

impl Playing {
    pub(super) fn new(own: Option<Vec<String>>, is_calm: bool) -> Self {
        let (sender, news) = mpsc::unbounded_channel();
        Self {
            player: Player::new(own, sender),
            news,
            talk: None,
            moments: mpsc::unbounded_channel(),
            passages: 0,
            last_seen: LastSeen::default(),
            listens: false,
            is_silent: false,
            is_calm,
        }
    }

    /// Whether pictures stand still from now on.
    pub(super) fn set_calm(&mut self, is_calm: bool) {
        self.is_calm = is_calm;
    }

    /// Waits for what is to be taken in.
    pub(super) async fn next(&mut self) -> Heard {
        tokio::select! {
            Some(moment) = self.moments.1.recv() => Heard::Moment(moment),
            Some(news) = self.news.recv() => Heard::News(news),
        }
    }

    pub(super) fn take(&mut self, heard: Heard, preview: &mut Preview) -> Told {
        match heard {
            Heard::Moment(moment) => {
                self.take_moment(moment, preview);
                None
            }
            Heard::News(news) => self.take_news(news),
        }
    }

    fn take_moment(&mut self, moment: Moment, preview: &mut Preview) {
        let Some(talk) = self.talk.as_mut().filter(|talk| talk.is_of(&moment)) else { return };
        match moment.picture {
            Some(picture) => {
                talk.has_shown = true;
                preview.pictures.moving = Some(picture);
            }
            None if self.listens && talk.has_shown => self.talk = None,
            None => self.end_talk(preview),
        }
    }

    fn take_news(&mut self, news: News) -> Told {
        let (sound, outcome) = match news {
            News::Video(level, text) => return Some((level, text)),
            News::Ended { sound, outcome } => (sound, outcome),
        };
        let was_playing = self.player.ended(sound);
        match outcome {
            Outcome::Failed(text) if was_playing => Some((Level::Warning, self.silent(text))),
            Outcome::PassedOver(text) => Some((Level::Warning, text)),
            Outcome::Failed(_) | Outcome::Played => None,
        }
    }

    /// Plays a voice while its baby talks in the pane, or stops the one that plays.
    pub(super) fn toggle(&mut self, passage: &Passage, preview: &mut Preview) -> Told {
        self.end_talk(preview);
        self.listens = false;
        let Some(sound) = &passage.sound else { return None };
        Some(match self.player.toggle(sound) {
            Ok(true) => {
                self.move_picture(passage, preview);
                (Level::Info, "Playing; the same key stops.".to_owned())
            }
            Ok(false) => (Level::Info, "Stopped.".to_owned()),
            Err(text) => (Level::Warning, text),
        })
    }

    /// Plays a sound instead of whatever plays.
    pub(super) fn hear(&mut self, sound: &Path, preview: &mut Preview) -> Told {
        self.hush(preview);
        self.player.play(sound, Duration::ZERO).err().map(|text| (Level::Warning, text))
    }

    /// Plays the next passage of what is listened to, instead of whatever plays.
    pub(super) fn listen(&mut self, passage: &Passage, is_first: bool, preview: &mut Preview) -> Told {
        self.player.stop();
        self.talk = None;
        self.listens = true;
        self.is_silent &= !is_first;
        // Until the first picture comes, the last one of the passage before stands in its place.
        match (&mut preview.pictures.moving, &passage.ask) {
            (Some((moving, _)), Some(ask)) if moving.room == ask.room => *moving = ask.clone(),
            (moving, _) => *moving = None,
        }
        self.move_picture(passage, preview);
        let sound = passage.sound.as_ref().filter(|_| !self.is_silent)?;
        let failure = self.player.play(sound, passage.from).err()?;
        Some((Level::Warning, self.silent(failure)))
    }

    /// No sound any more; the picture stands still.
    pub(super) fn pause(&mut self) {
        self.player.stop();
        self.talk = None;
    }

    /// No sound and no moving picture any more.
    pub(super) fn hush(&mut self, preview: &mut Preview) {
        self.player.stop();
        self.end_talk(preview);
        self.listens = false;
    }

    /// Opens a video in a window of its own.
    pub(super) fn open_video(&self, video: &Path) -> Told {
        self.player.open_video(video).err().map(|text| (Level::Warning, text))
    }

    /// What moves goes on in the room that the page has for it now.
    pub(super) fn show_in(&self, wanted: Option<&Ask>) {
        if let (Some(talk), Some(wanted)) = (&self.talk, wanted) {
            talk.show_in(wanted);
        }
    }

    fn move_picture(&mut self, passage: &Passage, preview: &Preview) {
        self.passages += 1;
        let now = Instant::now();
        // A machine that was started a moment ago knows no earlier time.
        let began = now.checked_sub(passage.from).unwrap_or(now);
        let (last_seen, moments) = (self.last_seen.clone(), self.moments.0.clone());
        let moves = !preview.pictures.is_off() && !self.is_calm;
        self.talk =
            moves.then(|| Talk::start(passage, self.passages, preview.way(), began, last_seen, moments)).flatten();
    }

    fn end_talk(&mut self, preview: &mut Preview) {
        self.talk = None;
        preview.pictures.moving = None;
    }

    /// Why there is no sound; for one who listens, the pictures go on in time.
    fn silent(&mut self, why: String) -> String {
        if !self.listens {
            return why;
        }
        self.is_silent = true;
        format!("{why} It goes on without sound.")
    }
}
