//! All providers of one program, and which of them make drafts and finals.

use std::path::PathBuf;
use std::sync::Arc;

use super::config::{ProviderConfig, Wrong};
use super::face::FaceMarks;
use super::http::Client;
use super::image::{CompatibleImages, OpenAiImages, Sketch, compatible as images, openai};
use super::own::Own;
use super::prices::Prices;
use super::provider::{Lane, Provider};
use super::remote::{Remote, RemoteProvider};
use super::server::FreeServer;
use super::sound::BuiltInSounds;
use super::transcript::{CompatibleTranscripts, Whisper, compatible as listening};
use super::video::{EncoderChoice, VideoStudio};
use super::voice::{
    CompatibleVoices, Cutter, ElevenLabs, Larger, Neural, Pico, Shaper, compatible as speech, elevenlabs, kokoro,
};
use super::who::Who;
use super::writer::Writers;
use crate::plan::{Failure, Maker, ProviderId, Request, Settings};

mod choices;
mod recordings;

pub(super) use choices::automatic;
pub use choices::{DraftVoice, FinalsChoice, ImageChoice, VoiceChoice};
pub use recordings::Transcriber;

/// The providers at hand.
#[derive(Clone)]
pub struct Catalogue {
    sketch: Arc<Sketch>,
    neural: Arc<Neural>,
    pico: Arc<Pico>,
    /// Where the user has installed it.
    kokoro: Option<Arc<Larger>>,
    own: Arc<Own>,
    video: VideoStudio,
    openai: Remote<OpenAiImages>,
    elevenlabs: Remote<ElevenLabs>,
    image_server: Remote<CompatibleImages>,
    voice_server: Remote<CompatibleVoices>,
    writers: Writers,
    transcript_server: Remote<CompatibleTranscripts>,
    /// Where it is installed.
    whisper: Option<Arc<Whisper>>,
    client: Option<Client>,
    /// Who makes finals when nobody is named: the provider whose key or address is set.
    automatic: (ImageChoice, VoiceChoice),
    /// Who stands in for a metered provider.
    #[cfg(test)]
    doubles: std::collections::HashMap<ProviderId, Arc<dyn RemoteProvider>>,
}

/// One outside provider.
pub(crate) struct Outside {
    pub id: ProviderId,
    pub remote: Result<Arc<dyn RemoteProvider>, String>,
}

impl Catalogue {
    /// The built-in parts only. `voices` is where the embedded voice data is unpacked, and where voices are installed.
    pub fn new(voices: PathBuf, encoder: EncoderChoice) -> Self {
        fn missing<P>(variable: &str) -> Remote<P> {
            Err(format!("{variable} is not set."))
        }
        Self {
            sketch: Arc::new(Sketch),
            neural: Arc::new(Neural),
            kokoro: kokoro::Installed::find(voices.clone()).map(|installed| Arc::new(Larger(Arc::new(installed)))),
            pico: Arc::new(Pico::new(voices)),
            own: Arc::new(Own),
            video: VideoStudio::new(encoder),
            openai: missing(openai::KEY),
            elevenlabs: missing(elevenlabs::KEY),
            image_server: missing(images::BASE),
            voice_server: missing(speech::BASE),
            writers: Writers::none(),
            transcript_server: missing(listening::BASE),
            whisper: None,
            client: None,
            automatic: (ImageChoice::Sketch, VoiceChoice::Neural),
            #[cfg(test)]
            doubles: std::collections::HashMap::new(),
        }
    }

    /// The same with another maker in the place of a metered provider.
    #[cfg(test)]
    pub(crate) fn with_double(mut self, provider: ProviderId, double: Arc<dyn RemoteProvider>) -> Self {
        self.doubles.insert(provider, double);
        self
    }

    /// The outside providers too, as far as they are configured. Fails where the settings cannot be meant.
    pub(crate) fn with_providers(self, config: &ProviderConfig) -> Result<Self, String> {
        let prices = Prices::with(&config.prices).map_err(|why| Wrong::new("prices", why).to_string())?;
        Ok(Self {
            openai: OpenAiImages::new(&config.openai, &prices.openai).map(Arc::new),
            elevenlabs: ElevenLabs::new(&config.elevenlabs, &prices.elevenlabs).map(Arc::new),
            image_server: CompatibleImages::new(&config.image_server).map(Arc::new),
            voice_server: CompatibleVoices::new(&config.voice_server).map(Arc::new),
            writers: Writers::new(config, &prices),
            transcript_server: CompatibleTranscripts::new(&config.transcript_server).map(Arc::new),
            whisper: Whisper::find(config.whisper_model.clone()).map(Arc::new),
            automatic: automatic(config),
            client: Some(Client::new().map_err(|failure| failure.to_string())?),
            ..self
        })
    }

