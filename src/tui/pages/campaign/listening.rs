//! Listening to the episode on the studio page: what is heard now, how far it is, what comes next. Time is that of the
//! studio (`Shared::now`); the loop is told what to play and asked for nothing.

use std::time::Duration;

use ratatui::layout::Size;

use super::CampaignPage;
use super::acts::talker;
use super::heard::{Listening, Look};
use crate::engine::{Level, Likeness, Loaded, Subject};
use crate::plan::{Job, Mode, Product, Request as Wanted, Role};
use crate::tui::facts::Campaign;
use crate::tui::input::action::Action;
use crate::tui::input::keymap::Section;
use crate::tui::layout;
use crate::tui::model::message::{Effect, Request};
use crate::tui::model::page::Page;
use crate::tui::model::shared::Shared;
use crate::tui::pictures::cache::Ask;
use crate::tui::pictures::talk::{Passage, Shown, Speech};

/// How often the playhead moves where no picture does.
const STEP: Duration = Duration::from_millis(100);

/// How far one key goes within a clip.
const SCRUB: Duration = Duration::from_secs(1);

/// What is heard of a scene, from its start.
struct Part {
    passage: Passage,
    length: Duration,
}

/// How a listening goes on.
#[derive(Clone, Copy)]
struct Start {
    /// As the table counts: the title stands for the whole campaign, before the first scene.
    row: usize,
    /// Where this one is not made, the one before it is played, and not the next.
    is_back: bool,
    /// When its first picture is, since the studio opened.
    began: Duration,
    /// Whether it goes on at once from what was heard before.
    goes_on: bool,
}

impl CampaignPage {
    /// What is heard now, for those who draw it.
    pub(in crate::tui::pages) fn listening(&self) -> Option<&Listening> {
        self.listening.as_ref()
    }

    /// The keys of somebody who listens; `None` for all others.
    pub(super) fn act_on_listening(&mut self, action: Action, shared: &Shared) -> Option<Vec<Request>> {
        let loaded = self.campaign(shared)?.loaded()?;
        match (action, &mut self.listening) {
            (Action::Listen, Some(listening)) if listening.is_paused() => Some(self.go_on(loaded, shared)),
            (Action::Listen, Some(listening)) => {
                listening.paused = Some(listening.position(shared.now));
                Some(Effect::Pause.into())
            }
            (Action::Listen, None) => Some(self.begin(Look::Faces, loaded, shared)),
            (Action::Watch, Some(listening)) if listening.shows_clips() => Some(self.end()),
            (Action::Watch, _) => Some(self.watch(loaded, shared)),
            (Action::PreviousLine | Action::NextLine, None) => {
                let keys = shared.keymap.keys(Section::Campaign, Action::Listen);
                let how = keys.first().map_or_else(String::new, |key| format!(": {key} listens from here"));
                Some(Request::tell(Level::Info, format!("Nothing is heard now{how}.")))
            }
            (Action::PreviousLine | Action::NextLine, Some(listening)) => {
                let is_back = action == Action::PreviousLine;
                let row = listening.row();
                if listening.look == Look::OneClip {
                    listening.look = Look::Clips;
                }
                let Some(row) = (if is_back { row.checked_sub(1) } else { Some(row + 1) }) else {
                    return Some(Request::tell(Level::Info, "Nothing comes before it."));
                };
                let start = Start { row, is_back, began: shared.now, goes_on: false };
                Some(self.play_from(start, false, loaded, shared))
            }
            (Action::Back, Some(listening)) if listening.is_full => {
                listening.is_full = false;
                Some(if self.has_pane(shared) { Vec::new() } else { self.end() })
            }
            (Action::Back, Some(_)) => Some(self.end()),
            (Action::FullSize, Some(listening)) => {
                listening.is_full = !listening.is_full;
                let (is_paused, position) = (listening.is_paused(), listening.position(shared.now));
                // What had no room moves only once it has one.
                let has_moved = is_paused || self.has_pane(shared);
                Some(if has_moved { Vec::new() } else { self.play_at(position, loaded, shared) })
            }
            (Action::FocusFace | Action::FocusVoice, Some(listening)) if listening.shows_clips() => {
                Some(self.scrub(action == Action::FocusFace, loaded, shared))
            }
            (Action::NewTake, Some(listening)) if listening.follows => {
                let scene = listening.heard.scene?;
                self.take_again(scene, loaded, shared)
            }
            // It has one voice alone to play.
            (Action::PlayVoice, Some(_)) => {
                self.listening = None;
                let requests = self.play_voice(loaded, shared);
                Some(std::iter::once(Request::Effect(Effect::Hush)).chain(requests).collect())
            }
            _ => None,
        }
    }

