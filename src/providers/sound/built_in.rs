//! `effects`: the built-in sound effects and the music box, synthesised on this machine for nothing.

use crate::domain::Effect;
use crate::media::effects;
use crate::plan::{Failure, MUSIC_BOX, ProviderId, Request, SoundRequest};

use crate::providers::provider::{File, JobContext, Lane, Making, NotMade, Provider, compute, wrong_request};
use crate::providers::voice::builtin::sound_file;

pub struct BuiltInSounds;

impl Provider for BuiltInSounds {
    fn lane(&self) -> Lane {
        Lane::processor()
    }

    fn make<'a>(&'a self, request: &'a Request, _context: JobContext) -> Making<'a> {
        Box::pin(async move {
            let (Request::Effect(sound) | Request::Music(sound)) = request else {
                return Err(wrong_request(ProviderId::Effects, request));
            };
            let sound = sound.clone();
            compute("Making the sound", move || make(&sound)).await
        })
    }
}

fn make(request: &SoundRequest) -> Result<Vec<File>, NotMade> {
    let name = request.made_by.model.as_str();
    let sound = if name == MUSIC_BOX { Some(effects::music_box()) } else { Effect::named(name).map(effects::effect) };
    let unknown = || {
        NotMade::Failed(Failure {
            reason: format!("This version has no built-in effect {name}"),
            next_step: "Generate again: it is planned with the effects that there are.".to_owned(),
            retryable: false,
        })
    };
    Ok(vec![sound_file(&sound.ok_or_else(unknown)?)])
}
