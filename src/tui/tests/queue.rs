//! The page of the queue: what runs, what waits and why, what was not made, and what its keys ask for.

use std::sync::Arc;
use std::time::Duration;

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::rehearsal::{Rehearsal, document, paid_library};
use crate::domain::{CampaignId, MicroDollars};
use crate::engine::{
    About, AttemptId, Cancel, Command, Consent, Content, Event, JobChange, JobFacts, Ledger, Library, Loaded, Queued,
    RunId, Scope, Turn, UnknownCall, Waits, Width, place_of,
};
use crate::plan::{Failure, JobKey, JobSet, JobState, Mode, Product, ProviderId};
use crate::tui::input::keymap::{Key, Keymap, Section};
use crate::tui::model::message::{Effect, Msg};
use crate::tui::model::overlay::Overlay;
use crate::tui::theme::ThemeChoice;

const HERE: &str = "processor";
const OPENAI: &str = "openai";

fn show(id: &str, lines: usize) -> Value {
    let mut show = document(id, "The show");
    let line = |number: usize| {
        let speaker = if number.is_multiple_of(3) { "Baby 2" } else { "Baby 1" };
        json!({"type": "dialogue", "speaker": speaker, "text": format!("Line {number} of {id}.")})
    };
    show["script"] = (1..=lines).map(line).collect();
    for baby in ["Baby 1", "Baby 2"] {
        show["baby_profiles"][baby]["appearance"] = json!(format!("a cap of {id}, of {baby}"));
    }
    show
}

fn shows() -> Library {
    paid_library(&[show("nap_or_snack", 9), show("spoons", 4)])
}

fn loaded(library: &Library, campaign: usize) -> &Loaded {
    match &library.entries[campaign].content {
        Content::Good(loaded) => loaded,
        Content::Broken(_) => panic!("the show is good"),
    }
}

/// A job of one scene.
fn key(library: &Library, campaign: usize, mode: Mode, scene: usize, product: Product) -> JobKey {
    let graph = loaded(library, campaign).graph(mode).unwrap();
    graph.jobs[graph.scenes[scene].of(product).unwrap()].key
}

fn run_of(campaign: usize) -> RunId {
    RunId(uuid::Uuid::from_u128(campaign as u128 + 1))
}

/// A job of one of the campaigns that stands so.
fn queued(library: &Library, key: JobKey, lane: &'static str, turn: i64, waits: Option<Waits>) -> JobChange {
    let (campaign, name) = (0..library.entries.len())
        .find_map(|campaign| {
            let loaded = loaded(library, campaign);
            let job = loaded.draft.job(key).or_else(|| loaded.finals.as_ref()?.job(key))?;
            Some((campaign, place_of(&loaded.campaign, job)))
        })
        .unwrap();
    let about = About { name, campaign: loaded(library, campaign).campaign.id.clone(), run: run_of(campaign) };
    let state = if waits.is_some() { JobState::Waiting } else { JobState::Running };
    let queued = Some(Queued { about: Arc::new(about), lane, turn, waits });
    JobChange { key, facts: JobFacts { queued, ..JobFacts::of(state) } }
}

fn failure(reason: &str, next_step: &str) -> Failure {
    Failure { reason: reason.to_owned(), next_step: next_step.to_owned(), retryable: true }
}

fn stands(key: JobKey, state: JobState) -> JobChange {
    JobChange { key, facts: JobFacts::of(state) }
}

fn id(name: &str) -> CampaignId {
    CampaignId::new(name).unwrap()
}

fn call(key: JobKey) -> UnknownCall {
    UnknownCall {
        attempt: AttemptId(3),
        key,
        run: run_of(0),
        campaign: id("nap_or_snack"),
        speaker: Some("Baby 1".to_owned()),
        scene: Some(1),
        provider: ProviderId::ElevenLabs,
        price: MicroDollars(50_000),
        sent_at: 0,
        sent_on: "2026-11-22T21:40:00Z".to_owned(),
        why: "the connection broke".to_owned(),
        quarantined: None,
    }
}

