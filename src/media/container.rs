//! What a file is, judged by its bytes alone, and whether it is all there: never its name, never what a server said.
//! Called by `picture` and `sound_file` before a decoder sees the bytes. Knows no pixels, no samples and no limits.
//!
//! Decoders are lenient: they paint a cut picture grey and ignore what follows its end. A paid answer that was cut on
//! the way, or a page glued behind a picture, must not become an asset; so the outer structure is walked here.

/// The file types this program reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Png,
    Jpeg,
    WebP,
    Wav,
    Mp3,
}

/// How much of a file is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    Whole,
    CutShort,
    /// This many bytes follow the file's own end.
    Trailing(usize),
}

const PNG_SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// The type of the file, or `None` when its first bytes are of none of the known types.
pub fn kind(bytes: &[u8]) -> Option<Kind> {
    match bytes {
        _ if bytes.starts_with(PNG_SIGNATURE) => Some(Kind::Png),
        [0xff, 0xd8, 0xff, ..] => Some(Kind::Jpeg),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Kind::WebP),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..] => Some(Kind::Wav),
        [b'I', b'D', b'3', ..] => Some(Kind::Mp3),
        // An MPEG frame header: 11 sync bits, a version that is not reserved, layer III.
        [0xff, second, ..] if second & 0xe0 == 0xe0 && second & 0x18 != 0x08 && second & 0x06 == 0x02 => {
            Some(Kind::Mp3)
        }
        _ => None,
    }
}

/// A guess, for an error message, at what a file of no known type is.
pub fn describe(bytes: &[u8]) -> &'static str {
    let start = bytes.trim_ascii_start();
    let begins =
        |prefix: &str| start.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix.as_bytes()));
    match kind(bytes) {
        Some(Kind::Png) => "a PNG picture",
        Some(Kind::Jpeg) => "a JPEG picture",
        Some(Kind::WebP) => "a WebP picture",
        Some(Kind::Wav) => "a WAV recording",
        Some(Kind::Mp3) => "an MP3 recording",
        None if start.is_empty() => "empty",
        None if begins("<!doctype") || begins("<html") => "a web page",
        None if begins("<svg") || begins("<?xml") => "an XML or SVG file",
        None if begins("GIF8") => "a GIF picture",
        None if begins("%PDF") => "a PDF",
        None if begins("OggS") => "an Ogg recording",
        None if begins("fLaC") => "a FLAC recording",
        None if bytes.get(4..8) == Some(b"ftyp") => "an MP4, M4A or HEIC file",
        None if begins("{") || begins("[") => "a JSON text",
        None if bytes.iter().take(256).all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace()) => "a text",
        None => "of a type this program does not know",
    }
}

/// Whether the file ends where its own structure says. MP3 has no end of its own and is always `Whole`; a WAV may carry
/// anything behind its samples.
pub fn extent(kind: Kind, bytes: &[u8]) -> Extent {
    let end = match kind {
        Kind::Png => png_end(bytes),
        Kind::Jpeg => jpeg_end(bytes),
        Kind::WebP => riff_end(bytes),
        Kind::Wav => return if wav_samples_are_there(bytes) { Extent::Whole } else { Extent::CutShort },
        Kind::Mp3 => return Extent::Whole,
    };
    match end {
        Some(end) if end < bytes.len() => Extent::Trailing(bytes.len() - end),
        Some(end) if end == bytes.len() => Extent::Whole,
        _ => Extent::CutShort,
    }
}

/// The chunks of a PNG in order, as name and body. Stops before a chunk that is cut.
pub fn png_chunks(bytes: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut at = PNG_SIGNATURE.len();
    std::iter::from_fn(move || {
        let length = u32::from_be_bytes(array(bytes, at)?) as usize;
        let name = bytes.get(at + 4..at + 8)?;
        let body_end = (at + 8).checked_add(length)?;
        let body = bytes.get(at + 8..body_end)?;
        bytes.get(body_end..body_end + 4)?; // the checksum, which the decoder verifies
        at = body_end + 4;
        Some((name, body))
    })
}

