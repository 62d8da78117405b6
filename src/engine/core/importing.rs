//! Imports under way: each is a task beside the engine, and what it has written is loaded like any new campaign.

use std::collections::HashMap;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::{Core, Internal};
use crate::engine::command::Consent;
use crate::engine::event::Event;
use crate::engine::imports::{HeldRecording, Import, ImportWish};
use crate::engine::recording::{ImportEnd, Tools, import};
use crate::plan::Failure;

/// The imports that have not ended, by their tickets.
#[derive(Default)]
pub struct Imports {
    under_way: HashMap<u64, CancellationToken>,
}

impl Imports {
    pub fn is_idle(&self) -> bool {
        self.under_way.is_empty()
    }

    /// Ends all of them as soon as that loses nothing: a call in flight comes to its end first.
    pub fn stop(&self) {
        self.under_way.values().for_each(CancellationToken::cancel);
    }

    /// Ends one of them, as softly.
    pub fn stop_one(&self, ticket: u64) {
        self.under_way.get(&ticket).into_iter().for_each(CancellationToken::cancel);
    }
}

impl Core {
    pub(super) fn import(&mut self, ticket: u64, wish: ImportWish, recording: Option<HeldRecording>, consent: Consent) {
        let cancel = CancellationToken::new();
        self.imports.under_way.insert(ticket, cancel.clone());
        let (told, sent, ended) =
            (self.tasks.internal.clone(), self.tasks.internal.clone(), self.tasks.internal.clone());
        let tools = Tools {
            store: self.studio.store.clone(),
            catalogue: self.studio.catalogue.clone(),
            settings: self.studio.shelf.settings.clone(),
            voices: self.studio.book.stand_for(&self.studio.shelf.settings),
            cancel,
            tell: Arc::new(move |import| drop(told.send(Internal::Import { ticket, import: Box::new(import) }))),
            on_sent: Arc::new(move || drop(sent.send(Internal::CallSent))),
        };
        let panicked = Internal::ImportEnded { ticket, end: Box::new(Import::Failed(broke()).into()) };
        self.tasks.spawn(panicked, async move {
            let end = Box::new(import(tools, wish, recording, consent).await);
            let _ = ended.send(Internal::ImportEnded { ticket, end });
        });
    }

    pub(super) async fn import_ended(&mut self, ticket: u64, end: ImportEnd) {
        self.imports.under_way.remove(&ticket);
        self.tell_money_soon();
        if let Some(written) = end.written {
            self.after_writing(Ok(written)).await;
        }
        self.tell(Event::Import { ticket, import: end.import });
    }
}

fn broke() -> Failure {
    Failure {
        reason: "The import stopped with an internal error".to_owned(),
        next_step: "The log in the studio home says more; please report it with the recording.".to_owned(),
        retryable: true,
    }
}
