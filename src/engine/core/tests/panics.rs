//! Whatever panics in a paid call: its run ends, the program can be left, and what may have been billed is asked about.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use super::fake_provider::{FakeProvider, Reply as Answer};
use crate::domain::{CampaignId, MicroDollars};
use crate::engine::command::{Command, Consent, Scope};
use crate::engine::core::Core;
use crate::engine::core::voices::Book;
use crate::engine::entry::Content;
use crate::engine::event::{Event, Ledger, Outcome, RunEnded};
use crate::engine::settings::{Campaigns, EngineSettings, Makers, Shelf};
use crate::engine::{Resolution, RunId};
use crate::plan::{AssetHash, Failure, Job, Mode, Product, ProviderId, Request};
use crate::providers::http::{Call, Head, Reply};
use crate::providers::remote::{Checked, Inputs, PartialReader, RemoteProvider, Verdict};
use crate::providers::{Catalogue, Lane};
use crate::store::{Begin, Begun, Caps, NewRun, RunJob, Store};

#[derive(Clone, Copy, PartialEq)]
enum At {
    /// Before anything is recorded.
    Call,
    /// Between the record and the call.
    Partials,
    Decode,
    Never,
}

/// A provider that panics somewhere.
struct Panicking {
    provider: Arc<dyn RemoteProvider>,
    at: At,
}

impl Panicking {
    fn reach(&self, at: At) {
        assert!(self.at != at, "on purpose");
    }
}

impl RemoteProvider for Panicking {
    fn id(&self) -> ProviderId {
        self.provider.id()
    }

    fn name(&self) -> &'static str {
        self.provider.name()
    }

    fn lane(&self) -> Lane {
        self.provider.lane()
    }

    fn model(&self) -> &str {
        self.provider.model()
    }

    fn call(&self, request: &Request, inputs: &Inputs) -> Result<Call, Failure> {
        self.reach(At::Call);
        self.provider.call(request, inputs)
    }

    fn decode(&self, request: &Request, reply: &Reply) -> Verdict {
        self.reach(At::Decode);
        self.provider.decode(request, reply)
    }

    fn partials(&self) -> Option<Box<dyn PartialReader>> {
        self.reach(At::Partials);
        self.provider.partials()
    }

    fn check_call(&self, model: &str) -> Call {
        self.provider.check_call(model)
    }

    fn read_check(&self, model: &str, reply: &Reply) -> Result<Checked, Failure> {
        self.provider.read_check(model, reply)
    }
}

struct World {
    folder: tempfile::TempDir,
    fake: FakeProvider,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let campaign = serde_json::json!({
            "campaign_id": "one", "topic": "Naps",
            "script": [{"type": "dialogue", "speaker": "Baby 1", "text": "Naps are work."}],
            "baby_profiles": {"Baby 1": {"tone": "warm", "voice_id": "baby_voice_1"}},
        });
        std::fs::create_dir(folder.path().join("campaigns")).unwrap();
        std::fs::write(folder.path().join("campaigns/one.json"), campaign.to_string()).unwrap();
        Self { folder, fake: FakeProvider::start(|_, _| Answer::Well) }
    }

    fn home(&self) -> std::path::PathBuf {
        self.folder.path().join("home")
    }

    fn engine(&self, at: At) -> Engine {
        let mut settings = EngineSettings::new(self.home(), Campaigns::Folder(self.folder.path().join("campaigns")));
        settings.providers.openai.key = Some("sk-test".into());
        settings.providers.openai.base_url = Some(self.fake.openai_base());
        settings.providers.elevenlabs.key = Some("sk-test".into());
        settings.providers.elevenlabs.base_url = Some(self.fake.elevenlabs_base());
        Engine::start(settings, at)
    }
}

/// An engine whose voices are made by a [`Panicking`].
struct Engine {
    runtime: tokio::runtime::Runtime,
    commands: mpsc::Sender<Command>,
    events: mpsc::UnboundedReceiver<Event>,
    notices: Vec<String>,
    /// The voice of the only scene, as planned.
    voice: Option<Job>,
}