fn png_end(bytes: &[u8]) -> Option<usize> {
    let mut end = PNG_SIGNATURE.len();
    for (name, body) in png_chunks(bytes) {
        end += 12 + body.len();
        if name == b"IEND" {
            return Some(end);
        }
    }
    None
}

/// Walks the segments and scans of a JPEG to behind its end-of-image marker. A picture that announces further pictures
/// (the `MPF` segment of phone cameras) ends with the file.
fn jpeg_end(bytes: &[u8]) -> Option<usize> {
    let mut at = 2;
    loop {
        if *bytes.get(at)? != 0xff {
            return None;
        }
        let marker = *bytes.get(at + 1)?;
        match marker {
            0xff => at += 1, // padding before a marker
            0xd9 => return Some(at + 2),
            0x01 | 0xd0..=0xd8 => at += 2,
            _ => {
                let length = usize::from(u16::from_be_bytes(array(bytes, at + 2)?));
                let segment = bytes.get(at + 4..at + 2 + length)?;
                if marker == 0xe2 && segment.starts_with(b"MPF\0") {
                    return Some(bytes.len());
                }
                at += 2 + length;
                if marker == 0xda {
                    at = scan_end(bytes, at)?;
                }
            }
        }
    }
}

/// The next marker behind entropy-coded data: an 0xff not followed by a stuffed zero or a restart.
fn scan_end(bytes: &[u8], from: usize) -> Option<usize> {
    let scan = bytes.get(from..)?;
    let is_marker = |pair: &[u8]| pair[0] == 0xff && !matches!(pair[1], 0x00 | 0xd0..=0xd7);
    Some(from + scan.windows(2).position(is_marker)?)
}

fn riff_end(bytes: &[u8]) -> Option<usize> {
    let length = u32::from_le_bytes(array(bytes, 4)?) as usize;
    length.checked_add(8 + length % 2)
}

/// Whether the `data` chunk is as long as it says. Programs that write to a pipe leave its length at zero or all ones.
fn wav_samples_are_there(bytes: &[u8]) -> bool {
    let mut at = 12;
    while let (Some(name), Some(length)) = (bytes.get(at..at + 4), array(bytes, at + 4)) {
        let length = u32::from_le_bytes(length) as usize;
        if name == b"data" {
            return length >= 0xffff_ff00 || bytes.len() - (at + 8) >= length;
        }
        at = at.saturating_add(8 + length + length % 2);
    }
    false
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_first_bytes_tell_the_type() {
        for (bytes, expected) in [
            (&b"\x89PNG\r\n\x1a\n...."[..], Some(Kind::Png)),
            (b"\xff\xd8\xff\xe0", Some(Kind::Jpeg)),
            (b"RIFF\0\0\0\0WEBPVP8 ", Some(Kind::WebP)),
            (b"RIFF\0\0\0\0WAVEfmt ", Some(Kind::Wav)),
            (b"ID3\x04", Some(Kind::Mp3)),
            (b"\xff\xfb\x90\x00", Some(Kind::Mp3)),
            (b"\xff\xf1\x50\x80", None), // AAC in ADTS: the same sync, layer 0
            (b"<!DOCTYPE html>", None),
            (b"", None),
        ] {
            assert_eq!(kind(bytes), expected, "{bytes:?}");
        }
    }

    #[test]
    fn an_unknown_file_is_called_what_it_looks_like() {
        assert_eq!(describe(b"  <!doctype HTML><title>402</title>"), "a web page");
        assert_eq!(describe(b"{\"error\": 1}"), "a JSON text");
        assert_eq!(describe(b" \n"), "empty");
        assert_eq!(describe(&[0, 1, 2, 3]), "of a type this program does not know");
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_walk_fail(start in 0..6_usize, tail in proptest::collection::vec(any::<u8>(), 0..200)) {
            let starts: [&[u8]; 6] = [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF\0\0\0\0WEBP", b"RIFF\0\0\0\0WAVE", b"ID3", b""];
            let bytes = [starts[start], &tail].concat();
            describe(&bytes);
            if let Some(kind) = kind(&bytes) {
                extent(kind, &bytes);
            }
        }
    }
}
