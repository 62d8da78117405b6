//! What is promised of clips and episodes, with the real encoder on campaigns of two very short lines.

use std::path::Path;
use std::time::{Duration, SystemTime};

use babblecast::engine::publish::episode;
use babblecast::engine::{Cancel, Command, EngineSettings, Event, Outcome, RunId, Scope};
use babblecast::media::sound::Sound;
use babblecast::media::sound_file::encode_wav;
use babblecast::media::video::lint;
use babblecast::plan::{Graph, JobState, Mode, Product, Role};
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

/// A tone of so many seconds.
fn write_wav(path: &Path, seconds: f64) {
    let samples = (0..(48_000.0 * seconds) as usize).map(|at| (at as f32 * 0.04).sin() * 0.3).collect();
    std::fs::write(path, encode_wav(&Sound { samples, rate: 48_000 })).unwrap();
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
    assert_eq!((ended.outcome, ended.failed), (Outcome::Partial, 1), "only the voice was tried: {}", ended.message);
    assert_eq!(ended.blocked, 2, "the clip and the episode wait for it");
    assert!(ended.message.contains("1 failed, 2 wait for it"), "{}", ended.message);
    let entry = studio.entry("naps");
    let graph = loaded(&entry).draft.clone();
    let reason = |key| match studio.state(key) {
        JobState::Failed(failure) | JobState::Blocked(failure) => failure.to_string(),
        state => panic!("{state:?}"),
    };
    let episode_reason = reason(graph.episode_job().unwrap().key);
    assert!(episode_reason.starts_with("The episode waits for scene 2."), "{episode_reason}");
    let clip_reason = reason(graph.jobs[graph.scenes[1].clip.unwrap()].key);
    assert!(clip_reason.starts_with("It waits for the voice of scene 2, Baby 2."), "{clip_reason}");
    assert!(reason(graph.jobs[graph.scenes[1].voice.unwrap()].key).contains("no.wav"));

    let ended = film(&mut studio, "naps", Scope { allow_missing: true, ..Scope::default() });
    assert_eq!((ended.outcome, ended.made, ended.failed), (Outcome::Partial, 2, 1), "{}", ended.message);
    assert_eq!(
        studio.state(graph.episode_job().unwrap().key),
        JobState::Pending,
        "nothing went wrong with the episode"
    );
    assert!(ended.message.ends_with(", with cards for missing scenes"), "{}", ended.message);
    let video = place.output().join("naps/naps.draft.mp4");
    assert!(lint(&video).unwrap().passed());
    studio.stop();

    let later = place.engine();
    let entry = later.entry("naps");
    let facts = |key| later.view.job(key);
    let finished = episode::finished(loaded(&entry), Mode::Draft, &facts).expect("found again at the next start");
    assert!(!finished.is_whole && finished.made(Role::Movie).is_some());
    later.stop();
}

#[test]
fn a_changed_word_remakes_its_clip_and_the_fades_beside_it_and_a_fade_takes_no_time() {
    let place = Place::new();
    let mut campaign = two_words("naps");
    campaign["transition"] = json!("fade");
    place.write("naps.json", &campaign);
    let mut studio = place.engine();
    let ended = film(&mut studio, "naps", Scope::default());
    assert_eq!((ended.outcome, ended.made), (Outcome::Complete, 10), "two fades more: {}", ended.message);
    let graph = loaded(&studio.entry("naps")).draft.clone();
    let milliseconds = |product: Product, role: Role| -> u32 {
        let jobs = graph.jobs.iter().filter(|job| job.product() == product);
        let outputs = jobs.flat_map(|job| &studio.view.job(job.key).outputs).filter(|made| made.output.role == role);
        outputs.filter_map(|made| made.output.milliseconds).sum()
    };
    assert_eq!(milliseconds(Product::Fade, Role::Video), 2 * 333);
    assert!(milliseconds(Product::Episode, Role::Movie).abs_diff(milliseconds(Product::Clip, Role::Movie)) <= 3);
    assert!(lint(&place.output().join("naps/naps.draft.mp4")).unwrap().passed());

    campaign["script"][1]["text"] = json!("Never.");
    place.write("naps.json", &campaign);
    studio.send(Command::Reload);
    studio.until(|event| matches!(event, Event::Library(_)));
    let changed = film(&mut studio, "naps", Scope::default());
    assert_eq!((changed.made, changed.cached), (4, 6), "a voice, a clip, a fade, the episode: {}", changed.message);
    studio.stop();
}

