//! What the studio shows of money, and what its keys ask for.

use std::sync::Arc;

use super::rehearsal::{Rehearsal, document, library};
use crate::domain::{CampaignId, Fault, MicroDollars};
use crate::engine::{Amounts, AttemptId, Command, Entry, Event, Ledger, Resolution, Spend, SpendLine, UnknownCall};
use crate::plan::{JobKey, ProviderId};
use crate::tui::model::message::Effect;

fn call(number: i64, scene: usize) -> UnknownCall {
    UnknownCall {
        attempt: AttemptId(number),
        key: JobKey::from_digest([number as u8; 32]),
        run: crate::plan::RunId(uuid::Uuid::nil()),
        campaign: CampaignId::new("mon_rovia").unwrap(),
        speaker: Some("Baby 2".to_owned()),
        scene: Some(scene),
        provider: ProviderId::ElevenLabs,
        price: MicroDollars(50_000),
        sent_at: 0,
        sent_on: "2026-11-22T21:40:00Z".to_owned(),
        why: "the connection broke".to_owned(),
        quarantined: None,
    }
}

fn ledger() -> Ledger {
    let line = |day: &str, paid: u64| SpendLine {
        campaign: CampaignId::new("mon_rovia").unwrap(),
        provider: ProviderId::OpenAi,
        day: day.to_owned(),
        amounts: Amounts { paid: MicroDollars(paid), unknown: MicroDollars(100_000), ..Amounts::default() },
    };
    let lines = vec![line("2026-11-21", 1_000_000), line("2026-11-22", 2_500_000)];
    Ledger { unknown: vec![call(3, 1), call(5, 2)], spend: Spend { lines }, ..Ledger::default() }
}

pub(super) fn studio(script: &str) -> Rehearsal {
    let mut studio = Rehearsal::new(120, 40, library(&[document("mon_rovia", "Mon Rovîa")]));
    studio.tell(Event::Ledger(Arc::new(ledger())));
    studio.play(script)
}

#[test]
fn calls_in_doubt_announce_themselves_and_say_what_when_and_how_much() {
    let text = studio("").text();
    assert!(text.contains("2 calls may have been billed, $0.10: U shows what to do"), "{text}");
    let text = studio("u").text();
    for wanted in ["$0.05", "mon_rovia, scene 2 (Baby 2)", "2026-11-22 21:40", "elevenlabs", "the connection broke"] {
        assert!(text.contains(wanted), "no {wanted} in\n{text}");
    }
    assert!(!studio("u<esc>").text().contains("the connection broke"));
}

#[test]
fn a_call_can_be_seen_on_the_smallest_screen() {
    let mut studio = studio("u");
    studio.send(crate::tui::model::message::Msg::Resize(ratatui::layout::Size::new(40, 10)));
    let text = studio.text();
    assert!(text.contains("$0.05") && text.contains("mon_rovia") && text.contains('╰'), "{text}");
}

#[test]
fn a_call_in_doubt_is_decided_on_after_a_question() {
    let resolve = |number, resolution| Effect::Send(Command::Resolve { attempt: AttemptId(number), resolution });
    assert_eq!(studio("ur").effects, [], "asked first");
    assert_eq!(studio("ury").effects, [resolve(3, Resolution::Retry)]);
    assert_eq!(studio("ujdy").effects, [resolve(5, Resolution::Drop)]);
    assert_eq!(studio("urn").effects, []);
    assert_eq!(studio("uc").effects, [Effect::Send(Command::Reconcile)]);
}

#[test]
fn the_ledger_shows_the_newest_day_first_and_the_sum() {
    let text = studio("$").text();
    let (sum, newest) = (text.find("$3.50").unwrap(), text.find("2026-11-22").unwrap());
    assert!(sum < newest && newest < text.find("2026-11-21").unwrap(), "{text}");
}

#[test]
fn a_broken_edit_is_shown_beside_the_version_that_is_kept() {
    let mut studio = studio("");
    let entry = studio.state.shared.facts.campaigns[0].entry.clone();
    let fault = Fault {
        line: Some(7),
        column: None,
        place: "script".to_owned(),
        pointer: "/script".to_owned(),
        message: "this is no list".to_owned(),
        hint: None,
    };
    studio.tell(Event::Campaign(Arc::new(Entry { edit_faults: vec![fault], ..(*entry).clone() })));
    let text = studio.text();
    assert!(text.contains("1 fault") && text.contains("2 need you"), "{text}");
    let mut studio = studio.play("<home>!");
    assert!(studio.text().contains("the last good version is kept"), "{}", studio.text());
    let faults = studio.play("<enter>").text();
    assert!(faults.contains("this is no list"), "{faults}");
}
