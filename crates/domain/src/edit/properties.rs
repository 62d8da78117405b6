//! What holds for any campaign in any layout: an edit means what it says, taking it back gives every byte back, and a
//! changed text is one changed line. And for any text at all: no panic.

use std::fmt::Write;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use super::{Change, EditError, SceneRef, Target, Value, Where, edit, fields_of, take_back};
use crate::campaign::{Campaign, Scene};
use crate::read::properties::{campaigns, texts, written};
use crate::read::{Format, read};
use crate::schema::CampaignDocument;

/// How a file is laid out, beside what its writer does.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is drawn by itself")]
struct Layout {
    format: Format,
    /// JSON's brackets, in a file of either format.
    is_json: bool,
    is_compact: bool,
    /// The number of the comment behind the lines, or none.
    comments: Vec<bool>,
    blank_lines: bool,
    carriage_returns: bool,
    last_break: bool,
    tabs: bool,
    fence: bool,
}

fn layouts() -> impl Strategy<Value = Layout> {
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    (any::<bool>(), any::<bool>(), vec(any::<bool>(), 1..9), flags).prop_map(
        |(is_yaml, is_json, comments, (is_compact, blank_lines, carriage_returns, last_break, tabs, fence))| Layout {
            format: if is_yaml { Format::Yaml } else { Format::Json },
            is_json: is_json || !is_yaml,
            is_compact,
            comments,
            blank_lines,
            carriage_returns,
            last_break,
            tabs: tabs && !is_yaml,
            fence: fence && !is_yaml,
        },
    )
}

/// The document in this layout; where that is no campaign any more (a comment inside of a text), as it was written.
fn laid_out(document: &CampaignDocument, layout: &Layout) -> String {
    let plain = match (layout.is_json, layout.is_compact) {
        (true, true) => serde_json::to_string(document).unwrap(),
        (true, false) => written(document, Format::Json),
        (false, _) => written(document, Format::Yaml),
    };
    let meant = read(&plain, layout.format).unwrap();
    let sign = if layout.format == Format::Json { "//" } else { "#" };
    let mut text = String::new();
    let newline = if layout.carriage_returns { "\r\n" } else { "\n" };
    for (number, line) in plain.lines().enumerate() {
        let indent = line.len() - line.trim_start_matches(' ').len();
        let tabs = "\t".repeat(indent / 2);
        text.push_str(if layout.tabs { &tabs } else { &line[..indent] });
        text.push_str(&line[indent..]);
        if layout.comments[number % layout.comments.len()] {
            let _ = write!(text, " {sign} note {number}: \"x\", ]");
        }
        text.push_str(newline);
        if layout.blank_lines && line.ends_with(['}', ',', '.']) {
            text.push_str(newline);
        }
    }
    if !layout.last_break {
        text.truncate(text.len() - newline.len());
    }
    if layout.fence {
        text = format!("```json\n{text}\n```");
    }
    if read(&text, layout.format).is_ok_and(|read| read == meant) { text } else { plain }
}

#[derive(Debug, Clone)]
enum Deed {
    Text(Index, String),
    Say(Index, Option<String>),
    Tone(Index, String),
    Pitch(Index, Option<i8>),
    Topic(String),
    Insert(Index, Index, String),
    Copy(Index),
    Remove(Index),
    Move(Index, Index),
}

fn deeds() -> impl Strategy<Value = Deed> {
    let at = any::<Index>;
    prop_oneof![
        (at(), texts()).prop_map(|(at, text)| Deed::Text(at, text)),
        (at(), proptest::option::of(texts())).prop_map(|(at, text)| Deed::Say(at, text)),
        (at(), texts()).prop_map(|(at, text)| Deed::Tone(at, text)),
        (at(), proptest::option::of(-12..=12i8)).prop_map(|(at, pitch)| Deed::Pitch(at, pitch)),
        texts().prop_map(Deed::Topic),
        (at(), at(), texts()).prop_map(|(at, who, text)| Deed::Insert(at, who, text)),
        at().prop_map(Deed::Copy),
        at().prop_map(Deed::Remove),
        (at(), at()).prop_map(|(at, to)| Deed::Move(at, to)),
    ]
}

