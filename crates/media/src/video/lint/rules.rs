//! The delivery format of vertical video (TikTok, Reels, Shorts), a line for each promise, with what was measured. Public
//! face of the lint.

use std::path::{Path, PathBuf};

use mp4_atom::{Codec, Colr, Mdhd, Stts, Trak};
use serde::{Deserialize, Serialize};

use super::file::{Mp4, Place, ReadError, places, sample_count};
use super::{pictures, sound};
use crate::video::audio::loudness::{HIGHEST_PEAK_DB, SILENT_BELOW_LUFS, TARGET_LUFS};
use crate::video::frame::{FPS, HEIGHT, SAMPLE_RATE, WIDTH};

/// One promise of the delivery format, and whether the file keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LintLine {
    /// What is looked at, as a noun: `frame rate`.
    pub rule: String,
    /// What the delivery format asks for, with its unit.
    pub wanted: String,
    /// What the file has. For people, like `wanted`: its words are no format.
    pub measured: String,
    /// Whether what was measured is within what is wanted.
    pub pass: bool,
}

/// Every promise of the delivery format, checked on one file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LintReport {
    /// In the order in which the file was checked.
    pub lines: Vec<LintLine>,
}

impl LintReport {
    /// Whether no line failed.
    pub fn passed(&self) -> bool {
        self.lines.iter().all(|line| line.pass)
    }

    /// The lines that failed.
    pub fn failures(&self) -> impl Iterator<Item = &LintLine> {
        self.lines.iter().filter(|line| !line.pass)
    }

    fn add(&mut self, rule: &str, wanted: impl Into<String>, measured: impl Into<String>, pass: bool) {
        self.lines.push(LintLine { rule: rule.into(), wanted: wanted.into(), measured: measured.into(), pass });
    }
}

/// The file cannot be checked at all.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be checked: {error}.", path.display())]
pub struct LintError {
    path: PathBuf,
    error: ReadError,
}

/// The integrated loudness may be off by so much.
const LOUDNESS_TOLERANCE: f64 = 1.0;

/// Bits a second of the sound, both channels together.
const SOUND_RATES: std::ops::RangeInclusive<f64> = 96_000.0..=320_000.0;

/// Checks a finished video against the delivery format. An error means that it cannot be read at all.
pub fn lint(file: &Path) -> Result<LintReport, LintError> {
    let mp4 = Mp4::open(file).map_err(|error| LintError { path: file.to_owned(), error })?;
    let mut report = LintReport::default();
    check_container(&mp4, &mut report);
    let (videos, sounds) = (mp4.tracks(*b"vide"), mp4.tracks(*b"soun"));
    let tracks = format!("{} and {}", videos.len(), sounds.len());
    report.add("tracks", "1 of pictures and 1 of sound", tracks, videos.len() == 1 && sounds.len() == 1);
    if let Some(video) = videos.first() {
        check_pictures(&mp4, video, &mut report);
    }
    if let Some(sound) = sounds.first() {
        check_sound(&mp4, sound, &mut report);
    }
    if let (Some(video), Some(sound)) = (videos.first(), sounds.first()) {
        let (video, sound) = (length(video), length(sound));
        let pass = (video - sound).abs() < 0.999 / f64::from(FPS) && video > 0.0;
        report.add("lengths", "equal to a frame", format!("pictures {video:.3} s, sound {sound:.3} s"), pass);
    }
    check_tags(&mp4, &mut report);
    Ok(report)
}

/// As [`lint`], for a video as people get it: it must say how it was made as well.
pub fn lint_published(file: &Path) -> Result<LintReport, LintError> {
    let mut report = lint(file)?;
    let said = crate::mark::read(file).ok();
    let source_type = said.as_ref().and_then(|said| said.source_type());
    report.add("mark", "names its source type", source_type.unwrap_or("none"), source_type.is_some());
    Ok(report)
}

fn check_container(mp4: &Mp4, report: &mut LintReport) {
    let at = |kind: &[u8; 4]| mp4.boxes.iter().position(|found| found == kind);
    let order: Vec<_> = mp4.boxes.iter().take(6).map(|kind| String::from_utf8_lossy(kind).into_owned()).collect();
    let moov_first = at(b"moov").zip(at(b"mdat")).is_some_and(|(moov, mdat)| moov < mdat);
    report.add("header", "before the pictures (moov, mdat)", order.join(", "), moov_first);
    let fragmented = mp4.moov.mvex.is_some() || at(b"moof").is_some();
    report.add("fragments", "none", if fragmented { "fragmented" } else { "none" }, !fragmented);
    let edited = mp4.moov.trak.iter().filter(|track| track.edts.is_some()).count();
    report.add("edit lists", "none", edited.to_string(), edited == 0);
}

