//! Asking for work: a whole campaign, once more what failed, one portrait or voice again. Each becomes a job that is
//! recorded before it begins; a POST is consent within the server's cap.

use std::path::{Path, PathBuf};

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::answers::{Named, job_answer};
use super::bodies::{SubjectBody, subject};
use super::jobs::{ended, find};
use super::posted_mode::take_mode;
use crate::api::common::extract::{JsonBody, PathParts, QueryOf, Text, idempotency_key};
use crate::api::common::problem::Problem;
use crate::api::common::seen::Seen;
use crate::api::common::shared::{Shared, SharedRef};
use crate::domain::{self, Campaign, CampaignId, Cast, Fault, Format, MicroDollars};
use crate::engine::files::library::{material_faults, posted_file};
use crate::engine::{Command, Consent, Content, Likeness, Loaded, Outcome, RunId, Scope, Subject, subject_job};
use crate::plan::{AssetHash, Job, Mode};
use crate::store::workspace::campaigns;
use crate::store::{NewPosted, Posted, PostedEnd, Recorded, posted_folder};

/// Jobs that have not ended; more are refused rather than kept.
const MOST_OPEN_JOBS: usize = 5_000;

/// What a job does.
enum Work {
    Generate(Scope),
    Regenerate(Subject),
}

/// Something asked for, checked and not yet recorded.
struct Asked {
    campaign: CampaignId,
    mode: Mode,
    work: Work,
    /// Of everything that was asked for.
    body_hash: AssetHash,
    idempotency_key: Option<String>,
}

/// A posted campaign names nobody of the server's cast: it may bring what it needs and reaches for nothing else.
fn no_cast() -> Cast {
    let problem = "a posted campaign can name no member of a cast".to_owned();
    Cast::closed(problem, "Write the tone, the voice and the appearance into its profile.".to_owned())
}

pub async fn generate(
    State(shared): State<SharedRef>,
    query: QueryOf,
    headers: HeaderMap,
    Text(text): Text,
) -> Result<Response, Problem> {
    let query = query.only(&["mode", "only"])?;
    let scope = Scope { products: query.products()?, ..Scope::default() };
    let (text, mode_in_body) = take_mode(text)?;
    let mode = mode_for(&shared, query.mode()?.or(mode_in_body));
    let (campaign, text) =
        off_thread(move || domain::read_with(&text, Format::Json, &no_cast()).map(|campaign| (campaign, text)))
            .await?
            .map_err(Problem::faults)?;
    let own_file = file_for(&shared, &campaign)?;
    let (campaign, text) = match own_file.clone() {
        Some(file) => check_materials(&shared, file, campaign, text).await?,
        None => (campaign, text),
    };
    let asked = Asked {
        body_hash: AssetHash::of(format!("generate {} {:?} {text}", mode.name(), scope.products).as_bytes()),
        campaign: campaign.id.clone(),
        mode,
        work: Work::Generate(scope),
        idempotency_key: idempotency_key(&headers)?,
    };
    let _one_at_a_time = shared.posting_lane(&campaign.id).lock().await;
    let run = match record(&shared, &asked).await? {
        Recording::Same(run) => return answer(&shared, run).await,
        Recording::New(run) => run,
    };
    if let Some(file) = own_file
        && let Err(problem) = keep(&shared, file, text).await
    {
        let message = "The campaign could not be kept on the server's disk".to_owned();
        finish(&shared, run, &asked, message).await?;
        return Err(problem);
    }
    begin(&shared, run, asked).await
}

/// Makes what is missing of a campaign once more: failed and cancelled parts are tried again.
pub async fn retry(
    State(shared): State<SharedRef>,
    PathParts(id): PathParts<String>,
    query: QueryOf,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let query = query.only(&["mode", "only"])?;
    let scope = Scope { products: query.products()?, ..Scope::default() };
    let named = find(&shared, &id).await?;
    let mode = query.mode()?.map_or(named.mode, |mode| mode_for(&shared, Some(mode)));
    let source = shared.look(|seen| Ok::<_, Problem>(loaded(seen, &named.campaign)?.source_hash))?;
    let asked = Asked {
        body_hash: AssetHash::of(
            format!("retry {} {} {:?} {source}", named.campaign, mode.name(), scope.products).as_bytes(),
        ),
        campaign: named.campaign,
        mode,
        work: Work::Generate(scope),
        idempotency_key: idempotency_key(&headers)?,
    };
    match record(&shared, &asked).await? {
        Recording::Same(run) => answer(&shared, run).await,
        Recording::New(run) => begin(&shared, run, asked).await,
    }
}

