//! The vocabulary of `appearance`: which words the sketch can draw and what each asks for. A colour goes to the noun
//! after it ("curly red hair, yellow romper"), else to the noun before it ("hair: red"). Called by `look` only.

use super::palette::{self, Hair, Iris, NAMED, Rgb};
use super::wardrobe::{HairStyle, HeadphoneTrim, HeadwearKind, Outfit, Pattern, Toy};

/// What the words ask for; `None` leaves the choice to the seed.
#[derive(Debug, Default)]
pub struct Wishes {
    /// Index into `palette::SKINS`.
    pub skin: Option<usize>,
    pub hair: Option<HairStyle>,
    pub hair_colour: Option<Hair>,
    pub eyes: Option<Iris>,
    pub outfit: Option<Outfit>,
    pub cloth: Option<Rgb>,
    pub trim: Option<Rgb>,
    pub pattern: Option<Pattern>,
    pub headwear: Option<HeadwearKind>,
    pub headwear_colour: Option<Rgb>,
    pub glasses: Option<Rgb>,
    pub freckles: bool,
    pub headphones: Option<Rgb>,
    pub headphone_pad: Option<Rgb>,
    pub headphone_trim: Option<HeadphoneTrim>,
    pub curtain: Option<Rgb>,
    pub toy: Option<Toy>,
}

/// An appearance, understood as far as the sketch can.
#[derive(Debug, Default)]
pub struct Reading {
    pub wishes: Wishes,
    pub unknown: Vec<String>,
}

/// A thing that a colour can belong to.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Noun {
    Skin,
    Hair,
    Eyes,
    Clothes,
    Headwear,
    Glasses,
    Headphones,
    Curtain,
    /// A part that is drawn but has no colour of its own to choose.
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Word {
    /// Says nothing that can be drawn, or what every sketch shows anyway.
    Filler,
    Noun(Noun),
    Colour(Rgb),
    /// Dark (true) or light (false) of whatever follows.
    Shade(bool),
    Style(HairStyle),
    HairColour(Hair),
    Eyes(Iris),
    Skin(usize),
    Outfit(Outfit),
    Pattern(Pattern),
    Headwear(HeadwearKind),
    Trim(HeadphoneTrim),
    Toy(Toy),
    Freckles,
}

/// Words that need no drawing of their own.
const FILLERS: &str = "a an the with and in of on has having have wearing wears wear is are his her their its it who \
    very quite really little small tiny big large huge round chubby cute sweet adorable baby babies toddler infant \
    newborn kid child boy girl old young month months year years one two face head cheeks cheek nose chin soft fluffy \
    color colored colour coloured tone toned looking some that this plus at for her him she he kind style styled \
    bright warm pastel deep medium pretty lovely nice coat shade shades microphone studio podcast";

