//! What is being edited: one line at the foot of the page, a card with all fields, a choice of one of several. Each knows
//! the changes that it would make; what they cost and whether they are possible, the engine answers while one types.

use super::line::LineText;
use crate::domain::edit::{Change, SceneRef, Target, Value};
use crate::domain::read::limits::{LONGEST_CAPTION, LONGEST_LINE};
use crate::domain::{CampaignId, Display};
use crate::engine::{Command, Order, Remakes};
use crate::plan::Mode;
use crate::tui::widgets::Cursor;

/// The campaign that is edited, and whether its draft or its final is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Of {
    pub campaign: CampaignId,
    pub mode: Mode,
}

/// What the engine says of the changes so far.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Answer {
    /// There is nothing to ask about.
    #[default]
    None,
    Asked(u64),
    Told(Result<Remakes, String>),
}

/// How far an edit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Stage {
    #[default]
    Typing,
    /// The key that leaves was pressed though something was changed: once more leaves it.
    Leaving,
    /// The engine was told, with this ticket.
    Saving(u64),
}

/// What is typed into the line.
#[derive(Debug, Clone, PartialEq)]
pub enum Wording {
    /// A field of a scene; one that may be left out is so when it is empty.
    Field { scene: SceneRef, name: &'static str, is_optional: bool },
    /// A new line at this position, by one of these speakers.
    New { at: usize, speakers: Vec<String>, speaker: usize },
}

/// A line of the script that is edited where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct LineEdit {
    pub of: Of,
    pub wording: Wording,
    /// `4 Rosie`.
    label: String,
    before: String,
    /// Whether the voice reads a text of its own: then this one is only shown.
    pub is_only_shown: bool,
    pub line: LineText,
    pub answer: Answer,
    pub stage: Stage,
}

impl LineEdit {
    /// Of a scene that is there.
    pub fn of_field(of: Of, scene: SceneRef, label: String, name: &'static str, before: &str) -> Self {
        let is_optional = name == "caption";
        let longest = if is_optional { LONGEST_CAPTION } else { LONGEST_LINE };
        Self::new(of, Wording::Field { scene, name, is_optional }, label, before, longest)
    }

    /// Of a new line.
    pub fn of_new(of: Of, at: usize, speakers: Vec<String>, speaker: usize) -> Self {
        let label = format!("new {}", at + 1);
        Self::new(of, Wording::New { at, speakers, speaker }, label, "", LONGEST_LINE)
    }

    fn new(of: Of, wording: Wording, label: String, before: &str, longest: usize) -> Self {
        // What is too long is told, not cut off.
        let line = LineText::new(before, longest * 2, true);
        let before = before.to_owned();
        Self { of, wording, label, before, is_only_shown: false, line, answer: Answer::None, stage: Stage::Typing }
    }

    /// What stands before the text.
    pub fn label(&self) -> String {
        match &self.wording {
            Wording::Field { .. } => self.label.clone(),
            Wording::New { speakers, speaker, .. } => {
                let name = speakers.get(*speaker).map(|name| name.as_str().display().to_string());
                format!("{} {}", self.label, name.unwrap_or_default())
            }
        }
    }

    pub fn is_new(&self) -> bool {
        matches!(self.wording, Wording::New { .. })
    }

    pub fn is_changed(&self) -> bool {
        self.line.text() != self.before
    }

    /// The next baby speaks the new line.
    pub fn next_speaker(&mut self) {
        if let Wording::New { speakers, speaker, .. } = &mut self.wording {
            *speaker = (*speaker + 1) % speakers.len().max(1);
        }
    }

    /// None where there is nothing to write.
    pub fn changes(&self) -> Vec<Change> {
        let text = self.line.text();
        match &self.wording {
            _ if !self.is_changed() => Vec::new(),
            Wording::Field { scene, name, is_optional } => {
                let (of, field) = (Target::Scene(scene.clone()), (*name).to_owned());
                vec![if *is_optional && text.is_empty() {
                    Change::Unset { of, field }
                } else {
                    Change::Set { of, field, value: Value::from(text) }
                }]
            }
            Wording::New { at, speakers, speaker } => {
                let name = speakers.get(*speaker).map_or("", String::as_str);
                let fields = [("type", "dialogue"), ("speaker", name), ("text", text)];
                let scene = fields.map(|(name, value)| (name.to_owned(), Value::from(value))).into();
                vec![Change::Insert { at: *at, scene }]
            }
        }
    }

    /// What is said when it is saved.
    pub fn done(&self) -> String {
        match &self.wording {
            Wording::Field { scene, .. } => format!("reworded scene {}", scene.position + 1),
            Wording::New { at, .. } => format!("new scene {}", at + 1),
        }
    }
}

