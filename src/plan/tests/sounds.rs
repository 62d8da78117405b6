//! Effects and music in the plan: what they cost, and that nothing else changes with them.

use super::*;
use crate::plan::SoundMakers;

/// Three lines.
fn lines() -> Value {
    let line = |text: &str| json!({"type": "dialogue", "speaker": "Ada", "text": text});
    json!({
        "campaign_id": "c", "topic": "Naps", "script": [line("One."), line("Two."), line("Three.")],
        "baby_profiles": {"Ada": {"tone": "warm", "voice_id": "v"}},
    })
}

fn with(change: impl FnOnce(&mut Value)) -> Value {
    let mut document = lines();
    change(&mut document);
    document
}

fn bought() -> Settings {
    let made_by =
        |model: &str| MadeBy { model: model.to_owned(), ..maker(ProviderId::ElevenLabs, Billing::Free).made_by };
    let sounds = SoundMakers {
        effects: made_by("sounds"),
        effect: MicroDollars(120_000),
        music: made_by("music"),
        music_second: MicroDollars(5_000),
    };
    Settings { sounds: Some(sounds), ..settings() }
}

fn planned(document: &Value, settings: &Settings) -> Graph {
    plan(&campaign(document), settings, &Choices::default(), &Sources::new()).unwrap()
}

fn made_by_model(graph: &Graph, product: Product) -> Vec<(String, MicroDollars)> {
    let jobs = graph.jobs.iter().filter(|job| job.product() == product);
    jobs.map(|job| (job.request.made_by().unwrap().model.clone(), job.price())).collect()
}

#[test]
fn an_effect_remakes_the_clip_of_its_scene_and_the_episode_and_nothing_else() {
    let (plain, effect) = (graph(&lines()), graph(&with(|file| file["script"][1]["sfx"] = json!("rimshot"))));
    let gone: Vec<_> = plain.jobs.iter().filter(|job| effect.job(job.key).is_none()).map(Job::product).collect();
    assert_eq!(gone, [Product::Clip, Product::Episode]);
    let new: Vec<_> = effect.jobs.iter().filter(|job| plain.job(job.key).is_none()).map(Job::product).collect();
    assert_eq!(new, [Product::Effect, Product::Clip, Product::Episode]);
    let scene = effect.scenes[1];
    assert_eq!(scene.of(Product::Effect), scene.effect);
    assert_eq!(effect.jobs[scene.effect.unwrap()].scenes, [1]);
    assert!(effect.jobs[scene.clip.unwrap()].request.inputs().contains(&effect.jobs[scene.effect.unwrap()].key));
    // A campaign that asks for none says nothing of effects anywhere.
    let written = serde_json::to_string(&plain.jobs).unwrap();
    assert!(!written.contains("effect") && !written.contains("made_music"), "{written}");
}

#[test]
fn the_same_effect_in_two_scenes_is_made_once_and_another_offset_is_another_clip() {
    let both = graph(&with(|file| {
        file["script"][0]["sfx"] = json!("ding");
        file["script"][2]["sfx"] = json!({"sound": "ding", "at": -0.5});
    }));
    assert_eq!(count(&both, Product::Effect), 1);
    let offsets: Vec<_> = both
        .jobs
        .iter()
        .filter_map(|job| match &*job.request {
            Request::Clip(clip) => {
                clip.effect.as_ref().map(|effect| (effect.at_milliseconds, effect.hold_milliseconds))
            }
            _ => None,
        })
        .collect();
    assert_eq!(offsets, [(0, 1_400), (-500, 1_400)]);
}

#[test]
fn words_are_bought_where_somebody_makes_sounds_of_them_and_a_built_in_one_stands_in_elsewhere() {
    let document = with(|file| {
        file["script"][0]["sfx"] = json!({"prompt": "children laughing", "seconds": 2.5});
        file["music"] = json!({"prompt": "a slow waltz", "seconds": 20.5});
    });
    let draft = planned(&document, &settings());
    assert_eq!(made_by_model(&draft, Product::Effect), [("laugh_track".to_owned(), MicroDollars::ZERO)]);
    assert_eq!(made_by_model(&draft, Product::Music), [("music_box".to_owned(), MicroDollars::ZERO)]);
    let last = planned(&document, &bought());
    assert_eq!(made_by_model(&last, Product::Effect), [("sounds".to_owned(), MicroDollars(120_000))]);
    assert_eq!(made_by_model(&last, Product::Music), [("music".to_owned(), MicroDollars(21 * 5_000))], "seconds begun");
    let music = last.job(last.jobs[last.music.unwrap()].key).unwrap();
    assert!(last.episode_job().unwrap().request.inputs().contains(&music.key));
    let Request::Effect(effect) = &*last.jobs[last.scenes[0].effect.unwrap()].request else { panic!("no effect") };
    assert_eq!((effect.prompt.as_deref(), effect.milliseconds), (Some("children laughing"), Some(2_500)));
    // Built-in ones stay free in a final.
    let named = planned(&with(|file| file["script"][0]["sfx"] = json!("aww")), &bought());
    assert_eq!(made_by_model(&named, Product::Effect), [("aww".to_owned(), MicroDollars::ZERO)]);
}

#[test]
fn a_line_waits_for_its_effect_and_a_media_scene_does_not() {
    let document = with(|file| {
        file["script"][0]["sfx"] = json!("room");
        file["script"][1] = json!({"type": "media", "source": "a.png", "sfx": "room"});
    });
    let graph =
        plan(&campaign(&document), &settings(), &Choices::default(), &sources_of(&campaign(&document))).unwrap();
    let hold = |scene: usize| match &*graph.jobs[graph.scenes[scene].clip.unwrap()].request {
        Request::Clip(clip) => clip.effect.clone().unwrap(),
        _ => panic!("no clip"),
    };
    assert_eq!((hold(0).hold_milliseconds, hold(1).hold_milliseconds), (1_500, 0));
    assert_eq!((hold(0).begins(2.0), hold(0).least_seconds(2.0), hold(1).begins(0.0)), (2.0, 3.5, 0.0));
}
