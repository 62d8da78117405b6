//! What the studio says of money, and what it asks before any is spent.

use insta::assert_snapshot;

use super::rehearsal::{Rehearsal, document, keyless_library, library, made, paid_library};
use crate::domain::MicroDollars;
use crate::engine::{
    Budget, Budgets, Consent, Cost, Event, JobChange, JobFacts, Ledger, Level, Library, Likeness, Outcome, RunEnded,
    RunId, Subject,
};
use crate::plan::{Failure, Graph, JobKey, JobState, Mode, Product};
use crate::tui::model::message::{Effect, Request};
use crate::tui::model::overlay::{Overlay, Question};
use crate::tui::model::submit::{self, TakeOf, Wish};

const DOLLAR: u64 = 1_000_000;

fn documents() -> [serde_json::Value; 1] {
    [document("mon_rovia", "Mon Rovîa")]
}

fn budgets(spent: u64) -> Budgets {
    Budgets {
        run: Some(Budget { used: MicroDollars(110_000), cap: Some(MicroDollars(5 * DOLLAR)) }),
        run_cap: Some(MicroDollars(5 * DOLLAR)),
        campaign_cap: None,
        month: Budget { used: MicroDollars(spent), cap: Some(MicroDollars(20 * DOLLAR)) },
    }
}

pub(super) fn studio_of(width: u16, height: u16, spent: u64) -> Rehearsal {
    let mut studio = Rehearsal::new(width, height, paid_library(&documents()));
    studio.tell(Event::Budgets(budgets(spent)));
    studio
}

fn studio(width: u16, spent: u64) -> Rehearsal {
    studio_of(width, 40, spent)
}

fn question(studio: &Rehearsal) -> &Question {
    match &studio.state.overlay {
        Some(Overlay::Question(question)) => question,
        other => panic!("nothing is asked: {other:?}"),
    }
}

fn notice(studio: &Rehearsal) -> &str {
    studio.state.shared.notice.as_ref().map_or("", |said| &said.text)
}

fn finals(studio: &Rehearsal) -> Graph {
    studio.state.shared.facts.campaigns[0].loaded().unwrap().finals.clone().unwrap()
}

fn held() -> JobState {
    let (reason, next_step) = ("the connection broke".to_owned(), "Retry or drop it.".to_owned());
    JobState::Held(Failure { reason, next_step, retryable: false })
}

fn tell(studio: &mut Rehearsal, key: JobKey, state: JobState) {
    studio.tell(Event::Jobs(vec![JobChange { key, facts: JobFacts::of(state) }]));
}

#[test]
fn who_makes_finals_and_what_was_spent_are_always_visible() {
    for script in ["", "<enter>"] {
        let mut studio = studio(140, 3_100_000).play(script);
        let text = studio.text();
        assert!(text.contains("final: OpenAI, ElevenLabs (set up by the environment)"), "{text}");
        assert!(text.contains("month $3.10 of $20") && !text.contains("run $"), "no run is under way: {text}");
        let campaign = studio.state.shared.facts.campaigns[0].id().unwrap().clone();
        studio.tell(Event::RunStarted { run: RunId(uuid::Uuid::nil()), campaign, mode: Mode::Final, jobs: 1 });
        assert!(studio.text().contains("run $0.11 of $5 · month $3.10 of $20"), "{}", studio.text());
    }
    let narrow = studio(40, 3_100_000).play("<enter>").text();
    assert!(!narrow.contains("month"), "the gauge comes first: {narrow}");
    let drafts = Rehearsal::new(120, 40, library(&documents())).text();
    assert!(!drafts.contains("month"), "who cannot spend reads nothing of money: {drafts}");
}

#[test]
fn the_question_names_each_kind_of_thing_with_its_price_at_every_size() {
    assert_snapshot!("question_120x36", studio_of(120, 36, 3_100_000).play("G").text());
    assert_snapshot!("question_80x24", studio_of(80, 24, 3_100_000).play("<enter>G").text());
    assert_snapshot!("question_40x10", studio_of(40, 10, 3_100_000).play("<enter>G").text());
}

#[test]
fn only_y_pays() {
    let asked = studio(120, 3_100_000).play("G");
    assert!(question(&asked).title.starts_with("Pay up to $0.1"), "{}", question(&asked).title);
    for no in ["<enter>", "n", "<esc>"] {
        let answered = studio(120, 0).play("G").play(no);
        assert!(answered.overlay().is_none() && answered.effects.is_empty(), "{no}");
    }
    let agreed = asked.play("y");
    let [Effect::Generate { mode: Mode::Final, consent: Consent::UpTo(price), .. }] = agreed.effects.as_slice() else {
        panic!("{:?}", agreed.effects)
    };
    assert!(*price > MicroDollars(100_000), "two portraits and two lines: {price}");
}

