//! The plan: a campaign, the providers, the choices and the hashes of own files become a graph of jobs. Pure: what is
//! already made affects only status and price, never the graph.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::cast::worn;
use super::choices::Choices;
use super::clips;
use super::clips::Shot;
use super::dialogue::{CutVoiceRequest, Exchange, exchanges};
use super::graph::{Graph, JobIndex, MissingSource, SceneJobs, Sources};
use super::made_by::MadeBy;
use super::request::Request;
use super::requests_of::{Chosen, billing_of, chosen, lender, portrait_request, source_of, voice_request};
use super::settings::{Billing, Maker, Settings};
use super::shaped::ShapedVoiceRequest;
use super::sound::{ClipEffect, SoundRequest};
use super::video::{ClipRequest, EpisodePart, EpisodeRequest, MarksRequest, Talks};
use crate::domain::babies;
use crate::domain::look::Looks;
use crate::domain::{Campaign, Motion, Music, Profile, Scene, Sfx, SpeakerIndex, Transition};

/// Plans a campaign. `sources` must hold every file that [`Campaign::materials`] names.
pub fn plan(
    campaign: &Campaign,
    settings: &Settings,
    choices: &Choices,
    sources: &Sources,
) -> Result<Graph, MissingSource> {
    let mut graph = Graph::default();
    graph.said.clone_from(sources.said());
    let looks = Looks::of(campaign);
    for (speaker, _) in campaign.speakers() {
        let profile = campaign.profile(campaign.face_of(speaker));
        let (lenders, portrait) = if let Some(member) = profile.face_of_cast() {
            let worn = worn(profile, member, &settings.image, choices, sources)?;
            if worn.is_own_face {
                graph.faces_of_cast.insert(worn.portrait.request.base());
            }
            (worn.lenders, worn.portrait)
        } else {
            let look = looks.face(campaign, speaker);
            let portrait = chosen(portrait_request(profile, look, &settings.image, sources)?, choices);
            (lender(&portrait.request, profile).into_iter().collect(), portrait)
        };
        for lender in lenders {
            let billing = billing_of(&lender.request, &settings.image);
            graph.add(lender, billing, Some(speaker));
        }
        let billing = billing_of(&portrait.request, &settings.image);
        let index = graph.add(portrait, billing, Some(speaker));
        graph.portraits.push(index);
        let marks = graph.add_marks(campaign, speaker, &settings.marks);
        graph.marks.push(marks);
    }
    let shots: Vec<Shot> = campaign.speakers().map(|(speaker, profile)| graph.shot(speaker, profile)).collect();
    graph.title = clips::title_card(campaign, &settings.clip, sources).map(|card| graph.add_clip(card, None));
    let voice_maker = with_own_voices(&settings.voice, choices);
    let speech = &voice_maker.speech;
    let said: Vec<Option<String>> = (0..campaign.scenes.len())
        .map(|scene| {
            let line = campaign.line(scene)?;
            let reads_sounds = voice_maker.reads_sounds_of(campaign.profile(line.speaker));
            Some(campaign.spoken(line, speech.performs, reads_sounds))
        })
        .collect();
    let exchanges = speech.dialogues.as_ref().map_or_else(Vec::new, |dialogues| {
        exchanges(campaign, &said, &voice_maker.made_by, dialogues, |alias| speech.voice(alias))
    });
    let exchanges: BTreeMap<usize, &Exchange> =
        exchanges.iter().flat_map(|exchange| exchange.scenes.clone().map(move |scene| (scene, exchange))).collect();
    let partners = clips::partners(campaign);
    let mut before = graph.title;
    for (position, scene) in campaign.scenes.iter().enumerate() {
        let effect = scene.sfx().map(|sfx| (sfx, graph.add_effect(sfx, settings)));
        let heard_in =
            |graph: &Graph, waits: bool| effect.map(|(sfx, index)| ClipEffect::new(sfx, graph.jobs[index].key, waits));
        let mut jobs = match scene {
            Scene::Media(media) => {
                let (source, effect) = (source_of(&media.source, sources)?, heard_in(&graph, false));
                let clip = clips::media_clip(settings, campaign, media, effect, source, sources);
                SceneJobs { clip: Some(graph.add_clip(clip, None)), ..SceneJobs::default() }
            }
            Scene::Dialogue(line) => {
                let exchange = exchanges.get(&position).copied();
                let (dialogue, voice) = if let Some(exchange) = exchange {
                    let (dialogue, voice) = graph.add_line_of(exchange, position, line.speaker, choices, &voice_maker);
                    (Some(dialogue), voice)
                } else {
                    let look = looks.voice(line.speaker);
                    let voice = voice_request(campaign, &said, position, line, &voice_maker, look, sources)?;
                    let chosen = chosen(voice, choices);
                    let billing = billing_of(&chosen.request, &voice_maker);
                    (None, graph.add(chosen, billing, Some(line.speaker)))
                };
                let profile = campaign.profile(line.speaker);
                // A recording of the user's own is bent only where the profile asks for it.
                let raises = speech.raised && matches!(*graph.jobs[voice].request, Request::Voice(_));
                let raised = || raises.then(|| babies::raised(&profile.voice_id)).filter(|shape| !shape.is_neutral());
                let shaped = profile.voice_shape.or_else(raised).map(|shape| {
                    let request = ShapedVoiceRequest::new(graph.jobs[voice].key, shape);
                    graph.add(Chosen::only(Request::ShapedVoice(request)), Billing::Free, Some(line.speaker))
                });
                let partner = partners.get(&position).copied();
                let heard = graph.jobs[shaped.unwrap_or(voice)].key;
                let goes_on = exchange.is_some_and(|exchange| position + 1 < exchange.scenes.end);
                let heard = clips::Heard { voice: heard, goes_on, effect: heard_in(&graph, true) };
                let clip = clips::line_clip(settings, campaign, line, &heard, partner, &shots, sources);
                let clip = graph.add_clip(clip, Some(line.speaker));
                let portrait = graph.portraits[line.speaker.position()];
                SceneJobs {
                    portrait: Some(portrait),
                    dialogue,
                    voice: Some(voice),
                    shaped,
                    clip: Some(clip),
                    ..SceneJobs::default()
                }
            }
        };
        jobs.effect = effect.map(|(_, index)| index);
        if let (Transition::Fade, Some(from), Some(to)) = (campaign.transition_into(position), before, jobs.clip) {
            jobs.fade = graph.add_fade(&settings.fade, from, to);
        }
        before = jobs.clip;
        for index in jobs.iter().chain(jobs.fade) {
            graph.jobs[index].scenes.push(position);
        }
        graph.scenes.push(jobs);
    }
    graph.music = campaign.music.as_ref().and_then(|music| {
        let (request, price) = SoundRequest::of_music(music, settings.sounds.as_ref())?;
        Some(graph.add(Chosen::only(Request::Music(request)), Billing::of_a_call(price), None))
    });
    let episode = episode_request(campaign, &graph, settings, sources)?;
    graph.episode = Some(graph.add(Chosen::only(Request::Episode(episode)), Billing::Free, None));
    Ok(graph)
}