fn meaning(word: &str) -> Option<Word> {
    use Word::{Filler, Freckles, HairColour, Headwear, Shade, Skin, Style, Toy as AToy, Trim};
    if FILLERS.split_whitespace().any(|filler| filler == word) {
        return Some(Filler);
    }
    if let Some(&(_, colour)) = NAMED.iter().find(|(name, _)| *name == word) {
        return Some(Word::Colour(colour));
    }
    Some(match word {
        "hair" | "haired" | "hairs" => Word::Noun(Noun::Hair),
        "eye" | "eyes" | "eyed" => Word::Noun(Noun::Eyes),
        "skin" | "skinned" | "complexion" => Word::Noun(Noun::Skin),
        "headphones" | "headphone" | "headset" | "earphones" => Word::Noun(Noun::Headphones),
        "curtain" | "curtains" | "background" | "backdrop" => Word::Noun(Noun::Curtain),
        "clothes" | "clothing" | "outfit" | "dressed" => Word::Noun(Noun::Clothes),
        "glasses" | "spectacles" | "goggles" => Word::Noun(Noun::Glasses),
        "buttons" | "button" | "collar" | "ears" | "ear" | "hands" | "lashes" | "eyelashes" => Word::Noun(Noun::Other),
        "dark" => Shade(true),
        "light" => Shade(false),
        "curly" | "curls" | "curl" | "wavy" | "ringlets" => Style(HairStyle::Curly),
        "straight" | "bob" | "long" | "shoulder" => Style(HairStyle::Bob),
        "bald" | "hairless" => Style(HairStyle::Bald),
        "tuft" | "quiff" | "cowlick" => Style(HairStyle::Tuft),
        "wispy" | "wisps" | "thin" | "fuzzy" | "fuzz" => Style(HairStyle::Wispy),
        "bunches" | "pigtails" | "pigtail" | "braids" | "plaits" => Style(HairStyle::Bunches),
        "buns" | "bun" => Style(HairStyle::Buns),
        "mohawk" | "spiky" | "spikes" => Style(HairStyle::Mohawk),
        "fringe" | "bangs" => Style(HairStyle::Fringe),
        "afro" | "coily" | "kinky" => Style(HairStyle::Afro),
        "ponytail" | "topknot" => Style(HairStyle::Fountain),
        "short" | "parted" | "swept" | "combed" | "neat" => Style(HairStyle::Sweep),
        "blonde" | "blond" | "fair" => HairColour(palette::BLONDE_HAIR),
        "brunette" => HairColour(palette::BROWN_HAIR),
        "ginger" | "redhead" | "redheaded" | "strawberry" => HairColour(palette::GINGER_HAIR),
        "auburn" | "chestnut" => HairColour(palette::CHESTNUT_HAIR),
        "platinum" => HairColour(palette::PLATINUM_HAIR),
        "raven" => HairColour(palette::BLACK_HAIR),
        "hazel" => Word::Eyes(palette::HAZEL_EYES),
        "porcelain" | "pale" => Skin(0),
        "tanned" => Skin(3),
        "ebony" => Skin(6),
        "romper" | "jumpsuit" | "playsuit" => Word::Outfit(Outfit::Romper),
        "onesie" | "bodysuit" | "babygrow" | "pyjamas" | "pajamas" | "sleepsuit" => Word::Outfit(Outfit::Onesie),
        "dungarees" | "overalls" | "overall" => Word::Outfit(Outfit::Dungarees),
        "hoodie" | "hoody" => Word::Outfit(Outfit::Hoodie),
        "sweater" | "jumper" | "pullover" | "cardigan" | "shirt" | "top" | "tshirt" | "knit" => {
            Word::Outfit(Outfit::Sweater)
        }
        "plain" => Word::Pattern(Pattern::Plain),
        "striped" | "stripes" | "stripy" | "stripe" => Word::Pattern(Pattern::Stripes),
        "dots" | "dotted" | "polka" | "spotted" | "spots" => Word::Pattern(Pattern::Dots),
        "stars" | "starry" | "star" => Word::Pattern(Pattern::Stars),
        "hearts" | "heart" => Word::Pattern(Pattern::Hearts),
        "checked" | "checks" | "checkered" | "plaid" | "gingham" | "tartan" => Word::Pattern(Pattern::Checks),
        "bonnet" => Headwear(HeadwearKind::Bonnet),
        "hat" | "beanie" | "cap" | "bobble" => Headwear(HeadwearKind::Beanie),
        "bow" | "ribbon" => Headwear(HeadwearKind::Bow),
        "headband" | "hairband" => Headwear(HeadwearKind::Headband),
        "flower" | "daisy" => Headwear(HeadwearKind::Flower),
        "crown" | "tiara" => Headwear(HeadwearKind::Crown),
        "bear" => Trim(HeadphoneTrim::BearEars),
        "cat" | "kitten" => Trim(HeadphoneTrim::CatEars),
        "rattle" => AToy(Toy::Rattle),
        "duck" | "ducky" => AToy(Toy::Duck),
        "blocks" => AToy(Toy::Blocks),
        "bottle" => AToy(Toy::Bottle),
        "freckles" | "freckled" | "freckly" => Freckles,
        _ => return None,
    })
}

/// Reads an appearance, clause by clause.
pub fn read(appearance: &str) -> Reading {
    let mut reading = Reading::default();
    let lower = appearance.to_lowercase();
    for clause in lower.split([',', ';', '.', '\n', '|', '(', ')', '&', '+']) {
        let mut reader = Clause::default();
        for word in clause.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty()) {
            if word.chars().all(|c| c.is_ascii_digit()) {
                continue;
            }
            match meaning(word) {
                Some(word) => reader.take(word, &mut reading.wishes),
                None if reading.unknown.iter().any(|known| known == word) => {}
                None => reading.unknown.push(word.to_owned()),
            }
        }
        reader.finish(&mut reading.wishes);
    }
    reading
}

/// The words of one clause that still wait for their noun.
#[derive(Default)]
struct Clause {
    colours: Vec<Rgb>,
    dark: Option<bool>,
    skin: Option<usize>,
    hair: Option<Hair>,
    last: Option<Noun>,
}

