//! What a campaign may say: one function per kind of object. Each reads all of its fields before it gives up, so that
//! all faults are found at once; `None` always means that a fault was added.

use std::collections::{BTreeMap, HashMap};

use super::captions;
use super::faults::{Faults, Place, Problem, grouped, listed, quoted, shortened};
use super::limits::{
    LONGEST_CAPTION, LONGEST_LABEL, LONGEST_LINE, LONGEST_MEDIA_S, LONGEST_SCRIPT, LONGEST_SPEAKER, LONGEST_TOPIC,
    LONGEST_WORD,
};
use super::nearest::nearest;
use super::node::{Content, Node};
use super::object::{Object, checked, entries, one_of, text, wrong_type};
use super::profiles::{Around, profiles_of};
use super::sfx::{optional_music, optional_sfx};
use crate::campaign::{Campaign, Dialogue, Layout, Media, Scene, SpeakerIndex, Transition, VoiceMode};
use crate::cast::Cast;
use crate::ids::CampaignId;
use crate::language::Language;
use crate::pronounce::Pronunciation;
use crate::tags;
use crate::text::{Display, composed};

/// Names that a hint lists.
pub(super) const MOST_NAMED: usize = 5;

/// The speakers that have a profile, by name.
pub(super) type Speakers<'n> = HashMap<&'n str, SpeakerIndex>;

/// What the lines of a script are read with.
struct Speaking<'a, 'n> {
    /// `None` without readable profiles.
    speakers: Option<&'a Speakers<'n>>,
    pronounce: Option<&'a Pronunciation>,
    /// Characters spoken so far.
    spoken: usize,
}

pub fn campaign(root: &Node, cast: &Cast, faults: &mut Faults<'_>) -> Option<Campaign> {
    let whole = Place::Whole;
    let mut object = Object::open("A campaign", root, &whole, faults)?;
    let id = object.required("campaign_id").and_then(|node| campaign_id(node, object.faults));
    let topic = object.required_text("topic", LONGEST_TOPIC);
    let script = object.required("script");
    let profiles = object.required("baby_profiles");
    let pronounce = object.optional("pronounce");
    let language = optional_language(&mut object, &whole).unwrap_or_default();
    let layout = object.optional("layout").and_then(|node| layout(node, object.faults));
    let transition = optional_transition(&mut object, &whole);
    let voice_mode = optional_voice_mode(&mut object, &whole);
    let captions = object.optional("captions").map(|node| captions::look(node, object.faults));
    let label = object.optional_text("label", LONGEST_LABEL).map(one_line);
    let music = optional_music(&mut object, &whole);

    let faults = &mut *object.faults;
    let babies = profiles.and_then(|node| {
        entries_up_to(Campaign::MOST_BABIES, "babies", node, &Place::Field(&whole, "baby_profiles"), faults)
    });
    // Without readable profiles every line would seem to lack one; then only the profiles are reported.
    let speakers = babies.as_ref().map(|babies| {
        let numbered = babies.iter().enumerate();
        numbered.map(|(position, (name, ..))| (*name, SpeakerIndex(position))).collect::<Speakers>()
    });
    let profiles = babies
        .zip(speakers.as_ref())
        .and_then(|(babies, speakers)| profiles_of(&babies, Around { speakers, language, cast }, faults));
    let pronounce =
        pronounce.map_or(Some(Pronunciation::default()), |node| spellings(node, faults).map(Pronunciation::new));
    let speaking = Speaking { speakers: speakers.as_ref(), pronounce: pronounce.as_ref(), spoken: 0 };
    let scenes = script.and_then(|node| scenes(node, speaking, faults));
    object.close();
    Some(Campaign {
        id: id?,
        topic: topic?.to_owned(),
        scenes: scenes?,
        profiles: profiles?,
        pronounce: pronounce?,
        layout: layout.unwrap_or_default(),
        transition: transition.unwrap_or_default(),
        voice_mode: voice_mode.unwrap_or_default(),
        captions: captions.unwrap_or_default(),
        label,
        music,
    })
}

/// It stands on one line, however it is written.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn campaign_id(node: &Node, faults: &mut Faults<'_>) -> Option<CampaignId> {
    let place = Place::Field(&Place::Whole, "campaign_id");
    let Some(id) = node.as_text() else {
        faults.add(node.at, &place, || wrong_type(node, "a text").hint("Put it in quotes."));
        return None;
    };
    let unusable = |error| Problem::new(format!("{} is no campaign id: {error}", quoted(id)).display().to_string());
    CampaignId::new(id).map_err(|error| faults.add(node.at, &place, || unusable(error))).ok()
}

fn layout(node: &Node, faults: &mut Faults<'_>) -> Option<Layout> {
    const LAYOUTS: [(&str, Layout); 2] = [("solo", Layout::Solo), ("duo", Layout::Duo)];
    one_of("layout", &LAYOUTS, node, &Place::Field(&Place::Whole, "layout"), faults)
}

