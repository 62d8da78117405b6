//! What was spent and how much may be, in a few words. Pure.

use crate::engine::words::quote::{self, of_cap};
use crate::engine::{Budgets, Quote, Remakes, Room};
use crate::plan::Product;
use crate::tui::text;

/// `run $0.11 of $5 · month $3.10 of $20`; without a paid run to look at only the month.
pub fn line(budgets: &Budgets, with_run: bool) -> String {
    let run = budgets.run.as_ref().filter(|_| with_run).map(|run| format!("run {}", of_cap(run)));
    run.into_iter().chain([format!("month {}", of_cap(&budgets.month))]).collect::<Vec<_>>().join(" · ")
}

/// What a question says below its price, line by line; `key` opens the page of calls in doubt.
pub fn question(quote: &Quote, room: &Room, budgets: &Budgets, key: &str) -> String {
    quote::lines(quote, room, budgets, key).join("\n")
}

/// `remakes 1 voice, 1 clip · free`: what an edit would have made again.
pub fn remakes(remakes: &Remakes) -> String {
    if remakes.items.is_empty() && remakes.price.is_zero() {
        return "remakes nothing".to_owned();
    }
    let named = |&(product, count): &(Product, usize)| {
        let thing = match product {
            Product::Portrait => "face",
            Product::Clip => "clip",
            Product::Effect => "effect",
            _ => "voice",
        };
        text::count(count, thing)
    };
    let items: Vec<String> = remakes.items.iter().map(named).collect();
    let all: usize = remakes.items.iter().map(|(_, count)| count).sum();
    let price = match remakes.price.is_zero() {
        true if remakes.made == all => "all made before".to_owned(),
        true => "free".to_owned(),
        false => format!("up to {}", remakes.price),
    };
    format!("remakes {} · {price}", items.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::MicroDollars;
    use crate::engine::Budget;

    const DOLLAR: u64 = 1_000_000;

    #[test]
    fn an_edit_says_what_it_makes_again_and_for_how_much() {
        let items = vec![(Product::Portrait, 1), (Product::Voice, 2), (Product::Clip, 12)];
        for (made, price, said) in [
            (0, 0, "remakes 1 face, 2 voices, 12 clips · free"),
            (3, 12_000, "remakes 1 face, 2 voices, 12 clips · up to $0.012"),
            (15, 0, "remakes 1 face, 2 voices, 12 clips · all made before"),
        ] {
            assert_eq!(remakes(&Remakes { items: items.clone(), made, price: MicroDollars(price) }), said);
        }
        assert_eq!(remakes(&Remakes::default()), "remakes nothing");
    }

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