/// The maker of voices, with the voices that the campaign keeps for itself.
fn with_own_voices<'a>(maker: &'a Maker, choices: &Choices) -> Cow<'a, Maker> {
    let Some(own) = choices.voices.get(&maker.made_by.provider) else { return Cow::Borrowed(maker) };
    let mut maker = maker.clone();
    maker.speech.voices.extend(own.iter().map(|(alias, pin)| (alias.clone(), pin.voice_id.clone())));
    Cow::Owned(maker)
}

/// The title and every clip in the order of the script.
fn episode_request(
    campaign: &Campaign,
    graph: &Graph,
    settings: &Settings,
    sources: &Sources,
) -> Result<EpisodeRequest, MissingSource> {
    let key_of = |index: JobIndex| graph.jobs[index].key;
    let title = graph.title.map(|title| EpisodePart {
        clip: key_of(title),
        voice: None,
        speaker: None,
        fade: None,
        effect: None,
    });
    let parts = graph.scenes.iter().enumerate().filter_map(|(position, jobs)| {
        let speaker = campaign.line(position).map(|line| campaign.profile(line.speaker).speaker.clone());
        Some(EpisodePart {
            clip: key_of(jobs.clip?),
            voice: jobs.heard().map(key_of),
            speaker,
            fade: jobs.fade.map(key_of),
            effect: jobs.effect.map(key_of),
        })
    });
    Ok(EpisodeRequest {
        made_by: settings.episode.clone(),
        parts: title.into_iter().chain(parts).collect(),
        music: campaign.music.as_ref().and_then(Music::file).map(|path| source_of(path, sources)).transpose()?,
        made_music: graph.music.map(key_of),
        title: campaign.topic.clone(),
    })
}

