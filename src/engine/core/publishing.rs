//! Keeps `output/` up to date while the engine goes on.

use std::sync::Arc;

use super::{Core, Internal};
use crate::domain::CampaignId;
use crate::engine::{Entry, Event, Level, Library, RunEnded, publish, videos};
use crate::store;

/// Output files on their way, and what waits for them.
#[derive(Default)]
pub(super) struct Publishing {
    /// Runs that are told as ended when the files are there.
    ended: Vec<RunEnded>,
    /// Something changed meanwhile: publish once more, and tell these then.
    again: bool,
    next: Vec<RunEnded>,
}

impl Core {
    /// Brings `output/` up to date off this task, one at a time for a campaign. The files of a run are there, and its end
    /// is recorded, before the run is said to have ended.
    pub(super) fn publish(&mut self, campaign: &CampaignId, ended: Option<RunEnded>) {
        if let Some(under_way) = self.publishing.get_mut(campaign) {
            under_way.again = true;
            under_way.next.extend(ended);
            return;
        }
        self.start_publishing(campaign, ended.into_iter().collect());
    }

    fn start_publishing(&mut self, campaign: &CampaignId, ended: Vec<RunEnded>) {
        // Where the file broke while its run went on, what was made is in the store, and is published once it is mended.
        let wanted = self.loaded(campaign).ok().map(|(entry, loaded)| {
            let files = publish::wanted(loaded, &|key| self.facts(key));
            (files, entry.output.clone(), videos::kept_names(loaded))
        });
        let ends: Vec<_> = ended.iter().map(|ended| (ended.run, ended.outcome)).collect();
        self.publishing.insert(campaign.clone(), Publishing { ended, ..Publishing::default() });
        let (campaign, journal, internal) = (campaign.clone(), self.store.journal.clone(), self.internal.clone());
        let failure = Some("The files for people could not be written because of an internal error".to_owned());
        let otherwise = Internal::Published { campaign: campaign.clone(), failure };
        self.tasks.spawn(otherwise, async move {
            let publishing = tokio::task::spawn_blocking(move || {
                let (files, folder, kept) = wanted?;
                store::publish(&folder, &files, &kept).err().map(|error| error.to_string())
            });
            let mut failure = publishing.await.unwrap_or_else(|error| Some(error.to_string()));
            for (run, outcome) in ends {
                if let Err(error) = journal.end_run(run.0, outcome.name()).await {
                    failure.get_or_insert(format!("The end of the run is not recorded: {error}"));
                }
            }
            let _ = internal.send(Internal::Published { campaign, failure });
        });
    }

    pub(super) fn published(&mut self, campaign: &CampaignId, failure: Option<String>) {
        if let Some(text) = failure {
            self.notice(Level::Error, text, Some(campaign.clone()));
        }
        self.look_for_videos(campaign);
        let Some(finished) = self.publishing.remove(campaign) else { return };
        finished.ended.into_iter().for_each(|ended| self.tell(Event::RunEnded(ended)));
        if finished.again {
            self.start_publishing(campaign, finished.next);
        }
        self.prune_when_idle();
    }

    /// Tells of a campaign whose finished videos are others now.
    pub(super) fn look_for_videos(&mut self, campaign: &CampaignId) {
        let Some(position) = self.library.entries.iter().position(|entry| entry.name == campaign.as_str()) else {
            return;
        };
        let Ok((entry, loaded)) = self.loaded(campaign) else { return };
        let found = videos::videos(loaded, &entry.output);
        if found == entry.videos {
            return;
        }
        let entry = Arc::new(Entry { videos: found, ..Entry::clone(&entry) });
        let mut library = Library::clone(&self.library);
        library.entries[position] = entry.clone();
        self.library = Arc::new(library);
        self.tell(Event::Campaign(entry));
    }
}
