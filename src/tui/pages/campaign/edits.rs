//! What the keys of the studio page change in the campaign file: lines, their order, who speaks them.

use super::CampaignPage;
use crate::domain::edit::{Change, SceneRef, Target, Value, Where, fields_of, speaker_in_turn};
use crate::domain::{Campaign as Script, Display, Scene, SpeakerIndex};
use crate::engine::{Level, Loaded, Wanted};
use crate::plan::Product;
use crate::tui::facts::Campaign;
use crate::tui::input::action::Action;
use crate::tui::input::keymap::Section;
use crate::tui::model::card;
use crate::tui::model::editing::{Card, LineEdit, Of, Pick, Picking};
use crate::tui::model::message::Request;
use crate::tui::model::overlay::Overlay;
use crate::tui::model::shared::Shared;
use crate::tui::text;
use crate::tui::widgets::Cursor;

impl CampaignPage {
    /// `None` for an action that changes no file.
    pub(super) fn act_on_file(
        &mut self,
        action: Action,
        campaign: &Campaign,
        loaded: &Loaded,
        shared: &Shared,
    ) -> Option<Vec<Request>> {
        let script = &loaded.campaign;
        let of = Of { campaign: script.id.clone(), mode: self.mode(shared) };
        let is_edit = matches!(
            action,
            Action::EditLine
                | Action::EditCard
                | Action::NewBelow
                | Action::NewAbove
                | Action::DeleteScene
                | Action::PutScene
                | Action::MoveDown
                | Action::MoveUp
                | Action::ChangeSpeaker
                | Action::Write
                | Action::NextSpeaker
                | Action::Undo
                | Action::Redo
        );
        if is_edit && let Some(fault) = campaign.entry.edit_faults.first() {
            let text = format!("The file has faults now; correct them first: {fault}");
            return Some(Request::tell(Level::Warning, text.display().to_string()));
        }
        if is_edit {
            // The row stays where it is while one works on it.
            self.leave_heard();
        }
        let scene = self.scene();
        Some(match action {
            Action::EditLine => match scene {
                Some(scene) => vec![Request::Edit(line_of(of, script, scene))],
                None => Request::tell(Level::Info, "Select a line first: this edits its text."),
            },
            Action::EditCard => {
                vec![Request::Edit(Overlay::Card(Box::new(self.card_of(of, loaded))))]
            }
            Action::NewBelow => new_line(of, script, scene.map_or(script.scenes.len(), |scene| scene + 1)),
            Action::NewAbove => new_line(of, script, scene.unwrap_or(0)),
            Action::DeleteScene => self.delete(of, script),
            Action::YankScene => self.yank(script, shared),
            Action::PutScene => put(of, scene.map_or(script.scenes.len(), |scene| scene + 1), shared),
            Action::MoveDown => self.move_by(of, script, 1),
            Action::MoveUp => self.move_by(of, script, -1),
            Action::ChangeSpeaker => self.change_speaker(of, script),
            Action::Write => other_words(script, scene),
            Action::NextSpeaker => self.next_speaker(of, script),
            Action::SelectMany => {
                self.marked =
                    if self.marked.is_some() { None } else { Some(self.cursor.selected).filter(|row| *row > 0) };
                match self.marked {
                    Some(_) => Request::tell(
                        Level::Info,
                        "Selecting: move to the last scene, then choose what to do with all.",
                    ),
                    None => Vec::new(),
                }
            }
            Action::Undo => vec![Request::Undo(of)],
            Action::Redo => vec![Request::Redo(of)],
            _ => return None,
        })
    }

    /// The scenes that are selected: the one of the cursor, or all from the mark to the cursor.
    pub(super) fn selected_scenes(&self) -> Vec<usize> {
        match self.selected_rows() {
            Some(rows) => rows.filter_map(|row| self.visible.get(row.checked_sub(1)?).copied()).collect(),
            None => self.scene().into_iter().collect(),
        }
    }

    /// The rows of several selected scenes.
    pub(super) fn selected_rows(&self) -> Option<std::ops::RangeInclusive<usize>> {
        let (mark, cursor) = (self.marked?, self.cursor.selected);
        Some(mark.min(cursor)..=mark.max(cursor))
    }

