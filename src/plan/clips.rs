//! The clips of a campaign: which one a scene asks for, who sits in it, and where one fades into the next.

use std::collections::BTreeMap;

use super::graph::{Job, Sources};
use super::key::{AssetHash, JobKey};
use super::made_by::MadeBy;
use super::request::Request;
use super::settings::Settings;
use super::sound::ClipEffect;
use super::video::{ClipRequest, FadeRequest, Shown, Side, Talks};
use crate::domain::{Campaign, CaptionLook, Dialogue, Layout, Media, Scene, SpeakerIndex, markup};

/// How long the title stands.
const TITLE_MILLISECONDS: u32 = 1_500;

/// A baby as the clips show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shot {
    pub portrait: JobKey,
    /// `None` for a drawn baby, which always talks, and for a photo that moves as a whole.
    pub talks: Option<Talks>,
}

/// The cross-fade between two clips, where both are long enough for one.
pub(super) fn fade(made_by: &MadeBy, from: &Job, to: &Job) -> Option<FadeRequest> {
    let can_fade = |job: &Job| matches!(&*job.request, Request::Clip(clip) if clip.can_fade());
    let both = can_fade(from) && can_fade(to);
    both.then(|| FadeRequest { made_by: made_by.clone(), from: from.key, to: to.key })
}

/// The card that an episode opens with; none without a topic.
pub(super) fn title_card(campaign: &Campaign, made_by: &MadeBy, sources: &Sources) -> Option<ClipRequest> {
    let title = campaign.topic.trim();
    let card =
        || ClipRequest::card(made_by.clone(), title.to_owned(), sources.fonts_of_title(title), TITLE_MILLISECONDS);
    (!title.is_empty()).then(card).map(|card| labelled(card, campaign, sources))
}

/// With the label that the campaign asks for.
fn labelled(clip: ClipRequest, campaign: &Campaign, sources: &Sources) -> ClipRequest {
    let label = campaign.label.as_deref();
    clip.labelled(label, label.map(|label| sources.fonts_of_title(label)).unwrap_or_default())
}

/// How a line is heard in its clip.
pub(super) struct Heard {
    pub(super) voice: JobKey,
    /// Whether the next line of its dialogue follows at once.
    pub(super) goes_on: bool,
    pub(super) effect: Option<ClipEffect>,
}

/// The clip of a line. `shots` has one entry a profile.
pub(super) fn line_clip(
    settings: &Settings,
    campaign: &Campaign,
    line: &Dialogue,
    heard: &Heard,
    partner: Option<SpeakerIndex>,
    shots: &[Shot],
    sources: &Sources,
) -> ClipRequest {
    let of = |speaker: SpeakerIndex| shots[speaker.position()];
    let duo = |left: Shot, right: Shot, speaking: Side| Shown::Duo {
        left: left.portrait,
        right: right.portrait,
        speaking,
        left_talks: left.talks,
        right_talks: right.talks,
    };
    let shown = match partner {
        None => Shown::Solo { portrait: of(line.speaker).portrait, talks: of(line.speaker).talks },
        // The order of the file seats the babies, so that nobody changes seats between two lines.
        Some(partner) if partner > line.speaker => duo(of(line.speaker), of(partner), Side::Left),
        Some(partner) => duo(of(partner), of(line.speaker), Side::Right),
    };
    let talks = std::iter::once(line.speaker).chain(partner).any(|speaker| of(speaker).talks.is_some());
    let made_by = if talks { &settings.talking } else { &settings.clip };
    let caption = campaign.caption(line).into_owned();
    let look = campaign.captions;
    let fonts = sources.fonts_of(&caption, look);
    let clip = ClipRequest {
        made_by: made_by.clone(),
        shown,
        voice: Some(heard.voice),
        caption: Some(caption),
        fonts,
        look,
        label: None,
        milliseconds: None,
        goes_on: heard.goes_on,
        effect: heard.effect.clone(),
    };
    labelled(clip, campaign, sources)
}

/// The clip of the user's own picture, sound or video.
pub(super) fn media_clip(
    settings: &Settings,
    campaign: &Campaign,
    media: &Media,
    effect: Option<ClipEffect>,
    source: AssetHash,
    sources: &Sources,
) -> ClipRequest {
    let caption = media.caption.as_deref().map(|caption| markup::plain(caption).into_owned());
    // A look without words changes nothing.
    let look = if caption.is_some() { campaign.captions } else { CaptionLook::default() };
    let fonts = caption.as_deref().map(|caption| sources.fonts_of(caption, look)).unwrap_or_default();
    let made_by = if media.source.is_video() { &settings.video_file } else { &settings.clip };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`check` holds it within some minutes")]
    let milliseconds = media.duration_s.map(|seconds| (seconds * 1000.0).round() as u32);
    let clip = ClipRequest {
        made_by: made_by.clone(),
        shown: Shown::Media { source },
        voice: None,
        caption,
        fonts,
        look,
        label: None,
        milliseconds,
        goes_on: false,
        effect,
    };
    labelled(clip, campaign, sources)
}