impl Clause {
    fn take(&mut self, word: Word, wishes: &mut Wishes) {
        match word {
            Word::Filler => {}
            Word::Colour(colour) => self.colours.push(colour),
            Word::Shade(dark) => self.dark = Some(dark),
            Word::Skin(index) => self.skin = Some(index),
            Word::HairColour(hair) => self.hair = Some(hair),
            Word::Eyes(iris) => wishes.eyes = Some(iris),
            Word::Pattern(pattern) => wishes.pattern = Some(pattern),
            Word::Trim(trim) => wishes.headphone_trim = Some(trim),
            Word::Toy(toy) => wishes.toy = Some(toy),
            Word::Freckles => wishes.freckles = true,
            Word::Style(style) => {
                wishes.hair = Some(style);
                self.style_named(wishes);
            }
            Word::Outfit(outfit) => {
                wishes.outfit = Some(outfit);
                self.settle(Noun::Clothes, wishes);
            }
            Word::Headwear(kind) => {
                wishes.headwear = Some(kind);
                self.settle(Noun::Headwear, wishes);
            }
            Word::Noun(noun) => self.settle(noun, wishes),
        }
    }

    /// A style may stand for the noun ("blonde curls") or before it ("curly red hair").
    fn style_named(&mut self, wishes: &mut Wishes) {
        if self.colours.is_empty() && self.hair.is_none() && self.dark.is_none() {
            self.last = self.last.or(Some(Noun::Hair));
        } else {
            self.settle(Noun::Hair, wishes);
        }
    }

    /// Gives the waiting words to `noun`.
    fn settle(&mut self, noun: Noun, wishes: &mut Wishes) {
        self.last = Some(noun);
        let dark = self.dark.take();
        let mut colours = std::mem::take(&mut self.colours).into_iter().map(|colour| shaded(colour, dark));
        let first = colours.next();
        match noun {
            Noun::Skin => {
                // "fair" is a hair colour unless skin follows.
                let fair = self.hair.take().map(|_| 0);
                let index =
                    self.skin.take().or(fair).or_else(|| first.map(skin_for)).or_else(|| dark.map(skin_by_shade));
                wishes.skin = index.or(wishes.skin);
            }
            Noun::Hair => {
                let by_shade = dark.map(|dark| if dark { palette::DARK_BROWN_HAIR } else { palette::BLONDE_HAIR });
                wishes.hair_colour =
                    self.hair.take().or_else(|| first.map(hair_for)).or(by_shade).or(wishes.hair_colour);
            }
            Noun::Eyes => {
                let by_shade = dark.map(|dark| if dark { palette::DARK_EYES } else { palette::BLUE_EYES });
                wishes.eyes = first.map(iris_for).or(by_shade).or(wishes.eyes);
            }
            Noun::Clothes => {
                wishes.cloth = first.or(wishes.cloth);
                wishes.trim = colours.next().or(wishes.trim);
            }
            Noun::Headwear => wishes.headwear_colour = first.or(wishes.headwear_colour),
            Noun::Glasses => wishes.glasses = first.or(wishes.glasses).or(Some(Rgb::hex(0x3a_3140))),
            Noun::Headphones => {
                wishes.headphones = first.or(wishes.headphones);
                wishes.headphone_pad = colours.next().or(wishes.headphone_pad);
            }
            Noun::Curtain => wishes.curtain = first.or(wishes.curtain),
            Noun::Other => {}
        }
    }

    /// Words left at the end of a clause go to its last noun ("hair: red"), lone colours to the clothes.
    fn finish(mut self, wishes: &mut Wishes) {
        if let Some(hair) = self.hair.take() {
            wishes.hair_colour = Some(hair);
        }
        if let Some(index) = self.skin.take() {
            wishes.skin = Some(index);
        }
        if !self.colours.is_empty() || self.dark.is_some() {
            let noun = self.last.unwrap_or(if self.colours.is_empty() { Noun::Skin } else { Noun::Clothes });
            self.settle(noun, wishes);
        }
    }
}

fn shaded(colour: Rgb, dark: Option<bool>) -> Rgb {
    match dark {
        Some(true) => colour.mix(palette::BLACK, 0.4),
        Some(false) => colour.lighter(0.45),
        None => colour,
    }
}

fn skin_by_shade(dark: bool) -> usize {
    if dark { 5 } else { 0 }
}

