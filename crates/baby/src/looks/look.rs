//! What a baby looks like: drawn from a seed inside hand-made palettes, steered by the words of a profile's
//! `appearance`. Called by front ends to build a `Look`; knows nothing of pixels or poses.

use sha2::{Digest, Sha256};

use crate::looks::wardrobe::{
    Extras, Glasses, GlassesShape, HairStyle, HeadphoneTrim, Headwear, HeadwearKind, Mark, Outfit, Pattern, Teeth, Toy,
};
use crate::looks::words::{self, Asked, Wishes};
use crate::paint::palette::{self, Hair, Iris, Rgb, SCHEMES, SKINS, Scheme, Skin};

/// The proportions of a head; 0 is the middle of each, ±1 its ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Build {
    /// Narrow to broad cheeks.
    pub cheeks: f32,
    /// Round to long.
    pub length: f32,
    /// Narrow to broad forehead.
    pub brow: f32,
    /// Small to large eyes.
    pub eyes: f32,
    /// Eyes close together to wide apart.
    pub gap: f32,
    /// Snub to broad nose.
    pub nose: f32,
}

/// Everything about a baby that stays the same from frame to frame.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    pub(crate) skin: Skin,
    pub(crate) build: Build,
    pub(crate) hair: HairStyle,
    pub(crate) hair_colour: Hair,
    pub(crate) eyes: Iris,
    pub(crate) long_lashes: bool,
    pub(crate) marks: Vec<Mark>,
    pub(crate) teeth: Teeth,
    pub(crate) glasses: Option<Glasses>,
    /// One on each side, where the hair is gathered.
    pub(crate) hair_bows: Option<Rgb>,
    pub(crate) headwear: Option<Headwear>,
    pub(crate) outfit: Outfit,
    pub(crate) pattern: Pattern,
    pub(crate) scheme: Scheme,
    /// The shirt under dungarees, a waistcoat or a cardigan.
    pub(crate) shirt: Rgb,
    pub(crate) extras: Extras,
    pub(crate) headphones: HeadphoneTrim,
    pub(crate) toy: Toy,
    /// `None` is the toy's own.
    pub(crate) toy_colour: Option<Rgb>,
    /// Scatters lights, folds and strands.
    pub grain: u64,
}

impl Look {
    /// The baby of this seed, with what `appearance` asks for in place of what the seed would have picked.
    pub fn new(seed: [u8; 32], appearance: &str) -> Look {
        Self::dressed(seed, seed, appearance)
    }

    /// The same person in other things: face and hair are of `person`, clothes, colours, headphones and toy of `wardrobe`.
    pub fn dressed(person: [u8; 32], wardrobe: [u8; 32], appearance: &str) -> Look {
        let wishes = words::read(appearance).wishes;
        let (draw, wear) = (Draw { seed: person }, Draw { seed: wardrobe });
        let by_chance = || *draw.pick("skin", &[0, 1, 1, 2, 2, 3, 3, 4, 5, 6]);
        let skin_index = wishes.skin.unwrap_or_else(by_chance).min(SKINS.len() - 1);
        let scheme = scheme(&wear, &wishes);
        let hair = wishes.hair.unwrap_or_else(|| hair_style(&draw, skin_index));
        let headwear = headwear(&wear, &wishes, hair, &scheme);
        Look {
            skin: SKINS[skin_index],
            build: Build {
                cheeks: if wishes.chubby { 1.6 } else { draw.spread("cheeks") },
                length: draw.spread("length"),
                brow: draw.spread("forehead"),
                eyes: draw.spread("eye size"),
                gap: draw.spread("eye gap"),
                nose: draw.spread("nose"),
            },
            hair,
            hair_colour: wishes
                .hair_colour
                .unwrap_or_else(|| *draw.pick("hair colour", palette::natural_hair(skin_index))),
            eyes: wishes.eyes.unwrap_or_else(|| *draw.pick("eyes", palette::natural_eyes(skin_index))),
            long_lashes: wishes.long_lashes || draw.chance("lashes", 50),
            marks: marks(&draw, &wishes, skin_index),
            teeth: wishes
                .teeth
                .unwrap_or_else(|| *draw.pick("teeth", &[Teeth::Upper, Teeth::Upper, Teeth::Lower, Teeth::None])),
            glasses: glasses(&draw, &wishes, &scheme),
            hair_bows: hair_bows(&wear, &wishes, hair, &scheme),
            headwear,
            outfit: wishes.outfit.unwrap_or_else(|| outfit(&wear, &wishes)),
            pattern: wishes.pattern.unwrap_or_else(|| pattern(&wear, &wishes)),
            scheme,
            shirt: wishes.shirt.unwrap_or_else(|| Rgb::hex(0xff_f8ec).mix(scheme.trim, 0.2)),
            extras: extras(&wishes, &scheme),
            headphones: wishes.headphone_trim.unwrap_or_else(|| headphone_trim(&wear, hair, headwear)),
            toy: wishes.toy.unwrap_or_else(|| *wear.pick("toy", &[Toy::Rattle, Toy::Duck, Toy::Blocks, Toy::Bottle])),
            toy_colour: wishes.toy_colour,
            grain: wear.number("grain"),
        }
    }

