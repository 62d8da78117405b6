//! Runs one command of the engine to its end and says how that went: what `generate` and `regenerate` have in common.

use std::io::IsTerminal;

use super::context::Context;
use super::exit::{Exit, Failure};
use super::labels::Labels;
use super::output::say;
use super::progress::Progress;
use super::session::{Happening, Session, loaded};
use super::target::counted;
use crate::config::{Config, parse_dollars};
use crate::domain::{Display, MicroDollars};
use crate::engine::words::quote;
use crate::engine::{
    self, Command, Document, Entry, Event, FinalsState, Level, Library, Quote, Room, RunEnded, RunId, document,
};
use crate::plan::{Estimate, Mode};
use crate::providers::Who;

/// What the user allows to be spent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::Args)]
pub struct Consent {
    /// Spend at most this many US dollars in this run
    #[arg(long, value_name = "USD", value_parser = parse_dollars)]
    pub cap: Option<MicroDollars>,
    /// Pay what it costs without a question
    #[arg(long, short = 'y')]
    pub yes: bool,
}

/// What is to be done about a price.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Answer {
    Go,
    Ask,
    Refuse(String),
}

impl Consent {
    /// `most` is what the config allows a run that names no cap of its own.
    fn answer(self, price: MicroDollars, most: Option<MicroDollars>, can_ask: bool) -> Answer {
        match self.cap {
            _ if price.is_zero() => Answer::Go,
            Some(cap) if price > cap => {
                let (price, cap) = price.beside(cap);
                Answer::Refuse(format!("It needs about {price}, more than the cap of {cap}."))
            }
            None if most.is_some_and(|most| price > most) => {
                let dollars = price.0.div_ceil(1_000_000);
                let (price, most) = price.beside(most.unwrap_or_default());
                Answer::Refuse(format!(
                    "It needs about {price}, more than caps.run of the config allows a run ({most}): add --cap {dollars}."
                ))
            }
            Some(_) => Answer::Go,
            None if self.yes => Answer::Go,
            None if can_ask => Answer::Ask,
            None => Answer::Refuse(format!("It needs about {price}: add --yes.")),
        }
    }

    /// What the engine holds the run to.
    fn given(self, price: MicroDollars) -> engine::Consent {
        if price.is_zero() { engine::Consent::FreeOnly } else { engine::Consent::UpTo(self.cap.unwrap_or(price)) }
    }

    /// Goes on where the price of a quote is allowed, asks on a terminal, and refuses anywhere else. `room` is what the
    /// caps leave.
    pub fn require(
        self,
        quote: &Quote,
        room: &Room,
        session: &Session,
        most: Option<MicroDollars>,
    ) -> Result<engine::Consent, Failure> {
        let price = quote.price;
        match self.answer(price, most, Self::can_ask()) {
            Answer::Go => Ok(self.given(price)),
            Answer::Refuse(why) => Err(Failure::stopped(why)),
            Answer::Ask => {
                if let Some(why) = room.refusal(quote) {
                    return Err(Failure::stopped(why));
                }
                for line in quote::lines(quote, room, session.budgets(), HOW_TO_DECIDE) {
                    say(&line);
                }
                self.asked_for(price, &format!("Pay up to {}?", room.of_price(price)))
            }
        }
    }

    /// The same for something that is of no plan: what it is, and the most that it costs.
    pub fn require_price(
        self,
        price: MicroDollars,
        what: &str,
        most: Option<MicroDollars>,
    ) -> Result<engine::Consent, Failure> {
        match self.answer(price, most, Self::can_ask()) {
            Answer::Go => Ok(self.given(price)),
            Answer::Refuse(why) => Err(Failure::stopped(why)),
            Answer::Ask => self.asked_for(price, &format!("{what} costs at most {price}. Pay it?")),
        }
    }

    fn asked_for(self, price: MicroDollars, question: &str) -> Result<engine::Consent, Failure> {
        if Self::asked(question) {
            Ok(self.given(price))
        } else {
            Err(Failure::stopped("Nothing was made and nothing was paid."))
        }
    }

    /// Whether somebody sits at the terminal.
    pub fn can_ask() -> bool {
        std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
    }

    /// Asks a question and reads the answer; only a plain yes is one.
    pub fn asked(question: &str) -> bool {
        say(&format!("{question} [y/N]"));
        let mut answer = String::new();
        let read = std::io::stdin().read_line(&mut answer);
        read.is_ok() && matches!(answer.trim().to_lowercase().as_str(), "y" | "yes")
    }
}

