//! What an edit leaves of a file: everything but the change.

use super::{Change, EditError, SceneRef, Target, Value, Where, edit, take_back};
use crate::campaign::Campaign;
use crate::read::{Format, read};

const JSON: &str = r#"{
  // The one with the nap.
  "campaign_id": "c", "topic": "Naps",
  "script": [
    { "type": "dialogue", "speaker": "Ada", "text": "One \u00e9 \/ two." }, // first
    { "type": "dialogue", "speaker": "Bo", "text": "Two.", "say": "Too." },
    // Before the third.
    { "type": "dialogue", "speaker": "Ada", "text": "Three." } // last
  ],
  "baby_profiles": {
    "Ada": {"tone":"warm","voice_id":"v1"},
    "Bo": { "tone": "dry", "voice_id": "v2", "voice": "toddler" }
  }
}
"#;

const TALL: &str = "{\r\n\t\"campaign_id\": \"c\",\r\n\t\"topic\": \"Naps\",\r\n\t\"script\": [\r\n\t\t{\r\n\t\t\t\"type\": \"dialogue\",\r\n\t\t\t\"speaker\": \"Ada\",\r\n\t\t\t\"text\": \"One.\"\r\n\t\t},\r\n\t\t{\r\n\t\t\t\"type\": \"dialogue\",\r\n\t\t\t\"speaker\": \"Ada\",\r\n\t\t\t\"text\": \"Two.\"\r\n\t\t}\r\n\t],\r\n\t\"baby_profiles\": {\"Ada\": {\"tone\": \"warm\", \"voice_id\": \"v1\"}}\r\n}";

const YAML: &str = "# The one with the nap.
campaign_id: c
topic: Naps # short
script:
  - type: dialogue   # first
    speaker: Ada
    text: >-
      One word after another,
      folded over lines.

      And a second part.
    # on its own

  - type: dialogue
    speaker: 'Bo'
    text: 'It''s two.'
    say: \"Too\\u0021\"

  - {type: dialogue, speaker: Ada, text: \"Three: # here\"} # flow

  - type: dialogue
    speaker: Bo
    text: |
      Four
      lines
baby_profiles:
  Ada: &warm
    tone: warm
    voice_id: v1
  Bo: {tone: dry, voice_id: v2}
";

fn set(scene: usize, field: &str, text: &str) -> Change {
    Change::Set { of: Target::Scene(SceneRef::at(scene)), field: field.into(), value: text.into() }
}

fn baby(name: &str, field: &str, value: Value) -> Change {
    Change::Set { of: Target::Baby(name.into()), field: field.into(), value }
}

fn line(speaker: &str, text: &str) -> Vec<(String, Value)> {
    [("type", "dialogue"), ("speaker", speaker), ("text", text)].map(|(name, value)| (name.into(), value.into())).into()
}

fn texts(campaign: &Campaign) -> Vec<&str> {
    (0..campaign.scenes.len()).map(|scene| campaign.line(scene).unwrap().text.as_str()).collect()
}

/// The text after the changes; taking them back must give every byte back, and making them again the same text.
#[track_caller]
fn edited(text: &str, format: Format, changes: &[Change]) -> String {
    let done = edit(text, format, changes).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(read(&done.text, format).unwrap(), done.campaign);
    let undone = take_back(&done.text, format, &done.back).unwrap();
    assert_eq!(undone.text, text, "taken back");
    assert_eq!(take_back(text, format, &undone.back).unwrap().text, done.text, "made again");
    done.text
}

/// Lines that differ, as `- old` and `+ new`.
fn changed(before: &str, after: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.split('\n').collect(), after.split('\n').collect());
    let start = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let most = old.len().min(new.len()) - start;
    let end = old.iter().rev().zip(new.iter().rev()).take(most).take_while(|(old, new)| old == new).count();
    let signed = |sign: &str, lines: &[&str]| lines.iter().flat_map(|line| [sign, line, "\n"]).collect::<String>();
    signed("-", &old[start..old.len() - end]) + &signed("+", &new[start..new.len() - end])
}

