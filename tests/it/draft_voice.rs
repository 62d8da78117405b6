//! Which embedded voice speaks drafts: the better one, but for campaigns that the older one has spoken already.

use babblecast::domain::CampaignId;
use babblecast::engine::{Command, EngineSettings, Event, Scope};
use babblecast::plan::{JobKey, Mode, Product, Role};
use babblecast::providers::catalogue::DraftVoice;

use crate::support::{Place, Studio, loaded, two_babies};

fn asking_for(place: &Place, voice: DraftVoice) -> EngineSettings {
    EngineSettings { draft_voice: Some(voice), ..place.settings() }
}

/// The voice jobs of the draft, each with its provider.
fn voices(studio: &Studio) -> Vec<(String, JobKey)> {
    let entry = studio.entry("naps");
    let graph = loaded(&entry).graph(Mode::Draft).unwrap();
    let voices = graph.jobs.iter().filter(|job| job.product() == Product::Voice);
    voices.map(|job| (job.request.provider().to_string(), job.key)).collect()
}

fn providers(studio: &Studio) -> Vec<String> {
    voices(studio).into_iter().map(|(provider, _)| provider).collect()
}

fn keeps(studio: &Studio) -> bool {
    loaded(&studio.entry("naps")).keeps_earlier_voice
}

/// Makes the voices of the draft: how many were made, and how many were there.
fn speak(studio: &mut Studio) -> (usize, usize) {
    let run = studio.begin("naps", Scope { products: vec![Product::Voice], ..Scope::default() });
    let ended = studio.run_ended(run);
    (ended.made, ended.cached)
}

/// A home in which an earlier version has made the draft of `naps`.
fn made_before() -> Place {
    let place = Place::new();
    place.write("naps.json", &two_babies("naps"));
    let mut studio = Studio::start(asking_for(&place, DraftVoice::Pico));
    assert_eq!(speak(&mut studio), (3, 0));
    studio.stop();
    place
}

#[test]
fn drafts_that_exist_keep_their_voice_until_the_person_says_so() {
    let place = made_before();
    let mut studio = place.engine();
    assert!(keeps(&studio));
    assert_eq!(speak(&mut studio), (0, 3), "an upgrade makes nothing again");

    let mut changed = two_babies("naps");
    changed["script"][1]["text"] = "Naps are science.".into();
    place.write("naps.json", &changed);
    studio.send(Command::Reload);
    studio.until(|event| matches!(event, Event::Library(_)));
    assert_eq!(providers(&studio), ["pico"; 3], "a changed line has the voice of its baby");

    studio.send(Command::RenewVoice { campaign: CampaignId::new("naps").unwrap() });
    studio.until(|event| matches!(event, Event::Campaign(_)));
    assert!(!keeps(&studio));
    assert_eq!(providers(&studio), ["neural"; 3]);
    assert_eq!(speak(&mut studio), (3, 0));
    studio.stop();

    let studio = place.engine();
    assert_eq!(providers(&studio), ["neural"; 3], "saying so once is enough");
    studio.stop();
}

#[test]
fn a_new_campaign_has_the_better_voice_with_the_times_of_its_words() {
    let place = Place::new();
    place.write("naps.json", &two_babies("naps"));
    let mut studio = place.engine();
    assert!(!keeps(&studio));
    assert_eq!(speak(&mut studio), (3, 0));
    for (provider, key) in voices(&studio) {
        assert_eq!(provider, "neural");
        let outputs = &studio.view.job(key).outputs;
        assert_eq!(outputs.iter().filter(|made| made.output.role == Role::Alignment).count(), 1);
    }
    studio.stop();
}

#[test]
fn a_voice_that_is_pinned_speaks_whatever_was_there() {
    let place = made_before();
    for (voice, provider) in [(DraftVoice::Neural, "neural"), (DraftVoice::Pico, "pico")] {
        let studio = Studio::start(asking_for(&place, voice));
        assert_eq!(providers(&studio), [provider; 3]);
        assert!(!keeps(&studio));
        studio.stop();
    }
}
