//! Choosing a take: the choice is written beside the campaign file, then the campaign is planned again.

use super::Core;
use super::casting::choose_face;
use crate::domain::{Campaign, CampaignId};
use crate::engine::command::Subject;
use crate::engine::event::Level;
use crate::engine::files::library::off_thread;
use crate::engine::words::takes::subject_job;
use crate::plan::{Choice, Choices, JobKey, Mode, Pick, TakeMark};
use crate::store::{choices_path, write_choices};

/// What a choice is written into: the face of a member is chosen for every campaign that names it.
enum Written {
    OfCampaign(Box<Choices>),
    OfCast(JobKey, Choice),
}

impl Core {
    pub(super) async fn choose(&mut self, campaign: &CampaignId, mode: Mode, subject: Subject, pick: Pick) {
        let chosen = self.loaded(campaign).and_then(|(entry, loaded)| {
            let job = subject_job(loaded, mode, subject).ok_or_else(|| self.why_no_job(loaded, mode, subject))?;
            if !job.request.has_takes() {
                return Err("This is your own file: there is nothing to choose from".to_owned());
            }
            let of_cast = loaded.graph(mode).is_some_and(|graph| graph.is_face_of_cast(job));
            let mut choice = Choice { product: job.product(), of: subject_name(&loaded.campaign, subject), pick };
            if let (true, Subject::Portrait(speaker)) = (of_cast, subject)
                && let Some(member) = loaded.campaign.profile(loaded.campaign.face_of(speaker)).member()
            {
                choice.of.clone_from(&member.name);
                return Ok((entry.path.clone(), Written::OfCast(job.base, choice)));
            }
            let mut choices = loaded.choices.clone();
            choices.choices.insert(job.base, choice);
            Ok((choices_path(&entry.path), Written::OfCampaign(Box::new(choices))))
        });
        let written = match chosen {
            Ok((path, Written::OfCampaign(choices))) => {
                let written = off_thread(move || write_choices(&path, &choices).map_err(|error| error.to_string()));
                written.await.map(|()| false)
            }
            Ok((path, Written::OfCast(base, choice))) => {
                off_thread(move || choose_face(&path, base, choice)).await.map(|()| true)
            }
            Err(why) => Err(why),
        };
        match written {
            Ok(is_for_all) => {
                if is_for_all {
                    self.reload().await;
                }
                // Who asked waits for the campaign itself.
                self.reload_one(campaign).await;
                self.publish(campaign, None);
            }
            Err(text) => self.notice(Level::Error, text, Some(campaign.clone())),
        }
    }
}

impl Core {
    pub(super) async fn mark_take(&mut self, campaign: &CampaignId, take: JobKey, mark: TakeMark, is_on: bool) {
        let marked = self.loaded(campaign).map(|(entry, loaded)| {
            let mut choices = loaded.choices.clone();
            choices.mark(take, mark, is_on);
            (choices_path(&entry.path), choices)
        });
        let written = match marked {
            Ok((path, choices)) => {
                off_thread(move || write_choices(&path, &choices).map_err(|error| error.to_string())).await
            }
            Err(why) => Err(why),
        };
        match written {
            Ok(()) => self.reload_one(campaign).await,
            Err(text) => self.notice(Level::Error, text, Some(campaign.clone())),
        }
    }
}

/// For people who read the choices file: the speaker's name, or the start of the line.
fn subject_name(campaign: &Campaign, subject: Subject) -> String {
    const LONGEST: usize = 60;
    match subject {
        Subject::Portrait(speaker) => campaign.profile(speaker).speaker.clone(),
        Subject::Voice(scene) => campaign.line(scene).map_or_else(String::new, |line| {
            let start: String = line.text.chars().take(LONGEST).collect();
            if start.len() < line.text.len() { format!("{start}…") } else { start }
        }),
    }
}
