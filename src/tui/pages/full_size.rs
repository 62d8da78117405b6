//! One picture as large as the screen allows: a face, with its takes and the campaign's other babies a key away, or the still
//! picture of a clip. For terminals in which the studio shows pictures; in others the plain printer shows them.

use std::path::PathBuf;

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect, Size};
use ratatui::text::{Line, Span};

use super::takes;
use crate::domain::{Display, Scene};
use crate::engine::{FacePreview, Level, Loaded, Made, Subject};
use crate::plan::{Job, JobKey, Mode, Product, Role};
use crate::tui::facts::Campaign;
use crate::tui::input::action::Action;
use crate::tui::input::keymap::Section;
use crate::tui::model::message::{Effect, Request};
use crate::tui::model::page::{Page, Sight};
use crate::tui::model::selection::Selection;
use crate::tui::model::shared::Shared;
use crate::tui::pictures::cache::Ask;
use crate::tui::takes::{Candidate, candidates, job_of};
use crate::tui::text;
use crate::tui::widgets::{frame, portrait_pane};

/// Rows of words below the picture, where there is room for them.
const WORDS: u16 = 3;

/// Longer lines are hard to read.
const MOST_CELLS: usize = 100;

pub struct FullSize {
    path: PathBuf,
    what: What,
}

/// What is looked at: found again after an edit.
enum What {
    Face {
        /// The baby with this name.
        name: String,
        /// The take that is looked at; without one it is the one in use.
        take: Option<JobKey>,
    },
    Clip(Selection),
}

/// A face that is looked at, with all takes of it.
struct Face<'a> {
    loaded: &'a Loaded,
    mode: Mode,
    subject: Subject,
    job: &'a Job,
    candidates: Vec<Candidate>,
    at: usize,
    /// Position of the baby among those of the campaign.
    baby: usize,
}

impl Face<'_> {
    fn candidate(&self) -> &Candidate {
        &self.candidates[self.at]
    }
}

impl FullSize {
    /// Shows a take of a baby's face. Where the studio shows no pictures, the printer of the plain terminal does.
    pub fn face(campaign: &Campaign, name: &str, take: JobKey, shared: &Shared) -> Vec<Request> {
        let made = shared.facts.job(take).made(Role::Picture);
        let what = What::Face { name: name.to_owned(), take: Some(take) };
        Self::open(campaign, what, made, shared)
    }

    /// Shows the still picture of the clip of a scene.
    pub fn clip(campaign: &Campaign, loaded: &Loaded, scene: usize, shared: &Shared) -> Vec<Request> {
        let mut selection = Selection::default();
        selection.follow(loaded);
        selection.scene = Some(scene);
        let made = still(loaded, shared.mode_of(campaign), scene, shared);
        Self::open(campaign, What::Clip(selection), made, shared)
    }

    fn open(campaign: &Campaign, what: What, made: Option<&Made>, shared: &Shared) -> Vec<Request> {
        match made {
            Some(made) if !shared.shown.pictures => Effect::FullSize(made.path.clone()).into(),
            Some(_) => vec![Request::Open(Box::new(Self { path: campaign.entry.path.clone(), what }))],
            None => Request::tell(Level::Info, "This picture is not made yet."),
        }
    }

