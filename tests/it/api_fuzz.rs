//! A fuzzer that learns from `/openapi.json` what can be asked, asks it rightly and wrongly, and looks at the answers:
//! never a 5xx, every error in words, every answer as the document says. Short here; `just fuzz-api` asks more.

use serde_json::{Map, Value, json};

use crate::api_support::Service;
use crate::http::{Client, Response};
use crate::json_schema;
use crate::support::{Place, two_babies};

/// A small generator of numbers, the same for the same seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % sides
    }

    fn one_in(&mut self, sides: usize) -> bool {
        self.roll(sides) == 0
    }

    fn of<'a, T>(&mut self, things: &'a [T]) -> &'a T {
        &things[self.roll(things.len())]
    }
}

const NASTY: &[&str] = &[
    "",
    " ",
    "0",
    "-1",
    "null",
    "true",
    "../../etc/passwd",
    "%00",
    "a\u{0}b",
    "\u{202e}",
    "\u{feff}x",
    "😀",
    "'",
    "\"",
    "<script>",
    "${x}",
    "{{x}}",
    "99999999999999999999",
    "1e999",
    "NaN",
    "CON",
    "naps",
    "Baby 1",
    "draft",
    "final",
];

struct Fuzzer<'a> {
    document: &'a Value,
    dice: Dice,
    ids: Vec<String>,
}

impl Fuzzer<'_> {
    fn text(&mut self) -> String {
        match self.dice.roll(4) {
            0 => self.dice.of(NASTY).to_string(),
            1 => "x".repeat(self.dice.roll(3000)),
            2 => {
                (0..self.dice.roll(20)).map(|_| char::from_u32(self.dice.roll(0x3000) as u32).unwrap_or('?')).collect()
            }
            _ => "Hello.".to_owned(),
        }
    }

    /// A value as the schema wants it, or one that it surely does not.
    fn value(&mut self, schema: &Value, depth: usize) -> Value {
        if self.dice.one_in(12) || depth > 6 {
            return self.anything(depth);
        }
        if let Some(target) = schema["$ref"].as_str() {
            let found = self.document.pointer(target.trim_start_matches('#')).unwrap_or(&Value::Null).clone();
            return self.value(&found, depth + 1);
        }
        for choice in ["oneOf", "anyOf", "allOf", "enum"] {
            if let Some(options) = schema[choice].as_array() {
                let option = self.dice.of(options).clone();
                return if choice == "enum" { option } else { self.value(&option, depth + 1) };
            }
        }
        if !schema["const"].is_null() {
            return schema["const"].clone();
        }
        let kind = match &schema["type"] {
            Value::Array(kinds) => self.dice.of(kinds).as_str().unwrap_or_default().to_owned(),
            kind => kind.as_str().unwrap_or_default().to_owned(),
        };
        match kind.as_str() {
            "object" => self.object(schema, depth),
            "array" => (0..self.dice.roll(4)).map(|_| self.value(&schema["items"], depth + 1)).collect(),
            "string" if self.dice.one_in(3) => json!(self.dice.of(&self.ids.clone())),
            "string" => json!(self.text()),
            "integer" => json!(self.dice.roll(5) as i64 - 1),
            "number" => json!(self.dice.roll(100) as f64 / 7.0),
            "boolean" => json!(self.dice.one_in(2)),
            "null" => Value::Null,
            _ => self.anything(depth),
        }
    }

    fn object(&mut self, schema: &Value, depth: usize) -> Value {
        let required: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let mut members = Map::new();
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let wanted = required.contains(&name.as_str()) && !self.dice.one_in(20);
            if wanted || self.dice.one_in(3) {
                members.insert(name.clone(), self.value(property, depth + 1));
            }
        }
        if schema["additionalProperties"].is_object() {
            for name in ["Baby 1", "Baby 2"] {
                members.insert(name.to_owned(), self.value(&schema["additionalProperties"], depth + 1));
            }
        }
        if self.dice.one_in(15) {
            members.insert(self.text(), self.anything(depth));
        }
        Value::Object(members)
    }

    fn anything(&mut self, depth: usize) -> Value {
        match self.dice.roll(if depth > 6 { 5 } else { 7 }) {
            0 => Value::Null,
            1 => json!(self.dice.one_in(2)),
            2 => json!(self.dice.roll(usize::MAX) as i64),
            3 => json!(1e300),
            4 => json!(self.text()),
            5 => json!([self.anything(depth + 1)]),
            _ => json!({ self.text(): self.anything(depth + 1) }),
        }
    }

    /// Percent-encoded so that anything may stand in a path or query.
    fn encoded(text: &str) -> String {
        text.bytes()
            .map(
                |byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") },
            )
            .collect()
    }

    fn ask(&mut self, client: &Client, path: &str, method: &str, operation: &Value) {
        let (mut asked, mut query, mut headers) = (path.to_owned(), Vec::new(), Vec::new());
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let name = parameter["name"].as_str().unwrap();
            if name == "only" {
                // A video would keep the machine busy with what is not asked about here.
                query.push("only=voices".to_owned());
                continue;
            }
            let value = match self.value(&parameter["schema"], 0) {
                Value::String(text) => text,
                other => other.to_string(),
            };
            match parameter["in"].as_str().unwrap() {
                "path" => asked = asked.replace(&format!("{{{name}}}"), &Self::encoded(&value)),
                "query" if self.dice.one_in(2) => query.push(format!("{name}={}", Self::encoded(&value))),
                "header" if self.dice.one_in(2) => {
                    let visible: String = value.chars().filter(char::is_ascii_graphic).collect();
                    headers.push((name.to_owned(), visible));
                }
                _ => {}
            }
        }
        if !query.is_empty() {
            asked = format!("{asked}?{}", query.join("&"));
        }
        let schema = operation.pointer("/requestBody/content/application~1json/schema").cloned();
        let body = schema.map(|schema| {
            let mut text = self.value(&schema, 0).to_string().into_bytes();
            if self.dice.one_in(10) {
                text.truncate(self.dice.roll(text.len() + 1));
            }
            text
        });
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let method = method.to_uppercase();
        let method = if self.dice.one_in(25) { *self.dice.of(&["PUT", "DELETE", "PATCH", "OPTIONS"]) } else { &method };
        let response = client.send(method, &asked, &headers, body.as_deref());
        let what =
            || format!("{method} {asked} {headers:?} {}", String::from_utf8_lossy(body.as_deref().unwrap_or_default()));
        assert!(
            response.status < 500 || response.code() == "too_many_jobs",
            "{} to {}: {}",
            response.status,
            what(),
            response.text()
        );
        if response.status >= 400 {
            response.code();
        }
        self.agrees(&response, operation, &what);
    }

    /// The answer is one that the document tells of, and its body is as it is told.
    fn agrees(&self, response: &Response, operation: &Value, what: &dyn Fn() -> String) {
        let status = response.status;
        if status < 400 {
            assert!(!operation["responses"][status.to_string()].is_null(), "{status} is not told of: {}", what());
        }
        let is_json = response.header("content-type") == Some("application/json");
        match json_schema::of_answer(self.document, operation, status) {
            Some(schema) => {
                assert!(is_json || response.body.is_empty(), "{status} to {} is no JSON", what());
                if !response.body.is_empty() {
                    let checked = json_schema::check(self.document, schema, &response.json());
                    assert!(checked.is_ok(), "{} in {status} to {}: {}", checked.unwrap_err(), what(), response.text());
                }
            }
            None => assert!(!is_json || status < 400, "an error that the document does not tell of: {}", what()),
        }
    }
}

