//! Edits whole: changes become splices of the text, the new text is read again, and what takes it all back is handed out
//! with it.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::block;
use super::change::{Change, EditError, SceneRef, Target, Value, Where};
use super::flow;
use super::model::Model;
use super::scalar;
use super::scalar::{Around, replaced};
use super::sheet::{Sheet, Splice, spliced};
use super::span::{Form, Span, Style};
use crate::campaign::{Campaign, Scene};
use crate::cast::Cast;
use crate::read::{Format, Node, campaign_of, parse, quoted, read_with, shortened};

/// A text after an edit.
#[derive(Debug, Clone, PartialEq)]
pub struct Edited {
    /// The whole file as it is to be written.
    pub text: String,
    /// What the text means now.
    pub campaign: Campaign,
    /// What takes the edit back.
    pub back: Step,
    /// The scene to look at next: the last one that was changed, new or moved.
    pub scene: Option<usize>,
}

/// An edit that can be made of a text once it is what an earlier edit left: undo, and redo. In that very text it restores
/// every byte; in one that somebody else has changed it makes the same changes by their meaning.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    of: u64,
    stages: Vec<Vec<Splice>>,
    changes: Vec<Change>,
    inverse: Vec<Change>,
    scene: Option<usize>,
    scene_before: Option<usize>,
}

impl Step {
    /// Whether it does nothing.
    pub fn is_empty(&self) -> bool {
        self.stages.is_empty()
    }
}

fn mark_of(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// The tree of a text and what it means: read once, because a long script takes its time.
fn taken(text: &str, format: Format, cast: &Cast) -> Result<(Node, Campaign), EditError> {
    let taken =
        parse(text, format).ok().and_then(|root| campaign_of(&root, cast).ok().map(|campaign| (root, campaign)));
    taken.ok_or_else(|| {
        let faults = read_with(text, format, cast).err().unwrap_or_default();
        EditError::Faulty(faults.into_iter().next().map(Box::new))
    })
}

/// The text with the changes made, where there is no cast: see [`edit_with`].
pub fn edit(text: &str, format: Format, changes: &[Change]) -> Result<Edited, EditError> {
    edit_with(text, format, &Cast::none(), changes)
}

/// The text with the changes made; its profiles may name members of `cast`.
pub fn edit_with(text: &str, format: Format, cast: &Cast, changes: &[Change]) -> Result<Edited, EditError> {
    let (root, before) = taken(text, format, cast)?;
    let mut model = Model::new(&before, root);
    let resolved = changes.iter().map(|change| model.apply(change)).collect::<Result<Vec<_>, _>>()?;
    let campaign = campaign_of(&model.root, cast).map_err(|fault| EditError::Refused(Box::new(fault)))?;
    let inverse = model.inverse(&campaign);
    let scene = resolved.last().and_then(|change| scene_after(change, &campaign));
    let scene_before = resolved.first().and_then(scene_before);
    let means_it =
        |(after, _): &(String, Vec<Vec<Splice>>)| read_with(after, format, cast).is_ok_and(|read| read == campaign);
    let written = [false, true]
        .into_iter()
        .find_map(|is_careful| written(text, format, is_careful, &resolved, &before).filter(means_it));
    let (after, stages) = written.ok_or_else(|| by_hand(&resolved))?;
    let back = Step {
        of: mark_of(&after),
        stages,
        changes: inverse,
        inverse: changes.to_vec(),
        scene: scene_before,
        scene_before: scene,
    };
    Ok(Edited { text: after, campaign, back, scene })
}

/// Takes an edit back, or makes one again that was taken back.
pub fn take_back(text: &str, format: Format, step: &Step) -> Result<Edited, EditError> {
    take_back_with(text, format, &Cast::none(), step)
}

/// The same where profiles may name members of `cast`.
pub fn take_back_with(text: &str, format: Format, cast: &Cast, step: &Step) -> Result<Edited, EditError> {
    if mark_of(text) == step.of
        && let Some((after, stages)) = restored(text, &step.stages)
        && let Ok(campaign) = read_with(&after, format, cast)
    {
        let back = Step {
            of: mark_of(&after),
            stages,
            changes: step.inverse.clone(),
            inverse: step.changes.clone(),
            scene: step.scene_before,
            scene_before: step.scene,
        };
        return Ok(Edited { text: after, campaign, back, scene: step.scene });
    }
    edit_with(text, format, cast, &step.changes)
}

fn restored(text: &str, stages: &[Vec<Splice>]) -> Option<(String, Vec<Vec<Splice>>)> {
    let mut text = text.to_owned();
    let mut back = Vec::with_capacity(stages.len());
    for stage in stages {
        let (after, inverse) = spliced(&text, stage)?;
        text = after;
        back.insert(0, inverse);
    }
    Some((text, back))
}

/// A campaign file that was read once, for many questions about what changes would make of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    root: Node,
    campaign: Campaign,
    cast: Cast,
}

