//! What a plan promises: one key for one request, another key for any change that is heard or seen, and no key that
//! depends on names, order or where a campaign stands.

use std::collections::HashSet;
use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::domain::{Campaign, Format, MicroDollars, read};

/// A campaign of two warm babies that speak three lines.
fn example() -> Value {
    json!({
        "campaign_id": "example",
        "topic": "Naps",
        "script": [
            {"type": "dialogue", "speaker": "Baby 1", "text": "Naps are work."},
            {"type": "dialogue", "speaker": "Baby 2", "text": "Naps are art."},
            {"type": "dialogue", "speaker": "Baby 1", "text": "Naps are work."},
        ],
        "baby_profiles": {
            "Baby 1": {"tone": "warm", "voice_id": "baby_voice_1"},
            "Baby 2": {"tone": "warm", "voice_id": "baby_voice_2"},
        }
    })
}

fn campaign(document: &Value) -> Campaign {
    read(&document.to_string(), Format::Json).unwrap_or_else(|faults| panic!("{faults:?}"))
}

fn maker(provider: &str, billing: Billing) -> Maker {
    let made_by = MadeBy {
        provider: provider.to_owned(),
        model: "m".to_owned(),
        version: None,
        endpoint: None,
        parameters: std::collections::BTreeMap::new(),
    };
    Maker { made_by, billing, speech: Speech::default() }
}

fn metered_at(per_call: u64, per_character: u64) -> Billing {
    Billing::Metered {
        per_call: MicroDollars(per_call),
        per_character: MicroDollars(per_character),
        per_reference: MicroDollars(7),
    }
}

pub(super) fn settings() -> Settings {
    Settings {
        image: maker("image", Billing::Free),
        voice: maker("voice", Billing::Free),
        clip: maker("clip", Billing::Free).made_by,
        talking: maker("clip", Billing::Free).made_by,
        marks: maker("face", Billing::Free).made_by,
        video_file: maker("clip", Billing::Free).made_by,
        fade: maker("fade", Billing::Free).made_by,
        episode: maker("episode", Billing::Free).made_by,
    }
}

/// Every own file holds its own name.
fn sources_of(campaign: &Campaign) -> Sources {
    let hash = |path: &crate::domain::MaterialPath| (path.clone(), AssetHash::of(path.as_str().as_bytes()));
    campaign.materials().into_iter().map(hash).collect()
}

fn graph(document: &Value) -> Graph {
    plan(&campaign(document), &settings(), &Choices::default(), &Sources::new()).unwrap()
}

/// All but the episode, which is of its campaign alone.
fn keys(graph: &Graph) -> HashSet<JobKey> {
    graph.jobs.iter().filter(|job| job.product() != Product::Episode).map(|job| job.key).collect()
}

fn count(graph: &Graph, product: Product) -> usize {
    graph.jobs.iter().filter(|job| job.product() == product).count()
}

#[test]
fn equal_lines_share_a_voice_and_identical_profiles_are_two_babies() {
    let graph = graph(&example());
    let counts = Product::ALL.map(|product| count(&graph, product));
    assert_eq!(
        counts,
        [2, 2, 0, 2, 0, 3, 0, 1],
        "two portraits, two faces, two voices, two clips and the title, one episode"
    );
    assert_ne!(graph.portraits[0], graph.portraits[1]);
    assert_eq!(graph.scenes[0].voice, graph.scenes[2].voice);
    assert_eq!(graph.scenes[0].clip, graph.scenes[2].clip);
    assert_eq!(graph.jobs[graph.scenes[0].voice.unwrap()].scenes, [0, 2]);
}

#[test]
fn every_job_stands_after_what_it_is_made_of() {
    let graph = graph(&example());
    for (position, job) in graph.jobs.iter().enumerate() {
        for input in job.request.inputs() {
            assert!(graph.index_of(input).is_some_and(|index| index < position), "{:?}", job.request);
        }
    }
    let episode = graph.episode_job().unwrap();
    assert_eq!(graph.with_inputs(|job| job.key == episode.key).len(), graph.jobs.len(), "everything is in the episode");
    let clip = graph.jobs[graph.scenes[1].clip.unwrap()].key;
    assert_eq!(graph.with_inputs(|job| job.key == clip).len(), 4, "a clip, its face, what of it moves, and its voice");
}

