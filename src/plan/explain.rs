//! "Why was this made again?": the difference of two canonical requests.

use serde::Serialize;
use serde_json::Value;

/// One parameter that differs between two requests.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// The parameter's name, nested names joined by dots: `made_by.version`.
    pub parameter: String,
    pub before: Option<Value>,
    pub after: Option<Value>,
}

/// Every parameter in which two canonical requests differ, sorted by name. Equal requests have none.
pub fn explain(before: &Value, after: &Value) -> Vec<Difference> {
    let mut differences = Vec::new();
    compare("", Some(before), Some(after), &mut differences);
    differences.sort_by(|a, b| a.parameter.cmp(&b.parameter));
    differences
}

fn compare(name: &str, before: Option<&Value>, after: Option<&Value>, differences: &mut Vec<Difference>) {
    if before == after {
        return;
    }
    if let (Some(Value::Object(old)), Some(Value::Object(new))) = (before, after) {
        let mut names: Vec<&String> = old.keys().chain(new.keys()).collect();
        names.sort();
        names.dedup();
        for member in names {
            let path = if name.is_empty() { member.clone() } else { format!("{name}.{member}") };
            compare(&path, old.get(member), new.get(member), differences);
        }
        return;
    }
    differences.push(Difference { parameter: name.to_owned(), before: before.cloned(), after: after.cloned() });
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_changed_parameter_is_named() {
        let before = json!({"kind": "voice", "text": "hello", "made_by": {"provider": "pico", "version": 1}});
        let after = json!({"kind": "voice", "text": "hello!", "made_by": {"provider": "pico", "version": 2}, "x": 1});
        let names: Vec<String> = explain(&before, &after).into_iter().map(|difference| difference.parameter).collect();
        assert_eq!(names, ["made_by.version", "text", "x"]);
        assert_eq!(explain(&after, &after), []);
    }
}
