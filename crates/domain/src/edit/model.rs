//! The changes on the tree that the reader makes of a file: what the campaign is to be, and how each change is taken back.
//! Knows nothing of how a file is written.

use super::change::{Change, EditError, SceneRef, SceneWas, Target, Value, Where, key, scene_fields};
use crate::campaign::Campaign;
use crate::read::{Content, Node};
use crate::text::composed;

/// The tree of a file under change.
pub struct Model<'c> {
    /// As it was read.
    before: &'c Campaign,
    pub root: Node,
    /// Which scene of `before` each one is; new ones have numbers from its end on.
    order: Vec<usize>,
    new: usize,
    /// What takes back each change, in order, with the scene that it names.
    inverse: Vec<(Change, Option<usize>)>,
}

type Entries = Vec<(Node, Node)>;

impl<'c> Model<'c> {
    pub fn new(before: &'c Campaign, root: Node) -> Self {
        let scenes = before.scenes.len();
        Self { before, root, order: (0..scenes).collect(), new: scenes, inverse: Vec::new() }
    }

    /// Applies a change; the same change comes back with every place as it is now, for the code that changes the text.
    pub fn apply(&mut self, change: &Change) -> Result<Change, EditError> {
        Ok(match change {
            Change::Set { of, field, value } => {
                let of = self.resolved(of)?;
                let (field, value) = self.nested(&of, field, value)?;
                let before = self.entry_of(&of, &field)?;
                let (entries, name) = self.owner(&of, &field)?;
                match entries.iter_mut().find(|(key, _)| key.as_text() == Some(name)) {
                    Some((_, node)) => *node = value.node(),
                    None => entries.push((key(name), value.node())),
                }
                self.note_field(&of, &field, before);
                Change::Set { of, field, value }
            }
            Change::Unset { of, field } => {
                let of = self.resolved(of)?;
                let field = self.whole(&of, field);
                if let Some(before) = self.entry_of(&of, &field)? {
                    let (entries, name) = self.owner(&of, &field)?;
                    entries.retain(|(key, _)| key.as_text() != Some(name));
                    self.note_field(&of, &field, Some(before));
                }
                Change::Unset { of, field }
            }
            Change::Insert { at, scene } => {
                let at = (*at).min(self.order.len());
                let node = Value::Object(scene.clone()).node();
                self.insert(at, node)?;
                Change::Insert { at, scene: scene.clone() }
            }
            Change::Copy { scene } => {
                let position = self.position(scene)?;
                let node = self.script()?.get(position).cloned().ok_or_else(|| EditError::by_hand("the script"))?;
                self.insert(position + 1, node)?;
                Change::Copy { scene: SceneRef::at(position) }
            }
            Change::Remove { scene } => {
                let position = self.position(scene)?;
                let node = self.take(position)?;
                self.order.remove(position);
                self.inverse.push((Change::Insert { at: position, scene: scene_fields(&node) }, None));
                Change::Remove { scene: SceneRef::at(position) }
            }
            Change::Move { scene, to } => {
                let position = self.position(scene)?;
                let last = self.order.len() - 1;
                let to = match *to {
                    Where::At(to) => to.min(last),
                    Where::By(steps) => position.saturating_add_signed(steps).min(last),
                };
                let node = self.take(position)?;
                self.script()?.insert(to, node);
                let id = self.order.remove(position);
                self.order.insert(to, id);
                let back = Change::Move { scene: SceneRef::at(to), to: Where::At(position) };
                self.inverse.push((back, Some(id)));
                Change::Move { scene: SceneRef::at(position), to: Where::At(to) }
            }
        })
    }

    /// What takes everything back, last change first; `after` is the campaign that the changes made.
    pub fn inverse(self, after: &Campaign) -> Vec<Change> {
        let Self { order, inverse, .. } = self;
        let was = |id: Option<usize>| {
            let position = order.iter().position(|other| Some(*other) == id)?;
            SceneWas::of(after, position).map(Box::new)
        };
        let named = |(mut change, id): (Change, Option<usize>)| {
            match &mut change {
                Change::Set { of: Target::Scene(scene), .. }
                | Change::Unset { of: Target::Scene(scene), .. }
                | Change::Remove { scene }
                | Change::Move { scene, .. } => scene.was = was(id),
                Change::Set { .. } | Change::Unset { .. } | Change::Insert { .. } | Change::Copy { .. } => {}
            }
            change
        };
        inverse.into_iter().rev().map(named).collect()
    }

    fn insert(&mut self, at: usize, node: Node) -> Result<(), EditError> {
        self.script()?.insert(at, node);
        self.order.insert(at, self.new);
        self.inverse.push((Change::Remove { scene: SceneRef::at(at) }, Some(self.new)));
        self.new += 1;
        Ok(())
    }

    fn take(&mut self, position: usize) -> Result<Node, EditError> {
        let script = self.script()?;
        if position < script.len() { Ok(script.remove(position)) } else { Err(EditError::by_hand("the script")) }
    }

    fn note_field(&mut self, of: &Target, field: &str, before: Option<Value>) {
        let (of, field) = (of.clone(), field.to_owned());
        let id = match &of {
            Target::Scene(scene) => self.order.get(scene.position).copied(),
            Target::Campaign | Target::Baby(_) => None,
        };
        let change = match before {
            Some(value) => Change::Set { of, field, value },
            None => Change::Unset { of, field },
        };
        self.inverse.push((change, id));
    }

