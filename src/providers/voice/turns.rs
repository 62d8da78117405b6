//! Which line of a dialogue is heard when, as a small file beside its sound: found in what the provider tells of it, checked
//! in full, and read again where the lines are cut out. Nothing between two lines is lost: a line lasts until the next one
//! begins.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::alignment::{Alignment, TOLERANCE_SECONDS};
use crate::domain::{Display, tags};
use crate::media::sound::Sound;
use crate::media::video::{FPS, guessed_words};
use crate::plan::{DialogueRequest, Role};
use crate::providers::provider::{Facts, File};

/// The lines of a dialogue, in order; together they are the whole sound.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Turns {
    pub lines: Vec<Turn>,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Turn {
    /// Where it begins, as a number of samples of the sound; it ends where the next one begins.
    pub from: usize,
    /// When its characters are heard, from its own beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alignment: Option<Alignment>,
}

/// A part of the sound, as ElevenLabs tells it.
#[derive(Debug, Clone, Deserialize)]
pub struct Segment {
    #[serde(default)]
    voice_id: Option<String>,
    start_time_seconds: f64,
    end_time_seconds: f64,
    dialogue_input_index: usize,
    /// Characters of the alignment.
    #[serde(default)]
    character_start_index: Option<usize>,
    #[serde(default)]
    character_end_index: Option<usize>,
}

/// When a line is heard, in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Span {
    start: f64,
    end: f64,
}

/// Rounding between two lines.
const OVERLAP_SECONDS: f64 = 0.05;

impl Turns {
    /// What the segments of a reply say. The error is a clause.
    pub fn told(
        request: &DialogueRequest,
        sound: &Sound,
        segments: &[Segment],
        alignment: Option<&Alignment>,
    ) -> Result<Self, String> {
        if segments.is_empty() {
            return Err("it does not say which line is heard when".to_owned());
        }
        alignment.map_or(Ok(()), |alignment| alignment.check(sound.seconds()))?;
        let spans = shared(request, spans(request, sound.seconds(), segments)?)?;
        let characters = alignment.and_then(|alignment| {
            indexed(request.lines.len(), segments, alignment).or_else(|| counted(request, alignment))
        });
        Self::cut(request, sound, &spans, alignment.zip(characters.as_deref()))
    }

    /// The same of a dialogue that comes without segments: by the characters of its alignment where they are those of the
    /// lines, else as the sound suggests.
    pub fn found(request: &DialogueRequest, sound: &Sound, alignment: Option<&Alignment>) -> Result<Self, String> {
        let alignment = alignment.filter(|alignment| alignment.check(sound.seconds()).is_ok());
        let characters = alignment.and_then(|alignment| counted(request, alignment));
        let told = alignment.zip(characters);
        let spans = told.as_ref().and_then(|(alignment, characters)| spoken(alignment, characters));
        let spans = spans.unwrap_or_else(|| guessed(request, sound));
        Self::cut(
            request,
            sound,
            &spans,
            told.as_ref().map(|(alignment, characters)| (*alignment, characters.as_slice())),
        )
    }

    /// Puts each beginning on a frame, so that clips of the lines are as long as what is heard in them.
    fn cut(
        request: &DialogueRequest,
        sound: &Sound,
        spans: &[Span],
        characters: Option<(&Alignment, &[Range<usize>])>,
    ) -> Result<Self, String> {
        let frame = |number: u64| (number as f64 * f64::from(sound.rate) / f64::from(FPS)).round() as usize;
        let number = |seconds: f64| (seconds * f64::from(FPS)).max(0.0);
        let mut numbers = vec![0_u64];
        for pair in spans.windows(2) {
            // The pause belongs to the line before it.
            let before = (number(pair[1].start) + 1e-6).floor();
            let at = if before >= number(pair[0].end) { before } else { number(pair[1].start).round() };
            numbers.push(at as u64);
        }
        let begin: Vec<usize> = numbers.iter().map(|&number| frame(number)).collect();
        let ends = begin[1..].iter().copied().chain([sound.samples.len()]);
        if let Some(line) = begin.iter().zip(ends).position(|(begin, end)| *begin >= end) {
            return Err(format!("{} has no time in it", name(request, line)));
        }
        let turn = |(line, &from): (usize, &usize)| {
            let own = characters.map(|(alignment, characters)| (alignment, characters[line].clone()));
            let alignment = own.map(|(alignment, range)| alignment.part(range, from as f64 / f64::from(sound.rate)));
            Turn { from, alignment: alignment.filter(|alignment| !alignment.characters.is_empty()) }
        };
        Ok(Self { lines: begin.iter().enumerate().map(turn).collect() })
    }