/// Makes a new take of one portrait or voice; it is used only when it is chosen.
pub async fn regenerate(
    State(shared): State<SharedRef>,
    PathParts(id): PathParts<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<SubjectBody>,
) -> Result<Response, Problem> {
    let named = find(&shared, &id).await?;
    let mode = mode_for(&shared, body.mode);
    let subject = shared.look(|seen| {
        let loaded = loaded(seen, &named.campaign)?;
        let subject = subject(body.speaker.as_deref(), body.scene_index, loaded)?;
        let has_takes = subject_job(loaded, mode, subject).is_some_and(|job| job.request.has_takes());
        let own_file =
            || Problem::conflict("own_file", "This is a file of your own: change the file, or the campaign.");
        has_takes.then_some(subject).ok_or_else(own_file)
    })?;
    let asked = Asked {
        body_hash: AssetHash::of(format!("regenerate {} {} {subject:?}", named.campaign, mode.name()).as_bytes()),
        campaign: named.campaign,
        mode,
        work: Work::Regenerate(subject),
        idempotency_key: idempotency_key(&headers)?,
    };
    match record(&shared, &asked).await? {
        Recording::Same(run) => answer(&shared, run).await,
        Recording::New(run) => begin(&shared, run, asked).await,
    }
}

/// Goes on with the jobs that an earlier start left.
pub async fn resume(shared: &Shared) -> Result<(), Problem> {
    for posted in shared.store.journal.adopt_posted().await? {
        let Posted { run, campaign, mode, products, cap, plans_anew, .. } = posted;
        let consent = consent(cap);
        shared.change(|seen| seen.begin(run, campaign.clone(), mode));
        let command = if plans_anew {
            let scope = Scope { products, ..Scope::default() };
            Command::Generate { run, campaign, mode, scope, consent }
        } else {
            Command::Resume { run, campaign, mode, consent }
        };
        shared.send(command).await?;
    }
    Ok(())
}

enum Recording {
    New(RunId),
    Same(RunId),
}

/// Records a job before anything else is done for it, or finds the one that this is the second sending of.
async fn record(shared: &Shared, asked: &Asked) -> Result<Recording, Problem> {
    if shared.is_stopping() {
        return Err(Shared::leaving());
    }
    if shared.look(Seen::open_runs) >= MOST_OPEN_JOBS {
        let message = format!("{MOST_OPEN_JOBS} jobs wait already; ask again when some have ended.");
        return Err(Problem::unavailable("too_many_jobs", message));
    }
    let new = NewPosted {
        run: RunId::random(),
        campaign: asked.campaign.clone(),
        mode: asked.mode,
        cap: if asked.mode == Mode::Draft { MicroDollars::ZERO } else { shared.settings.cap },
        body_hash: asked.body_hash,
        idempotency_key: asked.idempotency_key.clone(),
        plans_anew: matches!(asked.work, Work::Generate(_)),
        products: match &asked.work {
            Work::Generate(scope) => scope.products.clone(),
            Work::Regenerate(_) => Vec::new(),
        },
    };
    loop {
        match shared.store.journal.post(new.clone()).await? {
            Recorded::New => return Ok(Recording::New(new.run)),
            Recorded::KeyOfAnother => {
                let message = "This Idempotency-Key was used for another request; use a new one.";
                return Err(Problem::conflict("idempotency_key_reused", message));
            }
            Recorded::Same(run) => {
                let end = shared.look(|seen| seen.run(run).and_then(|run| run.ended.clone()));
                match end {
                    // It has just ended, and only its record does not say so yet.
                    Some(end) if asked.idempotency_key.is_none() => {
                        let end = PostedEnd { outcome: end.outcome.name().to_owned(), message: end.message };
                        shared.store.journal.end_posted(run, end).await?;
                    }
                    _ => return Ok(Recording::Same(run)),
                }
            }
        }
    }
}

/// Starts a recorded job, unless it would cost more than it may.
async fn begin(shared: &Shared, run: RunId, asked: Asked) -> Result<Response, Problem> {
    let price = shared.look(|seen| price(seen, &asked));
    let cap = shared.settings.cap;
    if price > cap {
        let (price, cap) = price.beside(cap);
        let message = format!("It needs about {price}, more than the cap of {cap} for one job");
        finish(shared, run, &asked, message).await?;
        return answer(shared, run).await;
    }
    let (campaign, mode) = (asked.campaign, asked.mode);
    let consent = if price.is_zero() { Consent::FreeOnly } else { Consent::UpTo(cap) };
    shared
        .send(match asked.work {
            Work::Generate(scope) => Command::Generate { run, campaign, mode, scope, consent },
            Work::Regenerate(subject) => {
                let likeness = Likeness::default();
                Command::Regenerate { run, campaign, mode, subject, likeness, note: None, consent }
            }
        })
        .await?;
    shared.until(|seen| seen.run(run).map(drop)).await?;
    answer(shared, run).await
}

/// Ends a job that never began.
async fn finish(shared: &Shared, run: RunId, asked: &Asked, message: String) -> Result<(), Problem> {
    let end = PostedEnd { outcome: Outcome::Stopped.name().to_owned(), message: message.clone() };
    shared.store.journal.end_posted(run, end).await?;
    let ended = ended(run, &asked.campaign, asked.mode, Outcome::Stopped, message);
    shared.change(|seen| seen.end(ended));
    Ok(())
}

