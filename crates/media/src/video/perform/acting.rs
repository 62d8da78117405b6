//! How a baby acts: one pose a frame for the one who speaks and for the one who listens. A tone gives the face,
//! the voice moves it: mouth, brows on stressed words, nods, a lean towards the viewer; blinks, glances, breath and sway
//! go on by themselves, by chance from the baby's looks, so that the same scene is always the same. Called by `panel`
//! for a drawn baby and by `talking` for a photo; knows poses, no pixels.

use baby::Pose;
use domain::Tone;

use super::curve::{Chance, averaged, bump, eased, followed, second_of};
use super::lips::Lips;
use super::voice::Voice;
use crate::video::frame::FPS;

/// What a baby does in a scene.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Part {
    Speaks,
    /// Listens to a baby that sits on the viewer's left (−1) or right (1).
    Listens {
        towards: f32,
    },
}

/// The rhythm of a scene's voice, in frames, shared by all who act in it.
pub struct Rhythm {
    lips: Vec<Lips>,
    /// 1 while somebody speaks, with a soft beginning before the first sound and a soft end.
    speaking: Vec<f32>,
    /// Stressed syllables, 0 to 1, and the same with the sluggishness of a head.
    stress: Vec<f32>,
    beat: Vec<f32>,
    level: Vec<f32>,
    /// Frames at which a phrase ends.
    phrase_ends: Vec<usize>,
}

impl Rhythm {
    pub fn new(voice: &Voice, lips: Vec<Lips>) -> Rhythm {
        let frames = lips.len();
        let levels: Vec<f32> = (0..frames).map(|frame| voice.level_at(second_of(frame))).collect();
        let heard: Vec<f32> = levels.iter().map(|&level| f32::from(level > 0.05)).collect();
        let near = averaged(&heard, 7);
        let speaks: Vec<f32> = near.iter().map(|&share| eased(0.0, 0.3, share)).collect();
        let (fast, slow) = (averaged(&levels, 2), averaged(&levels, 14));
        let stress: Vec<f32> =
            fast.iter().zip(&slow).map(|(fast, slow)| ((fast - slow) * 3.4).clamp(0.0, 1.0)).collect();
        let phrase_ends = (1..frames).filter(|&frame| near[frame - 1] > 0.12 && near[frame] <= 0.12).collect();
        Rhythm {
            speaking: averaged(&followed(&speaks, 0.22, 0.1), 2),
            beat: averaged(&followed(&stress, 0.45, 0.16), 1),
            stress: averaged(&followed(&stress, 0.5, 0.12), 1),
            level: averaged(&followed(&levels, 0.5, 0.2), 1),
            phrase_ends,
            lips,
        }
    }

    pub fn frames(&self) -> usize {
        self.lips.len()
    }

    /// The mouth of who speaks.
    pub fn lips(&self, frame: usize) -> Lips {
        self.lips[frame]
    }
}

/// The poses of one baby over a scene. `grain` is a number of its looks.
pub fn act(grain: u64, tone: Tone, part: Part, rhythm: &Rhythm, scene: u64) -> Vec<Pose> {
    let chance = Chance(grain ^ scene);
    let lids = blinks(rhythm, chance.of("blink"), part);
    let glances = glances(rhythm.frames(), chance.of("glance"));
    let pose = |frame: usize| {
        let own = match part {
            Part::Speaks => speaking(tone, frame, rhythm, chance),
            Part::Listens { towards } => listening(tone, towards, frame, rhythm, chance),
        };
        let still = (1.0 - own.lid).max(0.0);
        let reach = if part == Part::Speaks { 1.0 } else { 0.7 };
        Pose {
            lid: own.lid + still * lids[frame],
            look: (own.look.0 + glances[frame].0 * reach, own.look.1 + glances[frame].1 * reach + 7.0 * lids[frame]),
            brow_lift: own.brow_lift - 4.0 * lids[frame],
            ..own
        }
        .within_range()
    };
    (0..rhythm.frames()).map(pose).collect()
}

/// Breath in and out, deeper while silent. It moves in every other frame: nobody sees a breath in steps of a fifteenth
/// of a second, and a breath is the only thing that moves the body's many pixels.
fn breath(frame: usize, chance: Chance, speaking: f32) -> f32 {
    let second = second_of(frame & !1);
    let start = f64::from(chance.of("breath").at(0));
    let wave = 0.5 - 0.5 * (std::f64::consts::TAU * (second / 3.7 + start)).cos() as f32;
    wave * (1.0 - 0.4 * speaking) + 0.15 * speaking
}

