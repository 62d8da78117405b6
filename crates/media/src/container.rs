//! What a file is, judged by its bytes alone, and whether it is all there: never its name, never what a server said.
//! Called by `picture` and `sound_file` before a decoder sees the bytes. Knows no pixels, no samples and no limits.
//!
//! Decoders are lenient: they paint a cut picture grey and ignore what follows its end. A paid answer that was cut on
//! the way, or a page glued behind a picture, must not become an asset; so the outer structure is walked here.

/// The file types this program reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An animated PNG too: its first picture is what is used.
    Png,
    /// JFIF, EXIF or bare: all that begins with `FF D8 FF`.
    Jpeg,
    /// A RIFF of form `WEBP`, still or animated.
    WebP,
    /// Still or animated.
    Gif,
    /// A still picture of HEVC in HEIF, as iPhones take it; only ffmpeg reads it.
    Heic,
    /// A still picture of AV1 in HEIF; only ffmpeg reads it.
    Avif,
    /// A RIFF of form `WAVE`.
    Wav,
    /// With or without an ID3 tag before it.
    Mp3,
    /// In its own container; FLAC in Ogg is `Ogg`.
    Flac,
    /// With Vorbis, Opus or another codec: [`ogg_codec`] tells which.
    Ogg,
    /// AIFF and AIFF-C.
    Aiff,
    /// Apple's Core Audio Format.
    Caf,
    /// AAC in a bare stream.
    Adts,
    /// What telephones record in; narrow or wide band.
    Amr,
    /// MP4, MOV and M4A: sound, video or both.
    Mp4,
    /// Matroska and WebM.
    Matroska,
    /// Windows Media: sound, video or both.
    Asf,
    /// A RIFF of form `AVI`.
    Avi,
    /// Version 1, as live streams are recorded.
    Flv,
    /// A transport stream, as cameras and television write it.
    MpegTs,
}

/// What a file of some kind is used as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// One picture; the first one of an animation where only one is wanted.
    Picture,
    /// No pictures but a cover.
    Sound,
    /// Pictures that move, with sound or without; some of these files hold sound alone.
    Video,
}

impl Kind {
    /// By the container alone: an MP4 is a video even if it holds sound only.
    pub fn used_as(self) -> Use {
        match self {
            Kind::Png | Kind::Jpeg | Kind::WebP | Kind::Gif | Kind::Heic | Kind::Avif => Use::Picture,
            Kind::Wav | Kind::Mp3 | Kind::Flac | Kind::Ogg | Kind::Aiff | Kind::Caf | Kind::Adts | Kind::Amr => {
                Use::Sound
            }
            Kind::Mp4 | Kind::Matroska | Kind::Asf | Kind::Avi | Kind::Flv | Kind::MpegTs => Use::Video,
        }
    }

    /// The name of ffmpeg's reader for it: a file that only calls itself so is not read by another one.
    pub fn demuxer(self) -> &'static str {
        match self {
            Kind::Png => "png_pipe",
            Kind::Jpeg => "jpeg_pipe",
            Kind::WebP => "webp_pipe",
            Kind::Gif => "gif",
            Kind::Heic | Kind::Avif | Kind::Mp4 => "mov",
            Kind::Wav => "wav",
            Kind::Mp3 => "mp3",
            Kind::Flac => "flac",
            Kind::Ogg => "ogg",
            Kind::Aiff => "aiff",
            Kind::Caf => "caf",
            Kind::Adts => "aac",
            Kind::Amr => "amr",
            Kind::Matroska => "matroska",
            Kind::Asf => "asf",
            Kind::Avi => "avi",
            Kind::Flv => "flv",
            Kind::MpegTs => "mpegts",
        }
    }
}