/// What something costs: what was charged for such before, where anything was, and the most that it can be.
pub fn cost(at_most: MicroDollars, estimate: Estimate) -> String {
    match estimate {
        Estimate { calls: 0, .. } => format!("at most {at_most}"),
        Estimate { price, calls } => {
            format!("about {price}, the mean of {}, and at most {at_most}", counted(calls as usize, "charged call"))
        }
    }
}

/// Where calls in doubt are decided on.
pub const HOW_TO_DECIDE: &str = "babblecast unknown";

/// How a run ended.
pub struct Finished {
    pub run: RunEnded,
    /// What went wrong beside the jobs: the files for people could not be written.
    pub trouble: Option<String>,
}

impl Finished {
    pub fn exit(&self) -> Exit {
        let trouble = if self.trouble.is_some() { Exit::Unable } else { Exit::Done };
        trouble.max(self.run.outcome.into())
    }

    /// What is known of the campaign now, as the document that every front end gives.
    pub fn document(&self, session: &Session, entry: &Entry) -> Result<Document, Failure> {
        let facts = |key| session.job(key);
        let mut document = document(entry, loaded(entry)?, self.run.mode, &facts, Some(&self.run));
        if let Some(trouble) = &self.trouble {
            document.status = crate::engine::document::Status::Failed;
            document.message = format!("{}; {trouble}", document.message);
        }
        Ok(document)
    }
}

/// Who makes what and why, in one line.
pub fn who(config: &Config, library: &Library, mode: Mode) -> String {
    match mode {
        // Which of the providers is at fault, where finals are wanted and cannot be had.
        Mode::Draft if matches!(library.finals, FinalsState::Unavailable(_)) && config.asks_for_finals() => {
            library.who.long.display().to_string()
        }
        Mode::Draft => Who::drafts(config.why_draft()).long,
        Mode::Final => library.who.long.display().to_string(),
    }
}

/// Sends the command that starts `run` and follows it to its end.
pub fn make(
    context: &Context,
    session: &mut Session,
    labels: Labels,
    run: RunId,
    command: Command,
) -> Result<Finished, Failure> {
    let pays = matches!(
        command,
        Command::Generate { consent: engine::Consent::UpTo(_), .. }
            | Command::Regenerate { consent: engine::Consent::UpTo(_), .. }
    );
    session.send(command)?;
    let mut progress = Progress::new(context.output, labels, pays);
    let mut trouble = None;
    loop {
        match session.next()? {
            Happening::Interrupted => progress.interrupted(),
            Happening::Event(event) => {
                progress.show(&event)?;
                match event {
                    Event::RunEnded(ended) if ended.run == run => return Ok(Finished { run: ended, trouble }),
                    Event::Notice(notice) if notice.level == Level::Error => trouble = Some(notice.text),
                    _ => {}
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_charged_before_is_told_with_the_most_that_it_can_be() {
        let told = |calls| cost(MicroDollars(560_000), Estimate { price: MicroDollars(240_000), calls });
        assert_eq!(told(0), "at most $0.56");
        assert_eq!(told(1), "about $0.24, the mean of 1 charged call, and at most $0.56");
        assert_eq!(told(24), "about $0.24, the mean of 24 charged calls, and at most $0.56");
    }

    #[test]
    fn nothing_is_paid_without_a_word_of_the_person() {
        let price = MicroDollars(480_000);
        let consent = |cap: Option<u64>, yes| Consent { cap: cap.map(MicroDollars), yes };
        let refused = |text: &str| Answer::Refuse(text.to_owned());
        let five = Some(MicroDollars(5_000_000));
        let dear = MicroDollars(5_480_000);
        for (given, price, can_ask, expected) in [
            (consent(None, false), MicroDollars::ZERO, false, Answer::Go),
            (consent(Some(0), false), MicroDollars::ZERO, false, Answer::Go),
            (consent(None, false), price, true, Answer::Ask),
            (consent(None, false), price, false, refused("It needs about $0.48: add --yes.")),
            (consent(None, true), price, false, Answer::Go),
            (consent(Some(480_000), false), price, false, Answer::Go),
            (
                consent(Some(15_000), true),
                MicroDollars(15_200),
                true,
                refused("It needs about $0.0152, more than the cap of $0.0150."),
            ),
            (consent(Some(470_000), true), price, true, refused("It needs about $0.48, more than the cap of $0.47.")),
            (
                consent(None, true),
                dear,
                true,
                refused("It needs about $5.48, more than caps.run of the config allows a run ($5.00): add --cap 6."),
            ),
            (consent(Some(6_000_000), false), dear, false, Answer::Go),
        ] {
            assert_eq!(given.answer(price, five, can_ask), expected, "{given:?}");
        }
        assert_eq!(consent(None, true).answer(dear, None, false), Answer::Go, "without caps.run there is no limit");
    }
}
