//! The voices' own files: carried in the program, laid down where the synthesiser, which opens files only, can read them.
//! Knows no text.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::Language;

/// One file of a voice, carried in the program.
struct Resource {
    name: &'static str,
    packed: &'static [u8],
}

impl Resource {
    fn bytes(&self) -> io::Result<Vec<u8>> {
        carried_files::unpacked(self.packed)
    }
}

macro_rules! resource {
    ($name:literal) => {
        Resource { name: $name, packed: include_bytes!(concat!("../voices/", $name, ".zst")) }
    };
}

const AMERICAN: [Resource; 2] = [resource!("en-US_ta.bin"), resource!("en-US_lh0_sg.bin")];
const BRITISH: [Resource; 2] = [resource!("en-GB_ta.bin"), resource!("en-GB_kh0_sg.bin")];
const GERMAN: [Resource; 2] = [resource!("de-DE_ta.bin"), resource!("de-DE_gl0_sg.bin")];
const SPANISH: [Resource; 2] = [resource!("es-ES_ta.bin"), resource!("es-ES_zl0_sg.bin")];
const FRENCH: [Resource; 2] = [resource!("fr-FR_ta.bin"), resource!("fr-FR_nk0_sg.bin")];
const ITALIAN: [Resource; 2] = [resource!("it-IT_ta.bin"), resource!("it-IT_cm0_sg.bin")];

/// Where the two files of a voice lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoiceFiles {
    pub text_analysis: PathBuf,
    pub signal_generation: PathBuf,
}

/// Makes sure that the files of a voice lie in the directory, byte for byte, and says where. Missing or different ones
/// are written beside and renamed, so that nobody ever reads half of one.
pub fn lay_down(directory: &Path, language: Language) -> io::Result<VoiceFiles> {
    let [text_analysis, signal_generation] = match language {
        Language::AmericanEnglish => AMERICAN,
        Language::BritishEnglish => BRITISH,
        Language::German => GERMAN,
        Language::Spanish => SPANISH,
        Language::French => FRENCH,
        Language::Italian => ITALIAN,
    };
    Ok(VoiceFiles {
        text_analysis: lay_down_one(directory, &text_analysis)?,
        signal_generation: lay_down_one(directory, &signal_generation)?,
    })
}

fn lay_down_one(directory: &Path, resource: &Resource) -> io::Result<PathBuf> {
    let path = directory.join(resource.name);
    let bytes = resource.bytes()?;
    if is_there(&path, &bytes) {
        return Ok(path);
    }
    fs::create_dir_all(directory)?;
    let mut file = tempfile::NamedTempFile::new_in(directory)?;
    file.write_all(&bytes)?;
    file.as_file().sync_all()?;
    file.persist(&path).map_err(|error| error.error)?;
    Ok(path)
}

fn is_there(path: &Path, bytes: &[u8]) -> bool {
    let has_length = fs::metadata(path).is_ok_and(|file| file.is_file() && file.len() == bytes.len() as u64);
    has_length && fs::read(path).is_ok_and(|found| found == bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_are_laid_down_once_and_mended_when_damaged() {
        let home = tempfile::tempdir().unwrap();
        let directory = home.path().join("voices");
        let files = lay_down(&directory, Language::AmericanEnglish).unwrap();
        assert_eq!(fs::read(&files.text_analysis).unwrap(), AMERICAN[0].bytes().unwrap());
        assert_eq!(fs::read(&files.signal_generation).unwrap(), AMERICAN[1].bytes().unwrap());
        let written = fs::metadata(&files.text_analysis).unwrap().modified().unwrap();

        let mut damaged = AMERICAN[1].bytes().unwrap();
        damaged[1000] ^= 1;
        fs::write(&files.signal_generation, &damaged).unwrap();
        assert_eq!(lay_down(&directory, Language::AmericanEnglish).unwrap(), files);
        assert_eq!(fs::read(&files.signal_generation).unwrap(), AMERICAN[1].bytes().unwrap());
        assert_eq!(fs::metadata(&files.text_analysis).unwrap().modified().unwrap(), written);
        assert_eq!(fs::read_dir(&directory).unwrap().count(), 2, "no temporary file stays behind");
    }

    #[test]
    fn a_directory_that_cannot_be_is_an_error() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert!(lay_down(&file.path().join("voices"), Language::BritishEnglish).is_err());
    }
}
