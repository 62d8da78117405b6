//! Who makes finals as far as planning goes, whether or not it can be called now: what was made for money is found again
//! by the key of its request, so finals are planned by the same maker on a day without a key. Pure.

use std::collections::BTreeMap;

use super::catalogue::{DraftVoice, FinalsChoice, ImageChoice, VoiceChoice, automatic};
use super::config::{ProviderConfig, ServerConfig, Wrong};
use super::http::Endpoint;
use super::image::{Sketch, compatible as images, openai};
use super::prices::Prices;
use super::voice::{compatible as speech, elevenlabs};
use crate::plan::{MadeBy, Maker, ProviderId, Settings, SoundMakers};

/// The makers that finals may be planned with.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedFinals {
    image: Half,
    voice: Half,
    sounds: Option<SoundMakers>,
    /// Whether sounds from words are bought whoever speaks: the key for them is set.
    has_sounds: bool,
}

/// Who made the newest finals of a campaign.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MadeFinals {
    pub image: Option<MadeBy>,
    pub voice: Option<MadeBy>,
}

/// Portraits or voices.
#[derive(Debug, Clone, PartialEq)]
struct Half {
    /// The provider that is chosen by name, or whose key or address is set.
    decided: Option<ProviderId>,
    /// The parts that are built in; the first is the usual one.
    built_in: &'static [ProviderId],
    /// The provider that a key would set up.
    usual: ProviderId,
    /// Every provider as configured.
    configured: BTreeMap<ProviderId, Configured>,
}

#[derive(Debug, Clone, PartialEq)]
struct Configured {
    maker: Maker,
    /// Whether its address is known from the settings; else that of an earlier final is taken.
    has_address: bool,
    /// Whether there is an address without one being set.
    has_own_address: bool,
}

impl PlannedFinals {
    /// What the settings say; `voice_of` gives the voices on this machine.
    pub fn new(
        config: &ProviderConfig,
        choice: FinalsChoice,
        voice_of: impl Fn(DraftVoice) -> Maker,
    ) -> Result<Self, String> {
        let prices = Prices::with(&config.prices).map_err(|why| Wrong::new("prices", why).to_string())?;
        let ProviderConfig { openai, elevenlabs, image_server, voice_server, .. } = config;
        let built_in = |maker| Configured { maker, has_address: true, has_own_address: true };
        let paid = |maker, key: bool, base: Option<&String>| Configured {
            maker,
            // A provider with a key is called where the settings say, no matter who made the earlier finals.
            has_address: key || base.is_some(),
            has_own_address: true,
        };
        let server =
            |maker, base: Option<&String>| Configured { maker, has_address: base.is_some(), has_own_address: false };
        let address = |variable, server: &ServerConfig| {
            let endpoint = Endpoint::new(variable, server.base_url.as_deref()?, false).ok()?;
            endpoint.with_default_path("/v1").in_key("")
        };
        let mut image = BTreeMap::from([(ProviderId::Sketch, built_in(Sketch::maker()))]);
        let maker = openai::planned(openai, &prices.openai);
        image.extend(
            maker.map(|maker| (ProviderId::OpenAi, paid(maker, openai.key.is_some(), openai.base_url.as_ref()))),
        );
        let maker = images::planned(image_server, address(images::BASE, image_server));
        image.insert(ProviderId::CompatibleImage, server(maker, image_server.base_url.as_ref()));
        let mut voice = BTreeMap::from([
            (ProviderId::Neural, built_in(voice_of(DraftVoice::Neural))),
            (ProviderId::Pico, built_in(voice_of(DraftVoice::Pico))),
            (ProviderId::Kokoro, built_in(voice_of(DraftVoice::Kokoro))),
        ]);
        let maker = elevenlabs::planned(elevenlabs, &prices.elevenlabs);
        let set_up = (elevenlabs.key.is_some(), elevenlabs.base_url.as_ref());
        voice.extend(maker.map(|maker| (ProviderId::ElevenLabs, paid(maker, set_up.0, set_up.1))));
        let maker = speech::planned(voice_server, address(speech::BASE, voice_server));
        voice.insert(ProviderId::CompatibleVoice, server(maker, voice_server.base_url.as_ref()));
        let sounds = elevenlabs::planned_sounds(elevenlabs, &prices.elevenlabs);
        let automatic = automatic(config);
        let decided_image = choice.image.or_else(|| Some(automatic.0).filter(|image| *image != ImageChoice::Sketch));
        let decided_voice = choice.voice.or_else(|| Some(automatic.1).filter(|voice| *voice != VoiceChoice::Neural));
        Ok(Self {
            image: Half {
                decided: decided_image.map(image_id),
                built_in: &[ProviderId::Sketch],
                usual: ProviderId::OpenAi,
                configured: image,
            },
            voice: Half {
                decided: decided_voice.map(voice_id),
                built_in: &[ProviderId::Neural, ProviderId::Pico, ProviderId::Kokoro],
                usual: ProviderId::ElevenLabs,
                configured: voice,
            },
            sounds,
            has_sounds: set_up.0 || set_up.1.is_some(),
        })
    }

