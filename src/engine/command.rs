//! What any front end may ask of the engine. The studio, the command line and the HTTP API all speak this.

use std::path::PathBuf;

use crate::domain::edit::{Change, Step};
use crate::domain::{CampaignId, MicroDollars, SpeakerIndex};
use crate::plan::{Graph, Job, JobKey, Mode, Pick, Product, ProviderId, RunId, TakeMark};
use crate::store::{AttemptId, Resolution};

/// One request to the engine.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Make what is missing; failed and cancelled jobs are tried again.
    Generate { run: RunId, campaign: CampaignId, mode: Mode, scope: Scope, consent: Consent },
    /// Make a new take of one face or line. It becomes a candidate; nothing else changes until it is chosen. A note is
    /// asked for beside the prompt of a portrait, of this take alone.
    Regenerate {
        run: RunId,
        campaign: CampaignId,
        mode: Mode,
        subject: Subject,
        likeness: Likeness,
        note: Option<String>,
        consent: Consent,
    },
    /// Go on with a run that the end of its program cut off: with just the jobs that it was recorded with.
    Resume { run: RunId, campaign: CampaignId, mode: Mode, consent: Consent },
    /// Use a take from now on, and write it to `ID.takes.json`.
    Choose { campaign: CampaignId, mode: Mode, subject: Subject, pick: Pick },
    /// Star a take, or put it in the trash; or take that back. Written to `ID.takes.json`; nothing is deleted.
    MarkTake { campaign: CampaignId, take: JobKey, mark: TakeMark, is_on: bool },
    /// Have the newer built-in voice speak a campaign that keeps that of earlier versions.
    RenewVoice { campaign: CampaignId },
    /// Stop what is waiting; what is running is stopped where that costs nothing.
    Cancel(Cancel),
    /// Write down what the user decided on a call that may have been billed.
    Resolve { attempt: AttemptId, resolution: Resolution },
    /// Ask the providers that keep what they made what became of every call that may have been billed. Costs nothing.
    Reconcile,
    /// Tell every paid call, and tell them again whenever the ledger changes.
    Calls,
    /// Tell the voices that there are to choose from; asks the account, for nothing.
    Voices,
    /// Make the preview of a voice ready to be heard. Never a paid call.
    PreviewVoice { provider: ProviderId, voice: String },
    /// Let one of `baby_voice_1` … `baby_voice_8` stand for another voice of this account.
    PinVoice { alias: String, voice: String },
    /// Write another voice into the profile of a baby.
    GiveVoice { campaign: CampaignId, speaker: SpeakerIndex, voice: String },
    /// Change the file of a campaign. Answered by [`super::Event::Edited`] with the same ticket; edits are made in order.
    Edit { ticket: u64, campaign: CampaignId, edit: Edit },
    /// Tell what an edit would have made again, and at which price. Nothing is written. Answered by
    /// [`super::Event::WhatIf`], unless a newer question came first.
    WhatIf { ticket: u64, campaign: CampaignId, mode: Mode, changes: Vec<Change> },
    /// Read the campaigns folder again.
    Reload,
    /// Read one campaign file, new or changed, without the rest of the folder.
    Load { path: PathBuf },
    /// Write a new campaign file with this name and load it.
    New { name: String },
    /// Put the built-in samples into the campaigns folder (made if needed) and load them.
    AddSamples,
    /// Stop claiming, let what runs end, then end with [`super::Event::Stopped`].
    Shutdown,
}

/// How a campaign file is to be changed.
#[derive(Debug, Clone, PartialEq)]
pub enum Edit {
    Changes(Vec<Change>),
    /// An earlier edit is taken back, or made again.
    Back(Box<Step>),
}

/// What a run may spend. The front ends ask the user; the engine holds every call to the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Consent {
    /// Nothing: a run that would cost something is refused with its price.
    #[default]
    FreeOnly,
    /// At most this, calls whose outcome is unknown included.
    UpTo(MicroDollars),
}

/// Whose face a new take of a portrait shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Likeness {
    /// Another baby of the same profile.
    #[default]
    Another,
    /// The baby of the picture in use; after an edit of the profile, that of the newest picture made before.
    Same,
    /// The baby of the picture that this job made.
    SameAs(JobKey),
}

/// Which part of a campaign to make; the default is all of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scope {
    /// Empty: all. A product brings along everything that it is made of.
    pub products: Vec<Product>,
    pub speaker: Option<SpeakerIndex>,
    /// Position in the script, from 0.
    pub scene: Option<usize>,
    /// Put a card in the place of a scene that cannot be made, instead of making no episode.
    pub allow_missing: bool,
}

impl Scope {
    /// Whether the job makes something of this part.
    fn covers(&self, job: &Job) -> bool {
        let product = job.product();
        // Who asks for voices wants them as they are heard.
        let is_heard = product == Product::ShapedVoice && self.products.contains(&Product::Voice);
        (self.products.is_empty() || self.products.contains(&product) || is_heard)
            && self.speaker.is_none_or(|speaker| job.speakers.contains(&speaker))
            // A cross-fade belongs to the episode: it would bring the scene before along.
            && self.scene.is_none_or(|scene| job.scenes.contains(&scene) && job.product() != Product::Fade)
    }

    /// The jobs of this part and everything that they are made of, in the order of the graph.
    pub fn jobs<'a>(&self, graph: &'a Graph) -> Vec<&'a Job> {
        graph.with_inputs(|job| self.covers(job))
    }
}

/// One thing that has takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    Portrait(SpeakerIndex),
    /// The line of the scene at this position in the script, from 0.
    Voice(usize),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cancel {
    All,
    Campaign(CampaignId),
    /// Other runs of the same campaign go on.
    Run(RunId),
    Job(JobKey),
}
