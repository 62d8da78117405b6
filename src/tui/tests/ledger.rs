//! The page of money: caps as bars, sums in several ways that all are the journal's, down to the single calls.

use std::sync::Arc;

use insta::assert_snapshot;

use super::rehearsal::{Rehearsal, document, library};
use crate::domain::{CampaignId, MicroDollars};
use crate::engine::{
    Amounts, AttemptId, AttemptState, Budget, Budgets, Call, Calls, Command, Event, Ledger, Spend, SpendLine,
};
use crate::plan::{Product, ProviderId};
use crate::tui::input::keymap::{Keymap, Section};
use crate::tui::model::message::Effect;
use crate::tui::theme::ThemeChoice;

const DOLLAR: u64 = 1_000_000;
/// 2026-11-27 12:00 in UTC.
const NOON: i64 = 1_795_780_800_000;
const DAY: i64 = 24 * 60 * 60 * 1000;

fn call(number: i64, campaign: &str, provider: ProviderId, days_ago: i64, state: AttemptState, price: u64) -> Call {
    let is_picture = provider == ProviderId::OpenAi;
    Call {
        attempt: AttemptId(number),
        campaign: CampaignId::new(campaign).unwrap(),
        provider,
        model: Some(if is_picture { "gpt-image-2.6-flare" } else { "eleven_multilingual_v2" }.to_owned()),
        product: Some(if is_picture { Product::Portrait } else { Product::Voice }),
        speaker: Some("Baby 2".to_owned()),
        scene: (!is_picture).then_some(1),
        estimate: MicroDollars(price + 2_000),
        price: MicroDollars(price),
        state,
        sent_at: NOON - days_ago * DAY,
        request_id: (state == AttemptState::Paid).then(|| format!("req_{number:04}")),
        why: (state == AttemptState::Unknown).then(|| "the connection broke".to_owned()),
    }
}

fn calls() -> Vec<Call> {
    use AttemptState::{FreeFail, Paid, Unknown};
    use ProviderId::{ElevenLabs, OpenAi};
    vec![
        call(6, "mon_rovia", OpenAi, 0, Paid, 48_200),
        call(5, "mon_rovia", ElevenLabs, 0, Paid, 6_000),
        call(4, "mon_rovia", ElevenLabs, 0, Unknown, 7_000),
        call(3, "spoons", OpenAi, 1, Paid, 51_000),
        Call { price: MicroDollars::ZERO, ..call(2, "spoons", OpenAi, 1, FreeFail, 51_000) },
    ]
}

/// What the journal sums up of these calls, and of older ones.
fn ledger() -> Ledger {
    let line = |campaign: &str, provider, day: &str, paid: u64, unknown: u64, saved: u64| SpendLine {
        campaign: CampaignId::new(campaign).unwrap(),
        provider,
        day: day.to_owned(),
        amounts: Amounts {
            paid: MicroDollars(paid),
            unknown: MicroDollars(unknown),
            saved_by_cache: MicroDollars(saved),
            ..Amounts::default()
        },
    };
    let lines = vec![
        line("spoons", ProviderId::OpenAi, "2026-10-02", 2 * DOLLAR, 0, 0),
        line("spoons", ProviderId::OpenAi, "2026-11-26", 51_000, 0, 100_000),
        line("mon_rovia", ProviderId::ElevenLabs, "2026-11-27", 6_000, 7_000, 0),
        line("mon_rovia", ProviderId::OpenAi, "2026-11-27", 48_200, 0, 0),
    ];
    Ledger { spend: Spend { lines }, ..Ledger::default() }
}

pub(super) fn money(width: u16, height: u16, theme: ThemeChoice) -> Rehearsal {
    let library = library(&[document("mon_rovia", "Mon Rovîa"), document("spoons", "Spoons")]);
    let mut studio = Rehearsal::with(width, height, theme, Keymap::built_in(), library);
    studio.tell(Event::Ledger(Arc::new(ledger())));
    let budget = |used: u64, cap: u64| Budget { used: MicroDollars(used), cap: Some(MicroDollars(cap)) };
    studio.tell(Event::Budgets(Budgets {
        run: Some(budget(61_200, 5 * DOLLAR)),
        month: budget(18 * DOLLAR, 20 * DOLLAR),
        ..Budgets::default()
    }));
    let mut studio = studio.play("$");
    studio.tell(Event::Calls(Arc::new(Calls { calls: calls(), older: 12 })));
    studio
}

fn dark() -> Rehearsal {
    money(120, 40, ThemeChoice::Dark)
}

/// The amount that stands in the row of sums.
fn all_paid(text: &str) -> String {
    let row = text.lines().find(|line| line.starts_with("│  all")).unwrap_or_else(|| panic!("{text}"));
    row.split_whitespace().find(|word| word.starts_with('$')).unwrap().to_owned()
}

