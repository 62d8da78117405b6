//! Changes a campaign file and leaves everything that a change does not touch to the byte: comments, order, quotes,
//! layout. Text and changes in, text out; pure, like the reader. The store writes what comes out, nothing here does.
//!
//! ```text
//! text ─┬→ read::Node → changes → rules → the campaign that is meant          (model)
//!       └→ Span (where each value begins and ends) → changes → splices → text (layout)
//!                          the new text is read again and must mean that campaign
//! ```
//!
//! **Why no library.** The editors of kept libraries were tried on the forms that the reader takes. `jsonc-parser` knows no
//! Markdown fence, writes a new object over several lines among neighbours of one line each, and drops the comment behind
//! a removed one's neighbour. `yaml-edit` turns a block text into a quoted line and takes the blank line behind it along;
//! `yamlpatch` needs a parser in C. What they would save is small here: YAML's events come with exact places from the
//! very parser that the reader stands on, and JSON's places need a scanner of a page. Whatever a splice gets wrong is
//! caught by reading its result.

mod apply;
mod block;
mod cast;
mod change;
mod flow;
mod model;
#[cfg(test)]
mod properties;
mod scalar;
mod sheet;
mod span;
mod span_json;
mod span_yaml;
#[cfg(test)]
mod tests;

pub use apply::{Edited, Reading, Step, edit, edit_with, take_back, take_back_with};
pub use cast::{add_member, new_cast};
pub use change::{Change, EditError, SceneRef, SceneWas, Target, Value, Where, fields_of, speaker_in_turn};
