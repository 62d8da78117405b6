//! Prices: an upper bound before a call, the real cost from what a reply says was used. The figures are in
//! `assets/prices.toml`, where each has its date and source; the config may change any of them.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::domain::MicroDollars;
use crate::plan::Billing;

const BUILT_IN: &str = include_str!("../../assets/prices.toml");

/// More tokens than any picture uses; a reply that claims more is not believed.
const MOST_TOKENS: u64 = 1_000_000;

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prices {
    pub openai: OpenAiPrices,
    pub elevenlabs: ElevenLabsPrices,
    pub writer: WriterPrices,
    pub writer_server: TextPrices,
}

/// US dollars per million tokens, and tokens.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenAiPrices {
    text_in: f64,
    image_in: f64,
    image_out: f64,
    partial_tokens: u32,
    reference_tokens: u32,
    /// Quality → tokens of a 1024 × 1536 picture.
    portrait_tokens: BTreeMap<String, u32>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ElevenLabsPrices {
    /// US dollars.
    thousand_credits: f64,
    /// US dollars for an hour that is listened to.
    transcript_hour: f64,
    /// US dollars for a minute in another voice.
    changer_minute: f64,
    /// US dollars for a sound effect.
    effect: f64,
    /// US dollars for a minute of music.
    music_minute: f64,
    /// Model → credits per character.
    credits: BTreeMap<String, f64>,
}

/// US dollars per million tokens, by model.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WriterPrices {
    text_in: BTreeMap<String, f64>,
    text_out: BTreeMap<String, f64>,
}

/// US dollars per million tokens of one language model.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextPrices {
    text_in: f64,
    text_out: f64,
}

/// Tokens of words that a reply says were used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TextUsage {
    pub text_in: u64,
    pub text_out: u64,
}

/// Tokens that a reply says were used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    pub text_in: u64,
    pub image_in: u64,
    pub out: u64,
}

impl Prices {
    /// The built-in prices with the user's own laid over them; the error is a clause.
    pub fn with(own: &toml::Table) -> Result<Self, String> {
        let mut table: toml::Table = BUILT_IN.parse().map_err(|error: toml::de::Error| error.message().to_owned())?;
        lay_over(&mut table, own);
        let prices: Self =
            table.try_into().map_err(|error: toml::de::Error| error.message().trim_end_matches('.').to_owned())?;
        if prices.figures().all(|figure| figure.is_finite() && (0.0..=1e6).contains(&figure)) {
            Ok(prices)
        } else {
            Err("one of them is below 0 or above a million".to_owned())
        }
    }

    fn figures(&self) -> impl Iterator<Item = f64> {
        let openai = [self.openai.text_in, self.openai.image_in, self.openai.image_out];
        let ElevenLabsPrices { thousand_credits, transcript_hour, changer_minute, effect, music_minute, credits } =
            &self.elevenlabs;
        let elevenlabs = [*thousand_credits, *transcript_hour, *changer_minute, *effect, *music_minute]
            .into_iter()
            .chain(credits.values().copied());
        let WriterPrices { text_in, text_out } = &self.writer;
        let server = [self.writer_server.text_in, self.writer_server.text_out];
        let writers = text_in.values().chain(text_out.values()).copied().chain(server);
        openai.into_iter().chain(elevenlabs).chain(writers)
    }
}

impl OpenAiPrices {
    /// An upper bound for a picture of this quality and size. `partials` unfinished pictures are counted in.
    pub fn billing(&self, quality: &str, size: (u32, u32), partials: u8) -> Billing {
        let dearest = || self.portrait_tokens.values().copied().max().unwrap_or_default();
        let portrait = f64::from(self.portrait_tokens.get(quality).copied().unwrap_or_else(dearest));
        let pixels = f64::from(size.0) * f64::from(size.1) / (1024.0 * 1536.0);
        let tokens = portrait * pixels + f64::from(self.partial_tokens) * f64::from(partials);
        Billing::Metered {
            per_call: micro(tokens * self.image_out),
            // A token holds several letters; of some scripts, one.
            per_character: micro(self.text_in),
            per_reference: micro(f64::from(self.reference_tokens) * self.image_in),
        }
    }

