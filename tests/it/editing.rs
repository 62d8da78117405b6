//! Edits through the engine: from changes to the file on disk, whoever else writes it.

use babblecast::domain::edit::{Change, SceneRef, Target, Value, Where};
use babblecast::domain::{CampaignId, Format, MicroDollars, read};
use babblecast::engine::{Campaigns, Command, Edit, EditDone, EngineSettings, Event, Remakes};
use babblecast::plan::{Mode, Product};
use babblecast::providers::config::VoiceContext;

use serde_json::json;

use crate::support::{Place, Studio, loaded, two_babies};

const TEXT: &str = r#"{
  "campaign_id": "naps", "topic": "Naps",
  "script": [
    {"type": "dialogue", "speaker": "Baby 1", "text": "Naps are work."}, // first
    {"type": "dialogue", "speaker": "Baby 2", "text": "Naps are art."},
    {"type": "dialogue", "speaker": "Baby 1", "text": "Good night."}
  ],
  "baby_profiles": {
    "Baby 1": {"tone": "warm", "voice_id": "baby_voice_1"},
    "Baby 2": {"tone": "curious", "voice_id": "baby_voice_2"}
  }
}
"#;

fn id() -> CampaignId {
    CampaignId::new("naps").unwrap()
}

fn reworded(studio: &Studio, scene: usize, text: &str) -> Vec<Change> {
    let entry = studio.entry("naps");
    let of = Target::Scene(SceneRef::of(&loaded(&entry).campaign, scene));
    vec![Change::Set { of, field: "text".to_owned(), value: Value::from(text) }]
}

fn outcome(studio: &mut Studio, ticket: u64) -> Result<EditDone, String> {
    match studio.until(|event| matches!(event, Event::Edited(edited) if edited.ticket == ticket)) {
        Event::Edited(edited) => edited.outcome,
        _ => unreachable!(),
    }
}

fn edit(studio: &mut Studio, ticket: u64, changes: Vec<Change>) -> Result<EditDone, String> {
    studio.send(Command::Edit { ticket, campaign: id(), edit: Edit::Changes(changes) });
    outcome(studio, ticket)
}

/// A studio that hears of what other programs write, as the interactive one does.
fn following(place: &Place, home: &str) -> Studio {
    let mut settings = EngineSettings::new(place.home().join(home), Campaigns::Folder(place.campaigns()));
    settings.follow = true;
    Studio::start(settings)
}

#[test]
fn a_word_goes_to_the_file_and_back_again() {
    let place = Place::new();
    let path = place.campaigns().join("naps.json");
    std::fs::write(&path, TEXT).unwrap();
    let mut studio = place.engine();
    let changes = reworded(&studio, 1, "Naps are \"art\".");
    let done = edit(&mut studio, 1, changes).unwrap();
    assert_eq!(done.scene, Some(1));
    let after = TEXT.replace("Naps are art.", "Naps are \\\"art\\\".");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), after);
    studio.until(
        |event| matches!(event, Event::Campaign(entry) if loaded(entry).campaign.line(1).unwrap().text.contains('"')),
    );
    studio.send(Command::Edit { ticket: 2, campaign: id(), edit: Edit::Back(Box::new(done.back)) });
    outcome(&mut studio, 2).unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), TEXT);
    studio.stop();
}

#[test]
fn an_edit_that_is_no_campaign_changes_nothing_and_says_why() {
    let place = Place::new();
    let path = place.campaigns().join("naps.json");
    std::fs::write(&path, TEXT).unwrap();
    let mut studio = place.engine();
    let changes = reworded(&studio, 1, "  ");
    let why = edit(&mut studio, 1, changes).unwrap_err();
    assert!(why.contains("naps.json was not changed: scene 2 · text: the text is empty"), "{why}");
    studio.send(Command::Edit {
        ticket: 2,
        campaign: CampaignId::new("nobody").unwrap(),
        edit: Edit::Changes(Vec::new()),
    });
    assert!(outcome(&mut studio, 2).unwrap_err().contains("no campaign nobody"));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), TEXT);
    studio.stop();
}

#[test]
fn what_was_handed_over_is_written_though_the_studio_is_left_at_once() {
    let place = Place::new();
    let path = place.campaigns().join("naps.json");
    std::fs::write(&path, TEXT).unwrap();
    let studio = place.engine();
    for (ticket, text) in [(1, "One."), (2, "Two."), (3, "Three.")] {
        let of = Target::Scene(SceneRef::at(0));
        let changes = vec![Change::Set { of, field: "text".to_owned(), value: Value::from(text) }];
        studio.send(Command::Edit { ticket, campaign: id(), edit: Edit::Changes(changes) });
    }
    studio.stop();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), TEXT.replace("Naps are work.", "Three."));
}

