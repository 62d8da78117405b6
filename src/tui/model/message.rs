//! What flows through the loop: messages into `update`, effects out of it, and what a page asks of the studio.

use std::path::PathBuf;

use ratatui::layout::{Position, Size};

use super::editing::Of;
use super::history::{Taken, Yanked};
use super::overlay::{Overlay, Purpose, Question};
use super::page::Page;
use super::tuning::Choosable;
use crate::domain::CampaignId;
use crate::domain::edit::Change;
use crate::engine::words::finding::Finding;
use crate::engine::{Command, Consent, Event, Level, Likeness, Order, Scope, Subject, Wanted};
use crate::plan::Mode;
use crate::tui::input::action::Action;
use crate::tui::input::keymap::Key;
use crate::tui::pictures::talk::Passage;
use crate::tui::pictures::waves::Wave;

/// One thing that happened, from outside of `update`.
#[derive(Debug)]
pub enum Msg {
    Key(Key),
    /// Text pasted in one piece.
    Paste(String),
    Click(Position),
    Wheel {
        down: bool,
    },
    Resize(Size),
    Engine(Event),
    /// The time has come that a page asked to be woken at.
    Tick,
    /// The terminal is lent to something else.
    Away,
    /// The engine has gone without a word.
    EngineGone,
    /// A waveform is decoded.
    Wave(Wave),
    /// What the examination has found.
    Examined(Vec<Finding>),
    /// What came of an effect.
    Told(Level, String),
}

/// What the loop does on behalf of `update`, which itself does no I/O.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Run ids are drawn where the command is sent, so that `update` stays a pure function.
    Generate {
        campaign: CampaignId,
        mode: Mode,
        scope: Scope,
        consent: Consent,
    },
    Regenerate {
        campaign: CampaignId,
        mode: Mode,
        subject: Subject,
        likeness: Likeness,
        note: Option<String>,
        consent: Consent,
    },
    /// Ask a language model; without consent, its price.
    Write {
        ticket: u64,
        order: Order,
        consent: Consent,
    },
    Send(Command),
    /// Ask what an edit would make again, once no more is typed; the newest question counts.
    WhatIf(Command),
    /// What this studio makes goes on in the background once it has closed.
    HandOver,
    /// Tell the user who looks at something else.
    Notify(String),
    /// Put a text on the clipboard.
    Copy(String),
    /// Open a file in the user's editor.
    Edit {
        path: PathBuf,
        at: Spot,
    },
    /// Show a picture alone, as large as the terminal allows.
    FullSize(PathBuf),
    /// Open a video in the user's own player.
    OpenVideo(PathBuf),
    /// Hand a video to a phone.
    Phone(ForPhone),
    /// Play a voice while its baby talks, or stop the one that plays.
    Play(Box<Passage>),
    /// Play what comes next while one listens, instead of what plays. It begins a listening, or goes on with it.
    Listen {
        passage: Box<Passage>,
        is_first: bool,
    },
    /// No sound any more; the picture stands still.
    Pause,
    /// No sound and no moving picture any more.
    Hush,
    /// Play a sound from its start, instead of what plays.
    Hear(PathBuf),
    /// Give a setting another value, and write it into the config file.
    Set(Choosable),
    /// Turn mouse reports on or off.
    Mouse(bool),
    /// Look at everything that the studio needs, beside the loop.
    Examine,
    Redraw,
    Suspend,
    /// End the loop.
    Leave,
}

/// What a phone is handed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForPhone {
    pub video: PathBuf,
    pub title: String,
    /// The text of the post.
    pub caption: String,
}

/// Where an editor opens a campaign file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spot {
    Top,
    /// Counted from 1.
    Line(u32),
    /// Where the scene at this position of the script begins.
    Scene(usize),
}

/// What a page asks for after a key or a click.
pub enum Request {
    Effect(Effect),
    Open(Box<dyn Page>),
    /// Do what a key of the page does.
    Act(Action),
    /// Have everything examined again.
    Examine,
    Back,
    /// Say something in the line above the footer.
    Tell(Level, String),
    Ask(Question),
    /// Look at the draft or at the final from now on.
    Show(Mode),
    /// Have words written by a language model.
    Write(Wanted),
    /// Open the input line.
    Input(Purpose),
    /// Open the line editor, a card, or a choice.
    Edit(Overlay),
    /// Make changes of a campaign at once; the text says what was done.
    Change(Of, Vec<Change>, String),
    /// Do something with a take; the words say it when it is undone: `kept take 2`.
    Take(CampaignId, Taken, String),
    Undo(Of),
    Redo(Of),
    /// Remember scenes, to put them elsewhere.
    Yank(Vec<Yanked>),
}

impl Request {
    /// Most answers are one sentence.
    pub fn tell(level: Level, text: impl Into<String>) -> Vec<Self> {
        vec![Request::Tell(level, text.into())]
    }
}

impl From<Effect> for Vec<Request> {
    fn from(effect: Effect) -> Self {
        vec![Request::Effect(effect)]
    }
}
