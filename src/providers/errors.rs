//! Error replies: what one means for money, and the sentences that the user is told, by the rows of a table.

use std::ops::RangeInclusive;

use self::table::TABLE;
use super::error_body::ErrorBody;
use super::http::{ApiKey, Reply, retry};
use super::remote::Verdict;
use crate::domain::Display;
use crate::plan::Failure;

mod table;

/// Whose errors a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    OpenAi,
    ElevenLabs,
    /// A server that speaks OpenAI's language.
    Compatible,
    /// The language models of OpenAI.
    OpenAiWriter,
}

/// The names that sentences need.
#[derive(Debug, Clone, Copy)]
pub struct Names<'a> {
    pub dialect: Dialect,
    pub provider: &'static str,
    /// The environment variable of the key.
    pub key: &'static str,
    /// The environment variable of the base address.
    pub base: &'static str,
    pub model: &'a str,
    pub voice: &'a str,
    /// What is never told: the provider's words are told without it.
    pub secret: Option<&'a ApiKey>,
}

impl Names<'_> {
    /// The provider's words without the key that it may quote.
    pub fn without_secret(&self, words: &str) -> String {
        self.secret.map_or_else(|| words.to_owned(), |secret| secret.mask(words))
    }
}

/// What a row means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    RateLimit,
    Busy,
    Stop,
    Fail,
    Unknown,
}

/// What a row asks of the error's names.
#[derive(Debug, Clone, Copy)]
enum Code {
    Any,
    OneOf(&'static [&'static str]),
    EndsWith(&'static str),
    /// The message holds this, in any case.
    Says(&'static str),
    /// The message tells of a limit of 0: waiting changes nothing.
    LimitOfNothing,
    /// The error names a field of the request.
    NamesField,
    /// An error that the provider itself wrote.
    Own,
    /// Something else: a web page, nothing, a framework's own words.
    Foreign,
}

struct Row {
    of: &'static [Dialect],
    status: RangeInclusive<u16>,
    code: Code,
    class: Class,
    /// `{provider}`, `{key}`, `{base}`, `{model}`, `{voice}`, `{status}`, `{code}`, `{says}` and `{param}` are filled in.
    reason: &'static str,
    next_step: &'static str,
}

/// What an error reply means: any reply that is no success.
pub fn classify(names: &Names, reply: &Reply) -> Verdict {
    let error = ErrorBody::parse(&reply.body);
    let status = reply.head.status;
    match row_of(names.dialect, status, &error) {
        Some(row) => row.verdict(names, status, &error, reply),
        None => super::remote::garbled(names.provider, "an error of no kind", reply),
    }
}

/// What an error inside a reply that began as a success means: a stream that broke off with its reason. Only a reason
/// that is surely free counts as one.
pub fn classify_inside(names: &Names, error: &ErrorBody, reply: &Reply) -> Verdict {
    let by_name = |status| {
        row_of(names.dialect, status, error).filter(|row| matches!(row.code, Code::OneOf(_) | Code::EndsWith(_)))
    };
    match [400, 404, 429].into_iter().find_map(by_name) {
        Some(row) => row.verdict(names, reply.head.status, error, reply),
        None => super::remote::garbled(
            names.provider,
            &format!("its reply ends with an error{}", quoted(names, error.message.as_deref().or(error.code()))),
            reply,
        ),
    }
}

fn row_of(dialect: Dialect, status: u16, error: &ErrorBody) -> Option<&'static Row> {
    TABLE.iter().find(|row| row.of.contains(&dialect) && row.status.contains(&status) && row.code.matches(error))
}

