//! Which noun an adjective belongs to. Inside a clause, adjectives wait for the noun after them ("curly red hair");
//! those that meet none go back to the noun before ("hair: red", "headphones in pink"), and those without any noun mean
//! skin, hair or clothes. "With" and its kind begin the next thing. Only what is listed for a noun crosses a comma (`lists`).

use super::lists::{self, Clause};
use super::tints::{self, Tint};
use super::vocabulary::{self, Adjective, Noun, Word};
use super::wishes::{Asked, Reading};
use crate::looks::wardrobe::{GlassesShape, HairStyle, HeadphoneTrim, Outfit, Pattern, Teeth};
use crate::paint::palette::Rgb;

/// Reads an appearance, clause by clause.
pub fn read(appearance: &str) -> Reading {
    let mut reader = Reader::default();
    for sentence in appearance.to_lowercase().split([';', '.', '\n', '|', '!', '?']) {
        // "Hair: curly, red" goes on after its comma, as long as no other thing is named.
        let mut told_of = None;
        let (mut clauses, unknown): (Vec<Clause>, Vec<_>) = sentence.split([',', '(', ')']).map(words).unzip();
        lists::join(&mut clauses);
        for (clause, unknown) in clauses.iter().zip(unknown) {
            for word in &unknown {
                reader.unknown(word);
            }
            told_of = reader.clause(clause, told_of);
        }
    }
    reader.finish()
}

/// A noun of the clause at hand.
#[derive(Debug, Clone, Copy)]
struct Thing {
    noun: Noun,
    has_colour: bool,
}

/// On which side of its noun an adjective stands.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Side {
    Before,
    After,
}

#[derive(Default)]
struct Reader {
    reading: Reading,
    /// A noun that is a style ("pigtails") counts more than an adjective ("curly").
    hair_is_named: bool,
    shirt: Option<Shirt>,
    // The clause at hand.
    waiting: Vec<(Adjective, String)>,
    last: Option<Thing>,
    linked: bool,
    says: bool,
}

/// A shirt is worn under what else is named, in whatever order they are named.
struct Shirt {
    colours: Vec<Rgb>,
    pattern: Option<Pattern>,
}

impl Reader {
    /// Reads one clause; `told_of` is what an earlier one was still saying things of.
    fn clause(&mut self, words: &Clause, told_of: Option<Thing>) -> Option<Thing> {
        let names_nothing = !words.iter().any(|(word, _)| matches!(word, Word::Noun(_)));
        self.last = told_of.filter(|_| names_nothing);
        self.says = self.last.is_some();
        self.linked = false;
        for (index, (word, text)) in words.iter().enumerate() {
            self.take(word, text, &words[index + 1..]);
        }
        self.give_back();
        self.last.filter(|_| self.says)
    }

    fn take(&mut self, word: &Word, text: &str, rest: &[(Word, String)]) {
        match word {
            Word::Filler => {}
            Word::Adjective(adjective) => self.wait(adjective.clone(), text),
            Word::Noun(noun) => {
                if self.says {
                    self.give_back();
                }
                self.says = false;
                self.linked = false;
                let before = std::mem::take(&mut self.waiting);
                // "A tuft of red hair" is one thing.
                let same = matches!((noun, self.last.map(|thing| thing.noun)), (Noun::Hair(None), Some(Noun::Hair(_))));
                let had_colour = same && self.last.is_some_and(|thing| thing.has_colour);
                self.last = Some(Thing { noun: *noun, has_colour: had_colour });
                self.settle(before, text, Side::Before);
            }
            Word::Says => {
                self.give_back();
                self.says = self.last.is_some();
            }
            Word::Link => {
                self.give_back();
                self.says = false;
                self.linked = true;
            }
            Word::And => {
                let motif_ends = matches!(
                    self.waiting.last(),
                    Some((Adjective::Motif { plural, .. }, _)) if *plural || self.linked
                );
                if self.says || (self.last.is_some() && motif_ends) {
                    self.give_back();
                }
                // "Eyes are blue and hair is red", but "hair is red and curly".
                self.says &= !a_noun_follows(rest);
            }
        }
    }

