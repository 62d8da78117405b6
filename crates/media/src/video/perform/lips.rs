//! What the mouth does in each frame: how far it opens follows the loudness, its shape the letter that is being said.
//! Called by `acting`; knows letters and loudness, no pictures.

use super::curve::{averaged, followed, second_of};
use super::voice::Voice;
use super::words::CharacterTime;

/// One frame of a mouth.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Lips {
    /// 0 closed to 1 wide open.
    pub open: f32,
    /// Lips drawn together as for "oo", 0 to 1.
    pub round: f32,
    /// Lips drawn apart as for "ee", 0 to 1.
    pub wide: f32,
}

/// A class of sounds that look alike: how far the mouth may open, and its shape.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Viseme {
    open: f32,
    round: f32,
    wide: f32,
}

/// Lips are seen to move a little before the sound is heard, in seconds.
const LEAD_S: f64 = 0.035;

/// The mouth's opening at the loudest moments.
const WIDEST: f32 = 1.0;

const CLOSED: Viseme = Viseme { open: 0.0, round: 0.0, wide: 0.0 };

/// What stands in for a letter that nothing is known about.
const MUMBLED: Viseme = Viseme { open: 0.7, round: 0.15, wide: 0.15 };

impl Viseme {
    const fn new(open: f32, round: f32, wide: f32) -> Viseme {
        Viseme { open, round, wide }
    }

    /// By the letter as an English reader would say it; other scripts by their Latin spelling.
    fn of(letter: char) -> Viseme {
        let folded = deunicode::deunicode_char(letter).and_then(|latin| latin.chars().next());
        match folded.map(|letter| letter.to_ascii_lowercase()) {
            Some('m' | 'b' | 'p') => CLOSED,
            Some('f' | 'v') => Viseme::new(0.16, 0.0, 0.2),
            Some('a') => Viseme::new(1.0, 0.0, 0.15),
            Some('e') => Viseme::new(0.76, 0.0, 0.5),
            Some('i' | 'y') => Viseme::new(0.54, 0.0, 0.85),
            Some('o') => Viseme::new(0.85, 0.75, 0.0),
            Some('u') => Viseme::new(0.5, 0.9, 0.0),
            Some('w' | 'q') => Viseme::new(0.28, 1.0, 0.0),
            Some('r') => Viseme::new(0.42, 0.45, 0.0),
            Some('s' | 'z' | 'c' | 'j' | 'x') => Viseme::new(0.26, 0.1, 0.5),
            Some('t' | 'd' | 'n' | 'l') => Viseme::new(0.42, 0.0, 0.25),
            Some('k' | 'g' | 'h') => Viseme::new(0.55, 0.0, 0.1),
            _ => MUMBLED,
        }
    }
}

/// The mouth in each of `frames` frames. Without characters it follows the loudness alone.
pub fn lips(frames: usize, voice: &Voice, characters: &[CharacterTime]) -> Vec<Lips> {
    let mut opens = Vec::with_capacity(frames);
    let (mut rounds, mut wides) = (Vec::with_capacity(frames), Vec::with_capacity(frames));
    let mut closures = Vec::with_capacity(frames);
    for frame in 0..frames {
        let second = second_of(frame) + LEAD_S;
        let level = voice.level_at(second).max(voice.level_at(second - 0.012));
        let viseme = said_at(characters, second);
        opens.push(level.powf(0.5) * viseme.open);
        let speaks = level.sqrt();
        rounds.push(viseme.round * speaks);
        wides.push(viseme.wide * speaks);
        closures.push(closure(characters, second));
    }
    let opens = followed(&opens, 0.78, 0.42);
    let (rounds, wides) = (averaged(&rounds, 1), averaged(&wides, 1));
    let shape = |frame: usize| {
        let open = opens[frame] * WIDEST * (1.0 - closures[frame]);
        // A release dies out below what an eye sees as open.
        Lips { open: if open < 0.025 { 0.0 } else { open }, round: rounds[frame], wide: wides[frame] }
    };
    (0..frames).map(shape).collect()
}

