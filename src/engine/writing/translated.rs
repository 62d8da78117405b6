//! A campaign in another language: the text of its file with other words, and everything else as it is written.

use std::collections::BTreeMap;

use crate::domain::edit::{Change, SceneRef, Target, Value, edit_with};
use crate::domain::{Campaign, CampaignId, Cast, Format, Language, Scene};

/// What the translation is called: the id with the language behind it.
pub fn translated_id(id: &CampaignId, language: Language) -> Result<CampaignId, String> {
    let name = format!("{id}_{}", language.code());
    CampaignId::new(&name).map_err(|why| format!("\"{name}\" cannot name the translation: {why}"))
}

/// The text of the translation; the error is a sentence without its end.
pub fn translation(
    text: &str,
    format: Format,
    cast: &Cast,
    (campaign, id, language): (&Campaign, &CampaignId, Language),
    (title, texts): (&str, &BTreeMap<usize, String>),
) -> Result<String, String> {
    let set = |of: Target, field: &str, value: &str| Change::Set { of, field: field.to_owned(), value: value.into() };
    let unset = |of: Target, field: &str| Change::Unset { of, field: field.to_owned() };
    let mut changes = vec![
        set(Target::Campaign, "campaign_id", id.as_str()),
        set(Target::Campaign, "topic", title),
        Change::Set { of: Target::Campaign, field: "language".to_owned(), value: Value::from(language.code()) },
    ];
    // What one of them spoke beside the others, it would still.
    let others = campaign.profiles.iter().filter(|profile| profile.language != Language::English);
    changes.extend(others.map(|profile| unset(Target::Baby(profile.speaker.clone()), "language")));
    for (&scene, text) in texts {
        let of = || Target::Scene(SceneRef::at(scene));
        match campaign.scenes.get(scene) {
            Some(Scene::Dialogue(line)) => {
                changes.push(set(of(), "text", text));
                changes.extend(line.say.is_some().then(|| unset(of(), "say")));
                // A recording speaks the language that it was recorded in.
                changes.extend(line.audio.is_some().then(|| unset(of(), "audio")));
            }
            Some(Scene::Media(_)) => changes.push(set(of(), "caption", text)),
            None => {}
        }
    }
    edit_with(text, format, cast, &changes).map(|edited| edited.text).map_err(|error| error.to_string())
}
