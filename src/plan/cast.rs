//! The portrait of a profile that is a member of the cast. The member's own face is asked for with the member's words
//! alone, so every campaign that names it shares one job; a profile in another tone keeps that face.

use super::choices::Choices;
use super::face::Face;
use super::graph::{MissingSource, Sources};
use super::provider_id::ProviderId;
use super::request::{PortraitRequest, Request};
use super::requests_of::{Chosen, chosen, lender, portrait_request};
use super::settings::Maker;
use crate::domain::{Member, Profile};

/// What a member's profile wears, after what lends its face to it.
pub(super) struct Worn {
    pub(super) lenders: Vec<Chosen>,
    pub(super) portrait: Chosen,
    /// Whether it is the member's own face.
    pub(super) is_own_face: bool,
}

pub(super) fn worn(
    profile: &Profile,
    member: &Member,
    maker: &Maker,
    choices: &Choices,
    sources: &Sources,
) -> Result<Worn, MissingSource> {
    let own = member.profile();
    let face = chosen(portrait_request(&own, member.look, maker, sources)?, choices);
    let mut lenders: Vec<Chosen> = lender(&face.request, &own).into_iter().collect();
    let own_face = |lenders, face| Worn { lenders, portrait: face, is_own_face: true };
    if profile.looks_like(member) {
        return Ok(own_face(lenders, face));
    }
    let Request::Portrait(asked) = portrait_request(profile, member.look, maker, sources)? else {
        return Ok(own_face(lenders, face));
    };
    // Who cannot keep a face shows the member as it is: another tone is less than another baby.
    let Some(kept) = lent(&face.request, &asked).filter(|kept| can_keep(&asked, *kept)) else {
        return Ok(own_face(lenders, face));
    };
    if let Face::Made(_) = kept {
        lenders.push(face);
    } else {
        lenders.clear();
    }
    let portrait = chosen(Request::Portrait(PortraitRequest { reference: Some(kept), ..asked }), choices);
    Ok(Worn { lenders, portrait, is_own_face: false })
}

/// The face of the member's portrait, as `asked` would keep it.
fn lent(face: &Request, asked: &PortraitRequest) -> Option<Face> {
    match face {
        Request::Portrait(portrait) => Some(Face::of(portrait, asked)),
        Request::OwnPortrait { source } => Some(Face::Source(*source)),
        Request::Kept { key, .. } => Some(Face::Made(*key)),
        _ => None,
    }
}

/// Whether the maker of a portrait can keep this face: the drawn baby only a drawn one, an image server none.
fn can_keep(asked: &PortraitRequest, face: Face) -> bool {
    match asked.made_by.provider {
        ProviderId::CompatibleImage => false,
        _ => asked.is_drawn() == matches!(face, Face::Drawn(_)),
    }
}