    /// The words of `appearance` that the sketch cannot draw, in their order, each once.
    pub fn unknown_words(appearance: &str) -> Vec<String> {
        words::read(appearance).unknown
    }
}

fn marks(draw: &Draw, wishes: &Wishes, skin_index: usize) -> Vec<Mark> {
    let mut marks = wishes.marks.clone();
    if wishes.freckles.unwrap_or_else(|| skin_index < 3 && draw.chance("freckles", 14)) {
        marks.push(Mark::Freckles);
    }
    if !marks.contains(&Mark::Dimples) && draw.chance("dimples", 16) {
        marks.push(Mark::Dimples);
    }
    marks
}

fn glasses(draw: &Draw, wishes: &Wishes, scheme: &Scheme) -> Option<Glasses> {
    use GlassesShape::{CatEye, Round, Square};
    let suited = if wishes.dark_lenses { Rgb::hex(0x2a_2730) } else { Rgb::hex(0x3a_3140) };
    let by_chance = || draw.chance("glasses", 9).then(|| scheme.pad.darker(0.35));
    let frame = if wishes.glasses == Asked::Nothing { by_chance() } else { wishes.glasses.colour_or(suited) }?;
    let shape = wishes.glasses_shape.unwrap_or_else(|| *draw.pick("glasses shape", &[Round, Round, Square, CatEye]));
    Some(Glasses { shape, frame, dark: wishes.dark_lenses })
}

/// Bows suit gathered hair; a hat hides them.
fn hair_bows(draw: &Draw, wishes: &Wishes, hair: HairStyle, scheme: &Scheme) -> Option<Rgb> {
    let gathered = matches!(hair, HairStyle::Bunches | HairStyle::Buns);
    let by_chance = || gathered && wishes.headwear.is_none() && draw.chance("hair bows", 30);
    if wishes.hair_bows == Asked::Nothing {
        return by_chance().then_some(scheme.pad);
    }
    wishes.hair_bows.colour_or(scheme.pad)
}

fn outfit(draw: &Draw, wishes: &Wishes) -> Outfit {
    use Outfit::{Cardigan, Dungarees, Hoodie, Onesie, Romper, Sweater};
    if wishes.tutu.is_with() {
        return Outfit::Leotard;
    }
    *draw.pick("outfit", &[Romper, Onesie, Dungarees, Hoodie, Sweater, Cardigan])
}

fn extras(wishes: &Wishes, scheme: &Scheme) -> Extras {
    Extras {
        bib: wishes.bib.colour_or(Rgb::hex(0xff_fcf6)),
        bow_tie: wishes.bow_tie.colour_or(scheme.pad),
        cape: wishes.cape.colour_or(Rgb::hex(0xe3_4a45)),
        tutu: wishes.tutu.colour_or(scheme.cloth.lighter(0.3)),
        pacifier: wishes.pacifier.colour_or(scheme.pad),
    }
}