/// Who sits beside the speaker of each line in the two-up layout: the baby that spoke last before, else the next one
/// that is another.
pub(super) fn partners(campaign: &Campaign) -> BTreeMap<usize, SpeakerIndex> {
    if campaign.layout == Layout::Solo {
        return BTreeMap::new();
    }
    let lines: Vec<(usize, SpeakerIndex)> = campaign
        .scenes
        .iter()
        .enumerate()
        .filter_map(|(position, scene)| match scene {
            Scene::Dialogue(line) => Some((position, line.speaker)),
            Scene::Media(_) => None,
        })
        .collect();
    let mut partners = BTreeMap::new();
    // While the first baby speaks alone, the next one that speaks sits beside it; later the one who spoke last.
    let mut other = lines.iter().map(|&(_, speaker)| speaker).find(|&speaker| speaker != lines[0].1);
    let mut previous = None;
    for &(position, speaker) in &lines {
        if let Some(previous) = previous.filter(|&previous| previous != speaker) {
            other = Some(previous);
        }
        previous = Some(speaker);
        partners.extend(other.map(|other| (position, other)));
    }
    partners
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::domain::{Format, read};

    fn campaign(layout: &str, speakers: &[&str]) -> Campaign {
        let profile = json!({"tone": "warm", "voice_id": "v"});
        let profiles: serde_json::Map<String, Value> =
            ["a", "b", "c"].into_iter().map(|name| (name.to_owned(), profile.clone())).collect();
        let script: Vec<Value> =
            speakers.iter().map(|name| json!({"type": "dialogue", "speaker": name, "text": "x"})).collect();
        let file =
            json!({"campaign_id": "c", "topic": "t", "layout": layout, "script": script, "baby_profiles": profiles});
        read(&file.to_string(), Format::Json).unwrap()
    }

    #[test]
    fn beside_a_speaker_sits_whoever_spoke_last_else_whoever_speaks_next() {
        for (speakers, expected) in [
            (&["a", "b", "a", "c", "c", "a"][..], &["b", "a", "b", "a", "a", "c"][..]),
            (&["a", "a", "b"], &["b", "b", "a"]),
            (&["a", "a"], &[]),
        ] {
            let campaign = campaign("duo", speakers);
            let partners = partners(&campaign);
            let names: Vec<&str> =
                partners.values().map(|&partner| campaign.profile(partner).speaker.as_str()).collect();
            assert_eq!(names, expected, "{speakers:?}");
        }
        assert!(partners(&campaign("solo", &["a", "b"])).is_empty());
    }

    #[test]
    fn nobody_changes_seats_between_two_lines() {
        let campaign = campaign("duo", &["a", "b"]);
        let faces = [b"a", b"b", b"c"].map(|name| JobKey::of(name));
        let shots = faces.map(|portrait| Shot { portrait, talks: None });
        let settings = crate::plan::tests::settings();
        let partners = partners(&campaign);
        let shown = |scene: usize| {
            let line = campaign.line(scene).unwrap();
            line_clip(
                &settings,
                &campaign,
                line,
                &Heard { voice: JobKey::of(b"voice"), goes_on: false, effect: None },
                partners.get(&scene).copied(),
                &shots,
                &Sources::new(),
            )
            .shown
        };
        let seats = |speaking| {
            let (left, right) = (faces[0], faces[1]);
            Shown::Duo { left, right, speaking, left_talks: None, right_talks: None }
        };
        assert_eq!((shown(0), shown(1)), (seats(Side::Left), seats(Side::Right)));
    }

    #[test]
    fn a_campaign_without_a_topic_has_no_title() {
        let made_by: MadeBy = serde_json::from_value(json!({"provider": "clip", "model": "m"})).unwrap();
        let mut campaign = campaign("solo", &["a"]);
        assert!(title_card(&campaign, &made_by, &Sources::new()).is_some());
        campaign.topic = " ".to_owned();
        assert_eq!(title_card(&campaign, &made_by, &Sources::new()), None);
    }
}
