//! Where every value of a file begins and ends, and how it is written. The reader's tree knows what a value means and only
//! where it begins.

use crate::text::composed;

/// One value in the text, in bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Span {
    pub start: usize,
    /// Behind its last byte. A block ends where its last value ends, without the line break.
    pub end: usize,
    pub form: Form,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Form {
    Scalar {
        style: Style,
        /// Of a name of a field; what values say is the reader's matter.
        text: String,
    },
    /// `*name`.
    Alias,
    List {
        items: Vec<Span>,
        is_block: bool,
    },
    Map {
        entries: Vec<(Span, Span)>,
        is_block: bool,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    Plain,
    Single,
    Double,
    /// `|`, from that sign on.
    Literal,
    /// `>`, from that sign on.
    Folded,
}

impl Span {
    pub fn entries(&self) -> &[(Span, Span)] {
        match &self.form {
            Form::Map { entries, .. } => entries,
            Form::Scalar { .. } | Form::Alias | Form::List { .. } => &[],
        }
    }

    pub fn items(&self) -> &[Span] {
        match &self.form {
            Form::List { items, .. } => items,
            Form::Scalar { .. } | Form::Alias | Form::Map { .. } => &[],
        }
    }

    pub fn is_block(&self) -> bool {
        matches!(self.form, Form::List { is_block: true, .. } | Form::Map { is_block: true, .. })
    }

    /// Where the field of this name stands among its neighbours.
    pub fn index_of(&self, name: &str) -> Option<usize> {
        let name = composed(name);
        self.entries().iter().position(|(key, _)| match &key.form {
            Form::Scalar { text, .. } => composed(text) == name,
            _ => false,
        })
    }

    pub fn value_of(&self, name: &str) -> Option<&Span> {
        self.index_of(name).map(|index| &self.entries()[index].1)
    }

    pub fn style(&self) -> Option<Style> {
        match self.form {
            Form::Scalar { style, .. } => Some(style),
            _ => None,
        }
    }

    /// Where each part begins and ends: the items of a list, the fields of an object.
    pub fn parts(&self) -> Vec<(usize, usize)> {
        match &self.form {
            Form::List { items, .. } => items.iter().map(|item| (item.start, item.end)).collect(),
            Form::Map { entries, .. } => entries.iter().map(|(key, value)| (key.start, value.end)).collect(),
            Form::Scalar { .. } | Form::Alias => Vec::new(),
        }
    }
}