#[test]
fn nothing_is_asked_where_nothing_can_be_bought() {
    let mut all_held = studio(120, 0);
    for job in finals(&all_held).jobs.iter().filter(|job| !job.price().is_zero()) {
        tell(&mut all_held, job.key, held());
    }
    let all_held = all_held.play("<enter>jG");
    assert!(all_held.overlay().is_none() && all_held.effects.is_empty());
    assert_eq!(notice(&all_held), "Nothing can be made: decide 2 calls first (U).");

    let full = studio(120, 20 * DOLLAR - 500).play("G");
    assert!(full.overlay().is_none() && full.effects.is_empty());
    assert!(notice(&full).starts_with("Nothing can be bought: caps.month of $20 leaves $0.001"), "{}", notice(&full));
}

#[test]
fn the_price_is_what_can_be_spent_and_what_stays_is_said() {
    let mut studio = studio(120, 20 * DOLLAR - 60_000);
    let voice = finals(&studio).jobs.iter().find(|job| job.product() == Product::Voice).unwrap().key;
    tell(&mut studio, voice, held());
    let asked = studio.play("G");
    let Question { title, text, .. } = question(&asked);
    assert_eq!(title, "Pay up to $0.06?");
    for told in [
        "2 portraits $0.10 · 1 voice $0.006",
        "caps.month of $20 leaves $0.06.",
        "after it: run $0.06 of $5 · month $20.00 of $20",
        "1 call stays held, decide first (U).",
        "The video will not be finished: 1 scene waits.",
    ] {
        assert!(text.contains(told), "no {told} in\n{text}");
    }
}

#[test]
fn a_new_take_says_its_price_beside_its_key() {
    for (width, height) in [(120, 36), (80, 24), (40, 10)] {
        let text = studio_of(width, height, 0).play("<enter>j").text();
        let footer = text.lines().last().unwrap();
        assert!(footer.contains("r $0.05 take") && footer.contains("s $0.05 same"), "{width}×{height}: {footer}");
    }
    let text = studio_of(120, 36, 0).play("<enter>jD").text();
    assert!(text.lines().last().unwrap().contains("r new take"), "drafts are free");
}

#[test]
fn a_new_take_asks_only_above_the_price_that_is_set() {
    let mut studio = studio(120, 0);
    let take = |studio: &Rehearsal| {
        let shared = &studio.state.shared;
        let loaded = shared.facts.campaigns[0].loaded().unwrap();
        let speaker = loaded.campaign.speaker_named("Baby 1").unwrap();
        let job = &loaded.finals.as_ref().unwrap().jobs[0];
        let of = TakeOf { campaign: &loaded.campaign.id, mode: Mode::Final, subject: Subject::Portrait(speaker), job };
        submit::new_takes(&of, &Wish::one(Likeness::Another), shared).remove(0)
    };
    studio.state.shared.confirm_above = MicroDollars(250_000);
    assert!(matches!(take(&studio), Request::Effect(Effect::Regenerate { .. })));
    studio.state.shared.confirm_above = MicroDollars(10_000);
    let Request::Ask(Question { title, text, .. }) = take(&studio) else { panic!("nothing is asked") };
    assert_eq!(title, "Pay up to $0.05?");
    assert!(text.starts_with("1 portrait $0.05\nafter it: run $0.05 of $5 · month $0.05 of $20\n"), "{text}");
}

#[test]
fn what_was_made_for_money_is_shown_on_a_day_without_a_key() {
    let mut studio = Rehearsal::new(120, 36, keyless_library(&documents()));
    let nothing = studio.text();
    assert!(nothing.contains("‹ ▸Draft │ Final ›"), "{nothing}");
    for job in finals(&studio).jobs {
        studio.tell(Event::Jobs(vec![made(job.key, job.product())]));
    }
    assert_snapshot!("keyless_home_120x36", studio.text());
    let mut studio = studio.play("<enter>j");
    assert_snapshot!("keyless_final_120x36", studio.text());
    let mut studio = studio.play("D");
    let draft = studio.text();
    assert!(draft.contains("‹ ▸Draft │ Final ›") && draft.contains("no portrait yet"), "{draft}");
    let mut studio = studio.play("<esc>$L?<esc><esc><esc>");
    assert!(studio.text().contains("‹ ▸Draft │ Final ›"), "it is remembered on every page: {}", studio.text());
    let studio = studio.play("FG");
    let made_again = Effect::Generate {
        campaign: studio.state.shared.facts.campaigns[0].id().unwrap().clone(),
        mode: Mode::Final,
        scope: crate::engine::Scope::default(),
        consent: Consent::FreeOnly,
    };
    assert_eq!(studio.effects.last(), Some(&made_again), "what is there needs no key");
}