    /// `None` when the baby is gone, or when a clip is looked at.
    fn looked_at<'a>(&self, shared: &'a Shared) -> Option<Face<'a>> {
        let What::Face { name, take } = &self.what else { return None };
        let campaign = self.campaign(shared)?;
        let (loaded, mode) = (campaign.loaded()?, shared.mode_of(campaign));
        let speaker = loaded.campaign.speaker_named(name)?;
        let (graph, subject) = (loaded.graph(mode)?, Subject::Portrait(speaker));
        let job = job_of(graph, subject)?;
        let candidates = candidates(loaded, graph, subject, &shared.facts);
        let position = |wanted| candidates.iter().position(|candidate| candidate.key == wanted);
        let at = take.and_then(position).or_else(|| position(job.key))?;
        Some(Face { loaded, mode, subject, job, candidates, at, baby: speaker.position() })
    }

    /// The picture of a take in a room; of one that is not made, what there is of it.
    fn ask_for(face: &Face, at: usize, room: Size, shared: &Shared) -> Option<Ask> {
        let candidate = face.candidates.get(at)?;
        let job = shared.facts.job(candidate.key);
        let made = job.made(Role::Picture).map(|made| Ask::made(made, room));
        let so_far = || job.unfinished.clone().map(|picture| Ask::unfinished(picture, room));
        let drawn = || FacePreview::of(face.job).filter(|_| candidate.key == face.job.key);
        made.or_else(so_far).or_else(|| drawn().map(|face| Ask::face(face, room)))
    }

    /// The take before or after the one that is looked at.
    fn flip(&mut self, is_next: bool, shared: &Shared) {
        let Some(face) = self.looked_at(shared) else { return };
        let last = face.candidates.len() - 1;
        let at = if is_next { (face.at + 1).min(last) } else { face.at.saturating_sub(1) };
        let key = face.candidates[at].key;
        if let What::Face { take, .. } = &mut self.what {
            *take = Some(key);
        }
    }

    /// The baby before or after the one that is looked at, as the campaign names them.
    fn turn(&mut self, is_next: bool, shared: &Shared) {
        let Some(face) = self.looked_at(shared) else { return };
        let profiles = &face.loaded.campaign.profiles;
        let at = if is_next { (face.baby + 1).min(profiles.len() - 1) } else { face.baby.saturating_sub(1) };
        if at != face.baby {
            self.what = What::Face { name: profiles[at].speaker.clone(), take: None };
        }
    }

    /// The nearest clip before or after the one that is looked at of which there is a picture.
    fn turn_clip(&mut self, is_next: bool, shared: &Shared) {
        let campaign = shared.facts.at_path(&self.path);
        let Some((campaign, loaded)) = campaign.and_then(|campaign| Some((campaign, campaign.loaded()?))) else {
            return;
        };
        let mode = shared.mode_of(campaign);
        let What::Clip(selection) = &mut self.what else { return };
        let Some(scene) = selection.scene else { return };
        let is_made = |scene: &usize| still(loaded, mode, *scene, shared).is_some();
        let found = if is_next {
            (scene + 1..loaded.campaign.scenes.len()).find(is_made)
        } else {
            (0..scene).rev().find(is_made)
        };
        selection.scene = Some(found.unwrap_or(scene));
    }

    fn ask(&self, room: Size, shared: &Shared) -> Option<Ask> {
        let What::Clip(selection) = &self.what else {
            let face = self.looked_at(shared)?;
            return Self::ask_for(&face, face.at, room, shared);
        };
        let campaign = self.campaign(shared)?;
        let made = still(campaign.loaded()?, shared.mode_of(campaign), selection.scene?, shared)?;
        Some(Ask::made(made, room))
    }

    /// What stands below the picture: a title, a note at its right, and lines of text.
    fn words(&self, cells: usize, shared: &Shared) -> Option<(String, String, Vec<String>)> {
        let What::Clip(selection) = &self.what else {
            let face = self.looked_at(shared)?;
            let profile = &face.loaded.campaign.profiles[face.baby];
            let babies = face.loaded.campaign.profiles.len();
            let mut title = vec![profile.speaker.clone()];
            title.extend((!profile.tone_text.trim().is_empty()).then(|| profile.tone_text.trim().to_owned()));
            let (name, count) = (&face.candidate().name, face.candidates.len());
            title.push(if count > 1 { format!("{name} of {count}") } else { name.clone() });
            title.extend((count > 1 && face.candidate().key == face.job.key).then(|| "in use".to_owned()));
            let state = shared.facts.state(face.candidate().key);
            title.extend((!state.is_made()).then(|| state.word().to_owned()));
            let note = if babies > 1 { format!("baby {} of {babies}", face.baby + 1) } else { String::new() };
            return Some((title.join(" · "), note, text::wrap(prompt(&face).display().as_str(), cells, 2)));
        };
        let loaded = self.campaign(shared)?.loaded()?;
        let scene = selection.scene?;
        let (who, said) = match loaded.campaign.scenes.get(scene)? {
            Scene::Dialogue(line) => (loaded.campaign.profile(line.speaker).speaker.as_str(), line.text.as_str()),
            Scene::Media(media) => ("media", media.caption.as_deref().unwrap_or(media.source.as_str())),
        };
        let said: String = said.chars().take(2000).collect();
        let note = format!("scene {} of {}", scene + 1, loaded.campaign.scenes.len());
        Some((format!("{who} · clip"), note, text::wrap(said.display().as_str(), cells, 2)))
    }
}

/// What the take was asked for; of a drawn baby, the words that it is drawn from.
fn prompt(face: &Face) -> String {
    let note = face.candidate().note.as_ref().map(|note| format!("“{note}” "));
    let profile = &face.loaded.campaign.profiles[face.baby];
    let asked = match &*face.job.request {
        crate::plan::Request::Portrait(portrait) if !portrait.is_drawn() => portrait.prompt.clone(),
        _ => profile.appearance.clone().unwrap_or_default(),
    };
    note.unwrap_or_default() + &asked
}

fn still<'a>(loaded: &Loaded, mode: Mode, scene: usize, shared: &'a Shared) -> Option<&'a Made> {
    let job = shared.facts.scene_job(loaded, mode, scene, Product::Clip)?;
    shared.facts.job(job.key).made(Role::Still)
}

/// The picture and the words below it.
fn parts(body: Rect) -> [Rect; 2] {
    let words = if body.height >= 12 { WORDS } else { 1 };
    Layout::vertical([Constraint::Fill(1), Constraint::Length(words)]).areas(body)
}

