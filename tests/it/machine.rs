//! The journal of paid calls against a model of it: two programs send, receive, settle, lose their tasks, are killed and
//! opened again, decide and look up, in any order. After every step both say the same, and no money is lost or unseen.

use std::sync::Arc;

use babblecast::domain::{CampaignId, MicroDollars, Tone};
use babblecast::plan::{AssetHash, Failure, MadeBy, Mode, Product, ProviderId, Request, Role, VoiceRequest};
use babblecast::store::{
    Begin, Begun, Caps, Content, NewOutput, NewRun, Paid, Resolution, RunJob, Scope, Settled, Store, StoredState,
};
use proptest::prelude::*;

const KEYS: usize = 3;
const PRICE: MicroDollars = MicroDollars(50_000);
/// Leaves no room for an eighth call.
const CAP: MicroDollars = MicroDollars(7 * 50_000 + 49_999);

/// Which program does what, with which job.
#[derive(Debug, Clone, Copy)]
enum Step {
    Send(usize, usize),
    Receive(usize),
    Make(usize),
    Refuse(usize),
    Doubt(usize, bool),
    LoseTask(usize),
    Kill(usize),
    Adopt(usize),
    Decide(usize, usize, Resolution),
    LookUp(usize, usize),
    /// The campaign is edited and run again.
    Edit(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let (program, key) = (0..2usize, 0..KEYS);
    let step = prop_oneof![
        6 => (program.clone(), key.clone()).prop_map(|(program, key)| Step::Send(program, key)),
        4 => key.clone().prop_map(Step::Receive),
        3 => key.clone().prop_map(Step::Make),
        2 => key.clone().prop_map(Step::Refuse),
        1 => (key.clone(), any::<bool>()).prop_map(|(key, keep)| Step::Doubt(key, keep)),
        2 => key.clone().prop_map(Step::LoseTask),
        2 => program.clone().prop_map(Step::Kill),
        2 => program.clone().prop_map(Step::Adopt),
        2 => (program.clone(), key.clone()).prop_map(|(program, key)| Step::Decide(program, key, Resolution::Retry)),
        1 => (program.clone(), key.clone()).prop_map(|(program, key)| Step::Decide(program, key, Resolution::Drop)),
        2 => (program.clone(), key).prop_map(|(program, key)| Step::LookUp(program, key)),
        1 => program.prop_map(Step::Edit),
    ];
    proptest::collection::vec(step, 1..40)
}

/// What the model knows of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Job {
    /// Nothing stands against a call.
    Open,
    /// A task of this program has a call in hand.
    Flying {
        by: usize,
        whole: bool,
        looked_up: bool,
    },
    /// The task is gone, the program is not.
    TaskLost {
        by: usize,
        whole: bool,
    },
    /// Program and task are gone, the whole reply is there.
    Orphan,
    Doubt,
    Done,
    Failed,
}

struct Trial {
    folder: tempfile::TempDir,
    programs: [Option<Store>; 2],
    paid: [Option<Paid>; KEYS],
    jobs: [Job; KEYS],
    /// Calls that count: all but those that were surely free.
    counted: u64,
}

fn request(key: usize) -> Request {
    Request::Voice(VoiceRequest {
        made_by: MadeBy {
            provider: ProviderId::ElevenLabs,
            model: "m".to_owned(),
            version: None,
            endpoint: None,
            parameters: std::collections::BTreeMap::new(),
        },
        voice_id: "v".to_owned(),
        text: format!("Line {key}"),
        tone: Tone::from_words("warm"),
        neighbours: None,
        look: 0,
        take: 1,
    })
}

fn campaign() -> CampaignId {
    CampaignId::new("one").unwrap()
}

fn run() -> NewRun {
    let job = |key: usize| RunJob {
        key: request(key).key(),
        request: Arc::new(request(key)),
        product: Product::Voice,
        speaker: Some("Baby 1".to_owned()),
        scene: Some(key),
    };
    NewRun {
        run: babblecast::plan::RunId::random(),
        campaign: campaign(),
        mode: Mode::Final,
        source_hash: AssetHash::of(b"file"),
        jobs: (0..KEYS).map(job).collect(),
    }
}

fn failure() -> Failure {
    Failure { reason: "no".to_owned(), next_step: "Do something.".to_owned(), retryable: true }
}

