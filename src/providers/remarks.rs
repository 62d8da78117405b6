//! What a person should know about an own file before anything is made of it: whether it can be used, what it is, and what
//! is missing to read it. Decodes it as the making would; makes and keeps nothing. Called by the engine for `check`.

use std::io::Read;
use std::path::Path;

use super::own::Wanted;
use crate::media::animation::animation;
use crate::media::container::{self, Kind, Use};
use crate::media::sound_file::is_sound_alone;
use crate::media::video::{Ffmpeg, FfmpegError, OwnFileError, VideoFile, facts_of, own_picture, recording};

/// What is said about a file, and what to do.
#[derive(Debug, PartialEq, Eq)]
pub struct Remark {
    pub message: String,
    pub hint: String,
    /// Whether nothing can be made of the file; else something is made, and other than meant.
    pub is_fault: bool,
}

/// Looks at a file that is wanted as `wanted`; `None` where all is well. A file that cannot be opened is nobody's business
/// here: the code that hashed it has told so.
pub fn remark(path: &Path, wanted: Wanted) -> Option<Remark> {
    let mut head = Vec::new();
    std::fs::File::open(path).ok()?.take(512).read_to_end(&mut head).ok()?;
    let kind = container::kind(&head);
    let used_as = kind.map(Kind::used_as);
    let bytes = || std::fs::read(path).ok();
    match (wanted, used_as) {
        (Wanted::Picture, _) | (Wanted::Any, Some(Use::Picture)) => picture_remark(&bytes()?),
        (Wanted::Sound, _) | (Wanted::Any, Some(Use::Sound)) => sound_remark(&bytes()?),
        (Wanted::Any, Some(Use::Video)) => {
            let is_sound = kind == Some(Kind::Mp4) && std::fs::File::open(path).is_ok_and(is_sound_alone);
            if is_sound { sound_remark(&bytes()?) } else { video_remark(path, container::describe(&head)) }
        }
        (Wanted::Any, None) => Some(Remark {
            message: format!("it is {}", container::describe(&head)),
            hint: "Give a picture (JPEG, PNG), a sound (M4A, MP3, WAV) or a video (MP4, MOV, WebM).".to_owned(),
            is_fault: true,
        }),
    }
}

fn picture_remark(bytes: &[u8]) -> Option<Remark> {
    let read = match animation(bytes) {
        Ok(Some(_)) => return None,
        Ok(None) => own_picture(bytes).map(drop),
        Err(error) => Err(OwnFileError::from(error)),
    };
    read.err().map(|error| fault(&error.to_string()))
}

fn sound_remark(bytes: &[u8]) -> Option<Remark> {
    recording(bytes).err().map(|error| fault(&error.to_string()))
}

fn video_remark(path: &Path, found: &str) -> Option<Remark> {
    let ffmpeg = match Ffmpeg::find_reader() {
        Ok(ffmpeg) => ffmpeg,
        Err(FfmpegError::NotFound) => {
            return Some(Remark {
                message: format!("it is {found}, which only ffmpeg can read, and it is not installed"),
                hint: "Install ffmpeg; without it a card stands in its place.".to_owned(),
                is_fault: false,
            });
        }
        Err(error) => return Some(fault(&error.to_string())),
    };
    let facts = match facts_of(path, &ffmpeg) {
        Ok(facts) => facts,
        Err(error) => return Some(fault(&error.to_string())),
    };
    match (&facts.pictures, &facts.sound) {
        (None, None) => Some(Remark {
            message: format!("it is {found} with nothing in it that ffmpeg can read"),
            hint: "Save it as an MP4 with H.264.".to_owned(),
            is_fault: true,
        }),
        (None, Some(_)) => sound_remark(&std::fs::read(path).ok()?),
        (Some(codec), _) => {
            let note = VideoFile::open(path, 1, &ffmpeg).ok()?.note()?;
            let (message, hint) = note.split_once(". ").unwrap_or((&note, ""));
            let message = format!("it is {found} with {codec}. {message}");
            Some(Remark { message, hint: format!("{}.", hint.trim_end_matches('.')), is_fault: false })
        }
    }
}

/// A sentence and what to do, told apart.
fn fault(said: &str) -> Remark {
    let (message, hint) = said.split_once(". ").unwrap_or((said.trim_end_matches('.'), ""));
    Remark { message: message.to_owned(), hint: hint.to_owned(), is_fault: true }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn real(name: &str) -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/real-files/media").join(name)
    }

    #[test]
    fn files_that_can_be_used_need_no_remark() {
        for (name, wanted) in [
            ("tts_chunks_joined.mp3", Wanted::Sound),
            ("voice_memo.m4a", Wanted::Sound),
            ("voice_memo.m4a", Wanted::Any),
            ("piped_espeak_7ffff000.wav", Wanted::Sound),
            ("samsung_trailer.jpg", Wanted::Any),
            ("reaction.gif", Wanted::Any),
            ("reaction.gif", Wanted::Picture),
        ] {
            assert_eq!(remark(&real(name), wanted), None, "{name}");
        }
    }

    #[test]
    fn a_file_of_the_wrong_kind_is_named_for_what_it_is() {
        let as_sound = remark(&real("samsung_trailer.jpg"), Wanted::Sound).unwrap();
        assert!(as_sound.message.contains("a JPEG picture") && as_sound.is_fault, "{as_sound:?}");
        let as_picture = remark(&real("voice_memo.m4a"), Wanted::Picture).unwrap();
        assert!(as_picture.message.contains("an M4A recording"), "{as_picture:?}");
        let heic = remark(&real("iphone.heic"), Wanted::Any);
        assert!(heic.is_none_or(|heic| heic.hint.to_lowercase().contains("save it as jpeg")));
    }
}
