//! What is promised of clips and episodes, with the real encoder on campaigns of two very short lines.

use babblecast::engine::{Cancel, Command, Event, Outcome, RunId, Scope, episode};
use babblecast::media::video::lint;
use babblecast::plan::{JobState, Mode, Product, Role};
use serde_json::{Value, json};

use crate::support::{Place, Studio, loaded};

/// Two babies that say one word each: about two seconds of video with the title.
fn two_words(id: &str) -> Value {
    json!({
        "campaign_id": id,
        "topic": "Naps",
        "script": [
            {"type": "dialogue", "speaker": "Baby 1", "text": "Nap?"},
            {"type": "dialogue", "speaker": "Baby 2", "text": "No."},
        ],
        "baby_profiles": {
            "Baby 1": {"tone": "warm, inviting", "voice_id": "baby_voice_1"},
            "Baby 2": {"tone": "curious", "voice_id": "baby_voice_2"},
        }
    })
}

fn film(studio: &mut Studio, campaign: &str, scope: Scope) -> babblecast::engine::RunEnded {
    let run = studio.begin(campaign, scope);
    studio.run_ended(run)
}

#[test]
fn a_script_becomes_one_video_fit_to_post_and_a_changed_word_remakes_one_clip() {
    let place = Place::new();
    place.write("naps.json", &two_words("naps"));
    let mut studio = place.engine();
    let ended = film(&mut studio, "naps", Scope::default());
    assert_eq!((ended.outcome, ended.made), (Outcome::Complete, 8), "{}", ended.message);
    assert!(ended.message.contains("naps.draft.mp4, "), "{}", ended.message);
    let output = place.output().join("naps");
    for file in
        ["naps.draft.mp4", "naps.draft.srt", "naps.draft.vtt", "naps.draft.png", "draft/clips/scene_002_baby_2.mp4"]
    {
        assert!(output.join(file).is_file(), "{file}");
    }
    for video in ["naps.draft.mp4", "draft/clips/scene_001_baby_1.mp4"] {
        let report = lint(&output.join(video)).unwrap();
        assert!(report.passed(), "{video}: {:?}", report.lines.iter().filter(|line| !line.pass).collect::<Vec<_>>());
    }
    let subtitles = std::fs::read_to_string(output.join("naps.draft.srt")).unwrap();
    assert!(subtitles.contains("Nap?") && subtitles.contains("No."), "{subtitles}");

    let again = film(&mut studio, "naps", Scope::default());
    assert_eq!((again.outcome, again.made, again.cached), (Outcome::Complete, 0, 8));

    let first = std::fs::read(output.join("naps.draft.mp4")).unwrap();
    let mut edited = two_words("naps");
    edited["script"][1]["text"] = json!("Never.");
    place.write("naps.json", &edited);
    studio.send(Command::Reload);
    studio.until(|event| matches!(event, Event::Library(_)));
    let entry = studio.entry("naps");
    assert_eq!(entry.videos.len(), 1, "the older video can still be watched");
    assert_eq!(entry.videos[0].changed_since(loaded(&entry)), 1);
    let changed = film(&mut studio, "naps", Scope::default());
    assert_eq!((changed.made, changed.cached), (3, 5), "one voice, one clip, the episode: {}", changed.message);
    assert_ne!(std::fs::read(output.join("naps.draft.mp4")).unwrap(), first);
    assert_eq!(studio.entry("naps").videos[0].changed_since(loaded(&studio.entry("naps"))), 0);
    studio.stop();
}

#[test]
fn a_scene_that_fails_holds_the_episode_up_unless_a_card_may_stand_for_it() {
    let place = Place::new();
    let mut campaign = two_words("naps");
    campaign["script"][1]["audio"] = json!("no.wav");
    std::fs::write(place.campaigns().join("no.wav"), b"this is no sound").unwrap();
    place.write("naps.json", &campaign);
    let mut studio = place.engine();
    let ended = film(&mut studio, "naps", Scope::default());
    assert_eq!((ended.outcome, ended.failed), (Outcome::Partial, 3), "voice, clip and episode: {}", ended.message);
    let entry = studio.entry("naps");
    let graph = loaded(&entry).draft.clone();
    let reason = |key| match studio.state(key) {
        JobState::Failed(failure) => failure.to_string(),
        state => panic!("{state:?}"),
    };
    let episode_reason = reason(graph.episode_job().unwrap().key);
    assert!(episode_reason.starts_with("The episode waits for scene 2."), "{episode_reason}");
    let clip_reason = reason(graph.jobs[graph.scenes[1].clip.unwrap()].key);
    assert!(clip_reason.contains("voice of scene 2, Baby 2") && clip_reason.contains("no.wav"), "{clip_reason}");

    let ended = film(&mut studio, "naps", Scope { allow_missing: true, ..Scope::default() });
    assert_eq!((ended.outcome, ended.made, ended.failed), (Outcome::Partial, 2, 2), "{}", ended.message);
    let video = place.output().join("naps/naps.draft.mp4");
    assert!(lint(&video).unwrap().passed());
    studio.stop();

    let later = place.engine();
    let entry = later.entry("naps");
    let unknown = babblecast::engine::JobFacts::default();
    let facts = |key| later.jobs.get(&key).unwrap_or(&unknown);
    let finished = episode::finished(loaded(&entry), Mode::Draft, &facts).expect("found again at the next start");
    assert!(!finished.is_whole && finished.made(Role::Movie).is_some());
    later.stop();
}

#[test]
fn a_stopped_clip_ends_what_waits_for_it_and_is_made_by_the_next_run() {
    let place = Place::new();
    place.write("naps.json", &two_words("naps"));
    let mut studio = place.engine();
    let graph = loaded(&studio.entry("naps")).draft.clone();
    let clip = graph.jobs[graph.scenes[0].clip.unwrap()].key;
    let run = RunId::random();
    studio.send(Command::Generate {
        run,
        campaign: babblecast::domain::CampaignId::new("naps").unwrap(),
        mode: Mode::Draft,
        scope: Scope { scene: Some(0), ..Scope::default() },
        consent: babblecast::engine::Consent::FreeOnly,
    });
    studio.until(|event| {
        matches!(event, Event::Jobs(changes) if changes.iter().any(|job| job.key == clip && job.state == JobState::Running))
    });
    studio.send(Command::Cancel(Cancel::Job(clip)));
    let ended = studio.run_ended(run);
    assert_eq!((ended.outcome, ended.cancelled), (Outcome::Interrupted, 1), "{}", ended.message);
    let scope = Scope { products: vec![Product::Clip], scene: Some(0), ..Scope::default() };
    let ended = film(&mut studio, "naps", scope);
    assert_eq!((ended.outcome, ended.made, ended.cached), (Outcome::Complete, 1, 2), "{}", ended.message);
    studio.stop();
}
