//! The words that the sketch knows, in three kinds: nouns that can be drawn, adjectives that wait for a noun, and what
//! joins them. Two words that mean one thing ("bow tie") are read as one. Called by `grammar` only.

use super::tints::{NAMED_AFTER, Tint};
use crate::looks::wardrobe::{GlassesShape, HairStyle, HeadphoneTrim, HeadwearKind, Mark, Outfit, Pattern, Teeth, Toy};
use crate::paint::palette::NAMED;

/// A thing that adjectives can belong to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Noun {
    Skin,
    Hair(Option<HairStyle>),
    Eyes,
    Lashes,
    Teeth(Teeth),
    Cheeks,
    Freckles,
    Mark(Mark),
    Clothes(Option<Outfit>),
    /// Worn by itself or under something.
    Shirt,
    Headwear(HeadwearKind),
    /// One on each side.
    HairBows,
    Glasses,
    Sunglasses,
    Bib,
    BowTie,
    Cape,
    Tutu,
    Pacifier,
    Headphones,
    Curtain,
    Toy(Toy),
    /// The baby itself.
    Person,
    /// Drawn, but with nothing to choose: its adjectives are nobody else's.
    Part,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Adjective {
    Colour(Tint),
    /// Dark (true) or light (false) of the colour that follows, else of the noun.
    Shade(bool),
    /// Index into `palette::SKINS`.
    Complexion(usize),
    Style(HairStyle),
    /// Says something of hair only when hair is named: "long", "straight".
    HairOnly(HairStyle),
    Motif {
        pattern: Pattern,
        /// "White dots" are white, "a white dotted romper" is a white romper.
        plural: bool,
        colours: Vec<Tint>,
    },
    Shape(GlassesShape),
    Trim(HeadphoneTrim),
    Gap,
    Chubby,
    No,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Word {
    /// Says nothing that can be drawn, or what every sketch shows anyway.
    Filler,
    Adjective(Adjective),
    Noun(Noun),
    /// What follows is of another thing: "with", "in".
    Link,
    And,
    /// What follows is said of the thing before: "is", a colon.
    Says,
}

const FILLERS: &str = "a an the having have his her hers its it who which very quite really little small tiny big large \
    huge cute sweet adorable old young month months year years one two three face head nose chin soft fluffy color \
    colored colour coloured tone toned shaped looking some that this plus at for him she he they their them kind style \
    styled bright warm medium pretty lovely nice coat shade microphone studio podcast each side both knitted woolly \
    wooly woollen cotton frilly lacy ruffled tied hanging clip superhero hero matching rosy rim rimmed framed ones \
    favourite favorite full thick piece pair set few couple tulle ballet silky shiny glittery sparkly between around \
    under over front just only also too toy toys beach bouncy cuddly stuffed plush rubber";

/// Words of a person: "a blond boy" says nothing of clothes.
const PERSONS: &str = "baby babies toddler infant newborn kid child boy girl bub tot";

pub fn meaning(word: &str) -> Option<Word> {
    let listed = |list: &str| list.split_whitespace().any(|known| known == word);
    if listed(FILLERS) {
        return Some(Word::Filler);
    }
    if listed(PERSONS) {
        return Some(Word::Noun(Noun::Person));
    }
    joint(word)
        .or_else(|| tint(word).map(|tint| Word::Adjective(Adjective::Colour(tint))))
        .or_else(|| adjective(word).map(Word::Adjective))
        .or_else(|| noun(word).map(Word::Noun))
}

fn joint(word: &str) -> Option<Word> {
    Some(match word {
        "with" | "in" | "on" | "of" | "wearing" | "wears" | "wear" | "has" | "holding" => Word::Link,
        "and" => Word::And,
        "is" | "are" => Word::Says,
        _ => return None,
    })
}

fn tint(word: &str) -> Option<Tint> {
    let mut named = NAMED.iter().chain(&NAMED_AFTER);
    named.find(|(name, _)| *name == word).map(|&(name, colour)| Tint { name, colour, dark: None })
}

fn adjective(word: &str) -> Option<Adjective> {
    use Adjective::{Chubby, Complexion, Gap, HairOnly, No, Shade, Shape, Style, Trim};
    let motif = |pattern, plural| Adjective::Motif { pattern, plural, colours: Vec::new() };
    Some(match word {
        "dark" | "deep" => Shade(true),
        "light" | "pastel" => Shade(false),
        "pale" | "porcelain" => Complexion(0),
        "tanned" => Complexion(3),
        "ebony" => Complexion(6),
        "curly" | "wavy" => Style(HairStyle::Curly),
        "bald" | "hairless" => Style(HairStyle::Bald),
        "wispy" => Style(HairStyle::Wispy),
        "spiky" => Style(HairStyle::Mohawk),
        "coily" | "kinky" => Style(HairStyle::Afro),
        "straight" | "long" | "shoulder" => HairOnly(HairStyle::Bob),
        "thin" | "fuzzy" | "sparse" => HairOnly(HairStyle::Wispy),
        "short" | "parted" | "swept" | "combed" | "neat" => HairOnly(HairStyle::Sweep),
        "plain" => motif(Pattern::Plain, false),
        "striped" | "stripy" | "stripe" => motif(Pattern::Stripes, false),
        "stripes" => motif(Pattern::Stripes, true),
        "dotted" | "polka" | "spotted" | "spotty" | "dot" => motif(Pattern::Dots, false),
        "dots" | "spots" => motif(Pattern::Dots, true),
        "starry" | "star" => motif(Pattern::Stars, false),
        "stars" => motif(Pattern::Stars, true),
        "heart" => motif(Pattern::Hearts, false),
        "hearts" => motif(Pattern::Hearts, true),
        "checked" | "checkered" | "plaid" | "gingham" | "tartan" | "check" => motif(Pattern::Checks, false),
        "checks" => motif(Pattern::Checks, true),
        "round" | "oval" | "circular" => Shape(GlassesShape::Round),
        "square" | "rectangular" => Shape(GlassesShape::Square),
        "cateye" => Shape(GlassesShape::CatEye),
        "bear" => Trim(HeadphoneTrim::BearEars),
        "cat" | "kitten" => Trim(HeadphoneTrim::CatEars),
        "gap" | "gappy" => Gap,
        "chubby" | "plump" | "fat" | "pudgy" => Chubby,
        "no" | "without" => No,
        _ => return None,
    })
}

fn noun(word: &str) -> Option<Noun> {
    Some(match word {
        "skin" | "skinned" | "complexion" => Noun::Skin,
        "eye" | "eyes" | "eyed" => Noun::Eyes,
        "lashes" | "eyelashes" | "lash" => Noun::Lashes,
        "teeth" | "tooth" | "toothed" | "toothy" => Noun::Teeth(Teeth::Upper),
        "toothgap" => Noun::Teeth(Teeth::Gap),
        "toothless" => Noun::Teeth(Teeth::None),
        "cheeks" | "cheek" | "cheeked" => Noun::Cheeks,
        "freckles" | "freckled" | "freckly" => Noun::Freckles,
        "mole" | "beautyspot" => Noun::Mark(Mark::Mole),
        "crumbs" | "crumb" | "crumby" => Noun::Mark(Mark::Crumbs),
        "dimples" | "dimple" | "dimpled" => Noun::Mark(Mark::Dimples),
        "glasses" | "spectacles" | "goggles" | "specs" | "eyeglasses" | "frame" | "frames" => Noun::Glasses,
        "sunglasses" | "shades" => Noun::Sunglasses,
        "bib" => Noun::Bib,
        "bowtie" => Noun::BowTie,
        "cape" | "cloak" => Noun::Cape,
        "tutu" => Noun::Tutu,
        "pacifier" | "dummy" | "binky" | "soother" => Noun::Pacifier,
        "headphones" | "headphone" | "headset" | "earphones" => Noun::Headphones,
        "curtain" | "curtains" | "background" | "backdrop" => Noun::Curtain,
        "rattle" => Noun::Toy(Toy::Rattle),
        "duck" | "ducky" | "duckling" => Noun::Toy(Toy::Duck),
        "blocks" => Noun::Toy(Toy::Blocks),
        "bottle" => Noun::Toy(Toy::Bottle),
        "ball" => Noun::Toy(Toy::Ball),
        "teddy" => Noun::Toy(Toy::Teddy),
        "buttons" | "button" | "collar" | "ears" | "ear" | "hands" | "frill" | "frills" | "sleeves" | "pocket"
        | "pockets" | "zip" | "pompom" | "lips" | "brows" | "eyebrows" | "mouth" | "table" | "lenses" | "straps" => {
            Noun::Part
        }
        _ => return hair(word).or_else(|| clothes(word)).or_else(|| headwear(word)),
    })
}

fn hair(word: &str) -> Option<Noun> {
    Some(Noun::Hair(Some(match word {
        "hair" | "haired" | "hairs" => return Some(Noun::Hair(None)),
        "curls" | "curl" | "ringlets" => HairStyle::Curly,
        "bob" => HairStyle::Bob,
        "tuft" | "quiff" | "cowlick" => HairStyle::Tuft,
        "wisps" | "wisp" | "fuzz" => HairStyle::Wispy,
        "bunches" | "pigtails" | "pigtail" | "braids" | "plaits" => HairStyle::Bunches,
        "buns" | "bun" => HairStyle::Buns,
        "mohawk" | "spikes" => HairStyle::Mohawk,
        "fringe" | "bangs" => HairStyle::Fringe,
        "afro" => HairStyle::Afro,
        "ponytail" | "topknot" => HairStyle::Fountain,
        "parting" => HairStyle::Sweep,
        _ => return None,
    })))
}

fn clothes(word: &str) -> Option<Noun> {
    Some(Noun::Clothes(Some(match word {
        "clothes" | "clothing" | "outfit" | "dressed" => return Some(Noun::Clothes(None)),
        "shirt" | "tshirt" | "top" | "blouse" | "tee" => return Some(Noun::Shirt),
        "romper" | "jumpsuit" | "playsuit" => Outfit::Romper,
        "onesie" | "bodysuit" | "babygrow" | "pyjamas" | "pajamas" | "sleepsuit" => Outfit::Onesie,
        "dungarees" | "overalls" | "overall" => Outfit::Dungarees,
        "hoodie" | "hoody" => Outfit::Hoodie,
        "sweater" | "jumper" | "pullover" | "knit" => Outfit::Sweater,
        "cardigan" => Outfit::Cardigan,
        "waistcoat" | "vest" => Outfit::Waistcoat,
        "leotard" => Outfit::Leotard,
        _ => return None,
    })))
}

fn headwear(word: &str) -> Option<Noun> {
    Some(Noun::Headwear(match word {
        "bows" | "ribbons" => return Some(Noun::HairBows),
        "bonnet" => HeadwearKind::Bonnet,
        "hat" | "beanie" | "cap" | "bobble" => HeadwearKind::Beanie,
        "bow" | "ribbon" => HeadwearKind::Bow,
        "headband" | "hairband" => HeadwearKind::Headband,
        "flower" | "daisy" => HeadwearKind::Flower,
        "crown" => HeadwearKind::Crown,
        "tiara" => HeadwearKind::Tiara,
        "partyhat" => HeadwearKind::PartyHat,
        _ => return None,
    }))
}

/// Two words that are one thing, and the word that stands for it.
pub fn joined(first: &str, second: &str) -> Option<&'static str> {
    Some(match (first, second) {
        ("bow", "tie" | "ties") => "bowtie",
        ("party" | "birthday", "hat") => "partyhat",
        ("beauty", "spot" | "mark") => "beautyspot",
        ("polka", "dots" | "spots") => "dots",
        ("polka", "dot" | "dotted") => "dot",
        ("cat", "eye" | "eyed" | "eyes") => "cateye",
        ("gap" | "gappy", "tooth" | "toothed" | "teeth") | ("tooth", "gap") | ("missing", "tooth" | "teeth") => {
            "toothgap"
        }
        ("hair", "bow" | "ribbon") => "bow",
        ("hair", "bows" | "ribbons") => "bows",
        ("hair" | "head", "band") => "headband",
        ("flower", "crown") => "flower",
        ("bobble" | "woolly" | "wooly", "hat") => "hat",
        ("eye", "lashes") => "lashes",
        ("eye", "glasses") => "glasses",
        ("sun", "glasses") | ("dark", "glasses" | "shades") => "sunglasses",
        ("head", "phones") => "headphones",
        ("t", "shirt") => "tshirt",
        ("top", "knot") | ("pony", "tail") => "ponytail",
        ("pig", "tails" | "tail") => "pigtails",
        ("rubber", "duck") => "duck",
        ("building" | "toy", "blocks") => "blocks",
        ("milk" | "baby", "bottle") => "bottle",
        ("teddy" | "toy" | "cuddly" | "stuffed" | "plush", "bear") => "teddy",
        _ => return None,
    })
}

/// "Navy blue" is navy, and "baby blue" a light blue: the first word says which blue.
pub fn refines(first: &str, second: &str) -> bool {
    let is_colour = |word: &str| tint(word).is_some();
    let refining = [
        "sky",
        "navy",
        "olive",
        "mint",
        "lime",
        "emerald",
        "lemon",
        "mustard",
        "teal",
        "chocolate",
        "coral",
        "peach",
        "cream",
        "ivory",
        "turquoise",
        "golden",
        "strawberry",
        "platinum",
        "amber",
        "crimson",
        "indigo",
        "charcoal",
        "silver",
        "sandy",
    ];
    refining.contains(&first) && is_colour(second)
}

/// Words before a colour that make it light or dark, and mean something else anywhere else.
pub fn shade_before(first: &str, second: &str) -> Option<bool> {
    tint(second)?;
    match first {
        "baby" | "powder" | "pale" => Some(false),
        "royal" | "forest" | "midnight" | "bottle" => Some(true),
        _ => None,
    }
}
