//! Where a text value stands in a campaign file: for faults that are found only after reading, such as a missing file.

use super::faults::{Faults, Place, Problem};
use super::file::{Format, parse};
use super::node::{Content, Node};
use crate::fault::Fault;

/// One fault with `message` and `hint` for each place of the file where the text `value` stands as a value.
pub fn faults_at(text: &str, format: Format, value: &str, message: &str, hint: &str) -> Vec<Fault> {
    let mut faults = Faults::new(text);
    if let Ok(root) = parse(text, format) {
        let mut note = |at: usize, place: &Place<'_>| faults.add(at, place, || Problem::new(message).hint(hint));
        visit(&root, &Place::Whole, value, &mut note);
    }
    faults.into_list()
}

/// The line, counted from 1, where a scene begins; `None` where the file has no such scene now.
pub fn line_of_scene(text: &str, format: Format, scene: usize) -> Option<u32> {
    let root = parse(text, format).ok()?;
    let Content::Map(members) = &root.content else { return None };
    let (_, script) = members.iter().find(|(name, _)| name.as_text() == Some("script"))?;
    let Content::List(scenes) = &script.content else { return None };
    let before = text.get(..scenes.get(scene)?.at)?;
    u32::try_from(before.matches('\n').count() + 1).ok()
}

fn visit(node: &Node, place: &Place<'_>, value: &str, note: &mut dyn FnMut(usize, &Place<'_>)) {
    match &node.content {
        Content::Text(text) if text == value => note(node.at, place),
        // The script is the only list of a campaign.
        Content::List(items) => {
            for (position, item) in items.iter().enumerate() {
                visit(item, &Place::Scene(position), value, note);
            }
        }
        Content::Map(members) => {
            for (name, member) in members {
                visit(member, &Place::Field(place, name.as_text().unwrap_or_default()), value, note);
            }
        }
        Content::Text(_) | Content::Null | Content::Bool(_) | Content::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scene_begins_at_its_line() {
        let json = "{\"script\": [\n{\"type\": \"media\",\n \"source\": \"a.png\"},\n{\"source\": \"b.png\"}]}";
        let yaml = "campaign_id: a\nscript:\n  - type: dialogue\n    text: A\n  - type: dialogue\n";
        let lines = |text, format| [0, 1, 2].map(|scene| line_of_scene(text, format, scene));
        assert_eq!(lines(json, Format::Json), [Some(2), Some(4), None]);
        assert_eq!(lines(yaml, Format::Yaml), [Some(3), Some(5), None]);
        assert_eq!(line_of_scene("{", Format::Json, 0), None);
    }

    #[test]
    fn every_mention_is_found_with_its_line() {
        let text = "{\"script\": [\n{\"type\": \"media\", \"source\": \"a.png\"},\n{\"source\": \"b.png\"}],\n\"music\": \"a.png\"}";
        let faults = faults_at(text, Format::Json, "a.png", "a.png is not there", "Put it there.");
        let found: Vec<_> =
            faults.iter().map(|fault| (fault.line, fault.pointer.as_str(), fault.place.as_str())).collect();
        assert_eq!(found, [(Some(2), "/script/0/source", "scene 1 · source"), (Some(4), "/music", "music")]);
    }
}