    /// Drafts, takes and cancelling of all scenes that are selected: what the key does on each of their rows, once.
    pub(super) fn act_on_many(
        &mut self,
        action: Action,
        campaign: &Campaign,
        loaded: &Loaded,
        shared: &Shared,
    ) -> Vec<Request> {
        let Some(rows) = self.selected_rows() else { return Vec::new() };
        let row = self.cursor.selected;
        self.marked = None;
        let (mut effects, mut told) = (Vec::new(), None);
        for selected in rows {
            self.cursor.selected = selected;
            for request in self.act_on_campaign(action, campaign, loaded, shared).unwrap_or_default() {
                match request {
                    Request::Effect(effect) if !effects.contains(&effect) => effects.push(effect),
                    Request::Ask(_) => {
                        self.cursor.selected = row;
                        let text = "These cost money: select one scene at a time, so that each price is asked for.";
                        return Request::tell(Level::Warning, text);
                    }
                    Request::Tell(level, text) => told = Some(Request::Tell(level, text)),
                    _ => {}
                }
            }
        }
        self.cursor.selected = row;
        let told = told.filter(|_| effects.is_empty());
        effects.into_iter().map(Request::Effect).chain(told).collect()
    }

    fn delete(&mut self, of: Of, script: &Script) -> Vec<Request> {
        let scenes = self.selected_scenes();
        let done = match scenes.as_slice() {
            [] => return Request::tell(Level::Info, "Select a scene first: this takes it out of the script."),
            all if all.len() == script.scenes.len() => {
                return Request::tell(Level::Warning, "A script needs one scene at least; this would take out all.");
            }
            [only] => format!("deleted scene {}", only + 1),
            several => format!("deleted {}", text::count(several.len(), "scene")),
        };
        self.marked = None;
        // From the last one on, so that the places of the others stay.
        let remove = |&scene: &usize| Change::Remove { scene: SceneRef::of(script, scene) };
        vec![Request::Change(of, scenes.iter().rev().map(remove).collect(), done)]
    }

    fn yank(&mut self, script: &Script, shared: &Shared) -> Vec<Request> {
        let scenes = self.selected_scenes();
        let yanked: Vec<_> =
            scenes.iter().filter_map(|&scene| Some(fields_of(script, script.scenes.get(scene)?))).collect();
        if yanked.is_empty() {
            return Request::tell(Level::Info, "Select a scene first: this remembers it.");
        }
        self.marked = None;
        let keys = shared.keymap.keys(Section::Campaign, Action::PutScene);
        let how = keys.first().map(|key| format!("; {key} puts it below another one")).unwrap_or_default();
        let text = format!("Remembered {}{how}.", text::count(yanked.len(), "scene"));
        vec![Request::Yank(yanked), Request::Tell(Level::Info, text)]
    }

    fn move_by(&mut self, of: Of, script: &Script, steps: isize) -> Vec<Request> {
        let Some(scene) = self.scene() else {
            return Request::tell(Level::Info, "Select a scene first: this moves it.");
        };
        let change = Change::Move { scene: SceneRef::of(script, scene), to: Where::By(steps) };
        vec![Request::Change(of, vec![change], format!("moved scene {}", scene + 1))]
    }

    fn change_speaker(&mut self, of: Of, script: &Script) -> Vec<Request> {
        let scenes = self.selected_scenes();
        let lines: Vec<usize> = scenes.into_iter().filter(|&scene| script.line(scene).is_some()).collect();
        let Some(&first) = lines.first() else {
            return Request::tell(Level::Info, "Select the line of a baby first: this lets another one speak it.");
        };
        self.marked = None;
        let title = match lines.as_slice() {
            [only] => format!("Who speaks scene {}?", only + 1),
            several => format!("Who speaks these {} lines?", several.len()),
        };
        let selected = script.line(first).map_or(0, |line| line.speaker.position());
        let cursor = Cursor { selected, ..Cursor::default() };
        let options = script.profiles.iter().map(|profile| profile.speaker.clone()).collect();
        let scenes = lines.iter().map(|&scene| SceneRef::of(script, scene)).collect();
        vec![Request::Edit(Overlay::Pick(Pick { of, title, options, cursor, what: Picking::Speaker(scenes) }))]
    }

