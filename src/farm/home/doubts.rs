//! How closely is looked at what a worker hands back: its first work in full, and later a share of it that it cannot foresee.
//! Who was found wrong once is looked at in full for long. A name proves nothing, so this bounds how much wrong work is taken
//! from who can reach the server; it does not make a stranger trustworthy.

use std::collections::HashMap;

use crate::providers::video::Scrutiny;

/// One clip in so many is looked at in full: its still and its sound are made again.
pub const ONE_IN: u32 = 16;

/// So many clips in a row must be right, by a name that was found wrong.
const AFTER_A_LIE: u32 = 32;

/// Nobody has more workers; names beyond are never believed.
const MOST_NAMES: usize = 1000;

/// What is thought of workers, by name.
#[derive(Debug, Default)]
pub struct Doubts {
    /// How many clips are still looked at in full, whatever chance says.
    left: HashMap<String, u32>,
}

impl Doubts {
    /// How to look at the next work of a worker. `chance` is any number that it does not know.
    pub fn scrutiny(&self, worker: &str, chance: u32) -> Scrutiny {
        let is_known = self.left.get(worker) == Some(&0);
        if is_known && !chance.is_multiple_of(ONE_IN) { Scrutiny::Usual } else { Scrutiny::Whole }
    }

    /// It was looked at in full and right.
    pub fn right(&mut self, worker: &str) {
        if let Some(left) = self.left.get_mut(worker) {
            *left = left.saturating_sub(1);
        } else if self.left.len() < MOST_NAMES {
            self.left.insert(worker.to_owned(), 0);
        }
    }

    /// It was not what was asked for.
    pub fn wrong(&mut self, worker: &str) {
        if self.left.len() < MOST_NAMES || self.left.contains_key(worker) {
            self.left.insert(worker.to_owned(), AFTER_A_LIE);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stranger_is_looked_at_in_full_and_a_known_one_by_chance() {
        let mut doubts = Doubts::default();
        assert_eq!(doubts.scrutiny("one", 1), Scrutiny::Whole);
        doubts.right("one");
        assert_eq!(doubts.scrutiny("other", 1), Scrutiny::Whole);
        let whole = (0..1600).filter(|&chance| doubts.scrutiny("one", chance) == Scrutiny::Whole).count();
        assert_eq!(whole, 100);
    }

    #[test]
    fn who_was_wrong_once_is_believed_again_only_after_long() {
        let mut doubts = Doubts::default();
        doubts.right("one");
        doubts.wrong("one");
        for _ in 0..AFTER_A_LIE {
            assert_eq!(doubts.scrutiny("one", 1), Scrutiny::Whole);
            doubts.right("one");
        }
        assert_eq!(doubts.scrutiny("one", 1), Scrutiny::Usual);
    }

    #[test]
    fn any_number_of_names_takes_no_more_memory_and_earns_nothing() {
        let mut doubts = Doubts::default();
        for number in 0..2 * MOST_NAMES {
            doubts.right(&number.to_string());
            doubts.wrong(&number.to_string());
        }
        assert_eq!(doubts.left.len(), MOST_NAMES);
        assert_eq!(doubts.scrutiny(&(2 * MOST_NAMES - 1).to_string(), 1), Scrutiny::Whole);
    }
}