    /// The samples of a line.
    pub fn of(&self, line: usize, samples: usize) -> Option<Range<usize>> {
        let from = self.lines.get(line)?.from;
        let to = self.lines.get(line + 1).map_or(samples, |next| next.from);
        (from < to && to <= samples).then_some(from..to)
    }

    /// Says what is wrong with a file of turns, whatever its sound.
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        let turns: Self = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        let rises = turns.lines.windows(2).all(|pair| pair[0].from < pair[1].from);
        if turns.lines.first().is_none_or(|first| first.from != 0) || !rises {
            return Err("its lines do not follow each other".to_owned());
        }
        let mut alignments = turns.lines.iter().filter_map(|line| line.alignment.as_ref());
        alignments.try_for_each(|alignment| alignment.check(f64::INFINITY))?;
        Ok(turns)
    }

    pub fn file(&self) -> Result<File, String> {
        let bytes = serde_json::to_vec(self).map_err(|error| format!("its times cannot be kept ({error})"))?;
        Ok(File { role: Role::Turns, bytes, facts: Facts::Json })
    }
}

/// `line 2 of 3`
fn name(request: &DialogueRequest, line: usize) -> String {
    format!("line {} of {}", line + 1, request.lines.len())
}

/// When each line is heard: all are there, one after the other, within the sound, in the voices that were asked for.
fn spans(request: &DialogueRequest, seconds: f64, segments: &[Segment]) -> Result<Vec<Span>, String> {
    let mut spans: Vec<Option<Span>> = vec![None; request.lines.len()];
    for segment in segments {
        let index = segment.dialogue_input_index;
        let Some(line) = request.lines.get(index) else {
            return Err(format!("it speaks of line {}, and {} were asked for", index.saturating_add(1), spans.len()));
        };
        if let Some(voice) = segment.voice_id.as_ref().filter(|voice| **voice != line.voice_id) {
            let shown: String = voice.chars().take(60).collect();
            return Err(format!("{} is spoken by {}, which was not asked for", name(request, index), shown.display()));
        }
        let Segment { start_time_seconds: start, end_time_seconds: end, .. } = *segment;
        if !(start.is_finite() && end.is_finite() && 0.0 <= start && start <= end) {
            return Err(format!("{} is heard at no time that can be", name(request, index)));
        }
        if end > seconds + TOLERANCE_SECONDS {
            let name = name(request, index);
            return Err(format!("its sound of {seconds:.2} s ends before {name}, which lasts until {end:.2} s"));
        }
        let whole = spans[index].get_or_insert(Span { start, end });
        *whole = Span { start: whole.start.min(start), end: whole.end.max(end).min(seconds) };
    }
    if let Some(missing) = spans.iter().position(Option::is_none) {
        return Err(format!("{} is missing in it", name(request, missing)));
    }
    let spans: Vec<Span> = spans.into_iter().flatten().collect();
    for (index, pair) in spans.windows(2).enumerate() {
        if pair[1].start < pair[0].start - OVERLAP_SECONDS {
            return Err(format!("{} is heard before the line before it", name(request, index + 1)));
        }
        if pair[1].start < pair[0].end - OVERLAP_SECONDS {
            return Err(format!("{} begins before the line before it ends", name(request, index + 1)));
        }
    }
    Ok(spans)
}

