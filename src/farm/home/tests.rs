//! What a home does with answers that it should not believe, with none, and with many: a real server, workers of every sort.

use std::sync::atomic::AtomicUsize;
use std::time::Instant;

use futures::StreamExt;
use tokio::task::JoinHandle;

use super::*;
use crate::farm::farm_server::{NatsServer, PATIENCE};
use crate::farm::kind::{context, makers};
use crate::farm::machine;
use crate::farm::words::{Card, Stored};
use crate::farm::worker::{Draw, Stops, Totals, Worker, WorkerSettings};
use crate::plan::{ClipRequest, Failure};
use crate::providers::video::EncoderChoice;

mod drain;

/// A home with its farm, on a server of its own.
struct Ground {
    server: NatsServer,
    farm: Farm,
    link: Link,
    kind: Kind,
    stops: Stops,
    notes: Arc<Mutex<Vec<String>>>,
}

fn video() -> VideoStudio {
    VideoStudio::new(EncoderChoice::Embedded)
}

/// A kind without the clip that tells machines apart: that takes a second.
fn kind() -> Kind {
    let video = video();
    Kind { name: "tried".to_owned(), away: video.away().unwrap(), makers: makers(&video) }
}

impl Ground {
    async fn new(test: &str, patience: Duration) -> Option<Self> {
        let server = NatsServer::start(test)?;
        let settings = FarmSettings { local: Some(0), patience, ..FarmSettings::new(server.address()) };
        let (link, kind) = (Link::open(&settings, "home").await.unwrap(), kind());
        let (farm, mut waiting) = Farm::new(settings, video(), "home");
        let (weak, served, served_kind) = (Arc::downgrade(&farm.0), link.clone(), kind.clone());
        tokio::spawn(async move { Box::pin(keeper::serve(weak, served, served_kind, &mut waiting)).await });
        Some(Self { server, farm, link, kind, stops: Stops::default(), notes: Arc::default() })
    }

    /// Starts a worker that draws so, and waits until the home has heard of it.
    async fn worker(&self, name: &str, slots: usize, draw: Draw) -> tempfile::TempDir {
        self.worker_with(name, slots, draw, self.stops.clone(), Duration::from_secs(2)).await.1
    }

    async fn worker_with(
        &self,
        name: &str,
        slots: usize,
        draw: Draw,
        stops: Stops,
        gone_after: Duration,
    ) -> (JoinHandle<Result<Totals, String>>, tempfile::TempDir) {
        let cache = tempfile::tempdir().unwrap();
        let settings = WorkerSettings {
            farm: self.farm.0.settings.clone(),
            slots,
            cache: cache.path().to_owned(),
            most_cached: 100 << 20,
            gone_after,
            name: name.to_owned(),
        };
        let kind = self.kind.name.clone();
        let working = tokio::spawn(Worker::work(settings, kind, |_| None, draw, stops, Arc::new(|_| {})));
        let mut sight = self.farm.sight();
        let heard = |sight: &FarmSight| sight.workers.iter().any(|worker| worker.name == name);
        soon(sight.wait_for(heard)).await.unwrap();
        (working, cache)
    }

    fn title(&self, title: &str) -> Request {
        Request::Clip(ClipRequest::card(self.farm.0.video.clip_made_by(), title.to_owned(), Vec::new(), 200))
    }

    fn context(&self) -> (JobContext, tempfile::NamedTempFile) {
        let movie = tempfile::NamedTempFile::new().unwrap();
        let notes = self.notes.clone();
        let note = Arc::new(move |text: String| notes.lock().unwrap().push(text));
        (JobContext { movie: Some(movie.path().to_owned()), note, ..context(Vec::new()) }, movie)
    }

    /// Has a title made, as the engine would.
    async fn make(&self, title: &str) -> Vec<File> {
        let (context, _movie) = self.context();
        let farmed = self.farm.of(CampaignId::new("naps").unwrap());
        soon(farmed.make(&self.title(title), context)).await.unwrap()
    }

    /// The same title without a farm.
    async fn made_here(&self, title: &str) -> Vec<File> {
        let (context, _movie) = self.context();
        video().clips().unwrap().make(&self.title(title), context).await.unwrap()
    }

    fn figures(&self) -> Figures {
        self.farm.0.figures()
    }

