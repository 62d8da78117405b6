//! What is asked of a provider for one speaker or line of a campaign, with the take that was chosen.

use super::choices::{Choices, Pick};
use super::face::Face;
use super::graph::{MissingSource, Sources};
use super::key::{AssetHash, JobKey};
use super::request::{Neighbours, PortraitRequest, Product, Request, VoiceRequest};
use super::settings::{Billing, Maker};
use crate::domain::{Campaign, Dialogue, MaterialPath, PortraitPrompt, Profile, Reference};

/// A request with the take that was chosen.
pub(super) struct Chosen {
    pub(super) request: Request,
    /// `None` for what has no takes.
    pub(super) base: Option<JobKey>,
}

impl Chosen {
    pub(super) fn only(request: Request) -> Self {
        Self { request, base: None }
    }
}

/// Puts the chosen take into a request.
pub(super) fn chosen(request: Request, choices: &Choices) -> Chosen {
    if !request.has_takes() {
        return Chosen::only(request);
    }
    let base = request.base();
    let request = match choices.pick(base) {
        Pick::Take(take) if take.max(1) == request.take() => request,
        Pick::Take(take) => request.with_take(take.max(1)),
        Pick::SameBaby { take, face } => request.with_take(take.max(1)).keeping(face),
        Pick::Noted { take, note, face } => {
            let request = request.with_take(take.max(1)).noted(note);
            face.map_or(request.clone(), |face| request.keeping(face))
        }
        Pick::Kept(key) if request.product() == Product::Portrait => {
            Request::Kept { key, instead_of: Box::new(request) }
        }
        Pick::Kept(_) => request.with_take(1),
    };
    Chosen { request, base: Some(base) }
}

/// Own material and kept pictures cost nothing: nobody is called for them. Videos are made here.
pub(super) fn billing_of(request: &Request, maker: &Maker) -> Billing {
    match request {
        Request::Portrait(_) | Request::Voice(_) | Request::Dialogue(_) | Request::Script(_) => maker.billing,
        Request::OwnPortrait { .. }
        | Request::OwnVoice { .. }
        | Request::Kept { .. }
        | Request::Marks(_)
        | Request::CutVoice(_)
        | Request::ShapedVoice(_)
        | Request::Effect(_)
        | Request::Music(_)
        | Request::Transcript(_)
        | Request::ChangedVoice(_)
        | Request::Clip(_)
        | Request::Fade(_)
        | Request::Episode(_) => Billing::Free,
    }
}

pub(super) fn source_of(path: &MaterialPath, sources: &Sources) -> Result<AssetHash, MissingSource> {
    sources.get(path).ok_or_else(|| MissingSource(path.clone()))
}

pub(super) fn portrait_request(
    profile: &Profile,
    look: u32,
    maker: &Maker,
    sources: &Sources,
) -> Result<Request, MissingSource> {
    if let Some(path) = &profile.portrait {
        return Ok(Request::OwnPortrait { source: source_of(path, sources)? });
    }
    let mut made_by = maker.made_by.clone();
    if made_by.version.is_none()
        && let Some(model) = &profile.model
    {
        made_by.model.clone_from(model);
    }
    let mut portrait = PortraitRequest {
        made_by,
        prompt: PortraitPrompt::new(profile).text(),
        tone: profile.tone(),
        tone_text: profile.tone_text.clone(),
        appearance: profile.appearance.clone(),
        reference: None,
        same_baby: None,
        note: None,
        look,
        take: 1,
    };
    portrait.reference = match &profile.reference {
        Some(Reference::File(path)) => Some(Face::Source(source_of(path, sources)?)),
        Some(Reference::Take(take)) => Some(Face::of(&without_reference(&portrait, *take), &portrait)),
        None => None,
    };
    Ok(Request::Portrait(portrait))
}

/// That take of the profile as it is without its reference.
fn without_reference(portrait: &PortraitRequest, take: u32) -> PortraitRequest {
    PortraitRequest { take, reference: None, same_baby: None, note: None, ..portrait.clone() }
}

/// The take whose face a portrait keeps because its profile says so: it is made first where it is not there.
pub(super) fn lender(request: &Request, profile: &Profile) -> Option<Chosen> {
    let (Request::Portrait(portrait), Some(Reference::Take(take))) = (request, &profile.reference) else { return None };
    let lender = Request::Portrait(without_reference(portrait, *take));
    let base = Some(lender.base());
    (portrait.face() == Some(Face::Made(lender.key()))).then_some(Chosen { request: lender, base })
}

pub(super) fn voice_request(
    campaign: &Campaign,
    said: &[Option<String>],
    position: usize,
    line: &Dialogue,
    maker: &Maker,
    look: u32,
    sources: &Sources,
) -> Result<Request, MissingSource> {
    if let Some(path) = &line.audio {
        return Ok(Request::OwnVoice { source: source_of(path, sources)? });
    }
    let profile: &Profile = campaign.profile(line.speaker);
    Ok(Request::Voice(VoiceRequest {
        made_by: maker.speaks_for(profile).clone(),
        voice_id: maker.speech.voice(&profile.voice_id),
        text: said[position].clone().unwrap_or_default(),
        tone: profile.tone(),
        neighbours: maker.speech.neighbours.then(|| neighbours(said, position)),
        look,
        take: 1,
    }))
}

/// The lines next to a scene as they are spoken, media in between left out.
fn neighbours(said: &[Option<String>], position: usize) -> Neighbours {
    Neighbours {
        before: said[..position].iter().rev().flatten().next().cloned(),
        after: said[position + 1..].iter().flatten().next().cloned(),
    }
}
