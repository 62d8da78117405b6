//! One line in, one finished sound out, by the larger voice. Its files are read and looked at once, at the first line.

use std::path::PathBuf;
use std::sync::Mutex;

use neural_voice::{Kokoro, Processors, Style, Voice};

use super::settings::usual_hz;
use crate::domain::VoiceMix;
use crate::providers::packs::{KOKORO_MODEL, kokoro};
use crate::providers::voice::neural::{SpeakError, Spoken, VoiceSettings, finished};

/// The voice as it is installed.
pub struct Installed {
    /// The folder of all installed voices.
    voices: PathBuf,
    /// Read when it is first needed. One line at a time speaks: the network takes half a gigabyte for each.
    model: Mutex<Option<Kokoro>>,
}

impl Installed {
    /// Where its files are all there.
    pub fn find(voices: PathBuf) -> Option<Self> {
        kokoro().is_there(&voices).then_some(Self { voices, model: Mutex::new(None) })
    }

    /// Speaks a text. The same settings and text give the same samples. `cancelled` is asked several times a sentence.
    pub fn speak(
        &self,
        mix: &VoiceMix,
        settings: &VoiceSettings,
        text: &str,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Spoken, SpeakError> {
        let style = self.style(mix)?;
        let mut model = self.model.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if model.is_none() {
            let file = self.file(KOKORO_MODEL)?;
            let prepared = neural_voice::prepared(&file)?;
            drop(file);
            *model = Some(Kokoro::read(prepared)?);
        }
        let model = model.as_ref().ok_or_else(|| SpeakError::Files("its network is not there".to_owned()))?;
        let processors = Processors::new(std::thread::available_parallelism().map_or(1, std::num::NonZero::get));
        finished(settings, text, cancelled, |delivery| {
            Voice::carried()?.say_as((model, &style), text, delivery, &processors, cancelled)
        })
    }

    fn style(&self, mix: &VoiceMix) -> Result<Style, SpeakError> {
        let parts = mix.parts.iter().map(|(name, weight)| {
            let file = self.file(&format!("{name}.bin"))?;
            Ok((*weight, Style::read(&file, usual_hz(name))?))
        });
        let parts: Vec<(f32, Style)> = parts.collect::<Result<_, SpeakError>>()?;
        Style::mixed(&parts).ok_or_else(|| SpeakError::Files("it is mixed of nobody".to_owned()))
    }

    /// A file of the pack, byte for byte as it is published: nothing else is read into a network.
    fn file(&self, name: &str) -> Result<Vec<u8>, SpeakError> {
        let pack = kokoro();
        let folder = pack.folder(&self.voices);
        let file = pack.files.iter().find(|file| file.name == name);
        let file = file.ok_or_else(|| SpeakError::Files(format!("the pack has no {name}")))?;
        file.read(&folder).map_err(SpeakError::Files)
    }
}
