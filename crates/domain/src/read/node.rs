//! The tree that both formats are read into: values that know where in the text they stand.

use crate::text::composed;

/// One value of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Where it starts: bytes from the start of the text. Lines and columns are counted only for faults.
    pub at: usize,
    pub content: Content,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Node>),
    /// In the order of the file. Keys can repeat, and in YAML they need not be texts: the rules say so in words.
    Map(Vec<(Node, Node)>),
}

/// Levels of lists and objects that a file may nest. A campaign needs four.
pub const DEEPEST: usize = 16;

/// Values and keys that a file may hold. Ten thousand scenes with every field given have about 110,000.
pub const MOST_VALUES: usize = 400_000;

impl Node {
    /// The tree with every line break as `\n` and every name composed, whichever system it was written on.
    pub fn settled(mut self) -> Node {
        self.settle();
        self
    }

    fn settle(&mut self) {
        match &mut self.content {
            Content::Text(text) if text.contains('\r') => *text = text.replace("\r\n", "\n").replace('\r', "\n"),
            Content::List(items) => items.iter_mut().for_each(Node::settle),
            Content::Map(entries) => {
                for (name, value) in entries {
                    name.settle();
                    if let Content::Text(text) = &mut name.content {
                        *text = composed(text).into_owned();
                    }
                    value.settle();
                }
            }
            Content::Text(_) | Content::Null | Content::Bool(_) | Content::Number(_) => {}
        }
    }

    pub fn as_text(&self) -> Option<&str> {
        match &self.content {
            Content::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn is_null(&self) -> bool {
        self.content == Content::Null
    }

    /// What stands here, in words that fit after "found".
    pub fn kind(&self) -> &'static str {
        match self.content {
            Content::Null => "nothing (null)",
            Content::Bool(true) => "true",
            Content::Bool(false) => "false",
            Content::Number(_) => "a number",
            Content::Text(_) => "a text",
            Content::List(_) => "a list",
            Content::Map(_) => "an object",
        }
    }
}
