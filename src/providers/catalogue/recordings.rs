//! Who listens to recordings and who puts their lines into other voices, and at which price.

use super::Catalogue;
use crate::domain::MicroDollars;
use crate::plan::{MadeBy, ProviderId, Request};

/// Who listens to recordings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::EnumString, strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "snake_case")]
pub enum Transcriber {
    /// ElevenLabs' Scribe, for money: it knows who speaks.
    #[strum(serialize = "elevenlabs")]
    ElevenLabs,
    /// A server that speaks OpenAI's language, free.
    Server,
    /// The whisper.cpp program of this machine.
    Whisper,
    /// Nobody: the recording is parted at its pauses.
    #[strum(serialize = "none")]
    Nobody,
}

impl Catalogue {
    /// Who listens to a recording, as it stands in a request: who was asked for by name, else the transcription server, else
    /// ElevenLabs where its key is set, else the program of this machine. `None` where nobody can, and nobody was named.
    pub(crate) fn transcriber(
        &self,
        choice: Option<Transcriber>,
        language: Option<&str>,
    ) -> Result<Option<MadeBy>, String> {
        let server = || self.transcript_server.as_ref().map(|server| server.made_by(language));
        let scribe = || self.elevenlabs.as_ref().map(|elevenlabs| elevenlabs.listens(language));
        let whisper = || self.whisper.as_ref().map(|whisper| whisper.made_by(language));
        match choice {
            Some(Transcriber::Server) => server().map(Some).map_err(String::clone),
            Some(Transcriber::ElevenLabs) => scribe().map(Some).map_err(String::clone),
            Some(Transcriber::Whisper) => whisper().map(Some).ok_or_else(|| {
                "There is no whisper-cli on the PATH: install whisper.cpp, or import with --transcriber none."
                    .to_owned()
            }),
            Some(Transcriber::Nobody) => Ok(None),
            None => Ok(server().or_else(|_| scribe()).ok().or_else(whisper)),
        }
    }

    /// Who puts lines of a recording into another voice, and which voice an alias stands for where the account says none.
    pub(crate) fn changer(&self) -> Result<MadeBy, String> {
        self.elevenlabs.as_ref().map(|elevenlabs| elevenlabs.changes_voices()).map_err(String::clone)
    }

    /// An upper bound of what one of these costs; nothing for a free one.
    pub(crate) fn price_of_recording(&self, request: &Request) -> MicroDollars {
        match (request.provider(), &self.elevenlabs) {
            (ProviderId::ElevenLabs, Ok(elevenlabs)) => elevenlabs.price_of_recording(request),
            _ => MicroDollars::ZERO,
        }
    }
}
