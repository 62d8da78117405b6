//! "The same baby again": which earlier picture a new take of a portrait takes its face from.

use super::Core;
use crate::domain::{CampaignId, SpeakerIndex};
use crate::engine::command::Likeness;
use crate::plan::{Face, Job, JobKey, PortraitRequest, Request};

/// A picture that may lend its face; of one that only its key is known of, no request.
struct Lender {
    key: JobKey,
    request: Option<PortraitRequest>,
}

impl Core {
    /// The face that a new take of `job` keeps; `None` for another baby.
    pub(super) async fn face_to_keep(
        &mut self,
        campaign: &CampaignId,
        job: &Job,
        likeness: Likeness,
    ) -> Result<Option<Face>, String> {
        if likeness == Likeness::Another {
            return Ok(None);
        }
        let Request::Portrait(asked) = job.request.with_take(1) else {
            return Err("A voice has no face: only a portrait can be made of the same baby".to_owned());
        };
        let lenders = self.lenders(campaign, job, &asked, likeness).await?;
        self.learn(lenders.iter().map(|lender| lender.key).filter(|key| !self.known.jobs.contains_key(key)).collect())
            .await;
        let is_made = |lender: &&Lender| self.known.jobs.get(&lender.key).is_some_and(|known| known.state.is_made());
        let lender = lenders.iter().find(is_made).ok_or_else(|| {
            "There is no picture of this baby yet to take the face from: make its portrait first".to_owned()
        })?;
        let face = lender.request.as_ref().map_or(Face::Made(lender.key), |lent| Face::of(lent, &asked));
        if asked.is_drawn() && matches!(face, Face::Made(_)) {
            return Err("The drawn baby can keep only a drawn face, and this one is not drawn".to_owned());
        }
        Ok(Some(face))
    }

    /// The pictures to ask for their face, the best one first.
    async fn lenders(
        &self,
        campaign: &CampaignId,
        job: &Job,
        asked: &PortraitRequest,
        likeness: Likeness,
    ) -> Result<Vec<Lender>, String> {
        let mut lenders = Vec::new();
        if let Request::Portrait(current) = &*job.request {
            lenders.push(Lender { key: job.key, request: Some(current.clone()) });
        }
        let (_, loaded) = self.loaded(campaign)?;
        for take in loaded.takes.get(&job.base).into_iter().flatten() {
            lenders.push(Lender { key: take.key, request: portrait(take.request_of(&job.request)) });
        }
        let wears_this_face = |name: &Option<String>| {
            job.speakers.iter().any(|&speaker| name.as_deref() == Some(speaker_name(loaded, speaker)))
        };
        let former = self.studio.store.journal.former_jobs(campaign).await.map_err(|error| error.to_string())?;
        for former in former.into_iter().filter(|former| wears_this_face(&former.speaker)) {
            let request = serde_json::from_value(former.request).ok().and_then(portrait);
            lenders.push(Lender { key: former.key, request });
        }
        match likeness {
            Likeness::Another => lenders.clear(),
            Likeness::SameAs(key) => {
                lenders.retain(|lender| lender.key == key);
                lenders.push(Lender { key, request: None });
            }
            // The picture in use; after an edit of the profile, the newest that was made before it.
            Likeness::Same => {
                let is_of_a_kind = |lent: &PortraitRequest| lent.is_drawn() == asked.is_drawn();
                lenders.retain(|lender| lender.request.as_ref().is_some_and(is_of_a_kind));
                if let Request::Kept { key, .. } = *job.request {
                    lenders.insert(0, Lender { key, request: None });
                }
            }
        }
        Ok(lenders)
    }
}

fn portrait(request: Request) -> Option<PortraitRequest> {
    match request {
        Request::Portrait(portrait) => Some(portrait),
        _ => None,
    }
}

fn speaker_name(loaded: &crate::engine::entry::Loaded, speaker: SpeakerIndex) -> &str {
    &loaded.campaign.profile(speaker).speaker
}
