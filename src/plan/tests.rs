//! What a plan promises: one key for one request, another key for any change that is heard or seen, and no key that
//! depends on names, order or where a campaign stands.

use std::collections::HashSet;
use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value, json};
use strum::IntoEnumIterator;

use super::*;
use crate::domain::{Campaign, Format, MicroDollars, read};

mod captions;
mod cast;
mod dialogues;
mod sounds;
mod voices;

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

fn campaign(document: &Value) -> Campaign {
    read(&document.to_string(), Format::Json).unwrap_or_else(|faults| panic!("{faults:?}"))
}

fn maker(provider: ProviderId, billing: Billing) -> Maker {
    let made_by = MadeBy {
        provider,
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
        image: maker(ProviderId::Sketch, Billing::Free),
        voice: maker(ProviderId::Neural, Billing::Free),
        sounds: None,
        clip: maker(ProviderId::Clip, Billing::Free).made_by,
        talking: maker(ProviderId::Clip, Billing::Free).made_by,
        marks: maker(ProviderId::Face, Billing::Free).made_by,
        video_file: maker(ProviderId::Clip, Billing::Free).made_by,
        fade: maker(ProviderId::Fade, Billing::Free).made_by,
        episode: maker(ProviderId::Episode, Billing::Free).made_by,
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

/// All but the episode.
fn keys(graph: &Graph) -> HashSet<JobKey> {
    graph.jobs.iter().filter(|job| job.product() != Product::Episode).map(|job| job.key).collect()
}

fn count(graph: &Graph, product: Product) -> usize {
    graph.jobs.iter().filter(|job| job.product() == product).count()
}

#[test]
fn equal_lines_share_a_voice_and_identical_profiles_are_two_babies() {
    let graph = graph(&example());
    let counts = Product::iter().map(|product| count(&graph, product)).collect::<Vec<_>>();
    // Two portraits, two faces, two voices, two clips and the title, one episode.
    assert_eq!(counts, [2, 2, 0, 2, 0, 0, 0, 0, 3, 0, 1, 0]);
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
    let mut with = settings();
    with.video_file.model = "ffmpeg".to_owned();
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
    let made_by = maker(ProviderId::OpenAi, Billing::Free).made_by;
    let portrait = Request::Portrait(PortraitRequest {
        made_by: made_by.clone(),
        prompt: "p".to_owned(),
        tone: crate::domain::Tone::Warm,
        tone_text: "warm".to_owned(),
        appearance: None,
        reference: None,
        same_baby: None,
        note: None,
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
            ("provider", json!("kokoro")),
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
            made_by: maker(ProviderId::OpenAi, Billing::Free).made_by,
            prompt: "12345".to_owned(),
            tone: crate::domain::Tone::Warm,
            tone_text: "warm".to_owned(),
            appearance: None,
            reference,
            same_baby: None,
            note: None,
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
            made_by: maker(ProviderId::Neural, Billing::Free).made_by,
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