    /// What a call cost; `None` for a usage that cannot be true.
    pub fn cost(&self, usage: Usage) -> Option<MicroDollars> {
        let Usage { text_in, image_in, out } = usage;
        let is_credible = [text_in, image_in, out].iter().all(|&tokens| tokens <= MOST_TOKENS) && out > 0;
        let dollars = |tokens: u64, price: f64| tokens as f64 * price;
        is_credible.then(|| {
            micro(dollars(text_in, self.text_in) + dollars(image_in, self.image_in) + dollars(out, self.image_out))
        })
    }
}

impl ElevenLabsPrices {
    pub fn billing(&self, model: &str) -> Billing {
        let dearest = || self.credits.values().copied().fold(1.0, f64::max);
        let credits = self.credits.get(model).copied().unwrap_or_else(dearest);
        Billing::Metered {
            per_call: MicroDollars::ZERO,
            per_character: micro(credits * self.thousand_credits * 1000.0),
            per_reference: MicroDollars::ZERO,
        }
    }

    /// An upper bound of what listening to so many milliseconds costs: whole seconds are paid. Never nothing, since somebody
    /// bills it.
    pub fn transcript(&self, milliseconds: u64) -> MicroDollars {
        per_second(self.transcript_hour / 3_600.0, milliseconds)
    }

    /// The same of putting them into another voice.
    pub fn changer(&self, milliseconds: u64) -> MicroDollars {
        per_second(self.changer_minute / 60.0, milliseconds)
    }

    /// An upper bound for a sound effect. Never nothing, since somebody bills it.
    pub fn effect(&self) -> MicroDollars {
        micro(self.effect * 1e6).max(MicroDollars(1))
    }

    /// The same for each second of music that is begun.
    pub fn music_second(&self) -> MicroDollars {
        per_second(self.music_minute / 60.0, 1_000)
    }

    /// What these credits cost; `None` for more than any call uses.
    pub fn cost(&self, credits: f64) -> Option<MicroDollars> {
        (0.0..=1e6).contains(&credits).then(|| micro(credits * self.thousand_credits * 1000.0))
    }
}

impl WriterPrices {
    /// Of a model; one that is not listed counts as dear as the dearest.
    fn of(&self, model: &str) -> TextPrices {
        let price = |table: &BTreeMap<String, f64>| {
            let dearest = || table.values().copied().fold(0.0, f64::max);
            table.get(model).copied().unwrap_or_else(dearest)
        };
        TextPrices { text_in: price(&self.text_in), text_out: price(&self.text_out) }
    }

    /// An upper bound for answers of at most so many tokens.
    pub fn billing(&self, model: &str, longest_answer: u32) -> Billing {
        self.of(model).metered(longest_answer)
    }

    /// What a call cost; `None` for a usage that cannot be true.
    pub fn cost(&self, model: &str, usage: TextUsage) -> Option<MicroDollars> {
        self.of(model).cost(usage)
    }
}

impl TextPrices {
    /// Whether its calls cost anything.
    pub fn is_metered(self) -> bool {
        self.text_in > 0.0 || self.text_out > 0.0
    }

    /// Free where it has no price.
    pub fn billing(self, longest_answer: u32) -> Billing {
        if self.is_metered() { self.metered(longest_answer) } else { Billing::Free }
    }

    fn metered(self, longest_answer: u32) -> Billing {
        Billing::Words {
            per_call: micro(f64::from(longest_answer) * self.text_out),
            // A token holds several letters; of some scripts, one.
            per_thousand_characters: micro(self.text_in * 1000.0),
        }
    }

    /// What a call cost; `None` for a usage that cannot be true.
    pub fn cost(self, TextUsage { text_in, text_out }: TextUsage) -> Option<MicroDollars> {
        let is_credible = text_in <= MOST_TOKENS && text_out <= MOST_TOKENS;
        is_credible.then(|| micro(text_in as f64 * self.text_in + text_out as f64 * self.text_out))
    }
}