/// The change, and the campaign that it is to make; `None` where there is nothing to do it to.
fn change_of(deed: &Deed, campaign: &Campaign) -> Option<(Change, Campaign)> {
    let mut after = campaign.clone();
    let scenes = campaign.scenes.len();
    let scene = |at: &Index| (at.index(scenes), SceneRef::of(campaign, at.index(scenes)));
    let set = |of: Target, field: &str, value: Option<Value>| match value {
        Some(value) => Change::Set { of, field: field.to_owned(), value },
        None => Change::Unset { of, field: field.to_owned() },
    };
    let change = match deed {
        Deed::Text(at, text) => {
            let (position, scene) = scene(at);
            let Scene::Dialogue(line) = &mut after.scenes[position] else { return None };
            line.text.clone_from(text);
            set(Target::Scene(scene), "text", Some(Value::Text(text.clone())))
        }
        Deed::Say(at, text) => {
            let (position, scene) = scene(at);
            let Scene::Dialogue(line) = &mut after.scenes[position] else { return None };
            line.say.clone_from(text);
            set(Target::Scene(scene), "say", text.clone().map(Value::Text))
        }
        Deed::Tone(at, text) => {
            let profile = at.get_mut(&mut after.profiles);
            profile.tone_text.clone_from(text);
            set(Target::Baby(profile.speaker.clone()), "tone", Some(Value::Text(text.clone())))
        }
        Deed::Pitch(at, pitch) => {
            let profile = at.get_mut(&mut after.profiles);
            let pitch = pitch.map(f64::from);
            profile.voice_shape =
                pitch.and_then(|pitch| crate::VoiceShape::new(pitch, 0.0, 1.0)).filter(|shape| !shape.is_neutral());
            set(Target::Baby(profile.speaker.clone()), "voice.pitch", pitch.map(Value::Number))
        }
        Deed::Topic(text) => {
            after.topic.clone_from(text);
            set(Target::Campaign, "topic", Some(Value::Text(text.clone())))
        }
        Deed::Insert(at, who, text) => {
            let at = at.index(scenes + 1);
            let speaker = who.index(campaign.profiles.len());
            let (speaker, profile) = campaign.speakers().nth(speaker)?;
            let line = crate::Dialogue {
                speaker,
                text: text.clone(),
                say: None,
                audio: None,
                transition: None,
                voice_mode: None,
                sfx: None,
            };
            let new = Scene::Dialogue(line);
            let fields = fields_of(campaign, &new);
            assert_eq!(fields[1].1, Value::Text(profile.speaker.clone()));
            after.scenes.insert(at, new);
            Change::Insert { at, scene: fields }
        }
        Deed::Copy(at) => {
            let (position, scene) = scene(at);
            after.scenes.insert(position + 1, campaign.scenes[position].clone());
            Change::Copy { scene }
        }
        Deed::Remove(at) => {
            let (position, scene) = scene(at);
            after.scenes.remove(position);
            Change::Remove { scene }
        }
        Deed::Move(at, to) => {
            let (position, scene) = scene(at);
            let to = to.index(scenes);
            let moved = after.scenes.remove(position);
            after.scenes.insert(to, moved);
            Change::Move { scene, to: Where::At(to) }
        }
    };
    Some((change, after))
}

