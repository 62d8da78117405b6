//! What whole phrases ask for, in words: every wish of a phrase is told, so that a row also says what it must not ask.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::grammar::read;
use super::wishes::{Asked, Wishes};
use crate::paint::palette::{self, Hair, Iris, NAMED, Rgb};

/// All that is asked, as "noun value" joined by semicolons.
fn told(wishes: &Wishes) -> String {
    let mut told = String::new();
    let mut tell = |noun: &str, value: Option<String>| {
        if let Some(value) = value {
            let comma = if told.is_empty() { "" } else { "; " };
            let _ = write!(told, "{comma}{noun} {value}");
        }
    };
    let word = |value: Option<&dyn std::fmt::Debug>| value.map(|value| format!("{value:?}").to_lowercase());
    let flag = |yes: bool| yes.then(|| "yes".to_owned());
    let asked = |asked: Asked| match asked {
        Asked::Nothing => None,
        Asked::Without => Some("none".to_owned()),
        Asked::With(None) => Some("any".to_owned()),
        Asked::With(Some(rgb)) => Some(colour(rgb)),
    };
    tell("skin", wishes.skin.map(|index| index.to_string()));
    tell("hair", word(wishes.hair.as_ref().map(|style| style as _)));
    tell("hair", wishes.hair_colour.map(hair));
    tell("bows", asked(wishes.hair_bows));
    tell("eyes", wishes.eyes.map(eyes));
    tell("lashes", flag(wishes.long_lashes));
    tell("teeth", word(wishes.teeth.as_ref().map(|teeth| teeth as _)));
    tell("freckles", wishes.freckles.map(|yes| if yes { "yes" } else { "none" }.to_owned()));
    tell("marks", word((!wishes.marks.is_empty()).then_some(&wishes.marks as _)));
    tell("chubby", flag(wishes.chubby));
    tell("glasses", asked(wishes.glasses));
    tell("lenses", word(wishes.glasses_shape.as_ref().map(|shape| shape as _)));
    tell("lenses", wishes.dark_lenses.then(|| "dark".to_owned()));
    tell("head", word(wishes.headwear.as_ref().map(|kind| kind as _)));
    tell("head", asked(wishes.headwear_colour).filter(|asked| asked != "any"));
    tell("clothes", word(wishes.outfit.as_ref().map(|outfit| outfit as _)));
    tell("cloth", wishes.cloth.map(colour));
    tell("print", word(wishes.pattern.as_ref().map(|pattern| pattern as _)));
    tell("print", wishes.trim.map(colour));
    tell("shirt", wishes.shirt.map(colour));
    tell("bib", asked(wishes.bib));
    tell("bow tie", asked(wishes.bow_tie));
    tell("cape", asked(wishes.cape));
    tell("tutu", asked(wishes.tutu));
    tell("pacifier", asked(wishes.pacifier));
    tell("headphones", wishes.headphones.map(colour));
    tell("pads", wishes.headphone_pad.map(colour));
    tell("headphones", word(wishes.headphone_trim.as_ref().map(|trim| trim as _)));
    tell("curtain", wishes.curtain.map(colour));
    tell("toy", word(wishes.toy.as_ref().map(|toy| toy as _)));
    tell("toy", wishes.toy_colour.map(colour));
    told
}

fn colour(rgb: Rgb) -> String {
    let named = |dark: Option<bool>| {
        let found = super::tints::NAMED_AFTER
            .iter()
            .chain(&NAMED)
            .find(|&&(name, colour)| super::tints::Tint { name, colour, dark }.rgb() == rgb);
        found.map(|(name, _)| (*name).to_owned())
    };
    let shaded = |word: &str, dark| named(Some(dark)).map(|name| format!("{word} {name}"));
    named(None)
        .or_else(|| shaded("dark", true))
        .or_else(|| shaded("light", false))
        .unwrap_or_else(|| format!("{rgb:?}"))
}