#[track_caller]
fn assert_changed(text: &str, format: Format, changes: &[Change], lines: &str) {
    assert_eq!(changed(text, &edited(text, format, changes)), lines);
}

#[test]
fn a_changed_word_is_one_changed_line() {
    for (scene, text, lines) in [
        (
            0,
            "One é / three.",
            "-    { \"type\": \"dialogue\", \"speaker\": \"Ada\", \"text\": \"One \\u00e9 \\/ two.\" }, // first\n\
             +    { \"type\": \"dialogue\", \"speaker\": \"Ada\", \"text\": \"One \\u00e9 \\/ three.\" }, // first\n",
        ),
        (
            2,
            "Say \"hi\"\n# : 👶",
            "-    { \"type\": \"dialogue\", \"speaker\": \"Ada\", \"text\": \"Three.\" } // last\n\
             +    { \"type\": \"dialogue\", \"speaker\": \"Ada\", \"text\": \"Say \\\"hi\\\"\\n# : 👶\" } // last\n",
        ),
    ] {
        assert_changed(JSON, Format::Json, &[set(scene, "text", text)], lines);
    }
    for (scene, field, text, lines) in [
        (
            0,
            "text",
            "One word after another, folded over some lines.\nAnd a second part.",
            "-      folded over lines.\n+      folded over some lines.\n",
        ),
        (
            0,
            "text",
            "One word after another, now folded over lines.\nAnd a second part.",
            "-      folded over lines.\n+      now folded over lines.\n",
        ),
        (
            0,
            "text",
            "word after another, folded over lines.\nAnd a second part.",
            "-      One word after another,\n+      word after another,\n",
        ),
        (1, "text", "It's too.", "-    text: 'It''s two.'\n+    text: 'It''s too.'\n"),
        (1, "say", "Two!", "-    say: \"Too\\u0021\"\n+    say: \"Two\\u0021\"\n"),
        (1, "speaker", "Ada", "-    speaker: 'Bo'\n+    speaker: 'Ada'\n"),
        (
            2,
            "text",
            "Three: # there",
            "-  - {type: dialogue, speaker: Ada, text: \"Three: # here\"} # flow\n\
             +  - {type: dialogue, speaker: Ada, text: \"Three: # there\"} # flow\n",
        ),
        (3, "text", "Four\nlong lines\n", "-      lines\n+      long lines\n"),
    ] {
        assert_changed(YAML, Format::Yaml, &[set(scene, field, text)], lines);
    }
    let topic = |text: &str| [Change::Set { of: Target::Campaign, field: "topic".into(), value: text.into() }];
    assert_changed(YAML, Format::Yaml, &topic("Snacks"), "-topic: Naps # short\n+topic: Snacks # short\n");
    assert_changed(YAML, Format::Yaml, &topic("#1: snacks"), "-topic: Naps # short\n+topic: \"#1: snacks\" # short\n");
}

#[test]
fn a_text_that_its_style_cannot_say_is_quoted() {
    for text in [
        "- no: list",
        "true",
        "12",
        " led by a space",
        "ends: ",
        "a #b",
        "two\nlines",
        "back\\slash \"q\"",
        "ü\u{2028}x",
        "'",
        "*x",
        "{y}",
    ] {
        for (scene, yaml) in [(0, YAML), (1, YAML), (2, YAML), (3, YAML)] {
            let after = edited(yaml, Format::Yaml, &[set(scene, "text", text)]);
            assert_eq!(texts(&read(&after, Format::Yaml).unwrap())[scene], text);
        }
        let plain = "campaign_id: c\ntopic: t\nscript:\n- type: dialogue\n  speaker: A\n  text: plain\nbaby_profiles: {A: {tone: a, voice_id: v}}";
        let after = edited(plain, Format::Yaml, &[set(0, "text", text)]);
        assert_eq!(changed(plain, &after).lines().count(), 2, "{after}");
    }
}