/// The skin nearest in lightness; white and black are the ends.
fn skin_for(colour: Rgb) -> usize {
    match colour.lightness() {
        lightness if lightness > 0.9 => 0,
        lightness if lightness > 0.78 => 1,
        lightness if lightness > 0.68 => 2,
        lightness if lightness > 0.5 => 3,
        lightness if lightness > 0.36 => 4,
        lightness if lightness > 0.2 => 5,
        _ => 6,
    }
}

/// Natural hair for the colours that name it, dyed for all others.
fn hair_for(colour: Rgb) -> Hair {
    let named = |name: &str| NAMED.iter().any(|&(known, rgb)| known == name && rgb == colour);
    if named("black") {
        palette::BLACK_HAIR
    } else if named("brown") {
        palette::BROWN_HAIR
    } else if named("chocolate") {
        palette::DARK_BROWN_HAIR
    } else if named("red") || named("orange") {
        palette::GINGER_HAIR
    } else if named("golden") || named("yellow") || named("gold") {
        palette::BLONDE_HAIR
    } else if named("white") || named("cream") {
        palette::PLATINUM_HAIR
    } else if named("grey") || named("silver") {
        palette::GREY_HAIR
    } else {
        palette::dyed_hair(colour)
    }
}

fn iris_for(colour: Rgb) -> Iris {
    let named = |name: &str| NAMED.iter().any(|&(known, rgb)| known == name && rgb == colour);
    if named("brown") {
        palette::BROWN_EYES
    } else if named("black") || named("chocolate") {
        palette::DARK_EYES
    } else if named("amber") || named("gold") {
        palette::AMBER_EYES
    } else if named("green") || named("emerald") {
        palette::GREEN_EYES
    } else if named("blue") || named("sky") {
        palette::BLUE_EYES
    } else if named("grey") || named("silver") {
        palette::GREY_EYES
    } else if named("violet") || named("purple") || named("lavender") {
        palette::VIOLET_EYES
    } else {
        palette::tinted_iris(colour)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_goes_to_the_noun_after_it() {
        let wishes = read("curly red hair, yellow romper, green eyes").wishes;
        assert_eq!(wishes.hair, Some(HairStyle::Curly));
        assert_eq!(wishes.hair_colour, Some(palette::GINGER_HAIR));
        assert_eq!(wishes.outfit, Some(Outfit::Romper));
        assert_eq!(wishes.cloth, Some(Rgb::hex(0xf9_cb3e)));
        assert_eq!(wishes.eyes, Some(palette::GREEN_EYES));
    }

    #[test]
    fn dark_means_what_its_noun_makes_of_it() {
        let wishes = read("dark skin and light hair with dark eyes").wishes;
        assert_eq!(wishes.skin, Some(5));
        assert_eq!(wishes.hair_colour, Some(palette::BLONDE_HAIR));
        assert_eq!(wishes.eyes, Some(palette::DARK_EYES));
        let wishes = read("light skin, dark hair").wishes;
        assert_eq!(wishes.skin, Some(0));
        assert_eq!(wishes.hair_colour, Some(palette::DARK_BROWN_HAIR));
    }

    #[test]
    fn a_colour_may_also_follow_its_noun() {
        let wishes = read("hair: black; eyes are blue").wishes;
        assert_eq!(wishes.hair_colour, Some(palette::BLACK_HAIR));
        assert_eq!(wishes.eyes, Some(palette::BLUE_EYES));
    }

    #[test]
    fn two_colours_make_cloth_and_trim() {
        let wishes = read("red and white striped dungarees, blue headphones").wishes;
        assert_eq!(wishes.pattern, Some(Pattern::Stripes));
        assert_eq!(wishes.cloth, Some(Rgb::hex(0xe3_4a45)));
        assert_eq!(wishes.trim, Some(Rgb::hex(0xfa_f7f2)));
        assert_eq!(wishes.headphones, Some(Rgb::hex(0x4c_8de4)));
    }

    #[test]
    fn words_that_cannot_be_drawn_are_named_once_each() {
        let reading = read("A baby with a pirate tattoo, curly hair and a Tattoo of a blue whale");
        assert_eq!(reading.unknown, ["pirate", "tattoo", "whale"]);
    }

    #[test]
    fn no_two_named_colours_share_a_name() {
        let names: std::collections::BTreeSet<_> = NAMED.iter().map(|(name, _)| name).collect();
        assert_eq!(names.len(), NAMED.len());
    }
}
