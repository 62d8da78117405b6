//! `takes`: the takes of faces and lines, which of them is used, and how faces look; and the choice of another one.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::domain::Display;
use crate::engine::{Command, Loaded, Subject, View, known_takes, re_rolled, subject_job, takes_of};
use crate::mcp::common::answer::{Answer, Refusal};
use crate::mcp::common::call::Call;
use crate::mcp::common::campaign;
use crate::mcp::common::pictures::{Pictured, small};
use crate::plan::{Job, Mode, Role};

/// Faces and lines of an answer.
const MOST_SUBJECTS: usize = 100;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// The `campaign_id` of a campaign that `list` shows.
    campaign: String,
    /// `draft` or `final`; left out, the final where it was begun or can be made, else the draft.
    mode: Option<Mode>,
    /// The baby whose portrait is meant.
    speaker: Option<String>,
    /// The number of the scene whose voice is meant, from 1.
    scene: Option<usize>,
    /// Use this take from now on; needs `speaker` or `scene`. Nothing is deleted: another choice takes it back.
    choose: Option<u32>,
}

pub async fn run(call: Call, arguments: Arguments) -> Result<Answer, Refusal> {
    call.studio.ready().await?;
    if let Some(number) = arguments.choose {
        choose(&call, &arguments, number).await?;
    }
    let (answer, pictures) = call.studio.look(|seen| {
        let entry = campaign::good_entry(seen, &arguments.campaign)?;
        let loaded = campaign::loaded(&entry)?;
        let mode = campaign::mode(seen, loaded, arguments.mode);
        let subjects = match campaign::subject(&loaded.campaign, arguments.speaker.as_deref(), arguments.scene)? {
            Some(subject) => vec![subject],
            None => re_rolled(loaded, mode).take(MOST_SUBJECTS).collect(),
        };
        let mut told = Vec::new();
        let mut pictures = Vec::new();
        for subject in subjects {
            let job = job(loaded, mode, subject)?;
            told.push(takes_of(loaded, job, subject, &|key| seen.job(key)));
            pictures.extend(faces(seen, loaded, job, subject, mode));
        }
        let document = json!({"campaign_id": loaded.campaign.id, "mode": mode, "subjects": told});
        Ok::<_, Refusal>((Answer::of(&document)?, pictures))
    })?;
    Ok(answer.with_pictures(small(pictures).await))
}

fn job(loaded: &Loaded, mode: Mode, subject: Subject) -> Result<&Job, Refusal> {
    let job =
        subject_job(loaded, mode, subject).ok_or_else(|| Refusal::new("Nobody makes this here; ask for the draft"))?;
    let own = || Refusal::new("This is a file of the person's own: it has no takes");
    job.request.has_takes().then_some(job).ok_or_else(own)
}

/// How the takes of a portrait look.
fn faces(view: &View, loaded: &Loaded, job: &Job, subject: Subject, mode: Mode) -> Vec<Pictured> {
    let Subject::Portrait(speaker) = subject else { return Vec::new() };
    let name = loaded.campaign.profile(speaker).speaker.as_str();
    let face = |take: crate::engine::Take| {
        let file = view.job(take.key).made(Role::Picture)?.path.clone();
        let provenance = loaded.graph(mode)?.provenance_of(&job.request);
        Some(Pictured {
            what: format!("Take {} of the portrait of {}:", take.number, name.display()),
            file,
            provenance,
        })
    };
    known_takes(loaded, job).into_iter().filter_map(face).collect()
}

async fn choose(call: &Call, arguments: &Arguments, number: u32) -> Result<(), Refusal> {
    let (command, before) = call.studio.look(|seen| {
        let entry = campaign::good_entry(seen, &arguments.campaign)?;
        let loaded = campaign::loaded(&entry)?;
        let mode = campaign::mode(seen, loaded, arguments.mode);
        let subject = campaign::subject(&loaded.campaign, arguments.speaker.as_deref(), arguments.scene)?;
        let subject =
            subject.ok_or_else(|| Refusal::new("`choose` needs `speaker` (a portrait) or `scene` (a voice)"))?;
        let known = known_takes(loaded, job(loaded, mode, subject)?);
        let Some(take) = known.iter().find(|take| take.number == number) else {
            let numbers: Vec<String> = known.iter().map(|take| take.number.to_string()).collect();
            return Err(Refusal::new(format!("There is no take {number}: there are {}", numbers.join(", "))));
        };
        let campaign = loaded.campaign.id.clone();
        Ok((Command::Choose { campaign, mode, subject, pick: take.pick() }, seen.version()))
    })?;
    let Command::Choose { campaign, .. } = &command else { return Ok(()) };
    let name = campaign.clone();
    call.studio.send(command).await?;
    call.studio
        .until(|seen| match seen.trouble_since(before, &name) {
            Some(trouble) => Some(Err(Refusal::new(trouble))),
            None => (seen.changed_at(&name) > before).then_some(Ok(())),
        })
        .await?
}
