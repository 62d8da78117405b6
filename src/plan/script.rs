//! Words by a language model: what it is asked, and what it answered. Everything that decides the answer is in the request,
//! the shape of the answer too, so that the same question is never paid for twice.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::made_by::MadeBy;

/// A question to a language model, answered in JSON of one shape.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScriptRequest {
    /// Who writes, and how long the answer may be.
    pub made_by: MadeBy,
    /// What the model is told of its task.
    pub instructions: String,
    /// What was said so far; the last turn is the question.
    pub turns: Vec<Turn>,
    /// What the shape is called.
    pub shape: String,
    /// JSON Schema of the answer, with every field required.
    pub schema: Value,
    /// From 1; 0 in the base of a request.
    pub take: u32,
}

/// One turn of the talk with a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// Whose words they are.
    pub role: Speaks,
    /// What is said.
    pub text: String,
}

/// Who speaks in a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaks {
    /// babblecast, for the person.
    User,
    /// The model.
    Assistant,
}

impl ScriptRequest {
    /// The parameter that bounds an answer, and so its price.
    pub const LONGEST_ANSWER: &'static str = "max_output_tokens";

    /// Everything that the model reads, in characters.
    pub fn characters(&self) -> usize {
        let said: usize = self.turns.iter().map(|turn| turn.text.chars().count()).sum();
        self.instructions.chars().count() + said + self.schema.to_string().chars().count()
    }

    /// The same question with what came back and what is wrong with it.
    pub fn asked_again(&self, answer: String, why: String) -> Self {
        let mut again = self.clone();
        again.turns.push(Turn { role: Speaks::Assistant, text: answer });
        again.turns.push(Turn { role: Speaks::User, text: why });
        again
    }
}

/// What a model answered, as it is kept: whether the text is what was asked for is judged when it is used.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ScriptAnswer {
    /// Its words; empty where it said nothing.
    pub text: String,
    /// Why it would not answer, in its words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
    /// Whether it was cut off at its longest.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_cut: bool,
}