impl Reading {
    /// Reads a text; one that is no campaign is refused with its first fault.
    pub fn of(text: &str, format: Format, cast: Cast) -> Result<Self, EditError> {
        taken(text, format, &cast).map(|(root, campaign)| Self { root, campaign, cast })
    }

    /// The campaign that the changes would make, without a word about how its file would be written.
    pub fn intended(&self, changes: &[Change]) -> Result<Campaign, EditError> {
        let mut model = Model::new(&self.campaign, self.root.clone());
        for change in changes {
            model.apply(change)?;
        }
        campaign_of(&model.root, &self.cast).map_err(|fault| EditError::Refused(Box::new(fault)))
    }
}

fn scene_after(change: &Change, campaign: &Campaign) -> Option<usize> {
    let last = campaign.scenes.len().checked_sub(1)?;
    let position = match change {
        Change::Move { to: Where::At(to), .. } => *to,
        Change::Set { of: Target::Scene(scene), .. }
        | Change::Unset { of: Target::Scene(scene), .. }
        | Change::Remove { scene }
        | Change::Move { scene, .. } => scene.position,
        Change::Insert { at, .. } => *at,
        Change::Copy { scene } => scene.position + 1,
        Change::Set { .. } | Change::Unset { .. } => return None,
    };
    Some(position.min(last))
}

fn scene_before(change: &Change) -> Option<usize> {
    match change {
        Change::Set { of: Target::Scene(scene), .. }
        | Change::Unset { of: Target::Scene(scene), .. }
        | Change::Copy { scene }
        | Change::Remove { scene }
        | Change::Move { scene, .. } => Some(scene.position),
        Change::Insert { at, .. } => Some(at.saturating_sub(1)),
        Change::Set { .. } | Change::Unset { .. } => None,
    }
}

/// What to change by hand, in words, and into what.
fn by_hand(changes: &[Change]) -> EditError {
    let target = |of: &Target, field: &str| match of {
        Target::Campaign => field.to_owned(),
        Target::Scene(scene) => format!("{field} of scene {}", scene.position + 1),
        Target::Baby(name) => format!("{field} of {}", shortened(name)),
    };
    match changes {
        [Change::Set { of, field, value: Value::Text(text) }] => {
            let instead = format!("write {field}: {} there", quoted(text));
            EditError::ByHand { what: target(of, field), instead }
        }
        [Change::Set { of, field, .. } | Change::Unset { of, field }] => EditError::by_hand(target(of, field)),
        [Change::Copy { scene } | Change::Remove { scene } | Change::Move { scene, .. }] => {
            EditError::by_hand(format!("scene {}", scene.position + 1))
        }
        _ => EditError::by_hand("the script"),
    }
}

/// Splices that wait for being made, and up to which scene the spans are still true.
struct Writer<'c> {
    sheet: Sheet,
    pending: Vec<Splice>,
    /// What they are fields of.
    pending_of: Vec<Target>,
    below: usize,
    stages: Vec<Vec<Splice>>,
    before: &'c Campaign,
    is_careful: bool,
}

/// The new text, and the splices that take it back, stage by stage.
fn written(
    text: &str,
    format: Format,
    is_careful: bool,
    changes: &[Change],
    before: &Campaign,
) -> Option<(String, Vec<Vec<Splice>>)> {
    let sheet = Sheet::new(text.to_owned(), format, is_careful)?;
    let mut writer = Writer {
        sheet,
        pending: Vec::new(),
        pending_of: Vec::new(),
        below: usize::MAX,
        stages: Vec::new(),
        before,
        is_careful,
    };
    for change in changes {
        writer.make(change)?;
    }
    let text = writer.put_down()?;
    writer.stages.reverse();
    Some((text, writer.stages))
}