fn hair(hair: Hair) -> String {
    let natural = [
        ("black", palette::BLACK_HAIR),
        ("dark brown", palette::DARK_BROWN_HAIR),
        ("brown", palette::BROWN_HAIR),
        ("chestnut", palette::CHESTNUT_HAIR),
        ("ginger", palette::GINGER_HAIR),
        ("blond", palette::BLONDE_HAIR),
        ("platinum", palette::PLATINUM_HAIR),
        ("grey", palette::GREY_HAIR),
    ];
    natural.iter().find(|(_, known)| *known == hair).map_or_else(|| colour(hair.mid), |(name, _)| (*name).to_owned())
}

fn eyes(iris: Iris) -> String {
    let natural = [
        ("dark", palette::DARK_EYES),
        ("brown", palette::BROWN_EYES),
        ("amber", palette::AMBER_EYES),
        ("hazel", palette::HAZEL_EYES),
        ("green", palette::GREEN_EYES),
        ("blue", palette::BLUE_EYES),
        ("grey", palette::GREY_EYES),
        ("violet", palette::VIOLET_EYES),
    ];
    natural.iter().find(|(_, known)| *known == iris).map_or_else(|| format!("{iris:?}"), |(name, _)| (*name).to_owned())
}

const PHRASES: &[(&str, &str)] = &[
    ("", ""),
    // Colours before their noun.
    ("two red bunches with green bows", "hair bunches; hair ginger; bows green"),
    (
        "blue eyes and a yellow romper with white dots",
        "eyes blue; clothes romper; cloth yellow; print dots; print white",
    ),
    ("brown skin, black afro, orange glasses", "skin 4; hair afro; hair black; glasses orange"),
    ("a pink bow in her black curls", "hair curly; hair black; head bow; head pink"),
    ("curly red hair, yellow romper, green eyes", "hair curly; hair ginger; eyes green; clothes romper; cloth yellow"),
    (
        "dark tuft of hair, orange romper, crumbs on one cheek",
        "hair tuft; hair dark brown; marks [crumbs]; clothes romper; cloth orange",
    ),
    ("a tuft of red hair", "hair tuft; hair ginger"),
    ("a red tuft of hair with a blue bow", "hair tuft; hair ginger; head bow; head blue"),
    ("silver bonnet with a frill, lilac pyjamas", "head bonnet; head silver; clothes onesie; cloth lilac"),
    ("a silver bonnet with a pink frill", "head bonnet; head silver"),
    (
        "round glasses, side parting, brown knitted waistcoat",
        "hair sweep; glasses any; lenses round; clothes waistcoat; cloth brown",
    ),
    (
        "round glasses, grey bun, navy cardigan",
        "hair buns; hair grey; glasses any; lenses round; clothes cardigan; cloth navy",
    ),
    ("wispy blond hair, mustard cardigan", "hair wispy; hair blond; clothes cardigan; cloth mustard"),
    ("dark curls, striped romper", "hair curly; hair dark brown; clothes romper; print stripes"),
    ("blond pigtails with purple ribbons and green eyes", "hair bunches; hair blond; bows purple; eyes green"),
    ("a girl with red hair and a blue dress-up tutu", "hair ginger; tutu blue"),
    ("a blond boy with blue eyes in a red hoodie", "hair blond; eyes blue; clothes hoodie; cloth red"),
    ("a black baby with brown eyes", "skin 6; eyes brown"),
    ("a brown-skinned girl in pink", "skin 4; cloth pink"),
    ("blue-eyed, red-haired", "hair ginger; eyes blue"),
    ("curly-haired toddler", "hair curly"),
    // Colours after their noun.
    ("hair: red", "hair ginger"),
    ("hair: red; eyes: green", "hair ginger; eyes green"),
    ("Hair: curly, red", "hair curly; hair ginger"),
    ("hair: black, eyes: blue, romper: red and white", "hair black; eyes blue; clothes romper; cloth red; print white"),
    ("eyes are blue and hair is brown", "hair brown; eyes blue"),
    ("her hair is red and curly", "hair curly; hair ginger"),
    ("eyes are dark brown, hair is black", "hair black; eyes dark"),
    ("headphones in pink with a white romper", "clothes romper; cloth white; headphones pink"),
    ("a baby in red with a blue bow", "head bow; head blue; cloth red"),
    ("a bow in pink", "head bow; head pink"),
    ("romper with stars", "clothes romper; print stars"),
    ("a red romper with a white heart", "clothes romper; cloth red; print hearts; print white"),
    (
        "green dungarees with white stars and blue headphones",
        "clothes dungarees; cloth green; print stars; print white; headphones blue",
    ),
    // Several colours, and light and dark.
    (
        "red and white striped dungarees, blue headphones",
        "clothes dungarees; cloth red; print stripes; print white; headphones blue",
    ),
    ("red-and-white striped romper", "clothes romper; cloth red; print stripes; print white"),
    ("a white dotted romper", "clothes romper; cloth white; print dots"),
    ("white polka dots, red romper", "clothes romper; cloth red; print dots; print white"),
    ("navy blue hoodie and sky blue eyes", "eyes blue; clothes hoodie; cloth navy"),
    ("a baby blue onesie", "clothes onesie; cloth light blue"),
    ("dark green cape", "cape dark green"),
    ("dark brown hair, light blue hat", "hair dark brown; head beanie; head light blue"),
    ("pale pink tutu", "tutu light pink"),
    ("pale skin, auburn bob", "skin 0; hair bob; hair chestnut"),
    ("fair skin, fair hair", "skin 0; hair blond"),
    ("dark skin and light hair with dark eyes", "skin 5; hair blond; eyes dark"),
    ("light brown skin", "skin 3"),
    ("blue and yellow headphones", "headphones blue; pads yellow"),
    ("an auburn bow, hazel eyes", "eyes hazel; head bow; head auburn"),
    ("ginger", "hair ginger"),
    ("hazel", "eyes hazel"),
    // Glasses.
    ("heart-shaped red glasses", "glasses red; lenses heart"),
    ("star glasses and a romper with hearts", "glasses any; lenses star; clothes romper; print hearts"),
    ("purple cat-eye glasses", "glasses purple; lenses cateye"),
    ("square glasses with black frames", "glasses black; lenses square"),
    ("sunglasses", "glasses any; lenses dark"),
    ("pink heart sunglasses", "glasses pink; lenses heart; lenses dark"),
    ("dark glasses, dark hair", "hair dark brown; glasses any; lenses dark"),
    ("no glasses, no freckles", "freckles none; glasses none"),
    ("a baby without a hat", "head none"),
    ("no hair", "hair bald"),
    // Faces.
    ("freckles, a beauty spot and gap teeth", "teeth gap; freckles yes; marks [mole]"),
    ("gap-toothed, chubby cheeks, dimples, long lashes", "lashes yes; teeth gap; marks [dimples]; chubby yes"),
    ("chubby baby with a mole", "marks [mole]; chubby yes"),
    ("long eyelashes and short hair", "hair sweep; lashes yes"),
    ("red cheeks and a blue bib", "bib blue"),
    // Clothes and what is worn over them.
    ("a white shirt and blue dungarees", "clothes dungarees; cloth blue; shirt white"),
    ("blue dungarees over a striped red shirt", "clothes dungarees; cloth blue; shirt red"),
    ("a green t-shirt with white stripes", "clothes sweater; cloth green; print stripes; print white"),
    ("a red bow tie and a white shirt", "clothes sweater; cloth white; bow tie red"),
    ("a red superhero cape over a blue romper", "clothes romper; cloth blue; cape red"),
    ("a green pacifier hanging on a clip", "pacifier green"),
    ("gold crown, pink tutu", "head crown; head gold; tutu pink"),
    ("a silver tiara and a yellow bib with red stripes", "head tiara; head silver; bib yellow"),
    ("a blue party hat on brown hair", "hair brown; head partyhat; head blue"),
    ("a yellow duck, red curtain", "curtain red; toy duck; toy yellow"),
    ("cat headphones, star blocks", "headphones catears; toy blocks"),
    // Toys.
    ("a red ball", "toy ball; toy red"),
    ("a baby with a blue teddy", "toy teddy; toy blue"),
    ("a girl holding a small pink teddy bear", "toy teddy; toy pink"),
    ("a big, green ball and a red hoodie", "clothes hoodie; cloth red; toy ball; toy green"),
    ("toy: a purple rattle", "toy rattle; toy purple"),
    ("a rubber duck, orange glasses", "glasses orange; toy duck"),
    ("teal headphones with bear ears and a brown teddy", "headphones teal; headphones bearears; toy teddy; toy brown"),
    // Lists with commas.
    ("red, curly hair", "hair curly; hair ginger"),
    ("long, dark, wavy hair", "hair curly; hair dark brown"),
    ("short, straight, black hair", "hair bob; hair black"),
    ("a baby with red, curly hair and blue eyes", "hair curly; hair ginger; eyes blue"),
    ("a boy in red, curly hair", "hair curly; cloth red"),
    ("a boy in a soft, red, woolly sweater", "clothes sweater; cloth red"),
    ("big, brown, sparkly eyes", "eyes brown"),
    ("dark, curly hair, big, blue eyes", "hair curly; hair dark brown; eyes blue"),
    ("pale, blue eyes", "skin 0; eyes blue"),
    ("ginger, blue eyes", "hair ginger; eyes blue"),
    ("chubby, red, round cheeks", "chubby yes"),
    ("a bow in red, white romper", "head bow; head red; clothes romper; cloth white"),
    ("hair: curly, red, big eyes", "hair curly; hair ginger"),
    ("red, white and blue romper", "clothes romper; cloth red; print white"),
    ("round, purple glasses", "glasses purple; lenses round"),
    ("striped, yellow dungarees", "clothes dungarees; cloth yellow; print stripes"),
    ("brown, curly hair, green, spotted hoodie", "hair curly; hair brown; clothes hoodie; cloth green; print dots"),
    ("a chubby, curly-haired, brown-skinned baby in green", "skin 4; hair curly; chubby yes; cloth green"),
    ("a baby girl with long, blonde, curly hair, wearing a soft, pink tutu", "hair curly; hair blond; tutu pink"),
    ("red, shiny glasses", "glasses red"),
    ("a romper with stars, glasses", "glasses any; clothes romper; print stars"),
    ("heart, red glasses", "glasses red; lenses heart"),
    ("pink headphones with bear ears", "headphones pink; headphones bearears"),
    (
        "an adorable 9 month old baby with chubby cheeks, big brown eyes and a yellow bow in her curly brown hair, \
         wearing a striped onesie",
        "hair curly; hair brown; eyes brown; chubby yes; head bow; head yellow; clothes onesie; print stripes",
    ),
    (
        "a baby with red hair, green eyes and round glasses in a blue and white striped sweater",
        "hair ginger; eyes green; glasses any; lenses round; clothes sweater; cloth blue; print stripes; print white",
    ),
    (
        "two brown buns with pink bows, wearing a red cape and a gold crown",
        "hair buns; hair brown; bows pink; head crown; head gold; cape red",
    ),
    ("green cardigan with red buttons", "clothes cardigan; cloth green"),
];

