//! Which finished video a campaign has right now: the whole one, or the one with cards for scenes that failed. Pure; asked
//! by everything that shows, publishes or describes an episode.

use crate::engine::entry::Loaded;
use crate::engine::event::{JobFacts, Made};
use crate::plan::{JobKey, Mode, Request, Role, StandIn, stand_in};

/// An episode that is there to be watched.
#[derive(Debug, Clone)]
pub struct Finished<'a> {
    /// The job that made it: the planned episode, or the stand-in for it.
    pub key: JobKey,
    /// What it was joined from, cards included.
    pub request: Request,
    /// The movie and what comes with it.
    pub outputs: &'a [Made],
    /// Whether every scene is in it.
    pub is_whole: bool,
}

impl Finished<'_> {
    /// The video file.
    pub fn movie(&self) -> Option<&Made> {
        self.made(Role::Movie)
    }

    /// Its output of this role.
    pub fn made(&self, role: Role) -> Option<&Made> {
        self.outputs.iter().find(|made| made.output.role == role)
    }

    /// The length of the movie.
    pub fn milliseconds(&self) -> Option<u32> {
        self.movie()?.output.milliseconds
    }
}

/// The finished video of a mode, if there is one.
pub fn finished<'a>(loaded: &Loaded, mode: Mode, facts: &impl Fn(JobKey) -> &'a JobFacts) -> Option<Finished<'a>> {
    let job = loaded.graph(mode)?.episode_job()?;
    let whole = facts(job.key);
    if whole.state.is_made() {
        return Some(Finished {
            key: job.key,
            request: Request::clone(&job.request),
            outputs: &whole.outputs,
            is_whole: true,
        });
    }
    let StandIn { episode, .. } = with_cards(loaded, mode, facts)?;
    let key = episode.key();
    let made = facts(key);
    made.state.is_made().then(|| Finished { key, request: episode, outputs: &made.outputs, is_whole: false })
}

/// The episode with cards for what failed.
pub(crate) fn with_cards<'a>(loaded: &Loaded, mode: Mode, facts: &impl Fn(JobKey) -> &'a JobFacts) -> Option<StandIn> {
    stand_in(&loaded.campaign, loaded.graph(mode)?, &|key| &facts(key).state)
}

/// `31.2 s`, `2 min 05 s`.
pub(crate) fn length(milliseconds: u32) -> String {
    match milliseconds / 1000 {
        0..60 => format!("{:.1} s", f64::from(milliseconds) / 1000.0),
        seconds => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}