    /// What sends calls; `None` without outside providers.
    pub(crate) fn client(&self) -> Option<&Client> {
        self.client.as_ref()
    }

    /// The built-in parts: always there, always free.
    pub fn draft(&self, voice: DraftVoice) -> Settings {
        self.settings(Sketch::maker(), self.maker_of(voice))
    }

    /// A voice on this machine, with the larger one for profiles that name it, where it is installed.
    pub(crate) fn maker_of(&self, voice: DraftVoice) -> Maker {
        let mut maker = voice.maker();
        maker.speech.mixes = self.kokoro.as_ref().map(|_| Larger::made_by());
        maker
    }

    /// Whether the larger voice is installed.
    pub(crate) fn has_kokoro(&self) -> bool {
        self.kokoro.is_some()
    }

    fn settings(&self, image: Maker, voice: Maker) -> Settings {
        let video = &self.video;
        Settings {
            image,
            voice,
            sounds: None,
            clip: video.clip_made_by(),
            talking: video.talking_made_by(),
            marks: FaceMarks::made_by(),
            video_file: video.video_file_made_by(),
            fade: video.fade_made_by(),
            episode: video.episode_made_by(),
        }
    }

    /// Who makes finals, or what to set to have any. A provider asked for by name is used or refused, never replaced.
    pub(crate) fn finals(&self, choice: FinalsChoice) -> Result<Settings, String> {
        let image = choice.image.unwrap_or(self.automatic.0);
        let voice = choice.voice.unwrap_or(self.automatic.1);
        if image == ImageChoice::Sketch && voice.built_in().is_some() {
            return Err(if choice == FinalsChoice::default() {
                format!(
                    "No key is set: finals need {} (portraits) or {} (voices); drafts are free",
                    openai::KEY,
                    elevenlabs::KEY
                )
            } else {
                "Only the drawn baby and the built-in voice are chosen: they make drafts, which are free".to_owned()
            });
        }
        let sounds = self.elevenlabs.as_ref().ok().map(|elevenlabs| elevenlabs.sounds());
        Ok(Settings { sounds, ..self.settings(self.image_maker(image)?, self.voice_maker(voice)?) })
    }

    /// Who makes finals and why, or why nobody does.
    pub(crate) fn who(&self, choice: FinalsChoice) -> Who {
        match self.finals(choice) {
            Ok(settings) => {
                let image = (choice.image.unwrap_or(self.automatic.0), settings.image.made_by.model);
                let voice = (choice.voice.unwrap_or(self.automatic.1), settings.voice.made_by.model);
                Who::finals(image, voice, choice)
            }
            Err(why) => Who::drafts_only(choice, self.automatic == (ImageChoice::Sketch, VoiceChoice::Neural), &why),
        }
    }

    /// Who writes scripts, or what to set to have anybody do so.
    pub(crate) fn writer(&self) -> Result<Maker, String> {
        self.writers.maker()
    }

    fn image_maker(&self, choice: ImageChoice) -> Result<Maker, String> {
        match choice {
            ImageChoice::OpenAi => self.openai.as_ref().map(|openai| openai.maker()),
            ImageChoice::Compatible => self.image_server.as_ref().map(|server| server.maker()),
            ImageChoice::Sketch => Ok(Sketch::maker()),
        }
        .map_err(String::clone)
    }

    fn voice_maker(&self, choice: VoiceChoice) -> Result<Maker, String> {
        match choice {
            VoiceChoice::ElevenLabs => self.elevenlabs.as_ref().map(|elevenlabs| elevenlabs.maker()),
            VoiceChoice::Compatible => self.voice_server.as_ref().map(|server| server.maker()),
            VoiceChoice::Neural => Ok(self.maker_of(DraftVoice::Neural)),
            VoiceChoice::Pico => Ok(self.maker_of(DraftVoice::Pico)),
            VoiceChoice::Kokoro => Ok(self.maker_of(DraftVoice::Kokoro)),
        }
        .map_err(String::clone)
    }

    /// Who makes this request for nothing; `None` for a metered provider and for one that is not configured.
    pub(crate) fn provider_of(&self, request: &Request) -> Option<Arc<dyn Provider>> {
        match request.provider() {
            ProviderId::Sketch => Some(self.sketch.clone()),
            ProviderId::Neural => Some(self.neural.clone()),
            ProviderId::Pico => Some(self.pico.clone()),
            ProviderId::Kokoro => Some(self.kokoro.clone()?),
            ProviderId::Own => Some(self.own.clone()),
            ProviderId::Face => Some(Arc::new(FaceMarks)),
            ProviderId::Cut => Some(Arc::new(Cutter)),
            ProviderId::Shape => Some(Arc::new(Shaper)),
            ProviderId::Effects => Some(Arc::new(BuiltInSounds)),
            ProviderId::Clip => Some(self.video.clips()?),
            ProviderId::Fade => Some(self.video.fades()?),
            ProviderId::Episode => Some(self.video.episodes()?),
            ProviderId::CompatibleImage => self.free(&self.image_server),
            ProviderId::CompatibleVoice => self.free(&self.voice_server),
            ProviderId::CompatibleWriter => self.writers.free(self.client.clone()?),
            ProviderId::CompatibleTranscript => self.free(&self.transcript_server),
            ProviderId::Whisper => Some(self.whisper.clone()?),
            _ => None,
        }
    }

