//! What the profile of a baby may say.

use super::faults::{Faults, Place, Problem, listed, quoted};
use super::limits::{LONGEST_APPEARANCE, LONGEST_MODEL, LONGEST_SPEAKER, LONGEST_TONE, LONGEST_VOICE_ID};
use super::nearest::nearest;
use super::node::Node;
use super::object::{Object, amount, checked, material, one_of, text};
use super::rules::{MOST_NAMED, Speakers, optional_language, with_known_speakers};
use super::twins::{Twin, faces, report_rings};
use crate::campaign::{MaterialPath, Motion, Profile, Reference, SpeakerIndex};
use crate::cast::{Cast, Member};
use crate::language::Language;
use crate::text::composed;
use crate::voice_shape::VoiceShape;

/// What profiles are read with.
#[derive(Clone, Copy)]
pub(super) struct Around<'a, 'n> {
    pub(super) speakers: &'a Speakers<'n>,
    /// What a baby speaks whose profile does not say.
    pub(super) language: Language,
    pub(super) cast: &'a Cast,
}

pub(super) fn profiles_of(
    babies: &[(&str, &Node, &Node)],
    around: Around<'_, '_>,
    faults: &mut Faults<'_>,
) -> Option<Vec<Profile>> {
    let whole = Place::Field(&Place::Whole, "baby_profiles");
    let mut profiles = Vec::with_capacity(babies.len());
    let mut twins = Vec::with_capacity(babies.len());
    for (position, (name, key, node)) in babies.iter().enumerate() {
        let place = Place::Field(&whole, name);
        if let Err(problem) = checked(name, LONGEST_SPEAKER) {
            faults.add(key.at, &place, || problem);
        }
        let mut twin = None;
        profiles.push(profile(name, SpeakerIndex(position), node, &place, around, &mut twin, faults));
        twins.push(twin);
    }
    report_rings(babies, &twins, faults);
    let faces = faces(&twins);
    profiles.into_iter().zip(faces).map(|(profile, face)| profile.map(|profile| Profile { face, ..profile })).collect()
}

fn profile(
    name: &str,
    own: SpeakerIndex,
    node: &Node,
    place: &Place<'_>,
    around: Around<'_, '_>,
    twin: &mut Option<Twin>,
    faults: &mut Faults<'_>,
) -> Option<Profile> {
    let mut object = Object::open("A profile", node, place, faults)?;
    let named = object.optional("cast");
    let said = Said::read(&mut object, place, named.is_none());
    *twin = object.optional("same_as").and_then(|node| {
        same_as(name, node, around.speakers, &Place::Field(place, "same_as"), object.faults)
            .map(|of| Twin { of, at: node.at })
    });
    if named.is_some() && twin.is_some() {
        object.fault("same_as", place, || {
            Problem::new("cast and same_as both say whose face it has").hint("Keep one of them.")
        });
    }
    let member = named.map(|node| member_named(node, around.cast, &Place::Field(place, "cast"), object.faults));
    object.close();
    let member = match member {
        Some(member) => Some(member?),
        None => None,
    };
    let voice_shape = said.voice_shape.or(member.and_then(|member| member.voice_shape));
    Some(Profile {
        speaker: name.to_owned(),
        tone_text: said.tone.or_else(|| member.map(|member| member.tone_text.clone()))?,
        voice_id: said.voice_id.or_else(|| member.map(|member| member.voice_id.clone()))?,
        language: said.language.or(member.and_then(|member| member.language)).unwrap_or(around.language),
        voice_shape: voice_shape.filter(|shape| !shape.is_neutral()),
        appearance: said.appearance.or_else(|| member.and_then(|member| member.appearance.clone())),
        portrait: said.portrait,
        reference: said.reference,
        cast: member.cloned().map(Box::new),
        same_as: twin.map(|twin| twin.of),
        face: own,
        model: said.model.or_else(|| member.and_then(|member| member.model.clone())),
        motion: said.motion.or(member.and_then(|member| member.motion)).unwrap_or_default(),
    })
}

/// What a profile or a member says of itself.
pub(super) struct Said {
    pub(super) tone: Option<String>,
    pub(super) voice_id: Option<String>,
    pub(super) language: Option<Language>,
    pub(super) voice_shape: Option<VoiceShape>,
    pub(super) appearance: Option<String>,
    pub(super) portrait: Option<MaterialPath>,
    pub(super) reference: Option<Reference>,
    pub(super) model: Option<String>,
    pub(super) motion: Option<Motion>,
}

