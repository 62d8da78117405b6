//! Members of the cast: one face for every campaign, the same face in other tones, and no key that was another without them.

use super::*;
use crate::domain::{Cast, read_cast, read_with};

fn cast(members: &Value) -> Cast {
    read_cast(&json!({"members": members}).to_string(), Format::Json).unwrap_or_else(|faults| panic!("{faults:?}"))
}

/// One with a look of its own, as babies have that were not the first of their words where they came from.
fn momo() -> Cast {
    cast(&json!({"momo": {"tone": "warm", "voice_id": "baby_voice_3", "appearance": "red curls", "look": 2}}))
}

fn with(document: &Value, cast: &Cast) -> Campaign {
    read_with(&document.to_string(), Format::Json, cast).unwrap_or_else(|faults| panic!("{faults:?}"))
}

fn graph_of(document: &Value, cast: &Cast, settings: &Settings, choices: &Choices) -> Graph {
    let campaign = with(document, cast);
    plan(&campaign, settings, choices, &sources_of(&campaign)).unwrap()
}

fn painted() -> Settings {
    Settings { image: maker(ProviderId::OpenAi, metered_at(40_000, 0)), ..settings() }
}

fn drawn() -> Settings {
    let mut settings = settings();
    settings.image.made_by.version = Some(1);
    settings
}

fn named(tone: Option<&str>) -> Value {
    let mut document = example();
    document["baby_profiles"]["Baby 2"] = json!({"cast": "momo"});
    if let Some(tone) = tone {
        document["baby_profiles"]["Baby 2"]["tone"] = json!(tone);
    }
    document
}

