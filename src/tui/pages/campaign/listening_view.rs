//! What is seen of listening on the studio page: the clock, the playhead, its keys, and the picture that takes the whole page.

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect, Size};

use super::CampaignPage;
use super::heard::Listening;
use crate::domain::{Display, Scene};
use crate::engine::{Loaded, Subject};
use crate::tui::facts::Campaign;
use crate::tui::input::action::Action;
use crate::tui::model::page::{Page, Sight};
use crate::tui::model::shared::Shared;
use crate::tui::text;
use crate::tui::widgets::{frame, portrait_pane};

impl Listening {
    /// The keys of the footer, most wanted first.
    pub(super) fn footer(&self) -> Vec<Action> {
        let scrubs = [Action::FocusFace, Action::FocusVoice].into_iter().filter(|_| self.shows_clips());
        let take = std::iter::once(Action::NewTake).filter(|_| self.follows && self.scene().is_some());
        let before = [Action::Listen, Action::PreviousLine, Action::NextLine];
        let behind = [Action::FullSize, Action::Back, Action::Watch, Action::EditLine, Action::Help];
        before.into_iter().chain(take).chain(scrubs).chain(behind).collect()
    }
}

impl CampaignPage {
    /// What a key does while one listens, where that is not its own label.
    pub(super) fn label_of_listening(&self, action: Action, shared: &Shared) -> Option<String> {
        let listening = self.listening()?;
        let label = match action {
            Action::Listen if listening.is_paused() => "go on",
            Action::Listen => "pause",
            Action::Back if listening.is_full && self.has_pane(shared) => "back",
            Action::Back => "stop",
            Action::FullSize => "full screen",
            Action::Watch if listening.shows_clips() => "stop",
            Action::FocusFace if listening.shows_clips() => "1 s back",
            Action::FocusVoice if listening.shows_clips() => "1 s on",
            Action::NewTake if listening.follows => return self.label_of_take_again(listening.scene()?, shared),
            _ => return None,
        };
        Some(label.to_owned())
    }

    /// `again`, with its price where it has one.
    fn label_of_take_again(&self, scene: usize, shared: &Shared) -> Option<String> {
        let loaded = self.campaign(shared)?.loaded()?;
        let price = self.look_at(loaded, Subject::Voice(scene), shared)?.job.price_of_take();
        Some(if price.is_zero() { "again".to_owned() } else { format!("{price} again") })
    }

    /// How far the voice of the selected scene is heard, and its whole length.
    pub(in crate::tui::pages) fn playhead(&self, shared: &Shared) -> Option<(Duration, Duration)> {
        let listening = self.listening()?;
        let scene = listening.scene().filter(|scene| Some(*scene) == self.scene())?;
        let loaded = self.campaign(shared)?.loaded()?;
        let voice = self.look_at(loaded, Subject::Voice(scene), shared)?;
        let length = Self::heard(loaded, scene, &voice, shared)?.output.milliseconds?;
        let length = Duration::from_millis(u64::from(length));
        Some((listening.position(shared.now).min(length), length))
    }

    /// `♪ 0:12 / 1:46`
    pub(in crate::tui::pages) fn clock(&self, campaign: &Campaign, shared: &Shared) -> Option<String> {
        let listening = self.listening()?;
        let counts = campaign.counts(shared.mode_of(campaign));
        let begins = listening.scene().map_or(0, |scene| counts.begins(Some(scene)));
        let position = Duration::from_millis(begins) + listening.position(shared.now);
        let sign = if listening.is_paused() { "paused" } else { "♪" };
        // To the nearest second, as in the table.
        let all = Duration::from_millis(counts.begins(None) + 500).max(position);
        Some(format!("{sign} {} / {}", text::clock(position), text::clock(all)))
    }

    /// `Baby 1: Yo, I just stumbled upon this artist, Mon Rovîa.`
    pub(super) fn said_now(&self, loaded: &Loaded) -> Option<String> {
        let scene = loaded.campaign.scenes.get(self.listening()?.scene()?)?;
        Some(match scene {
            Scene::Dialogue(line) => {
                let start: String = line.text.chars().take(2000).collect();
                format!("{}: {start}", loaded.campaign.profile(line.speaker).speaker)
            }
            Scene::Media(media) => media.caption.as_deref().unwrap_or(media.source.as_str()).to_owned(),
        })
    }

    /// The room of the picture: in the pane, or the page; `None` where there is none.
    pub(super) fn picture_room(&self, body: Rect, shared: &Shared) -> Option<Size> {
        if self.listening().is_some_and(|listening| listening.is_full) {
            return Some(full(body)[0].as_size());
        }
        self.panes(body, shared).pane.map(|pane| portrait_pane::places(pane).picture.as_size())
    }

    /// The picture, and below it what is said and the clock.
    pub(super) fn render_full(
        &self,
        body: Rect,
        campaign: &Campaign,
        loaded: &Loaded,
        sight: &Sight,
        buffer: &mut Buffer,
    ) {
        let (shared, theme) = (sight.shared, &sight.shared.theme);
        let [place, words] = full(body);
        let instead = ("no picture here".to_owned(), theme.dim.into());
        let picture = self.picture(body, shared);
        portrait_pane::picture(picture.as_ref(), &instead, place, sight.pictures, theme, shared.spinner(), buffer);
        let clock = self.clock(campaign, shared).unwrap_or_default();
        let cells = text::width(&clock) as u16 + 1;
        frame::put_right(buffer, words.right().saturating_sub(cells + 1), words.y, cells, &clock, theme.accent);
        let said = self.said_now(loaded).unwrap_or_default();
        let room = words.width.saturating_sub(cells + 4);
        frame::put(buffer, words.x + 1, words.y, room, said.display().as_str(), theme.title);
    }
}

/// The picture and the row of words below it.
fn full(body: Rect) -> [Rect; 2] {
    Layout::vertical([Constraint::Fill(1), Constraint::Length(1)]).areas(body)
}