#[test]
fn a_video_file_is_made_anew_when_ffmpeg_comes_and_nothing_else_is() {
    let mut document = example();
    for source in ["a.png", "b.MP4"] {
        document["script"].as_array_mut().unwrap().push(json!({"type": "media", "source": source}));
    }
    let campaign = campaign(&document);
    let keys_with =
        |settings: &Settings| keys(&plan(&campaign, settings, &Choices::default(), &sources_of(&campaign)).unwrap());
    let without = settings();
    let with = Settings { video_file: maker("clip with ffmpeg", Billing::Free).made_by, ..settings() };
    assert_eq!(keys_with(&with).difference(&keys_with(&without)).count(), 1);
}

#[test]
fn twins_share_a_portrait() {
    let mut document = example();
    document["baby_profiles"]["Baby 2"]["same_as"] = json!("Baby 1");
    let graph = graph(&document);
    assert_eq!(graph.portraits[0], graph.portraits[1]);
    assert_eq!(graph.jobs[graph.portraits[0]].speakers.len(), 2);
}

#[test]
fn names_ids_and_order_are_in_no_key_but_the_episodes() {
    let before = keys(&graph(&example()));
    let renamed = example().to_string().replace("Baby 1", "Ada").replace("Baby 2", "Grace").replace("example", "other");
    assert_eq!(keys(&graph(&serde_json::from_str(&renamed).unwrap())), before);
    let mut reordered = example();
    reordered["script"].as_array_mut().unwrap().reverse();
    assert_eq!(keys(&graph(&reordered)), before);
}

#[test]
fn a_changed_word_remakes_one_voice_its_clip_and_the_episode() {
    let before = keys(&graph(&example()));
    let mut document = example();
    document["script"][1]["text"] = json!("Naps are an art.");
    let after = keys(&graph(&document));
    assert_eq!(before.difference(&after).count(), 2);
    assert_eq!(after.difference(&before).count(), 2);
    let episode = |document: &Value| graph(document).episode_job().unwrap().key;
    assert_ne!(episode(&example()), episode(&document));
}

#[test]
fn a_fade_is_made_of_the_clips_beside_it_and_is_in_the_graph_before_the_episode() {
    let mut document = example();
    document["transition"] = json!("fade");
    let faded = graph(&document);
    let fade = |scene: usize| &faded.jobs[faded.scenes[scene].fade.unwrap()];
    let clip = |index: Option<usize>| faded.jobs[index.unwrap()].key;
    assert_eq!(fade(0).request.inputs(), [clip(faded.title), clip(faded.scenes[0].clip)]);
    assert_eq!(fade(1).request.inputs(), [clip(faded.scenes[0].clip), clip(faded.scenes[1].clip)]);
    assert_eq!((fade(1).price(), &fade(1).scenes), (MicroDollars::ZERO, &vec![1]));
    let episode = faded.episode_job().unwrap();
    assert!(episode.request.inputs().contains(&fade(1).key));
    assert_eq!(faded.with_inputs(|job| job.product() == Product::Episode).len(), faded.jobs.len());

    let cut = graph(&example());
    assert!(keys(&cut).is_subset(&keys(&faded)), "nothing else is made again");
    assert!(cut.scenes.iter().all(|scene| scene.fade.is_none()));
}

#[test]
fn a_changed_word_remakes_the_fades_beside_its_clip_and_no_other() {
    let mut document = example();
    document["transition"] = json!("fade");
    document["script"]
        .as_array_mut()
        .unwrap()
        .push(json!({"type": "dialogue", "speaker": "Baby 1", "text": "Good night."}));
    let before = keys(&graph(&document));
    document["script"][0]["text"] = json!("Naps are an art.");
    let after = keys(&graph(&document));
    assert_eq!(after.difference(&before).count(), 4, "a voice, a clip and two fades");
}

#[test]
fn a_scene_may_be_entered_otherwise_than_the_campaign_says() {
    let mut document = example();
    document["script"][1]["transition"] = json!("fade");
    let fades = |document: &Value| graph(document).scenes.iter().map(|scene| scene.fade.is_some()).collect::<Vec<_>>();
    assert_eq!(fades(&document), [false, true, false]);
    document["transition"] = json!("fade");
    document["script"][1]["transition"] = json!("cut");
    assert_eq!(fades(&document), [true, false, true]);
}

