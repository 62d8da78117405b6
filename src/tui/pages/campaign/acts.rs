//! What the keys of the studio page do: makes and takes, cancelling, playing and opening.

use std::path::PathBuf;
use std::time::Duration;

use super::{CampaignPage, Focus};
use crate::engine::publish::files;
use crate::engine::{Cancel, Command, Level, Likeness, Loaded, Scope, Subject, Talker};
use crate::plan::{Mode, Product, Role};
use crate::tui::facts::Campaign;
use crate::tui::input::action::Action;
use crate::tui::input::keymap::Section;
use crate::tui::layout;
use crate::tui::model::message::{Effect, Request};
use crate::tui::model::page::Page;
use crate::tui::model::shared::Shared;
use crate::tui::model::submit::{self, TakeOf, Wish};
use crate::tui::pages::for_phone::for_phone;
use crate::tui::pages::full_size::FullSize;
use crate::tui::pages::takes::{TakesPage, keep};
use crate::tui::pages::voices::VoicesPage;
use crate::tui::pictures::talk::{Passage, Shown, Speech};

impl CampaignPage {
    pub(super) fn act_on_campaign(
        &mut self,
        action: Action,
        campaign: &Campaign,
        loaded: &Loaded,
        shared: &Shared,
    ) -> Option<Vec<Request>> {
        if self.selected_rows().is_some() && matches!(action, Action::Draft | Action::NewTake | Action::Cancel) {
            return Some(self.act_on_many(action, campaign, loaded, shared));
        }
        let scope = Scope { scene: self.scene(), ..Scope::default() };
        Some(match action {
            Action::Draft => submit::generate(campaign, Mode::Draft, scope, shared),
            Action::Final => submit::generate(campaign, Mode::Final, scope, shared),
            Action::Cancel => self.cancel(loaded, shared),
            Action::FocusFace => self.set_focus(Product::Portrait),
            Action::FocusVoice => self.set_focus(Product::Voice),
            Action::FocusNext => self.set_focus(match self.focus {
                Product::Portrait => Product::Voice,
                Product::Voice => Product::Clip,
                Product::Marks
                | Product::Dialogue
                | Product::ShapedVoice
                | Product::Effect
                | Product::Music
                | Product::Transcript
                | Product::Clip
                | Product::Fade
                | Product::Episode
                | Product::Script => Product::Portrait,
            }),
            Action::FocusClip => self.set_focus(Product::Clip),
            Action::Voices => match self.speaker(loaded) {
                Some(speaker) => {
                    let name = loaded.campaign.profile(speaker).speaker.clone();
                    VoicesPage::open(Some((campaign.entry.path.clone(), name)))
                }
                None => VoicesPage::open(None),
            },
            Action::RenewVoice if loaded.keeps_earlier_voice => vec![
                Request::Effect(Effect::Send(Command::RenewVoice { campaign: loaded.campaign.id.clone() })),
                Request::Tell(
                    Level::Info,
                    "The newer voice speaks from the next draft on; all lines are made again.".into(),
                ),
            ],
            Action::RenewVoice => Request::tell(Level::Info, "No older voice is kept here."),
            Action::OpenVideo => self.open_video(campaign, loaded, shared),
            Action::Phone => for_phone(campaign, shared),
            Action::PlayVoice => self.play_voice(loaded, shared),
            Action::FullSize => self.full_size(campaign, loaded, shared),
            Action::SameBaby => match self.face(loaded, shared) {
                Some(face) => self.new_take(&face, loaded, likeness_of(&face, shared), shared),
                None => Request::tell(Level::Info, "Select the line of a baby first: this is for one face."),
            },
            Action::Takes => self.open_takes(campaign, loaded, shared),
            Action::NewTake
            | Action::PreviousTake
            | Action::NextTake
            | Action::Keep
            | Action::CopyPrompt
            | Action::CopyPath => match self.focus(loaded, shared) {
                Some(focus) => self.act_on_focus(action, &focus, loaded, shared),
                None if action == Action::CopyPath && self.scene().is_some() => {
                    match self.clip_movie(campaign, loaded, shared) {
                        Some(path) => copied(path.to_string_lossy().into_owned(), "the path"),
                        None => Request::tell(Level::Info, "Nothing is made here yet."),
                    }
                }
                None if action == Action::CopyPath => {
                    Effect::Copy(campaign.entry.path.to_string_lossy().into_owned()).into()
                }
                None => Request::tell(Level::Info, self.why_no_takes(loaded)),
            },
            _ => return None,
        })
    }

