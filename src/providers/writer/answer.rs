//! What both writers have in common: what a reply says, and the file that is kept of it.

use serde_json::{Value, json};

use crate::plan::{Failure, Role, ScriptAnswer, ScriptRequest};
use crate::providers::prices::TextUsage;
use crate::providers::provider::{Facts, File};
use crate::providers::remote::refused;

/// Longer answers are no scripts; what is kept of them is cut.
const LONGEST: usize = 200_000;

/// What a reply says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub answer: ScriptAnswer,
    pub usage: Option<TextUsage>,
}

impl Told {
    /// The same with its text held to a length that is still looked at.
    pub fn new(mut answer: ScriptAnswer, usage: Option<TextUsage>) -> Self {
        if answer.text.len() > LONGEST {
            answer.text.truncate(answer.text.floor_char_boundary(LONGEST));
            answer.is_cut = true;
        }
        Self { answer, usage }
    }
}

/// The answer as it is stored.
pub fn file(answer: &ScriptAnswer) -> File {
    // Two texts and a yes or no, which JSON can always say.
    let bytes = serde_json::to_vec_pretty(answer).unwrap_or_default();
    File { role: Role::Script, bytes, facts: Facts::Json }
}

/// The shape of the answer, as both dialects name it.
pub fn format(script: &ScriptRequest) -> Value {
    json!({"name": script.shape, "strict": true, "schema": script.schema})
}

/// Tokens of a usage; `None` where the reply does not say both.
pub fn usage(reply: &Value, read: &str, written: &str) -> Option<TextUsage> {
    let tokens = |name: &str| reply["usage"][name].as_u64();
    Some(TextUsage { text_in: tokens(read)?, text_out: tokens(written)? })
}

/// A plan that was made for another address is not sent to this one.
pub fn check_address(script: &ScriptRequest, endpoint: Option<&str>, base: &str) -> Result<(), Failure> {
    if script.made_by.endpoint.as_deref() == endpoint {
        return Ok(());
    }
    Err(refused(
        format!("This script was asked for at another address than {base} now holds"),
        "Ask again to use today's settings.",
    ))
}

/// Whoever writes makes nothing else.
pub fn not_a_script(provider: &str) -> Failure {
    refused(format!("{provider} makes nothing but scripts"), "This is a fault of babblecast; please report it.")
}
