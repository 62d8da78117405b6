//! A new member in a cast file, which is left as it is beside that.

use super::block;
use super::change::{EditError, Value};
use super::flow;
use super::sheet::{Sheet, Splice, spliced};
use crate::campaign::{Motion, Reference};
use crate::cast::{Cast, Member};
use crate::read::{Format, read_cast};
use crate::voice_shape::VoiceShape;

/// A file that holds these members, as JSON.
pub fn new_cast(members: &[&Member]) -> String {
    let members = members.iter().map(|member| (member.name.clone(), json_of(&Value::Object(fields_of(member)))));
    let document = serde_json::json!({"members": serde_json::Value::Object(members.collect())});
    // Texts, numbers and maps with text keys are all it holds, which JSON can always say.
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

/// The fields of a member as they are written.
fn fields_of(member: &Member) -> Vec<(String, Value)> {
    let text = |text: &String| Value::Text(text.clone());
    let reference = member.reference.as_ref().map(|reference| match reference {
        Reference::File(path) => Value::from(path.as_str()),
        Reference::Take(take) => Value::Text(format!("take {take}")),
    });
    let motion = member.motion.map(|motion| match motion {
        Motion::Auto => Value::from("auto"),
        Motion::Talk => Value::from("talk"),
        Motion::Still => Value::from("still"),
    });
    let fields = [
        ("tone", Some(text(&member.tone_text))),
        ("voice_id", Some(text(&member.voice_id))),
        ("language", member.language.map(|language| Value::from(language.code()))),
        ("voice", member.voice_shape.map(shape)),
        ("appearance", member.appearance.as_ref().map(text)),
        ("portrait", member.portrait.as_ref().map(|path| Value::from(path.as_str()))),
        ("reference", reference),
        ("model", member.model.as_ref().map(text)),
        ("motion", motion),
        ("look", (member.look > 0).then(|| Value::Number(f64::from(member.look)))),
    ];
    fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

fn shape(shape: VoiceShape) -> Value {
    let parts = [
        ("pitch", f64::from(shape.pitch_cents) / 100.0, 0.0),
        ("formant", f64::from(shape.formant_permille) / 10.0, 0.0),
        ("speed", shape.speed(), 1.0),
    ];
    let said = parts.into_iter().filter(|(_, value, usual)| (value - usual).abs() > f64::EPSILON);
    Value::Object(said.map(|(name, value, _)| (name.to_owned(), Value::Number(value))).collect())
}

fn json_of(value: &Value) -> serde_json::Value {
    match value {
        Value::Text(text) => text.as_str().into(),
        Value::Number(number) if number.fract() == 0.0 => (*number as i64).into(),
        Value::Number(number) => (*number).into(),
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), json_of(value))).collect(),
    }
}

/// The text with the member behind the last one. The new text is read again and must mean just that.
pub fn add_member(text: &str, format: Format, member: &Member) -> Result<String, EditError> {
    let before = cast_of(text, format)?;
    let mut meant = before.members().to_vec();
    meant.push(member.clone());
    if before.member(&member.name).is_some() {
        return Err(EditError::Member(format!("there is a {} in the cast already", member.name)));
    }
    if let Some(same) = before.members().iter().find(|other| other.has_the_face_of(member)) {
        return Err(EditError::Member(format!("{} is that baby already", same.name)));
    }
    let means_it = |text: &String| cast_of(text, format).is_ok_and(|cast| cast == Cast::of(meant.clone()));
    let written = [false, true].into_iter().find_map(|is_careful| {
        let sheet = Sheet::new(text.to_owned(), format, is_careful)?;
        let (text, _) = spliced(text, &splices(&sheet, member)?)?;
        Some(text).filter(means_it)
    });
    written.ok_or_else(|| EditError::by_hand("the list of members"))
}

fn cast_of(text: &str, format: Format) -> Result<Cast, EditError> {
    read_cast(text, format).map_err(|faults| EditError::Faulty(faults.into_iter().next().map(Box::new)))
}

