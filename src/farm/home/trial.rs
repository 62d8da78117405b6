//! One short clip there and back, for a person who wants to know whether the farm works.

use std::time::{Duration, Instant};

use tokio::time::timeout;

use super::{Farm, NotFarmed};
use crate::domain::CampaignId;
use crate::farm::kind::context;
use crate::farm::sight::{FarmSight, Server};
use crate::media::video::FPS;
use crate::plan::{ClipRequest, Request};
use crate::providers::JobContext;
use crate::providers::video::{NotTaken, Scrutiny};

/// How it went.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    /// From the question to a clip that was looked at.
    pub elapsed: Duration,
    pub frames: u32,
    pub bytes: u64,
    pub sight: FarmSight,
}

const LONGEST_CALL: Duration = Duration::from_secs(20);
const LONGEST_TRIAL: Duration = Duration::from_secs(45);
const MILLISECONDS: u32 = 500;

impl Farm {
    /// Has a title made that nobody has made before. The error is a sentence with what to do.
    pub async fn trial(&self) -> Result<Trial, String> {
        let mut sight = self.sight();
        // What is waited for is borrowed, and nobody could tell anything new as long as it is.
        let is_served = matches!(timeout(LONGEST_CALL, sight.wait_for(|sight| sight.slots() > 0)).await, Ok(Ok(_)));
        if !is_served {
            let sight = self.sight().borrow().clone();
            return Err(match sight.server {
                Server::Unusable { why } => why,
                _ if sight.workers.is_empty() => {
                    format!("Nobody works at {}: start `babblecast worker --nats {0}` on some machine.", sight.nats)
                }
                _ => format!(
                    "Nobody at {} makes what this machine would make: run the same babblecast on the same kind of system.",
                    sight.nats
                ),
            });
        }
        let title = format!("Farm {:08x}", fastrand::u32(..));
        let clip = ClipRequest::card(self.0.video.clip_made_by(), title, Vec::new(), MILLISECONDS);
        let clip = Request::Clip(clip);
        let campaign = CampaignId::new("trial").map_err(|error| error.to_string())?;
        let away = self.0.video.away().ok_or("Nothing can be encoded here.")?;
        let movie = tempfile::NamedTempFile::new().map_err(|error| format!("A file cannot be written: {error}."))?;
        let context = JobContext { movie: Some(movie.path().to_owned()), ..context(Vec::new()) };
        let started = Instant::now();
        let asked = timeout(LONGEST_TRIAL, self.ask(&clip, &campaign, &context)).await;
        let came = match asked {
            Err(_) => Err(format!("No worker answered within {} s.", LONGEST_TRIAL.as_secs())),
            Ok(Err(NotFarmed::Stays)) => Err("The server went away.".to_owned()),
            Ok(Err(NotFarmed::Failed(why))) => Err(format!("It was not made: {why}.")),
            Ok(Ok(came)) => Ok(came),
        }?;
        let bytes = came.parts.iter().map(|(_, part)| part.len() as u64).sum();
        match away.take(&clip, came.parts, Scrutiny::Whole, context).await {
            Ok(_) => {}
            Err(NotTaken::Unfit(why)) => return Err(format!("What came back is not what was asked for: {why}.")),
            Err(NotTaken::NotMade(_)) => return Err("What came back could not be finished here.".to_owned()),
        }
        let sight = self.sight().borrow().clone();
        Ok(Trial { elapsed: started.elapsed(), frames: MILLISECONDS * FPS / 1000, bytes, sight })
    }
}