    fn notes(&self) -> String {
        self.notes.lock().unwrap().join("\n")
    }
}

/// What happens long before anybody's patience ends.
async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, what).await.expect("it has not happened")
}

/// Waits for a condition.
async fn until(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let started = Instant::now();
    while !condition().await {
        assert!(started.elapsed() < PATIENCE, "still not so: {what}");
        tokio::task::yield_now().await;
    }
}

/// Draws as a worker does.
fn honest() -> Draw {
    let away = kind().away;
    Arc::new(move |request, lent, context| {
        let away = away.clone();
        Box::pin(async move { away.make(&request, lent, context).await })
    })
}

fn answers(parts: Parts) -> Draw {
    Arc::new(move |_, _, _| {
        let parts = parts.clone();
        Box::pin(async move { Ok(parts) })
    })
}

fn fails(tries: Arc<AtomicUsize>) -> Draw {
    Arc::new(move |_, _, _| {
        tries.fetch_add(1, Ordering::Relaxed);
        let failure =
            Failure { reason: "The baby is asleep".to_owned(), next_step: "Wait.".to_owned(), retryable: true };
        Box::pin(async move { Err(NotMade::Failed(failure)) })
    })
}

fn silent() -> Draw {
    Arc::new(|_, _, _| Box::pin(std::future::pending()))
}

const LONG: Duration = Duration::from_mins(10);