pub(super) fn optional_language(object: &mut Object<'_, '_, '_>, place: &Place<'_>) -> Option<Language> {
    let languages = Language::ALL.map(|language| (language.code(), language));
    let node = object.optional("language")?;
    one_of("language", &languages, node, &Place::Field(place, "language"), object.faults)
}

fn optional_transition(object: &mut Object<'_, '_, '_>, place: &Place<'_>) -> Option<Transition> {
    const TRANSITIONS: [(&str, Transition); 2] = [("cut", Transition::Cut), ("fade", Transition::Fade)];
    let node = object.optional("transition")?;
    one_of("transition", &TRANSITIONS, node, &Place::Field(place, "transition"), object.faults)
}

fn optional_voice_mode(object: &mut Object<'_, '_, '_>, place: &Place<'_>) -> Option<VoiceMode> {
    const MODES: [(&str, VoiceMode); 2] = [("lines", VoiceMode::Lines), ("dialogue", VoiceMode::Dialogue)];
    let node = object.optional("voice_mode")?;
    one_of("voice mode", &MODES, node, &Place::Field(place, "voice_mode"), object.faults)
}

/// The entries of an object that has at most so many; of one that has more only that is told.
pub(super) fn entries_up_to<'n>(
    most: usize,
    what: &str,
    node: &'n Node,
    place: &Place<'_>,
    faults: &mut Faults<'_>,
) -> Option<Vec<(&'n str, &'n Node, &'n Node)>> {
    let entries = entries(node, place, faults)?;
    let Some((_, first_too_many, _)) = entries.get(most) else { return Some(entries) };
    faults.add(first_too_many.at, place, || {
        let (count, most) = (grouped(entries.len()), grouped(most));
        Problem::new(format!("there are {count} {what}; at most {most} are allowed"))
            .hint("Leave out those that no scene needs, or split the campaign.")
    });
    None
}

fn spellings(node: &Node, faults: &mut Faults<'_>) -> Option<BTreeMap<String, String>> {
    let whole = Place::Field(&Place::Whole, "pronounce");
    let mut spellings = BTreeMap::new();
    for (word, key, node) in entries_up_to(Campaign::MOST_WORDS, "words", node, &whole, faults)? {
        let place = Place::Field(&whole, word);
        if let Err(problem) = checked(word, LONGEST_WORD) {
            faults.add(key.at, &place, || problem);
        }
        let spelling = text(node, LONGEST_WORD, &place, faults).unwrap_or_default();
        spellings.insert(word.to_owned(), spelling.to_owned());
    }
    Some(spellings)
}

fn scenes(node: &Node, mut speaking: Speaking<'_, '_>, faults: &mut Faults<'_>) -> Option<Vec<Scene>> {
    let place = Place::Field(&Place::Whole, "script");
    let Content::List(nodes) = &node.content else {
        faults.add(node.at, &place, || wrong_type(node, "a list of scenes"));
        return None;
    };
    if nodes.is_empty() {
        faults.add(node.at, &place, || {
            Problem::new("the script is empty").hint("Add a scene: a line with type, speaker and text.")
        });
    }
    if let Some(first_too_many) = nodes.get(Campaign::MOST_SCENES) {
        faults.add(first_too_many.at, &place, || {
            let (count, most) = (grouped(nodes.len()), grouped(Campaign::MOST_SCENES));
            Problem::new(format!("the script has {count} scenes; at most {most} are allowed"))
                .hint("Split it into several campaigns.")
        });
    }
    let readable = nodes.iter().take(Campaign::MOST_SCENES).enumerate();
    let scenes = readable.filter_map(|(index, node)| scene(index, node, &mut speaking, faults)).collect();
    if speaking.spoken > LONGEST_SCRIPT {
        faults.add(node.at, &place, || {
            let (length, most) = (grouped(speaking.spoken), grouped(LONGEST_SCRIPT));
            Problem::new(format!("with pronounce the script has {length} characters; at most {most} are allowed"))
                .hint("Shorten the spellings of pronounce, or split the campaign.")
        });
    }
    Some(scenes)
}

#[derive(Clone, Copy)]
enum SceneType {
    Dialogue,
    Media,
}

fn scene(index: usize, node: &Node, speaking: &mut Speaking<'_, '_>, faults: &mut Faults<'_>) -> Option<Scene> {
    let place = Place::Scene(index);
    let mut object = Object::open("A scene", node, &place, faults)?;
    let scene = match scene_type(&mut object, &place) {
        SceneType::Dialogue => dialogue(&mut object, &place, speaking).map(Scene::Dialogue),
        SceneType::Media => media(&mut object, &place).map(Scene::Media),
    };
    object.close();
    scene
}

/// What the scene is, or after a fault what it seems to be, so that its other fields are still checked.
fn scene_type(object: &mut Object<'_, '_, '_>, place: &Place<'_>) -> SceneType {
    const TYPES: [(&str, SceneType); 2] = [("dialogue", SceneType::Dialogue), ("media", SceneType::Media)];
    let named = object
        .required("type")
        .and_then(|node| one_of("scene type", &TYPES, node, &Place::Field(place, "type"), object.faults));
    let seems = if object.has("source") { SceneType::Media } else { SceneType::Dialogue };
    named.unwrap_or(seems)
}

