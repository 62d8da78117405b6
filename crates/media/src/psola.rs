//! Bends a spoken voice: its pitch, the resonances of its head and its pace, each by itself. Pure; called by the maker of
//! shaped voices. Knows no files.
//!
//! Method: what the vocal folds do is taken apart from what the head makes of it by linear prediction (Itakura and Saito
//! 1968), as a lattice that is stable whatever its coefficients are between two frames. Of the folds' sound, one grain for
//! each beat is placed again (pitch-synchronous overlap-add, Moulines and Charpentier 1990): how close together is the pitch,
//! how often one comes again is the pace. The head answers again, and playing all of it faster makes the head smaller. No
//! phases are computed, so a vowel cannot sound smeared.

use super::sound::Sound;

/// Pitches that are followed, in Hz.
const LOWEST_HZ: f64 = 60.0;
const HIGHEST_HZ: f64 = 600.0;
/// Between two estimates of the pitch, in seconds.
const HOP_S: f64 = 0.008;
/// How alike two periods must be to count as voiced.
const VOICED: f32 = 0.55;
/// The grain of what has no pitch, in seconds.
const UNVOICED_S: f64 = 0.006;
/// Below this much of the loudest moment nothing is voiced.
const QUIET: f32 = 0.02;

/// What a voice is bent by. All are factors; 1 leaves it as it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bend {
    /// How many times as high the voice is: 2 is an octave.
    pub pitch: f64,
    /// How many times as high its resonances lie; more is a smaller head.
    pub formant: f64,
    /// How many times as fast it speaks: 2 is half as long.
    pub speed: f64,
}

impl Bend {
    /// Held to what can be made.
    fn held(self) -> Self {
        let hold = |factor: f64| if factor.is_finite() { factor.clamp(0.25, 4.0) } else { 1.0 };
        Self { pitch: hold(self.pitch), formant: hold(self.formant), speed: hold(self.speed) }
    }
}

/// A beat of the voice, or a place in what has none.
#[derive(Debug, Clone, Copy)]
struct Mark {
    /// In samples, as is the period.
    at: f64,
    period: f64,
    is_voiced: bool,
}

/// The sound in another shape. Its length is divided by the speed; times of words move along.
pub fn bend(sound: &Sound, bend: Bend) -> Sound {
    let Bend { pitch, formant, speed } = bend.held();
    let count = sound.samples.len();
    if count == 0 || sound.rate == 0 {
        return sound.clone();
    }
    let head = Head::of(sound);
    let folds = head.folds(&sound.samples);
    // Played faster at the end, all of it becomes higher and shorter by as much.
    let (pitch, speed) = (pitch / formant, speed / formant);
    let length = ((count as f64 / speed).round() as usize).max(1);
    let laid = lay(&folds, &marks(sound, &folds), pitch, speed, length);
    let answered = Sound { rate: sound.rate, samples: head.answer(&laid, speed) };
    let bent = answered.raised(formant, sound.rate);
    let peak = bent.samples.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
    // As loud as it was, and never over full scale.
    let gain = (sound.rms() / bent.rms().max(f32::MIN_POSITIVE)).min(0.99 / peak.max(f32::MIN_POSITIVE));
    if bent.rms() > 0.0 { bent.amplified(gain) } else { bent }
}

/// The folds' sound at another pitch and pace.
fn lay(folds: &[f32], marks: &[Mark], pitch: f64, speed: f64, length: usize) -> Vec<f32> {
    let mut mixed = vec![0.0_f32; length];
    // Beats that come more often add up to a louder voice; noise does not.
    let loudness = (1.0 / pitch).sqrt() as f32;
    let (mut at, mut nearest, mut laid) = (0.0, 0, 0_usize);
    while at < length as f64 {
        let wanted = at * speed;
        while nearest + 1 < marks.len() && (marks[nearest + 1].at - wanted).abs() <= (marks[nearest].at - wanted).abs()
        {
            nearest += 1;
        }
        let Mark { at: from, period, is_voiced } = marks[nearest];
        if is_voiced {
            Grain { from, pace: 1.0, gain: loudness, window: beat(period) }.lay(folds, at, &mut mixed);
            at += (period / pitch).max(1.0);
        } else {
            // Of noise that is laid twice every second copy runs backwards: heard alike, it would buzz.
            let pace = if laid % 2 == 1 { -1.0 } else { 1.0 };
            Grain { from, pace, gain: 1.0, window: noise(period) }.lay(folds, at, &mut mixed);
            at += period.max(1.0);
        }
        laid += 1;
    }
    mixed
}

