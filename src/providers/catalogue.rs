//! All providers of one program, and which of them make drafts and finals.

use std::path::PathBuf;
use std::sync::Arc;

use super::image::Sketch;
use super::own::Own;
use super::provider::Provider;
use super::voice::Pico;
use crate::plan::{Request, Settings};

/// The providers at hand.
#[derive(Clone)]
pub struct Catalogue {
    sketch: Arc<Sketch>,
    pico: Arc<Pico>,
    own: Arc<Own>,
}

impl Catalogue {
    /// `voices` is where the embedded voice data is unpacked.
    pub fn new(voices: PathBuf) -> Self {
        Self { sketch: Arc::new(Sketch), pico: Arc::new(Pico::new(voices)), own: Arc::new(Own) }
    }

    /// The built-in parts: always there, always free.
    pub fn draft() -> Settings {
        Settings { image: Sketch::maker(), voice: Pico::maker() }
    }

    /// Who makes this request; `None` for a provider that this program does not have.
    pub fn provider_of(&self, request: &Request) -> Option<Arc<dyn Provider>> {
        match request.provider() {
            "sketch" => Some(self.sketch.clone()),
            "pico" => Some(self.pico.clone()),
            "own" => Some(self.own.clone()),
            _ => None,
        }
    }
}