    /// Gives the selected lines to the baby behind theirs: one key a line, where two speak.
    fn next_speaker(&mut self, of: Of, script: &Script) -> Vec<Request> {
        let scenes = self.selected_scenes().into_iter();
        let lines: Vec<usize> = scenes.filter(|&scene| script.line(scene).is_some()).collect();
        let Some(line) = lines.first().and_then(|&first| script.line(first)) else {
            return Request::tell(Level::Info, "Select the line of a baby first: this lets the next one speak it.");
        };
        let next = (line.speaker.position() + 1) % script.profiles.len();
        let name = script.profiles[next].speaker.clone();
        if next == line.speaker.position() {
            return Request::tell(Level::Info, "There is no other baby: a new line can be of a new one.");
        }
        self.marked = None;
        let set = |&scene: &usize| Change::Set {
            of: Target::Scene(SceneRef::of(script, scene)),
            field: "speaker".to_owned(),
            value: Value::from(name.as_str()),
        };
        let changes = lines.iter().map(set).collect();
        vec![Request::Change(of, changes, format!("{} speaks", name.display()))]
    }

    /// All fields of the selected scene, then those of the baby; with the face in focus, of the baby first.
    fn card_of(&self, of: Of, loaded: &Loaded) -> Card {
        let script = &loaded.campaign;
        let Some(scene) = self.scene() else {
            return Card::new(of, "the whole campaign".to_owned(), card::of_campaign(script));
        };
        let mut fields = card::of_scene(script, scene);
        let mut title = format!("scene {}", scene + 1);
        if let Some(line) = script.line(scene) {
            let name = &script.profile(line.speaker).speaker;
            title = format!("{title} · {}", name.as_str().display());
            let baby = card::of_baby(script, line.speaker);
            if self.focus == Product::Portrait {
                fields.splice(0..0, baby)
            } else {
                fields.splice(fields.len().., baby)
            };
        }
        Card::new(of, title, fields)
    }
}

/// Three other wordings of a line; of the whole campaign, every line shorter and funnier.
fn other_words(script: &Script, scene: Option<usize>) -> Vec<Request> {
    let campaign = script.id.clone();
    match scene {
        None => vec![Request::Write(Wanted::Punchier { campaign })],
        Some(scene) if script.line(scene).is_some_and(|line| line.audio.is_none()) => {
            vec![Request::Write(Wanted::Line { campaign, scene })]
        }
        Some(scene) if script.line(scene).is_some() => {
            Request::tell(Level::Info, "This line is a recording: other words would not be what is heard.")
        }
        Some(_) => Request::tell(Level::Info, "Nobody speaks here: select a line to have other words written for it."),
    }
}

fn line_of(of: Of, script: &Script, scene: usize) -> Overlay {
    let place = SceneRef::of(script, scene);
    let edit = match &script.scenes[scene] {
        Scene::Dialogue(line) => {
            let label = format!("{} {}", scene + 1, script.profile(line.speaker).speaker.as_str().display());
            let mut edit = LineEdit::of_field(of, place, label, "text", &line.text);
            edit.is_only_shown = line.say.is_some();
            edit
        }
        Scene::Media(media) => {
            let label = format!("{} caption", scene + 1);
            LineEdit::of_field(of, place, label, "caption", media.caption.as_deref().unwrap_or_default())
        }
    };
    Overlay::Line(Box::new(edit))
}

/// A new line, spoken by the baby whose turn it is.
fn new_line(of: Of, script: &Script, at: usize) -> Vec<Request> {
    let speaker = speaker_in_turn(script, at).map_or(0, SpeakerIndex::position);
    let speakers = script.profiles.iter().map(|profile| profile.speaker.clone()).collect();
    vec![Request::Edit(Overlay::Line(Box::new(LineEdit::of_new(of, at, speakers, speaker))))]
}

fn put(of: Of, at: usize, shared: &Shared) -> Vec<Request> {
    let yanked = &shared.edits.yanked;
    if yanked.is_empty() {
        let keys = shared.keymap.keys(Section::Campaign, Action::YankScene);
        let how = keys.first().map(|key| format!(": {key} remembers one")).unwrap_or_default();
        return Request::tell(Level::Info, format!("There is no scene to put here{how}."));
    }
    let insert = |(number, scene): (usize, &Vec<_>)| Change::Insert { at: at + number, scene: scene.clone() };
    let changes = yanked.iter().enumerate().map(insert).collect();
    vec![Request::Change(of, changes, format!("put in {}", text::count(yanked.len(), "scene")))]
}
