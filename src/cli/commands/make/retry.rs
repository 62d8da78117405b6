//! `--retry-unknown`: what a run without a person does about calls that may have been billed. Without a word, nothing.

use std::collections::HashSet;

use crate::cli::support::exit::{Failure, sentence};
use crate::cli::support::output::say;
use crate::cli::support::session::{Happening, Session};
use crate::config::parse_dollars;
use crate::domain::MicroDollars;
use crate::engine::{AttemptId, Command, Event, Ledger, Level, Resolution};
use crate::plan::JobKey;

/// Which calls in doubt are made again, at the risk of being billed twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RetryUnknown {
    #[default]
    Never,
    All,
    /// The oldest ones that together cost at most this.
    MaxUsd(MicroDollars),
}

impl std::str::FromStr for RetryUnknown {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match (text, text.strip_prefix("max-usd=")) {
            ("never", _) => Ok(Self::Never),
            ("all", _) => Ok(Self::All),
            (_, Some(dollars)) => parse_dollars(dollars).map(Self::MaxUsd),
            (_, None) => Err("say never, all or max-usd=0.50".to_owned()),
        }
    }
}

/// The calls that are to be made again.
pub struct Retried {
    attempts: Vec<AttemptId>,
    keys: HashSet<JobKey>,
}

impl RetryUnknown {
    /// Picks among the calls in doubt that concern these jobs.
    pub fn pick(self, ledger: &Ledger, wanted: &HashSet<JobKey>) -> Retried {
        let mut left = match self {
            Self::Never => return Retried { attempts: Vec::new(), keys: HashSet::new() },
            Self::All => None,
            Self::MaxUsd(most) => Some(most),
        };
        let mut retried = Retried { attempts: Vec::new(), keys: HashSet::new() };
        for call in ledger.unknown.iter().filter(|call| wanted.contains(&call.key)) {
            if let Some(left) = &mut left {
                if call.price > *left {
                    continue;
                }
                left.0 -= call.price.0;
            }
            retried.attempts.push(call.attempt);
            retried.keys.insert(call.key);
        }
        retried
    }
}

impl Retried {
    pub fn has(&self, key: JobKey) -> bool {
        self.keys.contains(&key)
    }

    /// Writes the decisions down, once the price is agreed to. A call that another program decided on first is that
    /// program's to make: this one says so and goes on with everything else.
    pub fn decide(&self, session: &mut Session) -> Result<(), Failure> {
        self.attempts.iter().try_for_each(|attempt| decide(session, *attempt))
    }
}

/// Each decision is answered by one notice; what follows from it is told later and kept by the session.
fn decide(session: &mut Session, attempt: AttemptId) -> Result<(), Failure> {
    session.send(Command::Resolve { attempt, resolution: Resolution::Retry })?;
    loop {
        match session.next()? {
            Happening::Interrupted => return Err(Failure::interrupted()),
            Happening::Event(Event::Notice(notice)) if notice.level == Level::Error => {
                say(&sentence(notice.text));
                return Ok(());
            }
            Happening::Event(Event::Notice(_)) => return Ok(()),
            Happening::Event(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubt_is_paid_for_only_on_a_clear_word() {
        for (text, meant) in [
            ("never", Ok(RetryUnknown::Never)),
            ("all", Ok(RetryUnknown::All)),
            ("max-usd=0.5", Ok(RetryUnknown::MaxUsd(MicroDollars(500_000)))),
        ] {
            assert_eq!(text.parse::<RetryUnknown>(), meant);
        }
        for text in ["", "yes", "max-usd=", "max-usd=-1", "max-usd", "ALL"] {
            assert!(text.parse::<RetryUnknown>().is_err(), "{text}");
        }
    }
}