/// The draft of one campaign and the final of another are on their way; another program makes a third thing.
pub(super) fn on_air(width: u16, height: u16, theme: ThemeChoice) -> Rehearsal {
    let library = shows();
    let job = |scene, product| key(&library, 0, Mode::Draft, scene, product);
    let paid = |scene, product| key(&library, 1, Mode::Final, scene, product);
    let mut changes = vec![
        queued(&library, job(0, Product::Clip), HERE, 1, None),
        queued(&library, job(1, Product::Voice), HERE, 2, None),
        queued(&library, paid(0, Product::Portrait), OPENAI, 1, None),
    ];
    changes.extend((2..7).map(|scene| {
        let voice = job(scene, Product::Voice);
        queued(&library, voice, HERE, scene as i64 + 2, Some(Waits::Turn))
    }));
    changes.extend((1..4).map(|scene| {
        let clip = job(scene, Product::Clip);
        queued(&library, clip, HERE, scene as i64 + 20, Some(Waits::Inputs))
    }));
    let why = "OpenAI wants a pause (429 rate_limit_exceeded)".to_owned();
    let pause = Waits::Pause { wait: Duration::from_secs(4), why };
    changes.push(queued(&library, paid(2, Product::Portrait), OPENAI, 9, Some(pause)));
    let refused = failure("The request was refused by the provider's policy", "Change the words of the line.");
    for scene in [0, 1] {
        changes.push(stands(paid(scene, Product::Voice), JobState::Failed(refused.clone())));
    }
    let cap = failure("The cap of $0.60 for this month leaves no room for $0.05", "Raise caps.month in the config.");
    changes.push(stands(paid(3, Product::Voice), JobState::Failed(cap)));
    let in_doubt = key(&library, 0, Mode::Final, 1, Product::Voice);
    let mut studio = Rehearsal::with(width, height, theme, Keymap::built_in(), library.clone());
    for (campaign, mode) in [(0, Mode::Draft), (1, Mode::Final)] {
        let campaign_id = loaded(&library, campaign).campaign.id.clone();
        studio.tell(Event::RunStarted { run: run_of(campaign), campaign: campaign_id, mode, jobs: 24 });
    }
    studio.tell(Event::RunElsewhere { run: run_of(7), campaign: id("spoons"), mode: Mode::Draft, jobs: 9 });
    for (lane, at_once, most, why) in
        [(HERE, 2, 2, ""), (OPENAI, 2, 16, "it begins with few and takes more while all succeed")]
    {
        studio.tell(Event::Lane(Width { lane, at_once, most, why }));
    }
    studio.tell(Event::Jobs(changes));
    studio.tell(Event::Ledger(Arc::new(Ledger { unknown: vec![call(in_doubt)], ..Ledger::default() })));
    let clip = key(&library, 0, Mode::Draft, 0, Product::Clip);
    studio.tell(Event::Progress { key: clip, fraction: 0.4 });
    studio.play("<second><second><second>Q")
}

fn page(script: &str) -> Rehearsal {
    on_air(120, 40, ThemeChoice::Dark).play(script)
}

/// The row that is selected.
fn selected(studio: &mut Rehearsal) -> String {
    let text = studio.text();
    let row = text.lines().find(|line| line.contains('▸') && line.starts_with('│'));
    row.map(|row| row.trim_matches(['│', '▸', ' ']).to_owned()).unwrap_or_default()
}

fn notice(studio: &Rehearsal) -> &str {
    studio.state.shared.notice.as_ref().map_or("", |said| &said.text)
}

#[test]
fn the_queue_tells_what_runs_what_waits_and_why() {
    for (width, height) in [(80, 24), (120, 40), (40, 12)] {
        assert_snapshot!(format!("queue_{width}x{height}"), on_air(width, height, ThemeChoice::Dark).screen());
    }
    assert_snapshot!("queue_light_80x24", on_air(80, 24, ThemeChoice::Light).screen());
    assert_snapshot!("queue_waiting_80x24", on_air(80, 24, ThemeChoice::Dark).play("/voice<enter>G").screen());
}

#[test]
fn an_empty_queue_says_so() {
    let mut studio = Rehearsal::new(80, 24, shows()).play("Q");
    assert!(studio.text().contains("nothing runs"), "{}", studio.text());
    assert_eq!(studio.play("xCrKJ+-<enter><esc>").state.page().section(), Section::Home);
}

#[test]
fn a_job_is_opened_where_its_scene_is() {
    let mut studio = page("/scene 6<enter><enter>");
    assert_eq!(studio.state.page().section(), Section::Campaign);
    assert_eq!(studio.state.shared.chosen_mode, Some(Mode::Draft));
    assert!(selected(&mut studio).contains("Line 6"), "{}", studio.text());
    let mut studio = page("<enter>");
    assert_eq!(studio.state.shared.chosen_mode, Some(Mode::Final), "the voice that was refused");
    assert!(studio.text().contains("The show"));
}