    /// The voice that is heard is spoken again; one goes on listening.
    fn take_again(&mut self, scene: usize, loaded: &Loaded, shared: &Shared) -> Option<Vec<Request>> {
        let voice = self.look_at(loaded, Subject::Voice(scene), shared)?;
        self.focus = Product::Voice;
        Some(self.new_take(&voice, loaded, Likeness::Another, shared))
    }

    /// Goes on where it was paused; from the selected scene where the person has gone to another one.
    fn go_on(&mut self, loaded: &Loaded, shared: &Shared) -> Vec<Request> {
        let selected = self.scene();
        let Some(listening) = &mut self.listening else { return Vec::new() };
        if !listening.follows && listening.heard.scene != selected {
            let look = listening.look;
            return self.begin(look, loaded, shared);
        }
        let from = listening.paused.take().unwrap_or_default();
        self.play_at(from, loaded, shared)
    }

    /// Plays what is heard from another moment of it on.
    fn play_at(&mut self, from: Duration, loaded: &Loaded, shared: &Shared) -> Vec<Request> {
        let Some(listening) = &self.listening else { return Vec::new() };
        let Some(mut part) = self.part(listening.heard.scene, listening.shows_clips(), loaded, shared) else {
            return self.end();
        };
        part.passage.from = from.min(part.length);
        if let Some(listening) = &mut self.listening {
            (listening.began, listening.from) = (shared.now, part.passage.from);
            (listening.length, listening.paused) = (part.length, None);
        }
        Effect::Listen { passage: Box::new(part.passage), is_first: false }.into()
    }

    /// A second back or on; over the end to what comes next.
    fn scrub(&mut self, is_back: bool, loaded: &Loaded, shared: &Shared) -> Vec<Request> {
        let Some(listening) = &self.listening else { return Vec::new() };
        let (position, length) = (listening.position(shared.now), listening.length);
        if !is_back && position + SCRUB >= length && listening.look != Look::OneClip {
            let start = Start { row: listening.row() + 1, is_back: false, began: shared.now, goes_on: false };
            return self.play_from(start, false, loaded, shared);
        }
        let to = if is_back { position.saturating_sub(SCRUB) } else { position + SCRUB };
        self.play_at(to.min(length), loaded, shared)
    }

    /// Looks at the focused clip alone; else at all from the selected scene on. What is heard already goes on, as it looks.
    fn watch(&mut self, loaded: &Loaded, shared: &Shared) -> Vec<Request> {
        if let Some(listening) = &mut self.listening {
            listening.look = Look::Clips;
            let from = listening.position(shared.now);
            return self.play_at(from, loaded, shared);
        }
        let clip = self.clip(loaded, shared);
        if clip.is_some_and(|clip| shared.facts.job(clip.key).made(Role::Video).is_none()) {
            return Request::tell(Level::Info, "This clip is not made yet.");
        }
        let look = if clip.is_some() { Look::OneClip } else { Look::Clips };
        self.begin(look, loaded, shared)
    }

    /// Begins with the selected scene, or with the next one that is made.
    fn begin(&mut self, look: Look, loaded: &Loaded, shared: &Shared) -> Vec<Request> {
        let was_full = self.listening.as_ref().is_some_and(|listening| listening.is_full);
        let is_full = was_full || look != Look::Faces && !self.has_pane(shared);
        let row = self.scene().map_or(0, |scene| scene + 1);
        self.listening = Some(Listening {
            heard: self.selection.clone(),
            began: shared.now,
            from: Duration::ZERO,
            length: Duration::ZERO,
            paused: None,
            follows: true,
            look,
            is_full,
        });
        let start = Start { row, is_back: false, began: shared.now, goes_on: false };
        self.play_from(start, true, loaded, shared)
    }