    /// Where a scene is now.
    fn position(&self, scene: &SceneRef) -> Result<usize, EditError> {
        let Some(was) = &scene.was else {
            let scenes = self.order.len();
            let position = scene.position;
            return if position < scenes { Ok(position) } else { Err(EditError::NoScene { position, scenes }) };
        };
        let is_it = |position: &usize| {
            self.order.get(*position).is_some_and(|&id| id < self.before.scenes.len() && was.is_at(self.before, id))
        };
        if is_it(&scene.position) {
            return Ok(scene.position);
        }
        let found = (0..self.order.len()).filter(is_it).min_by_key(|position| position.abs_diff(scene.position));
        found.ok_or(EditError::Changed(scene.position))
    }

    fn resolved(&self, of: &Target) -> Result<Target, EditError> {
        Ok(match of {
            Target::Scene(scene) => Target::Scene(SceneRef::at(self.position(scene)?)),
            Target::Campaign | Target::Baby(_) => of.clone(),
        })
    }

    /// A field of an object that is not there, or that is a plain name, becomes that object.
    fn nested(&self, of: &Target, field: &str, value: &Value) -> Result<(String, Value), EditError> {
        let Some((object, name)) = field.split_once('.') else { return Ok((field.to_owned(), value.clone())) };
        let part = (name.to_owned(), value.clone());
        Ok(match self.entry_of(of, object)? {
            Some(Value::Object(_)) => (field.to_owned(), value.clone()),
            Some(Value::Text(_)) if plain_part(object) == Some(name) && object == "sfx" => {
                (object.to_owned(), value.clone())
            }
            Some(plain @ Value::Text(_)) if plain_part(object).is_some_and(|part| part != name) => {
                let plain = (plain_part(object).unwrap_or_default().to_owned(), plain);
                (object.to_owned(), Value::Object(vec![plain, part]))
            }
            _ => (object.to_owned(), Value::Object(vec![part])),
        })
    }

    /// An object is left out with its last field.
    fn whole(&self, of: &Target, field: &str) -> String {
        match field.split_once('.') {
            Some((object, name)) => match self.entry_of(of, object) {
                Ok(Some(Value::Object(parts))) if parts.iter().all(|(part, _)| part == name) => object.to_owned(),
                Ok(Some(Value::Text(_))) if object == "sfx" && plain_part(object) == Some(name) => object.to_owned(),
                _ => field.to_owned(),
            },
            None => field.to_owned(),
        }
    }

    fn entry_of(&self, of: &Target, field: &str) -> Result<Option<Value>, EditError> {
        let owner = owner_node(&self.root, of).ok_or_else(|| missing(of))?;
        let (owner, name) = match field.split_once('.') {
            Some((object, name)) => (member(owner, object), name),
            None => (Some(owner), field),
        };
        Ok(owner.and_then(|owner| member(owner, name)).and_then(Value::of))
    }

    fn owner<'f>(&mut self, of: &Target, field: &'f str) -> Result<(&mut Entries, &'f str), EditError> {
        let owner = owner_node_mut(&mut self.root, of).ok_or_else(|| missing(of))?;
        let (owner, name) = match field.split_once('.') {
            Some((object, name)) => (member_mut(owner, object), name),
            None => (Some(owner), field),
        };
        match owner.map(|owner| &mut owner.content) {
            Some(Content::Map(entries)) => Ok((entries, name)),
            _ => Err(EditError::by_hand(field)),
        }
    }

    fn script(&mut self) -> Result<&mut Vec<Node>, EditError> {
        match member_mut(&mut self.root, "script").map(|script| &mut script.content) {
            Some(Content::List(scenes)) => Ok(scenes),
            _ => Err(EditError::by_hand("the script")),
        }
    }
}

/// The part of an object that a plain name in its place says.
fn plain_part(object: &str) -> Option<&'static str> {
    match object {
        "voice" => Some("preset"),
        "sfx" => Some("sound"),
        _ => None,
    }
}

fn missing(of: &Target) -> EditError {
    match of {
        Target::Baby(name) => EditError::NoBaby(name.clone()),
        Target::Campaign | Target::Scene(_) => EditError::by_hand("the script"),
    }
}

fn owner_node<'n>(root: &'n Node, of: &Target) -> Option<&'n Node> {
    match of {
        Target::Campaign => Some(root),
        Target::Baby(name) => member(member(root, "baby_profiles")?, &composed(name)),
        Target::Scene(scene) => match &member(root, "script")?.content {
            Content::List(scenes) => scenes.get(scene.position),
            _ => None,
        },
    }
}

fn owner_node_mut<'n>(root: &'n mut Node, of: &Target) -> Option<&'n mut Node> {
    match of {
        Target::Campaign => Some(root),
        Target::Baby(name) => member_mut(member_mut(root, "baby_profiles")?, &composed(name)),
        Target::Scene(scene) => match &mut member_mut(root, "script")?.content {
            Content::List(scenes) => scenes.get_mut(scene.position),
            _ => None,
        },
    }
}

fn member<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    let Content::Map(entries) = &node.content else { return None };
    entries.iter().find(|(key, _)| key.as_text() == Some(name)).map(|(_, value)| value)
}

fn member_mut<'n>(node: &'n mut Node, name: &str) -> Option<&'n mut Node> {
    let Content::Map(entries) = &mut node.content else { return None };
    entries.iter_mut().find(|(key, _)| key.as_text() == Some(name)).map(|(_, value)| value)
}
