//! Portraits while they are painted, and portraits that keep a face.

use std::sync::{Arc, Barrier};

use babblecast::domain::{CampaignId, MicroDollars, SpeakerIndex};
use babblecast::engine::{
    Command, Consent, EngineSettings, Event, Likeness, Outcome, RunEnded, RunId, Subject, Take, re_rolled, takes_of,
};
use babblecast::media::picture::encode_png;
use babblecast::plan::{Face, Job, JobState, Mode, Pick, Request, Role, TakeMark, progress};
use serde_json::{Value, json};

use crate::fake_provider::{Asked, FakeProvider, Reply, Step, base64, portrait};
use crate::support::{Place, Studio, loaded};

const ENOUGH: Consent = Consent::UpTo(MicroDollars(5_000_000));

fn one_baby(profile: &Value) -> Value {
    let mut whole = json!({"tone": "warm", "voice_id": "baby_voice_1"});
    whole.as_object_mut().unwrap().extend(profile.as_object().unwrap().clone());
    json!({"campaign_id": "one", "topic": "t", "baby_profiles": {"Baby 1": whole},
        "script": [{"type": "dialogue", "speaker": "Baby 1", "text": "Hi."}]})
}

fn place() -> Place {
    let place = Place::new();
    place.write("one.json", &one_baby(&json!({})));
    place
}

fn settings(place: &Place, fake: &FakeProvider) -> EngineSettings {
    let mut settings = place.settings();
    settings.providers.openai.key = Some("sk-test".into());
    settings.providers.openai.base_url = Some(fake.openai_base());
    settings
}

fn well() -> FakeProvider {
    FakeProvider::start(|_, _| Reply::Well)
}

fn id() -> CampaignId {
    CampaignId::new("one").unwrap()
}

/// The face as the campaign uses it now.
fn face(studio: &Studio, mode: Mode) -> (SpeakerIndex, Job) {
    let entry = studio.entry("one");
    let loaded = loaded(&entry);
    let speaker = loaded.campaign.speaker_named("Baby 1").unwrap();
    (speaker, loaded.graph(mode).unwrap().portrait_of(speaker).clone())
}

fn regenerate(studio: &mut Studio, mode: Mode, likeness: Likeness, consent: Consent) -> RunEnded {
    noted(studio, mode, likeness, None, consent)
}

fn noted(studio: &mut Studio, mode: Mode, likeness: Likeness, note: Option<&str>, consent: Consent) -> RunEnded {
    let note = note.map(str::to_owned);
    let run = RunId::random();
    let subject = Subject::Portrait(face(studio, mode).0);
    studio.send(Command::Regenerate { run, campaign: id(), mode, subject, likeness, note, consent });
    studio.run_ended(run)
}

fn newest_take(studio: &mut Studio, mode: Mode) -> Take {
    let base = face(studio, mode).1.base;
    let entry = studio.entry("one");
    loaded(&entry).takes[&base].last().unwrap().clone()
}

fn choose(studio: &mut Studio, mode: Mode, take: &Take) {
    let subject = Subject::Portrait(face(studio, mode).0);
    studio.send(Command::Choose { campaign: id(), mode, subject, pick: take.pick() });
    studio.until(|event| matches!(event, Event::Campaign(_)));
}

/// The stored picture of a job, as it is sent.
fn stored_picture(studio: &Studio, job: &Job) -> String {
    let made = &studio.view.job(job.key).outputs;
    let picture = made.iter().find(|made| made.output.role == Role::Picture).unwrap();
    base64(&std::fs::read(&picture.path).unwrap())
}

fn reload(studio: &mut Studio) {
    studio.send(Command::Reload);
    studio.until(|event| matches!(event, Event::Library(_)));
}