/// What the head makes of the folds' sound: the reflections in the tube from the folds to the lips, frame by frame.
struct Head {
    /// Samples between two frames.
    hop: f64,
    frames: Vec<[f32; ORDER]>,
}

/// Enough for the resonances below 12 kHz.
const ORDER: usize = 26;
const FRAME_HOP_S: f64 = 0.005;
const FRAME_S: f64 = 0.03;

impl Head {
    fn of(sound: &Sound) -> Self {
        let rate = f64::from(sound.rate);
        let (hop, width) = ((FRAME_HOP_S * rate).max(1.0), (FRAME_S * rate).max(4.0) as usize);
        let frames = (sound.samples.len() as f64 / hop).ceil() as usize + 1;
        let window: Vec<f32> = (0..width)
            .map(|index| (0.5 - 0.5 * (std::f64::consts::TAU * (index as f64 + 0.5) / width as f64).cos()) as f32)
            .collect();
        let frame = |number: usize| {
            let start = (number as f64 * hop) as i64 - (width / 2) as i64;
            let sample = |index: usize| {
                let at = usize::try_from(start + index as i64).ok();
                at.and_then(|at| sound.samples.get(at)).copied().unwrap_or_default()
            };
            let windowed: Vec<f32> = window.iter().enumerate().map(|(index, weight)| weight * sample(index)).collect();
            reflections(&windowed)
        };
        Self { hop, frames: (0..frames).map(frame).collect() }
    }

    fn at(&self, sample: f64) -> [f32; ORDER] {
        let place = (sample / self.hop).max(0.0);
        let last = self.frames.len() - 1;
        let (first, second) = (self.frames[(place as usize).min(last)], self.frames[(place as usize + 1).min(last)]);
        let part = place.fract() as f32;
        std::array::from_fn(|index| first[index] + (second[index] - first[index]) * part)
    }

    /// The sound without what the head did to it.
    fn folds(&self, samples: &[f32]) -> Vec<f32> {
        let mut back = [0.0_f32; ORDER + 1];
        let one = |(index, sample): (usize, &f32)| {
            let reflection = self.at(index as f64);
            let (mut forward, mut before) = (*sample, *sample);
            for (stage, reflection) in reflection.iter().enumerate() {
                let delayed = std::mem::replace(&mut back[stage], before);
                before = delayed + reflection * forward;
                forward += reflection * delayed;
            }
            forward
        };
        samples.iter().enumerate().map(one).collect()
    }

    /// The way back, with the head moving at another pace.
    fn answer(&self, folds: &[f32], speed: f64) -> Vec<f32> {
        let mut back = [0.0_f32; ORDER + 1];
        let one = |(index, sample): (usize, &f32)| {
            let reflection = self.at(index as f64 * speed);
            let mut forward = *sample;
            for stage in (0..ORDER).rev() {
                forward -= reflection[stage] * back[stage];
                back[stage + 1] = back[stage] + reflection[stage] * forward;
            }
            back[0] = forward;
            forward
        };
        folds.iter().enumerate().map(one).collect()
    }
}

/// Levinson and Durbin's recursion over the autocorrelation of a frame.
fn reflections(frame: &[f32]) -> [f32; ORDER] {
    let correlation = |lag: usize| -> f64 {
        let pairs = frame.iter().zip(frame.get(lag..).unwrap_or_default());
        pairs.map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
    };
    // A little noise keeps silence and pure tones solvable.
    let energy = correlation(0) * (1.0 + 1e-6) + 1e-9;
    let correlations: Vec<f64> = (1..=ORDER).map(correlation).collect();
    let mut reflections = [0.0_f32; ORDER];
    let mut predictor = [0.0_f64; ORDER + 1];
    predictor[0] = 1.0;
    let mut error = energy;
    for order in 1..=ORDER {
        let sum: f64 = (0..order).map(|index| predictor[index] * correlations[order - 1 - index]).sum();
        let reflection = (-sum / error).clamp(-0.9999, 0.9999);
        let before = predictor;
        for index in 1..=order {
            predictor[index] = before[index] + reflection * before[order - index];
        }
        reflections[order - 1] = reflection as f32;
        error *= 1.0 - reflection * reflection;
    }
    reflections
}

/// A piece of the source, to be laid somewhere else.
struct Grain {
    /// Its middle in the source.
    from: f64,
    /// How many times as fast it is read; below 0 backwards.
    pace: f64,
    gain: f32,
    window: Window,
}

/// Where a grain rises and falls, in samples from its middle.
struct Window {
    rises: (f64, f64),
    falls: (f64, f64),
}

