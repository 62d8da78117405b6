//! Keeps `output/` up to date while the engine goes on.

use std::sync::Arc;

use super::{Core, Internal};
use crate::domain::CampaignId;
use crate::engine::entry::{Content, Entry, Library, Video};
use crate::engine::event::{Event, Level, RunEnded};
use crate::engine::files::library::off_thread;
use crate::engine::publish::{files, videos};
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
        if let Some(under_way) = self.output.publishing.get_mut(campaign) {
            under_way.again = true;
            under_way.next.extend(ended);
            return;
        }
        self.start_publishing(campaign, ended.into_iter().collect());
    }

    fn start_publishing(&mut self, campaign: &CampaignId, ended: Vec<RunEnded>) {
        // Where the file broke while its run went on, what was made is in the store, and is published once it is fixed.
        let wanted = self.loaded(campaign).ok().map(|(entry, loaded)| {
            let materials = self.studio.shelf.settings.materials_of(&entry.path);
            let files = files::wanted(loaded, materials, &|key| self.facts(key));
            (files, entry.output.clone(), videos::kept_names(loaded))
        });
        let id = campaign.clone();
        let ends: Vec<_> = ended.iter().map(|ended| (ended.run, ended.outcome)).collect();
        self.output.publishing.insert(campaign.clone(), Publishing { ended, ..Publishing::default() });
        let (campaign, journal, internal) =
            (campaign.clone(), self.studio.store.journal.clone(), self.tasks.internal.clone());
        let finishing = self.output.finishing.clone();
        let failure = Some("The files for people could not be written because of an internal error".to_owned());
        let otherwise = Internal::Published { campaign: campaign.clone(), failure, videos: None };
        self.tasks.spawn(otherwise, async move {
            let (mut failure, videos) = off_thread(move || {
                let Some((files, folder, kept)) = wanted else { return (None, None) };
                let failure = match store::publish(&folder, &files, &kept, &*finishing) {
                    Err(error) => Some(error.to_string()),
                    Ok(published) => finishing.trouble(&published),
                };
                (failure, Some(videos::videos(&id, &folder)))
            })
            .await;
            for (run, outcome) in ends {
                if let Err(error) = journal.end_run(run, outcome.name()).await {
                    failure.get_or_insert(format!("The end of the run is not recorded: {error}"));
                }
            }
            let _ = internal.send(Internal::Published { campaign, failure, videos });
        });
    }

    pub(super) fn published(&mut self, campaign: &CampaignId, failure: Option<String>, videos: Option<Vec<Video>>) {
        if let Some(text) = failure {
            self.notice(Level::Error, text, Some(campaign.clone()));
        }
        self.note_videos(campaign, videos);
        let Some(finished) = self.output.publishing.remove(campaign) else { return };
        for ended in finished.ended {
            self.after_run(&ended);
            self.tell(Event::RunEnded(ended));
        }
        if finished.again {
            self.start_publishing(campaign, finished.next);
        }
        self.prune_when_idle();
    }

    /// Looks for finished videos that another program wrote.
    pub(super) fn look_for_videos(&mut self, campaign: &CampaignId) {
        let Ok((entry, _)) = self.loaded(campaign) else { return };
        let (campaign, output, internal) = (campaign.clone(), entry.output.clone(), self.tasks.internal.clone());
        self.tasks.spawn_blocking(Internal::Videos { campaign: campaign.clone(), videos: None }, move || {
            let videos = Some(videos::videos(&campaign, &output));
            let _ = internal.send(Internal::Videos { campaign, videos });
        });
    }

    /// Tells of a campaign whose finished videos are others now.
    pub(super) fn note_videos(&mut self, campaign: &CampaignId, videos: Option<Vec<Video>>) {
        let Some(found) = videos else { return };
        let Some(position) = self.known.library.entries.iter().position(|entry| entry.name == campaign.as_str()) else {
            return;
        };
        let entry = &self.known.library.entries[position];
        if found == entry.videos || matches!(entry.content, Content::Broken(_)) {
            return;
        }
        let entry = Arc::new(Entry { videos: found, ..Entry::clone(entry) });
        let mut library = Library::clone(&self.known.library);
        library.entries[position] = entry.clone();
        self.known.library = Arc::new(library);
        self.tell(Event::Campaign(entry));
    }
}