#[test]
fn a_baby_is_seen_while_it_is_painted_and_only_the_finished_picture_is_kept() {
    let place = place();
    let seen = Arc::new(Barrier::new(2));
    let (draft, finished, meet) = (encode_png(&portrait(1)), encode_png(&portrait(2)), seen.clone());
    let fake = FakeProvider::start(move |_, _| {
        Reply::Steps(vec![
            Step::head("text/event-stream"),
            Step::event(
                "image_generation.partial_image",
                json!({"b64_json": base64(&draft), "partial_image_index": 0}),
            ),
            Step::Meet(meet.clone()),
            Step::event("image_generation.completed", json!({"b64_json": base64(&finished), "usage": {}})),
        ])
    });
    let mut studio = Studio::start(EngineSettings { unfinished: true, ..settings(&place, &fake) });
    let run = studio.begin_final("one", ENOUGH);
    let shown = studio.until(|event| matches!(event, Event::Unfinished { .. }));
    let key = face(&studio, Mode::Final).1.key;
    let Event::Unfinished { key: of, picture } = shown else { unreachable!() };
    assert_eq!((of, picture.pixels.dimensions()), (key, (512, 768)));
    assert_eq!(studio.state(key), JobState::Running);
    seen.wait();
    assert_eq!(studio.run_ended(run).outcome, Outcome::Complete);
    let made = &studio.view.job(key).outputs;
    assert_eq!(made.len(), 1);
    assert_eq!(std::fs::read(&made[0].path).unwrap(), encode_png(&portrait(2)));
    assert_eq!(Place::files_below(&place.home().join("assets")).len(), 3, "a portrait, where its face is, and a voice");
    let body = &fake.asked()[0].body;
    assert_eq!((&body["stream"], &body["partial_images"]), (&json!(true), &json!(2)));
    studio.stop();
}

#[test]
fn without_anybody_who_looks_on_no_unfinished_picture_is_paid_for() {
    let (place, fake) = (place(), well());
    let mut studio = Studio::start(settings(&place, &fake));
    studio.generate_final("one", ENOUGH);
    let body = &fake.asked()[0].body;
    assert!(body.get("stream").is_none() && body.get("partial_images").is_none());
    let key = face(&studio, Mode::Final).1.key;
    studio.stop();
    let looking = Studio::start(EngineSettings { unfinished: true, ..settings(&place, &fake) });
    assert_eq!(face(&looking, Mode::Final).1.key, key, "who looks on is not part of the key");
    looking.stop();
}

#[test]
fn a_take_of_the_same_baby_is_an_edit_of_its_picture_and_can_be_chosen_for_good() {
    let (place, fake) = (place(), well());
    let mut studio = Studio::start(settings(&place, &fake));
    let nothing_yet = regenerate(&mut studio, Mode::Final, Likeness::Same, ENOUGH);
    assert_eq!(nothing_yet.outcome, Outcome::Stopped);
    assert!(nothing_yet.message.contains("make its portrait first"), "{}", nothing_yet.message);
    studio.generate_final("one", ENOUGH);
    let first = face(&studio, Mode::Final).1;
    let ended = regenerate(&mut studio, Mode::Final, Likeness::Same, ENOUGH);
    assert_eq!((ended.outcome, ended.made), (Outcome::Complete, 1), "{}", ended.message);
    let asked = fake.asked();
    assert!(asked[1].path.ends_with("/images/edits"));
    assert_eq!(asked[1].body["image[]"], json!(stored_picture(&studio, &first)));
    assert_eq!(asked[1].body["prompt"], asked[0].body["prompt"]);
    let take = newest_take(&mut studio, Mode::Final);
    assert_eq!((take.number, take.face), (2, Some(Face::Made(first.key))));
    choose(&mut studio, Mode::Final, &take);
    assert_eq!(face(&studio, Mode::Final).1.key, take.key);
    studio.stop();

    let mut later = Studio::start(settings(&place, &fake));
    let chosen = face(&later, Mode::Final).1;
    assert_eq!((chosen.key, later.state(chosen.key)), (take.key, JobState::Cached));
    let another = regenerate(&mut later, Mode::Final, Likeness::Another, ENOUGH);
    assert_eq!(another.made, 1, "{}", another.message);
    assert!(fake.asked()[2].path.ends_with("/images/generations"), "another take is another baby");
    assert_eq!(newest_take(&mut later, Mode::Final).face, None);
    later.stop();
}

