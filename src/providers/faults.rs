//! What the user set about the providers and cannot mean.

use super::config::{ProviderConfig, Wrong};
use super::image::openai;
use super::prices::Prices;
use super::voice::elevenlabs;
use super::writer::openai as writer;

impl ProviderConfig {
    /// Everything that can be read and cannot be meant, so that it is told when the settings are read and not when a
    /// portrait is asked for.
    pub fn wrong(&self) -> Vec<Wrong> {
        let providers = [openai::check(&self.openai), elevenlabs::check(&self.elevenlabs), writer::check(&self.writer)];
        let mut wrong: Vec<Wrong> = providers.into_iter().filter_map(Result::err).collect();
        let at_once = [
            ("openai.at_once", self.openai.at_once),
            ("elevenlabs.at_once", self.elevenlabs.at_once),
            ("image_server.at_once", self.image_server.at_once),
            ("voice_server.at_once", self.voice_server.at_once),
            ("writer.at_once", self.writer.at_once),
            ("writer_server.at_once", self.writer_server.at_once),
        ];
        let none = at_once.into_iter().filter(|(_, at_once)| *at_once == Some(0));
        wrong.extend(none.map(|(key, _)| Wrong::new(key, "with no call at once nothing is ever made")));
        wrong.extend(Prices::with(&self.prices).err().map(|why| Wrong::new("prices", why)));
        wrong
    }
}
