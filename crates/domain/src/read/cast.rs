//! Reads a cast file: the members that the profiles of a folder name. A member is a profile that stands by itself, so it is
//! read by the same rules.

use super::faults::{Faults, Place, Problem, Unreadable, quoted};
use super::file::{Format, parse, too_large};
use super::limits::LONGEST_SPEAKER;
use super::node::{Content, Node};
use super::object::{Object, checked, wrong_type};
use super::profiles::Said;
use super::rules::entries_up_to;
use crate::cast::{Cast, Member};
use crate::fault::Fault;
use crate::text::composed;

/// The cast that `text` describes, or everything that is wrong with it in the order of its lines.
pub fn read_cast(text: &str, format: Format) -> Result<Cast, Vec<Fault>> {
    if let Some(fault) = too_large(text) {
        return Err(vec![fault]);
    }
    let mut faults = Faults::new(text);
    let members = match parse(text, format) {
        Ok(root) => members(&root, &mut faults),
        Err(Unreadable { at, problem }) => {
            faults.add(at, &Place::Whole, || problem);
            None
        }
    };
    match members {
        Some(members) if faults.is_empty() => Ok(Cast::of(members)),
        _ => Err(faults.into_list()),
    }
}

fn members(root: &Node, faults: &mut Faults<'_>) -> Option<Vec<Member>> {
    let whole = Place::Whole;
    let mut object = Object::open("A cast", root, &whole, faults)?;
    let members = object.required("members");
    object.close();
    let place = Place::Field(&whole, "members");
    let mut found: Vec<Member> = Vec::new();
    for (name, key, node) in entries_up_to(Cast::MOST_MEMBERS, "members", members?, &place, faults)? {
        let place = Place::Field(&place, name);
        if let Err(problem) = checked(name, LONGEST_SPEAKER) {
            faults.add(key.at, &place, || problem);
        }
        let Some(member) = member(name, node, &place, faults) else { continue };
        if let Some(twin) = found.iter().find(|other| other.has_the_face_of(&member)) {
            faults.add(key.at, &place, || {
                Problem::new(format!(
                    "{} and {} would be one baby: their words are the same",
                    quoted(&twin.name),
                    quoted(name)
                ))
                .hint("Give one of them another appearance, or \"look\": 1.")
            });
        }
        found.push(member);
    }
    Some(found)
}

fn member(name: &str, node: &Node, place: &Place<'_>, faults: &mut Faults<'_>) -> Option<Member> {
    let mut object = Object::open("A member", node, place, faults)?;
    let said = Said::read(&mut object, place, true);
    let look = object.optional("look").map(|node| look(node, &Place::Field(place, "look"), object.faults));
    object.close();
    Some(Member {
        name: composed(name).into_owned(),
        look: look.unwrap_or_default(),
        tone_text: said.tone?,
        voice_id: said.voice_id?,
        language: said.language,
        voice_shape: said.voice_shape.filter(|shape| !shape.is_neutral()),
        appearance: said.appearance,
        portrait: said.portrait,
        reference: said.reference,
        model: said.model,
        motion: said.motion,
    })
}