#[test]
fn money_looks_well_at_every_size() {
    for (width, height) in [(200, 60), (120, 40), (80, 24), (40, 12)] {
        assert_snapshot!(
            format!("campaigns_{width}x{height}"),
            money(width, height, ThemeChoice::Dark).play("<tab>").screen()
        );
        let calls = money(width, height, ThemeChoice::Dark).play("<tab><enter>").text();
        assert_snapshot!(format!("calls_{width}x{height}"), calls);
    }
    assert_snapshot!("models_light_120x40", money(120, 40, ThemeChoice::Light).play("<tab><tab><tab>").screen());
}

#[test]
fn the_calls_are_asked_for_when_the_page_opens_and_not_when_it_closes() {
    let asks =
        |studio: &Rehearsal| studio.effects.iter().filter(|effect| **effect == Effect::Send(Command::Calls)).count();
    let open = dark();
    assert_eq!(asks(&open), 1);
    let closed = open.play("$");
    assert_eq!((asks(&closed), closed.state.page().section()), (1, Section::Home));
}

#[test]
fn every_way_to_sum_up_adds_up_to_the_journal() {
    for (script, way) in
        [("", "▸day"), ("<tab>", "▸campaign"), ("<tab><tab>", "▸provider"), ("<tab><tab><tab>", "▸model")]
    {
        let text = dark().play(script).text();
        assert!(text.contains(way), "{text}");
        assert_eq!(all_paid(&text), "$2.106", "{text}");
        assert!(text.contains("$0.007") && text.contains("$0.10"), "{text}");
    }
    let models = dark().play("<tab><tab><tab>").text();
    assert!(models.contains("older calls and what was saved") && models.contains("$2.000"), "{models}");
}

#[test]
fn enter_goes_down_to_the_calls_and_back_to_the_line_one_came_from() {
    // The campaign that cost most stands first.
    let mut studio = dark().play("<tab>j<enter>");
    let text = studio.text();
    for said in
        ["money · mon_rovia", "3 calls, $0.055 paid, $0.007 maybe billed", "voice of scene 2, Baby 2", "req_0006"]
    {
        assert!(text.contains(said), "no {said} in\n{text}");
    }
    assert!(!text.contains("portrait of") && !text.contains("spoons"), "{text}");
    let mut studio = studio.play("<esc>");
    assert!(studio.text().contains("2/2"), "{}", studio.text());
    assert_eq!(studio.play("<esc>").state.page().section(), Section::Home);
    let day = dark().play("<enter>").text();
    assert!(day.contains("1 call, $0.049 paid"), "of the newest day, campaign and provider: {day}");
}

#[test]
fn words_narrow_sums_and_calls() {
    let sums = dark().play("<tab>/spo<enter>").text();
    assert!(sums.contains("all that is shown") && sums.contains("1/1"), "{sums}");
    let calls = dark().play("<tab><tab><tab><tab>/maybe<esc>/unknown<enter>").text();
    assert!(calls.contains("1 call, $0.00 paid, $0.007 maybe billed"), "{calls}");
    assert!(dark().play("/nothing like it<enter>").text().contains("nothing is found"));
}

#[test]
fn a_cap_that_is_nearly_used_up_stands_out() {
    let text = dark().text();
    let month = text.lines().find(|line| line.contains("month  ▰")).unwrap_or_else(|| panic!("{text}"));
    assert!(month.contains("$18.00 of $20") && month.contains('▱'), "{month}");
    assert!(text.contains("run    ▰▱") && text.contains("$0.062 of $5"), "{text}");
}

#[test]
fn the_selected_line_is_seen_on_the_smallest_screen() {
    for script in ["", "j", "<tab>j", "<tab><enter>j", "<tab><tab><tab><tab>jj"] {
        let text = money(40, 12, ThemeChoice::Dark).play(script).text();
        assert!(text.lines().any(|line| line.starts_with("│▸ ")), "{script}: {text}");
        assert!(text.lines().any(|line| line.starts_with("╰────")), "{script}: {text}");
    }
}

#[test]
fn what_is_left_of_the_page_tells_the_newest_calls() {
    let text = dark().text();
    assert!(text.contains("newest calls") && text.contains("mon_rovia · voice of scene 2, Baby 2"), "{text}");
}

#[test]
fn the_id_of_a_call_can_be_copied() {
    let studio = dark().play("<tab><tab><tab><tab>Y");
    assert_eq!(studio.effects.last(), Some(&Effect::Copy("req_0006".to_owned())));
    assert_ne!(studio.play("jjY").effects.last(), Some(&Effect::Copy(String::new())), "one without an id");
}