/// How much of a file is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// It ends where its own structure says.
    Whole,
    /// Its own structure goes on beyond the last byte.
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
        [b'R', b'I', b'F', b'F', _, _, _, _, b'A', b'V', b'I', b' ', ..] => Some(Kind::Avi),
        [b'F', b'O', b'R', b'M', _, _, _, _, b'A', b'I', b'F', b'F' | b'C', ..] => Some(Kind::Aiff),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => Some(kind_by_brands(bytes)),
        // Files of older cameras begin with another box.
        [_, _, _, _, b'm', b'o', b'o', b'v', ..] | [_, _, _, _, b'm', b'd', b'a', b't', ..] => Some(Kind::Mp4),
        [0x1a, 0x45, 0xdf, 0xa3, ..] => Some(Kind::Matroska),
        [0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11, ..] => Some(Kind::Asf),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Kind::Gif),
        [b'f', b'L', b'a', b'C', ..] => Some(Kind::Flac),
        [b'O', b'g', b'g', b'S', ..] => Some(Kind::Ogg),
        [b'c', b'a', b'f', b'f', 0, 1, ..] => Some(Kind::Caf),
        [b'#', b'!', b'A', b'M', b'R', ..] => Some(Kind::Amr),
        [b'F', b'L', b'V', 1, ..] => Some(Kind::Flv),
        [0x47, ..] if [188, 376].iter().all(|&at| bytes.get(at) == Some(&0x47)) => Some(Kind::MpegTs),
        [b'I', b'D', b'3', ..] => Some(Kind::Mp3),
        // An MPEG frame header: 11 sync bits, a version that is not reserved, layer III.
        [0xff, second, ..] if second & 0xe0 == 0xe0 && second & 0x18 != 0x08 && second & 0x06 == 0x02 => {
            Some(Kind::Mp3)
        }
        // The same in ADTS: 12 sync bits and layer 0.
        [0xff, second, ..] if second & 0xf6 == 0xf0 => Some(Kind::Adts),
        _ => None,
    }
}

/// Of the files that begin with a `ftyp` box, the pictures say so among their brands.
fn kind_by_brands(bytes: &[u8]) -> Kind {
    let length = array(bytes, 0).map_or(0, u32::from_be_bytes) as usize;
    let head = &bytes[..length.clamp(12, 128).min(bytes.len())];
    // The second word is a version.
    let brands =
        || head.as_chunks::<4>().0.iter().skip(2).enumerate().filter(|(at, _)| *at != 1).map(|(_, brand)| brand);
    if brands().any(|brand| matches!(brand, b"avif" | b"avis")) {
        Kind::Avif
    } else if brands().any(|brand| matches!(brand, b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"mif1" | b"msf1"))
    {
        Kind::Heic
    } else {
        Kind::Mp4
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
        Some(Kind::Gif) => "a GIF picture",
        Some(Kind::Heic) => "a HEIC picture",
        Some(Kind::Avif) => "an AVIF picture",
        Some(Kind::Flac) => "a FLAC recording",
        Some(Kind::Ogg) => match ogg_codec(bytes) {
            "Opus" => "an Ogg recording with Opus",
            "Vorbis" => "an Ogg recording with Vorbis",
            "Speex" => "an Ogg recording with Speex",
            _ => "an Ogg file",
        },
        Some(Kind::Aiff) => "an AIFF recording",
        Some(Kind::Caf) => "a CAF recording",
        Some(Kind::Adts) => "an AAC recording",
        Some(Kind::Amr) => "an AMR recording",
        Some(Kind::Mp4) if bytes.get(8..11) == Some(b"M4A") => "an M4A recording",
        Some(Kind::Mp4) if bytes.get(8..10) == Some(b"qt") => "a MOV file",
        Some(Kind::Mp4) => "an MP4 file",
        Some(Kind::Matroska) if memchr::memmem::find(&bytes[..bytes.len().min(64)], b"webm").is_some() => "a WebM file",
        Some(Kind::Matroska) => "an MKV file",
        Some(Kind::Asf) => "a Windows Media file",
        Some(Kind::Avi) => "an AVI video",
        Some(Kind::Flv) => "a Flash video",
        Some(Kind::MpegTs) => "an MPEG transport stream",
        None if start.is_empty() => "empty",
        None if begins("<!doctype") || begins("<html") => "a web page",
        None if begins("<svg") || begins("<?xml") => "an XML or SVG file",
        None if begins("%PDF") => "a PDF",
        None if begins("RF64") => "a WAV recording of the large kind (RF64)",
        None if begins("{") || begins("[") => "a JSON text",
        None if bytes.iter().take(256).all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace()) => "a text",
        None => "of a type this program does not know",
    }
}

