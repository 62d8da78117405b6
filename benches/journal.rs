//! How long the journal takes where a person or another program waits: `cargo bench --bench journal`. Claims by two
//! programs at once, an engine that starts over 10,000 finished jobs, and a run of them that has nothing to make. Figures
//! are for comparison on one machine, never asserted.

use std::path::Path;
use std::process::Command as Process;
use std::time::{Duration, Instant};

use babblecast::domain::{CampaignId, Format, MicroDollars, read};
use babblecast::engine::{
    Campaigns, Command, Consent, EngineHandle, EngineSettings, Event, RunEnded, RunId, Scope, start,
};
use babblecast::plan::{AssetHash, Choices, Job, Mode, Product, ProviderId, Request, Role, Sources, plan};
use babblecast::providers::Catalogue;
use babblecast::providers::catalogue::DraftVoice;
use babblecast::providers::video::EncoderChoice;
use babblecast::store::{Begin, Begun, Caps, Claim, Content, NewOutput, NewRun, RunJob, Settled, Store};
use futures::StreamExt;
use serde_json::{Value, json};

const CALLS: usize = 300;
const JOBS: usize = 10_000;
/// Videos would say more of disks than of the journal.
const MADE: [Product; 2] = [Product::Portrait, Product::Voice];
const FOLDER: &str = "BABBLECAST_BENCH_CALLS";

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    if let Some(folder) = std::env::var_os(FOLDER) {
        return runtime.block_on(make_calls(Path::new(&folder), "other"));
    }
    claims_of_two_programs(&runtime);
    ten_thousand_finished_jobs(&runtime);
}

/// No two words share a job, the portrait included.
fn document(lines: usize, word: &str) -> Value {
    let script: Vec<_> = (0..lines)
        .map(|line| json!({"type": "dialogue", "speaker": "Baby 1", "text": format!("{word} {line}.")}))
        .collect();
    let profiles = json!({"Baby 1": {"tone": word, "voice_id": "baby_voice_1"}});
    json!({"campaign_id": "long", "topic": "Length", "script": script, "baby_profiles": profiles})
}

fn jobs(document: &Value) -> Vec<Job> {
    let campaign = read(&document.to_string(), Format::Json).unwrap_or_else(|faults| panic!("{faults:?}"));
    let draft = Catalogue::new(std::path::PathBuf::new(), EncoderChoice::Embedded).draft(DraftVoice::Neural);
    let mut jobs = plan(&campaign, &draft, &Choices::default(), &Sources::new()).unwrap().jobs;
    jobs.retain(|job| MADE.contains(&job.product()));
    jobs
}

fn output(bytes: &[u8]) -> NewOutput {
    NewOutput {
        role: Role::Sound,
        content: Content::Bytes(bytes.to_vec()),
        media_type: "audio/wav".to_owned(),
        width: None,
        height: None,
        milliseconds: Some(800),
    }
}

async fn planned(store: &Store, jobs: &[Job]) -> NewRun {
    let records = jobs.iter().map(|job| RunJob {
        key: job.key,
        request: job.request.clone(),
        product: job.product(),
        speaker: None,
        scene: None,
    });
    let run = NewRun {
        run: babblecast::plan::RunId::random(),
        campaign: CampaignId::new("long").unwrap(),
        mode: Mode::Draft,
        source_hash: AssetHash::of(b"file"),
        jobs: records.collect(),
    };
    store.journal.start_run(run.clone()).await.unwrap();
    run
}

/// Paid calls one after the other, as a lane makes them; tells how long each claim took.
async fn make_calls(folder: &Path, word: &str) {
    let root = folder.to_owned();
    let (store, _) = tokio::task::spawn_blocking(move || Store::open(&root)).await.unwrap().unwrap();
    let jobs = jobs(&document(CALLS, word));
    let run = planned(&store, &jobs).await;
    store.journal.note_limits(ProviderId::ElevenLabs, Some(100), None).await.unwrap();
    let mut times = Vec::new();
    for job in &jobs {
        let begin = Begin {
            key: job.key,
            request: job.request.canonical(),
            run: run.run,
            campaign: run.campaign.clone(),
            provider: ProviderId::ElevenLabs,
            estimate: MicroDollars(1000),
            caps: Caps { campaign: Some(MicroDollars(1_000_000_000)), ..Caps::default() },
            at_once: 100,
            reserve: 1024 * 1024,
        };
        let started = Instant::now();
        let Begun::Go(mut paid) = store.begin(begin).await.unwrap() else { panic!("not allowed to call") };
        times.push(started.elapsed());
        std::io::Write::write_all(&mut paid.spool, &vec![7; 50_000]).unwrap();
        paid.spool.complete(&"head").unwrap();
        let made = Settled::Made {
            files: vec![output(job.key.as_bytes())],
            actual: None,
            provider_request_id: None,
            http_status: 200,
            milliseconds: 1,
        };
        store.settle(paid, made).await.unwrap();
    }
    tell(&format!("claim of a paid call, {word} program"), &mut times);
}