#[test]
fn each_phrase_asks_for_what_it_says_and_nothing_else() {
    assert!(PHRASES.len() >= 60);
    let wrong: Vec<String> = PHRASES
        .iter()
        .map(|(phrase, expected)| (phrase, expected, told(&read(phrase).wishes)))
        .filter(|(_, expected, told)| told != **expected)
        .map(|(phrase, expected, told)| format!("{phrase}\n  asks for {told}\n  and not  {expected}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn words_that_cannot_be_drawn_are_named_once_each() {
    let reading = read("A baby with a pirate tattoo, curly hair and a Tattoo of a blue whale");
    assert_eq!(reading.unknown, ["pirate", "tattoo", "whale"]);
    assert_eq!(read("a striped hat").unknown, ["striped"]);
    assert_eq!(read("a crown and a tiara").unknown, ["tiara"]);
    assert_eq!(read("no headphones").unknown, ["no headphones"]);
    assert_eq!(read("baby blue romper, 12 months, Bow-Tie").unknown, [""; 0]);
}

#[test]
fn no_two_named_colours_share_a_name() {
    let named: Vec<&str> = NAMED.iter().chain(&super::tints::NAMED_AFTER).map(|(name, _)| *name).collect();
    let names: std::collections::BTreeSet<_> = named.iter().collect();
    assert_eq!(names.len(), named.len());
}

/// Things that show a colour of their own, and where a wish for it is kept.
type Coloured = (&'static str, fn(&Wishes) -> Option<Rgb>);

const COLOURED: [Coloured; 11] = [
    ("hair", |wishes| wishes.hair_colour.map(|hair| hair.mid)),
    ("eyes", |wishes| wishes.eyes.map(|iris| iris.body)),
    ("romper", |wishes| wishes.cloth),
    ("bow", |wishes| wishes.headwear_colour.colour_or(palette::WHITE)),
    ("bows", |wishes| wishes.hair_bows.colour_or(palette::WHITE)),
    ("glasses", |wishes| wishes.glasses.colour_or(palette::WHITE)),
    ("headphones", |wishes| wishes.headphones),
    ("curtain", |wishes| wishes.curtain),
    ("bib", |wishes| wishes.bib.colour_or(palette::WHITE)),
    ("cape", |wishes| wishes.cape.colour_or(palette::WHITE)),
    ("pacifier", |wishes| wishes.pacifier.colour_or(palette::WHITE)),
];

/// Colours that are themselves on hair and in eyes too.
const DYES: [&str; 6] = ["lime", "teal", "coral", "mint", "burgundy", "mustard"];

proptest! {
    #[test]
    fn a_colour_stays_with_its_thing(
        things in prop::sample::subsequence((0..COLOURED.len()).collect::<Vec<_>>(), 1..6).prop_shuffle(),
        colours in prop::collection::vec(prop::sample::select(&DYES), 6),
        joints in prop::collection::vec(prop::sample::select(&[", ", " and ", " with ", "; ", ". "]), 6),
        said in prop::collection::vec(0..3_usize, 6),
    ) {
        let mut text = String::new();
        for (place, &thing) in things.iter().enumerate() {
            let (noun, colour) = (COLOURED[thing].0, colours[place]);
            if place > 0 {
                text += joints[place];
            }
            let phrase = match said[place] {
                0 => format!("a {colour} {noun}"),
                1 => format!("{noun}: {colour}"),
                _ => format!("the {noun} is {colour}"),
            };
            text += &phrase;
        }
        let wishes = read(&text).wishes;
        for (index, (noun, colour_of)) in COLOURED.iter().enumerate() {
            let place = things.iter().position(|&thing| thing == index);
            let expected = place.map(|place| (*noun, COLOURED[index].1(&read(&format!("{} {noun}", colours[place])).wishes)));
            let asked = colour_of(&wishes).map(|colour| (*noun, Some(colour)));
            prop_assert_eq!(asked, expected, "{}", text);
        }
    }

    #[test]
    fn a_clause_asks_for_the_same_whatever_stands_beside_it(
        first in prop::sample::select(PHRASES), second in ".{0,60}",
    ) {
        // What other sentences say may be added to, and never changes what this one binds.
        let unknown = read(&format!("zig zag {}. xyzzy {second}", first.0)).unknown;
        prop_assert!(unknown.iter().all(|word| !word.is_empty()));
        let beside = read(&format!("{}; a lime curtain", first.0)).wishes;
        let alone = Wishes { curtain: beside.curtain, ..read(first.0).wishes };
        prop_assert_eq!(told(&beside), told(&alone));
        prop_assert_eq!(colour(beside.curtain.unwrap_or(palette::BLACK)), "lime");
    }

    #[test]
    fn any_words_in_any_order_are_read(words in prop::collection::vec(prop::sample::select(&[
        "red", "blue", "dark", "light", "pale", "baby", "with", "and", "in", "is", ":", ",", ";", "hair", "eyes",
        "bow", "tie", "dots", "star", "heart", "glasses", "no", "blond", "hat", "romper", "shirt", "cat", "eye",
        "gap", "tooth", "hazel", "long", "curly", "party", "navy", "sky", "of", "xyzzy", "'", "-",
    ][..]), 0..24)) {
        let text = words.join(" ");
        let reading = read(&text);
        prop_assert_eq!(reading.wishes, read(&text.to_uppercase()).wishes);
    }
}