#[tokio::test(flavor = "multi_thread")]
async fn what_an_honest_worker_makes_is_taken_and_the_same_as_if_made_here() {
    let Some(ground) = Ground::new("an_honest_worker", LONG).await else { return };
    let _cache = ground.worker("one", 2, honest()).await;
    assert_eq!(ground.make("Naps").await, ground.made_here("Naps").await);
    assert_eq!((ground.figures().made, ground.figures().at_home, ground.notes()), (1, 0, String::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_and_clips_of_other_jobs_are_refused_told_and_made_here() {
    let Some(ground) = Ground::new("garbage_is_refused", LONG).await else { return };
    let (context, _movie) = ground.context();
    let other = ground.kind.away.make(&ground.title("Snacks"), Vec::new(), context).await.unwrap();
    let (context, _movie) = ground.context();
    let right = ground.kind.away.make(&ground.title("Naps"), Vec::new(), context).await.unwrap();
    let with = |part: usize, bytes: Vec<u8>| {
        let mut parts = right.clone();
        parts[part].1 = bytes;
        parts
    };
    let half = |part: usize| with(part, right[part].1[..right[part].1.len() / 2].to_vec());
    let bad = [
        ("other", other.clone()),
        ("other_still", with(1, other[1].1.clone())),
        ("other_sound", with(3, other[3].1.iter().rev().copied().collect())),
        ("cut", half(0)),
        ("cut_still", half(1)),
        ("cut_words", half(2)),
        ("cut_sound", half(3)),
        ("text", with(0, b"no stream".to_vec())),
        ("empty", Vec::new()),
        ("stream_alone", vec![right[0].clone()]),
    ];
    for (name, parts) in bad {
        ground.stops.drain.cancel();
        let ground = Ground { stops: Stops::default(), ..Ground::new(name, LONG).await.unwrap() };
        let _cache = ground.worker(name, 1, answers(parts)).await;
        assert_eq!(ground.make("Naps").await, ground.made_here("Naps").await, "{name}");
        assert_eq!((ground.figures().refused, ground.figures().at_home), (1, 1), "{name}");
        assert!(
            ground.notes().contains("is not this clip") && ground.notes().contains("made here"),
            "{}",
            ground.notes()
        );
        assert_eq!(look_up(&ground.link, &ground.kind, ground.title("Naps").key()).await, None, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_lies_about_its_file_costs_nothing_but_time() {
    let Some(ground) = Ground::new("a_record_that_lies", LONG).await else { return };
    let _cache = ground.worker("silent", 1, silent()).await;
    let wrong = AssetHash::of(b"what it says");
    // A file that is not what its name says, put there by somebody who leaves the hash of its bytes out.
    ground.link.put_file(wrong, b"what it is").await.unwrap();
    let lies = [
        Stored { hash: wrong, bytes: 10 },
        Stored { hash: wrong, bytes: 12 },
        Stored { hash: AssetHash::of(b"nowhere"), bytes: 12 },
        Stored { hash: wrong, bytes: MOST_STREAM + 1 },
    ];
    for (number, stored) in lies.into_iter().enumerate() {
        let title = format!("Naps {number}");
        let key = link::record_key(&ground.kind.name, ground.title(&title).key());
        let lie = Record {
            protocol: words::PROTOCOL,
            worker: "liar".to_owned(),
            outcome: Outcome::Made(Made { stream: stored, beside: None }),
        };
        let told = async {
            while ground.figures().at_home <= number as u64 {
                ground.link.made.put(&key, words::write(&lie).into()).await.unwrap();
                tokio::task::yield_now().await;
            }
        };
        let (made, ()) = tokio::join!(ground.make(&title), told);
        assert_eq!(made, ground.made_here(&title).await);
    }
    let notes = ground.notes();
    assert!(notes.contains("liar"), "{notes}");
    // Before anything looks into it.
    assert_eq!(notes.matches("a file of it is not the one that its hash names").count(), 2, "{notes}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_fails_three_times_is_put_aside_and_made_here_with_the_reason() {
    let Some(ground) = Ground::new("an_order_that_fails", LONG).await else { return };
    let tries = Arc::new(AtomicUsize::new(0));
    let mut dead = ground.link.client.subscribe("babblecast.dead.*").await.unwrap();
    let _cache = ground.worker("sleepy", 2, fails(tries.clone())).await;
    assert_eq!(ground.make("Naps").await, ground.made_here("Naps").await);
    assert_eq!(tries.load(Ordering::Relaxed), 3);
    assert!(ground.notes().contains("The baby is asleep after 3 tries. It is made here"), "{}", ground.notes());
    // It is there before the home hears of the end, or it never will be.
    let buried = soon(dead.next()).await.unwrap();
    assert_eq!(buried.headers.unwrap().get("Reason").unwrap().as_str(), "The baby is asleep");
    assert_eq!(ground.link.queued().await, Some(0));
}

/// Draws for so long, and counts how often it began.
fn slow(began: Arc<AtomicUsize>, each: Duration) -> Draw {
    let honest = honest();
    Arc::new(move |request, lent, context| {
        began.fetch_add(1, Ordering::Relaxed);
        let drawn = honest(request, lent, context);
        Box::pin(async move {
            tokio::time::sleep(each).await;
            drawn.await
        })
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn who_works_for_long_is_not_taken_for_dead() {
    let Some(ground) = Ground::new("who_works_for_long", LONG).await else { return };
    let began = Arc::new(AtomicUsize::new(0));
    // Twice as long as a worker may say nothing.
    let draw = slow(began.clone(), Duration::from_secs(4));
    let _caches = (ground.worker("one", 1, draw.clone()).await, ground.worker("two", 1, draw).await);
    assert_eq!(ground.make("Naps").await, ground.made_here("Naps").await);
    assert_eq!((began.load(Ordering::Relaxed), ground.figures().made), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_under_the_key_of_another_is_made_by_nobody() {
    let Some(ground) = Ground::new("an_order_under_another_key", LONG).await else { return };
    let tries = Arc::new(AtomicUsize::new(0));
    let _cache = ground.worker("one", 1, fails(tries.clone())).await;
    let (context, _movie) = ground.context();
    let Parcel { mut order, .. } = parcel::pack(ground.title("Naps"), &context).await.unwrap();
    order.key = ground.title("Snacks").key();
    let parcel = Parcel { payload: words::write(&order), order, files: Vec::new() };
    let campaign = CampaignId::new("naps").unwrap();
    let record = ground.farm.order(&ground.link, &ground.kind, &campaign, &parcel).await.unwrap();
    let Outcome::Failed { reason, .. } = record.outcome else { panic!("{record:?}") };
    assert_eq!((reason.as_str(), tries.load(Ordering::Relaxed)), ("its key is not that of its request", 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_who_lied_once_is_looked_at_in_full_from_then_on() {
    let Some(ground) = Ground::new("one_who_lied", LONG).await else { return };
    let (context, _movie) = ground.context();
    let other = ground.kind.away.make(&ground.title("Snacks"), Vec::new(), context).await.unwrap();
    let _cache = ground.worker("liar", 1, answers(other)).await;
    for title in ["Naps", "Milk", "More milk"] {
        assert_eq!(ground.make(title).await, ground.made_here(title).await);
    }
    assert_eq!((ground.figures().refused, ground.figures().made), (3, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clip_of_another_job_is_refused_from_a_worker_that_was_right_before_too() {
    let Some(ground) = Ground::new("right_before", LONG).await else { return };
    let honest = honest();
    let naps = ground.title("Naps");
    // Whatever it is asked for, it makes the same.
    let draw: Draw = Arc::new(move |_, lent, context| honest(naps.clone(), lent, context));
    let _cache = ground.worker("one", 1, draw).await;
    for (title, refused) in [("Naps", 0), ("Milk", 1)] {
        assert_eq!(ground.make(title).await, ground.made_here(title).await);
        assert_eq!(ground.figures().refused, refused, "{}", ground.notes());
    }
    assert!(ground.notes().contains("shows something else"), "{}", ground.notes());
}

#[test]
fn a_home_leaves_processors_to_workers_on_its_machine_and_not_to_others() {
    let farm = |local| Farm::new(FarmSettings { local, ..FarmSettings::new(String::new()) }, video(), "home").0;
    let sight = |slots, here: bool| {
        let card = Card {
            name: "one".to_owned(),
            version: String::new(),
            kind: "tried".to_owned(),
            machine: here.then(|| machine::here().unwrap_or_default()),
            slots,
            making: Vec::new(),
            made: 0,
            failed: 0,
            made_last_minute: 0,
            bytes: 0,
            draining: false,
            left: false,
        };
        FarmSight { workers: vec![sight_of(&card, "tried")], ..FarmSight::default() }
    };
    let is_told = machine::here().is_some();
    for (set, slots, here, local) in [
        (None, cores(), false, cores()),
        (None, cores(), true, if is_told { 0 } else { cores() }),
        (None, 10 * cores(), true, if is_told { 0 } else { cores() }),
        (Some(3), cores(), true, 3),
    ] {
        assert_eq!(farm(set).local(&sight(slots, here)), local, "{set:?} {slots} {here}");
    }
    let own = Own::default();
    let (first, second) = (own.try_acquire(2), own.try_acquire(2));
    assert!(first.is_some() && second.is_some() && own.try_acquire(2).is_none() && own.try_acquire(3).is_some());
    drop(first);
    assert!(own.try_acquire(2).is_some() && own.try_acquire(1).is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_ends_after_a_while_and_the_order_is_taken_back() {
    let Some(ground) = Ground::new("silence_ends", Duration::from_millis(300)).await else { return };
    let _cache = ground.worker("silent", 1, silent()).await;
    assert_eq!(ground.make("Naps").await, ground.made_here("Naps").await);
    assert_eq!(ground.figures().at_home, 1);
    until("nothing waits", async || ground.link.queued().await == Some(0)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_home_had_made_is_found() {
    let Some(ground) = Ground::new("another_home", LONG).await else { return };
    let _cache = ground.worker("one", 1, honest()).await;
    let first = ground.make("Naps").await;
    ground.stops.drain.cancel();
    assert_eq!(ground.make("Naps").await, first);
    assert_eq!((ground.figures().found, ground.figures().made), (1, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_that_no_worker_can_read_are_taken_out_of_the_queue() {
    let Some(ground) = Ground::new("unreadable_orders", LONG).await else { return };
    let _cache = ground.worker("one", 1, honest()).await;
    for payload in ["", "{}", r#"{"protocol":99}"#, "\u{0}\u{1}"] {
        let subject = link::order_subject(&ground.kind.name, "stranger", "naps");
        ground.link.context.publish(subject, payload.into()).await.unwrap().await.unwrap();
    }
    until("nothing waits", async || ground.link.queued().await == Some(0)).await;
    assert_eq!(ground.make("Naps").await, ground.made_here("Naps").await, "it still works");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_forgot_everything_is_given_it_again() {
    let Some(mut ground) = Ground::new("a_server_that_forgot", LONG).await else { return };
    let _cache = ground.worker("one", 1, honest()).await;
    ground.make("Naps").await;
    ground.server.kill();
    ground.server.forget();
    ground.server.run();
    let mut sight = ground.farm.sight();
    soon(sight.wait_for(|sight| matches!(sight.server, Server::Connected { .. }))).await.unwrap();
    until("it is prepared again", async || ground.link.is_up() && ground.link.is_prepared().await).await;
    assert_eq!(ground.make("Snacks").await, ground.made_here("Snacks").await);
    assert_eq!(ground.make("Naps").await, ground.made_here("Naps").await);
}

/// Seconds of a processor that a process has taken so far.
fn processor_seconds(process: &str) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let fields: Vec<f64> = stat.rsplit(')').next().unwrap().split_whitespace().flat_map(str::parse).collect();
    fields.get(10..12).map_or(0.0, |ticks| ticks.iter().sum::<f64>() / 100.0)
}

/// How long `count` orders take, and the seconds of a processor that this process and the server take, with so many simulated machines that need `each` for one.
async fn simulated(machines: usize, count: usize, each: Duration) -> Option<(Duration, f64, f64)> {
    let ground = Ground::new("simulated_machines", LONG).await?;
    let draw: Draw = Arc::new(move |_, _, _| {
        Box::pin(async move {
            tokio::time::sleep(each).await;
            // What an order of this sort comes to: nothing of it is the same twice.
            let part = || (0..25_000).flat_map(|_| fastrand::u32(..).to_le_bytes()).collect::<Vec<u8>>();
            Ok(vec![(Role::Video, part()), (Role::Still, part())])
        })
    });
    let mut caches = Vec::new();
    for number in 0..machines {
        caches.push(ground.worker(&format!("machine-{number}"), 1, draw.clone()).await);
    }
    let campaign = CampaignId::new("naps").unwrap();
    let server = ground.server.id().to_string();
    let before = (processor_seconds("self"), processor_seconds(&server));
    let started = Instant::now();
    // As many under way as a home keeps: what is more waits in its queue.
    let asked = futures::stream::iter(0..count).map(|number| {
        let (clip, (context, movie)) = (ground.title(&format!("Naps {number}")), ground.context());
        let (farm, campaign) = (ground.farm.clone(), campaign.clone());
        async move {
            let _movie = movie;
            Box::pin(farm.ask(&clip, &campaign, &context)).await.unwrap()
        }
    });
    let width = 2 * machines;
    let came: Vec<Came> = asked.buffer_unordered(width).collect().await;
    assert!(came.len() == count && came.iter().all(|came| came.parts.iter().all(|(_, part)| part.len() == 100_000)));
    let elapsed = started.elapsed();
    let took = (processor_seconds("self") - before.0, processor_seconds(&server) - before.1);
    ground.stops.leave.cancel();
    Some((elapsed, took.0, took.1))
}

#[tokio::test(flavor = "multi_thread")]
async fn machines_do_not_wait_for_each_other() {
    let is_long = std::env::var_os("BABBLECAST_LONG_TESTS").is_some();
    // A clip of five seconds takes two to three seconds of a processor; the shorter run is enough to see that machines do not
    // wait for each other.
    let each = Duration::from_millis(if is_long { 2000 } else { 400 });
    let machines: &[usize] = if is_long { &[1, 8, 16, 32, 64] } else { &[1, 8] };
    // The long form stands alone on its machine. Eight that wait for each other come to 0.125.
    let least = if is_long { 0.9 } else { 0.25 };
    let mut shares = Vec::new();
    for &machines in machines {
        const ROUNDS: usize = 10;
        let Some((elapsed, here, server)) = Box::pin(simulated(machines, machines * ROUNDS, each)).await else {
            return;
        };
        let share = (each * ROUNDS as u32).as_secs_f64() / elapsed.as_secs_f64();
        eprintln!(
            "{machines} machines: {:.1} orders a second, {share:.3} of what they could; of a processor for each order: {:.0} ms \
             of home and workers, {:.0} ms of the server",
            (machines * ROUNDS) as f64 / elapsed.as_secs_f64(),
            here * 1000.0 / (machines * ROUNDS) as f64,
            server * 1000.0 / (machines * ROUNDS) as f64
        );
        shares.push(share);
    }
    assert!(shares.iter().all(|share| *share > least), "{shares:?}");
}