fn splices(sheet: &Sheet, member: &Member) -> Option<Vec<Splice>> {
    let members = sheet.root.value_of("members")?;
    let value = Value::Object(fields_of(member));
    let last = members.entries().len().checked_sub(1)?;
    if members.is_block() {
        return block::insert_field(sheet, members, last, &member.name, &value);
    }
    let piece = flow::Piece { text: flow::field(sheet, &member.name, &value, members), comment: String::new() };
    flow::insert(sheet, &members.parts(), last + 1, &piece)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(name: &str, look: u32) -> Member {
        let text = r#"{"members": {"x": {"tone": "warm", "voice_id": "v", "voice": {"pitch": -1.5}, "appearance": "a \"red\" hat: big"}}}"#;
        let cast = read_cast(text, Format::Json).unwrap();
        Member { name: name.to_owned(), look, ..cast.members()[0].clone() }
    }

    #[test]
    fn a_new_file_holds_the_member_and_a_second_one_is_put_behind_it() {
        let text = new_cast(&[&member("momo", 0)]);
        let both = add_member(&text, Format::Json, &member("bibi", 1)).unwrap();
        let cast = read_cast(&both, Format::Json).unwrap();
        assert_eq!(cast.members(), [member("momo", 0), member("bibi", 1)]);
        assert!(both.starts_with(text.trim_end_matches("\n  }\n}\n")), "what was there stays:\n{both}");
    }

    #[test]
    fn comments_order_and_layout_of_the_file_stay() {
        for (format, text, kept) in [
            (
                Format::Json,
                "{\"members\": {\n  // the first one\n  \"a\": {\"voice_id\": \"v\", \"tone\": \"t\"} // so\n}}\n",
                3,
            ),
            (
                Format::Yaml,
                "# ours\nmembers:\n  a: # the first one\n    voice_id: v\n    tone: t   # so\n\n# the end\n",
                5,
            ),
            (Format::Yaml, "members: {a: {tone: t, voice_id: v}}\n", 0),
        ] {
            let after = add_member(text, format, &member("momo", 2)).unwrap();
            assert_eq!(read_cast(&after, format).unwrap().members()[1], member("momo", 2), "{after}");
            let lines: Vec<&str> = after.lines().collect();
            assert!(
                text.lines().take(kept).all(|line| lines
                    .iter()
                    .any(|new| new.trim_end_matches(',') == line || new.starts_with(line) || new.contains("// so"))),
                "{after}"
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_added_is_what_is_read_and_what_was_there_stays(
            name in "[a-zA-Zé \"':#{}\\[\\]-]{1,12}",
            tone in "[ -~é]{0,20}[a-z]",
            appearance in proptest::option::of("[ -~é]{0,30}[a-z]"),
            pitch in -1200i32..=1200,
            look in 0u32..9,
        ) {
            let base = Member { tone_text: tone, appearance, ..member(&name, look) };
            let shape = base.voice_shape.map(|shape| VoiceShape { pitch_cents: pitch, ..shape });
            let added = Member { voice_shape: shape.filter(|shape| !shape.is_neutral()), ..base };
            for (format, text) in [
                (Format::Json, "{\"members\": {\n  \"a\": {\"voice_id\": \"v\", \"tone\": \"t\"} // so\n}}\n"),
                (Format::Yaml, "members:\n  a: # the first one\n    voice_id: v\n    tone: t   # so\n# the end\n"),
            ] {
                match add_member(text, format, &added) {
                    Ok(after) => {
                        let cast = read_cast(&after, format).unwrap();
                        proptest::prop_assert_eq!(&cast.members()[1..], std::slice::from_ref(&added), "{}", after);
                        proptest::prop_assert!(after.contains("so") && after.contains("voice_id"), "{}", after);
                    }
                    // A name of blanks, or the one that is there.
                    Err(error) => proptest::prop_assert!(name.trim().is_empty() || name == "a", "{}: {}", name, error),
                }
            }
        }
    }

    #[test]
    fn a_baby_is_no_two_members_and_a_faulty_file_is_left_alone() {
        let text = new_cast(&[&member("momo", 0)]);
        let error = add_member(&text, Format::Json, &member("bibi", 0)).unwrap_err();
        assert_eq!(error.to_string(), "momo is that baby already");
        let error = add_member(&text, Format::Json, &member("momo", 1)).unwrap_err();
        assert!(error.to_string().contains("momo"), "{error}");
        assert!(matches!(add_member("{", Format::Json, &member("a", 0)), Err(EditError::Faulty(_))));
    }
}
