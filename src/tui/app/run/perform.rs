//! The effects that `update` asks for, each done to the terminal, the engine, a player or a file.

use std::time::Instant;

use crossterm::event::EventStream;
use tokio::sync::mpsc::error::TrySendError;

use super::handing_over::asked;
use super::playing::Told;
use super::suspend;
use super::{BETWEEN_QUESTIONS, Due, Studio, attention};
use crate::engine::{Command, Level, RunId};
use crate::tui::app::ending::{ExitReason, TuiError};
use crate::tui::app::update::update;
use crate::tui::model::message::{Effect, Msg};
use crate::tui::model::tuning::{Choosable, Tuning};
use crate::tui::terminal::cell::cell_size;
use crate::tui::terminal::probe::LateAnswers;
use crate::tui::terminal::protocol::{Protocol, Way};

impl Studio {
    /// Pictures are sent again with the next draw.
    pub(super) fn redraw(&mut self) {
        self.preview.forget(cell_size());
        self.placements.forget();
        self.due = Due::Now;
    }

    pub(super) async fn perform(&mut self, effect: Effect) -> Result<(), TuiError> {
        match effect {
            Effect::Generate { campaign, mode, scope, consent } => {
                let run = RunId::random();
                let facts = &self.state.shared.facts;
                self.handing_over.began(run, asked(facts, &campaign, mode, &scope, consent));
                self.send(Command::Generate { run, campaign, mode, scope, consent });
            }
            Effect::Regenerate { campaign, mode, subject, likeness, note, consent } => {
                let run = RunId::random();
                self.send(Command::Regenerate { run, campaign, mode, subject, likeness, note, consent });
            }
            Effect::Write { ticket, order, consent } => {
                self.send(Command::Write { ticket, run: RunId::random(), order, consent });
            }
            Effect::Send(command) => self.send(command),
            Effect::WhatIf(command) => self.question = Some((command, Instant::now() + BETWEEN_QUESTIONS)),
            Effect::Notify(text) => {
                let told = self.attention.notify(&text);
                if !told.is_empty() {
                    self.screen.send(told.as_bytes())?;
                }
            }
            Effect::Copy(text) => self.screen.copy(&text)?,
            Effect::Set(choosable) => self.set(choosable).await?,
            Effect::Mouse(mouse) => self.screen.set_mouse(mouse)?,
            Effect::Examine => {
                let terminal = self.sights.examined(self.screen.size(), self.preview.way());
                self.examining.begin(terminal);
            }
            Effect::Redraw => self.look_again().await?,
            Effect::Suspend => {
                self.away(|| {
                    suspend::stop_to_shell();
                    Ok(())
                })
                .await?;
            }
            Effect::Edit { path, at } => {
                self.away(|| suspend::edit(&path, at)).await?;
                self.send(Command::Reload);
            }
            Effect::FullSize(path) => {
                let way = self.preview.way();
                self.away(|| suspend::full_size(&path, way)).await?;
            }
            Effect::OpenVideo(path) => {
                let told = self.playing.open_video(&path);
                self.tell_any(told);
            }
            Effect::Phone(order) => {
                let (phone, mut said) = (self.phone.clone(), None);
                self.away(|| phone(&order).map(|words| said = Some(words))).await?;
                self.tell_any(said.map(|words| (Level::Info, words)));
            }
            Effect::Play(passage) => {
                let told = self.playing.toggle(&passage, &mut self.preview);
                self.tell_any(told);
            }
            Effect::Listen { passage, is_first } => {
                let told = self.playing.listen(&passage, is_first, &mut self.preview);
                self.tell_any(told);
            }
            Effect::Hear(sound) => {
                let told = self.playing.hear(&sound, &mut self.preview);
                self.tell_any(told);
            }
            Effect::Pause => self.playing.pause(),
            Effect::Hush => self.playing.hush(&mut self.preview),
            Effect::HandOver => self.handing_over.want(),
            Effect::Leave => {
                let left = self.handing_over.take();
                self.exit = Some(if left.is_empty() { ExitReason::Quit } else { ExitReason::HandedOver(left) });
            }
        }
        Ok(())
    }

    /// Gives a setting another value, and keeps it for the next start.
    async fn set(&mut self, Choosable { setting, word, tuning, .. }: Choosable) -> Result<(), TuiError> {
        match tuning {
            Tuning::Theme(theme) => {
                self.sights.theme = theme;
                self.state.shared.theme = self.sights.theme();
                self.redraw();
            }
            Tuning::Pictures(protocol) => {
                self.sights.protocol = protocol;
                self.look_again().await?;
            }
            Tuning::Calm(calm) => self.playing.set_calm(calm),
            Tuning::Mouse(mouse) => self.screen.set_mouse(mouse)?,
            Tuning::Notify(_) | Tuning::Title(_) => {
                self.attention = attention(&self.state.shared.tunings, self.sights.surroundings.in_tmux);
                self.screen.set_modes(self.attention.modes())?;
            }
        }
        let said = match (self.keep)(setting, word) {
            Ok(told) => (Level::Info, told),
            Err(why) => (Level::Warning, format!("{setting} is {word} until you leave: {why}")),
        };
        self.tell(said.0, said.1);
        Ok(())
    }

    /// Asks the terminal again what it can show and paints everything again. Keys that are pressed meanwhile come after.
    async fn look_again(&mut self) -> Result<(), TuiError> {
        self.keys = None;
        let typed = self.sights.ask(&mut self.screen);
        self.late_answers = LateAnswers::after(&self.sights.answers);
        self.asked = Instant::now();
        self.keys = Some(EventStream::new());
        self.state.shared.theme = self.sights.theme();
        self.show_in(self.sights.way());
        self.attention.forget();
        self.screen.forget()?;
        self.redraw();
        for key in typed {
            Box::pin(self.take(Msg::Key(key))).await?;
        }
        Ok(())
    }

    /// Shows pictures in this way from now on.
    pub(super) fn show_in(&mut self, way: Way) {
        self.state.shared.shown.pictures = way.protocol != Protocol::Off;
        self.preview.change(way);
    }

    /// Lends the terminal to something else and takes it back.
    async fn away(&mut self, something: impl FnOnce() -> Result<(), String>) -> Result<(), TuiError> {
        update(&mut self.state, Msg::Away);
        self.playing.pause();
        self.keys = None;
        self.screen.suspend();
        let outcome = something();
        self.screen.resume()?;
        self.attention.forget();
        self.signals.forget_interrupts().await;
        self.keys = Some(EventStream::new());
        update(&mut self.state, Msg::Resize(self.screen.size()));
        self.redraw();
        if let Err(text) = outcome {
            self.tell(Level::Error, text);
        }
        Ok(())
    }

    pub(super) fn tell_any(&mut self, told: Told) {
        if let Some((level, text)) = told {
            self.tell(level, text);
        }
    }

    pub(super) fn tell(&mut self, level: Level, text: impl Into<String>) {
        update(&mut self.state, Msg::Told(level, text.into()));
    }

    pub(super) fn send(&mut self, command: Command) {
        let ending = command == Command::Shutdown;
        match self.engine.commands.try_send(command) {
            Err(TrySendError::Full(_)) => {
                self.tell(Level::Warning, "The engine is busy and did not take this. Press the key again.");
            }
            Err(TrySendError::Closed(_)) if !ending => {
                self.tell(Level::Error, "The engine has stopped: nothing can be made now.");
            }
            Ok(()) | Err(TrySendError::Closed(_)) => {}
        }
    }
}
