//! A campaign file that is edited while its run goes on: what waits and is no longer wanted is dropped before it is
//! paid, what is new joins the run as far as its consent reaches. What is made stays made.

use std::sync::Arc;

use super::difference::{Asked, Before, Change, Followed};
use super::runs::NewJob;
use super::{Core, Internal};
use crate::domain::{CampaignId, Display};
use crate::engine::entry::{Content, Entry};
use crate::engine::event::Level;
use crate::engine::schedule::Fact;
use crate::plan::{JobKey, RunId};
use crate::store::Caps;

/// What an edit added to a run, on its way into the journal.
pub struct Joining {
    run: RunId,
    campaign: CampaignId,
    jobs: Vec<JobKey>,
    caps: Caps,
    /// What the run was in line with before.
    since: Arc<Entry>,
    /// The jobs themselves once they are recorded, else why they are not.
    recorded: Result<Vec<NewJob>, String>,
}

const PANICKED: &str = "an internal error; the log has it";

impl Core {
    /// The last version of a broken file that had no fault, with the faults it has now.
    pub(super) fn last_good(&self, entry: &Entry) -> Option<Entry> {
        let Content::Broken(faults) = &entry.content else { return None };
        let before = self.known.library.entries.iter().find(|before| before.path == entry.path)?;
        let Content::Good(_) = before.content else { return None };
        if before.edit_faults != *faults {
            let first = faults.first().map(|fault| format!(": {}", fault.to_string().display())).unwrap_or_default();
            let text = format!("{} cannot be read as it is now{first}. Its last good version is kept", before.name);
            self.notice(Level::Warning, text, None);
        }
        Some(Entry { edit_faults: faults.clone(), written_at: entry.written_at, ..before.as_ref().clone() })
    }

    /// What is known now, for a task that reads a campaign beside everything else.
    pub(super) fn before_reading(&self) -> Before {
        let asked = self.under_way.iter().filter_map(|(run, under_way)| Some((*run, under_way.asked.clone()?)));
        Before { library: self.known.library.clone(), runs: asked.collect() }
    }

    /// Has runs brought in line with what was taken in. Not at once: other messages are answered in between.
    pub(super) fn follow_edits_soon(&self, followed: Vec<Followed>) {
        let _ = self.tasks.internal.send(Internal::FollowEdits(followed));
    }

    /// Brings runs in line with their campaigns. What was not computed where the campaign was read, as for a run that has
    /// begun since, is computed now.
    pub(super) async fn follow_edits(&mut self, followed: Vec<Followed>) {
        for followed in followed {
            let is_next = self.asked(followed.run).is_some_and(|asked| Arc::ptr_eq(&asked.campaign, &followed.since));
            if is_next {
                self.bring_in_line(followed).await;
            }
        }
        for (run, asked) in self.before_reading().runs {
            let Some(entry) = self.entry_at(&asked.campaign.path) else { continue };
            if !Arc::ptr_eq(&asked.campaign, entry) {
                let folder = self.studio.shelf.settings.materials_of(&entry.path);
                if let Some(followed) = asked.follow(run, entry, folder) {
                    self.bring_in_line(followed).await;
                }
            }
        }
    }

    async fn bring_in_line(&mut self, followed: Followed) {
        let Followed { run: id, since, campaign: entry, change } = followed;
        let Some(run) = self.schedule.run(id) else { return };
        let Some(asked) = self.asked(id) else { return };
        let Change { scope, new, gone } = match change {
            Ok(change) => change,
            Err(gone) => return self.stop_for_want_of(id, &gone).await,
        };
        let caps = asked.caps;
        let agreed_to_pay = caps.run.is_none_or(|cap| !cap.is_zero());
        let joins = |job: &NewJob| !run.asked_for(job.key) && (agreed_to_pay || job.price.is_zero());
        let jobs: Vec<NewJob> = new.into_iter().filter(joins).collect();
        let (campaign, asked) = (run.campaign.clone(), Asked { scope, campaign: entry, ..asked.clone() });
        self.set_asked(id, Some(asked));
        if !jobs.is_empty() {
            self.happened(Fact::Joining { run: id, jobs: jobs.iter().map(|job| job.key).collect() }).await;
            self.record_beside(id, campaign, jobs, caps, since);
        }
        self.happened(Fact::Left { run: id, jobs: gone }).await;
    }

    /// Records what joins a run beside everything else: the episode's request alone may be megabytes.
    fn record_beside(&mut self, run: RunId, campaign: CampaignId, jobs: Vec<NewJob>, caps: Caps, since: Arc<Entry>) {
        let (journal, internal) = (self.studio.store.journal.clone(), self.tasks.internal.clone());
        let keys: Vec<JobKey> = jobs.iter().map(|job| job.key).collect();
        let joining = move |recorded| {
            Internal::Joining(Box::new(Joining {
                run,
                campaign: campaign.clone(),
                jobs: keys.clone(),
                caps,
                since: since.clone(),
                recorded,
            }))
        };
        self.tasks.spawn(joining(Err(PANICKED.to_owned())), async move {
            let records = jobs.iter().map(NewJob::record).collect();
            let recorded = journal.add_to_run(run, records).await;
            let _ = internal.send(joining(recorded.map(|()| jobs).map_err(|error| error.to_string())));
        });
    }

    /// What was to join a run is recorded, or is not. Meanwhile it may have ended in another run, been cancelled, or left
    /// again with the next edit.
    pub(super) async fn joined(&mut self, joining: Joining) {
        let Joining { run: id, campaign, jobs: keys, caps, since, recorded } = joining;
        let Some(run) = self.schedule.run(id) else { return };
        match recorded {
            Ok(jobs) => {
                let jobs = jobs.into_iter().filter(|job| run.wants(job.key)).collect();
                let jobs = self.wanted(id, &campaign, jobs, caps);
                self.happened(Fact::Joined { run: id, jobs }).await;
            }
            Err(error) => {
                self.notice(Level::Warning, format!("What was added waits for the next run: {error}"), None);
                self.happened(Fact::Left { run: id, jobs: keys }).await;
                // The next edit tries again to add it.
                if let Some(asked) = self.asked(id).cloned() {
                    self.set_asked(id, Some(Asked { campaign: since, ..asked }));
                }
            }
        }
    }

    /// What a run was asked for is not in the campaign any more: nothing more is begun for it.
    async fn stop_for_want_of(&mut self, id: RunId, gone: &str) {
        let Some(run) = self.schedule.run(id) else { return };
        let waiting: Vec<JobKey> = run.open().collect();
        self.set_asked(id, None);
        let why = format!("The campaign file was edited and has no {gone} any more: what waited for it is not made");
        self.happened(Fact::Stopped { run: id, why }).await;
        self.happened(Fact::Left { run: id, jobs: waiting }).await;
    }

    fn set_asked(&mut self, run: RunId, asked: Option<Asked>) {
        if let Some(under_way) = self.under_way.get_mut(&run) {
            under_way.asked = asked;
        }
    }
}
