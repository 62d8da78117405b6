//! What calls were really charged, as a home remembers it: a better estimate than a price list, which errs on the safe side
//! and grows old. Pure. What is reserved for a call stays the upper bound of [`super::Billing`].

use std::collections::BTreeMap;

use serde_json::Value;

use super::graph::Job;
use super::made_by::MadeBy;
use super::provider_id::ProviderId;
use super::request::Request;
use super::settings::sends_a_picture;
use crate::domain::MicroDollars;

/// Sums of what was charged, by the kind of call.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Charged(BTreeMap<Kind, Sum>);

/// Calls that cost about the same; of speech, each character does.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Kind {
    provider: ProviderId,
    model: String,
    endpoint: Option<String>,
    size: Option<String>,
    quality: Option<String>,
    sends_a_picture: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Sum {
    calls: u32,
    micro: u64,
    characters: u64,
}

/// What is likely to be charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Estimate {
    /// The mean of such calls, rounded up; of speech, the mean per character times the characters.
    pub price: MicroDollars,
    /// How many charged calls it is the mean of; 0 where it is an upper bound from the price list.
    pub calls: u32,
}

impl Charged {
    /// Takes in what one call was charged.
    pub fn add(&mut self, request: &Request, charged: MicroDollars) {
        let Some((kind, characters)) = kind_of(request) else { return };
        let sum = self.0.entry(kind).or_default();
        sum.calls = sum.calls.saturating_add(1);
        sum.micro = sum.micro.saturating_add(charged.0);
        sum.characters = sum.characters.saturating_add(characters);
    }

    /// What `request` is likely to cost; `at_most` where nothing like it was charged before.
    pub fn estimate(&self, request: &Request, at_most: MicroDollars) -> Estimate {
        let from_the_list = Estimate { price: at_most, calls: 0 };
        let Some((kind, characters)) = kind_of(request) else { return from_the_list };
        let Some(sum) = self.0.get(&kind).filter(|sum| sum.calls > 0 && !at_most.is_zero()) else {
            return from_the_list;
        };
        let mean = match request {
            Request::Voice(_) | Request::Dialogue(_) if sum.characters == 0 => return from_the_list,
            Request::Voice(_) | Request::Dialogue(_) => sum.micro as f64 / sum.characters as f64 * characters as f64,
            _ => sum.micro as f64 / f64::from(sum.calls),
        };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a mean of prices is none below zero"
        )]
        let price = MicroDollars(mean.ceil() as u64);
        Estimate { price, calls: sum.calls }
    }

    /// What all of these are likely to cost together, and by how many charged calls of all their kinds.
    pub fn estimate_of<'a>(&self, jobs: impl Iterator<Item = &'a Job>) -> Estimate {
        let mut calls = BTreeMap::new();
        let mut price = MicroDollars::ZERO;
        for job in jobs {
            let estimate = self.estimate(&job.request, job.price());
            price += estimate.price;
            if estimate.calls > 0 {
                calls.insert(kind_of(&job.request).map(|(kind, _)| kind), estimate.calls);
            }
        }
        Estimate { price, calls: calls.into_values().fold(0, u32::saturating_add) }
    }
}

/// The kind of a call, and how many characters it has.
fn kind_of(request: &Request) -> Option<(Kind, u64)> {
    let kind = |made_by: &MadeBy, sends_a_picture| {
        let text = |name: &str| made_by.parameters.get(name).and_then(Value::as_str).map(str::to_owned);
        Kind {
            provider: made_by.provider,
            model: made_by.model.clone(),
            endpoint: made_by.endpoint.clone(),
            size: text("size"),
            quality: text("quality"),
            sends_a_picture,
        }
    };
    match request {
        Request::Portrait(portrait) => Some((kind(&portrait.made_by, sends_a_picture(portrait.face())), 0)),
        Request::Voice(voice) => Some((kind(&voice.made_by, false), voice.text.chars().count() as u64)),
        Request::Dialogue(dialogue) => Some((kind(&dialogue.made_by, false), dialogue.characters() as u64)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Tone;
    use crate::plan::face::Face;
    use crate::plan::key::AssetHash;
    use crate::plan::request::{PortraitRequest, VoiceRequest};

    fn made_by(quality: &str) -> MadeBy {
        let parameters = [("quality", quality), ("size", "1024x1536")];
        MadeBy {
            provider: ProviderId::OpenAi,
            model: "m".to_owned(),
            version: None,
            endpoint: None,
            parameters: parameters.map(|(name, value)| (name.to_owned(), value.into())).into(),
        }
    }

    fn portrait(quality: &str, reference: Option<Face>) -> Request {
        Request::Portrait(PortraitRequest {
            made_by: made_by(quality),
            prompt: "A baby.".to_owned(),
            tone: Tone::Warm,
            tone_text: "warm".to_owned(),
            appearance: None,
            reference,
            same_baby: None,
            note: None,
            look: 0,
            take: 1,
        })
    }

    fn line(text: &str) -> Request {
        Request::Voice(VoiceRequest {
            made_by: made_by("none"),
            voice_id: "v".to_owned(),
            text: text.to_owned(),
            tone: Tone::Warm,
            neighbours: None,
            look: 0,
            take: 1,
        })
    }

    const LIST: MicroDollars = MicroDollars(47_520);

    #[test]
    fn a_portrait_costs_the_mean_of_those_like_it_and_any_other_what_the_list_says() {
        let mut charged = Charged::default();
        let medium = portrait("medium", None);
        assert_eq!(charged.estimate(&medium, LIST), Estimate { price: LIST, calls: 0 });
        for micro in [19_000, 21_000, 20_001] {
            charged.add(&medium, MicroDollars(micro));
        }
        assert_eq!(charged.estimate(&medium, LIST), Estimate { price: MicroDollars(20_001), calls: 3 });
        for other in [portrait("high", None), portrait("medium", Some(Face::Source(AssetHash::of(b"face"))))] {
            assert_eq!(charged.estimate(&other, LIST), Estimate { price: LIST, calls: 0 }, "{other:?}");
        }
        assert_eq!(charged.estimate(&medium, MicroDollars::ZERO).price, MicroDollars::ZERO, "it is made already");
    }

    #[test]
    fn a_line_costs_what_its_characters_did() {
        let mut charged = Charged::default();
        charged.add(&line("ten letter"), MicroDollars(500));
        charged.add(&line("twenty letters, yes."), MicroDollars(1_000));
        assert_eq!(charged.estimate(&line("four"), LIST), Estimate { price: MicroDollars(200), calls: 2 });
        assert_eq!(charged.estimate(&line(""), LIST).price, MicroDollars::ZERO);
    }

    #[test]
    fn no_sum_overflows() {
        let mut charged = Charged::default();
        charged.add(&portrait("low", None), MicroDollars(u64::MAX));
        charged.add(&portrait("low", None), MicroDollars(u64::MAX));
        assert_eq!(charged.estimate(&portrait("low", None), LIST).calls, 2);
    }
}
