//! Voices that are bent, and words that only some voices perform.

use super::*;

#[test]
fn a_shaped_voice_is_a_free_job_behind_the_one_that_is_bought() {
    let plain = graph(&example());
    let with_shape = |shape: Value| {
        let mut document = example();
        document["baby_profiles"]["Baby 1"]["voice"] = shape;
        graph(&document)
    };
    let shaped = with_shape(json!({"pitch": 4, "formant": "+12%", "speed": 1.05}));
    let voices = |graph: &Graph| {
        let voices = graph.jobs.iter().filter(|job| job.product() == Product::Voice);
        voices.map(|job| job.key).collect::<Vec<_>>()
    };
    assert_eq!(voices(&shaped), voices(&plain), "what is bought stays as it is");
    assert_eq!(count(&shaped, Product::ShapedVoice), 1, "the two equal lines of Baby 1 share one");
    let scene = shaped.scenes[0];
    let job = &shaped.jobs[scene.shaped.unwrap()];
    assert_eq!((job.billing, job.request.inputs()), (Billing::Free, vec![shaped.jobs[scene.voice.unwrap()].key]));
    let clip = &shaped.jobs[scene.clip.unwrap()];
    assert!(clip.request.inputs().contains(&job.key) && scene.heard() == scene.shaped);
    assert!(shaped.episode_job().unwrap().request.inputs().contains(&job.key));
    assert_eq!(shaped.scenes[1].shaped, None);

    let other = with_shape(json!("chipmunk"));
    assert_eq!(voices(&other), voices(&plain));
    assert_ne!(other.jobs[other.scenes[0].shaped.unwrap()].key, job.key);
    for neutral in [json!({}), json!({"pitch": 0, "speed": 1.0}), Value::Null] {
        assert_eq!(keys(&with_shape(neutral)), keys(&plain));
    }
}

#[test]
fn tags_reach_the_voices_that_perform_them_and_never_a_caption() {
    use crate::domain::tags::Performs;
    let mut document = example();
    document["script"][0]["text"] = json!("[laughs] **Naps** are <break time=\"1s\"/> <i>work</i>.");
    document["script"][1]["say"] = json!("Naps (giggles) are art.");
    document["pronounce"] = json!({"laughs": "LAFFS", "work": "werk"});
    let spoken = |performs: Performs| {
        let mut settings = settings();
        settings.voice.speech.performs = performs;
        let graph = plan(&campaign(&document), &settings, &Choices::default(), &Sources::new()).unwrap();
        let text = |scene: usize| match &*graph.jobs[graph.scenes[scene].voice.unwrap()].request {
            Request::Voice(voice) => voice.text.clone(),
            other => panic!("{other:?}"),
        };
        let Request::Clip(clip) = &*graph.jobs[graph.scenes[0].clip.unwrap()].request else { panic!() };
        assert_eq!(clip.caption.as_deref(), Some("Naps are work."));
        (text(0), text(1))
    };
    let texts = |first: &str, second: &str| (first.to_owned(), second.to_owned());
    assert_eq!(spoken(Performs::Nothing), texts("Naps are werk.", "Naps are art."));
    assert_eq!(spoken(Performs::Breaks), texts("Naps are <break time=\"1s\"/> werk.", "Naps are art."));
    assert_eq!(spoken(Performs::Tags), texts("[laughs] Naps are [pause] werk.", "Naps [giggles] are art."));
}

#[test]
fn who_speaks_follows_the_baby() {
    let mut document = one_line_each();
    document["baby_profiles"]["Baby 1"]["language"] = "de".into();
    document["baby_profiles"]["Baby 2"]["voice_id"] = "af_heart*0.6+af_bella*0.4".into();
    let mut settings = settings();
    let providers = |settings: &Settings| -> Vec<ProviderId> {
        let graph = plan(&campaign(&document), settings, &Choices::default(), &Sources::new()).unwrap();
        let voices = graph.jobs.iter().filter(|job| job.product() == Product::Voice);
        voices.map(|job| job.request.provider()).collect()
    };
    assert_eq!(
        providers(&settings),
        [ProviderId::Neural, ProviderId::Neural],
        "a voice that knows no others speaks all"
    );
    settings.voice.speech.languages =
        [(crate::domain::Language::German, maker(ProviderId::Pico, Billing::Free).made_by)].into();
    assert_eq!(providers(&settings), [ProviderId::Pico, ProviderId::Neural]);
    settings.voice.speech.mixes = Some(maker(ProviderId::Kokoro, Billing::Free).made_by);
    assert_eq!(providers(&settings), [ProviderId::Pico, ProviderId::Kokoro]);
}

#[test]
fn a_voice_that_is_to_be_raised_is_bent_unless_the_profile_says_how() {
    let mut document = one_line_each();
    let mut settings = settings();
    settings.voice.speech.raised = true;
    let shapes = |document: &Value, settings: &Settings| -> Vec<String> {
        let graph = plan(&campaign(document), settings, &Choices::default(), &sources_of(&campaign(document))).unwrap();
        let shape = |job: &Job| match &*job.request {
            Request::ShapedVoice(shaped) => Some(shaped.shape.to_string()),
            _ => None,
        };
        graph.jobs.iter().filter_map(shape).collect()
    };
    assert_eq!(
        shapes(&document, &settings),
        ["+6.01 semitones, formants +15 %", "+8.24 semitones, formants +21 %, speed 0.92"]
    );
    document["baby_profiles"]["Baby 1"]["voice"] = "deep joke".into();
    document["script"][1]["audio"] = "own.wav".into();
    let bent = shapes(&document, &settings);
    assert_eq!(bent, ["-7 semitones, formants -18 %, speed 0.92"], "an own recording stays as it is");
    settings.voice.speech.raised = false;
    assert_eq!(shapes(&document, &settings), bent);
}