    /// Whether it matters who made earlier finals.
    pub fn asks_for_history(&self) -> bool {
        self.image.decided.is_none() || self.voice.decided.is_none()
    }

    /// What the aliases of a voice provider stand for.
    pub fn set_voices(&mut self, provider: ProviderId, voices: &BTreeMap<String, String>) {
        if let Some(configured) = self.voice.configured.get_mut(&provider) {
            configured.maker.speech.voices.clone_from(voices);
        }
    }

    /// Who finals of a campaign are planned with; `draft` makes everything else. `None` where only the built-in parts
    /// would make them: then there are drafts only.
    pub fn settings(&self, made: &MadeFinals, draft: &Settings) -> Option<Settings> {
        let image = self.image.maker(made.image.as_ref(), &self.voice)?;
        let voice = self.voice.maker(made.voice.as_ref(), &self.image)?;
        let is_draft = self.image.is_built_in(image.made_by.provider) && self.voice.is_built_in(voice.made_by.provider);
        let is_bought = self.has_sounds || voice.made_by.provider == ProviderId::ElevenLabs;
        let sounds = self.sounds.clone().filter(|_| is_bought);
        (!is_draft).then(|| Settings { image, voice, sounds, ..draft.clone() })
    }
}

impl Half {
    fn is_built_in(&self, provider: ProviderId) -> bool {
        self.built_in.contains(&provider)
    }

    fn maker(&self, made: Option<&MadeBy>, other: &Half) -> Option<Maker> {
        let other_is_outside = other.decided.is_some_and(|decided| !other.is_built_in(decided));
        // Where one half is set up, the other is made by the built-in part until it is set up too.
        let without_history = if other_is_outside { self.built_in[0] } else { self.usual };
        let provider = self.decided.or(made.map(|made| made.provider)).unwrap_or(without_history);
        let Configured { maker, has_address, has_own_address } = self.configured.get(&provider)?;
        let mut maker = maker.clone();
        match made.filter(|made| !has_address && made.provider == provider) {
            Some(made) => maker.made_by.endpoint.clone_from(&made.endpoint),
            None if !has_address && !has_own_address => return None,
            None => {}
        }
        Some(maker)
    }
}

fn image_id(choice: ImageChoice) -> ProviderId {
    match choice {
        ImageChoice::OpenAi => ProviderId::OpenAi,
        ImageChoice::Compatible => ProviderId::CompatibleImage,
        ImageChoice::Sketch => ProviderId::Sketch,
    }
}

