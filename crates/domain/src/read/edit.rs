//! Changes one value of a campaign file and leaves everything else to the letter: comments, order, spacing. The result
//! is read back and compared, so a file is never changed into something else.

use super::faults;
use super::file::{Format, parse, read};
use super::node::{Content, Node};

/// Why a file could not be changed in place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    #[error("the file has faults; fix them first")]
    Faulty,
    #[error("there is no baby {0}")]
    NoSpeaker(String),
    #[error(
        "the voice of {speaker} is written in a way that is not changed by itself; write voice_id: \"{voice}\" there"
    )]
    ByHand { speaker: String, voice: String },
}

/// The text with another `voice_id` for one baby.
pub fn with_voice(text: &str, format: Format, speaker: &str, voice: &str) -> Result<String, EditError> {
    let mut wanted = read(text, format).map_err(|_| EditError::Faulty)?;
    let no_speaker = || EditError::NoSpeaker(faults::quoted(speaker));
    let profile = wanted.profiles.iter_mut().find(|profile| profile.speaker == speaker).ok_or_else(no_speaker)?;
    let before = std::mem::replace(&mut profile.voice_id, voice.to_owned());
    if before == voice {
        return Ok(text.to_owned());
    }
    let by_hand = || EditError::ByHand { speaker: faults::quoted(speaker), voice: faults::shortened(voice) };
    let root = parse(text, format).map_err(|_| EditError::Faulty)?;
    let node = ["baby_profiles", speaker, "voice_id"].iter().try_fold(&root, |node, name| member(node, name));
    let at = node.ok_or_else(by_hand)?.at;
    let end = end_of(text, at, &before).ok_or_else(by_hand)?;
    // A JSON text is a quoted text of YAML too.
    let value = serde_json::to_string(voice).map_err(|_| by_hand())?;
    let edited = format!("{}{value}{}", &text[..at], &text[end..]);
    if read(&edited, format).is_ok_and(|campaign| campaign == wanted) { Ok(edited) } else { Err(by_hand()) }
}

fn member<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    let Content::Map(members) = &node.content else { return None };
    members.iter().find(|(key, _)| key.as_text() == Some(name)).map(|(_, value)| value)
}

/// Where the text value ends that begins at `at`.
fn end_of(text: &str, at: usize, value: &str) -> Option<usize> {
    let rest = text.get(at..)?;
    let first = rest.chars().next()?;
    let Some(quote) = ['"', '\''].into_iter().find(|quote| *quote == first) else {
        return rest.starts_with(value).then_some(at + value.len());
    };
    let mut is_escaped = false;
    let end = rest[1..].char_indices().find(|&(_, letter)| {
        let ends = letter == quote && !is_escaped;
        is_escaped = quote == '"' && letter == '\\' && !is_escaped;
        ends
    });
    end.map(|(end, _)| at + end + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: &str = r#"{ "campaign_id": "c",  "topic": "baby_voice_1",
  "script": [{"type":"dialogue","speaker":"Baby 1","text":"x"}],
  "baby_profiles": { "Baby 1": { "voice_id" : "baby_voice_1" , "tone": "w"},
     "Baby 2": {"tone": "w", "voice_id": "a\"b"} } }
"#;

    #[test]
    fn one_voice_changes_and_nothing_else() {
        let edited = with_voice(JSON, Format::Json, "Baby 1", "new_Voice-1").unwrap();
        assert_eq!(edited, JSON.replace("\"voice_id\" : \"baby_voice_1\" ,", "\"voice_id\" : \"new_Voice-1\" ,"));
        let edited = with_voice(JSON, Format::Json, "Baby 2", "v\"2").unwrap();
        assert_eq!(edited, JSON.replace("a\\\"b", "v\\\"2"));
        assert_eq!(with_voice(JSON, Format::Json, "Baby 1", "baby_voice_1").unwrap(), JSON);
    }

    #[test]
    fn comments_and_order_of_yaml_stay() {
        for written in ["baby_voice_1", "'baby_voice_1'", "\"baby_voice_1\""] {
            let yaml = format!(
                "# mine\ncampaign_id: c\ntopic: t\nscript:\n- {{type: dialogue, speaker: Baby 1, text: x}}\n\
                 baby_profiles:\n  Baby 1: {{voice_id: {written}, tone: w}} # first\n  Baby 2:\n    tone: w\n    voice_id: other # mine\n"
            );
            let edited = with_voice(&yaml, Format::Yaml, "Baby 1", "v2").unwrap();
            assert_eq!(edited, yaml.replace(&format!("voice_id: {written}"), "voice_id: \"v2\""));
            let edited = with_voice(&yaml, Format::Yaml, "Baby 2", "v2").unwrap();
            assert_eq!(edited, yaml.replace("voice_id: other", "voice_id: \"v2\""));
        }
    }

    #[test]
    fn what_cannot_be_changed_alone_is_left_to_the_person() {
        let shared = "campaign_id: c\ntopic: t\nscript:\n- {type: dialogue, speaker: a, text: x}\n\
                      baby_profiles:\n  a: &it {voice_id: v1, tone: w}\n  b: *it\n";
        let error = with_voice(shared, Format::Yaml, "b", "v2").unwrap_err();
        assert!(error.to_string().contains("voice_id: \"v2\""), "{error}");
        assert_eq!(with_voice("{", Format::Json, "a", "v"), Err(EditError::Faulty));
        assert!(matches!(with_voice(JSON, Format::Json, "Baby 9", "v"), Err(EditError::NoSpeaker(_))));
    }
}