impl Engine {
    fn start(settings: EngineSettings, at: At) -> Self {
        let (store, _) = Store::open(&settings.home).unwrap();
        let catalogue = Catalogue::new(store.home.voices(), settings.encoder).with_providers(&settings.providers);
        let catalogue = catalogue.unwrap();
        let voices = catalogue.remotes().into_iter().find(|remote| remote.name() == "ElevenLabs").unwrap();
        let catalogue = catalogue.with_double(ProviderId::ElevenLabs, Arc::new(Panicking { provider: voices, at }));
        let makers = Makers::new(&catalogue, &settings).unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let (events_out, events) = mpsc::unbounded_channel();
        let (internal, internal_in) = mpsc::unbounded_channel();
        let (commands, commands_in) = mpsc::channel(64);
        let shelf = Shelf { settings, makers, renewed: BTreeSet::new() };
        let core = Core::new(shelf, store, catalogue, Book::default(), events_out, internal);
        runtime.spawn(core.run(commands_in, internal_in));
        let mut engine = Self { runtime, commands, events, notices: Vec::new(), voice: None };
        engine.until(|event| matches!(event, Event::Library(_)));
        engine
    }

    /// Takes events in until one satisfies the condition.
    fn until(&mut self, condition: impl Fn(&Event) -> bool) -> Event {
        loop {
            let next = async { tokio::time::timeout(Duration::from_mins(1), self.events.recv()).await };
            let event = self.runtime.block_on(next).expect("waited in vain").expect("the engine is gone");
            if let Event::Notice(notice) = &event {
                self.notices.push(notice.text.clone());
            }
            if let Event::Library(library) = &event
                && let Content::Good(loaded) = &library.entries[0].content
                && let Some(graph) = &loaded.finals
            {
                self.voice = graph.jobs.iter().find(|job| job.product() == Product::Voice).cloned();
            }
            if condition(&event) {
                return event;
            }
        }
    }

    fn send(&self, command: Command) {
        self.commands.blocking_send(command).unwrap();
    }

    fn generate(&mut self) -> RunEnded {
        let scope = Scope { products: vec![Product::Portrait, Product::Voice], ..Scope::default() };
        let consent = Consent::UpTo(MicroDollars(5_000_000));
        let (run, campaign) = (RunId::random(), CampaignId::new("one").unwrap());
        self.send(Command::Generate { run, campaign, mode: Mode::Final, scope, consent });
        match self.until(|event| matches!(event, Event::RunEnded(ended) if ended.run == run)) {
            Event::RunEnded(ended) => ended,
            _ => unreachable!(),
        }
    }

    fn ledger(&mut self, condition: impl Fn(&Ledger) -> bool) -> Arc<Ledger> {
        match self.until(|event| matches!(event, Event::Ledger(ledger) if condition(ledger))) {
            Event::Ledger(ledger) => ledger,
            _ => unreachable!(),
        }
    }

    /// Drops the only call in doubt.
    fn drop_unknown(&mut self, ledger: &Ledger) {
        let [call] = ledger.unknown.as_slice() else { panic!("{ledger:?}") };
        self.send(Command::Resolve { attempt: call.attempt, resolution: Resolution::Drop });
        self.ledger(|ledger| ledger.unknown.is_empty());
    }

    fn stop(mut self) {
        self.send(Command::Shutdown);
        self.until(|event| matches!(event, Event::Stopped));
        // The home is free once the engine is gone.
        drop(self.runtime);
    }
}

/// The only call in doubt, as an engine that was just started tells it.
fn ledger_of(world: &World) -> Vec<crate::engine::UnknownCall> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let (store, _) = Store::open(&world.home()).unwrap();
    runtime.block_on(store.unknowns()).unwrap()
}

fn is_file(path: Option<&Path>) -> bool {
    path.is_some_and(Path::is_file)
}