#[test]
fn x_stops_a_job_and_a_run_only_after_a_question() {
    let library = shows();
    let clip = key(&library, 0, Mode::Draft, 0, Product::Clip);
    let stop = |what| [Effect::Send(Command::Cancel(what))];
    assert_eq!(page("/clip of scene 1<enter>x").effects, stop(Cancel::Job(clip)));
    let studio = page("/clip of scene 1<enter>C");
    assert_eq!(studio.effects, []);
    assert!(
        matches!(studio.overlay(), Some(Overlay::Question(asked)) if asked.title == "Stop the draft of nap_or_snack?")
    );
    assert_eq!(studio.play("y").effects, stop(Cancel::Run(run_of(0))));
    assert_eq!(page("/clip of scene 1<enter>Cn").effects, []);
    let studio = page("Gx");
    assert_eq!(studio.effects, [], "that of another program too");
    assert_eq!(studio.play("y").effects, stop(Cancel::Run(run_of(7))));
    assert_eq!(notice(&page("x")), "Nothing of this is being made.");
}

#[test]
fn a_waiting_job_is_given_another_turn() {
    let library = shows();
    let voice = key(&library, 0, Mode::Draft, 4, Product::Voice);
    for (press, to) in [("K", Turn::Earlier), ("J", Turn::Later), ("+", Turn::First), ("-", Turn::Last)] {
        let studio = page("/voice of scene 5<enter>").play(press);
        assert_eq!(studio.effects, [Effect::Send(Command::Reorder { job: voice, to })], "{press}");
    }
    assert_eq!(page("/voice of scene 5<enter>3K").effects.len(), 3);
    assert_eq!(page("/clip of scene 1<enter>K").effects, []);
    let studio = page("/clip of scene 3<enter>K");
    assert_eq!((studio.effects.len(), notice(&studio).starts_with("It waits for what it is made of")), (0, true));
}

#[test]
fn the_selection_follows_the_job() {
    let library = shows();
    let voice = key(&library, 0, Mode::Draft, 4, Product::Voice);
    let mut studio = page("/voice of scene 5<enter><esc>");
    assert!(selected(&mut studio).contains("scene 5") && selected(&mut studio).contains("2 before it"));
    studio.tell(Event::Jobs(vec![queued(&library, voice, HERE, -1, Some(Waits::Turn))]));
    assert!(selected(&mut studio).contains("scene 5") && selected(&mut studio).contains("next"));
    studio.tell(Event::Jobs(vec![queued(&library, voice, HERE, -1, None)]));
    assert!(selected(&mut studio).contains("scene 5") && selected(&mut studio).contains("0 s"));
    studio.tell(Event::Jobs(vec![stands(voice, JobState::Made)]));
    assert!(!selected(&mut studio).contains("scene 5"), "it is made");
    assert!(!selected(&mut studio).is_empty(), "something else is selected");
}

#[test]
fn everything_of_one_reason_is_made_again_by_one_key() {
    let library = shows();
    let refused: JobSet =
        [0, 1].map(|scene| key(&library, 1, Mode::Final, scene, Product::Voice)).into_iter().collect();
    // The reasons stand in the order of their newness: the cap came last.
    let studio = page("jr");
    let Some(Overlay::Question(asked)) = studio.overlay() else { panic!("it costs money") };
    assert!(asked.text.contains("2 voices"), "{}", asked.text);
    let studio = studio.play("y");
    let [Effect::Generate { campaign, mode, scope, consent }] = studio.effects.as_slice() else {
        panic!("{:?}", studio.effects)
    };
    assert_eq!((campaign, *mode, &scope.jobs), (&id("spoons"), Mode::Final, &refused));
    assert!(matches!(consent, Consent::UpTo(_)));
}

#[test]
fn what_is_free_is_made_again_at_once_with_what_only_waited_for_it() {
    let library = shows();
    let job = |scene, product| key(&library, 0, Mode::Draft, scene, product);
    let mut studio = Rehearsal::new(120, 40, library.clone());
    let waits = || JobState::Blocked(failure("It waits for the voice", "Try again."));
    let mut changes = vec![stands(job(0, Product::Portrait), JobState::Made)];
    for scene in 0..2 {
        let pen = failure("The pen broke", "Try again.");
        let voice = if scene == 0 { JobState::Failed(pen) } else { JobState::Failed(failure("Other", "Wait.")) };
        changes.push(stands(job(scene, Product::Voice), voice));
        changes.push(stands(job(scene, Product::Clip), waits()));
    }
    studio.tell(Event::Jobs(changes));
    let studio = studio.play("Qjr");
    let jobs = [Product::Voice, Product::Clip].map(|product| job(0, product));
    let scope = Scope { jobs: jobs.into_iter().collect(), ..Scope::default() };
    let effect =
        Effect::Generate { campaign: id("nap_or_snack"), mode: Mode::Draft, scope, consent: Consent::FreeOnly };
    assert_eq!(studio.effects, [effect]);
}