fn per_second(dollars: f64, milliseconds: u64) -> MicroDollars {
    micro(milliseconds.div_ceil(1_000).max(1) as f64 * dollars * 1e6).max(MicroDollars(1))
}

/// Millionths of a dollar, rounded up. Dollars per million tokens times tokens are such.
fn micro(amount: f64) -> MicroDollars {
    // A hair less than the next whole one is rounding noise of the product.
    MicroDollars((amount - 1e-6).ceil().max(0.0) as u64)
}

fn lay_over(table: &mut toml::Table, own: &toml::Table) {
    for (name, value) in own {
        match (table.get_mut(name), value) {
            (Some(toml::Value::Table(inner)), toml::Value::Table(own)) => lay_over(inner, own),
            // 30 is as good as 30.0.
            (Some(slot @ toml::Value::Float(_)), toml::Value::Integer(whole)) => {
                *slot = toml::Value::Float(*whole as f64);
            }
            _ => {
                table.insert(name.clone(), value.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built_in() -> Prices {
        Prices::with(&toml::Table::new()).unwrap()
    }

    fn metered(billing: Billing) -> (u64, u64, u64) {
        match billing {
            Billing::Metered { per_call, per_character, per_reference } => {
                (per_call.0, per_character.0, per_reference.0)
            }
            Billing::Free | Billing::Words { .. } => panic!("not metered"),
        }
    }

    #[test]
    fn portraits_are_estimated_from_quality_and_size() {
        let prices = built_in().openai;
        for (quality, size, partials, per_call) in [
            ("low", (1024, 1536), 0, 12_240),
            ("medium", (1024, 1536), 0, 47_520),
            ("medium", (1024, 1536), 2, 53_520),
            ("high", (1024, 1536), 0, 187_200),
            ("auto", (1024, 1536), 0, 187_200),
            ("medium", (1024, 1024), 0, 31_680),
            ("unheard of", (1024, 1536), 0, 748_800),
        ] {
            assert_eq!(metered(prices.billing(quality, size, partials)), (per_call, 5, 49_920), "{quality} {size:?}");
        }
    }

    #[test]
    fn the_real_cost_comes_from_the_usage() {
        let prices = built_in().openai;
        let usage = Usage { text_in: 300, image_in: 0, out: 1584 };
        assert_eq!(prices.cost(usage), Some(MicroDollars(300 * 5 + 1584 * 30)));
        assert_eq!(prices.cost(Usage { out: u64::MAX, ..usage }), None, "nobody believes that");
        assert_eq!(prices.cost(Usage { out: 0, ..usage }), None);
    }

    #[test]
    fn speech_is_priced_by_its_characters() {
        let prices = built_in().elevenlabs;
        assert_eq!(metered(prices.billing("eleven_multilingual_v2")), (0, 100, 0));
        assert_eq!(metered(prices.billing("eleven_flash_v2_5")), (0, 50, 0));
        assert_eq!(metered(prices.billing("eleven_v9")), (0, 100, 0));
        assert_eq!(prices.cost(57.0), Some(MicroDollars(5_700)));
        assert_eq!((prices.cost(-1.0), prices.cost(f64::NAN), prices.cost(1e12)), (None, None, None));
    }

    #[test]
    fn own_prices_replace_single_figures() {
        let own: toml::Table =
            "[elevenlabs]\nthousand_credits = 1\n[openai.portrait_tokens]\nmedium = 1000".parse().unwrap();
        let prices = Prices::with(&own).unwrap();
        assert_eq!(metered(prices.elevenlabs.billing("eleven_v3")).1, 1_000);
        assert_eq!(metered(prices.openai.billing("medium", (1024, 1536), 0)).0, 30_000);
        assert_eq!(metered(prices.openai.billing("low", (1024, 1536), 0)).0, 12_240);
    }

    #[test]
    fn a_price_that_is_none_is_refused() {
        for own in [
            "openai = 3",
            "[openai]\ntext_in = 'x'",
            "[openai]\ntext_in = -1.0",
            "[openai]\nimage_out = inf",
            "[opnai]\na = 1",
        ] {
            assert!(Prices::with(&own.parse().unwrap()).is_err(), "{own}");
        }
    }
}