#[test]
fn what_is_known_to_be_too_short_for_a_fade_is_planned_as_a_cut() {
    let mut document = example();
    document["transition"] = json!("fade");
    document["script"][1] = json!({"type": "media", "source": "a.png", "duration_s": 0.4});
    let campaign = campaign(&document);
    let graph = plan(&campaign, &settings(), &Choices::default(), &sources_of(&campaign)).unwrap();
    assert_eq!(graph.scenes.iter().map(|scene| scene.fade.is_some()).collect::<Vec<_>>(), [true, false, false]);
}

#[test]
fn every_parameter_that_is_seen_or_heard_is_in_the_key() {
    let made_by = maker("p", Billing::Free).made_by;
    let portrait = Request::Portrait(PortraitRequest {
        made_by: made_by.clone(),
        prompt: "p".to_owned(),
        tone: crate::domain::Tone::Warm,
        tone_text: "warm".to_owned(),
        appearance: None,
        reference: None,
        same_baby: None,
        look: 0,
        take: 1,
    });
    let voice = Request::Voice(VoiceRequest {
        made_by,
        voice_id: "v".to_owned(),
        text: "t".to_owned(),
        tone: crate::domain::Tone::Warm,
        neighbours: None,
        look: 0,
        take: 1,
    });
    for request in [portrait, voice] {
        let canonical = request.canonical();
        let mut seen = HashSet::from([request.key()]);
        let mut changed = 0;
        let mut changes: Vec<Value> = Vec::new();
        for (name, value) in canonical.as_object().unwrap() {
            let mut other = canonical.clone();
            other[name] = match value {
                Value::String(_) if name == "kind" => continue,
                Value::String(_) if name == "tone" => json!("proud"),
                Value::String(text) => json!(format!("{text}!")),
                Value::Number(number) => json!(number.as_u64().unwrap() + 1),
                _ => continue,
            };
            changes.push(other);
        }
        for (pointer, value) in [
            ("provider", json!("q")),
            ("model", json!("n")),
            ("version", json!(2)),
            ("endpoint", json!("http://localhost")),
            ("parameters", json!({"quality": "high"})),
        ] {
            let mut other = canonical.clone();
            other["made_by"][pointer] = value;
            changes.push(other);
        }
        for other in changes {
            let other: Request = serde_json::from_value(other).unwrap();
            changed += 1;
            assert!(seen.insert(other.key()), "{other:?} has the key of another request");
        }
        assert!(changed >= 9, "{changed}");
    }
}

#[test]
fn a_choice_holds_until_the_profile_changes() {
    let base = graph(&example()).jobs[0].base;
    let mut choices = Choices::default();
    let choice = Choice { product: Product::Portrait, of: "Baby 1".to_owned(), pick: Pick::Take(3) };
    choices.choices.insert(base, choice);
    let chosen = plan(&campaign(&example()), &settings(), &choices, &Sources::new()).unwrap();
    assert_eq!(chosen.jobs[0].request.take(), 3);
    assert_eq!(chosen.jobs[0].base, base, "takes share their base");

    let mut edited = example();
    edited["baby_profiles"]["Baby 1"]["tone"] = json!("proud");
    let fresh = plan(&campaign(&edited), &settings(), &choices, &Sources::new()).unwrap();
    assert_eq!(fresh.jobs[0].request.take(), 1);
    let current = [fresh.jobs[0].base];
    let former: Vec<_> = choices.former_faces("Baby 1", &current).collect();
    assert_eq!(former, [(base, Pick::Take(3))], "the old picture can be offered");
}

#[test]
fn a_kept_picture_has_its_own_key_and_the_base_of_the_request_it_stands_in_for() {
    let before = graph(&example());
    let (base, old) = (before.jobs[0].base, JobKey::of(b"an older request"));
    let choice = Choice { product: Product::Portrait, of: "Baby 1".to_owned(), pick: Pick::Kept(old) };
    let choices = Choices { choices: [(base, choice)].into(), ..Choices::default() };
    let mut metered = settings();
    metered.image.billing = metered_at(40_000, 0);
    let kept = plan(&campaign(&example()), &metered, &choices, &Sources::new()).unwrap();
    assert_eq!((kept.jobs[0].key, kept.jobs[0].base), (old, base));
    assert!(kept.jobs[0].price().is_zero());
    assert_eq!(kept.jobs[0].request.with_take(1).key(), before.jobs[0].key);
}

