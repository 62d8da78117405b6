//! People who laugh, sigh, murmur and clap: many of them, each with a head of its own. A voice is pulses of the vocal folds
//! through the resonances of a mouth (Klatt 1980). Called by `effects` only.

use super::synth::{Band, Chance, RATE, Resonator, Track, decay, samples, swell};

/// Resonances of a grown man's mouth that says a vowel, in Hz.
type Vowel = [f32; 4];

const AH: Vowel = [760.0, 1_220.0, 2_550.0, 3_500.0];
const EH: Vowel = [580.0, 1_650.0, 2_500.0, 3_500.0];
const UH: Vowel = [600.0, 1_150.0, 2_450.0, 3_400.0];
const AW: Vowel = [620.0, 930.0, 2_450.0, 3_300.0];
const OO: Vowel = [380.0, 850.0, 2_300.0, 3_250.0];
const EE: Vowel = [320.0, 2_150.0, 2_850.0, 3_600.0];

const WIDTHS: [f32; 4] = [90.0, 110.0, 160.0, 250.0];

/// Somebody in the audience.
struct Person {
    /// Of the voice, in Hz.
    pitch: f32,
    /// How many times smaller the head is than a grown man's.
    head: f32,
    /// The share of breath in the voice.
    breath: f32,
    /// How near they sit.
    near: f32,
    chance: Chance,
}

impl Person {
    fn new(seed: u32) -> Self {
        let mut chance = Chance::new(seed.wrapping_mul(7_919).wrapping_add(17));
        let (pitch, head) = match seed % 5 {
            0 | 2 => (chance.between(115.0, 165.0), chance.between(0.96, 1.06)),
            1 | 3 => (chance.between(195.0, 255.0), chance.between(1.12, 1.22)),
            _ => (chance.between(250.0, 310.0), chance.between(1.25, 1.4)),
        };
        let (breath, near) = (chance.between(0.15, 0.5), chance.between(0.35, 1.0).powi(2));
        Self { pitch, head, breath, near, chance }
    }

    /// Sounds into the track: at each moment in seconds since `at`, how loud the folds and the breath are, the pitch as a
    /// multiple of one's own, and the vowel.
    fn voice(&mut self, track: &mut Track, at: f32, seconds: f32, moment: impl Fn(f32) -> Moment) {
        /// Samples for which a mouth stands still.
        const STILL: usize = 48;
        let mut mouth = [Resonator::default(); 4];
        let (mut phase, mut now) = (0.0_f32, moment(0.0));
        let mut index = 0;
        let mut jitter = 1.0;
        track.add(at, seconds, |time| {
            if index % STILL == 0 {
                now = moment(time);
                for ((resonator, hertz), width) in mouth.iter_mut().zip(now.vowel).zip(WIDTHS) {
                    resonator.tune(hertz * self.head, width * self.head);
                }
            }
            index += 1;
            phase += self.pitch * now.pitch * jitter / RATE as f32;
            if phase >= 1.0 {
                phase -= 1.0;
                jitter = 1.0 + 0.012 * self.chance.noise();
            }
            let breath = self.chance.noise() * 0.18 * now.breath.max(now.folds * self.breath);
            let source = now.folds * pulse(phase) + breath;
            self.near * mouth.iter_mut().fold(source, |sound, resonator| resonator.next(sound))
        });
    }
}

/// What a voice does at a moment.
struct Moment {
    folds: f32,
    breath: f32,
    pitch: f32,
    vowel: Vowel,
}

/// How the flow of air through the folds changes within one period: it opens slowly and closes at once.
fn pulse(phase: f32) -> f32 {
    const OPEN: f32 = 0.6;
    if phase >= OPEN {
        return 0.0;
    }
    let open = phase / OPEN;
    6.75 * (2.0 * open - 3.0 * open * open) * 0.3
}

fn blend(from: Vowel, to: Vowel, share: f32) -> Vowel {
    std::array::from_fn(|index| from[index] + (to[index] - from[index]) * share.clamp(0.0, 1.0))
}

/// An audience that laughs: it begins together, and one after the other stops.
pub fn laughter(seconds: f32) -> Track {
    let mut track = Track::of(seconds);
    for seed in 0..36 {
        laughs(&mut track, seed, seconds);
    }
    track.brighter(3.0).in_room(0.3, 0.7).fading_out(0.5)
}

/// One of them, without the room.
#[cfg(test)]
pub fn alone() -> Track {
    let mut track = Track::of(2.5);
    laughs(&mut track, 6, 2.5);
    track
}

