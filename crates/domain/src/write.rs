//! The text of a new campaign file: small, cheerful and usable as it is. The front ends save it; nothing here does.

use std::collections::BTreeMap;
use std::path::Path;

use super::ids::{CampaignId, IdError, slug};
use super::read::Format;
use super::read::limits::LONGEST_TOPIC;
use super::schema::{CampaignDocument, ProfileDocument, SceneDocument};
use super::text::forbidden_control;

/// Why a text names no new campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing of the name can be written in the letters of an id, even transliterated.
    #[error("it has no letter and no digit to make an id of")]
    NoLetters,
    /// With the number of its characters.
    #[error("it has {0} characters; at most {LONGEST_TOPIC} are allowed")]
    TooLong(usize),
    /// The first control character that is neither a line feed nor a tab.
    #[error("it contains the control character U+{:04X}", u32::from(*.0))]
    Control(char),
    /// It ends as a campaign file does: probably a path was meant.
    #[error("it is the name of a file; leave its ending out")]
    File,
    /// An id was made of the name, and it is not one that is allowed.
    #[error(transparent)]
    Id(#[from] IdError),
}

/// The id and the topic of a new campaign: an id is taken as it is and its words are the topic; anything else is the
/// topic, and an id is made of it. `My first show!` is `my_first_show`.
pub fn named(name: &str) -> Result<(CampaignId, String), NameError> {
    let title = name.trim();
    if let Ok(id) = CampaignId::new(title) {
        let topic = topic_of(&id);
        return Ok((id, topic));
    }
    if let Some(control) = forbidden_control(title) {
        return Err(NameError::Control(control));
    }
    let length = title.chars().count();
    if length > LONGEST_TOPIC {
        return Err(NameError::TooLong(length));
    }
    if Format::of_path(Path::new(title)).is_some() {
        return Err(NameError::File);
    }
    let id = slug(&deunicode::deunicode(title));
    if id.is_empty() {
        return Err(NameError::NoLetters);
    }
    Ok((CampaignId::new(id)?, title.to_owned()))
}

/// A first campaign called `name`: two babies and three lines.
pub fn starter(name: &str) -> Result<(CampaignId, String), NameError> {
    let (id, topic) = named(name)?;
    let line = |speaker: &str, text: String| SceneDocument::Dialogue {
        speaker: speaker.to_owned(),
        text,
        say: None,
        audio: None,
        transition: None,
        voice_mode: None,
        sfx: None,
    };
    let profile = |tone: &str, voice: &str, appearance: &str| ProfileDocument {
        tone: Some(tone.to_owned()),
        voice_id: Some(voice.to_owned()),
        appearance: Some(appearance.to_owned()),
        ..ProfileDocument::default()
    };
    let script = vec![
        line("Baby 1", format!("Welcome back to the playpen! Today we talk about {topic}.")),
        line("Baby 2", "I did my research. I put all of it in my mouth.".to_owned()),
        line("Baby 1", "And that is why you are the expert. More after the nap!".to_owned()),
    ];
    let profiles = BTreeMap::from([
        ("Baby 1".to_owned(), profile("warm, inviting", "baby_voice_1", "wispy blond hair, mustard cardigan")),
        ("Baby 2".to_owned(), profile("curious, thoughtful", "baby_voice_2", "dark curls, striped romper")),
    ]);
    let text = CampaignDocument::new(&id, topic, script, profiles).to_json();
    Ok((id, text))
}

/// `my_first-campaign` in words: `my first campaign`; the id itself where no words are left.
fn topic_of(id: &CampaignId) -> String {
    let words: Vec<&str> = id.as_str().split(['_', '-']).filter(|word| !word.is_empty()).collect();
    if words.is_empty() { id.to_string() } else { words.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read;
    use crate::read::Format;

    #[test]
    fn a_new_campaign_is_usable_as_it_is() {
        for (name, topic) in
            [("nap_time-news", "nap time news"), ("a", "a"), ("_", "_"), (&"x".repeat(64), &"x".repeat(64))]
        {
            let (id, text) = starter(name).expect(name);
            let campaign = read(&text, Format::Json).expect(name);
            assert_eq!((campaign.id, campaign.topic.as_str()), (id, topic));
            assert_eq!((campaign.profiles.len(), campaign.scenes.len()), (2, 3));
        }
    }

    #[test]
    fn a_title_is_kept_as_the_topic_and_names_the_id() {
        for (title, id) in [
            ("My first show!", "my_first_show"),
            ("  Mon Rovîa, live ", "mon_rovia_live"),
            ("赤ちゃん", "chi_tiyan"),
            ("-x", "x"),
            ("Nap/snack: \"who won?\"", "nap_snack_who_won"),
        ] {
            let (made, text) = starter(title).expect(title);
            let campaign = read(&text, Format::Json).expect(title);
            assert_eq!((made.as_str(), campaign.topic.as_str()), (id, title.trim()));
            assert_eq!(campaign.id, made);
        }
    }

    #[test]
    fn what_names_nothing_is_refused_in_words() {
        for (name, why) in [
            ("", NameError::NoLetters),
            (" !? ", NameError::NoLetters),
            ("a\u{1b}[2J", NameError::Control('\u{1b}')),
            ("first.json", NameError::File),
            ("campaigns/first.yaml", NameError::File),
            ("CON", NameError::Id(IdError::Reserved)),
            (&"a ".repeat(200), NameError::TooLong(399)),
        ] {
            assert_eq!(starter(name), Err(why), "{name:?}");
        }
    }
}
