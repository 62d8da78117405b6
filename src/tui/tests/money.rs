//! What the studio says of money, and what it asks before any is spent.

use super::rehearsal::{Rehearsal, document, library, paid_library};
use crate::domain::MicroDollars;
use crate::engine::{Budget, Budgets, Consent, Event, Level, Library, Likeness, Subject};
use crate::plan::Mode;
use crate::tui::making;
use crate::tui::message::{Effect, Request};
use crate::tui::overlay::{Overlay, Question};

const DOLLAR: u64 = 1_000_000;

fn documents() -> [serde_json::Value; 1] {
    [document("mon_rovia", "Mon Rovîa")]
}

fn studio(width: u16, spent: u64) -> Rehearsal {
    let mut studio = Rehearsal::new(width, 40, paid_library(&documents()));
    studio.tell(Event::Budgets(Budgets {
        run: Some(Budget { used: MicroDollars(110_000), cap: Some(MicroDollars(5 * DOLLAR)) }),
        run_cap: Some(MicroDollars(5 * DOLLAR)),
        month: Budget { used: MicroDollars(spent), cap: Some(MicroDollars(20 * DOLLAR)) },
    }));
    studio
}

fn question(studio: &Rehearsal) -> &Question {
    match &studio.state.overlay {
        Some(Overlay::Question(question)) => question,
        other => panic!("nothing is asked: {other:?}"),
    }
}

#[test]
fn who_makes_finals_and_what_was_spent_are_always_visible() {
    for script in ["", "<enter>"] {
        let text = studio(120, 3_100_000).play(script).text();
        assert!(text.contains("final: OpenAI, ElevenLabs (set up by the environment)"), "{text}");
        assert!(text.contains("run $0.11 of 5 · month $3.10 of 20"), "{text}");
    }
    let narrow = studio(40, 3_100_000).play("<enter>").text();
    assert!(!narrow.contains("month"), "the gauge comes first: {narrow}");
    let drafts = Rehearsal::new(120, 40, library(&documents())).text();
    assert!(!drafts.contains("month"), "who cannot spend reads nothing of money: {drafts}");
}

#[test]
fn a_final_asks_with_price_what_is_made_and_the_caps() {
    let asked = studio(120, 3_100_000).play("G");
    let question = question(&asked);
    assert!(question.title.starts_with("Make the final for up to $0."), "{}", question.title);
    assert_eq!(question.text, "9 of 9 to make. This month $3.10 of 20 is spent; a run may spend $5.00.");
    assert_eq!(asked.effects, []);
    let agreed = asked.play("y");
    let [Effect::Generate { mode: Mode::Final, consent: Consent::UpTo(price), .. }] = agreed.effects.as_slice() else {
        panic!("{:?}", agreed.effects)
    };
    assert!(*price > MicroDollars(100_000), "two portraits and two lines: {price}");
    let scene = studio(120, 19_990_000).play("<enter>jG");
    assert!(self::question(&scene).text.starts_with("3 of 3 to make"));
    assert!(self::question(&scene).text.ends_with("It stops when the month's cap is reached."));
}

#[test]
fn a_new_take_asks_only_above_the_price_that_is_set() {
    let mut studio = studio(120, 0);
    let take = |studio: &Rehearsal| {
        let shared = &studio.state.shared;
        let loaded = shared.facts.campaigns[0].loaded().unwrap();
        let speaker = loaded.campaign.speaker_named("Baby 1").unwrap();
        let job = &loaded.finals.as_ref().unwrap().jobs[0];
        making::new_take(&loaded.campaign.id, Mode::Final, Subject::Portrait(speaker), Likeness::Another, job, shared)
            .remove(0)
    };
    studio.state.shared.confirm_above = MicroDollars(250_000);
    assert!(matches!(take(&studio), Request::Effect(Effect::Regenerate { .. })));
    studio.state.shared.confirm_above = MicroDollars(10_000);
    assert!(matches!(take(&studio), Request::Ask(Question { title, .. }) if title == "A new take for up to $0.05?"));
}

#[test]
fn what_will_need_the_person_is_told_once() {
    let warned = || Library { warnings: vec!["OpenAI switches it off.".to_owned()], ..paid_library(&documents()) };
    let mut studio = Rehearsal::new(120, 40, warned());
    assert_eq!(studio.state.shared.notice, Some((Level::Warning, "OpenAI switches it off.".to_owned())));
    studio.tell(Event::Library(std::sync::Arc::new(warned())));
    assert_eq!(studio.state.shared.log.len(), 1, "reading the folder again says nothing new");
}