#[test]
fn without_a_key_a_missing_final_says_what_to_set() {
    let mut studio = Rehearsal::new(120, 36, keyless_library(&documents()));
    let portrait = finals(&studio).jobs[0].clone();
    studio.tell(Event::Jobs(vec![made(portrait.key, Product::Portrait)]));
    let studio = studio.play("G");
    assert!(studio.effects.is_empty() && notice(&studio).contains("OPENAI_API_KEY"), "{}", notice(&studio));
}

#[test]
fn draft_and_final_never_stand_in_one_table() {
    let mut studio = studio(160, 0).play("<enter>g<made>");
    assert!(studio.text().contains("‹ ▸Draft │ Final ›"), "what is asked for is looked at: {}", studio.text());
    let loaded = studio.state.shared.facts.campaigns[0].loaded().unwrap();
    let final_voice = loaded.finals.as_ref().unwrap().scenes[0].voice.unwrap();
    let final_voice = loaded.finals.as_ref().unwrap().jobs[final_voice].key;
    tell(&mut studio, final_voice, held());
    let mut studio = studio.play("F");
    let text = studio.text();
    let row = text.lines().find(|line| line.contains("Baby 2 ")).unwrap();
    assert!(!row.contains('●') && !row.contains("4."), "no draft among finals: {row}");
    let row = text.lines().find(|line| line.contains("Yo, I just")).unwrap();
    assert!(row.contains(" ?  ·"), "{row}");
    let text = studio.play("D").text();
    let row = text.lines().find(|line| line.contains("Yo, I just")).unwrap();
    assert!(row.contains("●  ●  ●") && text.contains("3 of 3 made"), "{text}");
}

#[test]
fn the_end_of_a_run_is_told_as_it_was() {
    for (outcome, level) in [
        (Outcome::Complete, Level::Info),
        (Outcome::Interrupted, Level::Info),
        (Outcome::Stopped, Level::Warning),
        (Outcome::Unknown, Level::Warning),
        (Outcome::Partial, Level::Warning),
        (Outcome::Failed, Level::Error),
    ] {
        let mut studio = studio(120, 0);
        let campaign = studio.state.shared.facts.campaigns[0].id().unwrap().clone();
        studio.tell(Event::RunEnded(RunEnded {
            run: RunId(uuid::Uuid::nil()),
            campaign,
            mode: Mode::Final,
            outcome,
            message: "so".to_owned(),
            made: 0,
            cached: 0,
            failed: 0,
            held: 0,
            blocked: 0,
            cancelled: 0,
            elapsed_ms: 0,
            cost: Cost::default(),
        }));
        let said = studio.state.shared.notice.as_ref().unwrap();
        assert_eq!((said.level, said.text.as_str()), (level, "mon_rovia: so"));
    }
}

#[test]
fn what_was_paid_for_a_picture_stands_before_its_maker() {
    let mut studio = studio(120, 0);
    let portrait = finals(&studio).jobs[0].clone();
    studio.tell(Event::Jobs(vec![made(portrait.key, Product::Portrait)]));
    let paid = [(portrait.key, MicroDollars(48_200))].into_iter().collect();
    studio.tell(Event::Ledger(std::sync::Arc::new(Ledger { paid, ..Ledger::default() })));
    let text = studio.play("<enter>j").text();
    assert!(text.contains("● made · $0.049 paid · opena"), "{text}");
}

#[test]
fn a_held_call_is_not_told_as_a_failure() {
    let mut studio = studio(120, 0);
    let voice = finals(&studio).jobs.iter().find(|job| job.product() == Product::Voice).unwrap().key;
    tell(&mut studio, voice, held());
    let line = &studio.state.shared.log.newest(0).unwrap().text;
    assert!(line.contains("voice of scene 1, Baby 1 may have been billed: the connection broke"), "{line}");
}

#[test]
fn what_will_need_the_person_is_told_once() {
    let warned = || Library { warnings: vec!["OpenAI switches it off.".to_owned()], ..paid_library(&documents()) };
    let mut studio = Rehearsal::new(120, 40, warned());
    let said = studio.state.shared.notice.as_ref().unwrap();
    assert_eq!((said.level, said.text.as_str()), (Level::Warning, "OpenAI switches it off."));
    studio.tell(Event::Library(std::sync::Arc::new(warned())));
    assert_eq!(studio.state.shared.log.len(), 1, "reading the folder again says nothing new");
}