fn speaking(tone: Tone, frame: usize, rhythm: &Rhythm, chance: Chance) -> Pose {
    let face = Pose::for_tone(tone);
    let second = second_of(frame);
    let sway = |name: &str, period: f64| chance.of(name).drift(second, period);
    let (lips, speaks) = (rhythm.lips[frame], rhythm.speaking[frame]);
    let (stress, beat, level) = (rhythm.stress[frame], rhythm.beat[frame], rhythm.level[frame]);
    // A sleepy baby moves less, an energetic one more.
    let vigour = match tone {
        Tone::Energetic => 1.6,
        Tone::Sleepy => 0.65,
        Tone::Serious => 0.85,
        _ => 1.2,
    };
    // While the lips are drawn together the corners come in; while they are apart the smile widens.
    // Even a thoughtful baby enjoys a podcast.
    let cheer = if face.smile >= 0.0 { 0.18 } else { 0.0 };
    let smile = (face.smile + cheer) * (1.0 - 0.2 * lips.open - 0.35 * lips.round) + 0.34 * lips.wide;
    Pose {
        tilt: face.tilt * (0.9 - 0.25 * speaks)
            + vigour * (2.2 * sway("tilt", 1.9) * (0.5 + 0.7 * speaks) + 2.6 * beat * sway("side", 0.9)),
        turn: face.turn * (1.0 - 0.45 * speaks) + vigour * 0.16 * sway("turn", 1.5),
        nod: face.nod * 0.8 + vigour * (0.1 * sway("nod", 1.3) - 0.34 * beat + 0.1 * speaks),
        bob: (
            vigour * (6.0 * sway("across", 2.3) + 3.0 * beat * sway("side", 0.9)),
            vigour * (8.0 * beat - 9.0 * level * speaks + 3.0 * sway("down", 1.7)),
        ),
        breath: breath(frame, chance, rhythm.speaking[frame & !1]),
        brow_slope: face.brow_slope + 3.0 * stress,
        brow_lift: face.brow_lift * 0.85 + vigour * (17.0 * stress + 3.0 * speaks),
        eye_height: face.eye_height + 0.05 * stress,
        look: (face.look.0 * (1.0 - 0.75 * speaks), face.look.1 * (1.0 - 0.75 * speaks)),
        open: lips.open,
        smile,
        // A tone that purses its lips does so only as far as the letters leave them free.
        round: (face.round * 0.25 * (1.0 - lips.wide) + lips.round).min(1.0) * eased(0.0, 0.12, lips.open.max(0.04)),
        side_smile: face.side_smile * (1.0 - 0.55 * speaks),
        lean: 0.8 * speaks + 0.2 * stress,
        ..face
    }
}

fn listening(tone: Tone, towards: f32, frame: usize, rhythm: &Rhythm, chance: Chance) -> Pose {
    let face = Pose::for_tone(tone);
    let second = second_of(frame);
    let sway = |name: &str, period: f64| chance.of(name).drift(second, period);
    // What is heard takes a moment to show.
    let heard = frame.saturating_sub(8);
    let (stress, speaks) = (rhythm.stress[heard], rhythm.speaking[heard]);
    let nod = nods(frame, rhythm, chance.of("nods"));
    let delight = phrase_delight(frame, rhythm);
    let own = |resting: f32, of_tone: f32| resting + (of_tone - resting) * 0.5;
    let rest = Pose::REST;
    Pose {
        tilt: own(0.0, face.tilt) + 4.5 * towards + 1.8 * sway("tilt", 2.9),
        turn: 0.5 * towards + 0.1 * sway("turn", 2.3),
        nod: 0.12 - 0.55 * nod + 0.08 * sway("nod", 2.1) + 0.12 * delight,
        bob: (4.0 * sway("across", 3.1) + 5.0 * towards * speaks, 7.0 * nod + 2.0 * sway("down", 2.2)),
        breath: breath(frame, chance, 0.0),
        brow_slope: own(rest.brow_slope, face.brow_slope),
        brow_lift: own(rest.brow_lift, face.brow_lift) + 9.0 * stress + 10.0 * delight,
        brow_asymmetry: face.brow_asymmetry * 0.6,
        eye_height: own(rest.eye_height, face.eye_height) + 0.05 * delight,
        lid: face.lid * 0.75,
        squint: own(rest.squint, face.squint) + 0.2 * delight,
        look: (15.0 * towards, 1.0),
        open: 0.0,
        smile: own(rest.smile, face.smile) + 0.12 + 0.35 * delight,
        round: 0.0,
        side_smile: face.side_smile * 0.5,
        blush: own(rest.blush, face.blush),
        lean: 0.1 + 0.25 * speaks,
    }
}