impl Said {
    /// Tone and voice must be there where nobody else says them.
    pub(super) fn read(object: &mut Object<'_, '_, '_>, place: &Place<'_>, stands_alone: bool) -> Self {
        let (tone, voice_id) = if stands_alone {
            (object.required_text("tone", LONGEST_TONE), object.required_text("voice_id", LONGEST_VOICE_ID))
        } else {
            (object.optional_text("tone", LONGEST_TONE), object.optional_text("voice_id", LONGEST_VOICE_ID))
        };
        let language = optional_language(object, place);
        let voice_shape =
            object.optional("voice").and_then(|node| voice_shape(node, &Place::Field(place, "voice"), object.faults));
        let appearance = object.optional_text("appearance", LONGEST_APPEARANCE).map(str::to_owned);
        let portrait = object.optional_material("portrait");
        let reference = object
            .optional("reference")
            .and_then(|node| reference(node, &Place::Field(place, "reference"), object.faults));
        let model = object.optional_text("model", LONGEST_MODEL).map(str::to_owned);
        let motion = object.optional("motion").and_then(|node| motion(node, place, object.faults));
        let (tone, voice_id) = (tone.map(str::to_owned), voice_id.map(str::to_owned));
        Self { tone, voice_id, language, voice_shape, appearance, portrait, reference, model, motion }
    }
}

/// The member that a profile names.
fn member_named<'c>(node: &Node, cast: &'c Cast, place: &Place<'_>, faults: &mut Faults<'_>) -> Option<&'c Member> {
    let name = &*composed(text(node, LONGEST_SPEAKER, place, faults)?);
    let member = cast.member(name);
    if member.is_none() {
        faults.add(node.at, place, || {
            if let Some(none) = cast.problem() {
                return Problem::new(none.problem.clone()).hint(none.hint.clone());
            }
            let names = || cast.members().iter().map(|member| member.name.as_str());
            let hint = match nearest(name, names()) {
                Some(meant) => format!("Did you mean {}?", quoted(meant)),
                None if cast.members().is_empty() => {
                    "There is no cast yet: `babblecast cast add NAME --from CAMPAIGN --speaker S` begins one."
                        .to_owned()
                }
                None => format!("Name one of the cast: {}.", listed(names().take(MOST_NAMED), "and")),
            };
            Problem::new(format!("{} is no member of the cast", quoted(name))).hint(hint)
        });
    }
    member
}

fn motion(node: &Node, place: &Place<'_>, faults: &mut Faults<'_>) -> Option<Motion> {
    const MOTIONS: [(&str, Motion); 3] = [("auto", Motion::Auto), ("talk", Motion::Talk), ("still", Motion::Still)];
    one_of("motion", &MOTIONS, node, &Place::Field(place, "motion"), faults)
}

/// The name of a shape, or its pitch, formants and speed, each laid over those of a named one.
fn voice_shape(node: &Node, place: &Place<'_>, faults: &mut Faults<'_>) -> Option<VoiceShape> {
    if node.as_text().is_some() {
        return one_of("voice shape", &VoiceShape::PRESETS, node, place, faults);
    }
    let mut object = Object::open("A voice shape", node, place, faults)?;
    let preset = object
        .optional("preset")
        .and_then(|node| {
            one_of("voice shape", &VoiceShape::PRESETS, node, &Place::Field(place, "preset"), object.faults)
        })
        .unwrap_or_default();
    let mut part = |name: &'static str, unit: &'static str, range, before| match object.optional(name) {
        None => Some(before),
        Some(node) => amount(node, unit, range, &Place::Field(place, name), object.faults),
    };
    let pitch = part("pitch", " semitones", VoiceShape::PITCH, f64::from(preset.pitch_cents) / 100.0);
    let formant = part("formant", " per cent", VoiceShape::FORMANT, f64::from(preset.formant_permille) / 10.0);
    let speed = part("speed", "", VoiceShape::SPEED, preset.speed());
    object.close();
    VoiceShape::new(pitch?, formant?, speed?)
}

/// `take 2`, or a file.
fn reference(node: &Node, place: &Place<'_>, faults: &mut Faults<'_>) -> Option<Reference> {
    let Some(number) = node.as_text().and_then(|text| text.strip_prefix("take ")) else {
        return material(node, place, faults).map(Reference::File);
    };
    match number.trim().parse() {
        Ok(take) if take > 0 => Some(Reference::Take(take)),
        _ => {
            faults.add(node.at, place, || {
                Problem::new(format!("{} is no take", quoted(number))).hint("Takes are numbered from 1: \"take 2\".")
            });
            None
        }
    }
}

fn same_as(
    name: &str,
    node: &Node,
    speakers: &Speakers<'_>,
    place: &Place<'_>,
    faults: &mut Faults<'_>,
) -> Option<SpeakerIndex> {
    let other = &*composed(text(node, LONGEST_SPEAKER, place, faults)?);
    if other == name {
        faults.add(node.at, place, || {
            Problem::new(format!("{} is named as its own twin", quoted(name))).hint("Name another baby, or remove it.")
        });
        return None;
    }
    let twin = speakers.get(other).copied();
    if twin.is_none() {
        faults.add(node.at, place, || {
            let hint = with_known_speakers("Name a baby of baby_profiles", other, speakers);
            Problem::new(format!("{} has no profile", quoted(other))).hint(hint)
        });
    }
    twin
}
