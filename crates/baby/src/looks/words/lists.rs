//! Lists of adjectives with commas: "red, curly hair" is one thing, while "in red, curly hair" is two. Moves adjectives
//! over the comma to the noun that they are listed for. Called by `grammar` before it binds anything.

use super::vocabulary::{Adjective, Noun, Word};

/// What a clause says, each meaning with the word it was said by.
pub type Clause = Vec<(Word, String)>;

/// Moves what is listed for a noun of a later clause into that clause, from the last comma to the first.
pub fn join(clauses: &mut [Clause]) {
    let goes_on = still_says(clauses);
    for index in (0..clauses.len()).rev() {
        let (earlier, later) = clauses.split_at_mut(index + 1);
        let Some(next) = later.iter_mut().find(|clause| !clause.is_empty()) else { continue };
        let clause = &mut earlier[index];
        let Some((begin, is_worn)) = tail(clause).filter(|_| !goes_on[index]) else { continue };
        // The nearest to the noun goes first, so that the order stays.
        for at in (begin..clause.len()).rev() {
            let fitting = noun_of(next).filter(|noun| !is_worn || is_cloth(*noun));
            if let (Word::Adjective(adjective), Some(noun)) = (&clause[at].0, fitting)
                // "A romper with stars, glasses": what is printed behind "with" has its noun.
                && (begin == 0 || !matches!(adjective, Adjective::Motif { .. }))
                && fits(adjective, noun, next)
            {
                let moved = clause.remove(at);
                next.insert(0, moved);
            }
        }
    }
}

/// Whether each clause still says things of a noun: "hair: curly, red".
fn still_says(clauses: &[Clause]) -> Vec<bool> {
    let mut says = false;
    let mut of_clause = |clause: &Clause| {
        for (word, _) in clause {
            match word {
                Word::Says => says = true,
                Word::Noun(_) | Word::Link => says = false,
                _ => {}
            }
        }
        says
    };
    clauses.iter().map(&mut of_clause).collect()
}

/// Where the adjectives begin that end a clause without a noun of their own, and whether they say what is worn ("in red").
fn tail(clause: &Clause) -> Option<(usize, bool)> {
    let is_listed = |word: &Word| matches!(word, Word::Adjective(_) | Word::And);
    let begin = clause.iter().rposition(|(word, _)| !is_listed(word)).map_or(0, |last| last + 1);
    let Some((before, text)) = begin.checked_sub(1).map(|last| &clause[last]) else { return Some((0, false)) };
    let is_worn = matches!(text.as_str(), "in" | "wearing" | "wears" | "wear");
    // "A bow in red" has found its noun.
    let has_noun = clause.iter().any(|(word, _)| matches!(word, Word::Noun(noun) if *noun != Noun::Person));
    (*before == Word::Link && !(is_worn && has_noun)).then_some((begin, is_worn))
}

/// The noun that a clause begins with, behind its adjectives.
fn noun_of(clause: &Clause) -> Option<Noun> {
    let is_listed = |word: &Word| matches!(word, Word::Adjective(_) | Word::And);
    match clause.iter().find(|(word, _)| !is_listed(word)) {
        Some((Word::Noun(noun), _)) => Some(*noun),
        _ => None,
    }
}

fn is_cloth(noun: Noun) -> bool {
    matches!(noun, Noun::Clothes(_) | Noun::Shirt | Noun::Headwear(_) | Noun::Cape | Noun::Tutu)
}

/// Whether an adjective can be listed for the noun of a clause. One that says something by itself ("pale", "ginger") stays
/// where the noun could not take it, and a thing of one colour takes one.
fn fits(adjective: &Adjective, noun: Noun, clause: &Clause) -> bool {
    let has_colour = clause
        .iter()
        .take_while(|(word, _)| !matches!(word, Word::Noun(_)))
        .any(|(word, _)| matches!(word, Word::Adjective(Adjective::Colour(_))));
    match adjective {
        Adjective::Colour(tint) => {
            let is_named_after =
                (tint.names_hair() && !matches!(noun, Noun::Hair(_))) || (tint.names_eyes() && noun != Noun::Eyes);
            let many = matches!(noun, Noun::Clothes(_) | Noun::Shirt | Noun::Headphones | Noun::Toy(_));
            let is_person = noun == Noun::Person && !tint.names_skin();
            !is_named_after && !is_person && (many || !has_colour)
        }
        Adjective::Shade(_) => matches!(noun, Noun::Hair(_)) || (noun == Noun::Eyes && !has_colour),
        Adjective::Style(_) | Adjective::HairOnly(_) => matches!(noun, Noun::Hair(_)),
        Adjective::Complexion(_) => noun == Noun::Skin,
        Adjective::Motif { .. } => matches!(noun, Noun::Clothes(_) | Noun::Shirt | Noun::Glasses | Noun::Sunglasses),
        Adjective::Shape(_) => matches!(noun, Noun::Glasses | Noun::Sunglasses | Noun::Cheeks),
        Adjective::Trim(_) => noun == Noun::Headphones,
        Adjective::Chubby => noun == Noun::Cheeks,
        Adjective::Gap | Adjective::No => false,
    }
}