fn portrait(graph: &Graph, at: usize) -> &PortraitRequest {
    match &*graph.jobs[graph.portraits[at]].request {
        Request::Portrait(portrait) => portrait,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_member_has_one_face_in_every_campaign_wherever_it_stands_and_whatever_it_is_called() {
    let first = graph_of(&named(None), &momo(), &painted(), &Choices::default());
    let other = json!({
        "campaign_id": "other", "topic": "Other",
        "script": [{"type": "dialogue", "speaker": "Grandma", "text": "Hello."}],
        "baby_profiles": {"Ada": {"tone": "warm", "voice_id": "v", "appearance": "red curls"}, "Grandma": {"cast": "mimi"}},
    });
    let renamed = cast(&json!({
        "zeno": {"tone": "sad", "voice_id": "v"},
        "mimi": {"tone": "warm", "voice_id": "baby_voice_3", "appearance": "red curls", "look": 2},
    }));
    let second = graph_of(&other, &renamed, &painted(), &Choices::default());
    let face = &first.jobs[first.portraits[1]];
    assert_eq!(face.key, second.jobs[second.portraits[1]].key);
    assert_ne!(face.key, second.jobs[second.portraits[0]].key, "who has its words without naming it is another baby");
    assert!(first.is_face_of_cast(face) && !first.is_face_of_cast(&first.jobs[first.portraits[0]]));
}

#[test]
fn another_tone_is_an_edit_of_the_members_face_which_is_made_first_and_shared() {
    let own = graph_of(&named(None), &momo(), &painted(), &Choices::default());
    let sad = graph_of(&named(Some("sad")), &momo(), &painted(), &Choices::default());
    let face = own.jobs[own.portraits[1]].key;
    assert_eq!(portrait(&sad, 1).face(), Some(Face::Made(face)));
    let lender = sad.job(face).expect("it is a job of this plan too");
    assert!(sad.only_lends_its_face(lender) && sad.index_of(face).unwrap() < sad.portraits[1]);
    assert_eq!(lender.price(), own.job(face).unwrap().price(), "and priced where it is not there yet");
    assert!(portrait(&sad, 1).prompt.contains("red curls"), "it says what the member looks like");
    assert!(!sad.is_face_of_cast(&sad.jobs[sad.portraits[1]]), "its takes are those of the campaign");
}

#[test]
fn the_drawn_baby_is_the_same_person_in_another_tone_and_needs_no_picture() {
    let own = graph_of(&named(None), &momo(), &drawn(), &Choices::default());
    let sad = graph_of(&named(Some("sad")), &momo(), &drawn(), &Choices::default());
    assert_eq!(portrait(&sad, 1).person(), portrait(&own, 1).person());
    assert_eq!(portrait(&sad, 1).tone, crate::domain::Tone::from_words("sad"));
    assert_eq!(count(&sad, Product::Portrait), 2, "nothing is made first");
}

#[test]
fn who_cannot_keep_a_face_shows_the_member_as_it_is() {
    let mut server = settings();
    server.image.made_by.provider = ProviderId::CompatibleImage;
    let keys = |tone| {
        let graph = graph_of(&named(tone), &momo(), &server, &Choices::default());
        graph.jobs[graph.portraits[1]].key
    };
    assert_eq!(keys(Some("sad")), keys(None));
    let own_picture = cast(&json!({"momo": {"tone": "warm", "voice_id": "v", "portrait": "momo.png"}}));
    let graph = graph_of(&named(Some("sad")), &own_picture, &drawn(), &Choices::default());
    assert_eq!(*graph.jobs[graph.portraits[1]].request, Request::OwnPortrait { source: AssetHash::of(b"momo.png") });
    let graph = graph_of(&named(Some("sad")), &own_picture, &painted(), &Choices::default());
    assert_eq!(portrait(&graph, 1).face(), Some(Face::Source(AssetHash::of(b"momo.png"))));
}

#[test]
fn the_take_that_the_cast_chose_is_the_face_everywhere_and_what_other_tones_keep() {
    let plain = graph_of(&named(None), &momo(), &painted(), &Choices::default());
    let base = plain.jobs[plain.portraits[1]].base;
    let choice = |take| Choice { product: Product::Portrait, of: "momo".to_owned(), pick: Pick::Take(take) };
    let choices =
        Choices { choices: [(base, choice(7))].into(), of_cast: [(base, choice(3))].into(), ..Choices::default() };
    let own = graph_of(&named(None), &momo(), &painted(), &choices);
    assert_eq!(portrait(&own, 1).take, 3, "what a campaign once chose for itself does not count for a member");
    let sad = graph_of(&named(Some("sad")), &momo(), &painted(), &choices);
    assert_eq!(portrait(&sad, 1).face(), Some(Face::Made(own.jobs[own.portraits[1]].key)));
    let kept = Choice { pick: Pick::Kept(JobKey::of(b"an older picture")), ..choice(1) };
    let choices = Choices { of_cast: [(base, kept)].into(), ..Choices::default() };
    let sad = graph_of(&named(Some("sad")), &momo(), &painted(), &choices);
    assert_eq!(portrait(&sad, 1).face(), Some(Face::Made(JobKey::of(b"an older picture"))));
}

#[test]
fn a_profile_that_becomes_a_member_keeps_every_key_of_its_campaign() {
    let mut document = example();
    document["baby_profiles"]["Baby 3"] = json!({"tone": "warm", "voice_id": "baby_voice_1"});
    document["script"].as_array_mut().unwrap().push(json!({"type": "dialogue", "speaker": "Baby 3", "text": "Yes."}));
    for settings in [painted(), drawn()] {
        let before = graph_of(&document, &Cast::none(), &settings, &Choices::default());
        for (position, name) in ["Baby 1", "Baby 2", "Baby 3"].into_iter().enumerate() {
            let campaign = campaign(&document);
            let look = crate::domain::look::Looks::of(&campaign).face(&campaign, campaign.speaker_named(name).unwrap());
            assert_eq!(look as usize, position);
            let voice = campaign.profiles[position].voice_id.clone();
            let cast = cast(&json!({"momo": {"tone": "warm", "voice_id": voice, "look": look}}));
            let mut member = document.clone();
            member["baby_profiles"][name] = json!({"cast": "momo"});
            let after = graph_of(&member, &cast, &settings, &Choices::default());
            assert_eq!(keys(&after), keys(&before), "{name}");
            member["baby_profiles"][name] = document["baby_profiles"][name].clone();
            member["baby_profiles"][name]["cast"] = json!("momo");
            let after = graph_of(&member, &cast, &settings, &Choices::default());
            assert_eq!(keys(&after), keys(&before), "{name}, which goes on saying what it said");
        }
    }
}

#[test]
fn a_reference_of_a_member_is_made_before_its_face_and_an_own_picture_of_a_profile_goes_before_the_cast() {
    let referring = cast(&json!({"momo": {"tone": "warm", "voice_id": "v", "reference": "take 2"}}));
    let graph = graph_of(&named(Some("sad")), &referring, &painted(), &Choices::default());
    assert_eq!(count(&graph, Product::Portrait), 4, "take 2, the face, the sad one and the other baby");
    for (position, job) in graph.jobs.iter().enumerate() {
        for input in job.request.inputs() {
            assert!(graph.index_of(input).is_some_and(|index| index < position), "{:?}", job.request);
        }
    }
    let mut document = named(Some("sad"));
    document["baby_profiles"]["Baby 2"]["portrait"] = json!("me.png");
    let graph = graph_of(&document, &momo(), &painted(), &Choices::default());
    assert_eq!(*graph.jobs[graph.portraits[1]].request, Request::OwnPortrait { source: AssetHash::of(b"me.png") });
}

/// The keys of the sample campaigns as they were before there was a cast: what was made of them and paid for has these names.
#[test]
fn campaigns_that_name_nobody_have_the_keys_that_they_always_had() {
    let samples = [
        (include_str!("../../../campaigns/history_of_the_spoon.json"), Format::Json),
        (include_str!("../../../campaigns/monroviaboy_baby_podcast_001.json"), Format::Json),
        (include_str!("../../../campaigns/nap_or_snack.yaml"), Format::Yaml),
    ];
    let keys_of = |campaign: &Campaign, settings: &Settings| {
        let graph = plan(campaign, settings, &Choices::default(), &sources_of(campaign)).unwrap();
        let keys: Vec<String> = graph.jobs.iter().map(|job| job.key.to_string()).collect();
        JobKey::of(keys.join("\n").as_bytes()).short()
    };
    let found = samples.map(|(text, format)| {
        let campaign = read_with(text, format, &momo()).unwrap();
        [painted(), drawn()].map(|settings| keys_of(&campaign, &settings))
    });
    assert_eq!(found, [["de4c5462", "6a6c231c"], ["831b955c", "a8191880"], ["f12c53d7", "91762ba2"]]);
}
