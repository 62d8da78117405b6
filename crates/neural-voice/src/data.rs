//! The files of the voice, carried in the program: the network, the spelling network, two dictionaries, the tagger and the
//! alphabet. Their licence and their origin are in `data/LICENSE` and `data/NOTICE`. What is read with is in a package of its
//! own, `neural-voice-words`: all together are larger than a registry takes.

use std::borrow::Cow;

use crate::Error;
use crate::network::Network;
use crate::spelling::Spelling;

/// The files that a voice is made of; those without another word are packed by zstd, networks with their bytes in four
/// groups: the first byte of every four, then every second one, and so on.
#[derive(Debug, Clone)]
pub struct Files {
    /// The voice itself: ONNX.
    pub heart: Cow<'static, [u8]>,
    /// The signs for sounds and their numbers: JSON, not packed.
    pub alphabet: Cow<'static, [u8]>,
    /// The dictionary checked by people: JSON.
    pub checked: Cow<'static, [u8]>,
    /// The larger dictionary.
    pub larger: Cow<'static, [u8]>,
    /// The weights of the tagger.
    pub tagger: Cow<'static, [u8]>,
    /// The network for unknown words: ONNX.
    pub spelling: Cow<'static, [u8]>,
    /// Its letters and sounds: JSON, not packed.
    pub spelling_alphabets: Cow<'static, [u8]>,
}

macro_rules! carried {
    ($name:literal) => {
        Cow::Borrowed(include_bytes!(concat!("../data/", $name)).as_slice())
    };
}

impl Files {
    /// Those that are carried in the program.
    pub fn carried() -> Self {
        Self {
            heart: carried!("hibari-heart.onnx.zst"),
            alphabet: carried!("vocab.json"),
            checked: Cow::Borrowed(neural_voice_words::CHECKED),
            larger: Cow::Borrowed(neural_voice_words::LARGER),
            tagger: Cow::Borrowed(neural_voice_words::TAGGER),
            spelling: Cow::Borrowed(neural_voice_words::SPELLING),
            spelling_alphabets: Cow::Borrowed(neural_voice_words::SPELLING_ALPHABETS),
        }
    }

    pub(crate) fn read_spelling(&self) -> Result<Spelling, Error> {
        let what = "the spelling of the voice";
        let alphabets = std::str::from_utf8(&self.spelling_alphabets).map_err(|_| Error::damaged(what))?;
        Spelling::read(Network::read(unpacked_network(&self.spelling, what)?, what)?, alphabets)
    }
}

/// A network: its bytes in groups of four, packed.
pub(crate) fn unpacked_network(file: &[u8], what: &str) -> Result<Vec<u8>, Error> {
    carried_files::unpacked_numbers::<4>(file).map_err(|_| Error::damaged(what))
}

pub(crate) fn unpacked_text(file: &[u8], what: &str) -> Result<String, Error> {
    let bytes = carried_files::unpacked(file).map_err(|_| Error::damaged(what))?;
    String::from_utf8(bytes).map_err(|_| Error::damaged(what))
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn the_files_are_those_that_were_checked() {
        let files = Files::carried();
        let heart = unpacked_network(&files.heart, "the network of the voice").unwrap();
        for (file, expected) in [
            (heart.as_slice(), "5f70741d4e900f4e85d0037498736cc1b3e1b9a63a13546a5da1e63abf4fccd8"),
            (&*files.alphabet, "70abefbe8a1c8865e43e0a43bbdc25b91a33e4aa053479d443ccf23e20a59e5d"),
        ] {
            let found: String =
                Sha256::digest(file).iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
            assert_eq!(found, expected);
        }
    }
}
