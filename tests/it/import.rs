//! A recording becomes a campaign: by each transcriber and by none, with what is asked of them checked to the letter, and
//! with recordings and replies as bad as they come.

use std::path::PathBuf;
use std::sync::LazyLock;

use babblecast::domain::Tone;
use babblecast::media::cues::{self, Cue};
use babblecast::media::sound_file::decode;
use babblecast::media::video::lint;
use babblecast::providers::voice::neural;
use serde_json::{Value, json};

use crate::fake_provider::{Asked, FakeProvider, Reply};
use crate::program::{Answer, Studio};

/// Who says what in the talk.
const TURNS: [(&str, &str); 5] = [
    ("speaker_0", "Naps are work."),
    ("speaker_1", "Are they really?"),
    ("speaker_0", "I sleep for a living."),
    ("speaker_1", "Then you are rich."),
    ("speaker_0", "I am tired."),
];

const RATE: u32 = 24_000;

/// A word of the talk, heard between two samples.
#[derive(Clone)]
struct Said {
    turn: usize,
    text: &'static str,
    from: usize,
    to: usize,
}

/// A talk of two built-in voices, spoken word by word, so that it is known to the sample when each is heard.
struct Talk {
    samples: Vec<i16>,
    words: Vec<Said>,
}

static TALK: LazyLock<Talk> = LazyLock::new(|| {
    // A room is never wholly silent.
    let mut samples = room(RATE as usize / 2);
    let mut words = Vec::new();
    for (turn, (speaker, text)) in TURNS.iter().enumerate() {
        let voice = if *speaker == "speaker_0" { "baby_voice_2" } else { "baby_voice_5" };
        for text in text.split(' ') {
            let sound = neural::speak(&neural::settings_for(voice, Tone::Warm, 0, 1), text, &|| false).unwrap().sound;
            let sound = sound.at_rate(RATE);
            let loud = |sample: &f32| sample.abs() > 0.02;
            let (first, last) =
                (sound.samples.iter().position(loud).unwrap(), sound.samples.iter().rposition(loud).unwrap());
            let from = samples.len();
            samples.extend(sound.samples[first..=last].iter().map(|sample| (sample * 20_000.0) as i16));
            words.push(Said { turn, text, from, to: samples.len() });
            samples.extend(room(RATE as usize / 20));
        }
        samples.extend(room(RATE as usize * 6 / 10));
    }
    Talk { samples, words }
});

fn room(count: usize) -> Vec<i16> {
    (0..count).map(|at| (at * 7_919 % 11) as i16 - 5).collect()
}

impl Talk {
    fn wav(&self) -> Vec<u8> {
        cues::wav(RATE, &self.samples, &[])
    }

    /// When a word is heard, in seconds.
    fn at(sample: usize) -> f64 {
        sample as f64 / f64::from(RATE)
    }

    fn turn(&self, turn: usize) -> (usize, usize) {
        let words: Vec<&Said> = self.words.iter().filter(|word| word.turn == turn).collect();
        (words[0].from, words[words.len() - 1].to)
    }

    /// As Scribe tells it.
    fn scribe(&self) -> Value {
        let words: Vec<Value> = self
            .words
            .iter()
            .map(|word| {
                json!({"text": word.text, "start": Self::at(word.from), "end": Self::at(word.to), "type": "word",
                    "speaker_id": TURNS[word.turn].0, "logprob": -0.1})
            })
            .collect();
        json!({"language_code": "en", "text": "", "words": words, "transcription_id": "t1"})
    }

    /// Where a cut line begins in the talk: it is a part of it, sample by sample.
    fn find(&self, samples: &[i16]) -> usize {
        let place = self.samples.windows(samples.len()).position(|part| part == samples);
        place.expect("a line is cut out without a change")
    }
}

/// A studio with the talk in it.
fn studio() -> (Studio, PathBuf) {
    let studio = Studio::empty();
    let path = studio.path("My talk.wav");
    std::fs::write(&path, TALK.wav()).unwrap();
    (studio, path)
}

fn import(studio: &Studio, arguments: &[&str], environment: &[(&str, &str)]) -> Answer {
    let mut command = studio.command([["import", "My talk.wav", "--json"].as_slice(), arguments].concat());
    // No transcriber of the machine that runs the tests.
    command.env("PATH", studio.path("bin")).envs(environment.iter().copied());
    Answer::of(command.output().unwrap())
}