/// Nods of a listener: single and double, every few seconds and most often when a phrase has ended.
fn nods(frame: usize, rhythm: &Rhythm, chance: Chance) -> f32 {
    const SLOT_S: f32 = 2.6;
    let second = second_of(frame) as f32;
    let slot = (second / SLOT_S).floor() as i64;
    let by_itself = |slot: i64| {
        if slot < 0 || chance.at(2 * slot) > 0.7 {
            return 0.0;
        }
        let since = second - (slot as f32 + 0.6 * chance.at(2 * slot + 1)) * SLOT_S;
        bump(since, 0.5) + if chance.at(5 * slot + 3) < 0.45 { 0.7 * bump(since - 0.45, 0.45) } else { 0.0 }
    };
    let after_phrase = rhythm.phrase_ends.iter().map(|&end| bump(second - second_of(end) as f32 - 0.1, 0.55));
    after_phrase.fold(by_itself(slot).max(by_itself(slot - 1)), f32::max).min(1.0)
}

/// A listener's face lights up when a phrase ends.
fn phrase_delight(frame: usize, rhythm: &Rhythm) -> f32 {
    let since = |end: &usize| bump(second_of(frame) as f32 - second_of(*end) as f32 + 0.1, 1.4);
    rhythm.phrase_ends.iter().map(since).fold(0.0, f32::max)
}

/// The lids of a blink, frame by frame: shut in two frames, open in four.
const BLINK: [f32; 7] = [0.45, 1.0, 1.0, 0.72, 0.42, 0.18, 0.05];

/// How far the lids are shut in each frame. People blink every two to six seconds, sometimes twice, and when they have
/// finished a phrase.
fn blinks(rhythm: &Rhythm, chance: Chance, part: Part) -> Vec<f32> {
    let frames = rhythm.frames();
    let mut lids = vec![0.0_f32; frames];
    let mut blink = |start: usize| {
        for (lid, &shut) in lids.iter_mut().skip(start).zip(&BLINK) {
            *lid = lid.max(shut);
        }
    };
    if part == Part::Speaks {
        rhythm.phrase_ends.iter().for_each(|&end| blink(end));
    }
    // A blink of its own does not run into one that ends a phrase.
    let is_free = |start: usize| part != Part::Speaks || rhythm.phrase_ends.iter().all(|end| end.abs_diff(start) > 15);
    let second = FPS as f32;
    let mut next = (chance.between(0, 0.5, 2.2) * second) as usize;
    let mut count = 1;
    while next < frames {
        if is_free(next) {
            blink(next);
            if chance.at(-count) < 0.16 {
                blink(next + 9);
            }
        }
        // Mostly short pauses, now and then a long one.
        let pause = 1.5 + 4.2 * chance.at(count).powf(1.4);
        next += (pause * second) as usize;
        count += 1;
    }
    lids
}

/// Small jumps of the eyes, as living eyes make them: still for a second or so, then elsewhere within two frames.
fn glances(frames: usize, chance: Chance) -> Vec<(f32, f32)> {
    let mut glances = Vec::with_capacity(frames);
    let (mut from, mut to) = ((0.0, 0.0), (0.0, 0.0));
    let (mut since, mut until, mut count) = (0_usize, 12_usize, 0_i64);
    for _ in 0..frames {
        if since >= until {
            from = to;
            let far = if chance.at(7 * count + 1) < 0.2 { 9.0 } else { 3.2 };
            to = (far * chance.between(7 * count + 2, -1.0, 1.0), 0.6 * far * chance.between(7 * count + 3, -1.0, 1.0));
            until = (chance.between(7 * count + 4, 0.5, 1.9) * FPS as f32) as usize;
            since = 0;
            count += 1;
        }
        since += 1;
        let gone = eased(0.0, 3.0, since as f32);
        glances.push((from.0 + (to.0 - from.0) * gone, from.1 + (to.1 - from.1) * gone));
    }
    glances
}

