//! The error table: what each refusal of each provider means for money, what the user is told, and what to do next.
//! Read from top to bottom, the first row that matches counts; whatever matches none may have been billed.

use std::ops::RangeInclusive;

use super::error_body::ErrorBody;
use super::http::client::MAY_BE_BILLED;
use super::http::{ApiKey, Reply, retry};
use super::remote::Verdict;
use crate::domain::Display;
use crate::plan::Failure;

/// Whose errors a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    OpenAi,
    ElevenLabs,
    /// A server that speaks OpenAI's language.
    Compatible,
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

const EVERYONE: &[Dialect] = &[Dialect::OpenAi, Dialect::ElevenLabs, Dialect::Compatible];
const OPENAI: &[Dialect] = &[Dialect::OpenAi];
const ELEVENLABS: &[Dialect] = &[Dialect::ElevenLabs];
const COMPATIBLE: &[Dialect] = &[Dialect::Compatible];
const OPENAI_SHAPE: &[Dialect] = &[Dialect::OpenAi, Dialect::Compatible];

static TABLE: &[Row] = &[
    Row {
        of: EVERYONE,
        status: 300..=399,
        code: Code::Any,
        class: Class::Stop,
        reason: "{provider} answered with a redirect ({status}), which is not followed so that the key goes nowhere else",
        next_step: "Set {base} to the address that answers itself.",
    },
    Row {
        of: OPENAI,
        status: 400..=429,
        code: Code::OneOf(&["insufficient_quota", "credit_balance_exhausted", "billing_hard_limit_reached"]),
        class: Class::Stop,
        reason: "The OpenAI account of {key} has no credit left ({status} {code})",
        next_step: "Add credit at platform.openai.com → Settings → Billing, then generate again; what is made stays made.",
    },
    Row {
        of: OPENAI,
        status: 400..=429,
        code: Code::EndsWith("_spend_limit_exceeded"),
        class: Class::Stop,
        reason: "The spending limit set at OpenAI is reached ({status} {code})",
        next_step: "Raise it at platform.openai.com → Settings → Limits, then generate again.",
    },
    Row {
        of: OPENAI,
        status: 400..=429,
        code: Code::OneOf(&["organization_usage_limit_exceeded"]),
        class: Class::Stop,
        reason: "The OpenAI organisation of {key} has reached its usage limit ({status} {code})",
        next_step: "Raise it at platform.openai.com → Settings → Limits, then generate again.",
    },
    Row {
        of: ELEVENLABS,
        status: 400..=429,
        code: Code::OneOf(&["quota_exceeded", "credits_exhausted", "insufficient_credits"]),
        class: Class::Stop,
        reason: "The ElevenLabs account of {key} has too few credits for this line ({status} {code}){says}",
        next_step: "Add credits at elevenlabs.io → Subscription, then generate again; or use --voice pico.",
    },
    Row {
        of: ELEVENLABS,
        status: 429..=429,
        code: Code::OneOf(&["too_many_concurrent_requests", "concurrent_limit_exceeded"]),
        class: Class::RateLimit,
        reason: "ElevenLabs takes fewer calls at once than it was sent ({status} {code})",
        next_step: "It is tried again by itself.",
    },
    Row {
        of: ELEVENLABS,
        status: 429..=429,
        code: Code::OneOf(&["system_busy"]),
        class: Class::Busy,
        reason: "ElevenLabs is busy ({status} {code})",
        next_step: "It is tried again by itself.",
    },
    Row {
        of: EVERYONE,
        status: 429..=429,
        code: Code::LimitOfNothing,
        class: Class::Stop,
        reason: "{provider} allows this account no call of the model {model} ({status}{code}){says}",
        next_step: "Raise the limit of that account with {provider}, where it may need credit first, or set another model in the config.",
    },
    Row {
        of: EVERYONE,
        status: 429..=429,
        code: Code::Any,
        class: Class::RateLimit,
        reason: "{provider} asks for a slower pace ({status}{code})",
        next_step: "It is tried again by itself.",
    },
    Row {
        of: OPENAI,
        status: 400..=499,
        code: Code::OneOf(&["moderation_blocked", "content_policy_violation"]),
        class: Class::Fail,
        reason: "OpenAI's safety filter refused the portrait prompt ({status} {code}), which happens to harmless pictures of children too",
        next_step: "Set openai.moderation = \"low\" in the config, or change the baby's appearance, and generate again.",
    },
    Row {
        of: OPENAI,
        status: 400..=404,
        code: Code::OneOf(&["model_not_found", "model_retired", "model_deprecated"]),
        class: Class::Fail,
        reason: "OpenAI has no model {model} for this key ({status} {code})",
        next_step: "Set openai.model = \"gpt-image-2.6-flare\" in the config, or take `model` out of the profile.",
    },
    Row {
        of: ELEVENLABS,
        status: 400..=404,
        code: Code::OneOf(&["voice_not_found", "invalid_voice_id"]),
        class: Class::Fail,
        reason: "ElevenLabs has no voice {voice} for this key ({status} {code})",
        next_step: "Set voice_id to baby_voice_1 … baby_voice_8 or to a voice of your account (elevenlabs.io → Voices).",
    },
    Row {
        of: ELEVENLABS,
        status: 400..=404,
        code: Code::OneOf(&["unsupported_model", "model_not_found", "invalid_model_id"]),
        class: Class::Fail,
        reason: "ElevenLabs cannot make this with the model {model} ({status} {code}){says}",
        next_step: "Set elevenlabs.model = \"eleven_multilingual_v2\" in the config.",
    },
    Row {
        of: ELEVENLABS,
        status: 400..=422,
        code: Code::OneOf(&["max_character_limit_exceeded", "text_too_long"]),
        class: Class::Fail,
        reason: "The line is longer than ElevenLabs takes at once with the model {model} ({status} {code})",
        next_step: "Split the line into two scenes.",
    },
    // A plan may do without one voice and make all others.
    Row {
        of: ELEVENLABS,
        status: 402..=402,
        code: Code::Says("voice"),
        class: Class::Fail,
        reason: "ElevenLabs does not give the voice {voice} to this account ({status}{code}){says}",
        next_step: "Set voice_id to a voice of your account (elevenlabs.io → Voices), or upgrade the plan; other voices go on.",
    },
    Row {
        of: ELEVENLABS,
        status: 400..=403,
        code: Code::OneOf(&["paid_plan_required"]),
        class: Class::Fail,
        reason: "ElevenLabs keeps what this line asks for to paid plans ({status} {code}){says}",
        next_step: "If that is the voice {voice}, set voice_id to one of your account (elevenlabs.io → Voices); else upgrade the plan.",
    },
    Row {
        of: ELEVENLABS,
        status: 401..=403,
        code: Code::OneOf(&["detected_unusual_activity"]),
        class: Class::Stop,
        reason: "ElevenLabs has switched free use off for this account or network ({status} {code}){says}",
        next_step: "A VPN, a proxy or a second free account leads to that: use none, take a paid plan, or run with --voice pico.",
    },
    Row {
        of: ELEVENLABS,
        status: 400..=403,
        code: Code::OneOf(&["missing_permissions"]),
        class: Class::Stop,
        reason: "{key} may not be used for speech ({status} {code}){says}",
        next_step: "Give the key the permission Text to Speech at elevenlabs.io → Developers → API keys.",
    },
    Row {
        of: COMPATIBLE,
        status: 401..=401,
        code: Code::Any,
        class: Class::Stop,
        reason: "{provider} wants a key, or another one ({status}{code}){says}",
        next_step: "Set {key} to the key of that server.",
    },
    // Of a wrong key there is nothing more to say, and these messages quote it, if only in part.
    Row {
        of: OPENAI,
        status: 401..=401,
        code: Code::OneOf(&["invalid_api_key"]),
        class: Class::Stop,
        reason: "{key} was refused ({status} {code})",
        next_step: "Check it at platform.openai.com → API keys, or run with --image sketch.",
    },
    Row {
        of: ELEVENLABS,
        status: 401..=401,
        code: Code::OneOf(&["invalid_api_key"]),
        class: Class::Stop,
        reason: "{key} was refused ({status} {code})",
        next_step: "Check it at elevenlabs.io → Developers → API keys, or run with --voice pico.",
    },
    Row {
        of: OPENAI,
        status: 401..=401,
        code: Code::Any,
        class: Class::Stop,
        reason: "{key} was refused ({status}{code}){says}",
        next_step: "Check it at platform.openai.com → API keys, or run with --image sketch.",
    },
    Row {
        of: ELEVENLABS,
        status: 401..=401,
        code: Code::Any,
        class: Class::Stop,
        reason: "{key} was refused ({status}{code}){says}",
        next_step: "Check it at elevenlabs.io → Developers → API keys, or run with --voice pico.",
    },
    Row {
        of: EVERYONE,
        status: 402..=402,
        code: Code::Any,
        class: Class::Stop,
        reason: "{provider} wants to be paid first ({status}{code}){says}",
        next_step: "Settle that with {provider}, then generate again; what is made stays made.",
    },
    Row {
        of: OPENAI,
        status: 403..=403,
        code: Code::Says("verif"),
        class: Class::Stop,
        reason: "OpenAI makes pictures only for verified organisations, and the one of {key} is not ({status})",
        next_step: "Verify it at platform.openai.com → Settings → Organization → General; it can take 15 minutes to count.",
    },
    Row {
        of: EVERYONE,
        status: 403..=403,
        code: Code::Any,
        class: Class::Stop,
        reason: "{provider} does not allow this ({status}{code}){says}",
        next_step: "Check what the key in {key} may do, then generate again.",
    },
    Row {
        of: EVERYONE,
        status: 404..=405,
        code: Code::Foreign,
        class: Class::Stop,
        reason: "{provider} has nothing at this address ({status}){says}",
        next_step: "Check {base}: OPENAI_BASE_URL and the addresses of compatible servers end in /v1, ELEVENLABS_BASE_URL has no path.",
    },
    Row {
        of: EVERYONE,
        status: 407..=407,
        code: Code::Any,
        class: Class::Stop,
        reason: "The network's proxy wants a name and password ({status})",
        next_step: "Put them into HTTPS_PROXY, or list the host in NO_PROXY.",
    },
    // A gateway may have passed the request on before it lost patience.
    Row {
        of: EVERYONE,
        status: 408..=408,
        code: Code::Any,
        class: Class::Unknown,
        reason: "{provider} gave up waiting ({status})",
        next_step: MAY_BE_BILLED,
    },
    Row {
        of: EVERYONE,
        status: 409..=409,
        code: Code::Any,
        class: Class::Busy,
        reason: "{provider} was busy with the same thing ({status}{code}){says}",
        next_step: "It is tried again by itself.",
    },
    Row {
        of: EVERYONE,
        status: 425..=425,
        code: Code::Any,
        class: Class::Busy,
        reason: "{provider} was not ready ({status}{code}){says}",
        next_step: "It is tried again by itself.",
    },
    Row {
        of: EVERYONE,
        status: 413..=413,
        code: Code::Any,
        class: Class::Fail,
        reason: "{provider} finds the request too large ({status}){says}",
        next_step: "Use a smaller reference picture or a shorter text.",
    },
    Row {
        of: EVERYONE,
        status: 400..=499,
        code: Code::NamesField,
        class: Class::Fail,
        reason: "{provider} refused the value of {param} ({status}{code}){says}",
        next_step: "Change {param} in the config or in the campaign, then generate again.",
    },
    Row {
        of: OPENAI_SHAPE,
        status: 400..=499,
        code: Code::Any,
        class: Class::Fail,
        reason: "{provider} refused the request ({status}{code}){says}",
        next_step: "Change what it names; the model is {model}.",
    },
    Row {
        of: ELEVENLABS,
        status: 400..=499,
        code: Code::Any,
        class: Class::Fail,
        reason: "{provider} refused the line ({status}{code}){says}",
        next_step: "Change what it names; the model is {model}, the voice {voice}.",
    },
    // Overloaded before it began, in the provider's own words. A gateway's 503 may come after it passed the request on.
    Row {
        of: EVERYONE,
        status: 503..=503,
        code: Code::Own,
        class: Class::Busy,
        reason: "{provider} is overloaded ({status}{code}){says}",
        next_step: "It is tried again by itself.",
    },
    Row {
        of: EVERYONE,
        status: 500..=599,
        code: Code::Any,
        class: Class::Unknown,
        reason: "{provider} failed while it worked ({status}{code}){says}",
        next_step: MAY_BE_BILLED,
    },
    Row {
        of: EVERYONE,
        status: 0..=u16::MAX,
        code: Code::Any,
        class: Class::Unknown,
        reason: "{provider} answered in a way that no server should ({status}){says}",
        next_step: MAY_BE_BILLED,
    },
];

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