#[test]
fn a_note_is_sent_last_of_all_and_belongs_to_its_take_alone() {
    let (place, fake) = (place(), well());
    let mut studio = Studio::start(settings(&place, &fake));
    studio.generate_final("one", ENOUGH);
    let first = face(&studio, Mode::Final).1;
    let same = Likeness::SameAs(first.key);
    let ended = noted(&mut studio, Mode::Final, same, Some("  Smile less. "), ENOUGH);
    assert_eq!((ended.outcome, ended.made), (Outcome::Complete, 1), "{}", ended.message);
    let asked = fake.asked();
    let prompt = |call: usize| asked[call].body["prompt"].as_str().unwrap().to_owned();
    assert_eq!(prompt(1), format!("{}\nSmile less.", prompt(0)));
    assert_eq!(asked[1].body["image[]"], json!(stored_picture(&studio, &first)), "the same face");
    let take = newest_take(&mut studio, Mode::Final);
    assert_eq!((take.number, take.note.as_deref()), (2, Some("Smile less.")));
    choose(&mut studio, Mode::Final, &take);
    assert_eq!(face(&studio, Mode::Final).1.key, take.key);
    regenerate(&mut studio, Mode::Final, Likeness::Another, ENOUGH);
    assert_eq!(fake.asked()[2].body["prompt"], asked[0].body["prompt"], "the next take is asked nothing of it");
    studio.stop();

    // The choice alone says what was asked: where the take was never made, it is planned as it was.
    let later = Studio::start(settings(&place, &fake));
    let chosen = face(&later, Mode::Final).1;
    assert_eq!((chosen.key, later.state(chosen.key)), (take.key, JobState::Cached));
    later.stop();
}

#[test]
fn a_drawn_baby_and_a_voice_take_no_note() {
    let (place, fake) = (place(), well());
    let mut studio = Studio::start(settings(&place, &fake));
    studio.generate("one");
    let ended = noted(&mut studio, Mode::Draft, Likeness::Another, Some("Smile less."), Consent::FreeOnly);
    assert_eq!(ended.outcome, Outcome::Stopped);
    assert!(ended.message.contains("The drawn baby takes no notes"), "{}", ended.message);
    let run = RunId::random();
    let (subject, note) = (Subject::Voice(0), Some("Louder.".to_owned()));
    let (mode, likeness, consent) = (Mode::Draft, Likeness::Another, Consent::FreeOnly);
    studio.send(Command::Regenerate { run, campaign: id(), mode, subject, likeness, note, consent });
    assert!(studio.run_ended(run).message.contains("Only a portrait takes a note"));
    assert!(fake.asked().is_empty());
    studio.stop();
}

#[test]
fn stars_and_the_trash_are_kept_beside_the_campaign_and_nothing_is_deleted() {
    let (place, fake) = (place(), well());
    let mut studio = Studio::start(settings(&place, &fake));
    studio.generate("one");
    regenerate(&mut studio, Mode::Draft, Likeness::Another, Consent::FreeOnly);
    let take = newest_take(&mut studio, Mode::Draft);
    let file = studio.view.job(take.key).made(Role::Picture).unwrap().path.clone();
    let mark = |studio: &mut Studio, mark, is_on| {
        studio.send(Command::MarkTake { campaign: id(), take: take.key, mark, is_on });
        studio.until(|event| matches!(event, Event::Campaign(_)));
    };
    mark(&mut studio, TakeMark::Star, true);
    mark(&mut studio, TakeMark::Trash, true);
    studio.stop();
    let mut later = Studio::start(settings(&place, &fake));
    let choices = |studio: &Studio| loaded(&studio.entry("one")).choices.clone();
    assert!(choices(&later).stars.contains(&take.key) && choices(&later).trash.contains(&take.key));
    assert!(file.is_file() && later.state(take.key) == JobState::Cached);
    mark(&mut later, TakeMark::Trash, false);
    mark(&mut later, TakeMark::Star, false);
    assert!(choices(&later).stars.is_empty() && choices(&later).trash.is_empty());
    let written = std::fs::read_to_string(place.campaigns().join("one.takes.json")).unwrap();
    assert!(!written.contains("stars") && !written.contains("trash"), "{written}");
    later.stop();
}