/// The blanks at the end of a block text are a part of it, or are not: a field behind it comes after those that are.
#[test]
fn a_field_comes_behind_the_whole_of_a_block_text() {
    for (text, end) in [
        ("|+\n      One.\n\n\n", "\n\n\n"),
        ("|+\r\n      One.\r\n\r\n", "\n\n"),
        ("|-\n      One.\n      \t\n", "\n\t"),
        ("|-\n      One.\n        \n\n", "\n  "),
        ("|\n      One.\n   \n\n", "\n"),
        ("|-\n      One.\u{3000}\n\n", "\u{3000}"),
    ] {
        let file = format!(
            "campaign_id: c\ntopic: t\nscript:\n  - type: dialogue\n    speaker: Ada\n    text: {text}\
             baby_profiles:\n  Ada: {{tone: dry, voice_id: v}}\n"
        );
        let after = edited(&file, Format::Yaml, &[set(0, "say", "Uno.")]);
        let campaign = read(&after, Format::Yaml).unwrap();
        let line = campaign.line(0).unwrap();
        assert_eq!((line.text.as_str(), line.say.as_deref()), (&*format!("One.{end}"), Some("Uno.")), "{after}");
    }
}

#[test]
fn a_new_scene_looks_like_its_neighbour() {
    let insert = |at| [Change::Insert { at, scene: line("Bo", "New.") }];
    let new = "{ \"type\": \"dialogue\", \"speaker\": \"Bo\", \"text\": \"New.\" }";
    assert_changed(JSON, Format::Json, &insert(1), &format!("+    {new},\n"));
    assert_changed(JSON, Format::Json, &insert(0), &format!("+    {new},\n"));
    assert_changed(
        JSON,
        Format::Json,
        &insert(3),
        &format!(
            "-    {{ \"type\": \"dialogue\", \"speaker\": \"Ada\", \"text\": \"Three.\" }} // last\n\
             +    {{ \"type\": \"dialogue\", \"speaker\": \"Ada\", \"text\": \"Three.\" }}, // last\n+    {new}\n"
        ),
    );
    let tall = [Change::Insert { at: 1, scene: line("Ada", "New.") }];
    let after = edited(TALL, Format::Json, &tall);
    let new = "\t\t{\r\n\t\t\t\"type\": \"dialogue\",\r\n\t\t\t\"speaker\": \"Ada\",\r\n\t\t\t\"text\": \"New.\"\r\n\t\t},\r\n";
    assert!(after.contains(new) && after.len() == TALL.len() + new.len(), "{after}");
    let block = "+  - type: dialogue\n+    speaker: Bo\n+    text: New.\n+\n";
    assert_changed(YAML, Format::Yaml, &insert(1), "+\n+  - type: dialogue\n+    speaker: Bo\n+    text: New.\n");
    assert_changed(YAML, Format::Yaml, &insert(0), block);
    assert_changed(YAML, Format::Yaml, &insert(3), "+  - {type: dialogue, speaker: Bo, text: \"New.\"}\n+\n");
    let last = edited(YAML, Format::Yaml, &insert(4));
    assert!(
        last.contains("      lines\n\n  - type: dialogue\n    speaker: Bo\n    text: New.\nbaby_profiles:"),
        "{last}"
    );
    let compact = r#"{"campaign_id":"c","topic":"t","script":[{"type":"dialogue","speaker":"A","text":"x"}],"baby_profiles":{"A":{"tone":"a","voice_id":"v"}}}"#;
    let after = edited(compact, Format::Json, &[Change::Insert { at: 1, scene: line("A", "y") }]);
    assert!(after.contains(r#""text":"x"}, {"type":"dialogue","speaker":"A","text":"y"}]"#), "{after}");
}

#[test]
fn a_removed_scene_takes_its_own_comment_along_and_no_other() {
    let remove = |scene| [Change::Remove { scene: SceneRef::at(scene) }];
    let first = "-    { \"type\": \"dialogue\", \"speaker\": \"Ada\", \"text\": \"One \\u00e9 \\/ two.\" }, // first\n";
    assert_changed(JSON, Format::Json, &remove(0), first);
    let last = edited(JSON, Format::Json, &remove(2));
    assert!(last.contains("\"say\": \"Too.\" }\n    // Before the third.\n  ],"), "no comma is left behind: {last}");
    assert_changed(
        YAML,
        Format::Yaml,
        &remove(2),
        "-  - {type: dialogue, speaker: Ada, text: \"Three: # here\"} # flow\n-\n",
    );
    let last = edited(YAML, Format::Yaml, &remove(3));
    assert!(last.contains("# flow\nbaby_profiles:"), "{last}");
    let first = edited(YAML, Format::Yaml, &remove(0));
    assert!(first.contains("script:\n    # on its own\n\n  - type: dialogue\n    speaker: 'Bo'"), "{first}");
}

#[test]
fn a_scene_moves_as_it_is_written() {
    let moved = |scene, to| [Change::Move { scene: SceneRef::at(scene), to }];
    let down = edited(JSON, Format::Json, &moved(0, Where::By(1)));
    assert_eq!(texts(&read(&down, Format::Json).unwrap()), ["Two.", "One é / two.", "Three."]);
    assert!(down.contains("\"Too.\" },\n    { \"type\": \"dialogue\", \"speaker\": \"Ada\", \"text\": \"One \\u00e9 \\/ two.\" }, // first\n"), "{down}");
    let last = edited(JSON, Format::Json, &moved(0, Where::At(9)));
    assert!(last.contains("\"Three.\" }, // last\n    { \"type\": \"dialogue\", \"speaker\": \"Ada\", \"text\": \"One \\u00e9 \\/ two.\" } // first\n  ]"), "{last}");
    let up = edited(YAML, Format::Yaml, &moved(3, Where::By(-9)));
    assert_eq!(texts(&read(&up, Format::Yaml).unwrap())[0], "Four\nlines\n");
    assert!(up.contains("script:\n  - type: dialogue\n    speaker: Bo\n    text: |\n      Four\n      lines\n\n  - type: dialogue   # first"), "{up}");
    assert_eq!(edited(YAML, Format::Yaml, &moved(0, Where::By(-1))), YAML, "the first goes no further up");
    let twice = edited(YAML, Format::Yaml, &[Change::Copy { scene: SceneRef::at(2) }]);
    assert_eq!(twice.matches("# flow").count(), 2, "{twice}");
}

#[test]
fn fields_come_and_go() {
    let say = "    text: 'It''s two.'\n    say: \"Too\\u0021\"\n";
    let unset = [Change::Unset { of: Target::Scene(SceneRef::at(1)), field: "say".into() }];
    assert!(edited(YAML, Format::Yaml, &unset).contains(&say.replace("    say: \"Too\\u0021\"\n", "")));
    assert_changed(YAML, Format::Yaml, &[set(3, "say", "For.")], "+    say: For.\n");
    assert_changed(
        JSON,
        Format::Json,
        &[set(0, "say", "Won.")],
        "-    { \"type\": \"dialogue\", \"speaker\": \"Ada\", \"text\": \"One \\u00e9 \\/ two.\" }, // first\n\
         +    { \"type\": \"dialogue\", \"speaker\": \"Ada\", \"text\": \"One \\u00e9 \\/ two.\", \"say\": \"Won.\" }, // first\n",
    );
    assert_changed(
        JSON,
        Format::Json,
        &[baby("Ada", "appearance", "bows".into())],
        "-    \"Ada\": {\"tone\":\"warm\",\"voice_id\":\"v1\"},\n+    \"Ada\": {\"tone\":\"warm\",\"voice_id\":\"v1\",\"appearance\":\"bows\"},\n",
    );
    assert_changed(
        JSON,
        Format::Json,
        &[baby("Bo", "voice.pitch", Value::Number(2.5))],
        "-    \"Bo\": { \"tone\": \"dry\", \"voice_id\": \"v2\", \"voice\": \"toddler\" }\n\
         +    \"Bo\": { \"tone\": \"dry\", \"voice_id\": \"v2\", \"voice\": {\"preset\": \"toddler\", \"pitch\": 2.5} }\n",
    );
    let pitched = edited(YAML, Format::Yaml, &[baby("Ada", "voice.pitch", Value::Number(4.0))]);
    assert!(pitched.contains("    voice_id: v1\n    voice: {pitch: 4}\n"), "{pitched}");
    assert!(
        edited(&pitched, Format::Yaml, &[baby("Ada", "voice.speed", Value::Number(1.25))])
            .contains("{pitch: 4, speed: 1.25}")
    );
    let unset = [Change::Unset { of: Target::Baby("Ada".into()), field: "voice.pitch".into() }];
    assert_eq!(edited(&pitched, Format::Yaml, &unset), YAML);
}

#[test]
fn what_would_be_no_campaign_is_refused_with_its_fault() {
    for (change, why) in [
        (set(1, "text", " "), "scene 2 · text: the text is empty. Write something"),
        (set(1, "text", &"x".repeat(10_001)), "scene 2 · text: the text has 10,001 characters; at most 10,000"),
        (set(1, "speaker", "Abe"), "scene 2 · speaker: \"Abe\" has no profile. Add it to baby_profiles"),
        (set(1, "txet", "x"), "scene 2 · txet: unknown field \"txet\""),
        (set(7, "text", "x"), "there is no scene 8; the script has 3"),
        (baby("Cy", "tone", "x".into()), "there is no baby Cy"),
        (Change::Unset { of: Target::Baby("Ada".into()), field: "tone".into() }, "the field \"tone\" is missing"),
    ] {
        let error = edit(JSON, Format::Json, &[change]).unwrap_err();
        assert!(error.to_string().contains(why), "{error}");
    }
    let all = [2, 1, 0].map(|scene| Change::Remove { scene: SceneRef::at(scene) });
    assert!(edit(JSON, Format::Json, &all).unwrap_err().to_string().contains("the script is empty"));
    assert!(matches!(edit("{", Format::Json, &[]), Err(EditError::Faulty(_))));
    let shared = "campaign_id: c\ntopic: t\nscript:\n- {type: dialogue, speaker: a, text: x}\n\
                  baby_profiles:\n  a: &it {voice_id: v1, tone: w}\n  b: *it\n";
    for name in ["a", "b"] {
        let error = edit(shared, Format::Yaml, &[baby(name, "tone", "dry".into())]).unwrap_err();
        let told = "is written in a way that is not changed by itself; write tone: \"dry\" there";
        assert_eq!(error.to_string(), format!("tone of {name} {told}"));
    }
}

#[test]
fn a_scene_is_found_by_what_it_said_and_no_other_is_changed() {
    let before = read(JSON, Format::Json).unwrap();
    let of = |scene| Target::Scene(SceneRef::of(&before, scene));
    let reword = [Change::Set { of: of(2), field: "text".into(), value: "Third.".into() }];
    let meanwhile =
        edited(JSON, Format::Json, &[Change::Insert { at: 0, scene: line("Bo", "Zero.") }, set(2, "text", "2")]);
    let after = edit(&meanwhile, Format::Json, &reword).unwrap();
    assert_eq!(texts(&after.campaign), ["Zero.", "One é / two.", "2", "Third."]);
    assert_eq!(after.scene, Some(3));
    let gone = [Change::Remove { scene: SceneRef::of(&before, 1) }];
    assert_eq!(edit(&meanwhile, Format::Json, &gone), Err(EditError::Changed(1)));
}

#[test]
fn an_edit_is_taken_back_though_somebody_else_edited_another_scene() {
    let done = edit(YAML, Format::Yaml, &[set(1, "text", "Mine."), Change::Remove { scene: SceneRef::at(0) }]).unwrap();
    let theirs = edit(&done.text, Format::Yaml, &[set(2, "text", "Theirs.")]).unwrap();
    let back = take_back(&theirs.text, Format::Yaml, &done.back).unwrap();
    let texts = texts(&back.campaign);
    assert_eq!((texts[1], texts[3]), ("It's two.", "Theirs."));
    assert!(texts[0].starts_with("One word"));
    let theirs = edit(&done.text, Format::Yaml, &[set(0, "text", "Theirs.")]).unwrap();
    assert_eq!(take_back(&theirs.text, Format::Yaml, &done.back), Err(EditError::Changed(1)));
}

#[test]
fn many_scenes_change_in_one_edit() {
    let changes: Vec<Change> = [3, 1, 0].map(|scene| Change::Remove { scene: SceneRef::at(scene) }).into();
    let after = edited(YAML, Format::Yaml, &changes);
    assert_eq!(texts(&read(&after, Format::Yaml).unwrap()), ["Three: # here"]);
    let after = edited(JSON, Format::Json, &[2, 1].map(|scene| Change::Remove { scene: SceneRef::at(scene) }));
    assert!(after.contains("\"One \\u00e9 \\/ two.\" } // first\n    // Before the third.\n  ]"), "{after}");
    let speakers: Vec<Change> = (0..4).map(|scene| set(scene, "speaker", "Bo")).collect();
    let after = edited(YAML, Format::Yaml, &speakers);
    assert_eq!(after.matches("Bo").count(), 5, "{after}");
}

#[test]
fn a_fence_and_a_last_comma_stay() {
    let fenced = format!("```json\n{}```\n", JSON.replace("} // last\n", "}, // last\n"));
    let after = edited(&fenced, Format::Json, &[Change::Insert { at: 3, scene: line("Bo", "New.") }]);
    assert!(after.starts_with("```json\n{") && after.ends_with("}\n```\n"), "{after}");
    assert!(
        after.contains(
            "\"Three.\" }, // last\n    { \"type\": \"dialogue\", \"speaker\": \"Bo\", \"text\": \"New.\" },\n  ]"
        ),
        "{after}"
    );
}

#[test]
fn an_effect_is_a_name_until_it_needs_parts() {
    let of = |field: &str, value: Option<Value>| match value {
        Some(value) => Change::Set { of: Target::Scene(SceneRef::at(0)), field: field.into(), value },
        None => Change::Unset { of: Target::Scene(SceneRef::at(0)), field: field.into() },
    };
    let text = |text: &str| Some(Value::from(text));
    let scene = |changes: &[Change], file: &str| {
        let after = edited(file, Format::Json, changes);
        let line = after.lines().find(|line| line.contains("One ")).unwrap().trim().to_owned();
        (after, line)
    };
    let (named, line) = scene(&[of("sfx", text("rimshot"))], JSON);
    assert!(line.contains(", \"sfx\": \"rimshot\" }"), "{line}");
    let (later, line) = scene(&[of("sfx.at", Some(Value::Number(0.5)))], &named);
    assert!(line.contains("\"sfx\": {\"sound\": \"rimshot\", \"at\": 0.5}"), "{line}");
    let (_, line) = scene(&[of("sfx.sound", text("ding"))], &later);
    assert!(line.contains("\"sfx\": {\"sound\": \"ding\", \"at\": 0.5}"), "{line}");
    let (_, line) = scene(&[of("sfx.sound", text("ding"))], &named);
    assert!(line.contains("\"sfx\": \"ding\""), "{line}");
    let (prompted, line) = scene(&[of("sfx.sound", None), of("sfx.prompt", text("a door"))], &named);
    assert!(line.contains("\"sfx\": {\"prompt\": \"a door\"}"), "{line}");
    let (_, line) = scene(&[of("sfx.prompt", None)], &prompted);
    assert!(!line.contains("sfx"), "an effect goes with its last part: {line}");
    let (_, line) = scene(&[of("sfx.sound", None)], &named);
    assert!(!line.contains("sfx"), "{line}");
    let refused = edit(&named, Format::Json, &[of("sfx.prompt", text("a door"))]).unwrap_err();
    assert!(refused.to_string().contains("a sound or a prompt, and not both"), "{refused}");
}
