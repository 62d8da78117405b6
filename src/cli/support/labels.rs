//! What the jobs of a run are called, in words and in JSON.

use std::collections::HashMap;

use crate::engine::{Loaded, Subject, place};
use crate::plan::{JobKey, Mode, Product};

/// One job as people know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    pub product: Product,
    pub speaker: Option<String>,
    /// Position of its first scene, from 0; of voices and clips.
    pub scene: Option<usize>,
}

impl Label {
    /// `portrait of Baby 1`, `voice of scene 3, Baby 2`.
    pub fn words(&self) -> String {
        place(self.product, self.speaker.as_deref(), self.scene)
    }
}

/// The labels of one campaign's jobs.
pub struct Labels {
    by_key: HashMap<JobKey, Label>,
    /// What a job without a label is: the new take of a `regenerate`, whose key only the engine knows.
    other: Option<Label>,
}

impl Labels {
    pub fn of(loaded: &Loaded, mode: Mode) -> Self {
        let jobs = loaded.graph(mode).map(|graph| graph.jobs.as_slice()).unwrap_or_default();
        let label = |job: &crate::plan::Job| Label {
            product: job.product(),
            speaker: job.speakers.first().map(|&speaker| loaded.campaign.profile(speaker).speaker.clone()),
            scene: if job.product() == Product::Portrait { None } else { job.scenes.first().copied() },
        };
        Self { by_key: jobs.iter().map(|job| (job.key, label(job))).collect(), other: None }
    }

    /// The label of whatever a run about one subject makes, which is a `product`.
    pub fn of_subject(loaded: &Loaded, subject: Subject, product: Product) -> Self {
        let campaign = &loaded.campaign;
        let (speaker, scene) = match subject {
            Subject::Portrait(speaker) => (Some(speaker), None),
            Subject::Voice(scene) => (campaign.line(scene).map(|line| line.speaker), Some(scene)),
        };
        let speaker = speaker.map(|speaker| campaign.profile(speaker).speaker.clone());
        Self { by_key: HashMap::new(), other: Some(Label { product, speaker, scene }) }
    }

    pub fn get(&self, key: JobKey) -> Option<&Label> {
        self.by_key.get(&key).or(self.other.as_ref())
    }
}
