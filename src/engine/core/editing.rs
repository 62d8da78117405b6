//! Edits that a front end asks for: made one after the other beside everything else, each told as soon as it is on disk.
//! Questions what an edit would cost are answered in the same way; of several the newest counts.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;

use super::{Core, Internal};
use crate::domain::CampaignId;
use crate::domain::edit::Change;
use crate::engine::command::Edit;
use crate::engine::drop_aside::DropAside;
use crate::engine::entry::Content;
use crate::engine::event::{EditDone, Edited, Event, Remakes};
use crate::engine::files::editing::{self, FileRead};
use crate::plan::Mode;

/// What waits and what is under way.
#[derive(Default)]
pub(super) struct Editing {
    waiting: VecDeque<(u64, CampaignId, Edit)>,
    is_writing: bool,
    question: Option<Question>,
    is_asking: bool,
    /// The file that the last question was about.
    read: Option<Arc<DropAside<FileRead>>>,
}

struct Question {
    ticket: u64,
    campaign: CampaignId,
    mode: Mode,
    changes: Vec<Change>,
}

impl Editing {
    /// Whether every word that was handed over is on disk, or refused.
    pub(super) fn is_idle(&self) -> bool {
        !self.is_writing && self.waiting.is_empty()
    }
}

const BY_ERROR: &str = "The edit stopped with an internal error; the log in the studio home says more.";

impl Core {
    pub(super) fn edit(&mut self, ticket: u64, campaign: CampaignId, edit: Edit) {
        self.known.editing.waiting.push_back((ticket, campaign, edit));
        self.edit_next();
    }

    fn edit_next(&mut self) {
        while !self.known.editing.is_writing {
            let Some((ticket, campaign, edit)) = self.known.editing.waiting.pop_front() else { return };
            let path = match self.loaded(&campaign) {
                Ok((entry, _)) => entry.path.clone(),
                Err(why) => {
                    self.tell(Event::Edited(Box::new(Edited { ticket, campaign, outcome: Err(why) })));
                    continue;
                }
            };
            self.known.editing.is_writing = true;
            let internal = self.tasks.internal.clone();
            let told = {
                let (campaign, path) = (campaign.clone(), path.clone());
                move |outcome| Internal::Edited { path, edited: Box::new(Edited { ticket, campaign, outcome }) }
            };
            self.tasks.spawn_blocking(told.clone()(Err(BY_ERROR.to_owned())), move || {
                let outcome: Result<EditDone, String> = editing::perform(&path, &edit);
                let _ = internal.send(told(outcome));
            });
        }
    }

    pub(super) fn edited(&mut self, path: PathBuf, edited: Edited) {
        self.known.editing.is_writing = false;
        let is_changed = edited.outcome.is_ok();
        self.tell(Event::Edited(Box::new(edited)));
        if is_changed {
            self.load_later(path);
        }
        self.edit_next();
    }

    pub(super) fn ask_what_if(&mut self, ticket: u64, campaign: CampaignId, mode: Mode, changes: Vec<Change>) {
        self.known.editing.question = Some(Question { ticket, campaign, mode, changes });
        self.answer_next();
    }

    fn answer_next(&mut self) {
        if self.known.editing.is_asking {
            return;
        }
        let Some(Question { ticket, campaign, mode, changes }) = self.known.editing.question.take() else { return };
        let entry = match self.loaded(&campaign) {
            Ok((entry, _)) => entry,
            Err(why) => return self.tell(Event::WhatIf { ticket, answer: Err(why) }),
        };
        self.known.editing.is_asking = true;
        let (shelf, store, internal) =
            (self.studio.shelf.clone(), self.studio.store.clone(), self.tasks.internal.clone());
        let before = self.known.editing.read.take();
        let panicked = Internal::WhatIf { ticket, answer: Err(BY_ERROR.to_owned()), read: None };
        self.tasks.spawn_blocking(panicked, move || {
            let file = FileRead::of(&entry.path, before);
            let answer = match (&entry.content, &file) {
                (Content::Good(loaded), Ok(file)) => editing::what_if(&shelf, &store, file, loaded, mode, &changes),
                (Content::Good(_), Err(why)) => Err(why.clone()),
                (Content::Broken(_), _) => Err("The file has faults; fix them first".to_owned()),
            };
            let _ = internal.send(Internal::WhatIf { ticket, answer, read: file.ok() });
        });
    }

    pub(super) fn answered_what_if(
        &mut self,
        ticket: u64,
        answer: Result<Remakes, String>,
        read: Option<Arc<DropAside<FileRead>>>,
    ) {
        self.known.editing.is_asking = false;
        self.known.editing.read = read;
        self.tell(Event::WhatIf { ticket, answer });
        self.answer_next();
    }
}
