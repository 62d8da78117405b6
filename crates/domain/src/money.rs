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
    /// What free providers charge.
    pub const ZERO: Self = Self(0);

    /// Whether nothing at all is spent: an amount that is shown as a tenth of a cent is not zero.
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

    /// The nearest amount; below zero there is none.
    pub fn from_dollars(dollars: f64) -> Self {
        Self((dollars * 1e6).round() as u64)
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

/// The smallest amount that is shown: a tenth of a cent.
const TENTH_OF_A_CENT: u64 = 1_000;

impl fmt::Display for MicroDollars {
    /// `$0.05`, `$0.006`: cents, and tenths of a cent where there are any. Rounded up, so that a price is never shown as
    /// less than it is. Two or three digits can be asked for by a precision: `{:.3}` is for columns.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = self.0.div_ceil(TENTH_OF_A_CENT);
        let (dollars, below) = (tenths / 1_000, tenths % 1_000);
        if below.is_multiple_of(10) && f.precision() != Some(3) {
            write!(f, "${dollars}.{:02}", below / 10)
        } else {
            write!(f, "${dollars}.{below:03}")
        }
    }
}

/// Amounts and their sum as they are shown: each is rounded to a tenth of a cent, up or down, such that what is read adds
/// up to the sum that is read. The sum itself is rounded up.
pub fn shown_with_sum(amounts: &[MicroDollars]) -> (Vec<MicroDollars>, MicroDollars) {
    let sum: MicroDollars = amounts.iter().copied().sum();
    let tenths = |amount: MicroDollars| amount.0 / TENTH_OF_A_CENT;
    let whole: u64 = amounts.iter().copied().map(tenths).fold(0, u64::saturating_add);
    let mut missing = sum.0.div_ceil(TENTH_OF_A_CENT).saturating_sub(whole);
    let mut shown: Vec<u64> = amounts.iter().copied().map(tenths).collect();
    // Those that lost most by rounding down are rounded up.
    let mut by_rest: Vec<usize> = (0..amounts.len()).collect();
    by_rest.sort_by_key(|&position| std::cmp::Reverse(amounts[position].0 % TENTH_OF_A_CENT));
    for position in by_rest {
        if missing == 0 {
            break;
        }
        shown[position] += 1;
        missing -= 1;
    }
    let of_tenths = |tenths: u64| MicroDollars(tenths.saturating_mul(TENTH_OF_A_CENT));
    (shown.into_iter().map(of_tenths).collect(), of_tenths(sum.0.div_ceil(TENTH_OF_A_CENT)))
}

/// How a column shows that nothing was spent.
pub const NOTHING: &str = "–";

/// A column of amounts and its sum, in words of one precision that add up.
pub fn column(amounts: &[MicroDollars]) -> (Vec<String>, String) {
    let (rows, sum) = shown_with_sum(amounts);
    let has_tenths = rows.iter().chain([&sum]).any(|amount| !amount.0.is_multiple_of(10 * TENTH_OF_A_CENT));
    let precision = if has_tenths { 3 } else { 2 };
    let words = |exact: MicroDollars, shown: MicroDollars| {
        if exact.is_zero() { NOTHING.to_owned() } else { format!("{shown:.precision$}") }
    };
    let exact_sum = amounts.iter().copied().sum();
    (amounts.iter().zip(&rows).map(|(&exact, &shown)| words(exact, shown)).collect(), words(exact_sum, sum))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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
        for (micro, shown) in [
            (0, "$0.00"),
            (1, "$0.001"),
            (5_700, "$0.006"),
            (50_000, "$0.05"),
            (50_001, "$0.051"),
            (110_000, "$0.11"),
            (999_001, "$1.00"),
            (3_104_000, "$3.104"),
            (12_340_000, "$12.34"),
        ] {
            assert_eq!(MicroDollars(micro).to_string(), shown);
        }
        assert_eq!(format!("{:.3}", MicroDollars(50_000)), "$0.050");
    }

    #[test]
    fn a_column_adds_up_to_its_sum_in_one_precision() {
        let column = |amounts: &[u64]| {
            let amounts: Vec<MicroDollars> = amounts.iter().copied().map(MicroDollars).collect();
            super::column(&amounts)
        };
        let owned = |rows: &[&str]| rows.iter().map(|row| (*row).to_owned()).collect::<Vec<_>>();
        for (amounts, rows, sum) in [
            (&[200_000, 90_000, 100_000][..], &["$0.20", "$0.09", "$0.10"][..], "$0.39"),
            (&[4_500; 7], &["$0.005", "$0.005", "$0.005", "$0.005", "$0.004", "$0.004", "$0.004"], "$0.032"),
            (&[0, 1_500, 2_000_000], &["–", "$0.002", "$2.000"], "$2.002"),
            (&[], &[], "–"),
            (&[300, 300], &["$0.001", "$0.000"], "$0.001"),
        ] {
            assert_eq!(column(amounts), (owned(rows), sum.to_owned()), "{amounts:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_read_adds_up_to_the_sum_that_is_read(amounts in prop::collection::vec(0u64..10_000_000, 0..40)) {
            let amounts: Vec<MicroDollars> = amounts.into_iter().map(MicroDollars).collect();
            let (rows, sum) = shown_with_sum(&amounts);
            prop_assert_eq!(rows.iter().copied().sum::<MicroDollars>(), sum);
            let exact: MicroDollars = amounts.iter().copied().sum();
            prop_assert!(sum.0 >= exact.0 && sum.0 < exact.0 + TENTH_OF_A_CENT);
            for (row, amount) in rows.iter().zip(&amounts) {
                prop_assert!(row.0.abs_diff(amount.0) < TENTH_OF_A_CENT);
            }
        }
    }
}
