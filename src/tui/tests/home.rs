//! Home as a person meets it: the babies of a campaign side by side, what each campaign has cost, what needs them, what
//! happened lately.

use std::path::PathBuf;
use std::sync::Arc;

use insta::assert_snapshot;
use ratatui::layout::Position;
use serde_json::{Value, json};

use super::rehearsal::{Rehearsal, document, library, made, paid_library};
use crate::domain::{CampaignId, MicroDollars};
use crate::engine::{
    Amounts, AttemptId, Cost, Event, JobChange, JobFacts, Ledger, Library, Outcome, RunEnded, RunId, Spend, SpendLine,
    UnknownCall, Video,
};
use crate::plan::{Failure, JobState, Mode, Product, ProviderId};
use crate::tui::app::view::wanted_pictures;
use crate::tui::input::keymap::{Keymap, Section};
use crate::tui::model::message::{Effect, Msg};
use crate::tui::pictures::cache::Source;
use crate::tui::text::Clock;
use crate::tui::theme::ThemeChoice;

/// 2026-11-27 20:36:00 in UTC.
const NOW: i64 = 1_795_811_760_000;
const HOUR: i64 = 60 * 60 * 1000;

/// A show of several babies, each with a tone of its own.
fn show(id: &str, topic: &str, babies: usize) -> Value {
    const BABIES: [(&str, &str); 6] = [
        ("Rosie", "warm, inviting, a host"),
        ("Bruno", "loud, excited"),
        ("Luna", "sleepy"),
        ("Maurice", "dry, sceptical"),
        ("Tilly", "curious, thoughtful"),
        ("Doctor Mabel", "serious, a scientist"),
    ];
    let mut show = document(id, topic);
    let babies = &BABIES[..babies];
    show["baby_profiles"] = babies
        .iter()
        .zip(1..)
        .map(|((name, tone), voice)| {
            ((*name).to_owned(), json!({"tone": tone, "voice_id": format!("baby_voice_{voice}")}))
        })
        .collect();
    let lines = ["Welcome to The Big Question. Tonight: nap time or snack time?", "SNACK! Snack, snack, snack!", "Mm."];
    let line = |number: usize| json!({"type": "dialogue", "speaker": babies[number % babies.len()].0, "text": lines[number % lines.len()]});
    show["script"] = (0..9).map(line).collect();
    show
}

/// The studio at 20:36.
fn at_evening(width: u16, height: u16, theme: ThemeChoice, library: Library) -> Rehearsal {
    let mut studio = Rehearsal::with(width, height, theme, Keymap::built_in(), library);
    studio.state.shared.clock = Clock::new(20, 36, 0);
    studio.state.shared.moment = NOW;
    studio
}

fn written(mut library: Library, ages: &[i64]) -> Library {
    for (entry, age) in library.entries.iter_mut().zip(ages) {
        Arc::make_mut(entry).written_at = Some(NOW - age);
    }
    library
}

/// Three campaigns: a final under way with a voice that failed, a finished one, one that was never made.
pub(super) fn evening(width: u16, height: u16, theme: ThemeChoice) -> Rehearsal {
    let documents = [
        show("nap_or_snack", "The great debate: nap time or snack time, and who decides it", 4),
        document("mon_rovia", "Mon Rovîa music reaction"),
        show("spoons", "The history of the spoon", 3),
    ];
    let mut library = written(paid_library(&documents), &[HOUR / 10, 5 * HOUR, 72 * HOUR]);
    let entry = Arc::make_mut(&mut library.entries[1]);
    let path = PathBuf::from("output/mon_rovia/mon_rovia.draft.mp4");
    entry.videos = vec![Video { mode: Mode::Draft, path, clips: Vec::new() }];
    let mut studio = at_evening(width, height, theme, library);
    let jobs = |studio: &Rehearsal, campaign: usize, mode| {
        studio.state.shared.facts.campaigns[campaign].loaded().unwrap().graph(mode).unwrap().jobs.clone()
    };
    for (campaign, mode, count, age) in
        [(0, Mode::Draft, 9, HOUR), (0, Mode::Final, 12, HOUR / 4), (1, Mode::Draft, 99, 2 * HOUR)]
    {
        for job in jobs(&studio, campaign, mode).iter().take(count) {
            let change = made(job.key, job.product());
            let facts = JobFacts { made_at: Some(NOW - age), ..change.facts };
            studio.tell(Event::Jobs(vec![JobChange { facts, ..change }]));
        }
    }
    let (reason, next_step) = ("ElevenLabs refused the words".to_owned(), "Change the line.".to_owned());
    let failed = JobState::Failed(Failure { reason, next_step, retryable: false });
    let voice = jobs(&studio, 0, Mode::Final).iter().rfind(|job| job.product() == Product::Voice).unwrap().key;
    studio.state.shared.moment = NOW - 8 * 60_000;
    studio.tell(Event::Jobs(vec![JobChange { key: voice, facts: JobFacts::of(failed) }]));
    studio.state.shared.moment = NOW;
    studio.tell(Event::Ledger(Arc::new(ledger())));
    studio.state.shared.notice = None;
    studio
}