/// Where a text begins that stands in the middle.
fn middle_of(area: Rect, text: &str) -> u16 {
    area.x + area.width.saturating_sub(text::width(text) as u16) / 2
}

impl Page for FullSize {
    fn section(&self) -> Section {
        Section::Picture
    }

    fn title(&self, shared: &Shared) -> String {
        self.campaign(shared).map_or_else(String::new, |campaign| campaign.title().to_owned())
    }

    fn campaign<'a>(&self, shared: &'a Shared) -> Option<&'a Campaign> {
        shared.facts.at_path(&self.path)
    }

    fn footer(&self, shared: &Shared) -> Vec<Action> {
        let face = self.looked_at(shared);
        let (takes, babies) =
            face.as_ref().map_or((0, 0), |face| (face.candidates.len(), face.loaded.campaign.profiles.len()));
        let is_clip = matches!(self.what, What::Clip(_));
        let can_keep = face.is_some_and(|face| face.candidate().key != face.job.key);
        let offered = [
            (Action::Keep, can_keep),
            (Action::Left, takes > 1 || is_clip),
            (Action::Right, takes > 1 || is_clip),
            (Action::Up, babies > 1),
            (Action::Down, babies > 1),
            (Action::Back, true),
            (Action::Help, true),
        ];
        offered.into_iter().filter(|(_, is_offered)| *is_offered).map(|(action, _)| action).collect()
    }

    fn label(&self, action: Action, _shared: &Shared) -> Option<String> {
        let is_clip = matches!(self.what, What::Clip(_));
        let label = match action {
            Action::Left | Action::Right if is_clip => "clips",
            Action::Left | Action::Right => "takes",
            Action::Up | Action::Down => "babies",
            _ => return None,
        };
        Some(label.to_owned())
    }

    fn act(&mut self, action: Action, shared: &Shared) -> Option<Vec<Request>> {
        let is_next = matches!(action, Action::Right | Action::Down);
        match (action, &self.what) {
            (Action::Left | Action::Right, What::Face { .. }) => self.flip(is_next, shared),
            (Action::Up | Action::Down, What::Face { .. }) => self.turn(is_next, shared),
            (Action::Left | Action::Right | Action::Up | Action::Down, What::Clip(_)) => {
                self.turn_clip(is_next, shared);
            }
            (Action::Keep, What::Face { .. }) => {
                let face = self.looked_at(shared)?;
                return Some(takes::keep(face.loaded, face.mode, face.subject, face.job, face.candidate(), shared));
            }
            (Action::Keep, What::Clip(_)) => {
                return Some(Request::tell(Level::Info, "A clip has no takes to keep."));
            }
            _ => return None,
        }
        Some(Vec::new())
    }

    fn settle(&mut self, shared: &Shared) {
        let loaded = shared.facts.at_path(&self.path).and_then(Campaign::loaded);
        if let (Some(loaded), What::Clip(selection)) = (loaded, &mut self.what) {
            selection.follow(loaded);
        }
    }

    /// The picture, and those of the takes beside it: they are there when one turns to them.
    fn pictures(&self, body: Rect, shared: &Shared) -> Vec<Ask> {
        let room = parts(body)[0].as_size();
        let mut asks: Vec<Ask> = self.ask(room, shared).into_iter().collect();
        if let Some(face) = self.looked_at(shared) {
            let beside = [face.at.checked_add(1), face.at.checked_sub(1)].into_iter().flatten();
            asks.extend(beside.filter_map(|at| Self::ask_for(&face, at, room, shared)));
        }
        asks
    }

    fn render(&self, body: Rect, sight: &Sight, buffer: &mut Buffer) {
        let (shared, theme) = (sight.shared, &sight.shared.theme);
        let [place, below] = parts(body);
        let cells = usize::from(below.width.saturating_sub(2)).min(MOST_CELLS);
        let Some((title, note, lines)) = self.words(cells, shared) else {
            let line = Line::from(Span::styled("This picture is gone from the campaign.", theme.dim));
            return frame::put_centred(buffer, body, &[line]);
        };
        let instead = ("no picture yet".to_owned(), theme.dim.into());
        let ask = self.ask(place.as_size(), shared);
        portrait_pane::picture(ask.as_ref(), &instead, place, sight.pictures, theme, shared.spinner(), buffer);
        let note_cells = text::width(&note) as u16;
        frame::put_right(buffer, below.right().saturating_sub(note_cells + 1), below.y, note_cells, &note, theme.dim);
        // In the middle, below the picture, as far as the note leaves room.
        let room = usize::from(below.width.saturating_sub(note_cells + 4));
        let title = text::clip(title.display().as_str(), room);
        let start =
            middle_of(below, &title).min(below.right().saturating_sub(text::width(&title) as u16 + note_cells + 3));
        frame::put(buffer, start, below.y, below.width, &title, theme.title);
        for (line, row) in lines.iter().zip(below.rows().skip(1)) {
            frame::put(buffer, middle_of(row, line), row.y, row.width, line, theme.dim);
        }
    }
}