    /// Has an adjective wait for its noun; a shade goes to its colour, a colour to its pattern.
    fn wait(&mut self, mut adjective: Adjective, text: &str) {
        match &mut adjective {
            Adjective::Colour(tint) => {
                if let Some((Adjective::Shade(dark), _)) =
                    self.waiting.pop_if(|(before, _)| matches!(before, Adjective::Shade(_)))
                {
                    tint.dark = Some(dark);
                }
            }
            Adjective::Motif { plural: true, colours, .. } => {
                let is_colour = |(adjective, _): &mut (Adjective, String)| matches!(adjective, Adjective::Colour(_));
                *colours = self.waiting.extract_if(.., is_colour).filter_map(|(colour, _)| tint_of(&colour)).collect();
            }
            _ => {}
        }
        self.waiting.push((adjective, text.to_owned()));
    }

    /// Gives what waits to the noun before it.
    fn give_back(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        if !waiting.is_empty() {
            self.settle(waiting, "", Side::After);
        }
    }

    fn unknown(&mut self, word: &str) {
        if !self.reading.unknown.iter().any(|known| known == word) {
            self.reading.unknown.push(word.to_owned());
        }
    }

    /// Gives adjectives to the last noun; `text` is how it was called.
    fn settle(&mut self, adjectives: Vec<(Adjective, String)>, text: &str, side: Side) {
        let mut said = Said::of(adjectives);
        let Some(thing) = self.last else { return self.of_nothing(said) };
        let wishes = &mut self.reading.wishes;
        if let Some(trim) = said.trim {
            wishes.headphone_trim = Some(trim);
        }
        let first = said.colours.first().map(|tint| tint.rgb());
        let nearest = said.colours.last().copied();
        let ask = |asked: &mut Asked| {
            let earlier = if let Asked::With(colour) = *asked { colour } else { None };
            *asked = if said.denied { Asked::Without } else { Asked::With(first.or(earlier)) };
        };
        match thing.noun {
            Noun::Skin => {
                let by_shade = said.shade.map(tints::skin_by_shade);
                wishes.skin = said.complexion.or(nearest.map(tints::skin)).or(by_shade).or(wishes.skin);
            }
            Noun::Hair(style) => self.hair(style, &said),
            Noun::Eyes => {
                let by_shade = said.shade.map(tints::eyes_by_shade);
                wishes.eyes = nearest.map(tints::eyes).or(by_shade).or(wishes.eyes);
            }
            Noun::Lashes => wishes.long_lashes = !said.denied,
            Noun::Teeth(teeth) => {
                let teeth = if said.gap { Teeth::Gap } else { teeth };
                wishes.teeth = Some(if said.denied { Teeth::None } else { teeth });
            }
            Noun::Cheeks => wishes.chubby |= said.chubby || said.shapes.contains(&GlassesShape::Round),
            Noun::Freckles => wishes.freckles = Some(!said.denied),
            Noun::Mark(mark) => {
                wishes.marks.retain(|known| *known != mark);
                if !said.denied {
                    wishes.marks.push(mark);
                }
            }
            Noun::Clothes(outfit) => {
                wishes.outfit = outfit.or(wishes.outfit);
                self.clothes(&said, side, thing.has_colour);
            }
            Noun::Shirt => {
                let shirt = self.shirt.get_or_insert(Shirt { colours: Vec::new(), pattern: None });
                shirt.colours.extend(said.colours.iter().chain(&said.motif_colours).map(|tint| tint.rgb()));
                shirt.pattern = said.motif.as_ref().map(|(pattern, _)| *pattern).or(shirt.pattern);
            }
            Noun::Headwear(kind) => {
                let worn = wishes.headwear.filter(|worn| *worn != kind);
                if said.denied && worn.is_none() {
                    ask(&mut wishes.headwear_colour);
                } else if worn.is_some() && !said.denied {
                    // There is room for one thing on a head.
                    self.unknown(text);
                } else if !said.denied {
                    wishes.headwear = Some(kind);
                    ask(&mut wishes.headwear_colour);
                }
                self.undrawn(&said);
            }
            Noun::HairBows => ask(&mut wishes.hair_bows),
            Noun::Glasses | Noun::Sunglasses => {
                wishes.dark_lenses |=
                    thing.noun == Noun::Sunglasses || (said.shade == Some(true) && said.colours.is_empty());
                ask(&mut wishes.glasses);
                let shaped = said.motif.as_ref().and_then(|(pattern, _)| shape_of(*pattern));
                wishes.glasses_shape = said.shapes.first().copied().or(shaped).or(wishes.glasses_shape);
            }
            Noun::Bib => ask(&mut wishes.bib),
            Noun::BowTie => ask(&mut wishes.bow_tie),
            Noun::Cape => ask(&mut wishes.cape),
            Noun::Tutu => ask(&mut wishes.tutu),
            Noun::Pacifier => ask(&mut wishes.pacifier),
            Noun::Headphones => {
                let mut colours = said.colours.iter().map(|tint| tint.rgb());
                if side == Side::Before || !thing.has_colour {
                    wishes.headphones = colours.next().or(wishes.headphones);
                }
                wishes.headphone_pad = colours.next().or(wishes.headphone_pad);
                let emblem = said.motif.as_ref().and_then(|(pattern, _)| emblem_of(*pattern));
                wishes.headphone_trim = emblem.or(wishes.headphone_trim);
                if said.denied {
                    self.unknown(&format!("no {text}"));
                }
            }
            Noun::Curtain => wishes.curtain = first.or(wishes.curtain),
            Noun::Toy(toy) => {
                wishes.toy = Some(toy);
                wishes.toy_colour = first.or(wishes.toy_colour);
            }
            Noun::Person => {
                if side == Side::Before {
                    let by_skin = |tint: &Tint| tint.names_skin();
                    let skin: Vec<Tint> = said.colours.extract_if(.., |tint| by_skin(tint)).collect();
                    let wishes = &mut self.reading.wishes;
                    wishes.skin = skin.last().copied().map(tints::skin).or(wishes.skin);
                }
                self.of_nothing(said);
                return;
            }
            Noun::Part => {}
        }
        if !said.colours.is_empty()
            && let Some(thing) = &mut self.last
        {
            thing.has_colour = true;
        }
    }

