//! The promises of the reader, a row per rule. JSON is YAML too, so every row is read as both.

use super::file::{Format, read};
use crate::campaign::{Campaign, Layout, Reference, Scene};
use crate::fault::Fault;

/// A valid campaign with one line of each kind, any of which a test replaces.
#[derive(Clone, Copy)]
struct File<'a> {
    id: &'a str,
    topic: &'a str,
    scene: &'a str,
    profile: &'a str,
    extra: &'a str,
}

const VALID: File<'static> = File {
    id: r#""test""#,
    topic: r#""A test""#,
    scene: r#"{"type": "dialogue", "speaker": "Baby 2", "text": "Hi."}"#,
    profile: r#""Baby 2": {"tone": "curious", "voice_id": "baby_voice_2"}"#,
    extra: r#""layout": "duo""#,
};

/// Lines of [`File::text`] that tests fill in.
const ID: u32 = 2;
const TOPIC: u32 = 3;
const SCENE: u32 = 6;
const PROFILE: u32 = 10;
const EXTRA: u32 = 12;

impl File<'_> {
    fn text(&self) -> String {
        let Self { id, topic, scene, profile, extra } = self;
        format!(
            r#"{{
  "campaign_id": {id},
  "topic": {topic},
  "script": [
    {{"type": "dialogue", "speaker": "Baby 1", "text": "Hello."}},
    {scene}
  ],
  "baby_profiles": {{
    "Baby 1": {{"tone": "warm", "voice_id": "baby_voice_1"}},
    {profile}
  }},
  {extra}
}}
"#
        )
    }
}

fn id(id: &str) -> String {
    File { id, ..VALID }.text()
}

fn topic(topic: &str) -> String {
    File { topic, ..VALID }.text()
}

fn scene(scene: &str) -> String {
    File { scene, ..VALID }.text()
}