fn voice_id(choice: VoiceChoice) -> ProviderId {
    match choice {
        VoiceChoice::ElevenLabs => ProviderId::ElevenLabs,
        VoiceChoice::Compatible => ProviderId::CompatibleVoice,
        VoiceChoice::Neural => ProviderId::Neural,
        VoiceChoice::Pico => ProviderId::Pico,
        VoiceChoice::Kokoro => ProviderId::Kokoro,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::catalogue::Catalogue;
    use crate::providers::video::EncoderChoice;

    fn draft() -> Settings {
        Catalogue::new(std::path::PathBuf::new(), EncoderChoice::Embedded).draft(DraftVoice::Neural)
    }

    fn planned(config: &ProviderConfig, choice: FinalsChoice, made: &MadeFinals) -> Option<(MadeBy, MadeBy)> {
        let settings = PlannedFinals::new(config, choice, DraftVoice::maker).unwrap().settings(made, &draft())?;
        Some((settings.image.made_by, settings.voice.made_by))
    }

    fn with(set: impl FnOnce(&mut ProviderConfig)) -> ProviderConfig {
        let mut config = ProviderConfig::default();
        set(&mut config);
        config
    }

    fn names(planned: Option<(MadeBy, MadeBy)>) -> Option<(ProviderId, ProviderId)> {
        planned.map(|(image, voice)| (image.provider, voice.provider))
    }

    #[expect(clippy::unnecessary_wraps, reason = "it is compared with an answer")]
    fn pair(image: &str, voice: &str) -> Option<(ProviderId, ProviderId)> {
        Some((image.parse().unwrap(), voice.parse().unwrap()))
    }

    #[test]
    fn finals_are_planned_alike_with_a_key_and_without() {
        let with_keys = with(|config| {
            config.openai.key = Some("sk-test".into());
            config.elevenlabs.key = Some("xi-test".into());
        });
        let catalogue = Catalogue::new(std::path::PathBuf::new(), EncoderChoice::Embedded);
        let by_catalogue = catalogue.with_providers(&with_keys).unwrap().finals(FinalsChoice::default()).unwrap();
        for config in [with_keys, ProviderConfig::default()] {
            let planned = PlannedFinals::new(&config, FinalsChoice::default(), DraftVoice::maker).unwrap();
            assert_eq!(planned.settings(&MadeFinals::default(), &draft()), Some(by_catalogue.clone()));
        }
    }

    #[test]
    fn who_made_the_finals_counts_where_nobody_is_set_up() {
        let auto = FinalsChoice::default();
        let address = Some("http://127.0.0.1:8880/v1".to_owned());
        let server = with(|config| {
            config.image_server.base_url.clone_from(&address);
            config.openai.base_url = Some("http://127.0.0.1:9/v1".to_owned());
        });
        let (drawn, spoken) = planned(&server, auto, &MadeFinals::default()).unwrap();
        assert_eq!((drawn.provider, spoken.provider), (ProviderId::CompatibleImage, ProviderId::Neural));
        let made = MadeFinals { image: Some(drawn.clone()), voice: Some(spoken) };
        let nothing = ProviderConfig::default();
        let (again, voice) = planned(&nothing, auto, &made).unwrap();
        assert_eq!((again, voice.provider), (drawn, ProviderId::Neural), "with the address that is not set any more");

        let openai_only = with(|config| config.openai.key = Some("sk-test".into()));
        assert_eq!(names(planned(&openai_only, auto, &MadeFinals::default())), pair("openai", "neural"));
        let elevenlabs = planned(&nothing, auto, &MadeFinals::default()).unwrap().1;
        let spoken_before = MadeFinals { image: None, voice: Some(elevenlabs) };
        assert_eq!(names(planned(&openai_only, auto, &spoken_before)), pair("openai", "elevenlabs"));
        assert_eq!(names(planned(&openai_only, auto, &made)), pair("openai", "neural"), "who is set up makes the next");
    }

    #[test]
    fn a_choice_by_name_is_planned_as_it_is() {
        let nothing = ProviderConfig::default();
        let none = MadeFinals::default();
        let built_in = FinalsChoice { image: Some(ImageChoice::Sketch), voice: Some(VoiceChoice::Pico) };
        assert_eq!(planned(&nothing, built_in, &none), None, "that is a draft");
        let server = FinalsChoice { image: Some(ImageChoice::Compatible), voice: None };
        assert_eq!(planned(&nothing, server, &none), None, "a server without an address made nothing");
        let voice = FinalsChoice { image: Some(ImageChoice::Sketch), voice: None };
        assert_eq!(names(planned(&nothing, voice, &none)), pair("sketch", "elevenlabs"));
    }

    #[test]
    fn a_provider_with_a_key_is_called_where_the_settings_say() {
        let elsewhere = with(|config| config.openai.base_url = Some("http://127.0.0.1:9/v1".to_owned()));
        let made = planned(&elsewhere, FinalsChoice::default(), &MadeFinals::default()).unwrap().0;
        let made = MadeFinals { image: Some(made), voice: None };
        let with_key = with(|config| config.openai.key = Some("sk-test".into()));
        let endpoint = |config| planned(config, FinalsChoice::default(), &made).unwrap().0.endpoint;
        assert_eq!(endpoint(&with_key), None);
        assert_eq!(endpoint(&ProviderConfig::default()).as_deref(), Some("http://127.0.0.1:9/v1"));
    }
}