impl Trial {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let open = || Some(Store::open(folder.path()).unwrap().0);
        let programs = [open(), open()];
        let store = programs[0].as_ref().unwrap();
        store.journal.start_run(run()).await.unwrap();
        store.journal.note_limits(ProviderId::ElevenLabs, Some(10), None).await.unwrap();
        Self { programs, folder, paid: [const { None }; KEYS], jobs: [Job::Open; KEYS], counted: 0 }
    }

    fn store(&self, program: usize) -> Store {
        self.programs[program].clone().unwrap()
    }

    async fn step(&mut self, step: Step) {
        match step {
            Step::Send(program, key) => self.send(program, key).await,
            Step::Receive(key) => {
                if let (Job::Flying { whole, looked_up: false, .. }, Some(paid)) =
                    (&mut self.jobs[key], &mut self.paid[key])
                    && !*whole
                {
                    std::io::Write::write_all(&mut paid.spool, b"reply").unwrap();
                    paid.spool.complete(&"head").unwrap();
                    *whole = true;
                }
            }
            Step::Make(key) => {
                if let Job::Flying { whole: true, .. } | Job::Flying { looked_up: true, .. } = self.jobs[key] {
                    let file = NewOutput {
                        role: Role::Sound,
                        content: Content::Bytes(format!("sound {key}").into_bytes()),
                        media_type: "audio/wav".to_owned(),
                        width: None,
                        height: None,
                        milliseconds: Some(1),
                    };
                    let made = Settled::Made {
                        files: vec![file],
                        actual: None,
                        provider_request_id: None,
                        http_status: 200,
                        milliseconds: 1,
                    };
                    self.settle(key, made, Job::Done).await;
                }
            }
            Step::Refuse(key) => {
                let free = Settled::Free { failure: failure(), retry: false, http_status: Some(400) };
                if self.settle(key, free, Job::Failed).await {
                    self.counted -= 1;
                }
            }
            Step::Doubt(key, quarantine) => {
                let unknown = Settled::Unknown { failure: failure(), http_status: Some(500), quarantine };
                self.settle(key, unknown, Job::Doubt).await;
            }
            Step::LoseTask(key) => {
                if let Job::Flying { by, whole, .. } = self.jobs[key] {
                    self.paid[key] = None;
                    self.jobs[key] = Job::TaskLost { by, whole };
                }
            }
            Step::Kill(program) => {
                for key in 0..KEYS {
                    match self.jobs[key] {
                        Job::Flying { by, whole, .. } | Job::TaskLost { by, whole } if by == program => {
                            self.paid[key] = None;
                            self.jobs[key] = if whole { Job::Orphan } else { Job::Doubt };
                        }
                        _ => {}
                    }
                }
                self.programs[program] = None;
                self.programs[program] = Some(Store::open(self.folder.path()).unwrap().0);
            }
            Step::Adopt(program) => {
                for paid in self.store(program).adoptable().await.unwrap() {
                    let key = (0..KEYS).find(|key| request(*key).key() == paid.key()).unwrap();
                    let may_be = matches!(self.jobs[key], Job::TaskLost { by, whole: true } if by == program);
                    assert!(may_be || self.jobs[key] == Job::Orphan, "adopted: {:?}", self.jobs[key]);
                    self.jobs[key] = Job::Flying { by: program, whole: true, looked_up: false };
                    self.paid[key] = Some(paid);
                }
                for job in &mut self.jobs {
                    assert_ne!(*job, Job::Orphan, "a whole reply was not adopted");
                    if *job == (Job::TaskLost { by: program, whole: false }) {
                        *job = Job::Doubt;
                    }
                }
            }
            Step::Decide(program, key, resolution) => {
                if let Some(attempt) = self.in_doubt(program, key).await {
                    self.store(program).resolve(attempt, resolution).await.unwrap();
                    self.jobs[key] = if resolution == Resolution::Retry { Job::Open } else { Job::Failed };
                }
            }
            Step::LookUp(program, key) => {
                if let Some(attempt) = self.in_doubt(program, key).await {
                    self.paid[key] = Some(self.store(program).reopen(attempt).await.unwrap());
                    self.jobs[key] = Job::Flying { by: program, whole: false, looked_up: true };
                }
            }
            Step::Edit(program) => self.store(program).journal.start_run(run()).await.unwrap(),
        }
    }

    async fn in_doubt(&self, program: usize, key: usize) -> Option<babblecast::store::AttemptId> {
        let unknowns = self.store(program).unknowns().await.unwrap();
        let attempt = unknowns.iter().find(|call| call.key == request(key).key()).map(|call| call.attempt);
        assert_eq!(attempt.is_some(), self.jobs[key] == Job::Doubt);
        attempt
    }

    /// Whether there was a call to settle.
    async fn settle(&mut self, key: usize, settled: Settled, then: Job) -> bool {
        let (Job::Flying { by, .. }, Some(paid)) = (self.jobs[key], self.paid[key].take()) else { return false };
        self.store(by).settle(paid, settled).await.unwrap();
        self.jobs[key] = then;
        true
    }

    async fn send(&mut self, program: usize, key: usize) {
        let begin = Begin {
            key: request(key).key(),
            request: request(key).canonical(),
            run: babblecast::plan::RunId(uuid::Uuid::nil()),
            campaign: campaign(),
            provider: ProviderId::ElevenLabs,
            estimate: PRICE,
            caps: Caps { campaign: Some(CAP), ..Caps::default() },
            at_once: 10,
            reserve: 1024,
        };
        let flying = |whole| Job::Flying { by: program, whole, looked_up: false };
        let begun = self.store(program).begin(begin).await.unwrap();
        let fits = (self.counted + 1) * PRICE.0 <= CAP.0;
        self.jobs[key] = match (self.jobs[key], begun) {
            (Job::Done, Begun::AlreadyDone(_)) => Job::Done,
            (Job::Open | Job::Failed, Begun::Go(paid)) if fits => {
                self.counted += 1;
                self.paid[key] = Some(paid);
                flying(false)
            }
            (job @ (Job::Open | Job::Failed), Begun::OverCap { .. }) if !fits => job,
            (job @ Job::Flying { .. }, Begun::HeldBy(_)) => job,
            (job @ Job::TaskLost { by, .. }, Begun::HeldBy(_)) if by != program => job,
            (Job::TaskLost { by, whole: true }, Begun::Adopt(paid)) if by == program => {
                self.paid[key] = Some(paid);
                flying(true)
            }
            (Job::TaskLost { by, whole: false }, Begun::Hold(_)) if by == program => Job::Doubt,
            (Job::Orphan, Begun::Adopt(paid)) => {
                self.paid[key] = Some(paid);
                flying(true)
            }
            (Job::Doubt, Begun::Hold(_)) => Job::Doubt,
            (job, begun) => panic!("{job:?} answered {begun:?}"),
        };
    }

    /// Both programs see what the model says.
    async fn compare(&self) {
        let keys: Vec<_> = (0..KEYS).map(|key| request(key).key()).collect();
        for program in 0..2 {
            let store = self.store(program);
            let states = store.journal.states(&keys).await.unwrap();
            for (key, job) in keys.iter().zip(self.jobs) {
                let state = &states[key].state;
                let same = match job {
                    Job::Open | Job::Orphan => matches!(state, StoredState::Pending),
                    // Its own program knows that nobody has it in hand; to others it is leased.
                    Job::TaskLost { by, .. } if by == program => matches!(state, StoredState::Pending),
                    Job::Flying { .. } | Job::TaskLost { .. } => matches!(state, StoredState::Leased(_)),
                    Job::Doubt => matches!(state, StoredState::Hold(_)),
                    Job::Done => matches!(state, StoredState::Done),
                    Job::Failed => matches!(state, StoredState::Failed(_)),
                };
                assert!(same, "the model says {job:?}, the journal {state:?}");
            }
            let used = store.journal.used(Scope::Campaign(campaign())).await.unwrap();
            assert_eq!(used.0, self.counted * PRICE.0);
            assert!(used <= CAP);
            let in_doubt = self.jobs.iter().filter(|job| **job == Job::Doubt).count();
            let unknowns = store.unknowns().await.unwrap();
            assert_eq!(unknowns.len(), in_doubt);
            assert!(unknowns.iter().all(|call| call.price == PRICE));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: crate::outside::scale(24, 400) as u32, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn the_journal_does_what_its_model_says(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(async {
            let mut trial = Trial::new().await;
            trial.compare().await;
            for step in steps {
                trial.step(step).await;
                trial.compare().await;
            }
        });
    }
}