fn ledger() -> Ledger {
    let campaign = CampaignId::new("nap_or_snack").unwrap();
    let line = |provider, paid: u64| SpendLine {
        campaign: campaign.clone(),
        provider,
        day: "2026-11-27".to_owned(),
        amounts: Amounts { paid: MicroDollars(paid), ..Amounts::default() },
    };
    let lines = vec![line(ProviderId::OpenAi, 200_000), line(ProviderId::ElevenLabs, 113_000)];
    Ledger { spend: Spend { lines }, ..Ledger::default() }
}

fn call(campaign: &str) -> UnknownCall {
    UnknownCall {
        attempt: AttemptId(3),
        key: crate::plan::JobKey::from_digest([3; 32]),
        run: RunId(uuid::Uuid::nil()),
        campaign: CampaignId::new(campaign).unwrap(),
        speaker: None,
        scene: None,
        provider: ProviderId::ElevenLabs,
        price: MicroDollars(50_000),
        sent_at: 0,
        sent_on: "2026-11-22T21:40:00Z".to_owned(),
        why: "the connection broke".to_owned(),
        quarantined: None,
    }
}

#[test]
fn home_is_full_at_every_size() {
    for (width, height) in [(200, 60), (120, 40), (80, 24), (40, 12)] {
        assert_snapshot!(format!("evening_{width}x{height}"), evening(width, height, ThemeChoice::Dark).screen());
    }
    assert_snapshot!("evening_light_120x40", evening(120, 40, ThemeChoice::Light).screen());
}

#[test]
fn one_sample_fills_the_page_and_says_what_comes_next() {
    let one =
        || written(library(&[show("nap_or_snack", "The great debate: nap time or snack time?", 4)]), &[26 * HOUR]);
    let mut studio = at_evening(120, 40, ThemeChoice::Dark, one());
    let text = studio.text();
    assert_snapshot!("one_sample_120x40", text);
    let asks = wanted_pictures(&studio.state);
    assert!(asks.len() == 4 && asks.iter().all(|ask| matches!(ask.source, Source::Face(_))), "drawn ahead: {asks:?}");
}

#[test]
fn every_baby_of_the_selected_campaign_has_its_picture_ready() {
    let mut studio = evening(120, 40, ThemeChoice::Dark);
    let asks = wanted_pictures(&studio.state);
    assert_eq!(asks.len(), 4, "one for each baby");
    assert!(asks.iter().all(|ask| matches!(ask.source, Source::File(_)) && ask.room.height >= 8), "{asks:?}");
    let text = studio.text();
    for said in ["Rosie", "warm, inviting", "voice 1", "Maurice", "dry, sceptical", "voice 4"] {
        assert!(text.contains(said), "no {said} in\n{text}");
    }
    let studio = studio.play("j");
    let asks = wanted_pictures(&studio.state);
    assert!(asks.len() == 2 && asks.iter().all(|ask| matches!(ask.source, Source::File(_))), "the faces of the draft");
    assert!(studio.play("").text().contains("· Baby 1"), "that the final has none yet is said");
}

#[test]
fn more_babies_than_there_is_room_for_are_counted() {
    let mut crowd = document("crowd", "A crowd");
    crowd["baby_profiles"] =
        (0..40).map(|number| (format!("Baby {number}"), json!({"tone": "warm", "voice_id": "baby_voice_1"}))).collect();
    crowd["script"] = json!([{"type": "dialogue", "speaker": "Baby 0", "text": "Hello."}]);
    for (width, height) in [(120, 40), (80, 24)] {
        let text = at_evening(width, height, ThemeChoice::Dark, library(&[crowd.clone()])).text();
        assert!(text.contains(" of 40 babies"), "{text}");
    }
}

#[test]
fn a_row_says_what_a_campaign_cost_how_old_it_is_and_how_far_draft_and_final_are() {
    let text = evening(120, 40, ThemeChoice::Dark).text();
    let row =
        |title: &str| text.lines().find(|line| line.contains(title)).unwrap_or_else(|| panic!("{text}")).to_owned();
    let nap = row("The great debate: nap time or snack time, and");
    for said in [" 9 ", "▰▰", "1 failed", "$0.313", " 6 min"] {
        assert!(nap.contains(said), "no {said} in {nap}");
    }
    let mon = row("Mon Rovîa music reaction  ");
    for said in ["▰▰▰▰▰ made", "▰▱▱▱▱ 2/9", "15 s", " 2 h"] {
        assert!(mon.contains(said), "no {said} in {mon}");
    }
}

