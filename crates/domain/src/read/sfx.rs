//! What a campaign may say of effects and music.

use super::faults::{Faults, Place, Problem};
use super::limits::{LONGEST_EFFECT, LONGEST_MUSIC};
use super::node::{Content, Node};
use super::object::{Object, amount, material, one_of};
use crate::campaign::Music;
use crate::sfx::{Effect, Sfx, SfxSound};

/// The effect of a scene.
pub(super) fn optional_sfx(object: &mut Object<'_, '_, '_>, place: &Place<'_>) -> Option<Sfx> {
    let node = object.optional("sfx")?;
    sfx(node, &Place::Field(place, "sfx"), object.faults)
}

fn sfx(node: &Node, place: &Place<'_>, faults: &mut Faults<'_>) -> Option<Sfx> {
    if node.as_text().is_some() {
        return one_of("effect", &Effect::NAMES, node, place, faults).map(Sfx::named);
    }
    let mut object = Object::open("An effect", node, place, faults)?;
    let is_prompted = object.has("prompt");
    let sound = object.optional("sound").map(|node| {
        one_of("effect", &Effect::NAMES, node, &Place::Field(place, "sound"), object.faults).map(SfxSound::Named)
    });
    let prompt = object.optional_text("prompt", LONGEST_EFFECT).map(str::to_owned);
    let seconds = seconds(&mut object, place, Sfx::SECONDS, Sfx::USUAL_SECONDS);
    let at = match object.optional("at") {
        Some(node) => amount(node, " seconds", Sfx::AT, &Place::Field(place, "at"), object.faults),
        None => Some(0.0),
    };
    if sound.is_some() && is_prompted {
        object.fault("prompt", place, || {
            Problem::new("an effect has a sound or a prompt, and not both").hint("Leave one of them out.")
        });
        return None;
    }
    if sound.is_some() && object.has("seconds") {
        object.fault("seconds", place, || {
            Problem::new("a built-in effect has its own length").hint("Leave seconds out, or write a prompt.")
        });
    }
    if sound.is_none() && !is_prompted {
        object.fault("sound", place, || {
            Problem::new("the effect says neither a sound nor a prompt")
                .hint("Write a sound such as rimshot, or a prompt: what is to be heard.")
        });
    }
    object.close();
    let prompted = || Some(SfxSound::Prompt { prompt: prompt?, seconds: seconds? });
    let sound = sound.unwrap_or_else(prompted)?;
    Some(Sfx { sound, at_s: at? })
}

/// The music of a campaign.
pub(super) fn optional_music(object: &mut Object<'_, '_, '_>, place: &Place<'_>) -> Option<Music> {
    let node = object.optional("music")?;
    let place = Place::Field(place, "music");
    if !matches!(node.content, Content::Map(_)) {
        return material(node, &place, object.faults).map(Music::File);
    }
    let mut object = Object::open("Music from words", node, &place, object.faults)?;
    let prompt = object.required_text("prompt", LONGEST_MUSIC).map(str::to_owned);
    let seconds = seconds(&mut object, &place, Music::SECONDS, Music::USUAL_SECONDS);
    object.close();
    Some(Music::Prompt { prompt: prompt?, seconds: seconds? })
}

fn seconds(object: &mut Object<'_, '_, '_>, place: &Place<'_>, range: (f64, f64), usual: f64) -> Option<f64> {
    match object.optional("seconds") {
        Some(node) => amount(node, " seconds", range, &Place::Field(place, "seconds"), object.faults),
        None => Some(usual),
    }
}
