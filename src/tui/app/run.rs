//! The loop: waits for keys, engine events, finished pictures and signals; drains all that is there; draws once. There
//! is no tick: a timer runs only while jobs run, and an idle studio never wakes up.

pub(super) mod clock;
pub(in crate::tui) mod examining;
mod handing_over;
mod perform;
mod playing;
pub(in crate::tui) mod remembered;
pub(super) mod sights;
mod suspend;
mod typed;

use std::io;
use std::path::Path;
use std::task::Poll;
use std::time::{Duration, Instant};

use crossterm::event::{Event as Input, EventStream};
use futures::StreamExt;
use ratatui::layout::Size;

use self::clock::{clock, moment};
use self::examining::{Examining, broken_off};
use self::handing_over::HandingOver;
use self::playing::{Heard, Playing};
use self::remembered::Remembered;
use self::sights::Sights;
use self::typed::message_of;
use super::ending::{ExitReason, TuiError};
use super::start::{Keep, Outside, Phone};
use super::state::State;
use super::update::{settle, update};
use super::view::{picture_that_moves, view, wanted_pictures, wanted_sounds, window_title};
use crate::engine::words::finding::Finding;
use crate::engine::{Command, EngineHandle, Event};
use crate::plan::Role;
use crate::tui::input::keymap::Key;
use crate::tui::model::message::Msg;
use crate::tui::model::shared::SPINNER_TURN;
use crate::tui::model::tuning::{Tuning, Tunings};
use crate::tui::pictures::cache::Ask;
use crate::tui::pictures::kitty::Placements;
use crate::tui::pictures::preview::{Finished, Preview};
use crate::tui::pictures::waves::{Wave, Waves};
use crate::tui::terminal::attention::Attention;
use crate::tui::terminal::guard::Screen;
use crate::tui::terminal::outer::Outer;
use crate::tui::terminal::probe::{Late, LateAnswers};
use crate::tui::terminal::signals::{Signal, Signals};

/// Draws caused by the engine come no closer together than this; a key is drawn at once.
const BETWEEN_DRAWS: Duration = Duration::from_millis(10);

/// How often seconds are counted where nothing turns.
const SECOND: Duration = Duration::from_secs(1);

/// What an edit would make again is asked when no key came for so long.
const BETWEEN_QUESTIONS: Duration = Duration::from_millis(15);

/// An answer of the terminal that comes later than this is none.
const LATEST_ANSWER: Duration = Duration::from_secs(10);

/// How the user is told things who does not look, by the settings.
pub(super) fn attention(tunings: &Tunings, in_tmux: bool) -> Attention {
    let (mut notify, mut title) = Default::default();
    for tuning in &tunings.chosen {
        match tuning {
            Tuning::Notify(chosen) => notify = *chosen,
            Tuning::Title(chosen) => title = *chosen,
            _ => {}
        }
    }
    Attention::new(notify, title, in_tmux, |name| std::env::var(name).ok())
}

/// When the next draw is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Due {
    Now,
    /// At the earliest [`BETWEEN_DRAWS`] after the last draw.
    Soon,
    /// When something happens.
    Later,
}

pub(super) struct Studio {
    state: State,
    screen: Screen,
    attention: Attention,
    sights: Sights,
    engine: EngineHandle,
    engine_is_gone: bool,
    preview: Preview,
    placements: Placements,
    playing: Playing,
    waves: Waves,
    /// `None` while something else reads the terminal.
    keys: Option<EventStream>,
    late_answers: LateAnswers,
    signals: Signals,
    opened: Instant,
    /// When the terminal was asked what it can show.
    asked: Instant,
    drawn: Instant,
    due: Due,
    /// What an edit would make again is asked once no more is typed for a moment.
    question: Option<(Command, Instant)>,
    handing_over: HandingOver,
    examining: Examining,
    keep: Keep,
    phone: Phone,
    exit: Option<ExitReason>,
}

/// The terminal that the studio is in.
pub(super) struct Window {
    pub(super) screen: Screen,
    pub(super) attention: Attention,
    pub(super) sights: Sights,
}

/// What woke the loop.
enum Woken {
    Signal(Signal),
    Input(Option<io::Result<Input>>),
    Engine(Option<Event>),
    Picture(Finished),
    Wave(Wave),
    Playing(Heard),
    Examined(Option<Vec<Finding>>),
    /// What tmux says of the terminal around it.
    Outer(Option<Outer>),
    Timer,
}