#[test]
fn what_needs_the_person_is_selected_and_done_by_its_key() {
    let mut studio = evening(120, 40, ThemeChoice::Dark);
    let text = studio.text();
    assert!(text.contains("Needs you") && text.contains("enter look"), "{text}");
    assert_eq!(studio.state.page().section(), Section::Home);
    let at_line = studio.play("!<enter>");
    assert_eq!(at_line.state.page().section(), Section::Campaign);
    studio = at_line.play("<esc>");
    let mut ledger = ledger();
    ledger.unknown = vec![call("mon_rovia")];
    studio.tell(Event::Ledger(Arc::new(ledger)));
    let text = studio.text();
    assert!(text.contains("1 call to decide") && text.contains("u decide"), "{text}");
    assert_eq!(studio.play("<end><enter>").state.page().section(), Section::Unknowns);
}

#[test]
fn what_needs_the_person_comes_first_where_there_is_no_room_below() {
    let mut studio = evening(40, 12, ThemeChoice::Dark);
    let text = studio.text();
    let (needs, all) = (text.find("Needs you").unwrap(), text.find("All campaigns").unwrap());
    assert!(needs < all, "{text}");
    studio.send(Msg::Resize(ratatui::layout::Size::new(120, 40)));
    let wide = studio.text();
    let selected = wide.lines().find(|line| line.contains('▸') && !line.contains("babblecast")).unwrap();
    assert!(selected.contains("The great debate"), "the same line stays selected: {wide}");
}

#[test]
fn a_click_selects_a_line_in_either_box() {
    let mut studio = evening(120, 40, ThemeChoice::Dark);
    let text = studio.text();
    let row_of = |wanted: &str| text.lines().position(|line| line.contains(wanted)).unwrap() as u16;
    let spoons = Position::new(20, row_of("The history of the spoon"));
    studio.send(Msg::Click(spoons));
    assert!(studio.text().contains("3 babies"), "{}", studio.text());
    let need = Position::new(20, row_of("enter look"));
    studio.send(Msg::Click(need));
    assert!(studio.text().contains("4 babies"), "{}", studio.text());
    studio.send(Msg::Click(need));
    assert_eq!(studio.state.page().section(), Section::Campaign, "a second click opens it");
}

#[test]
fn what_happened_is_told_newest_first_with_the_time() {
    let mut studio = evening(120, 40, ThemeChoice::Dark);
    let ended = RunEnded {
        message: "12 of 13 made, 1 failed, paid $0.113".to_owned(),
        cost: Cost { paid_usd: 0.113, ..Cost::default() },
        ..RunEnded::at_once(
            RunId(uuid::Uuid::nil()),
            CampaignId::new("nap_or_snack").unwrap(),
            Mode::Final,
            Outcome::Partial,
            String::new(),
        )
    };
    studio.tell(Event::RunEnded(ended));
    let text = studio.text();
    let told = [
        "20:36  ! nap_or_snack: 12 of 13 made",
        "20:30  The great debate",
        "20:28  ! nap_or_snack: voice of scene",
        "18:36  Mon Rovîa music reaction: draft video made, ",
        "15:36  Mon Rovîa music reaction: script saved",
    ];
    let places: Vec<usize> =
        told.iter().map(|told| text.find(told).unwrap_or_else(|| panic!("no {told} in\n{text}"))).collect();
    assert!(places.is_sorted(), "{places:?} in\n{text}");
}

#[test]
fn a_run_that_made_a_video_is_told_once() {
    let mut studio = evening(120, 40, ThemeChoice::Dark);
    let id = CampaignId::new("mon_rovia").unwrap();
    let run = RunId(uuid::Uuid::nil());
    studio.tell(Event::RunEnded(RunEnded::at_once(run, id, Mode::Draft, Outcome::Complete, "9 of 9 made".to_owned())));
    studio.state.shared.notice = None;
    let text = studio.text();
    assert!(text.contains("draft video made") && !text.contains("9 of 9 made"), "{text}");
}

#[test]
fn the_video_of_the_selected_campaign_is_opened_from_home() {
    let studio = evening(120, 40, ThemeChoice::Dark).play("jW");
    let path = PathBuf::from("output/mon_rovia/mon_rovia.draft.mp4");
    assert_eq!(studio.effects, [Effect::OpenVideo(path)]);
    assert_eq!(evening(120, 40, ThemeChoice::Dark).play("W").effects, [], "there is none");
}

#[test]
fn the_finished_video_is_handed_to_a_phone_with_the_text_of_its_post() {
    let studio = evening(120, 40, ThemeChoice::Dark).play("jP");
    let [Effect::Phone(order)] = studio.effects.as_slice() else { panic!("{:?}", studio.effects) };
    assert_eq!(order.video, PathBuf::from("output/mon_rovia/mon_rovia.draft.mp4"));
    assert!(order.caption.starts_with(&order.title) && order.caption.contains("#babypodcast"), "{}", order.caption);
    assert_eq!(evening(120, 40, ThemeChoice::Dark).play("P").effects, [], "there is none");
    let studio = evening(120, 40, ThemeChoice::Dark).play("j<enter>A");
    assert!(matches!(studio.effects.last(), Some(Effect::Phone(_))), "{:?}", studio.effects);
}
