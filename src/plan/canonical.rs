//! Canonical JSON: one text for one meaning, hashed into keys. Called wherever a request becomes a key or is stored.
//!
//! It is written in one pass from the value itself. A campaign of 10,000 scenes needs 40,000 of these texts before its
//! page can be shown, and a tree of JSON values for each would take most of that time.

use std::io;

use serde::Serialize;
use serde_json::ser::{CharEscape, CompactFormatter, Formatter, Serializer};

/// JSON with sorted keys, no white space and no `null` members: one text for one meaning. A member that is absent and
/// one that is `null` are the same request, so adding an optional field later keeps every existing key.
#[expect(
    clippy::expect_used,
    reason = "what is hashed holds only strings, numbers and maps with string keys; JSON is UTF-8"
)]
pub fn canonical_json(value: &impl Serialize) -> String {
    let mut text = Text::default();
    value
        .serialize(&mut Serializer::with_formatter(io::sink(), Canonical(&mut text)))
        .expect("what is hashed holds only strings, numbers and maps with string keys");
    String::from_utf8(text.written).expect("JSON is UTF-8")
}

#[derive(Default)]
struct Text {
    written: Vec<u8>,
    /// The objects that are open, outermost first.
    open: Vec<Object>,
    /// The members of all open objects, those of the innermost last.
    members: Vec<Member>,
    /// Where the members of an object are put in order.
    sorted: Vec<u8>,
}

struct Object {
    /// Behind its brace.
    start: usize,
    first_member: usize,
}

/// Positions in [`Text::written`]: `"name":value`.
struct Member {
    start: usize,
    name_end: usize,
    end: usize,
}

impl Text {
    fn open_object(&mut self) {
        self.written.push(b'{');
        self.open.push(Object { start: self.written.len(), first_member: self.members.len() });
    }

    fn start_member(&mut self) {
        let start = self.written.len();
        self.members.push(Member { start, name_end: start, end: start });
    }

    fn end_name(&mut self) {
        let position = self.written.len();
        if let Some(member) = self.members.last_mut() {
            member.name_end = position;
        }
    }

    fn end_member(&mut self) {
        let position = self.written.len();
        if let Some(member) = self.members.last_mut() {
            if self.written[member.name_end..] == *b":null" {
                self.written.truncate(member.start);
                self.members.pop();
            } else {
                member.end = position;
            }
        }
    }

    fn close_object(&mut self) {
        if let Some(Object { start, first_member }) = self.open.pop() {
            let written = &self.written;
            // The names without their quotes: a quote sorts behind a space.
            self.members[first_member..].sort_by_key(|member| &written[member.start + 1..member.name_end - 1]);
            self.sorted.clear();
            for (position, member) in self.members[first_member..].iter().enumerate() {
                if position > 0 {
                    self.sorted.push(b',');
                }
                self.sorted.extend_from_slice(&written[member.start..member.end]);
            }
            self.written.truncate(start);
            self.written.extend_from_slice(&self.sorted);
            self.members.truncate(first_member);
        }
        self.written.push(b'}');
    }
}

/// Writes into its own text and leaves the writer alone, for what is written must be put in order.
struct Canonical<'a>(&'a mut Text);

/// What needs no order is written as usual.
macro_rules! as_usual {
    ($($name:ident($($argument:ident: $type:ty),*);)*) => {
        $(fn $name<W: ?Sized + io::Write>(&mut self, _: &mut W $(, $argument: $type)*) -> io::Result<()> {
            CompactFormatter.$name(&mut self.0.written $(, $argument)*)
        })*
    };
}

/// What an object needs to know of.
macro_rules! kept_in_order {
    ($($name:ident => $step:ident;)*) => {
        $(fn $name<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
            self.0.$step();
            Ok(())
        })*
    };
}

impl Formatter for Canonical<'_> {
    as_usual! {
        write_null();
        write_bool(value: bool);
        write_i8(value: i8);
        write_i16(value: i16);
        write_i32(value: i32);
        write_i64(value: i64);
        write_i128(value: i128);
        write_u8(value: u8);
        write_u16(value: u16);
        write_u32(value: u32);
        write_u64(value: u64);
        write_u128(value: u128);
        write_f32(value: f32);
        write_f64(value: f64);
        write_number_str(value: &str);
        write_raw_fragment(fragment: &str);
        begin_string();
        end_string();
        write_string_fragment(fragment: &str);
        write_char_escape(escape: CharEscape);
        write_byte_array(value: &[u8]);
        begin_array();
        end_array();
        begin_array_value(first: bool);
        end_array_value();
        begin_object_value();
    }

    kept_in_order! {
        begin_object => open_object;
        end_object_key => end_name;
        end_object_value => end_member;
        end_object => close_object;
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, _: &mut W, _: bool) -> io::Result<()> {
        self.0.start_member();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn one_meaning_has_one_text() {
        let value = json!({"b": [1, {"z": null, "y": "ü\n"}, null], "a": 0.5, "n": null, "a b": {}, "a!": []});
        assert_eq!(canonical_json(&value), r#"{"a":0.5,"a b":{},"a!":[],"b":[1,{"y":"ü\n"},null]}"#);
    }

    #[test]
    fn the_order_in_which_members_are_written_does_not_matter() {
        #[derive(Serialize)]
        struct Nested {
            z: Option<u8>,
            y: &'static str,
            x: std::collections::HashMap<u8, char>,
        }
        let nested = Nested { z: Some(1), y: "\"null\"", x: [(1, 'ä'), (0, '"')].into() };
        assert_eq!(canonical_json(&nested), r#"{"x":{"0":"\"","1":"ä"},"y":"\"null\"","z":1}"#);
        assert_eq!(canonical_json(&nested), canonical_json(&serde_json::to_value(&nested).unwrap()));
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let scalar = prop_oneof![
            any::<String>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            any::<bool>().prop_map(Value::from),
        ];
        scalar.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::btree_map(any::<String>(), inner, 0..6)
                    .prop_map(|members| members.into_iter().collect::<serde_json::Map<_, _>>().into()),
            ]
        })
    }

    proptest! {
        #[test]
        fn canonical_text_is_json_with_the_same_meaning(value in any_json()) {
            // A number that is not finite is written as null, which an object leaves out.
            prop_assume!(!value.to_string().contains("null"));
            prop_assert_eq!(&serde_json::from_str::<Value>(&canonical_json(&value)).unwrap(), &value);
        }
    }
}