fn tell(what: &str, times: &mut [Duration]) {
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1000.0;
    println!("{what}: median {:.1} ms, p99 {:.1} ms, most {:.1} ms", at(0.5), at(0.99), at(1.0));
}

fn claims_of_two_programs(runtime: &tokio::runtime::Runtime) {
    let folder = tempfile::tempdir().unwrap();
    let mut other = Process::new(std::env::current_exe().unwrap()).env(FOLDER, folder.path()).spawn().unwrap();
    runtime.block_on(make_calls(folder.path(), "this"));
    other.wait().unwrap();
}

/// Fills a home with the finished draft of a long campaign.
async fn fill(home: &Path, jobs: &[Job]) {
    let root = home.to_owned();
    let (store, _) = tokio::task::spawn_blocking(move || Store::open(&root)).await.unwrap().unwrap();
    planned(&store, jobs).await;
    let making = jobs.iter().map(|job| async {
        let claim = store.journal.claim(job.key).await.unwrap();
        assert!(matches!(claim, Claim::Yours(_)), "{claim:?}");
        let bytes = match &*job.request {
            Request::Portrait(_) => b"a portrait".to_vec(),
            _ => b"a line".to_vec(),
        };
        store.complete(job.key, &job.request, vec![output(&bytes)], 1).await.unwrap();
    });
    futures::stream::iter(making).buffer_unordered(256).collect::<Vec<()>>().await;
}

fn ten_thousand_finished_jobs(runtime: &tokio::runtime::Runtime) {
    let folder = tempfile::tempdir().unwrap();
    let (home, campaigns) = (folder.path().join("home"), folder.path().join("campaigns"));
    std::fs::create_dir(&campaigns).unwrap();
    let document = document(JOBS - 1, "Line");
    std::fs::write(campaigns.join("long.json"), document.to_string()).unwrap();
    let jobs = jobs(&document);
    let started = Instant::now();
    runtime.block_on(fill(&home, &jobs));
    println!("{} jobs finished for the bench in {:.1} s", jobs.len(), started.elapsed().as_secs_f64());
    for time in ["first", "second"] {
        let settings = EngineSettings::new(home.clone(), Campaigns::Folder(campaigns.clone()));
        let started = Instant::now();
        let mut engine = start(settings);
        until(&mut engine, |event| matches!(event, Event::Library(_)).then_some(()));
        println!("{time} start over {} finished jobs: {:.2} s", jobs.len(), started.elapsed().as_secs_f64());
        let (run, started) = (RunId::random(), Instant::now());
        let campaign = CampaignId::new("long").unwrap();
        let scope = Scope { products: MADE.to_vec(), ..Scope::default() };
        let (mode, consent) = (Mode::Draft, Consent::FreeOnly);
        engine.commands.blocking_send(Command::Generate { run, campaign, mode, scope, consent }).unwrap();
        let ended: RunEnded = until(&mut engine, |event| match event {
            Event::RunEnded(ended) => Some(ended),
            _ => None,
        });
        assert_eq!(ended.cached, jobs.len(), "{}", ended.message);
        println!("{time} run that finds them all made: {:.2} s", started.elapsed().as_secs_f64());
        engine.commands.blocking_send(Command::Shutdown).unwrap();
        until(&mut engine, |event| matches!(event, Event::Stopped).then_some(()));
    }
}

fn until<T>(engine: &mut EngineHandle, wanted: impl Fn(Event) -> Option<T>) -> T {
    loop {
        let event = engine.events.blocking_recv().expect("the engine ended without a word");
        if let Some(found) = wanted(event) {
            return found;
        }
    }
}