/// One beat of the vocal folds and how the head answers it, up to the next: what rings on of the beat before is left out,
/// for it would ring in the wrong place. Laid a period apart, these windows add up to 1.
fn beat(period: f64) -> Window {
    Window { rises: (-0.35 * period, -0.15 * period), falls: (0.65 * period, 0.85 * period) }
}

/// The same for what has no beats.
fn noise(period: f64) -> Window {
    Window { rises: (-period, 0.0), falls: (0.0, period) }
}

impl Window {
    fn weight(&self, offset: f64) -> f64 {
        let flank = |(low, high): (f64, f64)| {
            let share = ((offset - low) / (high - low).max(1e-9)).clamp(0.0, 1.0);
            0.5 - 0.5 * (std::f64::consts::PI * share).cos()
        };
        if offset < self.rises.1 { flank(self.rises) } else { 1.0 - flank(self.falls) }
    }
}

impl Grain {
    /// Adds it to what is mixed, with its middle at `at`.
    fn lay(&self, source: &[f32], at: f64, mixed: &mut [f32]) {
        let first = (at + self.window.rises.0).ceil().max(0.0) as usize;
        let last = ((at + self.window.falls.1).floor().max(0.0) as usize).min(mixed.len().saturating_sub(1));
        for (index, sample) in mixed.iter_mut().enumerate().take(last + 1).skip(first) {
            let offset = index as f64 - at;
            *sample += self.gain * self.window.weight(offset) as f32 * between(source, self.from + offset * self.pace);
        }
    }
}

/// The source between two samples, by the cubic through four of them (Catmull-Rom); silence outside.
fn between(source: &[f32], at: f64) -> f32 {
    let whole = at.floor();
    let part = (at - whole) as f32;
    let sample = |step: i64| {
        let index = whole as i64 + step;
        usize::try_from(index).ok().and_then(|index| source.get(index)).copied().unwrap_or_default()
    };
    let [a, b, c, d] = [sample(-1), sample(0), sample(1), sample(2)];
    let (bend, slope) = (2.0 * a - 5.0 * b + 4.0 * c - d, c - a);
    b + 0.5 * part * (slope + part * (bend + part * (3.0 * (b - c) + d - a)))
}

/// The beats of the whole sound, in order; where there is no pitch, a mark every few milliseconds.
fn marks(sound: &Sound, folds: &[f32]) -> Vec<Mark> {
    let rate = f64::from(sound.rate);
    let track = Track::of(sound);
    let unvoiced = (UNVOICED_S * rate).max(2.0);
    let end = sound.samples.len() as f64;
    let mut marks: Vec<Mark> = Vec::new();
    let mut at = 0.0;
    while at < end {
        let mark = match track.period_at(at) {
            None => Mark { at, period: unvoiced, is_voiced: false },
            Some(period) => match marks.last().filter(|before| before.is_voiced) {
                // A voice begins with its loudest moment, then goes on a period at a time, where it looks most as before.
                None => Mark { at: loudest(folds, at, period), period, is_voiced: true },
                Some(before) => Mark { at: alike(&sound.samples, before.at, period), period, is_voiced: true },
            },
        };
        at = mark.at + mark.period;
        marks.push(mark);
    }
    if marks.is_empty() {
        marks.push(Mark { at: 0.0, period: unvoiced, is_voiced: false });
    }
    marks
}

fn loudest(samples: &[f32], at: f64, period: f64) -> f64 {
    let (first, last) = (at as usize, ((at + period) as usize).min(samples.len()));
    let loudest = (first..last).max_by(|&a, &b| samples[a].abs().total_cmp(&samples[b].abs()));
    loudest.map_or(at, |index| index as f64)
}

/// About a period after `before`, where the waveform is most like the one there.
fn alike(samples: &[f32], before: f64, period: f64) -> f64 {
    let window = (period * 0.5) as i64;
    let centre = before.round() as i64;
    let sample = |index: i64| usize::try_from(index).ok().and_then(|index| samples.get(index)).copied().unwrap_or(0.0);
    let likeness = |shift: i64| {
        let (mut product, mut energy) = (0.0_f32, 0.0_f32);
        for offset in -window..=window {
            let (a, b) = (sample(centre + offset), sample(centre + shift + offset));
            product += a * b;
            energy += b * b;
        }
        product / energy.sqrt().max(1e-9)
    };
    let (shortest, longest) = ((period * 0.85).round() as i64, (period * 1.15).round() as i64);
    let shifts: Vec<(i64, f32)> = (shortest..=longest).map(|shift| (shift, likeness(shift))).collect();
    let Some(best) = (0..shifts.len()).max_by(|&a, &b| shifts[a].1.total_cmp(&shifts[b].1)) else {
        return before + period;
    };
    let (shift, top) = shifts[best];
    // The top of the parabola through three points lies between two whole samples.
    let neighbours = best.checked_sub(1).and_then(|index| shifts.get(index)).zip(shifts.get(best + 1));
    let offset = neighbours.map_or(0.0, |(&(_, left), &(_, right))| {
        let bend = left - 2.0 * top + right;
        if bend < 0.0 { f64::from(0.5 * (left - right) / bend).clamp(-0.5, 0.5) } else { 0.0 }
    });
    before + shift as f64 + offset
}