    /// The picture of the pane, as large as the screen allows.
    fn full_size(&self, campaign: &Campaign, loaded: &Loaded, shared: &Shared) -> Vec<Request> {
        if let Some(scene) = self.scene().filter(|_| self.clip(loaded, shared).is_some()) {
            return FullSize::clip(campaign, loaded, scene, shared);
        }
        match self.face(loaded, shared) {
            Some(face) => {
                let Subject::Portrait(speaker) = face.subject else { return Vec::new() };
                let name = &loaded.campaign.profile(speaker).speaker;
                FullSize::face(campaign, name, face.candidate().key, shared)
            }
            None => Request::tell(Level::Info, "No baby speaks here."),
        }
    }

    fn open_takes(&self, campaign: &Campaign, loaded: &Loaded, shared: &Shared) -> Vec<Request> {
        let Some(focus) = self.focus(loaded, shared) else {
            return Request::tell(Level::Info, self.why_no_takes(loaded));
        };
        let page = TakesPage::of(campaign, focus.subject, focus.candidate().key, shared);
        page.map_or_else(Vec::new, |page| vec![Request::Open(Box::new(page))])
    }

    /// Why the keys of takes do nothing here.
    fn why_no_takes(&self, loaded: &Loaded) -> &'static str {
        match self.scene() {
            None => "Select the line of a baby first: this is for one face or voice.",
            Some(scene) if loaded.campaign.line(scene).is_none() => {
                "This scene is your own material: it has no face and no voice to make again."
            }
            Some(_) => "A clip has no takes: it is made of its face and its voice. Select one of those.",
        }
    }

    pub(super) fn act_on_focus(
        &mut self,
        action: Action,
        focus: &Focus,
        loaded: &Loaded,
        shared: &Shared,
    ) -> Vec<Request> {
        match action {
            Action::NewTake => self.new_take(focus, loaded, Likeness::Another, shared),
            Action::PreviousTake | Action::NextTake if focus.candidates.len() == 1 => {
                let keys = shared.keymap.keys(Section::Campaign, Action::NewTake);
                let how = keys.first().map_or_else(String::new, |key| format!(" {key} makes a new one."));
                Request::tell(Level::Info, format!("There is only one take.{how}"))
            }
            Action::PreviousTake | Action::NextTake => {
                let count = focus.candidates.len();
                let step = if action == Action::NextTake { 1 } else { count - 1 };
                let next = &focus.candidates[(focus.viewed + step) % count];
                self.viewing.insert(focus.job.base, next.key);
                Vec::new()
            }
            Action::Keep => keep(loaded, focus.mode, focus.subject, focus.job, focus.candidate(), shared),
            Action::CopyPrompt => match &*focus.job.request {
                crate::plan::Request::Portrait(portrait) => copied(portrait.sent_prompt(), "the prompt"),
                crate::plan::Request::Voice(voice) => copied(voice.text.clone(), "the spoken text"),
                crate::plan::Request::Dialogue(dialogue) => {
                    let lines: Vec<&str> = dialogue.lines.iter().map(|line| line.text.as_str()).collect();
                    copied(lines.join("\n"), "the spoken lines")
                }
                _ => Request::tell(Level::Info, "This is your own material: it has no prompt."),
            },
            Action::CopyPath => match shared.facts.job(focus.candidate().key).outputs.first() {
                Some(made) => copied(made.path.to_string_lossy().into_owned(), "the path"),
                None => Request::tell(Level::Info, "Nothing is made here yet."),
            },
            _ => Vec::new(),
        }
    }

    /// Asks for a new take, which is looked at as soon as it is there.
    pub(super) fn new_take(
        &mut self,
        focus: &Focus,
        loaded: &Loaded,
        likeness: Likeness,
        shared: &Shared,
    ) -> Vec<Request> {
        self.new_takes(focus, loaded, &Wish::one(likeness), shared)
    }

    /// Asks for new takes, of which the newest is looked at as soon as it is there.
    pub(super) fn new_takes(&mut self, focus: &Focus, loaded: &Loaded, wish: &Wish, shared: &Shared) -> Vec<Request> {
        let of = TakeOf { campaign: &loaded.campaign.id, mode: focus.mode, subject: focus.subject, job: focus.job };
        let requests = submit::new_takes(&of, wish, shared);
        if focus.job.request.has_takes() {
            let takes = loaded.takes.get(&focus.job.base).map_or(1, Vec::len);
            self.awaited.insert(focus.job.base, takes + wish.count - 1);
        }
        requests
    }

    /// The focused job, or everything of the campaign on its own line.
    fn cancel(&self, loaded: &Loaded, shared: &Shared) -> Vec<Request> {
        let id = &loaded.campaign.id;
        if self.scene().is_none() {
            return if shared.facts.runs.iter().any(|run| run.campaign == *id) {
                Effect::Send(Command::Cancel(Cancel::Campaign(id.clone()))).into()
            } else {
                Request::tell(Level::Info, "Nothing of this campaign is being made.")
            };
        }
        if let Some(clip) = self.clip(loaded, shared).filter(|clip| shared.facts.state(clip.key).is_active()) {
            return Effect::Send(Command::Cancel(Cancel::Job(clip.key))).into();
        }
        let focus = self.focus(loaded, shared);
        let active = focus.as_ref().and_then(|focus| {
            let keys = [focus.candidate().key, focus.job.key].into_iter();
            let others = focus.candidates.iter().map(|candidate| candidate.key);
            keys.chain(others).find(|key| shared.facts.state(*key).is_active())
        });
        match active {
            Some(key) => Effect::Send(Command::Cancel(Cancel::Job(key))).into(),
            None => Request::tell(Level::Info, self.what_is_made(loaded, shared)),
        }
    }

    /// Says which cell of the row is being made, where the focused one is not.
    fn what_is_made(&self, loaded: &Loaded, shared: &Shared) -> String {
        let products = [(Product::Portrait, "face"), (Product::Voice, "voice"), (Product::Clip, "clip")];
        let name_of = |wanted| products.iter().find(|(product, _)| *product == wanted).map_or("clip", |(_, name)| name);
        let active = products.iter().filter(|(product, _)| {
            let job = self.scene().and_then(|scene| shared.facts.scene_job(loaded, self.mode(shared), scene, *product));
            job.is_some_and(|job| shared.facts.state(job.key).is_active())
        });
        let active: Vec<&str> = active.map(|(_, name)| *name).collect();
        let focused = name_of(self.focus);
        match active.as_slice() {
            [] => format!("This {focused} is not being made."),
            [only] => format!("This {focused} is not being made; its {only} is: select that to stop it."),
            several => format!("This {focused} is not being made; its {} are.", several.join(" and ")),
        }
    }

    /// Where the focused clip is put for people.
    fn clip_movie(&self, campaign: &Campaign, loaded: &Loaded, shared: &Shared) -> Option<PathBuf> {
        let scene = self.scene()?;
        self.clip(loaded, shared)?;
        let mode = self.mode(shared);
        let job = shared.facts.scene_job(loaded, mode, scene, Product::Clip)?;
        shared.facts.job(job.key).made(Role::Movie)?;
        Some(campaign.entry.output.join(files::clip_file(loaded, scene, mode)))
    }

    /// The focused clip, else the episode, in the user's own player.
    fn open_video(&self, campaign: &Campaign, loaded: &Loaded, shared: &Shared) -> Vec<Request> {
        if self.clip(loaded, shared).is_some() {
            return match self.clip_movie(campaign, loaded, shared) {
                Some(path) => Effect::OpenVideo(path).into(),
                None => Request::tell(Level::Info, "This clip is not made yet."),
            };
        }
        let mode = shared.mode_of(campaign);
        match (campaign.entry.video(mode), campaign.entry.videos.first()) {
            (Some(video), _) => Effect::OpenVideo(video.path.clone()).into(),
            (None, Some(other)) => {
                let show = if other.mode == Mode::Draft { Action::ShowDraft } else { Action::ShowFinal };
                let keys = shared.keymap.keys(Section::Campaign, show);
                let how = keys.first().map_or_else(String::new, |key| format!(": {key} shows it"));
                let (here, there) = (mode.name(), other.mode.name());
                Request::tell(Level::Info, format!("There is no {here} video yet, but one of the {there}{how}."))
            }
            (None, None) => Request::tell(Level::Info, "There is no video of this campaign yet."),
        }
    }

    /// The voice of the selected line, the take that is looked at.
    pub(super) fn play_voice(&self, loaded: &Loaded, shared: &Shared) -> Vec<Request> {
        let voice = self.scene().and_then(|scene| self.look_at(loaded, Subject::Voice(scene), shared));
        let Some(voice) = voice else {
            return Request::tell(Level::Info, "Select the line of a baby first: this plays its voice.");
        };
        match self.scene().and_then(|scene| Self::heard(loaded, scene, &voice, shared)) {
            Some(made) => {
                let face = self.face(loaded, shared);
                let body = layout::parts(shared.size).body;
                let line = self.scene().and_then(|scene| loaded.campaign.line(scene));
                let caption = line.map(|line| loaded.campaign.caption(line).into_owned());
                let talker = face.filter(Focus::is_in_use).and_then(|face| talker(&face, loaded, shared));
                let speech = |talker| {
                    let (sound, caption) = (made.path.clone(), caption.unwrap_or_default());
                    let (look, breath) = (loaded.campaign.captions, Duration::ZERO);
                    Shown::Baby(Box::new(Speech { sound, talker, caption, look, breath }))
                };
                let passage = Passage {
                    sound: Some(made.path.clone()),
                    shown: talker.map(speech),
                    ask: self.picture(body, shared),
                    from: Duration::ZERO,
                    fades: false,
                };
                Effect::Play(Box::new(passage)).into()
            }
            None => Request::tell(Level::Info, "This voice is not made yet."),
        }
    }

    pub(super) fn set_focus(&mut self, focus: Product) -> Vec<Request> {
        self.focus = focus;
        self.scroll = 0;
        Vec::new()
    }
}