/// A small whole number.
fn look(node: &Node, place: &Place<'_>, faults: &mut Faults<'_>) -> u32 {
    const MOST: f64 = 1_000_000.0;
    match node.content {
        Content::Number(number) if number.fract() == 0.0 && (0.0..=MOST).contains(&number) => number as u32,
        Content::Number(_) => {
            faults.add(node.at, place, || {
                Problem::new("a look is a whole number from 0 to 1,000,000").hint("Each number is another baby.")
            });
            0
        }
        _ => {
            faults.add(node.at, place, || wrong_type(node, "a number"));
            0
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::campaign::{Campaign, Motion};
    use crate::language::Language;
    use crate::read::{read, read_with};

    fn cast() -> Value {
        json!({"members": {
            "momo": {"tone": "warm", "voice_id": "baby_voice_3", "appearance": "red curls", "voice": {"pitch": 2},
                "language": "de", "motion": "still"},
            "bibi": {"tone": "proud", "voice_id": "baby_voice_1", "portrait": "bibi.png"},
        }})
    }

    fn read_it(document: &Value) -> Result<Cast, Vec<Fault>> {
        read_cast(&document.to_string(), Format::Json)
    }

    fn campaign_with(profile: &Value) -> Result<Campaign, Vec<Fault>> {
        let document = json!({
            "campaign_id": "naps", "topic": "Naps",
            "script": [{"type": "dialogue", "speaker": "Ada", "text": "Nap."}],
            "baby_profiles": {"Ada": profile},
        });
        read_with(&document.to_string(), Format::Json, &read_it(&cast()).unwrap())
    }

    #[test]
    fn a_profile_takes_over_what_it_does_not_say_itself() {
        let campaign = campaign_with(&json!({"cast": "momo"})).unwrap();
        let ada = &campaign.profiles[0];
        assert_eq!((ada.tone_text.as_str(), ada.voice_id.as_str()), ("warm", "baby_voice_3"));
        assert_eq!(
            (ada.appearance.as_deref(), ada.language, ada.motion),
            (Some("red curls"), Language::German, Motion::Still)
        );
        assert_eq!(ada.voice_shape.unwrap().pitch_cents, 200);
        assert_eq!(ada.member().unwrap().name, "momo");

        let own = json!({"cast": "momo", "tone": "sad", "voice_id": "v", "language": "en", "voice": {"pitch": 0},
            "appearance": "a hat", "motion": "auto"});
        let campaign = campaign_with(&own).unwrap();
        let ada = &campaign.profiles[0];
        assert_eq!((ada.tone_text.as_str(), ada.voice_id.as_str()), ("sad", "v"));
        assert_eq!(
            (ada.appearance.as_deref(), ada.language, ada.motion),
            (Some("a hat"), Language::English, Motion::Auto)
        );
        assert_eq!(ada.voice_shape, None, "a voice that is said to be as it is spoken is not bent");
    }

    #[test]
    fn the_own_picture_of_a_member_is_material_of_each_campaign_that_names_it() {
        let names = |profile: Value| {
            let campaign = campaign_with(&profile).unwrap();
            campaign.materials().into_iter().map(|path| path.as_str().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(names(json!({"cast": "bibi"})), ["bibi.png"]);
        assert_eq!(names(json!({"cast": "bibi", "tone": "sad"})), ["bibi.png"], "its face is still kept");
        assert_eq!(names(json!({"cast": "bibi", "portrait": "ada.png"})), ["ada.png"], "the profile's own goes before");
        assert!(names(json!({"cast": "momo"})).is_empty());
    }

    #[test]
    fn whoever_is_no_member_is_a_fault_with_what_was_meant() {
        for (profile, message, hint) in [
            (json!({"cast": "mono"}), "\"mono\" is no member of the cast", "Did you mean \"momo\"?"),
            (
                json!({"cast": "zzz"}),
                "\"zzz\" is no member of the cast",
                "Name one of the cast: \"bibi\" and \"momo\".",
            ),
            (json!({"cast": 7}), "found a number where a text is wanted", "Put it in quotes."),
            (
                json!({"cast": "momo", "same_as": "Ada"}),
                "\"Ada\" is named as its own twin",
                "Name another baby, or remove it.",
            ),
        ] {
            let faults = campaign_with(&profile).unwrap_err();
            assert_eq!((faults[0].message.as_str(), faults[0].hint.as_deref()), (message, Some(hint)), "{profile}");
        }
        let twin = json!({
            "campaign_id": "naps", "topic": "Naps",
            "script": [{"type": "dialogue", "speaker": "Ada", "text": "Nap."}],
            "baby_profiles": {"Ada": {"cast": "momo", "same_as": "Bob"}, "Bob": {"cast": "bibi"}},
        });
        let faults = read_with(&twin.to_string(), Format::Json, &read_it(&cast()).unwrap()).unwrap_err();
        assert_eq!(faults[0].message, "cast and same_as both say whose face it has");
        let faults = read(&twin.to_string(), Format::Json).unwrap_err();
        assert_eq!(faults[0].message, "\"momo\" is no member of the cast");
        assert!(faults[0].hint.as_deref().unwrap().contains("babblecast cast add"), "{faults:?}");
    }

    #[test]
    fn a_faulty_cast_is_told_at_each_profile_that_needs_it_and_at_no_other() {
        let faults = read_it(&json!({"members": {"momo": {"tone": "warm"}}})).unwrap_err();
        let faulty = Cast::faulty("cast.json", faults.first());
        let with = |profile: Value| {
            let document = json!({
                "campaign_id": "naps", "topic": "Naps",
                "script": [{"type": "dialogue", "speaker": "Ada", "text": "Nap."}],
                "baby_profiles": {"Ada": profile},
            });
            read_with(&document.to_string(), Format::Json, &faulty)
        };
        let faults = with(json!({"cast": "momo"})).unwrap_err();
        assert!(faults[0].message.starts_with("the cast in cast.json has faults: line 1"), "{}", faults[0].message);
        assert!(with(json!({"tone": "warm", "voice_id": "v"})).is_ok());
    }

    #[test]
    fn faults_of_a_cast_are_told_with_their_place() {
        for (document, pointer, message) in [
            (json!({}), "", "the field \"members\" is missing"),
            (json!({"members": []}), "/members", "found a list where an object is wanted"),
            (json!({"members": {"a": {"voice_id": "v"}}}), "/members/a", "the field \"tone\" is missing"),
            (
                json!({"members": {"a": {"tone": "t", "voice_id": "v", "same_as": "b"}}}),
                "/members/a/same_as",
                "unknown field \"same_as\"",
            ),
            (
                json!({"members": {"a": {"tone": "t", "voice_id": "v", "cast": "b"}}}),
                "/members/a/cast",
                "unknown field \"cast\"",
            ),
            (
                json!({"members": {"a": {"tone": "t", "voice_id": "v", "look": 1.5}}}),
                "/members/a/look",
                "a look is a whole number from 0 to 1,000,000",
            ),
            (
                json!({"members": {"a": {"tone": "t", "voice_id": "v"}, "b": {"tone": "t", "voice_id": "w"}}}),
                "/members/b",
                "\"a\" and \"b\" would be one baby: their words are the same",
            ),
        ] {
            let faults = read_it(&document).unwrap_err();
            assert_eq!((faults[0].pointer.as_str(), faults[0].message.as_str()), (pointer, message), "{document}");
        }
    }

    #[test]
    fn members_with_the_same_words_are_told_apart_by_their_look() {
        let cast = read_it(&json!({"members": {
            "a": {"tone": "t", "voice_id": "v"},
            "b": {"tone": "t", "voice_id": "v", "look": 1},
        }}));
        assert_eq!(cast.unwrap().members()[1].look, 1);
    }
}