#[test]
fn a_take_that_keeps_a_face_has_a_key_of_its_own_and_the_base_of_its_request() {
    let before = graph(&example());
    let (job, face) = (&before.jobs[0], Face::Made(JobKey::of(b"an older picture")));
    let choice = Choice { product: Product::Portrait, of: String::new(), pick: Pick::SameBaby { take: 2, face } };
    let choices = Choices { choices: [(job.base, choice)].into(), ..Choices::default() };
    let kept = plan(&campaign(&example()), &settings(), &choices, &Sources::new()).unwrap();
    assert_eq!(kept.jobs[0].base, job.base);
    assert_eq!(kept.jobs[0].request, Arc::new(job.request.with_take(2).keeping(face)));
    assert_ne!(kept.jobs[0].key, job.request.with_take(2).key());
    assert_eq!(kept.jobs[0].request.inputs(), [JobKey::of(b"an older picture")]);
    assert_eq!(kept.jobs[0].request.with_take(1).key(), job.key, "only that take keeps it");
}

#[test]
fn a_take_as_reference_is_the_picture_made_without_it_and_a_drawn_one_needs_no_picture() {
    let mut document = example();
    document["baby_profiles"]["Baby 1"]["reference"] = json!("take 2");
    let reference = |settings: &Settings| {
        let plain = plan(&campaign(&example()), settings, &Choices::default(), &Sources::new()).unwrap();
        let referring = plan(&campaign(&document), settings, &Choices::default(), &Sources::new()).unwrap();
        let Request::Portrait(portrait) = &*referring.jobs[referring.portraits[0]].request else { panic!() };
        (plain.jobs[0].request.with_take(2), portrait.face(), referring)
    };
    let (second, face, referring) = reference(&settings());
    assert_eq!(face, Some(Face::Made(second.key())));
    let lender = &referring.jobs[0];
    assert_eq!((&*lender.request, lender.billing), (&second, settings().image.billing), "it is made first, and priced");
    assert!(referring.only_lends_its_face(lender) && !referring.only_lends_its_face(&referring.jobs[1]));
    assert!(!referring.only_lends_its_face(&referring.jobs[referring.scenes[0].voice.unwrap()]));
    let mut drawn = settings();
    drawn.image.made_by.version = Some(1);
    let (Request::Portrait(second), face, referring) = reference(&drawn) else { panic!() };
    assert_eq!(face, Some(Face::Drawn(second.person())));
    assert_eq!(referring.portraits[0], 0, "nothing is made first");
    assert!(Request::Portrait(PortraitRequest { reference: face, ..second }).inputs().is_empty());
}

#[test]
fn own_material_makes_free_jobs_named_by_its_content() {
    let mut document = example();
    document["baby_profiles"]["Baby 1"]["portrait"] = json!("me.png");
    document["script"][0]["audio"] = json!("me.wav");
    let campaign = campaign(&document);
    assert!(plan(&campaign, &settings(), &Choices::default(), &Sources::new()).is_err(), "no hash, no plan");
    let graph = plan(&campaign, &settings(), &Choices::default(), &sources_of(&campaign)).unwrap();
    assert_eq!(graph.jobs[0].request, Arc::new(Request::OwnPortrait { source: AssetHash::of(b"me.png") }));
    assert_eq!(graph.jobs[0].billing, Billing::Free);
    let voice = &graph.jobs[graph.scenes[0].voice.unwrap()].request;
    assert_eq!(*voice, Arc::new(Request::OwnVoice { source: AssetHash::of(b"me.wav") }));
}

#[test]
fn pronunciations_replace_whole_words_longest_first() {
    for (text, said) in [
        ("Mon Rovîa sings.", "Mon Ro-VEE-ah sings."),
        ("Mon day, Monday", "Mohn day, Monday"),
        ("(Mon)", "(Mohn)"),
        ("no such word", "no such word"),
    ] {
        let mut document = example();
        document["script"][0]["text"] = json!(text);
        document["pronounce"] = json!({"Mon": "Mohn", "Mon Rovîa": "Mon Ro-VEE-ah"});
        let graph = graph(&document);
        let Request::Voice(voice) = &*graph.jobs[graph.scenes[0].voice.unwrap()].request else { panic!() };
        assert_eq!(voice.text, said);
    }
}

