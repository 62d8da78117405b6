//! Money in whole millionths of a US dollar, so that sums are exact.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign};

use serde::{Deserialize, Serialize};

/// An amount in millionths of a US dollar; adding saturates rather than wraps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MicroDollars(pub u64);

impl MicroDollars {
    pub const ZERO: Self = Self(0);

    pub fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// This amount and another one in words, each rounded up to the coarsest step at which two different amounts look
    /// different: cents, else hundredths of a cent, else all there is.
    pub fn beside(self, other: Self) -> (String, String) {
        let rounded = |step: u64| (self.0.div_ceil(step), other.0.div_ceil(step));
        let words = |amount: Self, step: u64, digits: usize| {
            let rounded = amount.0.div_ceil(step);
            let dollar = 1_000_000 / step;
            format!("${}.{:0digits$}", rounded / dollar, rounded % dollar)
        };
        let steps = [(10_000, 2), (100, 4), (1, 6)];
        let differs = |&(step, _): &(u64, usize)| self == other || rounded(step).0 != rounded(step).1;
        let (step, digits) = steps.into_iter().find(differs).unwrap_or((1, 6));
        (words(self, step, digits), words(other, step, digits))
    }

    /// In dollars, for JSON documents.
    pub fn dollars(self) -> f64 {
        self.0 as f64 / 1e6
    }
}

impl Add for MicroDollars {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for MicroDollars {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for MicroDollars {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

impl fmt::Display for MicroDollars {
    /// `$0.05`; rounded up to a whole cent, so that a price is never shown as less than it is.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cents = self.0.div_ceil(10_000);
        write!(f, "${}.{:02}", cents / 100, cents % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_amounts_that_differ_never_look_the_same() {
        for (one, other, shown) in [
            (480_000, 470_000, ("$0.48", "$0.47")),
            (15_200, 15_000, ("$0.0152", "$0.0150")),
            (15_001, 15_000, ("$0.0151", "$0.0150")),
            (2_000_001, 2_000_000, ("$2.01", "$2.00")),
            (20_000, 20_000, ("$0.02", "$0.02")),
            (10_000_000, 1, ("$10.00", "$0.01")),
            (15_050, 15_049, ("$0.015050", "$0.015049")),
        ] {
            let (one, other) = MicroDollars(one).beside(MicroDollars(other));
            assert_eq!((one.as_str(), other.as_str()), shown);
        }
    }

    #[test]
    fn a_price_is_never_shown_as_less_than_it_is() {
        for (micro, shown) in [(0, "$0.00"), (1, "$0.01"), (50_000, "$0.05"), (50_001, "$0.06"), (12_340_000, "$12.34")]
        {
            assert_eq!(MicroDollars(micro).to_string(), shown);
        }
    }
}
