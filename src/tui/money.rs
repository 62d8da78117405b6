//! What was spent and how much may be, in a few words. Pure.

use crate::engine::quote::{self, of_cap};
use crate::engine::{Budgets, Quote, Room};

/// `run $0.11 of $5 · month $3.10 of $20`; without a paid run to look at only the month.
pub fn line(budgets: &Budgets, with_run: bool) -> String {
    let run = budgets.run.as_ref().filter(|_| with_run).map(|run| format!("run {}", of_cap(run)));
    run.into_iter().chain([format!("month {}", of_cap(&budgets.month))]).collect::<Vec<_>>().join(" · ")
}

/// What a question says below its price, line by line; `key` opens the page of calls in doubt.
pub fn question(quote: &Quote, room: &Room, budgets: &Budgets, key: &str) -> String {
    quote::lines(quote, room, budgets, key).join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::MicroDollars;
    use crate::engine::Budget;

    const DOLLAR: u64 = 1_000_000;

    #[test]
    fn what_is_spent_stands_beside_what_may_be() {
        let budgets = |run: Option<u64>, month_cap: Option<u64>| Budgets {
            run: run.map(|used| Budget { used: MicroDollars(used), cap: Some(MicroDollars(5 * DOLLAR)) }),
            month: Budget { used: MicroDollars(3_100_000), cap: month_cap.map(MicroDollars) },
            ..Budgets::default()
        };
        assert_eq!(line(&budgets(Some(110_000), Some(20 * DOLLAR)), true), "run $0.11 of $5 · month $3.10 of $20");
        assert_eq!(line(&budgets(None, Some(600_000)), true), "month $3.10 of $0.60");
        assert_eq!(line(&budgets(Some(110_000), None), false), "month $3.10");
    }
}