#[test]
fn two_studios_that_edit_one_file_lose_no_word() {
    const ROUNDS: u64 = 12;
    let place = Place::new();
    let path = place.campaigns().join("naps.json");
    std::fs::write(&path, TEXT).unwrap();
    let insert = |who: &str, round: u64| {
        let text = format!("{who} {round}");
        let fields = [("type", "dialogue"), ("speaker", "Baby 1"), ("text", text.as_str())];
        let scene = fields.map(|(name, value)| (name.to_owned(), Value::from(value))).into();
        vec![Change::Insert { at: 1, scene }]
    };
    std::thread::scope(|scope| {
        for who in ["left", "right"] {
            let place = &place;
            scope.spawn(move || {
                let mut studio = following(place, who);
                for round in 0..ROUNDS {
                    edit(&mut studio, round, insert(who, round)).unwrap();
                }
                studio.stop();
            });
        }
    });
    let text = std::fs::read_to_string(&path).unwrap();
    let campaign = read(&text, Format::Json).unwrap();
    let said: Vec<&str> = (0..campaign.scenes.len()).map(|scene| campaign.line(scene).unwrap().text.as_str()).collect();
    assert_eq!(said.len() as u64, 3 + 2 * ROUNDS);
    for who in ["left", "right"] {
        assert!((0..ROUNDS).all(|round| said.contains(&format!("{who} {round}").as_str())), "{said:?}");
    }
}

#[test]
fn an_edit_finds_its_scene_again_and_never_writes_over_another_ones_words() {
    let place = Place::new();
    let path = place.campaigns().join("naps.json");
    std::fs::write(&path, TEXT).unwrap();
    // This engine hears nothing of what others write: it edits what it saw at its start.
    let mut late = place.engine();
    let mine = reworded(&late, 2, "Good night, all.");
    let over = reworded(&late, 1, "Mine.");
    let mut other = following(&place, "other");
    let moved = vec![Change::Move { scene: SceneRef::at(2), to: Where::At(0) }];
    edit(&mut other, 1, moved).unwrap();
    let of = Target::Scene(SceneRef::at(2));
    edit(&mut other, 2, vec![Change::Set { of, field: "text".to_owned(), value: Value::from("Theirs.") }]).unwrap();
    edit(&mut late, 3, mine).unwrap();
    let why = edit(&mut late, 4, over).unwrap_err();
    assert!(why.contains("scene 2 is not what it was: somebody else has changed it meanwhile"), "{why}");
    let campaign = read(&std::fs::read_to_string(&path).unwrap(), Format::Json).unwrap();
    let said: Vec<&str> = (0..3).map(|scene| campaign.line(scene).unwrap().text.as_str()).collect();
    assert_eq!(said, ["Good night, all.", "Naps are work.", "Theirs."]);
    other.until(|event| {
        matches!(event, Event::Campaign(entry) if loaded(entry).campaign.line(0).unwrap().text == "Good night, all.")
            || matches!(event, Event::Library(_))
    });
    other.stop();
    late.stop();
}

fn remakes(studio: &mut Studio, ticket: u64, changes: Vec<Change>) -> Result<Remakes, String> {
    remakes_in(Mode::Draft, studio, ticket, changes)
}

fn remakes_in(mode: Mode, studio: &mut Studio, ticket: u64, changes: Vec<Change>) -> Result<Remakes, String> {
    studio.send(Command::WhatIf { ticket, campaign: id(), mode, changes });
    match studio.until(|event| matches!(event, Event::WhatIf { ticket: answered, .. } if *answered == ticket)) {
        Event::WhatIf { answer, .. } => answer,
        _ => unreachable!(),
    }
}

#[test]
fn what_an_edit_would_make_again_is_told_and_nothing_is_written() {
    let place = Place::new();
    let path = place.write("naps.json", &two_babies("naps"));
    let before = std::fs::read_to_string(&path).unwrap();
    let mut studio = place.engine();
    let changes = reworded(&studio, 1, "Naps are sport.");
    let answer = remakes(&mut studio, 1, changes).unwrap();
    assert_eq!(answer.items, [(Product::Voice, 1), (Product::Clip, 1)]);
    assert_eq!((answer.made, answer.price), (0, MicroDollars::ZERO));
    let tone = vec![Change::Set {
        of: Target::Baby("Baby 1".to_owned()),
        field: "appearance".to_owned(),
        value: Value::from("curls"),
    }];
    let answer = remakes(&mut studio, 2, tone).unwrap();
    assert_eq!(answer.items, [(Product::Portrait, 1), (Product::Clip, 2)]);
    let same = reworded(&studio, 1, "Naps are art.");
    assert_eq!(remakes(&mut studio, 3, same).unwrap(), Remakes::default());
    let empty = reworded(&studio, 1, "");
    assert!(remakes(&mut studio, 4, empty).unwrap_err().contains("the text is empty"));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), before);
    studio.stop();
}

