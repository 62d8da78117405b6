//! Everything an engine has told so far, as the command line keeps it: to answer from, and to describe a campaign when
//! its run ends.

use std::sync::Arc;

use crate::engine::{Budgets, Entry, Event, JobFacts, Ledger, Library};
use crate::plan::{JobKey, JobMap, JobState};

/// What is known of campaigns, jobs and money.
#[derive(Default)]
pub struct Told {
    pub library: Arc<Library>,
    pub ledger: Arc<Ledger>,
    pub budgets: Budgets,
    jobs: JobMap<JobFacts>,
}

static UNKNOWN_JOB: JobFacts = JobFacts { state: JobState::Pending, outputs: Vec::new(), milliseconds: None };

impl Told {
    pub fn keep(&mut self, event: &Event) {
        match event {
            Event::Library(library) => self.library = library.clone(),
            Event::Ledger(ledger) => self.ledger = ledger.clone(),
            Event::Budgets(budgets) => self.budgets = *budgets,
            Event::Campaign(entry) => self.replace(entry),
            Event::Jobs(changes) => {
                for change in changes {
                    let facts = JobFacts {
                        state: change.state.clone(),
                        outputs: change.outputs.clone(),
                        milliseconds: change.milliseconds,
                    };
                    self.jobs.insert(change.key, facts);
                }
            }
            _ => {}
        }
    }

    fn replace(&mut self, entry: &Arc<Entry>) {
        let mut library = Library::clone(&self.library);
        if let Some(known) = library.entries.iter_mut().find(|known| known.path == entry.path) {
            *known = entry.clone();
        }
        self.library = Arc::new(library);
    }

    pub fn facts(&self, key: JobKey) -> &JobFacts {
        self.jobs.get(&key).unwrap_or(&UNKNOWN_JOB)
    }
}