fn scheme(draw: &Draw, wishes: &Wishes) -> Scheme {
    // A tutu by itself names the colour of the leotard too.
    let tutu = if let Asked::With(colour) = wishes.tutu { colour } else { None };
    let mut scheme = wishes.cloth.or(tutu).map_or_else(|| *draw.pick("scheme", &SCHEMES), palette::scheme_for_cloth);
    if let Some(trim) = wishes.trim {
        scheme.trim = trim;
    }
    if let Some(shell) = wishes.headphones {
        scheme.shell = shell;
        scheme.pad = wishes.headphone_pad.unwrap_or(if shell.lightness() > 0.55 {
            shell.darker(0.35)
        } else {
            shell.lighter(0.6)
        });
    }
    if let Some(curtain) = wishes.curtain {
        scheme.curtain = curtain.darker(0.4);
        scheme.curtain_deep = curtain.darker(0.85);
        scheme.curtain_lit = curtain;
    }
    scheme
}

/// Hair by chance: every style can meet every skin, but an afro goes with dark, dense hair.
fn hair_style(draw: &Draw, skin_index: usize) -> HairStyle {
    use HairStyle::{Afro, Bald, Bob, Bunches, Buns, Curly, Fountain, Fringe, Mohawk, Sweep, Tuft, Wispy};
    if skin_index >= 4 {
        return *draw.pick("hair", &[Curly, Afro, Buns, Curly, Bunches, Tuft, Afro, Mohawk, Fountain, Sweep]);
    }
    *draw.pick("hair", &[Sweep, Fringe, Bunches, Tuft, Curly, Fountain, Bob, Wispy, Buns, Mohawk, Bald, Sweep])
}

fn headwear(draw: &Draw, wishes: &Wishes, hair: HairStyle, scheme: &Scheme) -> Option<Headwear> {
    if wishes.headwear_colour == Asked::Without {
        return None;
    }
    let by_chance = || match draw.index("headwear", 14) {
        0 => Some(HeadwearKind::Bonnet),
        1 => Some(HeadwearKind::Beanie),
        2 | 3 => Some(HeadwearKind::Bow),
        4 => Some(HeadwearKind::Flower),
        5 if matches!(hair, HairStyle::Bald | HairStyle::Tuft | HairStyle::Wispy) => Some(HeadwearKind::Headband),
        _ => None,
    };
    // A named hair style is meant to be seen: chance does not hide it under a hat.
    let kind =
        wishes.headwear.or_else(|| by_chance().filter(|_| wishes.hair.is_none() && !wishes.hair_bows.is_with()))?;
    let suited = match kind {
        HeadwearKind::Crown => Rgb::hex(0xff_cf4a),
        HeadwearKind::Tiara => Rgb::hex(0xd8_dce8),
        _ => scheme.pad.mix(scheme.cloth, 0.35),
    };
    Some(Headwear { kind, colour: wishes.headwear_colour.colour_or(suited).unwrap_or(suited) })
}

fn pattern(draw: &Draw, wishes: &Wishes) -> Pattern {
    use Pattern::{Checks, Dots, Hearts, Plain, Stars, Stripes};
    // Two named colours ask to be seen together.
    if wishes.trim.is_some() {
        return Pattern::Stripes;
    }
    *draw.pick("pattern", &[Plain, Stripes, Dots, Stars, Plain, Hearts, Checks, Stripes])
}

fn headphone_trim(draw: &Draw, hair: HairStyle, headwear: Option<Headwear>) -> HeadphoneTrim {
    use HeadphoneTrim::{BearEars, CatEars, Heart, Plain, Star};
    // One thing at a time on top of a head.
    let festive = headwear.is_some_and(|wear| wear.kind == HeadwearKind::PartyHat);
    let high = matches!(
        hair,
        HairStyle::Bunches | HairStyle::Buns | HairStyle::Afro | HairStyle::Fountain | HairStyle::Mohawk
    );
    if high || festive {
        return *draw.pick("trim", &[Plain, Star, Heart]);
    }
    *draw.pick("trim", &[Plain, Star, Heart, BearEars, CatEars, Plain])
}

/// Chance by name: each trait has a stream of its own, so a new trait leaves the others of every known seed alone.
struct Draw {
    seed: [u8; 32],
}

impl Draw {
    fn number(&self, name: &str) -> u64 {
        let digest = Sha256::new().chain_update(self.seed).chain_update(name.as_bytes()).finalize();
        digest.iter().take(8).fold(0, |number, &byte| number << 8 | u64::from(byte))
    }