#[test]
fn an_alias_becomes_the_providers_voice_and_another_voice_is_another_key() {
    let mut with_voices = settings();
    with_voices.voice.speech.voices = [("baby_voice_1".to_owned(), "JBFq".to_owned())].into();
    let graph = plan(&campaign(&example()), &with_voices, &Choices::default(), &Sources::new()).unwrap();
    let voice = |scene: usize| match &*graph.jobs[graph.scenes[scene].voice.unwrap()].request {
        Request::Voice(voice) => voice.voice_id.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!((voice(0).as_str(), voice(1).as_str()), ("JBFq", "baby_voice_2"));
}

#[test]
fn neighbours_are_in_the_key_only_where_they_are_sent() {
    let mut document = example();
    document["script"].as_array_mut().unwrap().insert(1, json!({"type": "media", "source": "a.png"}));
    let mut with_neighbours = settings();
    with_neighbours.voice.speech.neighbours = true;
    let campaign = campaign(&document);
    let sources = sources_of(&campaign);
    let graph = plan(&campaign, &with_neighbours, &Choices::default(), &sources).unwrap();
    let Request::Voice(voice) = &*graph.jobs[graph.scenes[2].voice.unwrap()].request else { panic!() };
    let around = Neighbours { before: Some("Naps are work.".to_owned()), after: Some("Naps are work.".to_owned()) };
    assert_eq!(voice.neighbours, Some(around));
    assert_ne!(graph.scenes[0].voice, graph.scenes[3].voice, "the first has nothing before it, the last nothing after");
    let alone = plan(&campaign, &settings(), &Choices::default(), &sources).unwrap();
    let Request::Voice(alone) = &*alone.jobs[alone.scenes[2].voice.unwrap()].request else { panic!() };
    assert_eq!(alone.neighbours, None);
}

#[test]
fn a_reference_and_the_prompt_are_part_of_a_portraits_price() {
    let request = |reference| {
        Request::Portrait(PortraitRequest {
            made_by: maker("p", Billing::Free).made_by,
            prompt: "12345".to_owned(),
            tone: crate::domain::Tone::Warm,
            tone_text: "warm".to_owned(),
            appearance: None,
            reference,
            same_baby: None,
            look: 0,
            take: 1,
        })
    };
    let billing = metered_at(1_000, 10);
    assert_eq!(billing.price(&request(None)), MicroDollars(2_830), "the sentence that is always added counts");
    assert_eq!(billing.price(&request(Some(Face::Source(AssetHash::of(b"face"))))), MicroDollars(2_837));
}

#[test]
fn the_price_is_the_sum_over_what_is_missing() {
    let mut settings = settings();
    settings.image.billing = metered_at(40_000, 0);
    settings.voice.billing = metered_at(0, 100);
    let graph = plan(&campaign(&example()), &settings, &Choices::default(), &Sources::new()).unwrap();
    let (pending, cached) = (JobState::Pending, JobState::Cached);
    let all = progress(&graph, &|_| &pending);
    assert_eq!(all.price_of_missing, MicroDollars(2 * 40_000 + (14 + 13) * 100));
    let first = graph.jobs[0].key;
    let rest = progress(&graph, &|key| if key == first { &cached } else { &pending });
    assert_eq!(rest.price_of_missing, MicroDollars(40_000 + (14 + 13) * 100));
    assert_eq!(missing(&graph, |key| if key == first { &cached } else { &pending }).count(), graph.jobs.len() - 1);
}

#[test]
fn a_scene_is_as_far_as_its_least_job() {
    let failure = JobState::Failed(Failure { reason: String::new(), next_step: String::new(), retryable: false });
    for (portrait, voice, status) in [
        (JobState::Made, JobState::Cached, SceneStatus::Success),
        (JobState::Made, JobState::Pending, SceneStatus::Pending),
        (JobState::Made, JobState::Cancelled, SceneStatus::Pending),
        (JobState::Running, JobState::Pending, SceneStatus::Processing),
        (JobState::Pending, JobState::Waiting, SceneStatus::Processing),
        (JobState::Running, failure.clone(), SceneStatus::Failed),
    ] {
        let graph = graph(&example());
        let face = graph.jobs[graph.portraits[0]].key;
        let states = |key| if key == face { &portrait } else { &voice };
        assert_eq!(scene_status(&graph, graph.scenes[0], &states), status, "{portrait:?} {voice:?}");
    }
}

proptest! {
    #[test]
    fn the_same_request_has_the_same_key(text in "[ -~]{1,40}", take in 1u32..9, look in 0u32..4) {
        let request = || Request::Voice(VoiceRequest {
            made_by: maker("voice", Billing::Free).made_by,
            voice_id: "v".to_owned(),
            text: text.clone(),
            tone: crate::domain::Tone::Warm,
            neighbours: None,
            look,
            take,
        });
        prop_assert_eq!(request().key(), request().key());
        prop_assert_eq!(request().base(), request().with_take(take + 1).base());
        prop_assert_ne!(request().key(), request().with_take(take + 1).key());
        let again: Request = serde_json::from_value(request().canonical()).unwrap();
        prop_assert_eq!(again.key(), request().key());
    }
}

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

/// What is planned where the voice speaks up to 60 characters and two voices together.
fn with_dialogues(document: &Value) -> Graph {
    let mut settings = settings();
    settings.voice.billing = metered_at(0, 100);
    settings.voice.speech.performs = crate::domain::tags::Performs::Tags;
    let parameters = [("output_format".to_owned(), json!("pcm"))].into();
    settings.voice.speech.dialogues = Some(Dialogues { most_characters: 60, most_voices: 2, parameters });
    let campaign = campaign(document);
    plan(&campaign, &settings, &Choices::default(), &sources_of(&campaign)).unwrap()
}

fn dialogues(graph: &Graph) -> Vec<Vec<usize>> {
    graph.jobs.iter().filter(|job| job.product() == Product::Dialogue).map(|job| job.scenes.clone()).collect()
}

fn in_dialogue() -> Value {
    let mut document = example();
    document["voice_mode"] = json!("dialogue");
    document["script"][0]["text"] = json!("[laughs] Naps are work.");
    document
}

#[test]
fn neighbouring_lines_are_one_paid_job_and_each_is_cut_out_of_it_for_nothing() {
    let graph = with_dialogues(&in_dialogue());
    assert_eq!(dialogues(&graph), [[0, 1, 2]]);
    let job = &graph.jobs[graph.scenes[0].dialogue.unwrap()];
    let Request::Dialogue(dialogue) = &*job.request else { panic!() };
    let lines: Vec<&str> = dialogue.lines.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(lines, ["[laughs] Naps are work.", "Naps are art.", "Naps are work."], "with their tags");
    assert_eq!((job.price(), job.speakers.len()), (MicroDollars((23 + 13 + 14) * 100), 2));
    assert_eq!(dialogue.made_by.parameters["output_format"], json!("pcm"));
    for (position, scene) in graph.scenes.iter().enumerate() {
        let voice = &graph.jobs[scene.voice.unwrap()];
        let cut = CutVoiceRequest::new(job.key, position);
        assert_eq!((&*voice.request, voice.billing), (&Request::CutVoice(cut), Billing::Free));
        assert_eq!((scene.spoken(), scene.heard()), (scene.dialogue, scene.voice));
        let Request::Clip(clip) = &*graph.jobs[scene.clip.unwrap()].request else { panic!() };
        assert_eq!(clip.goes_on, position < 2, "no breath inside the dialogue");
        assert!(!clip.caption.as_deref().unwrap().contains("laughs"), "no tag is shown");
    }
    assert_ne!(graph.scenes[0].clip, graph.scenes[2].clip);
    let episode = graph.episode_job().unwrap().key;
    assert_eq!(graph.with_inputs(|job| job.key == episode).len(), graph.jobs.len());
    let again: Request = serde_json::from_value(job.request.canonical()).unwrap();
    assert_eq!((again.key(), again.with_take(2).base()), (job.key, job.base));
}

#[test]
fn one_changed_line_remakes_its_dialogue_and_no_other() {
    let mut document = in_dialogue();
    let media = json!({"type": "media", "source": "a.png"});
    let line = |text: &str| json!({"type": "dialogue", "speaker": "Baby 1", "text": text});
    document["script"].as_array_mut().unwrap().extend([media, line("Four."), line("Five.")]);
    let before = with_dialogues(&document);
    assert_eq!(dialogues(&before), [vec![0, 1, 2], vec![4, 5]]);
    document["script"][5]["text"] = json!("Five!");
    let after = with_dialogues(&document);
    let pending = JobState::Pending;
    let made = JobState::Cached;
    let known = keys(&before);
    let missing = progress(&after, &|key| if known.contains(&key) { &made } else { &pending });
    assert_eq!(missing.price_of_missing, MicroDollars((5 + 5) * 100), "both lines of it");
    assert_eq!(after.scenes[0].dialogue, before.scenes[0].dialogue);
}

#[test]
fn what_one_call_cannot_take_begins_another_dialogue() {
    let mut document = in_dialogue();
    let line = |speaker: &str, text: &str| json!({"type": "dialogue", "speaker": speaker, "text": text});
    document["baby_profiles"]["Baby 3"] = json!({"tone": "warm", "voice_id": "v"});
    let cases = [
        // Its own recording, its own mode, a file and the end break a row; a line that is left alone is a call of its own.
        (
            json!([line("Baby 1", "a"), line("Baby 1", "b"), {"type": "dialogue", "speaker": "Baby 1", "text": "c", "audio": "c.wav"},
            line("Baby 1", "d"), line("Baby 1", "e")]),
            vec![vec![0, 1], vec![3, 4]],
        ),
        (
            json!([line("Baby 1", "a"), line("Baby 1", "b"), {"type": "dialogue", "speaker": "Baby 1", "text": "c", "voice_mode": "lines"},
            line("Baby 1", "d")]),
            vec![vec![0, 1]],
        ),
        // 60 characters.
        (
            json!([
                line("Baby 1", &"a".repeat(30)),
                line("Baby 1", &"b".repeat(30)),
                line("Baby 1", "c"),
                line("Baby 1", "d")
            ]),
            vec![vec![0, 1], vec![2, 3]],
        ),
        (
            json!([line("Baby 1", "a"), line("Baby 1", &"b".repeat(61)), line("Baby 1", "c"), line("Baby 1", "d")]),
            vec![vec![2, 3]],
        ),
        // Two voices.
        (
            json!([line("Baby 1", "a"), line("Baby 2", "b"), line("Baby 3", "c"), line("Baby 2", "d")]),
            vec![vec![0, 1], vec![2, 3]],
        ),
        (json!([line("Baby 1", "a")]), vec![]),
    ];
    for (script, expected) in cases {
        document["script"] = script.clone();
        assert_eq!(dialogues(&with_dialogues(&document)), expected, "{script}");
    }
    // A mode of its own also makes a dialogue in a campaign of lines.
    document = example();
    document["script"][1]["voice_mode"] = json!("dialogue");
    document["script"][2]["voice_mode"] = json!("dialogue");
    assert_eq!(dialogues(&with_dialogues(&document)), [[1, 2]]);
}

#[test]
fn a_voice_that_speaks_no_dialogues_is_planned_as_ever() {
    let mut document = example();
    let lines = keys(&graph(&document));
    document["voice_mode"] = json!("dialogue");
    assert!(dialogue::are_wanted(&campaign(&document)));
    assert_eq!(keys(&graph(&document)), lines, "to the key");
    assert!(!dialogue::are_wanted(&campaign(&example())));
}

#[test]
fn a_shape_bends_the_line_that_was_cut() {
    let mut document = in_dialogue();
    document["baby_profiles"]["Baby 1"]["voice"] = json!("chipmunk");
    let (plain, shaped) = (with_dialogues(&in_dialogue()), with_dialogues(&document));
    assert_eq!(shaped.scenes[0].dialogue, plain.scenes[0].dialogue, "nothing is bought again");
    let scene = shaped.scenes[0];
    let bent = &shaped.jobs[scene.shaped.unwrap()];
    assert_eq!(bent.request.inputs(), [shaped.jobs[scene.voice.unwrap()].key]);
    assert!(shaped.jobs[scene.clip.unwrap()].request.inputs().contains(&bent.key));
}

#[test]
fn a_chosen_take_of_a_dialogue_is_what_its_lines_are_cut_from() {
    let campaign = campaign(&in_dialogue());
    let first = with_dialogues(&in_dialogue());
    let job = &first.jobs[first.scenes[1].spoken().unwrap()];
    let choice = Choice { product: Product::Dialogue, of: String::new(), pick: Pick::Take(2) };
    let choices = Choices { choices: [(job.base, choice)].into(), ..Choices::default() };
    let mut settings = settings();
    settings.voice.speech.performs = crate::domain::tags::Performs::Tags;
    let parameters = [("output_format".to_owned(), json!("pcm"))].into();
    settings.voice.speech.dialogues = Some(Dialogues { most_characters: 60, most_voices: 2, parameters });
    let second = plan(&campaign, &settings, &choices, &Sources::new()).unwrap();
    let chosen = &second.jobs[second.scenes[1].spoken().unwrap()];
    assert_eq!((chosen.base, chosen.request.take(), chosen.key), (job.base, 2, job.request.with_take(2).key()));
    assert_eq!(second.jobs[second.scenes[1].voice.unwrap()].request.inputs(), [chosen.key]);
}

#[test]
fn who_speaks_follows_the_baby() {
    let mut document = one_line_each();
    document["baby_profiles"]["Baby 1"]["language"] = "de".into();
    document["baby_profiles"]["Baby 2"]["voice_id"] = "af_heart*0.6+af_bella*0.4".into();
    let mut settings = settings();
    let providers = |settings: &Settings| -> Vec<String> {
        let graph = plan(&campaign(&document), settings, &Choices::default(), &Sources::new()).unwrap();
        let voices = graph.jobs.iter().filter(|job| job.product() == Product::Voice);
        voices.map(|job| job.request.provider().to_owned()).collect()
    };
    assert_eq!(providers(&settings), ["voice", "voice"], "a voice that knows no others speaks all");
    settings.voice.speech.languages =
        [(crate::domain::Language::German, maker("german", Billing::Free).made_by)].into();
    assert_eq!(providers(&settings), ["german", "voice"]);
    settings.voice.speech.mixes = Some(maker("larger", Billing::Free).made_by);
    assert_eq!(providers(&settings), ["german", "larger"]);
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

/// Two babies with a line each.
fn one_line_each() -> Value {
    serde_json::json!({
        "campaign_id": "naps", "topic": "naps",
        "script": [
            {"type": "dialogue", "speaker": "Baby 1", "text": "Nap."},
            {"type": "dialogue", "speaker": "Baby 2", "text": "Snack."}
        ],
        "baby_profiles": {
            "Baby 1": {"tone": "warm", "voice_id": "baby_voice_1"},
            "Baby 2": {"tone": "warm", "voice_id": "baby_voice_2"},
        }
    })
}

#[test]
fn how_captions_look_is_in_the_clips_that_show_them_and_in_nothing_else() {
    let mut document = example();
    let usual = graph(&document);
    document["captions"] = json!({"style": "plain", "position": "top"});
    let plain = graph(&document);
    for (before, after) in usual.jobs.iter().zip(&plain.jobs) {
        let shows_words = matches!(&*before.request, Request::Clip(clip) if clip.caption.is_some());
        let is_joined_from_them = matches!(before.product(), Product::Fade | Product::Episode);
        assert_eq!(before.key != after.key, shows_words || is_joined_from_them, "{:?}", before.product());
    }
}

#[test]
fn a_clip_names_the_fonts_of_its_words_and_no_other_clip_does() {
    let campaign = campaign(&example());
    let line = campaign.line(0).unwrap();
    let font = FontUsed { name: "Noto Sans Arabic".to_owned(), file: AssetHash::of(b"font"), index: 0 };
    let mut sources = Sources::new();
    sources.insert_fonts(campaign.caption(line).into_owned(), vec![font.clone()]);
    let usual = plan(&campaign, &settings(), &Choices::default(), &Sources::new()).unwrap();
    let with_font = plan(&campaign, &settings(), &Choices::default(), &sources).unwrap();
    let clip = with_font.scenes[0].clip.unwrap();
    assert!(matches!(&*with_font.jobs[clip].request, Request::Clip(clip) if clip.fonts == [font.clone()]));
    let changed = usual.jobs.iter().zip(&with_font.jobs).filter(|(before, after)| before.key != after.key);
    let products: Vec<Product> = changed.map(|(job, _)| job.product()).collect();
    assert!(products.iter().all(|product| matches!(product, Product::Clip | Product::Fade | Product::Episode)));
    assert_eq!(products.iter().filter(|product| **product == Product::Clip).count(), 1);
}