/// What an Ogg file holds, by the head of its first stream.
pub fn ogg_codec(bytes: &[u8]) -> &'static str {
    match bytes.get(28..).unwrap_or_default() {
        head if head.starts_with(b"OpusHead") => "Opus",
        head if head.starts_with(b"\x01vorbis") => "Vorbis",
        head if head.starts_with(b"\x7fFLAC") => "FLAC",
        head if head.starts_with(b"Speex") => "Speex",
        _ => "an unknown codec",
    }
}

/// Whether the file ends where its own structure says. Of sounds and videos only a WAV tells here, and it may carry
/// anything behind its samples; the others are counted when they are read.
pub fn extent(kind: Kind, bytes: &[u8]) -> Extent {
    let end = match kind {
        Kind::Png => png_end(bytes),
        Kind::Jpeg => jpeg_end(bytes),
        Kind::WebP => riff_end(bytes),
        Kind::Wav => return if wav_samples_are_there(bytes) { Extent::Whole } else { Extent::CutShort },
        Kind::Gif => gif_end(bytes),
        _ => return Extent::Whole,
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

/// Walks the blocks of a GIF to behind its trailer.
fn gif_end(bytes: &[u8]) -> Option<usize> {
    let colours = |flags: u8| if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) };
    let after_blocks = |mut at: usize| {
        loop {
            match usize::from(*bytes.get(at)?) {
                0 => return Some(at + 1),
                length => at += 1 + length,
            }
        }
    };
    let mut at = 13 + colours(*bytes.get(10)?);
    loop {
        at = match *bytes.get(at)? {
            0x3b => return Some(at + 1),
            0x21 => after_blocks(at + 2)?,
            // The size of a code stands before its blocks.
            0x2c => after_blocks(at + 10 + colours(*bytes.get(at + 9)?) + 1)?,
            _ => return None,
        };
    }
}

fn riff_end(bytes: &[u8]) -> Option<usize> {
    let length = u32::from_le_bytes(array(bytes, 4)?) as usize;
    length.checked_add(8 + length % 2)
}

/// What programs that write a WAV to a pipe leave for its length: this or more, or zero.
pub const WAV_PLACEHOLDER: u32 = 0x7fff_0000;

/// Whether the `data` chunk is as long as it says.
fn wav_samples_are_there(bytes: &[u8]) -> bool {
    let mut at = 12;
    while let (Some(name), Some(length)) = (bytes.get(at..at + 4), array(bytes, at + 4)) {
        let length = u32::from_le_bytes(length) as usize;
        if name == b"data" {
            return length >= WAV_PLACEHOLDER as usize || bytes.len() - (at + 8) >= length;
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
            (b"\xff\xf1\x50\x80", Some(Kind::Adts)),
            (b"GIF89a", Some(Kind::Gif)),
            (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", Some(Kind::Heic)),
            (b"\0\0\0\x18ftypmif1\0\0\0\0avifmiaf", Some(Kind::Avif)),
            (b"\0\0\0\x18ftypM4A \0\0\0\0mp42isom", Some(Kind::Mp4)),
            (b"OggS\0", Some(Kind::Ogg)),
            (b"fLaC\0", Some(Kind::Flac)),
            (b"FORM\0\0\0\0AIFFCOMM", Some(Kind::Aiff)),
            (b"#!AMR\n", Some(Kind::Amr)),
            (b"\x1a\x45\xdf\xa3", Some(Kind::Matroska)),
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
        fn no_bytes_make_the_walk_fail(start in 0..8_usize, tail in proptest::collection::vec(any::<u8>(), 0..200)) {
            let starts: [&[u8]; 8] = [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF\0\0\0\0WEBP", b"RIFF\0\0\0\0WAVE", b"ID3", b"GIF89a", b"\0\0\0\x20ftyp", b""];
            let bytes = [starts[start], &tail].concat();
            describe(&bytes);
            if let Some(kind) = kind(&bytes) {
                extent(kind, &bytes);
            }
        }
    }
}
