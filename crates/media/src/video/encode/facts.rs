//! What ffmpeg finds in a person's video file: which codecs, which brightness, whether it is transparent. Read from what it
//! says about the file, as it has said it for ten years. Pure; called by `media_file`.

/// What is in a file, as far as it matters here.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// The codec of the pictures, such as `hevc`; none where the file has none.
    pub pictures: Option<String>,
    /// The codec of the first sound track, such as `aac`; none where the file has none.
    pub sound: Option<String>,
    /// HLG or PQ: brighter than a screen of BT.709 can show.
    pub is_hdr: bool,
    /// Whether its pictures can be transparent; a background then shows through.
    pub has_alpha: bool,
}

/// Reads the lines that begin with `Stream #`.
pub fn facts(said: &str) -> Facts {
    let mut facts = Facts::default();
    let mut in_pictures = false;
    for line in said.lines().map(str::trim) {
        if let Some((_, stream)) = line.strip_prefix("Stream #").and_then(|line| line.split_once(": ")) {
            let codec = |rest: &str| rest.split([' ', ',']).next().unwrap_or_default().to_owned();
            in_pictures = false;
            if let Some(rest) = stream.strip_prefix("Video: ") {
                // A cover is no video.
                if facts.pictures.is_none() && !rest.contains("(attached pic)") {
                    in_pictures = true;
                    facts.pictures = Some(codec(rest));
                    facts.is_hdr = rest.contains("arib-std-b67") || rest.contains("smpte2084");
                    let formats = ["yuva", "rgba", "argb", "bgra", "abgr", "gbrap", "ya8", "ya16", "pal8"];
                    facts.has_alpha = formats.iter().any(|format| rest.contains(format));
                }
            } else if let Some(rest) = stream.strip_prefix("Audio: ") {
                facts.sound.get_or_insert_with(|| codec(rest));
            }
        } else if in_pictures && line.split_whitespace().collect::<String>().eq_ignore_ascii_case("alpha_mode:1") {
            facts.has_alpha = true;
        }
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codecs_brightness_and_transparency_are_found() {
        let phone = "  Stream #0:0[0x1](und): Video: hevc (Main 10) (hvc1 / 0x31637668), yuv420p10le(tv, \
                     bt2020nc/bt2020/arib-std-b67, progressive), 480x640, 25 fps (default)\n  \
                     Stream #0:1[0x2](und): Audio: aac (LC) (mp4a / 0x6134706D), 48000 Hz, mono, fltp";
        let found = facts(phone);
        assert_eq!((found.pictures.as_deref(), found.sound.as_deref()), (Some("hevc"), Some("aac")));
        assert!(found.is_hdr && !found.has_alpha);
        let clear = "Stream #0:0: Video: vp9 (Profile 0), yuv420p(tv), 64x64\n      alpha_mode      : 1\n";
        assert!(facts(clear).has_alpha);
        let song = "Stream #0:0: Audio: wmav2, 44100 Hz\n Stream #0:1: Video: mjpeg, yuvj420p, 600x600 (attached pic)";
        assert_eq!(facts(song).pictures, None);
        assert_eq!(facts("nothing"), Facts::default());
    }
}