impl Studio {
    pub(super) fn new(
        state: State,
        Window { screen, attention, sights }: Window,
        engine: EngineHandle,
        preview: Preview,
        player: Option<Vec<String>>,
        outside: Outside,
    ) -> io::Result<Self> {
        let is_calm = state.shared.calm;
        let late_answers = LateAnswers::after(&sights.answers);
        Ok(Self {
            state,
            screen,
            attention,
            sights,
            engine,
            engine_is_gone: false,
            preview,
            placements: Placements::default(),
            playing: Playing::new(player, is_calm),
            waves: Waves::default(),
            keys: Some(EventStream::new()),
            late_answers,
            signals: Signals::new()?,
            opened: Instant::now(),
            asked: Instant::now(),
            drawn: Instant::now(),
            due: Due::Now,
            question: None,
            handing_over: HandingOver::default(),
            examining: Examining::new(outside.examine),
            keep: outside.keep,
            phone: outside.phone,
            exit: None,
        })
    }

    /// Until the user leaves. Where they were then is kept in `place_file`.
    pub(super) async fn live(
        mut self,
        typed_before: Vec<Key>,
        place_file: Option<&Path>,
    ) -> Result<ExitReason, TuiError> {
        for key in typed_before {
            self.take(Msg::Key(key)).await?;
        }
        loop {
            if let Some(reason) = self.exit.take() {
                if let Some(file) = place_file {
                    Remembered::of(&self.state).write(file);
                }
                return Ok(reason);
            }
            self.draw_if_due()?;
            let woken = self.sleep().await;
            self.state.shared.now = self.opened.elapsed();
            self.state.shared.clock = clock();
            self.state.shared.moment = moment();
            self.wake(woken).await?;
            self.drain().await?;
            if self.state.alarm().is_some_and(|alarm| alarm <= self.state.shared.now) {
                self.due = Due::Now;
                self.take(Msg::Tick).await?;
            }
        }
    }