fn laughs(track: &mut Track, seed: u32, seconds: f32) {
    let mut person = Person::new(seed);
    let begins = 0.28 * person.chance.between(0.0, 1.0).powi(2);
    // Laughter comes in notes, four to six a second, and falls (Bachorowski, Smoski and Owren 2001).
    let period = person.chance.between(0.165, 0.235);
    let lasts = person.chance.between(0.45, 1.0) * (seconds - 0.5);
    let high = person.chance.between(1.5, 2.1);
    let vowel = match seed % 4 {
        0 | 1 => AH,
        2 => EH,
        _ => UH,
    };
    person.voice(track, begins, (seconds - begins).min(lasts + 0.3), move |time| {
        let note = time / period;
        let within = note.fract();
        let course = (time / lasts).min(1.0);
        let loudness = (1.0 - course).powf(0.7) * (0.55 + 0.45 * (note / 1.5).min(1.0));
        // Each note begins with a breath: "ha".
        let folds = if within < 0.22 { 0.0 } else { swell((within - 0.22) / 0.66) };
        let breath = 0.9 * swell(within / 0.5) + 0.1;
        let pitch = high * (1.0 - 0.35 * course) * (1.06 - 0.12 * within);
        Moment { folds: folds * loudness, breath: breath * loudness * 0.5, pitch, vowel }
    });
}

/// An audience that is touched: "aww", higher first, and then down.
pub fn aww(seconds: f32) -> Track {
    let mut track = Track::of(seconds);
    for seed in 100..128 {
        let mut person = Person::new(seed);
        let begins = person.chance.between(0.0, 0.16);
        let lasts = (seconds - 0.45) * person.chance.between(0.75, 1.0);
        let (high, shake) = (person.chance.between(1.15, 1.4), person.chance.between(4.5, 6.0));
        person.voice(&mut track, begins, (seconds - begins).min(lasts), move |time| {
            let course = time / lasts;
            let loudness = swell((0.12 + course * 0.88).powf(0.62)).sqrt();
            let rise = swell((course * 1.4).min(0.5));
            let pitch = (0.86 + (high - 0.86) * (1.0 - course).powf(0.8))
                * (0.97 + 0.05 * rise)
                * (1.0 + 0.012 * (std::f32::consts::TAU * shake * time).sin());
            Moment { folds: loudness, breath: 0.2 * loudness, pitch, vowel: blend(AW, OO, (course - 0.35) * 1.3) }
        });
    }
    track.brighter(3.0).in_room(0.35, 0.8).fading_out(0.4)
}

/// A room full of people who talk, none of whom can be understood.
pub fn murmur(seconds: f32) -> Track {
    let mut track = Track::of(seconds);
    for seed in 200..226 {
        let mut person = Person::new(seed);
        let mut at = person.chance.between(0.0, 0.5);
        while at < seconds {
            let lasts = person.chance.between(0.11, 0.24);
            let vowels = [AH, EH, UH, AW, OO, EE];
            let mut vowel = || vowels[(person.chance.between(0.0, 5.99)) as usize];
            let (from, to) = (vowel(), vowel());
            let (loud, pitch) = (person.chance.between(0.3, 1.0), person.chance.between(0.85, 1.25));
            person.voice(&mut track, at, lasts, move |time| {
                let course = time / lasts;
                let folds = loud * swell(course).sqrt();
                Moment {
                    folds,
                    breath: 0.15 * loud,
                    pitch: pitch * (1.05 - 0.1 * course),
                    vowel: blend(from, to, course),
                }
            });
            let pauses = person.chance.between(0.0, 1.0) > 0.85;
            at += lasts + if pauses { person.chance.between(0.3, 0.9) } else { person.chance.between(0.01, 0.07) };
        }
    }
    let mut track = track.brighter(1.5).in_room(0.5, 0.9).fading_out(0.8);
    let rise = samples(0.4);
    for (index, sample) in track.0.iter_mut().take(rise).enumerate() {
        *sample *= index as f32 / rise as f32;
    }
    track
}

/// An audience that claps.
pub fn applause(seconds: f32) -> Track {
    let mut track = Track::of(seconds);
    for seed in 300..348 {
        let mut chance = Chance::new(seed);
        let period = chance.between(0.17, 0.29);
        let near = chance.between(0.3, 1.0);
        let (hollow, quality) = (chance.between(750.0, 2_300.0), chance.between(1.2, 2.6));
        let (begins, ends) = (chance.between(0.0, 0.45), seconds - chance.between(0.1, 1.0));
        let mut at = begins;
        while at < ends {
            let mut palm = Band::new(hollow * chance.between(0.9, 1.1), quality);
            let mut skin = Band::new(hollow * 3.1, 0.8);
            let loud = near * chance.between(0.6, 1.0) * ((ends - at) / 0.8).min(1.0);
            let mut noise = chance.clone();
            track.add(at, 0.03, |time| {
                let struck = noise.noise() * (time * 4_000.0).min(1.0);
                loud * (palm.next(struck) * decay(time, 0.032) * 2.0 + 0.5 * skin.next(struck) * decay(time, 0.012))
            });
            at += period * chance.between(0.88, 1.12);
        }
    }
    track.in_room(0.4, 0.8).fading_out(0.4)
}
