//! The one table of tools: what a client is told of each, and what is done when it is called.

use std::pin::Pin;
use std::sync::Arc;

use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::common::answer::{Answer, Refusal};
use super::common::call::Call;
use super::tools::{check, generate, lint, list, plan, say, schema, status, takes, write};
use crate::domain::Display;

type Answered = Pin<Box<dyn Future<Output = Result<Answer, Refusal>> + Send>>;

/// One tool.
pub struct Entry {
    pub tool: Tool,
    perform: Box<dyn Fn(Call, JsonObject) -> Answered + Send + Sync>,
}

impl Entry {
    /// Does what is asked for, if the arguments are what the tool takes.
    pub fn perform(&self, call: Call, arguments: JsonObject) -> Answered {
        (self.perform)(call, arguments)
    }
}

/// What a tool does to what is there.
#[derive(Clone, Copy)]
enum Effect {
    Reads,
    /// Adds to it; asked for again, nothing is made twice. Providers on the network may be called where the call allows it.
    Makes,
}

/// Every tool, in the order in which they are usually called.
pub fn tools() -> Vec<Entry> {
    vec![
        entry(
            "list",
            "Lists every campaign: what is made, what is missing, where the finished video is.",
            Effect::Reads,
            list::run,
        ),
        entry(
            "schema",
            "Tells how a campaign is written, as a JSON Schema: script, baby_profiles, tones, captions. Read it before `write`.",
            Effect::Reads,
            schema::run,
        ),
        entry(
            "check",
            "Finds every fault of a campaign, each with its line and what to write instead: one of the folder by its id, or \
             one that is not written yet.",
            Effect::Reads,
            check::run,
        ),
        entry(
            "write",
            "Writes a new campaign into the campaigns folder, under its own campaign_id. A campaign with faults is not \
             written: the answer has them. A file that is there is never replaced.",
            Effect::Makes,
            write::run,
        ),
        entry(
            "plan",
            "Tells what would be made, by whom, and the most that it can cost. Costs nothing. Show the person the price before \
             a final is generated.",
            Effect::Reads,
            plan::run,
        ),
        entry(
            "generate",
            "Makes what is missing of a campaign, up to the finished vertical video, and answers when it is over, with files and \
             small pictures. A draft is free; a final spends money, needs `cap_usd`, and should be asked of the person first. \
             What was made is never made again: after an interruption, the same call goes on.",
            Effect::Makes,
            generate::run,
        ),
        entry(
            "status",
            "Shows a campaign scene by scene, with its files, what failed and why, and small pictures: the babies' portraits \
             and a frame of the video or of a scene.",
            Effect::Reads,
            status::run,
        ),
        entry(
            "takes",
            "Lists the takes of a baby's portrait or of a line, with pictures of the portraits, or chooses the one to use.",
            Effect::Makes,
            takes::run,
        ),
        entry("say", "Makes a talking clip of a text, without a campaign. Free as a draft.", Effect::Makes, say::run),
        entry(
            "lint",
            "Checks that a finished video is what the platforms want, rule by rule.",
            Effect::Reads,
            lint::run,
        ),
    ]
}

fn entry<A, F>(name: &'static str, about: &'static str, effect: Effect, run: fn(Call, A) -> F) -> Entry
where
    A: DeserializeOwned + JsonSchema + Send + 'static,
    F: Future<Output = Result<Answer, Refusal>> + Send + 'static,
{
    let hints = match effect {
        Effect::Reads => ToolAnnotations::new().read_only(true).idempotent(true).open_world(false),
        Effect::Makes => ToolAnnotations::new().read_only(false).destructive(false).idempotent(true),
    };
    let perform = move |call: Call, arguments: JsonObject| -> Answered {
        match serde_json::from_value::<A>(Value::Object(arguments)) {
            Ok(arguments) => Box::pin(run(call, arguments)),
            Err(error) => {
                let why = format!("These are no arguments of `{name}`: {}", error.to_string().display());
                Box::pin(std::future::ready(Err(Refusal::new(why))))
            }
        }
    };
    Entry { tool: Tool::new(name, about, schema_of::<A>()).with_annotations(hints), perform: Box::new(perform) }
}

/// The schema of the arguments, in one piece: not every client follows references.
fn schema_of<A: JsonSchema>() -> Arc<JsonObject> {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let schema = settings.into_generator().into_root_schema_for::<A>();
    let mut object = match schema.to_value() {
        Value::Object(object) => object,
        _ => JsonObject::new(),
    };
    object.remove("title");
    // Some clients refuse a schema without them.
    object.entry("properties").or_insert_with(|| JsonObject::new().into());
    Arc::new(object)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tool_says_what_it_does_and_what_each_argument_is() {
        for Entry { tool, .. } in tools() {
            assert!(tool.description.is_some_and(|about| about.ends_with('.')), "{}", tool.name);
            assert_eq!(tool.input_schema["type"], "object", "{}", tool.name);
            assert_eq!(tool.input_schema["additionalProperties"], false, "{}", tool.name);
            let arguments = tool.input_schema.get("properties").and_then(Value::as_object);
            for (name, argument) in arguments.into_iter().flatten() {
                assert!(argument["description"].is_string(), "{}: {name} is not described", tool.name);
            }
        }
    }
}