/// The shape at a moment: of the letter being said, blended with the next one towards its end.
fn said_at(characters: &[CharacterTime], second: f64) -> Viseme {
    let Some(index) = characters.partition_point(|time| time.start_s <= second).checked_sub(1) else { return MUMBLED };
    let time = characters[index];
    let here = Viseme::of(time.character);
    if !time.character.is_alphanumeric() || here == CLOSED {
        return MUMBLED;
    }
    let next = characters.get(index + 1).filter(|next| next.character.is_alphanumeric());
    let length = (time.end_s - time.start_s).max(1e-3);
    let into = (((second - time.start_s) / length - 0.5) * 2.0).clamp(0.0, 1.0) as f32 * 0.5;
    let next = next.map_or(here, |next| Viseme::of(next.character));
    let blend = |here: f32, next: f32| here + (next - here) * into;
    if next == CLOSED {
        return here;
    }
    Viseme {
        open: blend(here.open, next.open),
        round: blend(here.round, next.round),
        wide: blend(here.wide, next.wide),
    }
}

/// How shut the lips are for an m, b or p around a moment: one frame either way is enough to be seen.
fn closure(characters: &[CharacterTime], second: f64) -> f32 {
    const EITHER_WAY_S: f64 = 1.0 / 60.0;
    let from = characters.partition_point(|time| time.end_s < second - EITHER_WAY_S);
    let near = characters[from..].iter().take_while(|time| time.start_s <= second + EITHER_WAY_S);
    let shut = |time: &&CharacterTime| time.character.is_alphabetic() && Viseme::of(time.character) == CLOSED;
    near.filter(shut).map(|time| shutness(time, second)).fold(0.0, f32::max)
}

fn shutness(time: &CharacterTime, second: f64) -> f32 {
    let outside = (time.start_s - second).max(second - time.end_s).max(0.0);
    (1.0 - outside * 45.0).clamp(0.0, 1.0) as f32 * 0.95
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::video::perform::voice::tests::buzz;

    fn said(text: &str) -> Vec<CharacterTime> {
        let each = 0.2;
        let time = |(at, character): (usize, char)| {
            let start_s = 0.5 + each * at as f64;
            CharacterTime { character, start_s, end_s: start_s + each }
        };
        text.chars().enumerate().map(time).collect()
    }

    fn steady() -> Voice {
        Voice::new(&buzz(3.0, |second| if (0.5..2.5).contains(&second) { 1.0 } else { 0.0 }))
    }

    /// The frame in the middle of the letter at this place of `said`.
    fn frame_of(place: usize) -> usize {
        ((0.6 + 0.2 * place as f64 - LEAD_S) * 30.0) as usize
    }

    #[test]
    fn a_silence_keeps_the_mouth_closed() {
        for characters in [said("papa"), Vec::new()] {
            let lips = lips(90, &steady(), &characters);
            assert!(lips[..12].iter().all(|lips| lips.open == 0.0));
            assert!(lips[86..].iter().all(|lips| lips.open == 0.0), "{:?}", &lips[80..]);
        }
        assert!(lips(30, &Voice::default(), &said("aaaa")).iter().all(|lips| lips.open == 0.0));
    }

    #[test]
    fn the_mouth_opens_with_the_loudness() {
        let rising = Voice::new(&buzz(3.0, |second| second as f32 / 3.0));
        let lips = lips(90, &rising, &[]);
        let early: f32 = lips[20..30].iter().map(|lips| lips.open).sum();
        let late: f32 = lips[75..85].iter().map(|lips| lips.open).sum();
        assert!(late > 1.4 * early, "{early} {late}");
    }

    #[test]
    fn letters_shape_the_mouth() {
        let lips = lips(90, &steady(), &said("aoibw"));
        let [a, o, i, b, w] = [0, 1, 2, 3, 4].map(|place| lips[frame_of(place)]);
        assert!(a.open > o.open && o.open > i.open && i.open > w.open, "{a:?} {o:?} {i:?} {w:?}");
        assert!(b.open < 0.1, "{b:?}");
        assert!(o.round > 0.5 && w.round > o.round && a.round < 0.2);
        assert!(i.wide > 0.6 && i.wide > a.wide);
    }

    #[test]
    fn letters_of_other_scripts_have_shapes_too() {
        for (letter, like) in [('м', 'm'), ('ш', 's'), ('о', 'o'), ('ä', 'a'), ('π', 'p'), ('Î', 'i')] {
            assert_eq!(Viseme::of(letter), Viseme::of(like), "{letter}");
        }
    }

    #[test]
    fn the_mouth_never_jumps_from_wide_open_to_closed_within_a_frame() {
        let chatter = Voice::new(&buzz(3.0, |second| if (second * 9.0) as i32 % 2 == 0 { 1.0 } else { 0.0 }));
        let lips = lips(90, &chatter, &[]);
        assert!(lips.windows(2).all(|two| two[0].open - two[1].open < 0.5));
    }
}