    fn hair(&mut self, style: Option<HairStyle>, said: &Said) {
        let wishes = &mut self.reading.wishes;
        let called = said.style.or(said.hair_only);
        if said.denied {
            (wishes.hair, self.hair_is_named) = (Some(HairStyle::Bald), true);
        } else if style.is_some() {
            (wishes.hair, self.hair_is_named) = (style, true);
        } else if !self.hair_is_named {
            wishes.hair = called.or(wishes.hair);
        }
        let by_shade = said.shade.map(tints::hair_by_shade);
        let named = said.colours.last().copied().map(tints::hair);
        wishes.hair_colour = named.or(by_shade).or(wishes.hair_colour);
    }

    /// The first colour is the cloth's; a second one, and that of a pattern, is printed on it.
    fn clothes(&mut self, said: &Said, side: Side, has_colour: bool) {
        let wishes = &mut self.reading.wishes;
        let mut colours = said.colours.iter().map(|tint| tint.rgb());
        let printed = side == Side::After && (has_colour || said.motif.is_some());
        if !printed {
            wishes.cloth = colours.next().or(wishes.cloth);
        }
        let of_motif = said.motif_colours.first().map(|tint| tint.rgb());
        wishes.trim = of_motif.or_else(|| colours.next()).or(wishes.trim);
        wishes.pattern = said.motif.as_ref().map(|(pattern, _)| *pattern).or(wishes.pattern);
    }

    /// Adjectives of no noun: each means what it mostly does.
    fn of_nothing(&mut self, mut said: Said) {
        let wishes = &mut self.reading.wishes;
        if let Some(trim) = said.trim {
            wishes.headphone_trim = Some(trim);
        }
        let (hair, others): (Vec<Tint>, Vec<Tint>) =
            std::mem::take(&mut said.colours).into_iter().partition(|tint| tint.names_hair());
        let (eyes, cloths): (Vec<Tint>, Vec<Tint>) = others.into_iter().partition(|tint| tint.names_eyes());
        wishes.hair_colour = hair.last().copied().map(tints::hair).or(wishes.hair_colour);
        wishes.eyes = eyes.last().copied().map(tints::eyes).or(wishes.eyes);
        if !self.hair_is_named {
            wishes.hair = said.style.or(said.hair_only).or(wishes.hair);
        }
        let by_shade = said.shade.map(tints::skin_by_shade);
        wishes.skin = said.complexion.or(by_shade).or(wishes.skin);
        wishes.chubby |= said.chubby;
        if said.gap {
            wishes.teeth = Some(Teeth::Gap);
        }
        if said.denied {
            self.unknown("no");
        }
        let side = if said.motif.is_some() && !cloths.is_empty() { Side::After } else { Side::Before };
        said.colours = cloths;
        self.clothes(&said, side, false);
    }

    /// Tells the pattern of a thing that is drawn without one.
    fn undrawn(&mut self, said: &Said) {
        if let Some((pattern, text)) = &said.motif
            && *pattern != Pattern::Plain
        {
            self.unknown(text);
        }
    }