#[test]
fn nothing_that_can_be_asked_breaks_the_server() {
    let requests: usize = std::env::var("FUZZ_REQUESTS").ok().and_then(|text| text.parse().ok()).unwrap_or(600);
    let seed: u64 = std::env::var("FUZZ_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(0x5EED);
    let place = Place::new();
    place.write("naps.json", &two_babies("naps"));
    let service = Service::over(&place);
    let job = service.generate(&two_babies("naps"));
    let made = service.ended(&job);
    let document = service.client.get("/openapi.json").expect(200).json();
    let hash = made["links"]["images"]["Baby 1"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    let ids = vec!["naps".to_owned(), job, hash, "Baby 1".to_owned(), "draft".to_owned()];
    let mut fuzzer = Fuzzer { document: &document, dice: Dice(seed), ids };
    let mut operations = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            // A stream of events does not end by itself.
            if !operation.to_string().contains("text/event-stream") {
                operations.push((path.as_str(), method.as_str(), operation));
            }
        }
    }
    // Each once as it should be asked, whatever the dice say.
    for (path, method, operation) in &operations {
        fuzzer.ask(&service.client, path, method, operation);
    }
    for _ in 0..requests {
        let (path, method, operation) = *fuzzer.dice.of(&operations);
        fuzzer.ask(&service.client, path, method, operation);
    }
    assert_eq!(service.client.get("/api/v1/campaigns/health").expect(200).json()["status"], "healthy");
}