/// One field of a card.
#[derive(Debug, Clone, PartialEq)]
pub struct CardField {
    pub of: Target,
    pub name: &'static str,
    before: String,
    pub text: String,
    pub help: String,
}

impl CardField {
    pub fn new(of: Target, name: &'static str, before: Option<String>, help: String) -> Self {
        let before = before.unwrap_or_default();
        Self { of, name, text: before.clone(), before, help }
    }

    pub fn is_changed(&self) -> bool {
        self.text != self.before
    }

    fn change(&self) -> Option<Change> {
        let (of, field) = (self.of.clone(), self.name.to_owned());
        self.is_changed().then(|| {
            if self.text.trim().is_empty() {
                Change::Unset { of, field }
            } else {
                Change::Set { value: Value::typed(self.name, &self.text), of, field }
            }
        })
    }
}

/// All fields of a scene and of the baby that speaks it.
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    pub of: Of,
    pub title: String,
    pub fields: Vec<CardField>,
    pub cursor: Cursor,
    pub typing: Option<LineText>,
    pub answer: Answer,
    pub stage: Stage,
}

impl Card {
    pub fn new(of: Of, title: String, fields: Vec<CardField>) -> Self {
        let (answer, stage) = (Answer::None, Stage::Typing);
        Self { of, title, fields, cursor: Cursor::default(), typing: None, answer, stage }
    }

    /// Whether keys are letters now.
    pub fn is_typing(&self) -> bool {
        self.typing.is_some()
    }

    pub fn selected(&self) -> Option<&CardField> {
        self.fields.get(self.cursor.selected)
    }

    /// Begins to type into the selected field.
    pub fn begin(&mut self) {
        self.typing = self.selected().map(|field| LineText::new(field.text.clone(), 2 * LONGEST_LINE, true));
    }

    /// Takes over what was typed.
    pub fn take(&mut self) {
        if let Some(line) = self.typing.take()
            && let Some(field) = self.fields.get_mut(self.cursor.selected)
        {
            line.text().clone_into(&mut field.text);
        }
    }

    pub fn changes(&self) -> Vec<Change> {
        self.fields.iter().filter_map(CardField::change).collect()
    }

    pub fn done(&self) -> String {
        let names: Vec<&str> = self.fields.iter().filter(|field| field.is_changed()).map(|field| field.name).collect();
        format!("{} of {}", names.join(", "), self.title)
    }
}

/// A question with a number for each answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Pick {
    pub of: Of,
    pub title: String,
    pub options: Vec<String>,
    pub cursor: Cursor,
    /// What is chosen.
    pub what: Picking,
}

/// What one of several is chosen for.
#[derive(Debug, Clone, PartialEq)]
pub enum Picking {
    /// The scenes that get the speaker who is chosen.
    Speaker(Vec<SceneRef>),
    /// Other words, one for each answer but the last, which asks for others.
    Words {
        words: Vec<Words>,
        /// What they were asked for with.
        order: Box<Order>,
    },
}

/// Other words that can be chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct Words {
    pub changes: Vec<Change>,
    /// What is said when they are taken.
    pub done: String,
}

impl Pick {
    /// What the answer at this place changes.
    pub fn changes(&self, choice: usize) -> Vec<Change> {
        let Some(name) = self.options.get(choice) else { return Vec::new() };
        let change = |scene: &SceneRef| Change::Set {
            of: Target::Scene(scene.clone()),
            field: "speaker".to_owned(),
            value: Value::from(name.as_str()),
        };
        match &self.what {
            Picking::Speaker(scenes) => scenes.iter().map(change).collect(),
            Picking::Words { words, .. } => words.get(choice).map(|words| words.changes.clone()).unwrap_or_default(),
        }
    }

    /// What is asked for again where none of the answers was liked.
    pub fn others(&self, choice: usize) -> Option<&Order> {
        match &self.what {
            Picking::Words { words, order } if choice == words.len() => Some(order),
            _ => None,
        }
    }

    /// What is said when the answer at this place is taken.
    pub fn done(&self, choice: usize) -> String {
        let name = self.options.get(choice).map_or("", String::as_str);
        match &self.what {
            Picking::Speaker(scenes) => match scenes.as_slice() {
                [only] => format!("{name} speaks scene {}", only.position + 1),
                several => format!("{name} speaks {} scenes", several.len()),
            },
            Picking::Words { words, .. } => words.get(choice).map(|words| words.done.clone()).unwrap_or_default(),
        }
    }
}

/// The question what the changes would have made again.
pub fn what_if(of: &Of, ticket: u64, changes: Vec<Change>) -> Command {
    Command::WhatIf { ticket, campaign: of.campaign.clone(), mode: of.mode, changes }
}