    /// Who makes this request for money; `None` for a free provider and for one that is not configured.
    pub(crate) fn metered_of(&self, request: &Request) -> Option<Arc<dyn RemoteProvider>> {
        #[cfg(test)]
        if let Some(double) = self.doubles.get(&request.provider()) {
            return Some(double.clone());
        }
        match request.provider() {
            ProviderId::OpenAi => Some(self.openai.as_ref().ok()?.clone()),
            ProviderId::ElevenLabs => Some(self.elevenlabs.as_ref().ok()?.clone()),
            writer @ (ProviderId::OpenAiWriter | ProviderId::CompatibleWriter) => self.writers.metered(writer),
            _ => None,
        }
    }

    /// Who makes clips, cross-fades and episodes.
    pub(crate) fn video(&self) -> &VideoStudio {
        &self.video
    }

    /// What limits how many of these requests run at once; `None` where nobody makes them.
    pub(crate) fn lane_of(&self, request: &Request) -> Option<Lane> {
        let free = self.provider_of(request).map(|provider| provider.lane());
        free.or_else(|| self.metered_of(request).map(|provider| provider.lane()))
    }

    /// The accounts of the metered providers that are configured: the provider, and a mark of address and key.
    pub(crate) fn accounts(&self) -> Vec<(ProviderId, String)> {
        let openai = self.openai.as_ref().ok().map(|openai| (ProviderId::OpenAi, openai.account()));
        let elevenlabs = self.elevenlabs.as_ref().ok().map(|elevenlabs| (ProviderId::ElevenLabs, elevenlabs.account()));
        openai.into_iter().chain(elevenlabs).chain(self.writers.accounts()).collect()
    }

    /// ElevenLabs keeps what it made; see [`super::voice::history`].
    pub(crate) fn elevenlabs(&self) -> Option<&Arc<ElevenLabs>> {
        self.elevenlabs.as_ref().ok()
    }

    /// Why nobody makes this request, for the user.
    pub(crate) fn missing(&self, request: &Request) -> Failure {
        let provider = request.provider();
        let what_to_set = match provider {
            ProviderId::OpenAi => self.openai.as_ref().err(),
            ProviderId::ElevenLabs => self.elevenlabs.as_ref().err(),
            ProviderId::CompatibleImage => self.image_server.as_ref().err(),
            ProviderId::CompatibleVoice => self.voice_server.as_ref().err(),
            writer @ (ProviderId::OpenAiWriter | ProviderId::CompatibleWriter) => self.writers.missing(writer),
            ProviderId::CompatibleTranscript => self.transcript_server.as_ref().err(),
            ProviderId::Clip | ProviderId::Fade | ProviderId::Episode => self.video.why_missing(),
            _ => None,
        };
        if provider == ProviderId::Kokoro {
            return Failure {
                reason: "The larger voice is not installed".to_owned(),
                next_step: "Install it with `babblecast voices install kokoro`, or choose another with --voice."
                    .to_owned(),
                retryable: false,
            };
        }
        Failure {
            reason: format!("The provider {provider} is not at hand"),
            next_step: what_to_set.cloned().unwrap_or_else(|| "This version does not have it.".to_owned()),
            retryable: false,
        }
    }