#[test]
fn a_reply_that_makes_its_decoder_panic_is_kept_and_asked_about() {
    let world = World::new();
    let mut engine = world.engine(At::Decode);
    let ended = engine.generate();
    assert_eq!((ended.outcome, ended.made, ended.held), (Outcome::Unknown, 1, 1), "{}", ended.message);
    engine.stop();
    let unknown = ledger_of(&world);
    assert_eq!(unknown.len(), 1);
    assert!(is_file(unknown[0].quarantined.as_deref()), "the reply is not kept: {unknown:?}");
    assert!(unknown[0].why.contains("internal error"), "{}", unknown[0].why);

    let mut engine = world.engine(At::Decode);
    assert_eq!(engine.generate().held, 1, "it is asked about before it is sent again");
    engine.drop_unknown(&Ledger { unknown, ..Ledger::default() });
    engine.stop();

    let mut engine = world.engine(At::Never);
    let ended = engine.generate();
    assert_eq!((ended.outcome, ended.held), (Outcome::Complete, 0), "{}", ended.message);
    engine.stop();
}

#[test]
fn a_kept_reply_that_makes_its_decoder_panic_does_not_end_every_start() {
    let world = World::new();
    let engine = world.engine(At::Never);
    let voice = engine.voice.clone().unwrap();
    engine.stop();
    leave_a_reply(&world, &voice);

    let mut engine = world.engine(At::Decode);
    assert!(engine.notices.iter().any(|text| text.contains("internal error")), "{:?}", engine.notices);
    assert_eq!(engine.generate().held, 1);
    engine.stop();

    let unknown = ledger_of(&world);
    assert!(is_file(unknown[0].quarantined.as_deref()), "the reply is not kept: {unknown:?}");
    let mut engine = world.engine(At::Decode);
    engine.drop_unknown(&Ledger { unknown, ..Ledger::default() });
    engine.stop();
}

/// As a program leaves it that is killed just after its reply has come in.
fn leave_a_reply(world: &World, voice: &Job) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (store, _) = Store::open(&world.home()).unwrap();
    let (run, campaign) = (RunId::random(), CampaignId::new("one").unwrap());
    let job = RunJob {
        key: voice.key,
        request: voice.request.clone(),
        product: Product::Voice,
        speaker: None,
        scene: Some(0),
    };
    let source_hash = AssetHash::of(b"");
    let new = NewRun { run, campaign: campaign.clone(), mode: Mode::Final, source_hash, jobs: vec![job] };
    let begin = Begin {
        key: voice.key,
        request: voice.request.canonical(),
        run,
        campaign,
        provider: ProviderId::ElevenLabs,
        estimate: MicroDollars(1000),
        caps: Caps::default(),
        at_once: 1,
        reserve: 1024,
    };
    runtime.block_on(async {
        store.journal.start_run(new).await.unwrap();
        let Begun::Go(mut paid) = store.begin(begin).await.unwrap() else { panic!("it cannot begin") };
        let head = Head { status: 200, headers: Vec::new(), received_at: 0 };
        paid.spool.complete(&head).unwrap();
    });
}

#[test]
fn a_panic_before_anything_is_sent_is_a_failed_job() {
    let world = World::new();
    let mut engine = world.engine(At::Call);
    let ended = engine.generate();
    assert_eq!((ended.outcome, ended.made, ended.failed), (Outcome::Partial, 1, 1), "{}", ended.message);
    engine.stop();
    assert!(ledger_of(&world).is_empty());
    let mut engine = world.engine(At::Never);
    assert_eq!(engine.generate().outcome, Outcome::Complete);
    engine.stop();
}

#[test]
fn a_panic_after_the_call_was_recorded_is_a_call_in_doubt() {
    let world = World::new();
    let mut engine = world.engine(At::Partials);
    let ended = engine.generate();
    assert_eq!((ended.outcome, ended.made, ended.held), (Outcome::Unknown, 1, 1), "{}", ended.message);
    let key = engine.voice.as_ref().unwrap().key;
    assert_eq!(engine.generate().held, 1);
    engine.stop();
    let unknown = ledger_of(&world);
    assert_eq!(unknown.iter().map(|call| call.key).collect::<Vec<_>>(), [key]);
    let mut engine = world.engine(At::Never);
    engine.drop_unknown(&Ledger { unknown, ..Ledger::default() });
    assert_eq!(engine.generate().outcome, Outcome::Complete);
    engine.stop();
}