#[test]
fn a_new_tone_keeps_the_face_that_was_made_before() {
    let (place, fake) = (place(), well());
    let mut studio = Studio::start(settings(&place, &fake));
    studio.generate_final("one", ENOUGH);
    let warm = face(&studio, Mode::Final).1;
    place.write("one.json", &one_baby(&json!({"tone": "proud"})));
    reload(&mut studio);
    let ended = regenerate(&mut studio, Mode::Final, Likeness::Same, ENOUGH);
    assert_eq!(ended.made, 1, "{}", ended.message);
    let asked = fake.asked();
    assert_eq!(asked[1].body["image[]"], json!(stored_picture(&studio, &warm)));
    assert_ne!(asked[1].body["prompt"], asked[0].body["prompt"]);
    studio.stop();
}

#[test]
fn a_drawn_baby_keeps_its_face_and_changes_its_clothes() {
    let (place, fake) = (place(), well());
    let mut studio = Studio::start(settings(&place, &fake));
    studio.generate("one");
    let first = face(&studio, Mode::Draft).1;
    let ended = regenerate(&mut studio, Mode::Draft, Likeness::Same, Consent::FreeOnly);
    assert_eq!(ended.made, 1, "{}", ended.message);
    let take = newest_take(&mut studio, Mode::Draft);
    choose(&mut studio, Mode::Draft, &take);
    let second = face(&studio, Mode::Draft).1;
    assert_ne!(stored_picture(&studio, &first), stored_picture(&studio, &second));
    // The same baby of the same baby is still the first one.
    regenerate(&mut studio, Mode::Draft, Likeness::SameAs(second.key), Consent::FreeOnly);
    let third = newest_take(&mut studio, Mode::Draft);
    let person = |request: &Request| match request {
        Request::Portrait(portrait) => (portrait.person(), portrait.wardrobe()),
        other => panic!("{other:?}"),
    };
    let (first, second, third) =
        (person(&first.request), person(&second.request), person(&third.request_of(&second.request)));
    assert_eq!((first.0, first.0), (second.0, third.0));
    assert!(first.1 != second.1 && second.1 != third.1);
    studio.stop();
    assert!(fake.asked().is_empty());
}

#[test]
fn a_reference_in_the_profile_is_a_file_or_a_take() {
    let (place, fake) = (place(), well());
    let mut studio = Studio::start(settings(&place, &fake));
    studio.generate_final("one", ENOUGH);
    let first = face(&studio, Mode::Final).1;
    place.write("one.json", &one_baby(&json!({"reference": "take 1"})));
    reload(&mut studio);
    assert_eq!(studio.generate_final("one", ENOUGH).made, 1);
    assert_eq!(fake.asked()[1].body["image[]"], json!(stored_picture(&studio, &first)));

    let picture = encode_png(&portrait(77));
    std::fs::write(place.campaigns().join("me.png"), &picture).unwrap();
    place.write("one.json", &one_baby(&json!({"reference": "me.png"})));
    reload(&mut studio);
    assert_eq!(studio.generate_final("one", ENOUGH).made, 1);
    assert_eq!(fake.asked()[2].body["image[]"], json!(base64(&picture)));

    studio.stop();
}

#[test]
fn a_take_that_is_to_lend_its_face_and_was_never_made_is_priced_and_made_first() {
    let (place, fake) = (place(), well());
    let mut studio = Studio::start(settings(&place, &fake));
    let price_of_missing = |studio: &Studio| {
        let entry = studio.entry("one");
        let graph = loaded(&entry).graph(Mode::Final).unwrap();
        progress(graph, &|key| studio.view.state(key)).price_of_missing
    };
    let without = price_of_missing(&studio);
    place.write("one.json", &one_baby(&json!({"reference": "take 9"})));
    reload(&mut studio);
    assert!(price_of_missing(&studio).0 >= 2 * without.0, "two pictures are to be made");
    let ended = studio.generate_final("one", ENOUGH);
    assert_eq!(ended.outcome, Outcome::Complete, "{}", ended.message);
    let asked: Vec<_> = fake.asked().into_iter().filter(Asked::is_picture).collect();
    assert_eq!(asked.len(), 2);
    assert!(asked[0].path.ends_with("/images/generations") && asked[1].path.ends_with("/images/edits"));
    let lender = studio
        .view
        .jobs()
        .map(|(_, facts)| facts)
        .flat_map(|facts| &facts.outputs)
        .map(|made| std::fs::read(&made.path).unwrap());
    assert!(lender.map(|bytes| json!(base64(&bytes))).any(|picture| picture == asked[1].body["image[]"]));
    assert_eq!(price_of_missing(&studio), MicroDollars::ZERO);
    studio.stop();
}