/// The period at any time, where there is one.
struct Track {
    /// Samples between two entries.
    hop: f64,
    periods: Vec<Option<f64>>,
}

impl Track {
    fn of(sound: &Sound) -> Self {
        // Pitch needs no highs: averaged down, the search is many times faster.
        let step = (sound.rate / 12_000).max(1) as usize;
        let rate = f64::from(sound.rate) / step as f64;
        let samples: Vec<f32> =
            sound.samples.chunks(step).map(|chunk| chunk.iter().sum::<f32>() / chunk.len() as f32).collect();
        let (shortest, longest) = ((rate / HIGHEST_HZ).floor().max(2.0) as usize, (rate / LOWEST_HZ).ceil() as usize);
        let hop = (HOP_S * rate).max(1.0) as usize;
        let quiet = QUIET * samples.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
        let starts = (0..samples.len()).step_by(hop);
        let periods: Vec<Option<f64>> =
            starts.map(|centre| period_at(&samples, centre, shortest, longest, quiet)).collect();
        let periods = smoothed(&periods);
        let periods = periods.into_iter().map(|period| period.map(|period| period * step as f64)).collect();
        Self { hop: (hop * step) as f64, periods }
    }

    fn period_at(&self, at: f64) -> Option<f64> {
        let place = at / self.hop;
        let index = place as usize;
        let here = self.periods.get(index).copied().flatten()?;
        match self.periods.get(index + 1).copied().flatten() {
            Some(next) if (next / here - 1.0).abs() < 0.2 => Some(here + (next - here) * place.fract()),
            _ => Some(here),
        }
    }
}

/// The period around a moment: the first lag that is nearly as alike as the best, which avoids answers an octave too low.
fn period_at(samples: &[f32], centre: usize, shortest: usize, longest: usize, quiet: f32) -> Option<f64> {
    // Two of the longest periods, placed around the moment.
    let start = centre.saturating_sub(longest);
    let frame = longest.min(samples.len().checked_sub(start + longest)?);
    if frame < 2 * shortest || longest <= shortest + 2 {
        return None;
    }
    let still = &samples[start..start + frame];
    let energy: f32 = still.iter().map(|sample| sample * sample).sum();
    if (energy / frame as f32).sqrt() < quiet {
        return None;
    }
    let likeness = |lag: usize| {
        let moved = &samples[start + lag..start + lag + frame];
        let (mut product, mut other) = (0.0_f32, 0.0_f32);
        for (a, b) in still.iter().zip(moved) {
            product += a * b;
            other += b * b;
        }
        product / (energy * other).sqrt().max(f32::MIN_POSITIVE)
    };
    let likenesses: Vec<f32> = (shortest - 1..=longest.min(samples.len() - start - frame)).map(likeness).collect();
    let highest = likenesses.iter().copied().fold(0.0, f32::max);
    if highest < VOICED {
        return None;
    }
    let is_peak = |three: &[f32]| three[1] >= three[0] && three[1] >= three[2] && three[1] >= 0.88 * highest;
    let at = likenesses.windows(3).position(is_peak)?;
    let (before, peak, after) = (likenesses[at], likenesses[at + 1], likenesses[at + 2]);
    let bend = before - 2.0 * peak + after;
    let offset = if bend < 0.0 { 0.5 * (before - after) / bend } else { 0.0 };
    Some((shortest + at) as f64 + f64::from(offset))
}

/// The median of five moments each: single slips of an octave go, and so do single voiced moments in noise.
fn smoothed(periods: &[Option<f64>]) -> Vec<Option<f64>> {
    let at = |index: usize| {
        let around = &periods[index.saturating_sub(2)..(index + 3).min(periods.len())];
        let mut voiced: Vec<f64> = around.iter().copied().flatten().collect();
        if periods[index].is_none() || voiced.len() * 2 <= around.len() {
            return None;
        }
        voiced.sort_by(f64::total_cmp);
        Some(voiced[voiced.len() / 2])
    };
    (0..periods.len()).map(at).collect()
}

#[cfg(test)]
mod tests;