impl Writer<'_> {
    fn make(&mut self, change: &Change) -> Option<()> {
        let is_placed = |scene: &SceneRef| scene.position < self.below;
        let can_wait = match change {
            Change::Set { of, .. } | Change::Unset { of, .. } => match of {
                Target::Scene(scene) => is_placed(scene) && !self.pending_of.contains(of),
                Target::Campaign | Target::Baby(_) => !self.pending_of.contains(of),
            },
            Change::Remove { scene } => is_placed(scene) && !self.pending_of.contains(&Target::Scene(scene.clone())),
            Change::Insert { .. } | Change::Copy { .. } | Change::Move { .. } => false,
        };
        if !can_wait {
            self.flush()?;
        }
        let mut splices = self.splices(change)?;
        if self.touches(&splices) {
            self.flush()?;
            splices = self.splices(change)?;
        }
        self.pending.extend(splices);
        match change {
            Change::Remove { scene } => self.below = scene.position,
            Change::Set { of, .. } | Change::Unset { of, .. } => self.pending_of.push(of.clone()),
            // Every scene may stand somewhere else now.
            Change::Insert { .. } | Change::Copy { .. } | Change::Move { .. } => self.below = 0,
        }
        Some(())
    }

    fn touches(&self, splices: &[Splice]) -> bool {
        splices.iter().any(|new| self.pending.iter().any(|old| new.start <= old.end && old.start <= new.end))
    }

    /// Makes what waits, and looks where everything stands now.
    fn flush(&mut self) -> Option<()> {
        if !self.pending.is_empty() {
            let text = self.put_down()?;
            self.sheet = Sheet::new(text, self.sheet.format, self.is_careful)?;
            self.below = usize::MAX;
        }
        Some(())
    }

    /// The text with what waits.
    fn put_down(&mut self) -> Option<String> {
        let mut splices = std::mem::take(&mut self.pending);
        self.pending_of.clear();
        splices.sort_by_key(|splice| (splice.start, splice.end));
        let (text, back) = spliced(&self.sheet.text, &splices)?;
        self.stages.push(back);
        Some(text)
    }

    fn splices(&self, change: &Change) -> Option<Vec<Splice>> {
        let sheet = &self.sheet;
        match change {
            Change::Set { of, field, value } => self.set(of, field, value),
            Change::Unset { of, field } => {
                let Some((owner, name)) = self.owner(of, field) else { return Some(Vec::new()) };
                match owner.index_of(name) {
                    None => Some(Vec::new()),
                    Some(at) if owner.is_block() => block::remove_field(sheet, owner, at),
                    Some(at) => flow::remove(sheet, &owner.parts(), at),
                }
            }
            Change::Insert { at, scene } => {
                let script = sheet.script()?;
                let like = at.checked_sub(1).unwrap_or(0);
                let like = alike(script.items(), like, scene)?;
                let text = if script.is_block() {
                    block::item(sheet, script.items(), self.script_from()?, like, scene)?
                } else {
                    flow::object(sheet, scene, &script.items()[like])
                };
                self.insert(script, *at, &flow::Piece { text, comment: String::new() })
            }
            Change::Copy { scene } => {
                let script = sheet.script()?;
                let piece = self.piece(script, scene.position)?;
                self.insert(script, scene.position + 1, &piece)
            }
            Change::Remove { scene } => self.remove(sheet.script()?, scene.position),
            Change::Move { scene, to: Where::At(to) } if *to == scene.position => Some(Vec::new()),
            Change::Move { scene, to: Where::At(to) } => {
                let script = sheet.script()?;
                let piece = self.piece(script, scene.position)?;
                let (text, _) = spliced(&sheet.text, &self.remove(script, scene.position)?)?;
                let without = Self {
                    sheet: Sheet::new(text, sheet.format, self.is_careful)?,
                    pending: Vec::new(),
                    pending_of: Vec::new(),
                    below: usize::MAX,
                    stages: Vec::new(),
                    before: self.before,
                    is_careful: self.is_careful,
                };
                let put = without.insert(without.sheet.script()?, *to, &piece)?;
                let (after, _) = spliced(&without.sheet.text, &put)?;
                Some(vec![difference(&sheet.text, &after)])
            }
            Change::Move { .. } => None,
        }
    }

    fn insert(&self, script: &Span, at: usize, piece: &flow::Piece) -> Option<Vec<Splice>> {
        if script.is_block() {
            block::insert(&self.sheet, script.items(), self.script_from()?, at, &piece.text)
        } else {
            flow::insert(&self.sheet, &script.parts(), at, piece)
        }
    }

    fn remove(&self, script: &Span, at: usize) -> Option<Vec<Splice>> {
        if script.is_block() {
            block::remove(&self.sheet, script.items(), self.script_from()?, at)
        } else {
            flow::remove(&self.sheet, &script.parts(), at)
        }
    }

    fn piece(&self, script: &Span, at: usize) -> Option<flow::Piece> {
        if script.is_block() {
            let text = block::piece(&self.sheet, script.items(), self.script_from()?, at)?;
            Some(flow::Piece { text, comment: String::new() })
        } else {
            flow::piece(&self.sheet, &script.parts(), at)
        }
    }

    fn set(&self, of: &Target, field: &str, value: &Value) -> Option<Vec<Splice>> {
        let sheet = &self.sheet;
        let (owner, name) = self.owner(of, field)?;
        let around = if owner.is_block() { Around::Block } else { Around::Flow };
        let Some(at) = owner.index_of(name) else {
            // What is said instead of a text stands behind it; everything else at the end.
            let behind = owner.index_of("text").filter(|_| name == "say");
            let behind = behind.unwrap_or(owner.entries().len().checked_sub(1)?);
            if owner.is_block() {
                return block::insert_field(sheet, owner, behind, name, value);
            }
            let piece = flow::Piece { text: flow::field(sheet, name, value, owner), comment: String::new() };
            return flow::insert(sheet, &owner.parts(), behind + 1, &piece);
        };
        let (key, span) = &owner.entries()[at];
        if span.is_block() {
            let colon = key.end + sheet.text.get(key.end..)?.find(':')? + 1;
            let text = scalar::written(value, Style::Plain, around, sheet);
            return Some(vec![Splice::replace(colon, span.end, format!(" {text}"))]);
        }
        let before = self.said(of, name);
        Some(replaced(sheet, span, before.as_deref(), value, around))
    }

    /// What a text says in the file, as far as the layout of its lines and escapes is to stay.
    fn said(&self, of: &Target, field: &str) -> Option<String> {
        match of {
            Target::Campaign => (field == "topic").then(|| self.before.topic.clone()),
            Target::Baby(name) => {
                let profile = self.before.profile(self.before.speaker_named(name)?);
                match field {
                    "tone" => Some(profile.tone_text.clone()),
                    "appearance" => profile.appearance.clone(),
                    "voice_id" => Some(profile.voice_id.clone()),
                    _ => None,
                }
            }
            // Places are those of the file as it was read while nothing was put in or taken out.
            Target::Scene(scene) if self.stages.is_empty() => match (self.before.scenes.get(scene.position)?, field) {
                (Scene::Dialogue(line), "text") => Some(line.text.clone()),
                (Scene::Dialogue(line), "say") => line.say.clone(),
                (Scene::Media(media), "caption") => media.caption.clone(),
                _ => None,
            },
            Target::Scene(_) => None,
        }
    }

    fn owner<'f>(&self, of: &Target, field: &'f str) -> Option<(&Span, &'f str)> {
        let root = &self.sheet.root;
        let owner = match of {
            Target::Campaign => root,
            Target::Baby(name) => root.value_of("baby_profiles")?.value_of(name)?,
            Target::Scene(scene) => self.sheet.script()?.items().get(scene.position)?,
        };
        match field.split_once('.') {
            Some((object, name)) => Some((owner.value_of(object)?, name)),
            None => Some((owner, field)),
        }
    }

    /// Where the name of the script ends.
    fn script_from(&self) -> Option<usize> {
        let root = &self.sheet.root;
        root.index_of("script").map(|index| root.entries()[index].0.end)
    }
}

