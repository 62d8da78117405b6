//! What a file is, for `c2pa`, which asks.

use std::io::{Read, Seek};

/// By the first bytes, as nothing but them counts; of what is signed here, and of what else may be an ingredient.
pub(crate) fn media_type<R: Read + Seek>(file: &mut R) -> std::io::Result<&'static str> {
    let mut head = Vec::new();
    file.rewind()?;
    file.by_ref().take(12).read_to_end(&mut head)?;
    file.rewind()?;
    Ok(match head.as_slice() {
        [0x89, b'P', b'N', b'G', ..] => "image/png",
        [0xff, 0xd8, 0xff, ..] => "image/jpeg",
        [b'G', b'I', b'F', b'8', ..] => "image/gif",
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P'] => "image/webp",
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E'] => "audio/wav",
        [b'I', b'D', b'3', ..] | [0xff, 0xe0..=0xff, ..] => "audio/mpeg",
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => "video/mp4",
        _ => "application/octet-stream",
    })
}
