//! What the footer of the studio page offers, and what each offer costs.

use super::CampaignPage;
use crate::domain::MicroDollars;
use crate::engine::Subject;
use crate::tui::facts::Campaign;
use crate::tui::input::action::Action;
use crate::tui::model::page::Page;
use crate::tui::model::shared::Shared;

impl CampaignPage {
    /// What a new take costs stands beside its key, first of all where it costs anything.
    pub(super) fn told_of(&self, action: Action, shared: &Shared) -> Option<String> {
        if let Some(label) = self.label_of_listening(action, shared) {
            return Some(label);
        }
        let price = self.price(action, shared).filter(|price| !price.is_zero())?;
        match action {
            Action::NewTake => Some(format!("{price} take")),
            Action::SameBaby => Some(format!("{price} same")),
            _ => None,
        }
    }

    /// The actions of the footer, most wanted first.
    pub(super) fn offered(&self, shared: &Shared) -> Vec<Action> {
        if let Some(listening) = &self.listening {
            return listening.footer();
        }
        let is_paid = |action: &Action| self.told_of(*action, shared).is_some();
        let paid: Vec<Action> = self.offered_takes(shared).into_iter().filter(is_paid).collect();
        let make = [Action::Draft, Action::Final];
        let takes = self.offered_takes(shared);
        let rest = [
            Action::EditLine,
            Action::NextTrouble,
            Action::Listen,
            Action::Watch,
            Action::PlayVoice,
            Action::Cancel,
            Action::Queue,
            Action::ShowDraft,
            Action::ShowFinal,
            Action::Back,
            Action::NewBelow,
            Action::DeleteScene,
            Action::Write,
            Action::Undo,
            Action::Edit,
            Action::Filter,
            Action::OpenVideo,
            Action::Voices,
            Action::Phone,
            Action::Help,
        ];
        let has_final = self.campaign(shared).is_some_and(Campaign::has_final);
        let progress = self.campaign(shared).map(|campaign| campaign.progress(shared.mode_of(campaign)));
        let has_trouble = progress.is_some_and(|all| all.failed + all.held + all.blocked > 0);
        let is_busy = progress.is_some_and(|all| all.active() > 0);
        let is_shown = |action: &&Action| match action {
            Action::ShowDraft | Action::ShowFinal => has_final,
            Action::NextTrouble => has_trouble,
            Action::Queue => is_busy,
            _ => true,
        };
        let others = make.iter().chain(&takes).chain(&rest).filter(|action| !paid.contains(action)).filter(is_shown);
        paid.iter().chain(others).copied().collect()
    }

    /// An upper bound of what this action spends at once.
    fn price(&self, action: Action, shared: &Shared) -> Option<MicroDollars> {
        let loaded = self.campaign(shared)?.loaded()?;
        match action {
            Action::NewTake => Some(self.focus(loaded, shared)?.job.price_of_take()),
            Action::SameBaby if self.scene().is_some() => Some(self.face(loaded, shared)?.job.price_of_same_baby()),
            _ => None,
        }
    }

    /// The keys of takes that the focused cell answers to.
    fn offered_takes(&self, shared: &Shared) -> Vec<Action> {
        let loaded = self.campaign(shared).and_then(Campaign::loaded);
        let Some(focus) = loaded.and_then(|loaded| self.focus(loaded, shared)) else { return Vec::new() };
        let (has_takes, is_face) = (focus.job.request.has_takes(), matches!(focus.subject, Subject::Portrait(_)));
        let offered = [
            (Action::NewTake, has_takes),
            (Action::SameBaby, has_takes && is_face),
            (Action::Takes, focus.candidates.len() > 1),
            (Action::PreviousTake, focus.candidates.len() > 1),
            (Action::NextTake, focus.candidates.len() > 1),
            (Action::Keep, !focus.is_in_use()),
        ];
        offered.into_iter().filter(|(_, is_offered)| *is_offered).map(|(action, _)| action).collect()
    }
}
