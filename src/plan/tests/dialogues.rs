//! Lines that are spoken together.

use super::*;

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
