//! The interface as a page for people, from the same table as the OpenAPI document.

use std::fmt::Write as _;

use axum::response::Html;
use serde_json::Value;

use super::openapi;
use crate::api::resources::gallery::{escaped, framed};

pub async fn page() -> Html<String> {
    Html(framed("The interface", &body(&openapi::document()), ""))
}

fn body(document: &Value) -> String {
    let mut page = String::from(
        "<header class=masthead><a class=wordmark href=/>babblecast</a><nav><a href=/openapi.json>openapi.json</a></nav>\
         </header><main class=docs><h1>The interface</h1><p>Post a campaign, follow it, fetch what was made. Every error \
         is JSON: <code>{\"error\": {\"code\", \"message\"}}</code>, and for a campaign <code>faults</code>, each with a \
         pointer into the body.</p>\
         <pre>curl -d @campaigns/history_of_the_spoon.json localhost:8000/api/v1/campaigns/generate?mode=draft</pre>",
    );
    for (path, methods) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            route(&mut page, path, method, operation);
        }
    }
    page.push_str("</main>");
    page
}

fn route(page: &mut String, path: &str, method: &str, operation: &Value) {
    let text = |value: &Value| escaped(value.as_str().unwrap_or_default());
    let _ = write!(
        page,
        "<section class=route><h2><span class=\"method {method}\">{}</span> <code>{}</code></h2><p>{}</p>",
        method.to_uppercase(),
        escaped(path),
        text(&operation["summary"])
    );
    let parameters = operation["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
    if !parameters.is_empty() {
        page.push_str("<dl>");
        for parameter in parameters {
            let (name, place) = (text(&parameter["name"]), text(&parameter["in"]));
            let _ = write!(page, "<dt><code>{name}</code> <small>{place}</small></dt>");
            let _ = write!(page, "<dd>{}</dd>", text(&parameter["description"]));
        }
        page.push_str("</dl>");
    }
    for (title, schema) in
        [("Body", operation.pointer("/requestBody/content/application~1json/schema")), ("Answer", answer(operation))]
    {
        if let Some(schema) = schema {
            let shown = serde_json::to_string_pretty(schema).unwrap_or_default();
            let _ = write!(page, "<details><summary>{title}</summary><pre>{}</pre></details>", escaped(&shown));
        }
    }
    page.push_str("</section>");
}

fn answer(operation: &Value) -> Option<&Value> {
    let responses = operation["responses"].as_object()?;
    let (_, well) = responses.iter().find(|(status, _)| status.starts_with('2'))?;
    well.pointer("/content/application~1json/schema")
}