fn by_scribe(fake: &FakeProvider) -> [(&'static str, String); 2] {
    [("ELEVENLABS_API_KEY", "sk-test".to_owned()), ("ELEVENLABS_BASE_URL", fake.elevenlabs_base())]
}

fn with<'a>(environment: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    environment.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

fn campaign(studio: &Studio, id: &str) -> Value {
    serde_json::from_slice(&std::fs::read(studio.path("campaigns").join(format!("{id}.json"))).unwrap()).unwrap()
}

/// The lines of a campaign: who says what.
fn script(campaign: &Value) -> Vec<(String, String)> {
    let text = |scene: &Value, field: &str| scene[field].as_str().unwrap().to_owned();
    campaign["script"].as_array().unwrap().iter().map(|scene| (text(scene, "speaker"), text(scene, "text"))).collect()
}

/// The samples of a line and its words.
fn line(studio: &Studio, campaign: &Value, scene: usize) -> (Vec<i16>, Vec<Cue>) {
    let path = campaign["script"][scene]["audio"].as_str().unwrap();
    let wav = std::fs::read(studio.path("campaigns").join(path)).unwrap();
    let samples = decode(&wav).unwrap().samples.iter().map(|sample| (sample * 32_768.0) as i16).collect();
    (samples, cues::read(&wav))
}

/// A program that stands in for one of the machine.
fn install(studio: &Studio, name: &str, script: &str) {
    std::fs::create_dir_all(studio.path("bin")).unwrap();
    let path = studio.path("bin").join(name);
    std::fs::write(&path, script).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
}

fn lines_of_the_talk() -> Vec<(String, String)> {
    let name = |speaker: &str| if speaker == "speaker_0" { "Baby A" } else { "Baby B" };
    TURNS.iter().map(|(speaker, text)| (name(speaker).to_owned(), (*text).to_owned())).collect()
}

fn charges_scribe(reply: Value) -> FakeProvider {
    FakeProvider::start(move |_, _| Reply::Charged(reply.to_string()))
}

#[test]
fn scribe_is_asked_to_the_letter_after_its_price_and_every_turn_is_cut_where_it_begins() {
    let (studio, _) = studio();
    let fake = charges_scribe(TALK.scribe());
    let environment = by_scribe(&fake);
    let seconds = Talk::at(TALK.samples.len());
    let refused = import(&studio, &[], &with(&environment)).expect(4);
    refused.says("elevenlabs scribe_v2 listens to").says("add --yes");
    assert!(fake.asked().is_empty() && studio.files("campaigns").is_empty(), "nothing without a consent");

    let answer = import(&studio, &["--yes"], &with(&environment)).expect(0);
    let told = answer.documents().pop().unwrap();
    assert_eq!(
        (told["campaign_id"].as_str(), told["lines"].as_u64(), told["babies"].as_u64()),
        (Some("my_talk"), Some(5), Some(2))
    );
    let asked = fake.asked();
    let Asked { path, key, body, .. } = &asked[0];
    assert_eq!((asked.len(), path.as_str(), key.as_str()), (1, "/v1/speech-to-text", "sk-test"));
    let mut fields = body.clone();
    let sent = fields.as_object_mut().unwrap().remove("file").unwrap();
    assert_eq!(
        fields,
        json!({"model_id": "scribe_v2", "diarize": "true", "timestamps_granularity": "word", "tag_audio_events": "true"})
    );
    let sent = decode(&base64_simd::STANDARD.decode_to_vec(sent.as_str().unwrap()).unwrap()).unwrap();
    assert!(sent.rate == 16_000 && (sent.seconds() - seconds).abs() < 0.01);

    let campaign = campaign(&studio, "my_talk");
    assert_eq!(script(&campaign), lines_of_the_talk());
    for turn in 0..TURNS.len() {
        let (samples, words) = line(&studio, &campaign, turn);
        let begins = TALK.find(&samples);
        let (from, to) = TALK.turn(turn);
        let early = Talk::at(from) - Talk::at(begins);
        assert!((0.0..=0.02).contains(&early), "turn {turn} begins {early} s before its first word");
        assert!(begins + samples.len() >= to, "turn {turn} has its last word");
        let told = TALK.words.iter().filter(|word| word.turn == turn);
        for (word, cue) in told.zip(&words) {
            assert_eq!(word.text, cue.text);
            assert!((Talk::at(word.from - begins) - cue.start_s).abs() < 0.001, "{cue:?}");
        }
    }
    studio.run(["check", "my_talk"]).expect(0);
    let spent = studio.json(0, ["spend"]);
    assert!(spent.to_string().contains("my_talk"), "{spent}");

    let again = import(&studio, &[], &with(&environment)).expect(0);
    assert_eq!(again.documents().pop().unwrap()["campaign_id"], "my_talk_2", "another file, and nothing paid again");
    assert_eq!(fake.asked().len(), 1);
}

#[test]
fn a_call_that_may_be_billed_is_held_and_never_made_again_by_itself() {
    let (studio, _) = studio();
    let fake = FakeProvider::start(|_, _| Reply::Charged("{\"words\": [{\"te".to_owned()));
    let environment = by_scribe(&fake);
    import(&studio, &["--yes"], &with(&environment)).expect(1).says("It may have been billed");
    import(&studio, &["--yes"], &with(&environment)).expect(1);
    assert_eq!(fake.asked().len(), 1);
    let mut command = studio.command(["unknown"]);
    Answer::of(command.envs(with(&environment)).output().unwrap()).says("my_talk");
    assert!(studio.files("campaigns").is_empty());
}

#[test]
fn a_server_of_openais_shape_listens_for_nothing_and_says_who_speaks_of_sentences() {
    let (studio, _) = studio();
    let segments: Vec<Value> = (0..TURNS.len())
        .map(|turn| {
            let (from, to) = TALK.turn(turn);
            json!({"start": Talk::at(from), "end": Talk::at(to), "text": TURNS[turn].1, "speaker": TURNS[turn].0})
        })
        .collect();
    // Words in no order.
    let words: Vec<Value> = TALK
        .words
        .iter()
        .rev()
        .map(|word| json!({"word": word.text, "start": Talk::at(word.from), "end": Talk::at(word.to)}))
        .collect();
    let fake = charges_scribe(json!({"text": "", "duration": 9.0, "words": words, "segments": segments}));
    let environment = [("BABBLECAST_TRANSCRIPT_BASE_URL", fake.openai_base())];
    import(&studio, &["--language", "en"], &with(&environment)).expect(0);
    let asked = fake.asked();
    assert_eq!(asked[0].path, "/v1/audio/transcriptions");
    let mut fields = asked[0].body.clone();
    assert!(fields.as_object_mut().unwrap().remove("file").is_some());
    // Of a field that comes twice, the fake keeps the last.
    assert_eq!(
        fields,
        json!({"model": "whisper-1", "response_format": "verbose_json", "timestamp_granularities[]": "segment", "language": "en"})
    );
    let campaign = campaign(&studio, "my_talk");
    assert_eq!(script(&campaign), lines_of_the_talk());
    assert_eq!(campaign["language"], "en");
}

#[test]
fn a_server_that_answers_nonsense_is_told_and_nothing_is_written() {
    for reply in ["I cannot hear", "{\"text\": \"words without times\"}", "{\"words\": 7}"] {
        let (studio, _) = studio();
        let fake = FakeProvider::start(move |_, _| Reply::Refused {
            status: 400,
            headers: Vec::new(),
            body: reply.to_owned(),
        });
        let environment = [("BABBLECAST_TRANSCRIPT_BASE_URL", fake.openai_base())];
        import(&studio, &[], &with(&environment)).expect(1).says("The transcription server");
        assert!(studio.files("campaigns").iter().all(|file| !file.contains(".json")), "{reply}");
    }
}

#[cfg(unix)]
#[test]
fn an_installed_whisper_listens_and_the_voices_say_who_speaks() {
    let (studio, _) = studio();
    let token = |word: &Said| {
        let (from, to) = (Talk::at(word.from) * 1000.0, Talk::at(word.to) * 1000.0);
        json!({"text": format!(" {}", word.text), "offsets": {"from": from.round(), "to": to.round()}, "p": 0.9})
    };
    let sentences: Vec<Value> = (0..TURNS.len())
        .map(|turn| {
            let tokens: Vec<Value> = TALK.words.iter().filter(|word| word.turn == turn).map(token).collect();
            json!({"text": TURNS[turn].1, "offsets": tokens[0]["offsets"], "tokens": tokens})
        })
        .collect();
    std::fs::write(studio.path("heard.json"), json!({"transcription": sentences}).to_string()).unwrap();
    let seen = studio.path("arguments");
    let script = format!(
        "#!/bin/sh\necho \"$@\" > '{}'\nwhile [ $# -gt 1 ]; do [ \"$1\" = -of ] && to=\"$2\"; shift; done\n/bin/cp '{}' \"$to.json\"\n",
        seen.display(),
        studio.path("heard.json").display()
    );
    install(&studio, "whisper-cli", &script);
    let answer = import(&studio, &[], &[("BABBLECAST_WHISPER_MODEL", "/models/base.bin")]).expect(0);
    let arguments = std::fs::read_to_string(seen).unwrap();
    assert!(arguments.starts_with("-m /models/base.bin -l auto -ojf -np -of "), "{arguments}");
    assert_eq!(script_of(&studio), lines_of_the_talk(), "two voices of different heights are told apart");
    answer.says("guessed");

    install(&studio, "whisper-cli", "#!/bin/sh\necho 'error: failed to open model' >&2\nexit 3\n");
    // What was heard is kept; another part is heard anew.
    import(&studio, &["--to", "2"], &[]).expect(1).says("failed to open model").says("BABBLECAST_WHISPER_MODEL");
}

fn script_of(studio: &Studio) -> Vec<(String, String)> {
    script(&campaign(studio, "my_talk"))
}

#[test]
fn without_a_transcriber_the_pauses_part_it_and_a_person_says_who_speaks() {
    let (studio, _) = studio();
    let answer = import(&studio, &["--speakers", "Rosie,Max"], &[]).expect(0).says("Nobody wrote down");
    assert_eq!(answer.documents().pop().unwrap()["lines"], 5);
    let campaign = campaign(&studio, "my_talk");
    let speakers: Vec<String> = script(&campaign).into_iter().map(|(speaker, _)| speaker).collect();
    assert_eq!(speakers, ["Rosie", "Max", "Rosie", "Max", "Rosie"]);
    for turn in 0..TURNS.len() {
        let (samples, _) = line(&studio, &campaign, turn);
        let begins = TALK.find(&samples);
        let (from, to) = TALK.turn(turn);
        let early = Talk::at(from) - Talk::at(begins);
        assert!((0.0..=0.02).contains(&early), "turn {turn} begins {early} s before its first word");
        assert!(begins + samples.len() >= to, "turn {turn} has its last word");
    }
    studio.run(["check", "my_talk"]).expect(0);
}

#[test]
fn silence_a_tone_a_page_and_an_impossible_part_make_no_campaign() {
    let studio = Studio::empty();
    let tone: Vec<i16> = (0..RATE * 6).map(|at| ((f64::from(at) * 0.1).sin() * 9_000.0) as i16).collect();
    for (content, arguments, why) in [
        (cues::wav(RATE, &vec![0; 72_000], &[]), [].as_slice(), "Nobody speaks"),
        (cues::wav(RATE, &tone, &[]), &[], "Nobody speaks"),
        (b"<!DOCTYPE html><p>Payment required".to_vec(), &[], "not a recording"),
        (cues::wav(RATE, &tone, &[]), &["--from", "1:30"], "6.0 s long"),
    ] {
        std::fs::write(studio.path("My talk.wav"), content).unwrap();
        import(&studio, arguments, &[]).expect(1).says(why);
    }
    import(&studio, &["--from", "5", "--to", "4"], &[]).expect(2).says("--to must be later");
    std::fs::remove_file(studio.path("My talk.wav")).unwrap();
    import(&studio, &[], &[]).expect(2).says("is not there");
    assert!(studio.files("campaigns").iter().all(|file| !file.contains(".json")));
}

#[test]
fn forty_who_speak_at_once_in_no_order_are_forty_babies() {
    let (studio, _) = studio();
    let seconds = Talk::at(TALK.samples.len());
    let words: Vec<Value> = (0..400)
        .map(|at: u32| {
            let start = f64::from(at * 7_919 % 400) / 400.0 * (seconds + 2.0) - 0.5;
            json!({"text": format!("word{at}"), "start": start, "end": start + 0.9, "type": "word", "speaker_id": format!("s{}", at % 40)})
        })
        .collect();
    let fake = charges_scribe(json!({"words": words}));
    let environment = by_scribe(&fake);
    let told = import(&studio, &["--yes"], &with(&environment)).expect(0).documents().pop().unwrap();
    assert_eq!(told["babies"], 40);
    studio.run(["check", "my_talk"]).expect(0);
}

#[test]
fn nothing_is_overwritten_and_a_name_that_is_taken_is_refused() {
    let (studio, _) = studio();
    studio.write("my_talk.json", crate::program::CAMPAIGN);
    let told = import(&studio, &[], &[]).expect(0).documents().pop().unwrap();
    assert_eq!(told["campaign_id"], "my_talk_2");
    import(&studio, &["--name", "My talk"], &[]).expect(1).says("is taken");
    assert_eq!(std::fs::read_to_string(studio.path("campaigns/my_talk.json")).unwrap(), crate::program::CAMPAIGN);
    assert!(studio.files("campaigns").iter().all(|file| !file.contains(".babblecast")), "nothing is left half done");
}

#[test]
fn the_voice_changer_is_asked_line_by_line_after_its_price_and_words_keep_their_times() {
    let (studio, _) = studio();
    let scribe = TALK.scribe();
    let fake = FakeProvider::start(move |asked, _| {
        if asked.path.contains("speech-to-text") {
            return Reply::Charged(scribe.to_string());
        }
        let sound = base64_simd::STANDARD.decode_to_vec(asked.body["audio"].as_str().unwrap()).unwrap();
        let samples = decode(&sound).unwrap().at_rate(24_000).samples;
        Reply::Bytes(samples.iter().flat_map(|sample| ((sample * -16_000.0) as i16).to_le_bytes()).collect())
    });
    let environment = by_scribe(&fake);
    import(&studio, &["--voices", "changer", "--cap", "0.001"], &with(&environment)).expect(4);
    import(&studio, &["--voices", "changer", "--cap", "1"], &with(&environment)).expect(0).says("the voice of 5 lines");
    let asked: Vec<Asked> = fake.asked().into_iter().filter(|asked| asked.path.contains("voice-changer")).collect();
    assert_eq!(asked.len(), 5);
    for call in &asked {
        assert_eq!(call.query, "output_format=pcm_24000");
        let mut fields = call.body.clone();
        assert!(fields.as_object_mut().unwrap().remove("audio").is_some());
        assert_eq!(fields, json!({"model_id": "eleven_multilingual_sts_v2", "remove_background_noise": "false"}));
    }
    assert!(asked[0].path != asked[1].path, "each baby has its voice");
    let campaign = campaign(&studio, "my_talk");
    let (samples, words) = line(&studio, &campaign, 0);
    assert_eq!(words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>(), ["Naps", "are", "work."]);
    assert!(!TALK.samples.windows(samples.len()).any(|part| part == samples), "it is another voice");
    studio.run(["verify-mark", "campaigns/media/my_talk/line_01.wav"]).expect(0).says("made with elevenlabs ");

    import(&studio, &["--voices", "changer"], &with(&environment)).expect(0);
    assert_eq!(fake.asked().len(), 6, "what was paid is found again");
}

#[test]
fn a_babys_voice_is_made_of_the_recording_which_is_kept() {
    let (studio, _) = studio();
    let fake = charges_scribe(TALK.scribe());
    import(&studio, &["--yes", "--voices", "baby", "--speakers", "Rosie"], &with(&by_scribe(&fake))).expect(0);
    let campaign = campaign(&studio, "my_talk");
    let (samples, _) = line(&studio, &campaign, 0);
    TALK.find(&samples);
    assert_eq!(script(&campaign)[0].0, "Rosie");
    let shape = &campaign["baby_profiles"]["Rosie"]["voice"];
    assert!(shape["pitch"].as_f64().is_some() && shape["formant"].as_f64().is_some(), "{shape}");
    studio.run(["generate", "my_talk", "--draft", "--only", "voices"]).expect(0);
}

#[test]
fn an_uh_is_cut_out_of_the_sound_of_a_clean_script() {
    let (studio, _) = studio();
    let mut reply = TALK.scribe();
    // "for" of "I sleep for a living."
    let at = TALK.words.iter().position(|word| word.text == "for").unwrap();
    reply["words"][at]["text"] = json!("um,");
    let fake = charges_scribe(reply);
    import(&studio, &["--yes", "--clean"], &with(&by_scribe(&fake))).expect(0);
    let campaign = campaign(&studio, "my_talk");
    assert_eq!(script(&campaign)[2].1, "I sleep a living.");
    let (samples, words) = line(&studio, &campaign, 2);
    let (from, to) = TALK.turn(2);
    let left_out = TALK.words[at].to - TALK.words[at].from;
    assert!(samples.len() + left_out < to - from + RATE as usize / 2);
    assert_eq!(words.len(), 4);
    assert!(words.windows(2).all(|two| two[0].end_s <= two[1].start_s + 1e-9), "{words:?}");
}

#[test]
fn the_best_moments_of_a_long_talk_are_listed_and_one_of_them_is_taken() {
    let (studio, path) = studio();
    let long = TALK.samples.repeat(120 * RATE as usize / TALK.samples.len() + 1);
    std::fs::write(path, cues::wav(RATE, &long, &[])).unwrap();
    let listed = import(&studio, &["--moments"], &[]).expect(0).documents().pop().unwrap();
    let moments = listed["moments"].as_array().unwrap();
    assert!(moments.len() > 1, "{listed}");
    assert!(studio.files("campaigns").is_empty(), "a list writes nothing");
    let (from, to) = (moments[1]["from_s"].as_f64().unwrap(), moments[1]["to_s"].as_f64().unwrap());
    let told = import(&studio, &["--moment", "2"], &[]).expect(0).documents().pop().unwrap();
    assert!((told["seconds"].as_f64().unwrap() - (to - from)).abs() < 5.0, "{told} of {from} to {to}");
    import(&studio, &["--moment", "99"], &[]).expect(1).says("no number 99");
}

#[test]
fn a_recording_becomes_a_video_fit_to_post_whose_captions_follow_the_words() {
    let (studio, _) = studio();
    let fake = charges_scribe(TALK.scribe());
    // Two turns are enough: each takes seconds to draw.
    let end = Talk::at(TALK.turn(1).1) + 0.3;
    import(&studio, &["--yes", "--to", &format!("{end:.3}")], &with(&by_scribe(&fake))).expect(0);
    studio.run(["generate", "my_talk", "--draft"]).expect(0);
    let video = studio.path("output/my_talk/my_talk.draft.mp4");
    let report = lint(&video).unwrap();
    assert!(report.passed(), "{:?}", report.lines.iter().filter(|line| !line.pass).collect::<Vec<_>>());
    let campaign = campaign(&studio, "my_talk");
    assert_eq!(script(&campaign), lines_of_the_talk()[..2]);
    // What each clip shows when, as it was kept.
    let shown: Vec<Value> = words_of_clips(&studio);
    for turn in 0..2 {
        let (samples, _) = line(&studio, &campaign, turn);
        let begins = TALK.find(&samples);
        let told: Vec<&Said> = TALK.words.iter().filter(|word| word.turn == turn).collect();
        let clip = shown.iter().find(|clip| clip["words"][0]["text"] == told[0].text).expect("the clip of the line");
        for (word, caption) in told.iter().zip(clip["words"].as_array().unwrap()) {
            let heard = Talk::at(word.from - begins);
            let stands = caption["start_s"].as_f64().unwrap();
            assert!((heard - stands).abs() <= 0.08, "{}: heard at {heard}, shown at {stands}", word.text);
        }
    }
}

/// Every file of the home that tells the words of a clip.
fn words_of_clips(studio: &Studio) -> Vec<Value> {
    let files = studio.files("home/assets").into_iter();
    let documents = files
        .filter_map(|file| serde_json::from_slice(&std::fs::read(studio.path("home/assets").join(file)).ok()?).ok());
    documents
        .filter(|document: &Value| document["frames"].is_u64() && document["words"][0]["start_s"].is_f64())
        .collect()
}
