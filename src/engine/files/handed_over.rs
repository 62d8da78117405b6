//! Files that somebody else hands over in a pack, looked at as closely as the reply of a provider: each is read in full as
//! what its role says it is, and is what the pack says of it. Called before anything of a pack is written.

use std::io::Read;

use crate::domain::text::forbidden_control;
use crate::media::picture::{self, Optimized};
use crate::media::sound_file;
use crate::media::video::decode_frames;
use crate::plan::{Output, Role};
use crate::providers::Facts;
use crate::providers::face::MarksFile;
use crate::providers::voice::Alignment;
use crate::providers::voice::turns::Turns;

/// Bytes of the largest file that is read into memory here: twenty minutes of sound.
const LARGEST: u64 = 256 << 20;

/// A length may be rounded.
const ROUNDING_MILLISECONDS: u32 = 1;

/// Whether `content` is what a job would have made as this output; the error is a clause.
pub fn inspect(output: &Output, content: &mut dyn Read) -> Result<(), String> {
    let facts = match output.role {
        Role::Movie => is_movie(content).map(|()| None)?,
        _ => facts_of(output.role, &all_of(output, content)?)?,
    };
    match facts {
        Some(facts) if !agrees(facts, output) => Err("it is not what the pack says of it".to_owned()),
        _ => Ok(()),
    }
}

/// What the bytes say of themselves; `None` where nothing but their kind is told.
fn facts_of(role: Role, bytes: &[u8]) -> Result<Option<Facts>, String> {
    Ok(match role {
        Role::Picture => {
            let (width, height) = picture::PORTRAIT;
            match picture::optimize(bytes).map_err(|error| clause(&error))? {
                Optimized::AlreadyRight => Some(Facts::Picture { width, height }),
                Optimized::Rewritten(_) => return Err(format!("it is no PNG portrait of {width} × {height}")),
            }
        }
        Role::Still | Role::Thumbnail => {
            let decoded = picture::decode(bytes).map_err(|error| clause(&error))?;
            Some(Facts::Picture { width: decoded.width(), height: decoded.height() })
        }
        Role::Original => {
            let decoded = picture::decode(bytes).map_err(|error| clause(&error))?;
            let format = picture::inspect(bytes).map_err(|error| clause(&error))?.format;
            Some(Facts::Original { format, width: decoded.width(), height: decoded.height() })
        }
        Role::Sound => {
            let sound = sound_file::decode(bytes).map_err(|error| clause(&error))?;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a length is not below zero")]
            let milliseconds = (sound.seconds() * 1000.0).round() as u32;
            Some(Facts::Sound { milliseconds })
        }
        Role::Video => {
            decode_frames(bytes, 0..1).map_err(|error| clause(&error))?;
            None
        }
        Role::Alignment => {
            let alignment: Alignment = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
            alignment.check(f64::INFINITY)?;
            Some(Facts::Alignment)
        }
        Role::Turns => {
            Turns::read(bytes)?;
            Some(Facts::Json)
        }
        Role::Marks => Some(Facts::Marks(MarksFile::read(bytes)?.verdict)),
        Role::Words | Role::Lint | Role::Script | Role::Transcript => {
            serde_json::from_slice::<serde_json::Value>(bytes).map_err(|error| error.to_string())?;
            Some(Facts::Json)
        }
        Role::Srt => is_text(bytes).map(|()| Some(Facts::Srt))?,
        Role::Vtt => is_text(bytes).map(|()| Some(Facts::Vtt))?,
        Role::Movie => None,
    })
}

fn all_of(output: &Output, content: &mut dyn Read) -> Result<Vec<u8>, String> {
    if output.bytes > LARGEST {
        return Err(format!("it has {} bytes, more than any {} has", output.bytes, output.role.name()));
    }
    let mut bytes = Vec::new();
    content.take(LARGEST).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    Ok(bytes)
}

/// Too large for memory, and only ever copied: its head says what it is.
fn is_movie(content: &mut dyn Read) -> Result<(), String> {
    let mut head = [0; 8];
    content.read_exact(&mut head).map_err(|error| error.to_string())?;
    if &head[4..] == b"ftyp" { Ok(()) } else { Err("it is no MP4".to_owned()) }
}

fn is_text(bytes: &[u8]) -> Result<(), String> {
    let text = std::str::from_utf8(bytes).map_err(|error| error.to_string())?;
    match forbidden_control(text) {
        Some(control) => Err(format!("it contains the control character U+{:04X}", u32::from(control))),
        None => Ok(()),
    }
}