impl Code {
    fn matches(self, error: &ErrorBody) -> bool {
        match self {
            Code::Any => true,
            Code::OneOf(codes) => codes.iter().any(|code| error.has_code(code)),
            Code::EndsWith(end) => error.codes.iter().any(|code| code.to_ascii_lowercase().ends_with(end)),
            Code::Says(words) => error.message.as_deref().is_some_and(|text| text.to_lowercase().contains(words)),
            Code::LimitOfNothing => error.message.as_deref().is_some_and(has_limit_of_nothing),
            Code::NamesField => error.param.is_some(),
            Code::Own => error.is_providers_own,
            Code::Foreign => !error.is_providers_own,
        }
    }
}

impl Row {
    fn verdict(&self, names: &Names, status: u16, error: &ErrorBody, reply: &Reply) -> Verdict {
        let retryable = matches!(self.class, Class::RateLimit | Class::Busy | Class::Unknown);
        let failure = Failure {
            reason: self.fill(self.reason, names, status, error),
            next_step: self.fill(self.next_step, names, status, error),
            retryable,
        };
        match self.class {
            Class::RateLimit | Class::Busy => Verdict::Free {
                failure,
                retry_after: retry::retry_after(&reply.head),
                is_rate_limit: self.class == Class::RateLimit,
            },
            Class::Stop => Verdict::StopProvider(failure),
            Class::Fail => Verdict::FailJob(failure),
            Class::Unknown => Verdict::Unknown { failure, quarantine: false },
        }
    }

    fn fill(&self, template: &str, names: &Names, status: u16, error: &ErrorBody) -> String {
        // Where a row goes by the error's name, the one it went by is told.
        let named = match self.code {
            Code::OneOf(codes) => {
                error.codes.iter().find(|code| codes.iter().any(|one| code.eq_ignore_ascii_case(one)))
            }
            Code::EndsWith(end) => error.codes.iter().find(|code| code.to_ascii_lowercase().ends_with(end)),
            _ => None,
        };
        let code = match named {
            Some(code) => code.clone(),
            None => error.code().map(|code| format!(" {code}")).unwrap_or_default(),
        };
        // Words from outside come last, so that none of them is taken for a place to fill.
        let filled = template
            .replace("{provider}", names.provider)
            .replace("{key}", names.key)
            .replace("{base}", names.base)
            .replace("{status}", &status.to_string());
        let words = [
            ("{code}", names.without_secret(&code)),
            ("{model}", names.model.display().to_string()),
            ("{voice}", names.voice.display().to_string()),
            ("{param}", names.without_secret(error.param.as_deref().unwrap_or_default())),
            ("{says}", quoted(names, error.message.as_deref())),
        ];
        // Servers that know one model are asked without naming it.
        let filled = if names.model.is_empty() {
            filled.replace("; the model is {model}, the voice", "; the voice is").replace("; the model is {model}", "")
        } else {
            filled
        };
        fill_words(&filled, &words)
    }
}

/// Fills in words from outside in one pass.
fn fill_words(template: &str, words: &[(&str, String)]) -> String {
    let mut filled = String::with_capacity(template.len() + 64);
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        filled.push_str(&rest[..open]);
        rest = &rest[open..];
        if let Some((place, word)) = words.iter().find(|(place, _)| rest.starts_with(place)) {
            filled.push_str(word);
            rest = &rest[place.len()..];
        } else {
            filled.push('{');
            rest = &rest[1..];
        }
    }
    filled.push_str(rest);
    filled
}

fn quoted(names: &Names, text: Option<&str>) -> String {
    text.map(|text| format!(": “{}”", names.without_secret(text).trim_end_matches('.'))).unwrap_or_default()
}

/// `Limit 0, Used 0`, `limit: 0 / min`; not `Limit 05` or `limit 0.5`.
fn has_limit_of_nothing(message: &str) -> bool {
    let lower = message.to_lowercase();
    lower.match_indices("limit").any(|(at, word)| {
        let rest = lower[at + word.len()..].trim_start_matches([':', '=', ' ']);
        let number = rest.split(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ',')).next().unwrap_or_default();
        number.trim_end_matches(['.', ',']) == "0"
    })
}

#[cfg(test)]
mod tests;
