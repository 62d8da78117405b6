//! What any front end may ask of the engine. The studio, the command line and the HTTP API all speak this.

use std::path::PathBuf;

use super::imports::{HeldRecording, ImportWish};
use super::queued::Turn;
use super::writing::{FromTemplate, Order};
use crate::domain::edit::{Change, Step};
use crate::domain::{CampaignId, MicroDollars, SpeakerIndex};
use crate::plan::{Graph, Job, JobKey, JobSet, Mode, Pick, Product, ProviderId, RunId, TakeMark};
use crate::store::{AttemptId, Resolution};

/// One request to the engine.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Make what is missing; failed and cancelled jobs are tried again.
    Generate {
        /// Chosen by the front end; every event of the run names it.
        run: RunId,
        /// Whose script is made.
        campaign: CampaignId,
        /// Which of its two plans is made.
        mode: Mode,
        /// Which part of that plan.
        scope: Scope,
        /// The answer to the price that the user was shown.
        consent: Consent,
    },
    /// Make a new take of one face or line. It becomes a candidate; nothing else changes until it is chosen. A note is
    /// asked for beside the prompt of a portrait, of this take alone.
    Regenerate {
        /// Chosen by the front end; every event of the run names it.
        run: RunId,
        /// Whose face or line it is.
        campaign: CampaignId,
        /// In the draft and the final a face or line is another request, with takes of its own.
        mode: Mode,
        /// The face or line.
        subject: Subject,
        /// Of a portrait: whose face the new take shows. A voice has none: [`Likeness::Another`].
        likeness: Likeness,
        /// A sentence for this take alone; blank is none. Refused for a voice and for the drawn baby.
        note: Option<String>,
        /// The answer to the price that the user was shown.
        consent: Consent,
    },
    /// Go on with a run that the end of its program cut off: with just the jobs that it was recorded with.
    Resume {
        /// The id that the run had before.
        run: RunId,
        /// The one that it was recorded for.
        campaign: CampaignId,
        /// The one that it was recorded with.
        mode: Mode,
        /// Asked again: what was agreed to before the end is not taken over.
        consent: Consent,
    },
    /// Use a take from now on, and write it to `ID.takes.json`.
    Choose {
        /// Beside whose file the choice is written.
        campaign: CampaignId,
        /// In which of its plans the face or line is looked up.
        mode: Mode,
        /// The face or line.
        subject: Subject,
        /// The take that it uses from now on.
        pick: Pick,
    },
    /// Star a take, or put it in the trash; or take that back. Written to `ID.takes.json`; nothing is deleted.
    MarkTake {
        /// Beside whose file the mark is written.
        campaign: CampaignId,
        /// The job that made the take.
        take: JobKey,
        /// Star or trash.
        mark: TakeMark,
        /// False takes the mark back.
        is_on: bool,
    },
    /// Have the newer built-in voice speak a campaign that keeps that of earlier versions.
    RenewVoice {
        /// Its lines are planned with the newer voice until the engine ends, or for good once one is made.
        campaign: CampaignId,
    },
    /// Stop what is waiting; what is running is stopped where that costs nothing.
    Cancel(Cancel),
    /// Put a job that waits for its turn elsewhere in its lane.
    Reorder {
        /// Which job; one that does not wait for its turn stays where it is.
        job: JobKey,
        /// Its place among those that wait.
        to: Turn,
    },
    /// Write down what the user decided on a call that may have been billed.
    Resolve {
        /// Which call, by its number in the ledger.
        attempt: AttemptId,
        /// Whether its job is called again or given up.
        resolution: Resolution,
    },
    /// Ask the providers that keep what they made what became of every call that may have been billed. Costs nothing.
    Reconcile,
    /// Tell every paid call, and tell them again whenever the ledger changes.
    Calls,
    /// Tell the voices that there are to choose from; asks the account, for nothing.
    Voices,
    /// Make the preview of a voice ready to be heard. Never a paid call.
    PreviewVoice {
        /// Whose voice it is.
        provider: ProviderId,
        /// The provider's id of it, as [`super::VoiceEntry::id`] says.
        voice: String,
    },
    /// Let one of `baby_voice_1` … `baby_voice_8` stand for another voice of this account.
    PinVoice {
        /// One of the eight.
        alias: String,
        /// The provider's id of the voice that it stands for from now on, for this account.
        voice: String,
    },
    /// Write another voice into the profile of a baby.
    GiveVoice {
        /// Whose file is edited.
        campaign: CampaignId,
        /// Whose profile.
        speaker: SpeakerIndex,
        /// What its `voice_id` becomes: an alias or a provider's id.
        voice: String,
    },
    /// Change the file of a campaign. Answered by [`super::Event::Edited`] with the same ticket; edits are made in order.
    Edit {
        /// Any number; the answer has the same one.
        ticket: u64,
        /// Whose file is changed.
        campaign: CampaignId,
        /// The changes, or the step back.
        edit: Edit,
    },
    /// Make a baby of a campaign a member of the cast beside it. Answered by [`super::Event::AddedToCast`].
    AddToCast {
        /// Any number; the answer has the same one.
        ticket: u64,
        /// Whose profile it is made of; the profile names the member afterwards.
        campaign: CampaignId,
        /// Whose face, tone and voice it has.
        speaker: SpeakerIndex,
        /// What it is called in the cast.
        name: String,
    },
    /// Tell what an edit would have made again, and at which price. Nothing is written. Answered by
    /// [`super::Event::WhatIf`], unless a newer question came first.
    WhatIf {
        /// Any number; the answer has the same one.
        ticket: u64,
        /// Whose file would be changed.
        campaign: CampaignId,
        /// Whose plan before and after are compared.
        mode: Mode,
        /// What the edit would do, in order.
        changes: Vec<Change>,
    },
    /// Read the campaigns folder again.
    Reload,
    /// Read one campaign file, new or changed, without the rest of the folder.
    Load {
        /// The campaign file; one that is gone leaves the library.
        path: PathBuf,
    },
    /// Write a new campaign file with this name and load it.
    New {
        /// As a person says it; the campaign's id is made from it.
        name: String,
        /// Whose words it begins with; `None` is two babies and three lines.
        template: Option<FromTemplate>,
    },
    /// Have words written by a language model. Answered by [`super::Event::Written`]; its calls are runs like any other, the
    /// first of which has this id.
    Write {
        /// Any number; the answer has the same one.
        ticket: u64,
        /// Chosen by the front end.
        run: RunId,
        /// Which words.
        order: Order,
        /// The answer to the price; without one the price is told.
        consent: Consent,
    },
    /// Put the built-in samples into the campaigns folder (made if needed) and load them.
    AddSamples,
    /// Make a campaign of a recording. Answered by [`super::Event::Import`] with the same ticket: with a price or a choice
    /// where it needs one, and then asked again with the answer.
    Import {
        /// Any number; the answers have the same one.
        ticket: u64,
        /// What is to become of which recording.
        wish: Box<ImportWish>,
        /// As an earlier answer gave it, so that it is not read again.
        recording: Option<HeldRecording>,
        /// The answer to the price that the user was shown; of what is paid next.
        consent: Consent,
    },
    /// End an import as soon as that loses nothing: a call in flight comes to its end first, and its answer is kept.
    StopImport {
        /// The number of its question.
        ticket: u64,
    },
    /// Stop claiming, let what runs end, then end with [`super::Event::Stopped`].
    Shutdown,
}

/// How a campaign file is to be changed.
#[derive(Debug, Clone, PartialEq)]
pub enum Edit {
    /// New changes, made in order; all of them or none.
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
    /// Only what this speaker needs; `None` is every speaker.
    pub speaker: Option<SpeakerIndex>,
    /// Position in the script, from 0.
    pub scene: Option<usize>,
    /// Empty: all. Just these, with everything that they are made of.
    pub jobs: JobSet,
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
            && (self.jobs.is_empty() || self.jobs.contains(&job.key))
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
    /// The face of this speaker.
    Portrait(SpeakerIndex),
    /// The line of the scene at this position in the script, from 0.
    Voice(usize),
}

/// What is to stop: here, and in other programs on this home, which are asked to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cancel {
    /// Every run of this program. Others go on.
    All,
    /// All runs of this campaign.
    Campaign(CampaignId),
    /// Other runs of the same campaign go on.
    Run(RunId),
    /// This job, for every run that wants it.
    Job(JobKey),
}