fn check_pictures(mp4: &Mp4, track: &Trak, report: &mut LintReport) {
    let table = &track.mdia.minf.stbl;
    let count = sample_count(table);
    let Some(Codec::Avc1(avc1)) = table.stsd.codecs.first().filter(|_| table.stsd.codecs.len() == 1) else {
        report.add("pictures", "H.264 (avc1)", format!("{} kinds of pictures", table.stsd.codecs.len()), false);
        return;
    };
    report.add("pictures", "H.264 (avc1)", "H.264 (avc1)", true);
    let visual = &avc1.visual;
    match pictures::header(&avc1.avcc) {
        Some(sps) => {
            let size = format!("{}x{} (header {}x{})", sps.width, sps.height, visual.width, visual.height);
            let pass = (sps.width, sps.height) == (WIDTH, HEIGHT)
                && (u32::from(visual.width), u32::from(visual.height)) == (WIDTH, HEIGHT);
            report.add("size", format!("{WIDTH}x{HEIGHT}"), size, pass);
            let boxed = avc1.pasp.as_ref().map(|pasp| (pasp.h_spacing, pasp.v_spacing));
            let shapes: Vec<_> = [boxed, sps.pixel].into_iter().flatten().collect();
            let square = shapes.iter().all(|(across, down)| across == down);
            report.add("pixels", "square", if square { "square".into() } else { format!("{shapes:?}") }, square);
            let scan = if sps.progressive { "progressive" } else { "interlaced" };
            report.add("scan", "progressive", scan, sps.progressive);
            let is_420 = sps.chroma == 1 && sps.bits == 8;
            report.add("format", "4:2:0, 8 bits", format!("chroma {}, {} bits", sps.chroma, sps.bits), is_420);
            check_colours(&sps, avc1.colr.as_ref(), report);
        }
        None => report.add("stream header", "one for the whole file", "none that can be read", false),
    }
    let ticks = track.mdia.mdhd.timescale;
    let deltas: Vec<u32> = table.stts.entries.iter().map(|entry| entry.sample_delta).collect();
    let constant =
        !deltas.is_empty() && deltas.iter().all(|&delta| u64::from(delta) * u64::from(FPS) == u64::from(ticks));
    let rates: Vec<_> =
        deltas.iter().take(4).map(|&delta| format!("{:.3}", f64::from(ticks) / f64::from(delta))).collect();
    report.add("frame rate", format!("{FPS}, constant"), rates.join(", "), constant);
    let first_offset =
        table.ctts.as_ref().and_then(|offsets| offsets.entries.first()).map_or(0, |entry| entry.sample_offset);
    report.add("first picture", "at 0", format!("at {first_offset} ticks"), first_offset == 0);
    let timed = table.stts.entries.iter().map(|entry| u64::from(entry.sample_count)).fold(0, u64::saturating_add);
    let Some(places) = places(table).filter(|_| timed == count as u64) else {
        report.add("tables", "every picture has a place", "they contradict each other", false);
        return;
    };
    let keyframes = pictures::keyframes(table, count);
    let longest = pictures::longest_group(&keyframes, count);
    report.add(
        "groups",
        format!("at most {FPS} pictures"),
        format!("{longest} pictures"),
        longest <= FPS as usize && count > 0,
    );
    let closed = pictures::all_are_keyframes(mp4, &avc1.avcc, &places, &keyframes) && keyframes.first() == Some(&0);
    report.add("closed groups", "each begins with IDR", if closed { "all" } else { "not all" }, closed);
    let decoded = pictures::decode_some(mp4, &avc1.avcc, &places, &keyframes);
    let tried = format!("{} of {} tried", decoded.tried - decoded.failed.min(decoded.tried), decoded.tried);
    report.add("decoding", "every picture tried", tried, decoded.failed == 0 && decoded.tried > 0);
    let bright = decoded.first.as_ref().map(pictures::bright_share);
    let measured = bright.map_or_else(|| "not decoded".into(), |share| format!("{:.0} % bright", 100.0 * share));
    report.add("first picture", "not black", measured, bright.is_some_and(|share| share > 0.02));
}