    /// Plays a scene, or the nearest one in that direction that is made; says which it steps over.
    fn play_from(&mut self, start: Start, is_first: bool, loaded: &Loaded, shared: &Shared) -> Vec<Request> {
        let Some(listening) = &self.listening else { return Vec::new() };
        let shows_clips = listening.shows_clips();
        let (mut row, mut skipped) = (start.row, Vec::new());
        let part = loop {
            let scene = row.checked_sub(1);
            if scene.is_some_and(|scene| scene >= loaded.campaign.scenes.len()) {
                break None;
            }
            if let Some(part) = self.part(scene, shows_clips, loaded, shared) {
                break Some(part);
            }
            skipped.extend(scene);
            match if start.is_back { row.checked_sub(1) } else { Some(row + 1) } {
                Some(next) => row = next,
                None => break None,
            }
        };
        let told = stepped_over(&skipped).map(|text| Request::Tell(Level::Info, text));
        let Some(mut part) = part else {
            return match (is_first, start.is_back) {
                (true, _) => self.end_with("Nothing is made from here on", shared),
                (false, false) => self.end().into_iter().chain(told).collect(),
                // There is nothing before it: what is heard goes on.
                (false, true) => told.into_iter().collect(),
            };
        };
        part.passage.fades &= start.goes_on && skipped.is_empty();
        if let Some(listening) = &mut self.listening {
            listening.heard.scene = row.checked_sub(1);
            (listening.began, listening.from) = (start.began, Duration::ZERO);
            (listening.length, listening.paused) = (part.length, None);
            listening.follows |= !start.goes_on;
            if listening.follows {
                self.selection = listening.heard.clone();
                self.is_searching = false;
                self.find_row();
            }
        }
        let play = Effect::Listen { passage: Box::new(part.passage), is_first };
        std::iter::once(Request::Effect(play)).chain(told).collect()
    }

    fn end(&mut self) -> Vec<Request> {
        self.listening = None;
        Effect::Hush.into()
    }

    fn end_with(&mut self, why: &str, shared: &Shared) -> Vec<Request> {
        let keys = shared.keymap.keys(Section::Campaign, Action::Draft);
        let how = keys.first().map_or_else(String::new, |key| format!(": {key} makes the draft"));
        let mut requests = self.end();
        requests.push(Request::Tell(Level::Info, format!("{why}{how}.")));
        requests
    }

    /// What plays ends, and what comes next begins: at the very moment, unless the machine has slept.
    pub(super) fn tick_listening(&mut self, shared: &Shared) -> Vec<Request> {
        const LATE: Duration = Duration::from_secs(2);
        let Some(listening) = self.listening.as_ref().filter(|listening| !listening.is_paused()) else {
            return Vec::new();
        };
        let (end, row) = (listening.end(), listening.row());
        if shared.now < end {
            return Vec::new();
        }
        let loaded = self.campaign(shared).and_then(Campaign::loaded);
        let Some(loaded) = loaded.filter(|_| listening.look != Look::OneClip) else { return self.end() };
        let began = if shared.now.saturating_sub(end) < LATE { end } else { shared.now };
        let start = Start { row: row + 1, is_back: false, began, goes_on: true };
        self.play_from(start, false, loaded, shared)
    }

    /// When something changes without a key: the playhead, and in the end what is heard.
    pub(super) fn alarm_of_listening(&self, shared: &Shared) -> Option<Duration> {
        let listening = self.listening.as_ref().filter(|listening| !listening.is_paused())?;
        Some(listening.end().min(shared.now + STEP))
    }

    pub(super) fn pause_listening(&mut self, shared: &Shared) {
        if let Some(listening) = &mut self.listening {
            listening.paused = Some(listening.position(shared.now));
        }
    }

    /// The person goes somewhere else: what is heard goes on, and the row stays where they are.
    pub(super) fn leave_heard(&mut self) {
        if let Some(listening) = &mut self.listening {
            listening.follows = false;
        }
    }

    /// Finds what is heard again after an edit of the file.
    pub(super) fn follow_heard(&mut self, loaded: &Loaded) {
        if let Some(listening) = &mut self.listening {
            listening.heard.follow(loaded);
        }
    }

    /// The picture in whose place the one that moves is seen, where the page shows it.
    pub(super) fn heard_picture(&self, room: Size, shared: &Shared) -> Option<Ask> {
        let listening = self.listening.as_ref().filter(|listening| listening.follows || listening.is_full)?;
        let loaded = self.campaign(shared)?.loaded()?;
        self.picture_of(listening.heard.scene, listening.shows_clips(), loaded, shared).map(|ask| Ask { room, ..ask })
    }

    pub(super) fn has_pane(&self, shared: &Shared) -> bool {
        let body = layout::parts(shared.size).body;
        self.panes(body, shared).pane.is_some()
    }