    fn index(&self, name: &str, count: usize) -> usize {
        (self.number(name) % count.max(1) as u64) as usize
    }

    fn pick<'a, T>(&self, name: &str, from: &'a [T]) -> &'a T {
        &from[self.index(name, from.len())]
    }

    fn chance(&self, name: &str, percent: usize) -> bool {
        self.index(name, 100) < percent
    }

    /// −1 to 1.
    fn spread(&self, name: &str) -> f32 {
        self.index(name, 2001) as f32 / 1000.0 - 1.0
    }
}

/// A stream of numbers from a seed, for things of which there are many (strands, lights, folds): splitmix64.
pub struct Scatter(pub u64);

impl Scatter {
    /// From `low` to `high`.
    pub fn between(&mut self, low: f32, high: f32) -> f32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        low + (high - low) * ((mixed >> 40) as f32 / 16_777_216.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn seed(number: u8) -> [u8; 32] {
        let mut seed = [0; 32];
        seed[31] = number;
        seed
    }

    #[test]
    fn fifty_seeds_are_fifty_babies() {
        let looks: Vec<Look> = (0..50).map(|number| Look::new(seed(number), "")).collect();
        for (index, look) in looks.iter().enumerate() {
            assert!(!looks[..index].contains(look), "seed {index} repeats another baby");
        }
        // Not only in their grain: what a passer-by would name differs too.
        let told: std::collections::BTreeSet<String> = looks
            .iter()
            .map(|look| {
                format!("{:?} {:?} {:?} {:?} {:?}", look.hair, look.hair_colour, look.skin, look.outfit, look.scheme)
            })
            .collect();
        assert!(told.len() >= 49, "only {} of 50 babies can be told apart in words", told.len());
    }

    #[test]
    fn known_words_win_over_the_seed() {
        for number in 0..20 {
            let look = Look::new(
                seed(number),
                "dark skin, curly red hair, blue eyes, yellow romper with stars, glasses, green hat",
            );
            assert_eq!(look.skin, SKINS[5]);
            assert_eq!(look.hair, HairStyle::Curly);
            assert_eq!(look.hair_colour, palette::GINGER_HAIR);
            assert_eq!(look.eyes, palette::BLUE_EYES);
            assert_eq!((look.outfit, look.pattern), (Outfit::Romper, Pattern::Stars));
            assert_eq!(look.scheme.cloth, Rgb::hex(0xf9_cb3e));
            assert_eq!(look.headwear.map(|wear| wear.kind), Some(HeadwearKind::Beanie));
            assert!(look.glasses.is_some());
        }
    }

    #[test]
    fn a_word_leaves_the_other_traits_of_the_seed_alone() {
        let (plain, named) = (Look::new(seed(7), ""), Look::new(seed(7), "green eyes"));
        assert_eq!(named, Look { eyes: palette::GREEN_EYES, ..plain });
    }

    #[test]
    fn the_same_person_dressed_anew_keeps_face_and_hair_and_wears_something_else() {
        for number in 0..20 {
            let (home, out) = (Look::new(seed(number), ""), Look::dressed(seed(number), seed(number + 100), ""));
            let person = |look: &Look| {
                (
                    look.skin,
                    look.build,
                    look.hair,
                    look.hair_colour,
                    look.eyes,
                    look.marks.clone(),
                    look.glasses.is_some(),
                )
            };
            assert_eq!(person(&home), person(&out));
            assert_ne!(home, out);
        }
    }

    #[test]
    fn unknown_words_are_told() {
        assert_eq!(Look::unknown_words("curly hair, a moustache and a yellow romper"), ["moustache"]);
        assert!(Look::unknown_words("").is_empty());
    }

    proptest! {
        #[test]
        fn any_appearance_makes_a_look(appearance in ".{0,200}", seed in any::<[u8; 32]>()) {
            let look = Look::new(seed, &appearance);
            prop_assert_eq!(look, Look::new(seed, &appearance));
            for word in Look::unknown_words(&appearance) {
                prop_assert!(!word.is_empty());
            }
        }
    }
}
