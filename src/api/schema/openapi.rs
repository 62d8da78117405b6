//! The OpenAPI document, made from the table of routes and the types that are really read and written.

use std::sync::LazyLock;

use axum::http::header;
use axum::response::IntoResponse;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use super::routes::{Answer, Parameter, Route, Takes, routes};
use crate::api::common::problem::ProblemBody;
use crate::domain::schema::CampaignDocument;
use crate::plan::Mode;

static DOCUMENT: LazyLock<String> = LazyLock::new(|| document().to_string());

pub async fn serve() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], DOCUMENT.as_str())
}

/// Some JSON object.
pub struct AnyObject;

impl JsonSchema for AnyObject {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "AnyObject".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "object" })
    }
}

/// A campaign as it is posted: the file's own shape, and `mode` beside it.
pub fn posted_campaign(generator: &mut SchemaGenerator) -> Schema {
    let mode = generator.subschema_for::<Mode>();
    let mut schema = CampaignDocument::json_schema(generator);
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        properties.insert("mode".to_owned(), mode.into());
    }
    schema
}

/// The whole document.
pub fn document() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut generator = settings.into_generator();
    let problem = generator.subschema_for::<ProblemBody>();
    let mut paths: Map<String, Value> = Map::new();
    for route in routes() {
        let described = operation(&route, &mut generator);
        let methods = paths.entry(route.path).or_insert_with(|| json!({}));
        methods[route.method] = described;
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "babblecast",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Baby podcasts from a script: post a campaign, follow it, fetch its portraits and voices.",
        },
        "paths": paths,
        "components": {
            "schemas": generator.take_definitions(true),
            "responses": { "Problem": {
                "description": "What could not be done, with a code for programs and a sentence for people.",
                "content": { "application/json": { "schema": problem } },
            } },
            "securitySchemes": {
                "bearer": { "type": "http", "scheme": "bearer" },
                "basic": { "type": "http", "scheme": "basic" },
            },
        },
        "security": [{}, { "bearer": [] }, { "basic": [] }],
    })
}

fn operation(route: &Route, generator: &mut SchemaGenerator) -> Value {
    let content = match route.answer {
        Answer::Json(schema) => json!({ "application/json": { "schema": schema(generator) } }),
        Answer::Events => json!({ "text/event-stream": { "schema": { "type": "string" } } }),
        Answer::File => json!({ "*/*": { "schema": { "type": "string", "format": "binary" } } }),
        Answer::Text => json!({ "text/plain": { "schema": { "type": "string" } } }),
        Answer::Page => json!({ "text/html": { "schema": { "type": "string" } } }),
    };
    let mut operation = json!({
        "summary": route.summary,
        "parameters": route.parameters.iter().map(parameter).collect::<Vec<_>>(),
        "responses": {
            route.status.as_str(): { "description": route.summary, "content": content },
            "default": { "$ref": "#/components/responses/Problem" },
        },
    });
    if matches!(route.answer, Answer::File) {
        operation["responses"]["206"] = json!({ "description": "The part that Range asks for.", "content": content });
        operation["responses"]["304"] = json!({ "description": "The file is still the one that If-None-Match names." });
    }
    if let Some(body) = route.body {
        operation["requestBody"] =
            json!({ "required": true, "content": { "application/json": { "schema": body(generator) } } });
    }
    operation
}

fn parameter(parameter: &Parameter) -> Value {
    let schema = match parameter.takes {
        Takes::Text => json!({ "type": "string" }),
        Takes::Words(words) => json!({ "type": "string", "enum": words }),
        Takes::Number(most) => json!({ "type": "integer", "minimum": 0, "maximum": most }),
    };
    json!({
        "name": parameter.name,
        "in": parameter.place,
        "required": parameter.place == "path",
        "description": parameter.about,
        "schema": schema,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every `$ref` below a value.
    fn references(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(members) => members.iter().for_each(|(name, member)| match member {
                Value::String(target) if name == "$ref" => found.push(target.clone()),
                member => references(member, found),
            }),
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            _ => {}
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let document = document();
        let mut found = Vec::new();
        references(&document, &mut found);
        assert!(found.len() > 20, "{found:?}");
        for target in found {
            let pointer = target.strip_prefix('#').expect("a place in the document");
            assert!(document.pointer(pointer).is_some(), "{target}");
        }
    }

    #[test]
    fn the_posted_campaign_is_the_file_with_a_mode() {
        let document = document();
        let post = "/paths/~1api~1v1~1campaigns~1generate/post/requestBody/content/application~1json/schema";
        let schema = document.pointer(post).unwrap();
        let file = crate::domain::campaign_schema();
        let names = |schema: &Value| -> Vec<String> {
            schema["properties"].as_object().unwrap().keys().filter(|name| *name != "mode").cloned().collect()
        };
        assert_eq!(names(schema), names(&file));
        assert_eq!(schema["required"], file["required"]);
        assert!(schema["properties"]["mode"].is_object());
    }
}
