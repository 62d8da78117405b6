//! What a file says that is allowed and probably not meant. Called by `check`; makes no file unusable.

use super::faults::{Faults, Place, Problem, quoted};
use super::file::{Format, parse};
use super::limits::TEXTS;
use super::node::{Content, Node};
use crate::fault::Fault;

/// Everything that is worth a remark, in the order of the file.
pub fn remarks(text: &str, format: Format) -> Vec<Fault> {
    let mut faults = Faults::new(text);
    if format == Format::Yaml
        && let Ok(root) = parse(text, format)
    {
        visit(&root, &Place::Whole, text, &mut faults);
    }
    faults.into_list()
}

/// Looks for texts without quotes that end at ` #`, where YAML begins a comment.
fn visit(node: &Node, place: &Place<'_>, text: &str, faults: &mut Faults<'_>) {
    match &node.content {
        Content::List(items) => {
            for (position, item) in items.iter().enumerate() {
                visit(item, &Place::Scene(position), text, faults);
            }
        }
        Content::Map(entries) => {
            for (name, value) in entries {
                let name = name.as_text().unwrap_or_default();
                let place = Place::Field(place, name);
                match (value.as_text(), TEXTS.contains(&name)) {
                    (Some(said), true) => {
                        if let Some(cut) = cut_off(&text[text.floor_char_boundary(value.at)..], said) {
                            faults.add(value.at, &place, || {
                                Problem::new(format!(
                                    "YAML takes {} for a comment, so that it is left out",
                                    quoted(cut)
                                ))
                                .hint("Put the whole text in quotes if it belongs to it.")
                            });
                        }
                    }
                    _ => visit(value, &place, text, faults),
                }
            }
        }
        Content::Text(_) | Content::Null | Content::Bool(_) | Content::Number(_) => {}
    }
}

/// The comment behind a text of one line that stands without quotes.
fn cut_off<'t>(from: &'t str, said: &str) -> Option<&'t str> {
    let line = from.lines().next()?;
    let rest = line.strip_prefix(said.lines().next()?)?;
    let cut = rest.trim_start();
    (rest.len() > cut.len() && cut.starts_with('#') && !said.contains('\n')).then(|| cut.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_ends_at_a_hash_is_told_with_its_line() {
        let text = "# fine\ntopic: nap # short\nscript:\n- type: dialogue\n  text: Follow us for more #baby #podcast\n- text: \"a #b\"\n- say: a#b\n";
        let found = remarks(text, Format::Yaml);
        let lines: Vec<_> = found.iter().map(|fault| (fault.line, fault.place.as_str())).collect();
        assert_eq!(lines, [(Some(2), "topic"), (Some(5), "scene 1 · text")]);
        assert!(found[1].message.contains("#baby #podcast"), "{found:?}");
    }
}