    async fn sleep(&mut self) -> Woken {
        let alarm = self.alarm();
        let keys = async {
            match &mut self.keys {
                Some(keys) => keys.next().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            signal = self.signals.next() => Woken::Signal(signal),
            input = keys => Woken::Input(input),
            event = self.engine.events.recv(), if !self.engine_is_gone => Woken::Engine(event),
            picture = self.preview.finished() => Woken::Picture(picture),
            wave = self.waves.decoded() => Woken::Wave(wave),
            heard = self.playing.next() => Woken::Playing(heard),
            found = self.examining.done(), if self.examining.is_running() => Woken::Examined(found),
            outer = self.sights.told() => Woken::Outer(outer),
            () = tokio::time::sleep_until(alarm.unwrap_or_else(Instant::now).into()), if alarm.is_some() => Woken::Timer,
        }
    }

    /// When to wake up though nothing happens: for a draw put off, for the next turn of the spinner, for a page on which
    /// something plays, or once to take away what was said.
    fn alarm(&self) -> Option<Instant> {
        let shared = &self.state.shared;
        let draw = match self.due {
            Due::Now | Due::Soon => Some(self.drawn + BETWEEN_DRAWS),
            Due::Later if shared.facts.is_busy() && shared.calm => Some(self.drawn + SECOND),
            Due::Later if shared.facts.is_busy() => Some(self.drawn + SPINNER_TURN),
            Due::Later => shared.notice.as_ref().map(|said| self.opened + said.end()),
        };
        let question = self.question.as_ref().map(|(_, due)| *due);
        let page = self.state.alarm().map(|alarm| self.opened + alarm);
        draw.into_iter().chain(question).chain(page).min()
    }

    /// Whether it was time to ask what an edit would make again.
    fn ask_if_due(&mut self) -> bool {
        let question = self.question.take_if(|(_, due)| *due <= Instant::now());
        question.is_some_and(|(command, _)| {
            // One that finds no room is asked again with the next letter.
            let _ = self.engine.commands.try_send(command);
            true
        })
    }

    async fn wake(&mut self, woken: Woken) -> Result<(), TuiError> {
        match woken {
            Woken::Signal(Signal::End(number)) => {
                self.send(Command::Shutdown);
                self.exit = Some(ExitReason::Signal(number));
            }
            Woken::Signal(Signal::Continued) => {
                self.screen.resume()?;
                self.attention.forget();
                self.redraw();
            }
            Woken::Input(Some(Ok(input))) => self.take_input(input).await?,
            Woken::Input(Some(Err(error))) => return Err(error.into()),
            // The terminal is gone.
            Woken::Input(None) => self.exit = Some(ExitReason::Quit),
            Woken::Engine(Some(event)) => self.take_event(event).await?,
            Woken::Engine(None) => {
                self.engine_is_gone = true;
                self.due = Due::Now;
                self.take(Msg::EngineGone).await?;
            }
            // Those of a sheet come one soon after the other.
            Woken::Picture(finished) => {
                if self.preview.add(finished) && self.due == Due::Later {
                    self.due = Due::Soon;
                }
            }
            Woken::Wave(wave) => {
                self.due = Due::Now;
                self.take(Msg::Wave(wave)).await?;
            }
            Woken::Playing(heard) => {
                self.due = Due::Now;
                let told = self.playing.take(heard, &mut self.preview);
                self.tell_any(told);
            }
            Woken::Examined(found) => {
                self.due = Due::Now;
                self.take(Msg::Examined(found.unwrap_or_else(broken_off))).await?;
            }
            Woken::Outer(outer) => {
                self.sights.learn(outer);
                self.show_in(self.sights.way());
                self.due = Due::Now;
            }
            Woken::Timer if self.ask_if_due() => {}
            Woken::Timer => self.due = Due::Now,
        }
        Ok(())
    }

    /// Takes in all that is there already, so that it costs one draw.
    async fn drain(&mut self) -> Result<(), TuiError> {
        while self.exit.is_none() {
            if let Some(input) = self.waiting_input().await {
                self.wake(Woken::Input(input)).await?;
            } else if let Ok(event) = self.engine.events.try_recv() {
                self.take_event(event).await?;
            } else if let Some(finished) = self.preview.try_finished() {
                self.wake(Woken::Picture(finished)).await?;
            } else {
                break;
            }
        }
        Ok(())
    }

    /// Input that is there already. Polled with the loop's own waker: the stream keeps the first one it is given until
    /// the next input.
    async fn waiting_input(&mut self) -> Option<Option<io::Result<Input>>> {
        let keys = self.keys.as_mut()?;
        std::future::poll_fn(|context| match keys.poll_next_unpin(context) {
            Poll::Ready(input) => Poll::Ready(Some(input)),
            Poll::Pending => Poll::Ready(None),
        })
        .await
    }

    fn draw_if_due(&mut self) -> Result<(), TuiError> {
        let ready = match self.due {
            Due::Now => true,
            Due::Soon => self.drawn.elapsed() >= BETWEEN_DRAWS,
            Due::Later => false,
        };
        if !ready {
            return Ok(());
        }
        settle(&mut self.state);
        let wanted = wanted_pictures(&self.state);
        self.playing.show_in(picture_that_moves(&self.state).as_ref());
        self.preview.want(wanted, self.state.page().soon(&self.state.shared));
        self.waves.want(wanted_sounds(&self.state));
        let (state, pictures) = (&self.state, &self.preview.pictures);
        let selected = state.shared.theme.selected.into();
        let placements = &mut self.placements;
        self.screen.draw(
            selected,
            |area, buffer| view(state, pictures, area, buffer),
            || placements.follow(pictures.kept()),
        )?;
        let (title, percent) = window_title(state);
        let told = self.attention.show(&title, percent);
        if !told.is_empty() {
            self.screen.send(told.as_bytes())?;
        }
        self.drawn = Instant::now();
        self.due = Due::Later;
        Ok(())
    }

    async fn take_event(&mut self, event: Event) -> Result<(), TuiError> {
        if self.due == Due::Later {
            self.due = Due::Soon;
        }
        match &event {
            Event::RunEnded(ended) => self.handing_over.ended(ended),
            Event::Jobs(changes) => {
                let made = changes.iter().flat_map(|change| &change.facts.outputs);
                let pictures = made.filter(|made| matches!(made.output.role, Role::Picture | Role::Still));
                self.preview.landed(pictures.map(|made| Ask::made(made, Size::ZERO)));
            }
            _ => {}
        }
        self.take(Msg::Engine(event)).await
    }

    async fn take_input(&mut self, input: Input) -> Result<(), TuiError> {
        let message = match input {
            Input::Resize(..) => {
                self.redraw();
                Some(Msg::Resize(self.screen.size()))
            }
            Input::FocusGained | Input::FocusLost => {
                self.attention.focus(input == Input::FocusGained);
                None
            }
            input => message_of(input),
        };
        let Some(message) = message else { return Ok(()) };
        if let Msg::Key(key) = message
            && self.asked.elapsed() < LATEST_ANSWER
        {
            match self.late_answers.take(key) {
                Late::Key => {}
                Late::Part => return Ok(()),
                Late::Whole(answers) => {
                    self.sights.learn_late(answers);
                    self.state.shared.theme = self.sights.theme();
                    self.show_in(self.sights.way());
                    self.redraw();
                    return Ok(());
                }
            }
        }
        self.due = Due::Now;
        self.take(message).await
    }

    async fn take(&mut self, message: Msg) -> Result<(), TuiError> {
        for effect in update(&mut self.state, message) {
            self.perform(effect).await?;
        }
        Ok(())
    }
}