#[test]
fn a_chosen_face_whose_picture_is_elsewhere_says_so_before_anything_is_paid() {
    let (place, fake) = (place(), well());
    let mut studio = Studio::start(settings(&place, &fake));
    let (speaker, job) = face(&studio, Mode::Final);
    let pick = Pick::SameBaby { take: 2, face: Face::Made(job.key) };
    studio.send(Command::Choose { campaign: id(), mode: Mode::Final, subject: Subject::Portrait(speaker), pick });
    studio.until(|event| matches!(event, Event::Campaign(_)));
    let ended = studio.generate_final("one", ENOUGH);
    assert_eq!((ended.outcome, ended.failed), (Outcome::Partial, 1), "{}", ended.message);
    let key = face(&studio, Mode::Final).1.key;
    let JobState::Failed(failure) = studio.state(key) else { panic!("{:?}", studio.state(key)) };
    assert!(failure.reason.contains("is not on this home"), "{failure}");
    assert!(fake.asked().iter().all(|asked| !asked.is_picture()), "nothing is sent for it");
    studio.stop();
}

#[test]
fn after_an_edit_the_former_face_can_be_kept_and_is_told_as_kept() {
    let (place, fake) = (place(), well());
    let mut studio = Studio::start(settings(&place, &fake));
    studio.generate("one");
    let (speaker, warm) = face(&studio, Mode::Draft);
    place.write("one.json", &one_baby(&json!({"tone": "proud"})));
    reload(&mut studio);
    let entry = studio.entry("one");
    let made: Vec<_> = loaded(&entry).portraits_made.iter().map(|made| (made.key, made.is_drawn)).collect();
    assert_eq!(made, [(warm.key, true)]);
    assert!(studio.state(warm.key).is_made(), "it can be looked at");
    let (subject, pick) = (Subject::Portrait(speaker), Pick::Kept(warm.key));
    studio.send(Command::Choose { campaign: id(), mode: Mode::Draft, subject, pick });
    studio.until(|event| matches!(event, Event::Campaign(_)));
    let (_, kept) = face(&studio, Mode::Draft);
    assert_eq!(kept.key, warm.key);
    let entry = studio.entry("one");
    assert_eq!(re_rolled(loaded(&entry), Mode::Draft).collect::<Vec<_>>(), [subject]);
    let takes = takes_of(loaded(&entry), &kept, subject, &|key| studio.view.job(key));
    let told: Vec<_> = takes.takes.iter().map(|line| (line.number, line.key, line.chosen)).collect();
    assert_eq!(told, [(Some(1), kept.request.with_take(1).key(), false), (None, warm.key, true)]);
    studio.stop();
}

#[test]
fn a_reference_file_that_changed_since_it_was_planned_is_not_sent() {
    let (place, fake) = (place(), well());
    std::fs::write(place.campaigns().join("me.png"), encode_png(&portrait(77))).unwrap();
    place.write("one.json", &one_baby(&json!({"reference": "me.png"})));
    let mut studio = Studio::start(settings(&place, &fake));
    std::fs::write(place.campaigns().join("me.png"), encode_png(&portrait(78))).unwrap();
    let ended = studio.generate_final("one", ENOUGH);
    assert_eq!(ended.failed, 1, "{}", ended.message);
    assert!(fake.asked().is_empty());
    studio.stop();
}