fn line(fields: &str) -> String {
    scene(&format!(r#"{{"type": "dialogue", "speaker": "Baby 2", {fields}}}"#))
}

fn media(fields: &str) -> String {
    scene(&format!(r#"{{"type": "media", {fields}}}"#))
}

fn profile(fields: &str) -> String {
    File { profile: &format!(r#""Baby 2": {{{fields}}}"#), ..VALID }.text()
}

fn baby(fields: &str) -> String {
    profile(&format!(r#""tone": "curious", "voice_id": "v", {fields}"#))
}

fn extra(extra: &str) -> String {
    File { extra, ..VALID }.text()
}

fn faults(text: &str, format: Format) -> Vec<Fault> {
    let faults = read(text, format).expect_err(text);
    assert!(!faults.is_empty(), "{text}");
    faults
}

#[test]
fn a_valid_file_is_read_whole() {
    let text = File {
        scene: r#"{"type": "media", "source": "media/a.png", "caption": "A", "duration_s": 2},
            {"type": "dialogue", "speaker": "Baby 2", "text": "a\tb\nc \ud83d\udc76 \u202e", "say": "b", "audio": "c.wav"}"#,
        profile: r#""Baby 2": {"tone": "sly", "voice_id": "v", "appearance": "a", "portrait": "p.png",
            "reference": "take 2", "same_as": "Baby 1", "model": "m"}, "nobody": {"tone": "t", "voice_id": "v"}"#,
        extra: r#""pronounce": {"Rovîa": "Ro-VEE-ah"}, "layout": "duo", "music": "m.mp3""#,
        ..VALID
    }
    .text();
    for format in [Format::Json, Format::Yaml] {
        let campaign = read(&text, format).expect("it is valid");
        assert_eq!((campaign.id.as_str(), campaign.layout), ("test", Layout::Duo));
        assert_eq!(campaign.pronounce.spellings()["Rovîa"], "Ro-VEE-ah");
        let Some(Scene::Dialogue(dialogue)) = campaign.scenes.last() else { panic!("the last scene is a line") };
        assert_eq!(dialogue.text, "a\tb\nc 👶 \u{202e}");
        let twin = &campaign.profiles[1];
        assert_eq!((twin.speaker.as_str(), &twin.reference), ("Baby 2", &Some(Reference::Take(2))));
        assert_eq!(campaign.face_of(dialogue.speaker).position(), 0);
        assert_eq!(campaign.materials().len(), 4);
    }
}

#[test]
fn null_is_as_good_as_leaving_an_optional_field_out() {
    assert!(read(&line(r#""text": "Hi.", "say": null"#), Format::Json).is_ok());
}

#[test]
fn every_rule_names_its_line_its_place_and_what_to_do() {
    let long = |count: usize| "x".repeat(count);
    #[rustfmt::skip]
    let rows: Vec<(String, u32, &str, &str, &str)> = vec![
        (id("5"), ID, "campaign_id", "found a number where a text is wanted", "Put it in quotes."),
        (id(r#""a b""#), ID, "campaign_id", "\"a b\" is no campaign id: it contains ' '", ""),
        (id(r#""""#), ID, "campaign_id", "it is empty", ""),
        (id(r#""\u202e""#), ID, "campaign_id", "\"·\" is no campaign id", ""),
        (topic("null"), TOPIC, "", "the field \"topic\" is missing", "A campaign needs \"campaign_id\", \"topic\""),
        (topic("[]"), TOPIC, "topic", "found a list where a text is wanted", ""),
        (topic(r#"" \n ""#), TOPIC, "topic", "the text is empty", ""),
        (topic(&format!("\"{}\"", long(301))), TOPIC, "topic", "301 characters; at most 300", ""),
        (topic(r#""a", "topic": "b""#), TOPIC, "topic", "\"topic\" is given twice", "Keep one"),
        (extra(r#""topik": "a""#), EXTRA, "topik", "unknown field \"topik\"", "Did you mean \"topic\"?"),
        (extra(r#""zzz": "a""#), EXTRA, "zzz", "unknown field \"zzz\"", "A campaign knows \"campaign_id\""),
        (extra(r#""layout": "Duo""#), EXTRA, "layout", "unknown layout \"Duo\"", "Did you mean \"duo\"?"),
        (extra(r#""layout": "circus""#), EXTRA, "layout", "unknown layout", "Write \"solo\" or \"duo\"."),
        (extra(r#""transition": "fades""#), EXTRA, "transition", "unknown transition \"fades\"", "Did you mean \"fade\"?"),
        (extra(r#""transition": "wipe""#), EXTRA, "transition", "unknown transition", "Write \"cut\" or \"fade\"."),
        (extra(r#""voice_mode": "dialog""#), EXTRA, "voice_mode", "unknown voice mode \"dialog\"", "Did you mean \"dialogue\"?"),
        (line(r#""text": "a", "voice_mode": "choir""#), SCENE, "scene 2 · voice_mode", "unknown voice mode", "Write \"lines\" or \"dialogue\"."),
        (extra(r#""music": "../m.mp3""#), EXTRA, "music", "leads out of the campaign's folder", ""),
        (extra(r#""pronounce": {"a": ""}"#), EXTRA, "pronounce · a", "the text is empty", ""),
        (extra(r#""pronounce": {"": "a"}"#), EXTRA, "pronounce · ", "the text is empty", ""),
        (extra(r#""pronounce": []"#), EXTRA, "pronounce", "found a list where an object is wanted", ""),
        (scene("true"), SCENE, "scene 2", "found true where an object is wanted", ""),
        (scene("{}"), SCENE, "scene 2", "the field \"type\" is missing", "A dialogue scene needs \"type\", \"speaker\" and \"text\"."),
        (scene(r#"{"type": "dialog", "speaker": "Baby 1", "text": "a"}"#), SCENE, "scene 2 · type", "unknown scene type \"dialog\"", "Did you mean \"dialogue\"?"),
        (scene(r#"{"type": "dance", "source": "a.png"}"#), SCENE, "scene 2 · type", "unknown scene type \"dance\"", "Write \"dialogue\" or \"media\"."),
        (scene(r#"{"type": "dialogue", "speeker": "Baby 1", "speaker": "Baby 1", "text": "a"}"#), SCENE, "scene 2 · speeker", "unknown field \"speeker\"", "Did you mean \"speaker\"?"),
        (scene(r#"{"type": "dialogue", "speaker": "Baby 3", "text": "a"}"#), SCENE, "scene 2 · speaker", "\"Baby 3\" has no profile", "Add it to baby_profiles; there are \"Baby 1\" and \"Baby 2\"."),
        (scene(r#"{"type": "dialogue", "speaker": "baby1", "text": "a"}"#), SCENE, "scene 2 · speaker", "\"baby1\" has no profile", "Did you mean \"Baby 1\"?"),
        (scene(r#"{"type": "dialogue", "speaker": "a\u001b", "text": "a"}"#), SCENE, "scene 2 · speaker", "control character U+001B", ""),
        (line(r#""text": 5"#), SCENE, "scene 2 · text", "found a number where a text is wanted", "Put it in quotes."),
        (line(r#""text": """#), SCENE, "scene 2 · text", "the text is empty", ""),
        (line(r#""text": "a\u009bb""#), SCENE, "scene 2 · text", "control character U+009B", "line breaks and tabs"),
        (line(r#""text": "a\u0007b""#), SCENE, "scene 2 · text", "control character U+0007", ""),
        (line(&format!(r#""text": "{}""#, long(10_001))), SCENE, "scene 2 · text", "10,001 characters; at most 10,000", "Shorten it, or split it."),
        (line(r#""text": "a", "say": " ""#), SCENE, "scene 2 · say", "the text is empty", ""),
        (line(r#""text": "a", "audio": "https://x/a.wav""#), SCENE, "scene 2 · audio", "network addresses are not fetched", ""),
        (media(r#""caption": "a""#), SCENE, "scene 2", "the field \"source\" is missing", "A media scene needs \"type\" and \"source\"."),
        (media(r#""source": "/etc/passwd""#), SCENE, "scene 2 · source", "must be relative", ""),
        (media(r#""source": "a.png", "duration_s": 0"#), SCENE, "scene 2 · duration_s", "0 is no usable duration", "more than 0 and at most 600"),
        (media(r#""source": "a.png", "duration_s": 600.5"#), SCENE, "scene 2 · duration_s", "600.5 is no usable duration", ""),
        (media(r#""source": "a.png", "duration_s": 1e999"#), SCENE, "scene 2 · duration_s", "inf is no usable duration", ""),
        (media(r#""source": "a.png", "duration_s": "3""#), SCENE, "scene 2 · duration_s", "found a text where a number is wanted", "without quotes"),
        (media(r#""source": "a.png", "text": "a""#), SCENE, "scene 2 · text", "unknown field \"text\"", "A media scene knows \"type\", \"source\", \"caption\", \"duration_s\", \"transition\" and \"sfx\"."),
        (line(r#""text": "a", "sfx": "rimshut""#), SCENE, "scene 2 · sfx", "unknown effect \"rimshut\"", "Did you mean \"rimshot\"?"),
        (line(r#""text": "a", "sfx": "kazoo""#), SCENE, "scene 2 · sfx", "unknown effect", "Write \"rimshot\", \"laugh_track\", \"applause\""),
        (line(r#""text": "a", "sfx": 3"#), SCENE, "scene 2 · sfx", "found a number where an object is wanted", ""),
        (line(r#""text": "a", "sfx": {"at": 1}"#), SCENE, "scene 2 · sfx · sound", "says neither a sound nor a prompt", "such as rimshot"),
        (line(r#""text": "a", "sfx": {"sound": "ding", "prompt": "a bell"}"#), SCENE, "scene 2 · sfx · prompt", "a sound or a prompt, and not both", "Leave one"),
        (line(r#""text": "a", "sfx": {"sound": "ding", "seconds": 2}"#), SCENE, "scene 2 · sfx · seconds", "has its own length", ""),
        (line(r#""text": "a", "sfx": {"prompt": " "}"#), SCENE, "scene 2 · sfx · prompt", "the text is empty", ""),
        (line(&format!(r#""text": "a", "sfx": {{"prompt": "{}"}}"#, long(451))), SCENE, "scene 2 · sfx · prompt", "451 characters; at most 450", ""),
        (line(r#""text": "a", "sfx": {"prompt": "a", "seconds": 31}"#), SCENE, "scene 2 · sfx · seconds", "\"31\" cannot be meant here", "Write 0.5 to 30 seconds."),
        (line(r#""text": "a", "sfx": {"sound": "ding", "at": -31}"#), SCENE, "scene 2 · sfx · at", "\"-31\" cannot be meant here", "Write -30 to 30 seconds."),
        (media(r#""source": "a.png", "sfx": {"sound": "ding", "att": 1}"#), SCENE, "scene 2 · sfx · att", "unknown field \"att\"", "Did you mean \"at\"?"),
        (extra(r#""music": {"seconds": 10}"#), EXTRA, "music", "the field \"prompt\" is missing", ""),
        (extra(r#""music": {"prompt": "a", "seconds": 2}"#), EXTRA, "music · seconds", "\"2\" cannot be meant here", "Write 3 to 300 seconds."),
        (profile(r#""voice_id": "v""#), PROFILE, "baby_profiles · Baby 2", "the field \"tone\" is missing", "A profile needs \"tone\" and \"voice_id\"."),
        (profile(r#""tone": "warm""#), PROFILE, "baby_profiles · Baby 2", "the field \"voice_id\" is missing", ""),
        (profile(r#""tone": "", "voice_id": "v""#), PROFILE, "baby_profiles · Baby 2 · tone", "the text is empty", ""),
        (profile(r#""tone": "warm", "voice_id": " ""#), PROFILE, "baby_profiles · Baby 2 · voice_id", "the text is empty", ""),
        (baby(&format!(r#""appearance": "{}""#, long(1_001))), PROFILE, "baby_profiles · Baby 2 · appearance", "1,001 characters", ""),
        (baby(r#""reference": "take 0""#), PROFILE, "baby_profiles · Baby 2 · reference", "\"0\" is no take", "numbered from 1"),
        (baby(r#""portrait": "C:\\a.png""#), PROFILE, "baby_profiles · Baby 2 · portrait", "must be relative", ""),
        (baby(r#""same_as": "Baby 2""#), PROFILE, "baby_profiles · Baby 2 · same_as", "\"Baby 2\" is named as its own twin", ""),
        (baby(r#""same_as": "Baby 9""#), PROFILE, "baby_profiles · Baby 2 · same_as", "\"Baby 9\" has no profile", "Name a baby of baby_profiles"),
        (baby(r#""same_as": "C"}, "C": {"tone": "t", "voice_id": "v", "same_as": "Baby 2""#), PROFILE, "baby_profiles · C · same_as", "\"C\" is the twin of \"Baby 2\", which is in turn", "Remove same_as"),
        (File { profile: r#""Baby 2": []"#, ..VALID }.text(), PROFILE, "baby_profiles · Baby 2", "found a list where an object is wanted", ""),
        (File { profile: r#""Baby 2": {"tone": "a", "voice_id": "v"}, "a\u0000b": {"tone": "a", "voice_id": "v"}"#, ..VALID }.text(), PROFILE, "baby_profiles · a␀b", "control character U+0000", ""),
        (File { profile: r#""Baby 2": {"tone": "a", "voice_id": "v"}, "Baby 1": {"tone": "a", "voice_id": "v"}"#, ..VALID }.text(), PROFILE, "baby_profiles · Baby 1", "\"Baby 1\" is given twice", ""),
    ];
    for (text, line, place, message, hint) in rows {
        let found = faults(&text, Format::Json);
        let fault = &found[0];
        assert_eq!((fault.line, fault.place.as_str()), (Some(line), place), "{found:#?}");
        assert!(fault.message.contains(message), "{message}: {found:#?}");
        assert!(fault.hint.as_deref().unwrap_or_default().contains(hint), "{hint}: {found:#?}");
        assert_eq!(found, faults(&text, Format::Yaml), "the same in both formats");
    }
}

#[test]
fn all_faults_are_found_at_once_in_the_order_of_the_file() {
    let text = File {
        id: r#""a/b""#,
        topic: "7",
        scene: r#"{"type": "dialogue", "speaker": "Baby 7", "text": "", "x": 1}"#,
        profile: r#""Baby 2": {"tone": 1}"#,
        extra: r#""layout": 3"#,
    }
    .text();
    let found = faults(&text, Format::Json);
    let lines: Vec<_> = found.iter().filter_map(|fault| fault.line).collect();
    assert_eq!(lines, [ID, TOPIC, SCENE, SCENE, SCENE, PROFILE, PROFILE, EXTRA]);
    let pointers: Vec<_> = found.iter().map(|fault| fault.pointer.as_str()).collect();
    assert_eq!(pointers[2..5], ["/script/1/speaker", "/script/1/text", "/script/1/x"]);
    let columns: Vec<_> = found.iter().filter_map(|fault| fault.column).collect();
    assert_eq!(columns[2..5], [37, 55, 59]);
}

#[test]
fn columns_count_characters_and_pointers_escape_names() {
    let text = File { profile: r#""Ünï/~": {"tone": 5, "voice_id": "v"}"#, ..VALID }.text();
    let fault = faults(&text, Format::Json).into_iter().find(|fault| fault.line == Some(PROFILE)).expect("a fault");
    assert_eq!((fault.column, fault.pointer.as_str()), (Some(23), "/baby_profiles/Ünï~1~0/tone"));
}

#[test]
fn broken_profiles_do_not_make_every_line_faulty() {
    let text = r#"{"campaign_id": "a", "topic": "t", "baby_profiles": 5,
        "script": [{"type": "dialogue", "speaker": "Baby 1", "text": "Hi."}]}"#;
    assert_eq!(faults(text, Format::Json).len(), 1);
}

#[test]
fn a_script_is_neither_empty_nor_endless() {
    let with =
        |scenes: &str| format!(r#"{{"campaign_id": "a", "topic": "t", "baby_profiles": {{}}, "script": [{scenes}]}}"#);
    assert_eq!(faults(&with(""), Format::Json)[0].message, "the script is empty");
    let scenes = |count| vec!["\n{\"type\": \"media\", \"source\": \"a.png\"}"; count].join(",");
    assert!(read(&with(&scenes(Campaign::MOST_SCENES)), Format::Yaml).is_ok());
    let found = faults(&with(&scenes(Campaign::MOST_SCENES + 1)), Format::Json);
    assert_eq!(found[0].message, "the script has 10,001 scenes; at most 10,000 are allowed");
    assert_eq!(found[0].line, Some(10_002));
}

#[test]
fn a_hundred_faults_are_told_and_the_rest_counted() {
    let scenes = vec!["\n7"; 1_100].join(",");
    let text = format!(r#"{{"campaign_id": "a", "topic": "t", "script": [{scenes}], "baby_profiles": {{}}, "x": 1}}"#);
    let found = faults(&text, Format::Json);
    assert_eq!(found.len(), 101);
    assert_eq!((found[0].line, found[99].line), (Some(2), Some(101)));
    assert_eq!(found[100].to_string(), "and 1,001 more");
}

#[test]
fn a_long_name_makes_a_short_message() {
    let name = "\u{202e}long ".repeat(20_000);
    let text = File { profile: &format!(r#""{name}": {{"tone": 5, "{name}": 1}}"#), ..VALID }.text();
    for fault in faults(&text, Format::Json) {
        let whole = fault.to_string() + &fault.pointer;
        assert!(whole.len() < 600 && !whole.contains('\u{202e}'), "{whole}");
    }
}

#[test]
fn a_file_that_is_no_document_ends_in_one_clear_fault() {
    let nested = |open: &str, close: &str| format!("{}{}", open.repeat(20), close.repeat(20));
    let bomb = (0..9).fold("a0: &a0 [x, x]\n".to_owned(), |text, level| {
        text + &format!("a{}: &a{} [{}]\n", level + 1, level + 1, vec![format!("*a{level}"); 10].join(", "))
    });
    let (json, yaml) = (Format::Json, Format::Yaml);
    #[rustfmt::skip]
    let rows: Vec<(Format, String, u32, u32, &str)> = vec![
        (json, String::new(), 1, 1, "the file is empty"),
        (yaml, " \n ".into(), 1, 1, "the file is empty"),
        (json, format!("\u{feff}{}", VALID.text()), 1, 1, "byte order mark (U+FEFF)"),
        (yaml, "\u{feff}topic: a".into(), 1, 1, "byte order mark (U+FEFF)"),
        (json, "{\n \"a\": 1\n \"b\": 2}".into(), 3, 2, "expected `,` or `}`"),
        (json, "{\"a\": 1,,}".into(), 1, 9, "double quotes"),
        (json, "{“a”: 1}".into(), 1, 2, "straight quotes"),
        (yaml, "script:\n- text: [laughs] no way".into(), 2, 18, "as in text: \"[…\""),
        (yaml, "script:\n- text: *sighs* no".into(), 2, 9, "begins with * in quotes"),
        (json, "{'a': 1}".into(), 1, 2, "double quotes"),
        (json, "{} x".into(), 1, 4, "trailing characters"),
        (json, "{\n\"a\": \"b".into(), 2, 7, "ends too early"),
        (json, "{\"a\": \"b\nc\"}".into(), 1, 8, "line break"),
        (json, "{\"a\": \"\u{1b}[2J\"}".into(), 1, 8, "control character U+001B"),
        (json, "{\n\"a\": \"\\ud83d\"}".into(), 2, 13, "half of a surrogate pair"),
        (json, nested("[", "]"), 1, 17, "deeper than 16 levels"),
        (json, nested("{\"a\":", "}").replace(":}", ":1}"), 1, 81, "deeper than 16 levels"),
        (json, "[".repeat(1_000_000), 1, 1_000_000, "ends too early"),
        (json, "NaN".into(), 1, 1, "expected value"),
        (json, "5".into(), 1, 1, "found a number where an object is wanted"),
        (yaml, "- a\n- b".into(), 1, 1, "found a list where an object is wanted"),
        (yaml, nested("[", "]"), 1, 17, "deeper than 16 levels"),
        (yaml, (0..20).map(|depth| " ".repeat(depth) + "a:\n").collect(), 17, 17, "deeper than 16 levels"),
        (yaml, "[".repeat(1_000_000), 1, 256, "deeper than 16 levels"),
        (json, format!("[{}0]", "0,".repeat(500_000)), 1, 800_000, "more than 400,000 values"),
        (yaml, format!("[{}0]", "0,".repeat(500_000)), 1, 800_000, "more than 400,000 values"),
        (yaml, bomb, 6, 25, "unfold to too much"),
        (yaml, "a: *nope".into(), 1, 4, "unknown anchor"),
        (yaml, "a: 1\nb:\n\t- c".into(), 3, 2, "Indent with spaces"),
        (yaml, "a: 1\n---\nb: 2".into(), 2, 1, "more than one document"),
        (yaml, "campaign_id: !include secret.yaml".into(), 1, 23, "tags such as !include are not supported"),
        (yaml, "topic: 'a\u{9b}b'".into(), 1, 10, "control character U+009B"),
        (yaml, "é: ü\ntopic: \"ü".into(), 2, 8, "unclosed quote"),
    ];
    for (format, text, line, column, message) in rows {
        let found = faults(&text, format);
        let start: String = text.chars().take(60).collect();
        assert_eq!((found.len(), found[0].line, found[0].column), (1, Some(line), Some(column)), "{start}: {found:#?}");
        assert!(found[0].to_string().contains(message), "{start}: {found:#?}");
    }
}

#[test]
fn a_file_of_more_than_eight_mebibytes_is_not_parsed() {
    let found = faults(&" ".repeat(Campaign::LARGEST_FILE as usize + 1), Format::Json);
    assert_eq!(
        (found[0].line, found[0].message.as_str()),
        (None, "the file has 8,388,609 bytes; at most 8,388,608 are allowed")
    );
}

#[test]
fn yaml_keys_that_are_no_texts_are_named() {
    let text = VALID.text().replace("\"Baby 2\": {", "2: {}, ? [a] : {}, \"Baby 2\": {");
    let found = faults(&text, Format::Yaml);
    assert_eq!(
        found[0].to_string(),
        "line 10 · baby_profiles: found a number where a name is wanted. Put the name in quotes."
    );
    assert_eq!(found[1].message, "found a list where a name is wanted");
}

#[test]
fn yaml_reads_as_people_write_it() {
    let text = "# a comment\ncampaign_id: nap_001\ntopic: yes\nbaby_profiles:\n  Baby 1: &calm {tone: warm, voice_id: v}\n  \
                Baby 2:\n    <<: *calm\n    tone: sleepy\nscript:\n- type: dialogue\n  speaker: Baby 2\n  text: |\n    \
                One.\r\n    Two.\n- {type: media, source: a.png, duration_s: 3}\n";
    let campaign = read(text, Format::Yaml).expect("it is valid");
    assert_eq!((campaign.topic.as_str(), campaign.profiles[1].tone_text.as_str()), ("yes", "sleepy"));
    assert_eq!(campaign.profiles[1].voice_id, "v");
    let Scene::Dialogue(line) = &campaign.scenes[0] else { panic!("the first scene is a line") };
    assert_eq!(line.text, "One.\nTwo.\n");
}

#[test]
fn files_as_language_models_and_text_programs_write_them_are_read() {
    let real = |name: &str| {
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/real-files").join(name)
    };
    for name in ["crlfesc.json", "fence2.json", "trailing.json", "h_hash.yaml", "h_text.yaml"] {
        let text = std::fs::read_to_string(real(name)).unwrap();
        let campaign = read(&text, Format::of_path(&real(name)).unwrap());
        let campaign = campaign.unwrap_or_else(|faults| panic!("{name}: {faults:#?}"));
        if name == "crlfesc.json" {
            assert_eq!(campaign.line(0).unwrap().text, "Hi there.\nSecond line.");
        }
    }
    let laugh = std::fs::read_to_string(real("laugh.yaml")).unwrap();
    let found = faults(&laugh, Format::Yaml);
    assert!(found[0].to_string().contains("begins with [ in quotes"), "{found:#?}");
    assert!((8..=9).contains(&found[0].line.unwrap()), "{found:#?}");
}

#[test]
fn a_name_is_found_whichever_way_its_accents_were_typed() {
    let file = VALID
        .text()
        .replace("\"Baby 1\": {", "\"Zoe\u{308}\": {")
        .replace("\"speaker\": \"Baby 1\"", "\"speaker\": \"Zo\u{eb}\"");
    let campaign = read(&file, Format::Json).unwrap_or_else(|faults| panic!("{file}\n{faults:#?}"));
    assert!(campaign.speaker_named("Zo\u{eb}").is_some());
}

#[test]
fn json_is_read_as_json_and_not_as_yaml() {
    let long_key = "k".repeat(5_000);
    let text = extra(&format!("\t\t\"music\":\t\"a\\/b.mp3\",\n\t\"pronounce\": {{\"a\": \"b\"}}, \"{long_key}\": 1"));
    let found = faults(&text, Format::Json);
    assert_eq!(found.len(), 1, "only the long unknown key: {found:#?}");
    assert!(found[0].message.starts_with("unknown field"));
}

#[test]
fn twins_of_twins_are_fine_and_a_ring_is_told_once() {
    let profiles = |last: &str| {
        format!(
            r#""Baby 2": {{"tone": "a", "voice_id": "v", "same_as": "C"}},
               "C": {{"tone": "a", "voice_id": "v", "same_as": "D"}},
               "D": {{"tone": "a", "voice_id": "v", "same_as": "{last}"}}"#
        )
    };
    let valid = File { profile: &profiles("Baby 1"), ..VALID }.text();
    let campaign = read(&valid, Format::Json).expect("a chain is fine");
    let c = campaign.speaker_named("C").expect("C");
    assert_eq!(campaign.face_of(c).position(), 0);
    let ring = File { profile: &profiles("C"), ..VALID }.text();
    let found = faults(&ring, Format::Json);
    assert_eq!((found.len(), found[0].line), (1, Some(PROFILE + 2)));
}

#[test]
fn formats_go_by_extension() {
    for (path, format) in [
        ("a.json", Some(Format::Json)),
        ("a.b.YAML", Some(Format::Yaml)),
        ("a.yml", Some(Format::Yaml)),
        ("a.takes.json", None),
        ("takes.json", Some(Format::Json)),
        ("json", None),
        ("a.txt", None),
    ] {
        assert_eq!(Format::of_path(path.as_ref()), format, "{path}");
    }
}