impl Graph {
    /// Looks for the face of a speaker's photo, unless it is to stay still. What a kept picture shows is known only when it
    /// is there: a drawn baby among them is found to have no marks.
    fn add_marks(&mut self, campaign: &Campaign, speaker: SpeakerIndex, made_by: &MadeBy) -> Option<JobIndex> {
        let portrait = self.portrait_of(speaker);
        let is_drawn = matches!(&*portrait.request, Request::Portrait(portrait) if portrait.is_drawn());
        let motion = campaign.profile(campaign.face_of(speaker)).motion;
        if is_drawn || motion == Motion::Still {
            return None;
        }
        let (made_by, forced) = (made_by.clone(), motion == Motion::Talk);
        let marks = Request::Marks(MarksRequest { made_by, portrait: portrait.key, forced });
        Some(self.add(Chosen::only(marks), Billing::Free, Some(speaker)))
    }

    /// How the clips show a speaker.
    fn shot(&self, speaker: SpeakerIndex, profile: &Profile) -> Shot {
        let marks = self.marks[speaker.position()].map(|index| self.jobs[index].key);
        let talks = marks.map(|marks| Talks { marks, tone: profile.tone() });
        Shot { portrait: self.portrait_of(speaker).key, talks }
    }

    /// The dialogue that a line belongs to, and the line cut out of it.
    fn add_line_of(
        &mut self,
        exchange: &Exchange,
        position: usize,
        speaker: SpeakerIndex,
        choices: &Choices,
        maker: &Maker,
    ) -> (JobIndex, JobIndex) {
        let dialogue = match position.checked_sub(1).filter(|before| exchange.scenes.contains(before)) {
            Some(before) => self.scenes[before].dialogue,
            None => None,
        };
        let dialogue = dialogue.unwrap_or_else(|| {
            let chosen = chosen(Request::Dialogue(exchange.request.clone()), choices);
            self.add(chosen, maker.billing, None)
        });
        let job = &mut self.jobs[dialogue];
        if !job.speakers.contains(&speaker) {
            job.speakers.push(speaker);
        }
        let cut = CutVoiceRequest::new(job.key, position - exchange.scenes.start);
        (dialogue, self.add(Chosen::only(Request::CutVoice(cut)), Billing::Free, Some(speaker)))
    }

    /// The effect of a scene; the same words or name over all scenes are one job.
    fn add_effect(&mut self, sfx: &Sfx, settings: &Settings) -> JobIndex {
        let (request, price) = SoundRequest::of_effect(sfx, settings.sounds.as_ref());
        self.add(Chosen::only(Request::Effect(request)), Billing::of_a_call(price), None)
    }

    fn add_clip(&mut self, clip: ClipRequest, speaker: Option<SpeakerIndex>) -> JobIndex {
        self.add(Chosen::only(Request::Clip(clip)), Billing::Free, speaker)
    }

    /// The cross-fade between two clips, where both are long enough for one.
    fn add_fade(&mut self, made_by: &MadeBy, from: JobIndex, to: JobIndex) -> Option<JobIndex> {
        let fade = clips::fade(made_by, &self.jobs[from], &self.jobs[to])?;
        Some(self.add(Chosen::only(Request::Fade(fade)), Billing::Free, None))
    }
}