/// Faces, voices and clips of the plan now that were not in the plan before.
/// How many things are new, and what all of that costs.
fn new_jobs(
    mode: Mode,
    before: &babblecast::engine::Loaded,
    after: &babblecast::engine::Loaded,
) -> (usize, MicroDollars) {
    let counts = |product| matches!(product, Product::Portrait | Product::Voice | Product::Clip);
    let (before, after) = (before.graph(mode).unwrap(), after.graph(mode).unwrap());
    let new: Vec<_> = after.jobs.iter().filter(|job| before.job(job.key).is_none()).collect();
    let price = new.iter().fold(MicroDollars::ZERO, |sum, job| sum + job.price());
    (new.iter().filter(|job| counts(job.product())).count(), price)
}

#[test]
fn what_is_told_of_an_edit_is_what_it_does() {
    let place = Place::new();
    told_is_done(Mode::Draft, &place, place.settings());
}

/// Each line is bought together with the words beside it, so one changed word is three new voices.
#[test]
fn the_price_of_an_edit_counts_the_lines_that_are_spoken_beside_it() {
    let place = Place::new();
    let mut settings = place.settings();
    settings.providers.elevenlabs.key = Some("xi-test".into());
    settings.providers.elevenlabs.base_url = Some("http://127.0.0.1:9".to_owned());
    settings.providers.elevenlabs.model = "eleven_multilingual_v2".to_owned();
    settings.providers.elevenlabs.voice_context = VoiceContext::Neighbours;
    told_is_done(Mode::Final, &place, settings);
}

fn told_is_done(mode: Mode, place: &Place, settings: EngineSettings) {
    let line = |number: usize| json!({"type": "dialogue", "speaker": format!("Baby {}", number % 2 + 1), "text": format!("Line {number}.")});
    let mut script: Vec<_> = (0..12).map(line).collect();
    script.insert(5, json!({"type": "dialogue", "speaker": "Baby 1", "text": "Line 3."}));
    let mut campaign = two_babies("naps");
    campaign["script"] = script.into();
    campaign["baby_profiles"]["Nobody yet"] = json!({"tone": "warm", "voice_id": "baby_voice_3"});
    place.write("naps.json", &campaign);
    let mut studio = Studio::start(settings);
    let set = |scene: usize, field: &str, text: &str| Change::Set {
        of: Target::Scene(SceneRef::at(scene)),
        field: field.to_owned(),
        value: Value::from(text),
    };
    let edits = [
        vec![set(0, "text", "First.")],
        vec![set(12, "text", "Last.")],
        vec![set(6, "text", "Line 9.")],
        vec![set(6, "say", "Six.")],
        vec![set(4, "speaker", "Baby 2")],
        vec![Change::Move { scene: SceneRef::at(2), to: Where::At(9) }],
        vec![Change::Remove { scene: SceneRef::at(7) }],
        vec![Change::Copy { scene: SceneRef::at(7) }],
        vec![set(1, "text", "Both."), set(10, "text", "Ends.")],
        vec![Change::Set { of: Target::Campaign, field: "topic".to_owned(), value: Value::from("Snacks") }],
        vec![Change::Set { of: Target::Campaign, field: "layout".to_owned(), value: Value::from("duo") }],
        vec![set(3, "speaker", "Baby 1")],
        vec![Change::Set {
            of: Target::Baby("Nobody yet".to_owned()),
            field: "tone".to_owned(),
            value: Value::from("dry"),
        }],
    ];
    for (number, changes) in edits.into_iter().enumerate() {
        let before = studio.entry("naps");
        let told = remakes_in(mode, &mut studio, 100 + number as u64, changes.clone()).unwrap();
        edit(&mut studio, number as u64, changes.clone()).unwrap();
        studio.until(|event| matches!(event, Event::Campaign(_)));
        let after = studio.entry("naps");
        let all: usize = told.items.iter().map(|(_, count)| count).sum();
        let new = new_jobs(mode, loaded(&before), loaded(&after));
        assert_eq!((all, told.price), new, "{changes:?}: {told:?}");
    }
    studio.stop();
}

#[test]
fn yaml_keeps_its_comments_and_its_folds() {
    let place = Place::new();
    let path = place.campaigns().join("naps.yaml");
    let text = "# mine\ncampaign_id: naps\ntopic: Naps\nscript:\n  - type: dialogue\n    speaker: Baby 1 # she\n    text: >-\n      Naps are\n      work.\nbaby_profiles:\n  Baby 1: {tone: warm, voice_id: baby_voice_1}\n";
    std::fs::write(&path, text).unwrap();
    let mut studio = place.engine();
    let changes = reworded(&studio, 0, "Naps are hard work.");
    edit(&mut studio, 1, changes).unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text.replace("      work.", "      hard work."));
    studio.stop();
}