    /// Every outside provider that there is, as configured, or what to set to have it.
    pub(crate) fn outside(&self) -> Vec<Outside> {
        fn of<R: RemoteProvider + 'static>(id: ProviderId, remote: &Remote<R>) -> Outside {
            let remote = remote.as_ref().map(|remote| remote.clone() as Arc<dyn RemoteProvider>).map_err(String::clone);
            Outside { id, remote }
        }
        let mut all = vec![
            of(ProviderId::OpenAi, &self.openai),
            of(ProviderId::ElevenLabs, &self.elevenlabs),
            of(ProviderId::CompatibleImage, &self.image_server),
            of(ProviderId::CompatibleVoice, &self.voice_server),
            of(ProviderId::OpenAiWriter, &self.writers.openai),
            of(ProviderId::CompatibleWriter, &self.writers.server),
        ];
        // No final needs it: nobody is told what to set who has not set it.
        all.extend(
            self.transcript_server.is_ok().then(|| of(ProviderId::CompatibleTranscript, &self.transcript_server)),
        );
        all
    }

    /// Those that are configured.
    pub(crate) fn remotes(&self) -> Vec<Arc<dyn RemoteProvider>> {
        self.outside().into_iter().filter_map(|outside| outside.remote.ok()).collect()
    }

    fn free<R: RemoteProvider + 'static>(&self, remote: &Remote<R>) -> Option<Arc<dyn Provider>> {
        let (remote, client) = (remote.as_ref().ok()?.clone(), self.client.clone()?);
        Some(Arc::new(FreeServer { remote, client }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Billing;

    const CANARY: &str = "sk-canary-577215";

    fn config(set: impl FnOnce(&mut ProviderConfig)) -> ProviderConfig {
        let mut config = ProviderConfig::default();
        set(&mut config);
        config
    }

    fn finals(config: &ProviderConfig, choice: FinalsChoice) -> Result<(ProviderId, ProviderId), String> {
        let catalogue = Catalogue::new(PathBuf::new(), EncoderChoice::Embedded).with_providers(config).unwrap();
        let settings = catalogue.finals(choice)?;
        Ok((settings.image.made_by.provider, settings.voice.made_by.provider))
    }

    fn made_by(image: &str, voice: &str) -> (ProviderId, ProviderId) {
        (image.parse().unwrap(), voice.parse().unwrap())
    }

    #[test]
    fn finals_are_made_by_whoever_is_configured() {
        let openai = config(|config| config.openai.key = Some(CANARY.into()));
        let elevenlabs = config(|config| config.elevenlabs.key = Some(CANARY.into()));
        let local = config(|config| {
            config.image_server.base_url = Some("http://127.0.0.1:1".to_owned());
            config.voice_server.base_url = Some("http://127.0.0.1:2/v1".to_owned());
        });
        let auto = FinalsChoice::default();
        assert_eq!(finals(&openai, auto).unwrap(), made_by("openai", "neural"));
        assert_eq!(finals(&elevenlabs, auto).unwrap(), made_by("sketch", "elevenlabs"));
        assert_eq!(finals(&local, auto).unwrap(), made_by("compatible-image", "compatible-voice"));
        let earlier = FinalsChoice { image: None, voice: Some(VoiceChoice::Pico) };
        assert_eq!(finals(&openai, earlier).unwrap(), made_by("openai", "pico"));
        let drawn = FinalsChoice { image: Some(ImageChoice::Sketch), voice: None };
        assert_eq!(finals(&elevenlabs, drawn).unwrap(), made_by("sketch", "elevenlabs"));
    }

    #[test]
    fn a_provider_asked_for_by_name_is_never_replaced() {
        let none = ProviderConfig::default();
        let error = finals(&none, FinalsChoice::default()).unwrap_err();
        assert!(error.contains("OPENAI_API_KEY") && error.contains("ELEVENLABS_API_KEY"), "{error}");
        for (choice, variable) in [
            (FinalsChoice { image: Some(ImageChoice::OpenAi), voice: None }, "OPENAI_API_KEY is not set"),
            (
                FinalsChoice { image: Some(ImageChoice::Compatible), voice: None },
                "BABBLECAST_IMAGE_BASE_URL is not set",
            ),
            (FinalsChoice { image: None, voice: Some(VoiceChoice::ElevenLabs) }, "ELEVENLABS_API_KEY is not set"),
            (
                FinalsChoice { image: None, voice: Some(VoiceChoice::Compatible) },
                "BABBLECAST_VOICE_BASE_URL is not set",
            ),
        ] {
            let error = finals(&none, choice).unwrap_err();
            assert!(error.starts_with(variable), "{error}");
        }
        let wrong = config(|config| config.openai.key = Some("two words".into()));
        assert!(finals(&wrong, FinalsChoice::default()).unwrap_err().contains("Copy the key again"));
    }

    #[test]
    fn metered_and_free_providers_are_told_apart() {
        let config = config(|config| {
            config.openai.key = Some(CANARY.into());
            config.elevenlabs.key = Some(CANARY.into());
            config.image_server.base_url = Some("http://127.0.0.1:1".to_owned());
        });
        let catalogue = Catalogue::new(PathBuf::new(), EncoderChoice::Embedded).with_providers(&config).unwrap();
        let settings = catalogue.finals(FinalsChoice::default()).unwrap();
        assert!(matches!(settings.image.billing, Billing::Metered { .. }));
        assert!(matches!(settings.voice.billing, Billing::Metered { .. }));
        assert!(settings.voice.speech.voices.contains_key("baby_voice_8"));
        assert_eq!(catalogue.remotes().len(), 3);
        let names: Vec<&str> = catalogue.remotes().iter().map(|remote| remote.name()).collect();
        assert_eq!(names, ["OpenAI", "ElevenLabs", "The image server"]);
    }
}