#[test]
fn a_failure_that_is_made_again_and_fails_again_is_still_selected() {
    let library = shows();
    let voice = |scene| key(&library, 0, Mode::Draft, scene, Product::Voice);
    let fails = |scene, reason: &str| stands(voice(scene), JobState::Failed(failure(reason, "Try again.")));
    let selected = |studio: &mut Rehearsal| -> String {
        let text = studio.text();
        text.lines().find(|line| line.contains('▸') && !line.contains("babblecast")).unwrap_or_default().to_owned()
    };
    let failed = || {
        let mut studio = Rehearsal::new(120, 40, library.clone());
        studio.tell(Event::Jobs(vec![fails(0, "The pen broke"), fails(1, "Other")]));
        let mut studio = studio.play("Q");
        if !selected(&mut studio).contains("The pen broke") {
            studio = studio.play("j");
        }
        assert!(selected(&mut studio).contains("The pen broke"), "{}", studio.text());
        studio.tell(Event::Jobs(vec![stands(voice(0), JobState::Running)]));
        assert!(!studio.text().contains("The pen broke"));
        studio
    };
    let again = || vec![fails(0, "The pen broke")];
    let mut studio = failed();
    studio.tell(Event::Jobs(again()));
    assert!(selected(&mut studio).contains("The pen broke"), "{}", studio.text());
    let mut studio = failed().play("j");
    let elsewhere = selected(&mut studio);
    studio.tell(Event::Jobs(again()));
    assert_eq!(selected(&mut studio).trim_start_matches('│'), elsewhere.trim_start_matches('│'), "{}", studio.text());
}

#[test]
fn a_failure_leaves_with_the_scene_that_it_was_of() {
    let library = shows();
    let voice = key(&library, 0, Mode::Draft, 8, Product::Voice);
    let mut studio = Rehearsal::new(120, 40, library);
    studio.tell(Event::Jobs(vec![stands(voice, JobState::Failed(failure("The pen broke", "Try again.")))]));
    let mut studio = studio.play("Q");
    assert!(studio.text().contains("The pen broke"));
    studio.tell(Event::Library(Arc::new(paid_library(&[show("nap_or_snack", 8)]))));
    assert!(!studio.text().contains("The pen broke"), "{}", studio.text());
}

#[test]
fn a_filter_finds_rows_by_words_speaker_and_state() {
    for (filter, rows) in [
        ("spoons", 5),
        ("clip", 4),
        ("is:failed", 1),
        ("is:held", 1),
        ("is:maybe", 1),
        ("is:working", 4),
        ("who:\"Baby 2\" voice", 2),
        ("xyz", 0),
    ] {
        let mut studio = page(&format!("/{filter}<enter>"));
        let text = studio.text();
        let edge = text.lines().find_map(|line| line.strip_prefix('╰')).unwrap_or_default();
        let found = edge.split_once('/').and_then(|(_, rest)| rest.split(' ').next()?.parse::<usize>().ok());
        let found = if text.contains("nothing found") { 0 } else { found.unwrap_or(99) };
        assert_eq!(found, rows, "{filter}\n{text}");
    }
}

#[test]
fn forty_thousand_waiting_jobs_are_walked_through_row_by_row() {
    const JOBS: usize = 40_000;
    let library = shows();
    let clip = key(&library, 0, Mode::Draft, 0, Product::Clip);
    let JobChange { facts, .. } = queued(&library, clip, HERE, 1, Some(Waits::Turn));
    let many = |number: usize| {
        // Spread as the digests of requests are.
        let spread = (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes();
        let key = JobKey::from_digest(std::array::from_fn(|at| spread[at % 8]));
        let queued = facts.queued.clone().map(|queued| Queued { turn: number as i64, ..queued });
        JobChange { key, facts: JobFacts { queued, ..facts.clone() } }
    };
    let mut studio = Rehearsal::new(120, 40, library);
    studio.tell(Event::Jobs((0..JOBS).map(many).collect()));
    let mut studio = studio.play("QG");
    assert!(studio.text().contains("39999 before it") && studio.text().contains("40000/40000"), "{}", studio.text());
    // A person who goes through all of it.
    for name in ["k", "ctrl-b", "j", "g", "G", "K"].repeat(100) {
        studio.send(Msg::Key(Key::named(name).unwrap()));
        let _ = studio.paint();
    }
    let moved = Effect::Send(Command::Reorder { job: many(JOBS - 1).key, to: Turn::Earlier });
    assert!(studio.effects.iter().filter(|effect| **effect == moved).count() == 100);
    studio.tell(Event::Jobs((0..JOBS).map(|number| stands(many(number).key, JobState::Cancelled)).collect()));
    assert!(studio.text().contains("nothing runs"));
}