/// `take 2: enter keeps it, [ goes back; it changes scenes 1 and 3`
pub(super) fn offer(focus: &Focus, shared: &Shared) -> String {
    let key = |action| shared.keymap.keys(Section::Campaign, action).first().map(ToString::to_string);
    let keep = key(Action::Keep).map(|key| format!("{key} keeps it"));
    let back = key(Action::PreviousTake).map(|key| format!("{key} goes back"));
    let numbers: Vec<String> = focus.job.scenes.iter().take(4).map(|scene| (scene + 1).to_string()).collect();
    let changes = match (numbers.as_slice(), focus.job.scenes.len()) {
        ([], _) => None,
        ([only], _) => Some(format!("it changes scene {only}")),
        ([first @ .., last], count) if count <= 4 => Some(format!("it changes scenes {} and {last}", first.join(", "))),
        (first, count) => Some(format!("it changes scenes {} and {} more", first.join(", "), count - first.len())),
    };
    let parts: Vec<String> = [keep, back, changes].into_iter().flatten().collect();
    format!("{}: {}", focus.candidate().name, parts.join(", "))
}

/// The baby that is looked at; while there is no picture of it, the one that was made before.
fn likeness_of(face: &Focus, shared: &Shared) -> Likeness {
    let looked_at = face.candidate().key;
    if shared.facts.state(looked_at).is_made() { Likeness::SameAs(looked_at) } else { Likeness::Same }
}

fn copied(text: String, what: &str) -> Vec<Request> {
    vec![Request::Effect(Effect::Copy(text)), Request::Tell(Level::Info, format!("Copied {what}."))]
}

/// Whose picture moves while a voice plays; `None` for a photo that is not there or is to stay still.
pub(super) fn talker(face: &Focus, loaded: &Loaded, shared: &Shared) -> Option<Talker> {
    if matches!(&*face.job.request, crate::plan::Request::Portrait(portrait) if portrait.is_drawn()) {
        return Some(Talker::Drawn(Box::new(face.job.request.as_ref().clone())));
    }
    let Subject::Portrait(speaker) = face.subject else { return None };
    let graph = loaded.graph(face.mode)?;
    let marks = shared.facts.job(graph.jobs[graph.marks[speaker.position()]?].key).made(Role::Marks);
    Some(Talker::Photo {
        picture: shared.facts.job(face.candidate().key).made(Role::Picture)?.path.clone(),
        marks: marks.map(|made| made.path.clone()),
        tone: loaded.campaign.profile(speaker).tone(),
    })
}
