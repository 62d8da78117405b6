//! What was spent and how much may be, in a few words. Pure.

use crate::domain::MicroDollars;
use crate::engine::{Budget, Budgets};

/// `run $0.11 of 5 · month $3.10 of 20`; without a paid run only the month.
pub fn line(budgets: &Budgets) -> String {
    let run = budgets.run.as_ref().map(|run| format!("run {}", of_cap(run)));
    run.into_iter().chain([format!("month {}", of_cap(&budgets.month))]).collect::<Vec<_>>().join(" · ")
}

/// `$3.10 of 20`.
fn of_cap(budget: &Budget) -> String {
    match budget.cap {
        Some(cap) => format!("{} of {}", budget.used, short(cap)),
        None => budget.used.to_string(),
    }
}

/// Whole dollars without cents.
fn short(amount: MicroDollars) -> String {
    let text = amount.to_string();
    let digits = text.trim_start_matches('$');
    digits.strip_suffix(".00").unwrap_or(digits).to_owned()
}

/// What the caps mean for a run of this price, as sentences.
pub fn caps(budgets: &Budgets, price: MicroDollars) -> String {
    let month = &budgets.month;
    let mut text = format!("This month {} is spent", of_cap(month));
    text.push_str(&budgets.run_cap.map_or_else(|| ".".to_owned(), |cap| format!("; a run may spend {cap}.")));
    if budgets.run_cap.is_some_and(|cap| price > cap) {
        text.push_str(" It stops at that cap; what is made by then stays.");
    }
    if month.cap.is_some_and(|cap| month.used + price > cap) {
        text.push_str(" It stops when the month's cap is reached.");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOLLAR: u64 = 1_000_000;

    fn budgets(run: Option<u64>, month_cap: Option<u64>) -> Budgets {
        let cap = MicroDollars(5 * DOLLAR);
        Budgets {
            run: run.map(|used| Budget { used: MicroDollars(used), cap: Some(cap) }),
            run_cap: Some(cap),
            month: Budget { used: MicroDollars(3_100_000), cap: month_cap.map(MicroDollars) },
        }
    }

    #[test]
    fn what_is_spent_stands_beside_what_may_be() {
        assert_eq!(line(&budgets(Some(110_000), Some(20 * DOLLAR))), "run $0.11 of 5 · month $3.10 of 20");
        assert_eq!(line(&budgets(None, Some(20_500_000))), "month $3.10 of 20.50");
        assert_eq!(line(&budgets(None, None)), "month $3.10");
    }

    #[test]
    fn a_price_above_a_cap_says_where_it_stops() {
        let told = |price, month| caps(&budgets(None, Some(month)), MicroDollars(price));
        assert_eq!(told(DOLLAR, 20 * DOLLAR), "This month $3.10 of 20 is spent; a run may spend $5.00.");
        assert!(told(6 * DOLLAR, 20 * DOLLAR).ends_with("It stops at that cap; what is made by then stays."));
        assert!(told(DOLLAR, 4 * DOLLAR).ends_with("It stops when the month's cap is reached."));
    }
}