fn lines_changed(before: &str, after: &str) -> usize {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.split('\n').collect(), after.split('\n').collect());
    if old.len() != new.len() {
        return usize::MAX;
    }
    old.iter().zip(&new).filter(|(old, new)| old != new).count()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn an_edit_means_what_it_says_and_is_taken_back_to_the_byte(
        document in campaigns(), layout in layouts(), deeds in vec(deeds(), 1..4),
    ) {
        let mut text = laid_out(&document, &layout);
        for deed in &deeds {
            let before = read(&text, layout.format).unwrap();
            let Some((change, meant)) = change_of(deed, &before) else { continue };
            let done = match edit(&text, layout.format, std::slice::from_ref(&change)) {
                Ok(done) => done,
                // An empty script, or words that are only tags.
                Err(EditError::Refused(_)) => continue,
                Err(error) => return Err(TestCaseError::fail(format!("{error}\n{change:?}\n{text}"))),
            };
            prop_assert_eq!(&done.campaign, &meant, "{}", done.text);
            prop_assert_eq!(&read(&done.text, layout.format).unwrap(), &meant);
            let undone = take_back(&done.text, layout.format, &done.back).unwrap();
            prop_assert_eq!(&undone.text, &text);
            let redone = take_back(&text, layout.format, &undone.back).unwrap();
            prop_assert_eq!(&redone.text, &done.text);
            if let Deed::Text(_, words) = deed
                && !words.contains('\n')
                && layout.is_json
            {
                prop_assert!(lines_changed(&text, &done.text) <= 1, "{}\n{}", text, done.text);
            }
            text = done.text;
        }
    }

    #[test]
    fn several_changes_in_one_edit_are_those_one_by_one(
        document in campaigns(), layout in layouts(), deeds in vec(deeds(), 1..5),
    ) {
        let text = laid_out(&document, &layout);
        let start = read(&text, layout.format).unwrap();
        let (mut meant, mut changes) = (start, Vec::new());
        for deed in &deeds {
            let Some((change, after)) = change_of(deed, &meant) else { continue };
            let without_was = match change {
                Change::Set { of: Target::Scene(scene), field, value } => {
                    Change::Set { of: Target::Scene(SceneRef::at(scene.position)), field, value }
                }
                Change::Unset { of: Target::Scene(scene), field } => {
                    Change::Unset { of: Target::Scene(SceneRef::at(scene.position)), field }
                }
                Change::Copy { scene } => Change::Copy { scene: SceneRef::at(scene.position) },
                Change::Remove { scene } => Change::Remove { scene: SceneRef::at(scene.position) },
                Change::Move { scene, to } => Change::Move { scene: SceneRef::at(scene.position), to },
                other => other,
            };
            if after.scenes.is_empty() {
                continue;
            }
            changes.push(without_was);
            meant = after;
        }
        match edit(&text, layout.format, &changes) {
            Ok(done) => {
                prop_assert_eq!(&done.campaign, &meant, "{}", done.text);
                let undone = take_back(&done.text, layout.format, &done.back).unwrap();
                prop_assert_eq!(&undone.text, &text);
            }
            Err(EditError::Refused(_)) => {}
            Err(error) => return Err(TestCaseError::fail(format!("{error}\n{changes:?}\n{text}"))),
        }
    }

    #[test]
    fn no_text_and_no_damage_makes_an_edit_panic(
        document in campaigns(),
        layout in layouts(),
        damage in vec((any::<Index>(), r#"[\[\]{}:,"'&*!|>#%@\\ \n\r\t-]{0,3}|\PC"#), 0..4),
        deeds in vec(deeds(), 1..3),
    ) {
        let mut characters: Vec<String> = laid_out(&document, &layout).chars().map(String::from).collect();
        for (place, replacement) in &damage {
            *place.get_mut(&mut characters) = replacement.clone();
        }
        let text = characters.concat();
        let whole = read(&written(&document, Format::Json), Format::Json).unwrap();
        for deed in &deeds {
            let Some((change, _)) = change_of(deed, &whole) else { continue };
            match edit(&text, layout.format, std::slice::from_ref(&change)) {
                Ok(done) => {
                    prop_assert_eq!(&read(&done.text, layout.format).unwrap(), &done.campaign);
                    prop_assert_eq!(&take_back(&done.text, layout.format, &done.back).unwrap().text, &text);
                }
                Err(error) => prop_assert!(!error.to_string().is_empty()),
            }
        }
    }
}