    /// What is heard and seen of a scene, or of the title; `None` where it is not made.
    fn part(&self, scene: Option<usize>, shows_clips: bool, loaded: &Loaded, shared: &Shared) -> Option<Part> {
        let mode = self.mode(shared);
        let clip = clip_of(loaded, mode, scene)?;
        let made = |role| shared.facts.job(clip.key).made(role);
        let stream = made(Role::Video).map(|made| Shown::Clip(made.path.clone()));
        let ask = self.picture_of(scene, shows_clips, loaded, shared).map(|ask| Ask { room: self.room(shared), ..ask });
        let (from, fades) = (Duration::ZERO, fades_into(scene, loaded, mode));
        let Some((scene, line)) = scene.and_then(|scene| Some((scene, loaded.campaign.line(scene)?))) else {
            let length = made(Role::Video).and_then(|made| made.output.milliseconds)?;
            let sound = made(Role::Sound).map(|made| made.path.clone());
            let length = Duration::from_millis(u64::from(length));
            return Some(Part { passage: Passage { sound, shown: stream, ask, from, fades }, length });
        };
        let voice = self.look_at(loaded, Subject::Voice(scene), shared)?;
        let sound = Self::heard(loaded, scene, &voice, shared)?;
        let breath = match &*clip.request {
            Wanted::Clip(clip) => Duration::from_millis(u64::from(clip.breath_milliseconds())),
            _ => Duration::ZERO,
        };
        let own = sound.output.milliseconds.map(|length| Duration::from_millis(u64::from(length)) + breath);
        let of_clip = shared.facts.scene_milliseconds(loaded, mode, scene).map(Duration::from_millis);
        let length = of_clip.filter(|_| voice.is_in_use()).or(own)?;
        let stream = stream.filter(|_| shows_clips && voice.is_in_use());
        let speech = || {
            let face = self.look_at(loaded, Subject::Portrait(line.speaker), shared)?;
            let talker = talker(&face, loaded, shared).filter(|_| face.is_in_use())?;
            let caption = loaded.campaign.caption(line).into_owned();
            let look = loaded.campaign.captions;
            Some(Shown::Baby(Box::new(Speech { sound: sound.path.clone(), talker, caption, look, breath })))
        };
        let shown = stream.or_else(speech);
        Some(Part { passage: Passage { sound: Some(sound.path.clone()), shown, ask, from, fades }, length })
    }

    /// Of a line the face, unless clips are looked at; of all else the still of its clip.
    fn picture_of(&self, scene: Option<usize>, shows_clips: bool, loaded: &Loaded, shared: &Shared) -> Option<Ask> {
        let clip = clip_of(loaded, self.mode(shared), scene)?;
        let still = shared.facts.job(clip.key).made(Role::Still);
        let face = || {
            let speaker = loaded.campaign.line(scene?)?.speaker;
            let face = self.look_at(loaded, Subject::Portrait(speaker), shared)?;
            shared.facts.job(face.candidate().key).made(Role::Picture)
        };
        let picture = if shows_clips { still.or_else(face) } else { face().or(still) };
        picture.map(|made| Ask::made(made, Size::ZERO))
    }

    /// The room that the page has for the picture.
    fn room(&self, shared: &Shared) -> Size {
        let body = layout::parts(shared.size).body;
        self.picture_room(body, shared).unwrap_or_default()
    }
}

fn fades_into(scene: Option<usize>, loaded: &Loaded, mode: Mode) -> bool {
    scene.and_then(|scene| loaded.graph(mode)?.scenes.get(scene)?.fade).is_some()
}

fn clip_of(loaded: &Loaded, mode: Mode, scene: Option<usize>) -> Option<&Job> {
    let graph = loaded.graph(mode)?;
    let clip = match scene {
        Some(scene) => graph.scenes.get(scene)?.clip,
        None => graph.title,
    };
    clip.map(|clip| &graph.jobs[clip])
}

/// `Scene 4 is not made: stepped over.`
fn stepped_over(scenes: &[usize]) -> Option<String> {
    let number = |scene: &usize| scene + 1;
    match scenes {
        [] => None,
        [only] => Some(format!("Scene {} is not made: stepped over.", number(only))),
        [first, .., last] => {
            let (first, last) = (first.min(last), first.max(last));
            Some(format!("Scenes {} to {} are not made: stepped over.", number(first), number(last)))
        }
    }
}
