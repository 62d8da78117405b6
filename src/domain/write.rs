//! The text of a new campaign file: small, cheerful and usable as it is. The front ends save it; nothing here does.

use std::collections::BTreeMap;

use super::CampaignId;
use super::ids::IdError;
use super::schema::{CampaignDocument, ProfileDocument, SceneDocument};

/// A first campaign called `name`: two babies and three lines, with the name in words as its topic.
pub fn starter(name: &str) -> Result<(CampaignId, String), IdError> {
    let id = CampaignId::new(name)?;
    let topic = topic_of(&id);
    let line = |speaker: &str, text: String| SceneDocument::Dialogue {
        speaker: speaker.to_owned(),
        text,
        say: None,
        audio: None,
        transition: None,
    };
    let profile = |tone: &str, voice: &str, appearance: &str| ProfileDocument {
        tone: tone.to_owned(),
        voice_id: voice.to_owned(),
        appearance: Some(appearance.to_owned()),
        ..ProfileDocument::default()
    };
    let document = CampaignDocument {
        campaign_id: id.to_string(),
        script: vec![
            line("Baby 1", format!("Welcome back to the playpen! Today we talk about {topic}.")),
            line("Baby 2", "I did my research. I put all of it in my mouth.".to_owned()),
            line("Baby 1", "And that is why you are the expert. More after the nap!".to_owned()),
        ],
        topic,
        baby_profiles: BTreeMap::from([
            ("Baby 1".to_owned(), profile("warm, inviting", "baby_voice_1", "wispy blond hair, mustard cardigan")),
            ("Baby 2".to_owned(), profile("curious, thoughtful", "baby_voice_2", "dark curls, striped romper")),
        ]),
        pronounce: None,
        layout: None,
        transition: None,
        music: None,
    };
    // Texts and maps with text keys are all it holds, which JSON can always say.
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
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
    use crate::domain::{Format, read};

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
    fn a_name_that_is_no_id_is_refused() {
        assert_eq!(starter("no spaces"), Err(IdError::Character(' ')));
    }
}
