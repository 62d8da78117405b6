//! Who makes what, and why it is not somebody else: the words that are always visible.

use super::catalogue::{FinalsChoice, ImageChoice, VoiceChoice};
use super::image::{compatible as images, openai};
use super::names;
use super::voice::{compatible as speech, elevenlabs};

/// Who makes things now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Who {
    /// For a line's end: `final: OpenAI, built-in voice (no ELEVENLABS_API_KEY)`.
    pub short: String,
    /// With models and every reason.
    pub long: String,
}

/// One half of it.
struct Part {
    name: &'static str,
    model: String,
    /// Of its key, or of its address where that is what chooses it.
    variable: &'static str,
    is_built_in: bool,
    is_chosen: bool,
}

impl Who {
    /// Drafts, and why, in a few words.
    pub fn drafts(why: &str) -> Self {
        Self {
            short: format!("draft: drawn baby, built-in voice ({why})"),
            long: format!("draft: drawn baby and built-in voice ({why})"),
        }
    }

    /// Why drafts are all that can be made. `is_automatic` says that no provider is set up, `fault` what is wrong with the
    /// ones that are wanted.
    pub fn drafts_only(choice: FinalsChoice, is_automatic: bool, fault: &str) -> Self {
        Self::drafts(match (choice.image, choice.voice) {
            (None, None) if is_automatic => "no key set",
            (
                None | Some(ImageChoice::Sketch),
                None | Some(VoiceChoice::Neural | VoiceChoice::Pico | VoiceChoice::Kokoro),
            ) if is_automatic => "as chosen",
            // `OPENAI_BASE_URL cannot be used`; why, and what to do, does not fit at a line's end.
            _ => fault.split([':', ',', '.']).next().unwrap_or(fault),
        })
    }

    /// Finals by these, with their models; `choice` is what the user named.
    pub fn finals(image: (ImageChoice, String), voice: (VoiceChoice, String), choice: FinalsChoice) -> Self {
        let parts = [image_part(image, choice.image.is_some()), voice_part(voice, choice.voice.is_some())];
        let [image, voice] = &parts;
        let missing: Vec<&str> =
            parts.iter().filter(|part| part.is_built_in && !part.is_chosen).map(|part| part.variable).collect();
        let why = match missing.as_slice() {
            [] if parts.iter().any(|part| part.is_chosen) => "as chosen".to_owned(),
            [] => "set up by the environment".to_owned(),
            missing => format!("no {}", missing.join(", no ")),
        };
        Self {
            short: format!("final: {}, {} ({why})", image.name, voice.name),
            long: format!("final: portraits by {}, voices by {}", image.long(), voice.long()),
        }
    }
}

impl Part {
    fn long(&self) -> String {
        let model = if self.model.is_empty() || self.is_built_in { String::new() } else { format!(" {}", self.model) };
        let why = match (self.is_chosen, self.is_built_in) {
            (true, _) => "chosen".to_owned(),
            (false, true) => format!("{} is not set", self.variable),
            (false, false) => format!("{} is set", self.variable),
        };
        format!("{}{model} ({why})", self.name)
    }
}

fn image_part((choice, model): (ImageChoice, String), is_chosen: bool) -> Part {
    let (name, variable) = match choice {
        ImageChoice::OpenAi => (names::OPENAI, openai::KEY),
        ImageChoice::Compatible => ("image server", images::BASE),
        ImageChoice::Sketch => ("drawn baby", openai::KEY),
    };
    Part { name, model, variable, is_built_in: choice == ImageChoice::Sketch, is_chosen }
}

fn voice_part((choice, model): (VoiceChoice, String), is_chosen: bool) -> Part {
    let (name, variable) = match choice {
        VoiceChoice::ElevenLabs => (names::ELEVENLABS, elevenlabs::KEY),
        VoiceChoice::Compatible => ("voice server", speech::BASE),
        VoiceChoice::Neural => ("built-in voice", elevenlabs::KEY),
        VoiceChoice::Pico => ("older built-in voice", elevenlabs::KEY),
        VoiceChoice::Kokoro => ("installed voice", elevenlabs::KEY),
    };
    Part { name, model, variable, is_built_in: choice.built_in().is_some(), is_chosen }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_makes_finals_is_told_with_the_reason() {
        let automatic = FinalsChoice::default();
        let chosen = FinalsChoice { voice: Some(VoiceChoice::Neural), ..automatic };
        let openai = || (ImageChoice::OpenAi, "gpt-image-2.6-flare".to_owned());
        let built_in = || (VoiceChoice::Neural, "heart".to_owned());
        let elevenlabs = (VoiceChoice::ElevenLabs, "eleven_v3".to_owned());
        for (who, short, long) in [
            (
                Who::finals(openai(), elevenlabs, automatic),
                "final: OpenAI, ElevenLabs (set up by the environment)",
                "final: portraits by OpenAI gpt-image-2.6-flare (OPENAI_API_KEY is set), \
                 voices by ElevenLabs eleven_v3 (ELEVENLABS_API_KEY is set)",
            ),
            (
                Who::finals(openai(), built_in(), automatic),
                "final: OpenAI, built-in voice (no ELEVENLABS_API_KEY)",
                "final: portraits by OpenAI gpt-image-2.6-flare (OPENAI_API_KEY is set), \
                 voices by built-in voice (ELEVENLABS_API_KEY is not set)",
            ),
            (
                Who::finals(openai(), built_in(), chosen),
                "final: OpenAI, built-in voice (as chosen)",
                "final: portraits by OpenAI gpt-image-2.6-flare (OPENAI_API_KEY is set), \
                 voices by built-in voice (chosen)",
            ),
        ] {
            assert_eq!((who.short.as_str(), who.long.as_str()), (short, long));
        }
    }

    #[test]
    fn drafts_say_why_they_are_all_there_is() {
        let only_sketch = FinalsChoice { image: Some(ImageChoice::Sketch), voice: None };
        let openai = FinalsChoice { image: Some(ImageChoice::OpenAi), voice: None };
        for (choice, is_automatic, why) in [
            (FinalsChoice::default(), true, "(no key set)"),
            (only_sketch, true, "(as chosen)"),
            (openai, true, "(OPENAI_BASE_URL cannot be used)"),
            (FinalsChoice::default(), false, "(OPENAI_BASE_URL cannot be used)"),
        ] {
            let fault = "OPENAI_BASE_URL cannot be used: it is no address. Give one like http://127.0.0.1:8080/v1.";
            assert!(Who::drafts_only(choice, is_automatic, fault).short.ends_with(why), "{choice:?}");
        }
    }
}