#[test]
fn a_clip_that_turns_out_too_short_for_a_fade_is_joined_by_a_cut() {
    let place = Place::new();
    let mut campaign = two_words("naps");
    campaign["transition"] = json!("fade");
    campaign["script"][0]["audio"] = json!("short.wav");
    write_wav(&place.campaigns().join("short.wav"), 0.1);
    place.write("naps.json", &campaign);
    let mut studio = place.engine();
    let ended = film(&mut studio, "naps", Scope::default());
    assert_eq!(ended.outcome, Outcome::Complete, "{}", ended.message);
    let told = studio.notices.iter().filter(|notice| notice.contains("a cut stands in its place")).count();
    assert_eq!(told, 2, "into it and out of it: {:?}", studio.notices);
    assert!(lint(&place.output().join("naps/naps.draft.mp4")).unwrap().passed());
    studio.stop();
}

#[test]
fn a_clip_that_is_missing_costs_the_fades_beside_it_and_nothing_else() {
    let place = Place::new();
    let mut campaign = two_words("naps");
    campaign["transition"] = json!("fade");
    campaign["script"][1]["audio"] = json!("no.wav");
    std::fs::write(place.campaigns().join("no.wav"), b"this is no sound").unwrap();
    place.write("naps.json", &campaign);
    let mut studio = place.engine();
    let ended = film(&mut studio, "naps", Scope { allow_missing: true, ..Scope::default() });
    assert_eq!((ended.failed, ended.blocked), (1, 2), "its clip and the fade into it: {}", ended.message);
    assert!(lint(&place.output().join("naps/naps.draft.mp4")).unwrap().passed());
    studio.stop();
}

#[test]
fn videos_used_longest_ago_make_room_for_new_ones_by_themselves() {
    let place = Place::new();
    place.write("naps.json", &two_words("naps"));
    let settings = || EngineSettings { most_derived: 1, ..place.settings() };
    let mut studio = Studio::start(settings());
    assert_eq!(film(&mut studio, "naps", Scope::default()).outcome, Outcome::Complete);
    let before = loaded(&studio.entry("naps")).draft.clone();
    studio.stop();
    let long_ago = SystemTime::now() - Duration::from_hours(5);
    let assets = place.home().join("assets");
    for file in Place::files_below(&assets) {
        std::fs::File::open(assets.join(file)).unwrap().set_modified(long_ago).unwrap();
    }

    let mut edited = two_words("naps");
    edited["script"][1]["text"] = json!("Never.");
    place.write("naps.json", &edited);
    let mut studio = Studio::start(settings());
    assert_eq!(film(&mut studio, "naps", Scope::default()).outcome, Outcome::Complete);
    studio.until(|event| matches!(event, Event::Notice(notice) if notice.text.contains("used longest ago are gone")));
    let after = loaded(&studio.entry("naps")).draft.clone();
    studio.stop();

    place.write("naps.json", &two_words("naps"));
    let old = place.engine();
    let state = |graph: &Graph, index: Option<usize>| old.state(graph.jobs[index.unwrap()].key);
    assert_eq!(state(&before, before.episode), JobState::Pending);
    assert_eq!(state(&before, before.scenes[1].clip), JobState::Pending);
    assert_eq!(state(&before, before.scenes[0].clip), JobState::Cached, "the newest video is made of it");
    assert_eq!(state(&before, before.scenes[1].voice), JobState::Cached, "voices never go");
    old.stop();
    let newer = {
        place.write("naps.json", &edited);
        place.engine()
    };
    assert!(after.jobs.iter().all(|job| newer.state(job.key).is_made()), "the newest video is whole");
    newer.stop();
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
        matches!(event, Event::Jobs(changes) if changes.iter().any(|job| job.key == clip && job.facts.state == JobState::Running))
    });
    studio.send(Command::Cancel(Cancel::Job(clip)));
    let ended = studio.run_ended(run);
    assert_eq!((ended.outcome, ended.cancelled), (Outcome::Interrupted, 1), "{}", ended.message);
    let scope = Scope { products: vec![Product::Clip], scene: Some(0), ..Scope::default() };
    let ended = film(&mut studio, "naps", scope);
    assert_eq!((ended.outcome, ended.made, ended.cached), (Outcome::Complete, 1, 2), "{}", ended.message);
    studio.stop();
}
