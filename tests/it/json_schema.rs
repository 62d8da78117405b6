//! Whether a JSON value is what a schema of the OpenAPI document says: as much of JSON Schema as the document uses.

use serde_json::Value;

/// Checks a value; the error names the place in it. `document` is where references lead.
pub fn check(document: &Value, schema: &Value, value: &Value) -> Result<(), String> {
    at("$", document, schema, value)
}

fn at(place: &str, document: &Value, schema: &Value, value: &Value) -> Result<(), String> {
    let wrong = |why: String| Err(format!("{place}: {why}"));
    if schema == &Value::Bool(true) {
        return Ok(());
    }
    let Some(schema) = schema.as_object() else { return wrong(format!("nothing is allowed here, found {value}")) };
    if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
        let found = target.strip_prefix('#').and_then(|pointer| document.pointer(pointer));
        at(place, document, found.unwrap_or_else(|| panic!("{target} leads nowhere")), value)?;
    }
    if let Some(kinds) = schema.get("type") {
        let kinds: Vec<&str> = kinds.as_array().map_or_else(
            || kinds.as_str().into_iter().collect(),
            |kinds| kinds.iter().filter_map(Value::as_str).collect(),
        );
        if !kinds.iter().any(|kind| is_a(kind, value)) {
            return wrong(format!("found {value} where {kinds:?} is said"));
        }
    }
    if schema.get("enum").and_then(Value::as_array).is_some_and(|words| !words.contains(value))
        || schema.get("const").is_some_and(|constant| constant != value)
    {
        return wrong(format!("{value} is none of the words that are said"));
    }
    for (bound, holds) in [("minimum", f64::ge as fn(&f64, &f64) -> bool), ("maximum", f64::le)] {
        if let (Some(bound), Some(number)) = (schema.get(bound).and_then(Value::as_f64), value.as_f64())
            && !holds(&number, &bound)
        {
            return wrong(format!("{number} is beyond {bound}"));
        }
    }
    for name in ["anyOf", "oneOf", "allOf"] {
        let Some(choices) = schema.get(name).and_then(Value::as_array) else { continue };
        let fitting = choices.iter().filter(|choice| at(place, document, choice, value).is_ok()).count();
        let fits = match name {
            "allOf" => fitting == choices.len(),
            "oneOf" => fitting == 1,
            _ => fitting > 0,
        };
        if !fits {
            return wrong(format!("{fitting} of {} choices of {name} fit {value}", choices.len()));
        }
    }
    if let (Some(items), Some(list)) = (schema.get("items"), value.as_array()) {
        for (position, item) in list.iter().enumerate() {
            at(&format!("{place}[{position}]"), document, items, item)?;
        }
    }
    let Some(members) = value.as_object() else { return Ok(()) };
    for name in schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
        if !members.contains_key(name) {
            return wrong(format!("{name} is required and missing"));
        }
    }
    for (name, member) in members {
        let said = schema.get("properties").and_then(|properties| properties.get(name));
        if let Some(said) = said.or_else(|| schema.get("additionalProperties")) {
            at(&format!("{place}.{name}"), document, said, member)?;
        }
    }
    Ok(())
}

fn is_a(kind: &str, value: &Value) -> bool {
    match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("no such type: {other}"),
    }
}

/// What the document says of the JSON body of an answer with this status; `None` where it says that there is none.
pub fn of_answer<'d>(document: &'d Value, operation: &'d Value, status: u16) -> Option<&'d Value> {
    let responses = &operation["responses"];
    let response = responses.get(status.to_string()).unwrap_or(&responses["default"]);
    let response = match response["$ref"].as_str() {
        Some(target) => document.pointer(target.trim_start_matches('#')).expect("a response of the document"),
        None => response,
    };
    response.pointer("/content/application~1json/schema")
}

#[test]
fn values_that_a_schema_does_not_allow_are_told() {
    let document = serde_json::json!({"word": {"type": ["string", "null"], "enum": ["a", null]}, "list": {
        "type": "object", "required": ["of"], "additionalProperties": false,
        "properties": {"of": {"type": "array", "items": {"$ref": "#/word"}}, "n": {"type": "integer", "maximum": 3}},
    }});
    for (value, why) in [
        (serde_json::json!({"of": ["a", null], "n": 3}), None),
        (serde_json::json!({"n": 1}), Some("of is required")),
        (serde_json::json!({"of": ["b"]}), Some("$.of[0]: \"b\" is none")),
        (serde_json::json!({"of": [], "n": 4}), Some("beyond")),
        (serde_json::json!({"of": [], "n": 1.5}), Some("where [\"integer\"] is said")),
        (serde_json::json!({"of": [], "m": 1}), Some("nothing is allowed")),
    ] {
        let checked = check(&document, &document["list"], &value);
        assert_eq!(checked.is_ok(), why.is_none(), "{value}: {checked:?}");
        assert!(why.is_none_or(|why| checked.as_ref().is_err_and(|told| told.contains(why))), "{value}: {checked:?}");
    }
}