/// The document of the job, and where to ask for it again.
async fn answer(shared: &Shared, run: RunId) -> Result<Response, Problem> {
    let named: Named = find(shared, &run.to_string()).await?;
    let answer = shared.look(|seen| job_answer(seen, &named));
    let mut response = (StatusCode::ACCEPTED, Json(&answer)).into_response();
    if let Ok(place) = HeaderValue::from_str(&answer.links.status) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    Ok(response)
}

fn consent(cap: MicroDollars) -> Consent {
    if cap.is_zero() { Consent::FreeOnly } else { Consent::UpTo(cap) }
}

/// An upper bound of what a job costs.
fn price(seen: &Seen, asked: &Asked) -> MicroDollars {
    let Ok(loaded) = loaded(seen, &asked.campaign) else { return MicroDollars::ZERO };
    match &asked.work {
        Work::Generate(scope) => {
            let jobs = loaded.graph(asked.mode).into_iter().flat_map(|graph| scope.jobs(graph));
            jobs.filter(|job| !seen.job(job.key).state.is_made()).map(Job::price).sum()
        }
        Work::Regenerate(subject) => subject_job(loaded, asked.mode, *subject).map_or(MicroDollars::ZERO, Job::price),
    }
}

pub fn loaded<'a>(seen: &'a Seen, campaign: &CampaignId) -> Result<&'a Loaded, Problem> {
    let found = seen.loaded(campaign.as_str()).map(|(_, loaded)| loaded);
    found.ok_or_else(|| {
        Problem::conflict("campaign_unusable", format!("{campaign} is gone, or has faults to fix first."))
    })
}

/// Without something that makes finals everything is a draft.
pub fn mode_for(shared: &Shared, asked: Option<Mode>) -> Mode {
    let usual = shared.look(|seen| seen.usual_mode());
    match asked {
        Some(Mode::Draft) => Mode::Draft,
        Some(Mode::Final) | None => usual,
    }
}

/// Where a posted campaign goes; `None` where the campaigns folder has just this one already. Another one of that id is
/// somebody's file, and stays.
fn file_for(shared: &Shared, campaign: &Campaign) -> Result<Option<PathBuf>, Problem> {
    let posted = posted_folder(&shared.engine.home);
    shared.look(|seen| match seen.entry(campaign.id.as_str()) {
        Some(entry) if entry.path.parent() != Some(posted.as_path()) => match seen.loaded(campaign.id.as_str()) {
            Some((_, known)) if known.campaign == *campaign => Ok(None),
            _ => Err(Problem::conflict(
                "campaign_id_taken",
                format!("{} is the id of a campaign file on the server; post under another campaign_id.", campaign.id),
            )),
        },
        _ => Ok(Some(posted_file(&shared.engine.home, &campaign.id))),
    })
}

/// The user's own files that it names must be there.
async fn check_materials(
    shared: &Shared,
    file: PathBuf,
    campaign: Campaign,
    text: String,
) -> Result<(Campaign, String), Problem> {
    let settings = shared.engine.clone();
    off_thread(move || {
        let faults = material_faults(&settings, &file, &campaign, &text);
        if faults.is_empty() { Ok((campaign, text)) } else { Err(Problem::faults(faults)) }
    })
    .await?
}

/// Does what may take a while where nobody else waits for it.
async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Problem::internal(format!("{error}.")))
}

/// Writes the campaign where the engine reads it, and waits until it has.
async fn keep(shared: &Shared, file: PathBuf, text: String) -> Result<(), Problem> {
    let source = AssetHash::of(text.as_bytes());
    let path = file.clone();
    off_thread(move || campaigns::write_posted(&path, &text)).await??;
    let (known, before) = shared.look(|seen| (is_read(seen, &file, source), seen.version()));
    if known {
        return Ok(());
    }
    shared.send(Command::Load { path: file.clone() }).await?;
    let answer = |seen: &Seen| match faults_since(seen, &file, before) {
        Some(faults) => Some(Err(Problem::faults(faults))),
        None => is_read(seen, &file, source).then_some(Ok(())),
    };
    shared.until(answer).await?
}

/// What the engine found wrong with the file, which passed every check a moment ago.
fn faults_since(seen: &Seen, file: &Path, before: u64) -> Option<Vec<Fault>> {
    let name = file.file_stem().unwrap_or_default().to_string_lossy();
    let entry = seen.entry(&name).filter(|entry| entry.path == file && seen.changed_at(&name) > before)?;
    match &entry.content {
        Content::Broken(faults) => Some(faults.clone()),
        Content::Good(_) if !entry.edit_faults.is_empty() => Some(entry.edit_faults.clone()),
        Content::Good(_) => None,
    }
}

fn is_read(seen: &Seen, file: &Path, source: AssetHash) -> bool {
    let name = file.file_stem().unwrap_or_default().to_string_lossy();
    seen.loaded(&name).is_some_and(|(entry, loaded)| entry.path == file && loaded.source_hash == source)
}