/// Lines that interrupt each other may come without any time of their own: they share that of the line that follows, or else
/// of the one before, by their lengths.
fn shared(request: &DialogueRequest, mut spans: Vec<Span>) -> Result<Vec<Span>, String> {
    let is_empty = |span: &Span| span.end - span.start < 1.0 / f64::from(FPS);
    let mut at = 0;
    while at < spans.len() {
        let first = at;
        while at < spans.len() && is_empty(&spans[at]) {
            at += 1;
        }
        // Without a line that follows, the one before has the time.
        let begin = if at < spans.len() { first } else { first.saturating_sub(1) };
        at += 1;
        let range = begin..at.min(spans.len());
        if range.len() < 2 {
            continue;
        }
        let Span { start, .. } = spans[range.start];
        let end = spans[range.clone()].iter().map(|span| span.end).fold(start, f64::max);
        let lengths: Vec<f64> = request.lines[range.clone()]
            .iter()
            .map(|line| tags::without_tags(&line.text).chars().count().max(1) as f64)
            .collect();
        let whole: f64 = lengths.iter().sum();
        if end - start < lengths.len() as f64 / f64::from(FPS) {
            return Err(format!("{} has no time in it", name(request, range.start)));
        }
        let mut from = start;
        for (span, length) in spans[range].iter_mut().zip(lengths) {
            let to = from + (end - start) * length / whole;
            *span = Span { start: from, end: to };
            from = to;
        }
    }
    Ok(spans)
}

/// The characters of each line, as the segments name them; `None` where they do not follow each other.
fn indexed(lines: usize, segments: &[Segment], alignment: &Alignment) -> Option<Vec<Range<usize>>> {
    let mut ranges: Vec<Option<Range<usize>>> = vec![None; lines];
    for segment in segments {
        let (start, end) = (segment.character_start_index?, segment.character_end_index?);
        let range = ranges.get_mut(segment.dialogue_input_index)?.get_or_insert(start..end);
        *range = range.start.min(start)..range.end.max(end);
    }
    let ranges: Vec<Range<usize>> = ranges.into_iter().collect::<Option<_>>()?;
    let follow = ranges.windows(2).all(|pair| pair[0].end <= pair[1].start);
    let fit = ranges.iter().all(|range| range.start <= range.end && range.end <= alignment.characters.len());
    (follow && fit).then_some(ranges)
}

/// The same where the characters are just those of all lines.
fn counted(request: &DialogueRequest, alignment: &Alignment) -> Option<Vec<Range<usize>>> {
    let texts: String = request.lines.iter().map(|line| line.text.as_str()).collect();
    if alignment.characters.concat() != texts || alignment.characters.len() != texts.chars().count() {
        return None;
    }
    let mut from = 0;
    let range = |text: &str| {
        let range = from..from + text.chars().count();
        from = range.end;
        range
    };
    Some(request.lines.iter().map(|line| line.text.as_str()).map(range).collect())
}

/// When each line is heard by its characters; `None` where one has none.
fn spoken(alignment: &Alignment, characters: &[Range<usize>]) -> Option<Vec<Span>> {
    let span = |range: &Range<usize>| {
        let last = range.clone().next_back()?;
        Some(Span { start: *alignment.starts.get(range.start)?, end: *alignment.ends.get(last)? })
    };
    characters.iter().map(span).collect()
}

/// When each line is heard, as its words fit the sound.
fn guessed(request: &DialogueRequest, sound: &Sound) -> Vec<Span> {
    let texts: Vec<_> = request.lines.iter().map(|line| tags::without_tags(&line.text)).collect();
    let words = guessed_words(&texts.join(" "), sound);
    let mut words = words.iter();
    let mut end = 0.0;
    let span = |text: &std::borrow::Cow<'_, str>| {
        let own: Vec<_> = words.by_ref().take(text.split_whitespace().count()).collect();
        let start = own.first().map_or(end, |word| word.start_s);
        end = own.last().map_or(start, |word| word.end_s);
        Span { start, end }
    };
    texts.iter().map(span).collect()
}

#[cfg(test)]
mod tests;
