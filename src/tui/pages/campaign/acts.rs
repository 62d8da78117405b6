//! What the keys of the studio page do: makes and takes, cancelling, playing and opening.

use std::path::PathBuf;

use super::{CampaignPage, Focus};
use crate::engine::publish::files;
use crate::engine::{Cancel, Command, Level, Likeness, Loaded, Scope, Subject};
use crate::plan::{Mode, Product, Role};
use crate::tui::facts::Campaign;
use crate::tui::input::action::Action;
use crate::tui::input::keymap::Section;
use crate::tui::layout;
use crate::tui::model::message::{Effect, Request};
use crate::tui::model::page::Page;
use crate::tui::model::shared::Shared;
use crate::tui::model::submit;
use crate::tui::pictures::talk::Speech;

impl CampaignPage {
    pub(super) fn act_on_campaign(
        &mut self,
        action: Action,
        campaign: &Campaign,
        loaded: &Loaded,
        shared: &Shared,
    ) -> Option<Vec<Request>> {
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
                Product::Clip | Product::Fade | Product::Episode => Product::Portrait,
            }),
            Action::FocusClip => self.set_focus(Product::Clip),
            Action::OpenVideo => self.open_video(campaign, loaded, shared),
            Action::PlayVoice => self.play_voice(loaded, shared),
            Action::FullSize => match self.face(loaded, shared).and_then(|face| {
                shared.facts.job(face.candidate().key).made(Role::Picture).map(|made| made.path.clone())
            }) {
                Some(path) => Effect::FullSize(path).into(),
                None => Request::tell(Level::Info, "This picture is not made yet."),
            },
            Action::SameBaby => match self.face(loaded, shared) {
                Some(face) => self.new_take(&face, loaded, likeness_of(&face, shared), shared),
                None => Request::tell(Level::Info, "Select the line of a baby first: this is for one face."),
            },
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
                None => Request::tell(Level::Info, "Select the line of a baby first: this is for one face or voice."),
            },
            _ => return None,
        })
    }

    pub(super) fn act_on_focus(
        &mut self,
        action: Action,
        focus: &Focus,
        loaded: &Loaded,
        shared: &Shared,
    ) -> Vec<Request> {
        let campaign = &loaded.campaign.id;
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
            Action::Keep if focus.is_in_use() => {
                Request::tell(Level::Info, format!("{} is in use already.", capitalised(&focus.candidate().name)))
            }
            Action::Keep if !shared.facts.state(focus.candidate().key).is_made() => {
                Request::tell(Level::Warning, "This take is not made; only a made one can be kept.")
            }
            Action::Keep => vec![
                Request::Effect(Effect::Send(Command::Choose {
                    campaign: campaign.clone(),
                    mode: focus.mode,
                    subject: focus.subject,
                    pick: focus.candidate().pick,
                })),
                Request::Tell(Level::Info, format!("{} is kept.", capitalised(&focus.candidate().name))),
            ],
            Action::CopyPrompt => match &focus.job.request {
                crate::plan::Request::Portrait(portrait) => copied(portrait.prompt.clone(), "the prompt"),
                crate::plan::Request::Voice(voice) => copied(voice.text.clone(), "the spoken text"),
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
    fn new_take(&mut self, focus: &Focus, loaded: &Loaded, likeness: Likeness, shared: &Shared) -> Vec<Request> {
        let requests = submit::new_take(&loaded.campaign.id, focus.mode, focus.subject, likeness, focus.job, shared);
        if focus.job.request.has_takes() {
            let takes = loaded.takes.get(&focus.job.base).map_or(1, Vec::len);
            self.awaited.insert(focus.job.base, takes);
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
            None => Request::tell(Level::Info, "This is not being made."),
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

    /// The focused clip, else the episode, in the person's own player.
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
    fn play_voice(&self, loaded: &Loaded, shared: &Shared) -> Vec<Request> {
        let voice = self.scene().and_then(|scene| self.look_at(loaded, Subject::Voice(scene), shared));
        let Some(voice) = voice else {
            return Request::tell(Level::Info, "Select the line of a baby first: this plays its voice.");
        };
        match shared.facts.job(voice.candidate().key).made(Role::Sound) {
            Some(made) => {
                let face = self.face(loaded, shared);
                let body = layout::parts(shared.size).body;
                let caption = self.scene().and_then(|scene| loaded.campaign.line(scene)).map(|line| line.text.clone());
                let speech = Speech {
                    sound: made.path.clone(),
                    portrait: face.filter(Focus::is_in_use).map(|face| face.job.request.clone()),
                    caption: caption.unwrap_or_default(),
                    ask: self.picture(body, shared),
                };
                Effect::Play(Box::new(speech)).into()
            }
            None => Request::tell(Level::Info, "This voice is not made yet."),
        }
    }

    pub(super) fn set_focus(&mut self, focus: Product) -> Vec<Request> {
        self.focus = focus;
        Vec::new()
    }
}

/// The baby that is looked at; while there is no picture of it, the one that was made before.
fn likeness_of(face: &Focus, shared: &Shared) -> Likeness {
    let looked_at = face.candidate().key;
    if shared.facts.state(looked_at).is_made() { Likeness::SameAs(looked_at) } else { Likeness::Same }
}

fn copied(text: String, what: &str) -> Vec<Request> {
    vec![Request::Effect(Effect::Copy(text)), Request::Tell(Level::Info, format!("Copied {what}."))]
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}
