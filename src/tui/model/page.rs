//! What the studio asks of a page.

use std::path::{Path, PathBuf};
use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::message::Request;
use super::selection::Place;
use super::shared::Shared;
use crate::engine::Level;
use crate::tui::facts::Campaign;
use crate::tui::input::action::Action;
use crate::tui::input::keymap::Section;
use crate::tui::pictures::cache::{Ask, Pictures};
use crate::tui::pictures::waves::Heard;
use crate::tui::widgets::gauge::Gauge;

/// One page of the studio.
pub trait Page {
    fn section(&self) -> Section;

    /// After `babblecast ▸` in the header.
    fn title(&self, shared: &Shared) -> String;

    /// The actions of the footer, most wanted first; help comes last.
    fn footer(&self, shared: &Shared) -> Vec<Action>;

    /// Answers an action; `None` leaves it to the studio.
    fn act(&mut self, action: Action, shared: &Shared) -> Option<Vec<Request>>;

    /// Answers an action with a number before it: so many at once. `None` where a number means something else, or nothing.
    fn act_times(&mut self, _action: Action, _count: usize, _shared: &Shared) -> Option<Vec<Request>> {
        None
    }

    /// Takes a text that the page has asked for.
    fn entered(&mut self, _text: &str, _shared: &Shared) -> Vec<Request> {
        Vec::new()
    }

    /// Goes to a line by its number, counted from 1.
    fn go_to(&mut self, _number: usize, _shared: &Shared) -> Vec<Request> {
        Vec::new()
    }

    /// The campaign that the page is about, or that is selected on it.
    fn campaign<'a>(&self, _shared: &'a Shared) -> Option<&'a Campaign> {
        None
    }

    /// What the footer says of an action instead of its label: what it costs.
    fn label(&self, _action: Action, _shared: &Shared) -> Option<String> {
        None
    }

    /// What stands in the line of messages while nothing else is said: of what is looked at now.
    fn remark(&self, _shared: &Shared) -> Option<(Level, String)> {
        None
    }

    /// Where the user is in a campaign, for when they come back to it.
    fn place(&self) -> Option<(PathBuf, Place)> {
        None
    }

    /// Selects a campaign that has just come.
    fn select(&mut self, _campaign: &Path) {}

    fn click(&mut self, _at: Position, _body: Rect, _shared: &Shared) -> Vec<Request> {
        Vec::new()
    }

    /// Narrows the lines to those that pass a filter.
    fn filter(&mut self, _text: &str, _shared: &Shared) {}

    /// Keeps what the filter has found selected, now that it is typed.
    fn keep_found(&mut self, _shared: &Shared) {}

    /// The text that narrows the lines now, if any.
    fn filter_text(&self) -> Option<&str> {
        None
    }

    /// Follows what has changed outside of it: fewer lines, another size, a new take.
    fn settle(&mut self, _shared: &Shared) {}

    /// When to tick next, since the studio opened. Nothing wakes the studio for a page without it.
    fn alarm(&self, _shared: &Shared) -> Option<Duration> {
        None
    }

    /// Takes in that time has passed.
    fn tick(&mut self, _shared: &Shared) -> Vec<Request> {
        Vec::new()
    }

    /// Stands still: something else needs the screen or the ear.
    fn pause(&mut self, _shared: &Shared) {}

    /// Whether something plays here that is to end with the page.
    fn plays(&self) -> bool {
        false
    }

    /// The picture to have ready for this body.
    fn picture(&self, _body: Rect, _shared: &Shared) -> Option<Ask> {
        None
    }

    /// All pictures to have ready, in this order.
    fn pictures(&self, body: Rect, shared: &Shared) -> Vec<Ask> {
        self.picture(body, shared).into_iter().collect()
    }

    /// Pictures that may be wanted next, in whatever room: what is begun of them costs nobody's time.
    fn soon(&self, _shared: &Shared) -> Vec<Ask> {
        Vec::new()
    }

    /// The sound whose waveform to have ready.
    fn sound(&self, _shared: &Shared) -> Option<Heard> {
        None
    }

    /// All sounds whose waveforms to have ready.
    fn sounds(&self, shared: &Shared) -> Vec<Heard> {
        self.sound(shared).into_iter().collect()
    }

    /// What the gauge line shows.
    fn gauge(&self, _shared: &Shared) -> Option<Gauge> {
        None
    }

    fn render(&self, body: Rect, sight: &Sight, buffer: &mut Buffer);
}

/// All that drawing may look at.
pub struct Sight<'a> {
    pub shared: &'a Shared,
    /// `None` while a question lies over the page.
    pub pictures: Option<&'a Pictures>,
}