/// The nearest scene of the same type, whose layout a new one takes over; else the neighbour.
fn alike(items: &[Span], near: usize, scene: &[(String, Value)]) -> Option<usize> {
    let names: Vec<&str> = scene.iter().map(|(name, _)| name.as_str()).collect();
    let is_alike = |item: &Span| {
        let own = if names.contains(&"source") { "source" } else { "speaker" };
        matches!(item.form, Form::Map { .. }) && item.index_of(own).is_some()
    };
    let near_by = |item: &usize| item.abs_diff(near);
    let all = 0..items.len();
    all.clone()
        .filter(|&item| is_alike(&items[item]))
        .min_by_key(near_by)
        .or_else(|| all.filter(|&item| matches!(items[item].form, Form::Map { .. })).min_by_key(near_by))
}

/// The one splice that makes `after` of `before`.
fn difference(before: &str, after: &str) -> Splice {
    let same = before.char_indices().zip(after.chars()).find(|((_, old), new)| old != new).map(|((at, _), _)| at);
    let start = same.unwrap_or(before.len().min(after.len()));
    let (old, new) = (&before[start..], &after[start..]);
    let pairs = old.chars().rev().zip(new.chars().rev()).take_while(|(old, new)| old == new);
    let end: usize = pairs.map(|(c, _)| c.len_utf8()).sum();
    Splice::replace(start, before.len() - end, &after[start..after.len() - end])
}