fn agrees(facts: Facts, output: &Output) -> bool {
    let said = (output.width, output.height, output.milliseconds);
    let sizes_agree = match facts {
        Facts::Picture { width, height } | Facts::Original { width, height, .. } => {
            said == (Some(width), Some(height), None)
        }
        Facts::Sound { milliseconds } | Facts::Stream { milliseconds } | Facts::Movie { milliseconds } => {
            said.2.is_some_and(|said| said.abs_diff(milliseconds) <= ROUNDING_MILLISECONDS)
        }
        Facts::Alignment | Facts::Marks(_) | Facts::Json | Facts::Srt | Facts::Vtt => true,
    };
    sizes_agree && facts.media_type() == output.media_type
}

/// The first sentence of an error, fit to follow a colon.
fn clause(error: &dyn std::error::Error) -> String {
    let said = error.to_string();
    said.split_once(". ").map_or(said.as_str(), |(first, _)| first).trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use image::RgbImage;

    use super::*;
    use crate::media::picture::encode_png;
    use crate::media::sound::Sound;
    use crate::media::sound_file::encode_wav;
    use crate::plan::AssetHash;

    fn output(role: Role, media_type: &str, sizes: (Option<u32>, Option<u32>, Option<u32>), bytes: &[u8]) -> Output {
        let (width, height, milliseconds) = sizes;
        let (hash, length) = (AssetHash::of(bytes), bytes.len() as u64);
        Output { role, hash, bytes: length, media_type: media_type.to_owned(), width, height, milliseconds }
    }

    #[test]
    fn what_was_made_here_is_taken_and_what_only_calls_itself_so_is_not() {
        let (width, height) = picture::PORTRAIT;
        let portrait = encode_png(&RgbImage::new(width, height));
        let small = encode_png(&RgbImage::new(8, 8));
        let sound = encode_wav(&Sound { rate: 48_000, samples: vec![0.1; 4_800] });
        let cut = &portrait[..portrait.len() - 9];
        let page = &b"<html>"[..];
        let (upright, tiny, tenth) =
            ((Some(width), Some(height), None), (Some(8), Some(8), None), (None, None, Some(100)));
        let nothing = (None, None, None);
        for (role, media_type, sizes, bytes, refused) in [
            (Role::Picture, "image/png", upright, portrait.as_slice(), None),
            (Role::Picture, "image/png", upright, page, Some("This is not a picture: the file is a web page")),
            (Role::Picture, "image/png", upright, b"", Some("the file is empty")),
            (Role::Picture, "image/png", upright, cut, Some("stops in the middle")),
            (Role::Picture, "image/png", tiny, &small, Some("it is no PNG portrait of 1024 × 1536")),
            (Role::Picture, "text/html", upright, &portrait, Some("not what the pack says")),
            (Role::Still, "image/png", tiny, &small, None),
            (Role::Still, "image/png", upright, &small, Some("not what the pack says")),
            (Role::Original, "image/png", tiny, &small, None),
            (Role::Original, "image/jpeg", tiny, &small, Some("not what the pack says")),
            (Role::Sound, "audio/wav", tenth, &sound, None),
            (Role::Sound, "audio/wav", tenth, b"This is a text.", Some("not a recording")),
            (Role::Sound, "audio/wav", (None, None, Some(9_000)), &sound, Some("not what the pack says")),
            (Role::Video, "video/h264", tenth, page, Some("picture")),
            (Role::Movie, "video/mp4", tenth, b"\0\0\0\x18ftypisom", None),
            (Role::Movie, "video/mp4", tenth, page, Some("fill whole buffer")),
            (Role::Movie, "video/mp4", tenth, b"<html></html>", Some("no MP4")),
            (Role::Words, "application/json", nothing, b"{\"frames\":1}", None),
            (Role::Words, "application/json", nothing, page, Some("expected value")),
            (Role::Alignment, "application/json", nothing, b"[]", Some("Alignment")),
            (Role::Srt, "application/x-subrip", nothing, b"1\n00:00 --> 00:01\nHello\n", None),
            (Role::Srt, "application/x-subrip", nothing, b"\x1b[2J", Some("control character U+001B")),
            (Role::Vtt, "text/vtt", nothing, b"\xff", Some("utf-8")),
        ] {
            let said = inspect(&output(role, media_type, sizes, bytes), &mut &*bytes);
            match refused {
                None => assert_eq!(said, Ok(()), "{role:?}"),
                Some(words) => assert!(said.as_ref().is_err_and(|why| why.contains(words)), "{role:?}: {said:?}"),
            }
        }
    }
}