fn check_colours(sps: &crate::video::h264::sps::Sps, colr: Option<&Colr>, report: &mut LintReport) {
    let stream = sps.colours.map(|colours| (colours.primaries, colours.transfer, colours.matrix, colours.full_range));
    let boxed = match colr {
        Some(Colr::Nclx { colour_primaries, transfer_characteristics, matrix_coefficients, full_range_flag }) => {
            Some((
                u32::from(*colour_primaries),
                u32::from(*transfer_characteristics),
                u32::from(*matrix_coefficients),
                *full_range_flag,
            ))
        }
        _ => None,
    };
    let told: Vec<_> = [stream, boxed].into_iter().flatten().collect();
    let pass = !told.is_empty() && told.iter().all(|&told| told == (1, 1, 1, false));
    let measured = match told.first() {
        _ if pass => "BT.709, limited range".into(),
        Some((primaries, transfer, matrix, full)) => {
            format!("{primaries}/{transfer}/{matrix}, {} range", if *full { "full" } else { "limited" })
        }
        None => "not tagged".into(),
    };
    report.add("colours", "BT.709, limited range", measured, pass);
}

fn check_sound(mp4: &Mp4, track: &Trak, report: &mut LintReport) {
    let table = &track.mdia.minf.stbl;
    let Some(Codec::Mp4a(mp4a)) = table.stsd.codecs.first().filter(|_| table.stsd.codecs.len() == 1) else {
        report.add("sound", "AAC-LC", "another kind of sound", false);
        return;
    };
    let kind = mp4a.esds.es_desc.dec_config.dec_specific.as_ref().map_or(0, |specific| specific.profile);
    report.add(
        "sound",
        "AAC-LC",
        if kind == 2 { "AAC-LC".into() } else { format!("AAC object type {kind}") },
        kind == 2,
    );
    let Some(places) = places(table) else {
        report.add("sound tables", "every unit has a place", "they contradict each other", false);
        return;
    };
    let heard = sound::listen(mp4, mp4a, &places);
    let measured = format!("{} Hz, {} channels", heard.rate, heard.channels);
    report.add(
        "sample rate",
        format!("{SAMPLE_RATE} Hz, 1 or 2 channels"),
        measured,
        heard.rate == SAMPLE_RATE && matches!(heard.channels, 1 | 2),
    );
    let bytes: u64 = places.iter().map(|&Place { size, .. }| u64::from(size)).sum();
    let rate = bytes as f64 * 8.0 / length(track).max(1e-3);
    // A quiet sound needs few bits; too few are a fault only where something is heard.
    let loudness = heard.loudness.filter(|&loudness| loudness > SILENT_BELOW_LUFS);
    let enough = SOUND_RATES.contains(&rate) || (loudness.is_none() && rate < *SOUND_RATES.end());
    report.add("sound bits", "about 192 kbit/s", format!("{:.0} kbit/s", rate / 1000.0), enough);
    let decoded = format!("{} of {} units", heard.units - heard.failed.min(heard.units), heard.units);
    report.add("sound decoding", "every unit", decoded, heard.failed == 0 && heard.units > 0);
    let wanted = format!("{TARGET_LUFS} LUFS ± {LOUDNESS_TOLERANCE}, or silence");
    let measured = loudness.map_or_else(|| "silence".into(), |loudness| format!("{loudness:.1} LUFS"));
    let pass = loudness.is_none_or(|loudness| (loudness - TARGET_LUFS).abs() <= LOUDNESS_TOLERANCE);
    report.add("loudness", wanted, measured, pass && heard.failed < heard.units.max(1));
    let measured = format!("{:.1} dBTP", heard.peak_db);
    report.add("true peak", format!("at most {HIGHEST_PEAK_DB} dBTP"), measured, heard.peak_db <= HIGHEST_PEAK_DB);
}

fn check_tags(mp4: &Mp4, report: &mut LintReport) {
    let title = mp4.tag(*b"\xa9nam").unwrap_or_default();
    report.add("title", "any", title.clone(), !title.trim().is_empty());
    let comment = mp4.tag(*b"\xa9cmt").unwrap_or_default();
    let words = comment.to_lowercase();
    let says_so = words.contains("ai-generated") || words.contains("generated by ai") || words.contains("ai generated");
    report.add("comment", "says AI-generated", comment, says_so);
}

/// The length of a track in seconds: the sum of its samples' lengths.
fn length(track: &Trak) -> f64 {
    let Stts { entries } = &track.mdia.minf.stbl.stts;
    let ticks: u64 = entries
        .iter()
        .map(|entry| u64::from(entry.sample_count) * u64::from(entry.sample_delta))
        .fold(0, u64::saturating_add);
    let Mdhd { timescale, .. } = track.mdia.mdhd;
    ticks as f64 / f64::from(timescale.max(1))
}