fn dialogue(object: &mut Object<'_, '_, '_>, place: &Place<'_>, speaking: &mut Speaking<'_, '_>) -> Option<Dialogue> {
    object.what = "A dialogue scene";
    let speaker = object
        .required("speaker")
        .and_then(|node| speaker_named(node, speaking.speakers, &Place::Field(place, "speaker"), object.faults));
    let text = object.required("text").and_then(|node| words(node, &Place::Field(place, "text"), object.faults));
    let say = object.optional("say").and_then(|node| words(node, &Place::Field(place, "say"), object.faults));
    if let (Some(text), None) = (text, say) {
        check_spoken(text, object, place, speaking);
    }
    let audio = object.optional_material("audio");
    let transition = optional_transition(object, place);
    let voice_mode = optional_voice_mode(object, place);
    let sfx = optional_sfx(object, place);
    Some(Dialogue {
        speaker: speaker?,
        text: text?.to_owned(),
        say: say.map(str::to_owned),
        audio,
        transition,
        voice_mode,
        sfx,
    })
}

/// A text that is spoken: beside its audio tags it must say something.
fn words<'n>(node: &'n Node, place: &Place<'_>, faults: &mut Faults<'_>) -> Option<&'n str> {
    let spoken = text(node, LONGEST_LINE, place, faults)?;
    if tags::without_tags(spoken).trim().is_empty() {
        faults.add(node.at, place, || {
            Problem::new("there are only audio tags here, and no words")
                .hint("Write what is heard beside the tag, such as \"[laughs] Ha!\".")
        });
        return None;
    }
    Some(spoken)
}

/// Spellings can make a line longer than a voice takes at once.
fn check_spoken(text: &str, object: &mut Object<'_, '_, '_>, place: &Place<'_>, speaking: &mut Speaking<'_, '_>) {
    let length = speaking.pronounce.map_or(0, |pronounce| pronounce.length(text));
    speaking.spoken = speaking.spoken.saturating_add(length);
    if length > LONGEST_LINE {
        object.fault("text", place, || {
            let (length, longest) = (grouped(length), grouped(LONGEST_LINE));
            Problem::new(format!("with pronounce the text has {length} characters; at most {longest} are allowed"))
                .hint("Shorten the spellings of pronounce, or split the line.")
        });
    }
}

fn speaker_named(
    node: &Node,
    speakers: Option<&Speakers<'_>>,
    place: &Place<'_>,
    faults: &mut Faults<'_>,
) -> Option<SpeakerIndex> {
    let name = &*composed(text(node, LONGEST_SPEAKER, place, faults)?);
    let speakers = speakers?;
    let speaker = speakers.get(name).copied();
    if speaker.is_none() {
        faults.add(node.at, place, || {
            let advice = "Add it to baby_profiles";
            Problem::new(format!("{} has no profile", quoted(name))).hint(with_known_speakers(advice, name, speakers))
        });
    }
    speaker
}

/// `Did you mean "Baby 1"?`, or the advice and the names that would do.
pub(super) fn with_known_speakers(advice: &str, name: &str, speakers: &Speakers<'_>) -> String {
    let mut known: Vec<&str> = speakers.keys().copied().collect();
    known.sort_unstable_by_key(|name| speakers[name]);
    if let Some(meant) = nearest(name, known.iter().copied()) {
        return format!("Did you mean {}?", quoted(meant));
    }
    let more = known.len().saturating_sub(MOST_NAMED);
    known.truncate(MOST_NAMED);
    let there = listed(known, "and");
    match more {
        0 if there.is_empty() => format!("{advice}."),
        0 => format!("{advice}; there are {there}."),
        more => format!("{advice}; there are {there}, and {} more.", grouped(more)),
    }
}

fn media(object: &mut Object<'_, '_, '_>, place: &Place<'_>) -> Option<Media> {
    object.what = "A media scene";
    let source = object.required_material("source");
    let caption = object.optional_text("caption", LONGEST_CAPTION).map(str::to_owned);
    let duration_s =
        object.optional("duration_s").and_then(|node| seconds(node, &Place::Field(place, "duration_s"), object.faults));
    let transition = optional_transition(object, place);
    let sfx = optional_sfx(object, place);
    Some(Media { source: source?, caption, duration_s, transition, sfx })
}

fn seconds(node: &Node, place: &Place<'_>, faults: &mut Faults<'_>) -> Option<f64> {
    match node.content {
        Content::Number(seconds) if seconds > 0.0 && seconds <= LONGEST_MEDIA_S => Some(seconds),
        Content::Number(seconds) => {
            faults.add(node.at, place, || {
                Problem::new(format!("{} is no usable duration", shortened(&seconds.to_string())))
                    .hint(format!("Write seconds, more than 0 and at most {LONGEST_MEDIA_S}."))
            });
            None
        }
        _ => {
            faults.add(node.at, place, || {
                wrong_type(node, "a number").hint("Write seconds without quotes, such as 3.5.")
            });
            None
        }
    }
}
