//! What a call may spend. Nobody can be asked here: a draft is free, and a final needs `cap_usd` in the call itself, which
//! never allows more than the config does. Pure.

use super::answer::Refusal;
use crate::domain::MicroDollars;
use crate::engine::{Consent, FinalsState, Quote, Room, View};
use crate::plan::Mode;

/// More than anybody means.
const MOST_USD: f64 = 1e6;

/// The amount that stands in a call.
pub fn cap(dollars: Option<f64>) -> Result<Option<MicroDollars>, Refusal> {
    match dollars {
        None => Ok(None),
        Some(dollars) if (0.0..=MOST_USD).contains(&dollars) => Ok(Some(MicroDollars::from_dollars(dollars))),
        Some(_) => Err(Refusal::new("`cap_usd` is an amount in US dollars, such as 0.25")),
    }
}

/// What a run may spend whose price was found, or why it must not begin. `cap` is that of the call, `run_cap` that of the
/// config, `room` what all caps leave.
pub fn consent(
    quote: &Quote,
    cap: Option<MicroDollars>,
    run_cap: Option<MicroDollars>,
    room: &Room,
) -> Result<Consent, Refusal> {
    if quote.waits_for_decisions() {
        return Err(Refusal::new(format!(
            "Nothing can be made: {} may have been billed. A person decides on that first, with `babblecast unknown`",
            super::campaign::counted(quote.held, "call")
        )));
    }
    let price = quote.price;
    if price.is_zero() {
        return Ok(Consent::FreeOnly);
    }
    let Some(asked) = cap else {
        return Err(Refusal::new(format!(
            "This needs up to {price}, and nothing is spent without a cap in the call. Show the person the price (`plan` has \
             it in detail), and call again with `cap_usd`; or make the free draft with `mode` \"draft\""
        )));
    };
    let allowed = run_cap.map_or(asked, |most| asked.min(most));
    if price > allowed {
        let (price, shown) = price.beside(allowed);
        let cut = if allowed < asked { "caps.run of the config cuts `cap_usd` to" } else { "`cap_usd` is" };
        let next = if allowed < asked {
            "A person can raise caps.run; a part of it can be made with `only` or `scene`"
        } else {
            "Ask the person for a larger one, or make a part of it with `only` or `scene`"
        };
        return Err(Refusal::new(format!("This needs up to {price}, and {cut} {shown}. {next}")));
    }
    match room.refusal(quote) {
        Some(why) => Err(Refusal::new(why)),
        None => Ok(Consent::UpTo(allowed)),
    }
}

/// Refuses finals that nobody makes here; the sentence says what to set.
pub fn can_be_made(view: &View, mode: Mode) -> Result<(), Refusal> {
    match &view.library().finals {
        FinalsState::Unavailable(what_to_set) if mode == Mode::Final => Err(Refusal::new(format!(
            "No final can be made: {}. Keys are set by a person in the environment of `babblecast mcp`; the draft is free",
            what_to_set.trim_end_matches('.')
        ))),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Budgets;

    fn quote(price: u64) -> Quote {
        Quote { price: MicroDollars(price), cheapest: MicroDollars(price.min(1_000)), ..Quote::default() }
    }

    fn asked(price: u64, cap: Option<u64>, run_cap: Option<u64>) -> Result<Consent, String> {
        let budgets = Budgets { run_cap: run_cap.map(MicroDollars), ..Budgets::default() };
        let room = Room::of(&budgets, MicroDollars::ZERO);
        let told = consent(&quote(price), cap.map(MicroDollars), run_cap.map(MicroDollars), &room);
        told.map_err(|refusal| refusal.0)
    }

    #[test]
    fn nothing_is_spent_without_a_cap_in_the_call() {
        assert_eq!(asked(0, None, None), Ok(Consent::FreeOnly));
        let refused = asked(480_000, None, None).unwrap_err();
        assert!(refused.starts_with("This needs up to $0.48, and nothing is spent without a cap"), "{refused}");
        assert_eq!(asked(480_000, Some(500_000), None), Ok(Consent::UpTo(MicroDollars(500_000))));
    }

    #[test]
    fn a_cap_of_the_call_is_cut_to_that_of_the_config() {
        assert_eq!(asked(480_000, Some(100_000_000), Some(500_000)), Ok(Consent::UpTo(MicroDollars(500_000))));
        let cut = asked(480_000, Some(100_000_000), Some(50_000)).unwrap_err();
        assert!(cut.contains("caps.run of the config cuts `cap_usd` to $0.05"), "{cut}");
        let small = asked(480_000, Some(470_000), Some(5_000_000)).unwrap_err();
        assert!(small.contains("`cap_usd` is $0.47"), "{small}");
    }

    #[test]
    fn only_an_amount_is_a_cap() {
        assert_eq!(cap(Some(0.25)), Ok(Some(MicroDollars(250_000))));
        for wrong in [-0.01, f64::NAN, f64::INFINITY, 1e9] {
            assert!(cap(Some(wrong)).is_err(), "{wrong}");
        }
    }
}
