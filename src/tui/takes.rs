//! The takes of one face or line that a person can flip through. Pure.

use super::facts::Facts;
use crate::domain::SpeakerIndex;
use crate::engine::{Loaded, Subject, Take};
use crate::plan::{Graph, Job, JobKey, Pick, Request};

/// One thing that can be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub key: JobKey,
    pub pick: Pick,
    /// `take 2`, `former face`.
    pub name: String,
    /// What was asked of it alone.
    pub note: Option<String>,
}

/// The job of a subject in a graph, with its chosen take.
pub fn job_of(graph: &Graph, subject: Subject) -> Option<&Job> {
    match subject {
        Subject::Portrait(speaker) => graph.portraits.get(speaker.position()).map(|&index| &graph.jobs[index]),
        Subject::Voice(scene) => graph.scenes.get(scene)?.spoken().map(|index| &graph.jobs[index]),
    }
}

/// The subject whose request without a take has this key.
pub fn subject_of(loaded: &Loaded, graph: &Graph, base: JobKey) -> Option<Subject> {
    let speakers = loaded.campaign.speakers().map(|(speaker, _)| Subject::Portrait(speaker));
    let lines = (0..graph.scenes.len()).map(Subject::Voice);
    speakers.chain(lines).find(|subject| job_of(graph, *subject).is_some_and(|job| job.base == base))
}

/// The takes of a subject that are not in the trash; the one in use never is.
pub fn candidates(loaded: &Loaded, graph: &Graph, subject: Subject, facts: &Facts) -> Vec<Candidate> {
    let in_use = job_of(graph, subject).map(|job| job.key);
    let mut candidates = all(loaded, graph, subject, facts);
    candidates.retain(|candidate| Some(candidate.key) == in_use || !loaded.choices.trash.contains(&candidate.key));
    candidates
}

/// The takes of a subject that are in the trash.
pub fn trashed(loaded: &Loaded, graph: &Graph, subject: Subject, facts: &Facts) -> Vec<Candidate> {
    let in_use = job_of(graph, subject).map(|job| job.key);
    let mut candidates = all(loaded, graph, subject, facts);
    candidates.retain(|candidate| Some(candidate.key) != in_use && loaded.choices.trash.contains(&candidate.key));
    candidates
}

/// The request of a take; `None` for a face of an earlier form of the profile.
pub fn request_of(loaded: &Loaded, job: &Job, take: JobKey) -> Option<Request> {
    if take == job.key {
        return Some(job.request.as_ref().clone());
    }
    let takes = loaded.takes.get(&job.base)?;
    takes.iter().find(|known| known.key == take).map(|known| known.request_of(&job.request))
}

/// All takes of a subject: those of the present request, and faces made for an earlier form of the profile.
fn all(loaded: &Loaded, graph: &Graph, subject: Subject, facts: &Facts) -> Vec<Candidate> {
    let Some(job) = job_of(graph, subject) else { return Vec::new() };
    let mut candidates: Vec<Candidate> = loaded.takes.get(&job.base).into_iter().flatten().map(numbered).collect();
    if !candidates.iter().any(|candidate| candidate.key == job.key) {
        let own = if job.request.has_takes() {
            numbered(&Take::plain(job.request.take(), job.key))
        } else {
            Candidate { key: job.key, pick: Pick::Kept(job.key), name: "in use".to_owned(), note: None }
        };
        candidates.insert(0, own);
    }
    if let Subject::Portrait(speaker) = subject {
        for key in former_faces(loaded, graph, job, speaker) {
            if facts.state(key).is_made() && !candidates.iter().any(|candidate| candidate.key == key) {
                let name = "former face".to_owned();
                candidates.push(Candidate { key, pick: Pick::Kept(key), name, note: None });
            }
        }
    }
    candidates
}

/// Pictures of a speaker from before an edit of the profile: those once chosen, here or by a colleague, then those that
/// were made, as `job` is drawn or not.
fn former_faces(loaded: &Loaded, graph: &Graph, job: &Job, speaker: SpeakerIndex) -> Vec<JobKey> {
    let current: Vec<JobKey> = graph.portraits.iter().map(|&index| graph.jobs[index].base).collect();
    let speaker = &loaded.campaign.profile(loaded.campaign.face_of(speaker)).speaker;
    let chosen = loaded.choices.former_faces(speaker, &current).filter_map(|(base, pick)| match pick {
        Pick::Kept(key) => Some(key),
        Pick::Take(number) | Pick::SameBaby { take: number, .. } | Pick::Noted { take: number, .. } => {
            loaded.takes.get(&base)?.iter().find(|take| take.number == number).map(|take| take.key)
        }
    });
    let is_drawn = matches!(job.request.with_take(1), Request::Portrait(portrait) if portrait.is_drawn());
    let made = loaded.portraits_made.iter().filter(|face| face.speaker == *speaker && face.is_drawn == is_drawn);
    chosen.chain(made.map(|face| face.key)).collect()
}

fn numbered(take: &Take) -> Candidate {
    let name = format!("take {}", take.number);
    Candidate { key: take.key, pick: take.pick(), name, note: take.note.clone() }
}