    fn finish(self) -> Reading {
        let Reader { mut reading, shirt, .. } = self;
        let wishes = &mut reading.wishes;
        if let Some(shirt) = shirt {
            let mut colours = shirt.colours.into_iter();
            if matches!(wishes.outfit, Some(Outfit::Dungarees | Outfit::Waistcoat | Outfit::Cardigan)) {
                wishes.shirt = colours.next();
            } else if wishes.outfit.is_none() {
                wishes.outfit = Some(Outfit::Sweater);
                wishes.cloth = colours.next().or(wishes.cloth);
                wishes.trim = colours.next().or(wishes.trim);
                wishes.pattern = shirt.pattern.or(wishes.pattern);
            }
        }
        reading
    }
}

/// The words that mean something here, two that are one thing as one; and those that are not known.
fn words(text: &str) -> (Clause, Vec<String>) {
    let spaced = text.replace([':', '='], " is ").replace(['&', '+'], " and ");
    let texts: Vec<&str> =
        spaced.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty()).collect();
    let (mut words, mut unknown) = (Vec::new(), Vec::new());
    let mut index = 0;
    while let Some(&first) = texts.get(index) {
        let second = texts.get(index + 1).copied().unwrap_or_default();
        index += 1;
        if first.chars().all(|c| c.is_ascii_digit()) {
            continue;
        }
        if let Some(dark) = vocabulary::shade_before(first, second) {
            words.push((Word::Adjective(Adjective::Shade(dark)), first.to_owned()));
            continue;
        }
        let meant = vocabulary::joined(first, second);
        if meant.is_some() || vocabulary::refines(first, second) {
            index += 1;
        }
        match vocabulary::meaning(meant.unwrap_or(first)) {
            Some(Word::Filler) => {}
            Some(word) => words.push((word, first.to_owned())),
            None => unknown.push(first.to_owned()),
        }
    }
    (words, unknown)
}

/// Whether the words up to the next joint name a thing.
fn a_noun_follows(rest: &[(Word, String)]) -> bool {
    let joint = |word: &Word| matches!(word, Word::Link | Word::And | Word::Says);
    rest.iter().map(|(word, _)| word).take_while(|word| !joint(word)).any(|word| matches!(word, Word::Noun(_)))
}

fn tint_of(adjective: &Adjective) -> Option<Tint> {
    if let Adjective::Colour(tint) = adjective { Some(*tint) } else { None }
}

fn shape_of(pattern: Pattern) -> Option<GlassesShape> {
    match pattern {
        Pattern::Stars => Some(GlassesShape::Star),
        Pattern::Hearts => Some(GlassesShape::Heart),
        _ => None,
    }
}

fn emblem_of(pattern: Pattern) -> Option<HeadphoneTrim> {
    match pattern {
        Pattern::Stars => Some(HeadphoneTrim::Star),
        Pattern::Hearts => Some(HeadphoneTrim::Heart),
        _ => None,
    }
}

/// The adjectives of one noun, by what they say.
#[derive(Default)]
struct Said {
    colours: Vec<Tint>,
    shade: Option<bool>,
    complexion: Option<usize>,
    style: Option<HairStyle>,
    hair_only: Option<HairStyle>,
    motif: Option<(Pattern, String)>,
    motif_colours: Vec<Tint>,
    shapes: Vec<GlassesShape>,
    trim: Option<HeadphoneTrim>,
    gap: bool,
    chubby: bool,
    denied: bool,
}

impl Said {
    fn of(adjectives: Vec<(Adjective, String)>) -> Said {
        let mut said = Said::default();
        for (adjective, text) in adjectives {
            match adjective {
                Adjective::Colour(tint) => said.colours.push(tint),
                Adjective::Shade(dark) => said.shade = Some(dark),
                Adjective::Complexion(index) => said.complexion = Some(index),
                Adjective::Style(style) => said.style = Some(style),
                Adjective::HairOnly(style) => said.hair_only = Some(style),
                Adjective::Motif { pattern, colours, .. } => {
                    said.motif = Some((pattern, text));
                    said.motif_colours.extend(colours);
                }
                Adjective::Shape(shape) => said.shapes.push(shape),
                Adjective::Trim(trim) => said.trim = Some(trim),
                Adjective::Gap => said.gap = true,
                Adjective::Chubby => said.chubby = true,
                Adjective::No => said.denied = true,
            }
        }
        said
    }
}