#[cfg(test)]
mod tests {
    use baby::Look;

    use super::*;
    use crate::video::perform::lips::lips;
    use crate::video::perform::voice::tests::buzz;

    /// Ten seconds: two phrases with a pause from 4 to 5.5, silence after 9.
    fn rhythm() -> Rhythm {
        let loud = |second: f64| {
            let speaks = (0.5..4.0).contains(&second) || (5.5..9.0).contains(&second);
            if speaks { 0.4 + 0.6 * (second * 9.0).sin().abs() as f32 } else { 0.0 }
        };
        let voice = Voice::new(&buzz(10.0, loud));
        let lips = lips(300, &voice, &[]);
        Rhythm::new(&voice, lips)
    }

    fn look(seed: u8) -> Look {
        Look::new([seed; 32], "")
    }

    #[test]
    fn the_same_scene_is_acted_the_same() {
        let rhythm = rhythm();
        let act = |seed, scene| act(look(seed).grain, Tone::Warm, Part::Speaks, &rhythm, scene);
        assert_eq!(act(1, 1), act(1, 1));
        assert_ne!(act(1, 1), act(2, 1));
        assert_ne!(act(1, 1), act(1, 2));
    }

    #[test]
    fn nothing_pops_from_frame_to_frame() {
        let rhythm = rhythm();
        for tone in Tone::ALL {
            for part in [Part::Speaks, Part::Listens { towards: 1.0 }] {
                let poses = act(look(4).grain, tone, part, &rhythm, 3);
                for (frame, two) in poses.windows(2).enumerate() {
                    let (one, other) = (two[0], two[1]);
                    assert!((one.tilt - other.tilt).abs() < 1.6, "{tone:?} tilts at {frame}");
                    assert!((one.bob.1 - other.bob.1).abs() < 6.0, "{tone:?} jumps at {frame}");
                    assert!((one.nod - other.nod).abs() < 0.2, "{tone:?} nods at {frame}");
                    assert!((one.lean - other.lean).abs() < 0.2, "{tone:?} leans at {frame}");
                    assert!((one.brow_lift - other.brow_lift).abs() < 9.0, "{tone:?} lifts its brows at {frame}");
                }
            }
        }
    }

    #[test]
    fn who_speaks_leans_in_and_moves_the_mouth_and_who_listens_does_not() {
        let rhythm = rhythm();
        let speaker = act(look(1).grain, Tone::Curious, Part::Speaks, &rhythm, 1);
        let listener = act(look(2).grain, Tone::Energetic, Part::Listens { towards: -1.0 }, &rhythm, 1);
        assert!(speaker[60].lean > speaker[2].lean + 0.4);
        assert!(speaker[15..120].iter().any(|pose| pose.open > 0.4));
        assert!(listener.iter().all(|pose| pose.open == 0.0));
        assert!(listener.iter().all(|pose| pose.turn < -0.2), "a listener faces who speaks");
        let deepest = listener.iter().map(|pose| pose.nod).fold(f32::INFINITY, f32::min);
        assert!(deepest < -0.2, "a listener nods: {deepest}");
    }

    #[test]
    fn a_pause_in_the_voice_closes_the_mouth_of_every_tone() {
        let rhythm = rhythm();
        for tone in Tone::ALL {
            let poses = act(look(3).grain, tone, Part::Speaks, &rhythm, 1);
            assert!(poses[130..160].iter().all(|pose| pose.open == 0.0), "{tone:?}");
        }
    }

    #[test]
    fn blinks_come_at_uneven_intervals() {
        let voice = Voice::default();
        let rhythm = Rhythm::new(&voice, lips(1_800, &voice, &[]));
        for seed in 0..8 {
            let lids = blinks(&rhythm, Chance(seed), Part::Speaks);
            let shut: Vec<usize> = (1..lids.len()).filter(|&at| lids[at] >= 1.0 && lids[at - 1] < 1.0).collect();
            assert!((10..40).contains(&shut.len()), "{} blinks a minute", shut.len());
            let gaps: Vec<usize> = shut.windows(2).map(|two| two[1] - two[0]).collect();
            let (least, most) = (gaps.iter().min().unwrap(), gaps.iter().max().unwrap());
            assert!(most > &(least * 2), "{gaps:?}");
        }
    }
}
