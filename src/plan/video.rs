//! Requests for what moves: the clip of one scene and the episode of a whole campaign. They name what they are made of by
//! key, so a changed word changes its voice, its clip and the episode, and nothing else.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::graph::Job;
use super::key::{AssetHash, JobKey};
use super::request::{MadeBy, Request};
use super::settings::Settings;
use crate::domain::markup;
use crate::domain::{Campaign, Dialogue, Layout, Media, Scene, SpeakerIndex};

/// The silent picture of one scene, 1080 × 1920, as long as its sound.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClipRequest {
    pub made_by: MadeBy,
    pub shown: Shown,
    /// The sound that lips and captions follow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voice: Option<JobKey>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// `None` is as long as the sound or the video file, or a usual length for a picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub milliseconds: Option<u32>,
}

/// What fills the frame of a clip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// The baby that speaks.
    Solo { portrait: JobKey },
    /// Two babies, one of them speaking.
    Duo { left: JobKey, right: JobKey, speaking: Side },
    /// The person's own picture, sound or video; which of them, its bytes say when the clip is made.
    Media { source: AssetHash },
    /// The title.
    Card { title: String },
    /// What stands for a scene that is missing, and says so.
    Missing { title: String, lines: Vec<String> },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    Left,
    Right,
}

/// The cross-fade from one clip into the next: the only pictures of an episode that are encoded twice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FadeRequest {
    pub made_by: MadeBy,
    pub from: JobKey,
    pub to: JobKey,
}

/// One finished video with sound and captions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EpisodeRequest {
    pub made_by: MadeBy,
    pub parts: Vec<EpisodePart>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub music: Option<AssetHash>,
    /// For the file's metadata.
    pub title: String,
}

/// One clip of an episode and what is heard with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EpisodePart {
    pub clip: JobKey,
    /// `None` where the clip brings its own sound, or has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voice: Option<JobKey>,
    /// Named in the subtitles.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speaker: Option<String>,
    /// The cross-fade that it is entered by; `None` is a cut.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fade: Option<JobKey>,
}

impl Shown {
    /// The portraits in the frame, from left to right.
    pub fn portraits(&self) -> impl Iterator<Item = JobKey> {
        let (first, second) = match self {
            Shown::Solo { portrait } => (Some(*portrait), None),
            Shown::Duo { left, right, .. } => (Some(*left), Some(*right)),
            Shown::Media { .. } | Shown::Card { .. } | Shown::Missing { .. } => (None, None),
        };
        first.into_iter().chain(second)
    }
}

impl ClipRequest {
    /// A title.
    pub fn card(made_by: MadeBy, title: String, milliseconds: u32) -> Self {
        Self::text(made_by, Shown::Card { title }, milliseconds)
    }

    /// What stands for a missing scene.
    pub fn missing(made_by: MadeBy, title: String, lines: Vec<String>, milliseconds: u32) -> Self {
        Self::text(made_by, Shown::Missing { title, lines }, milliseconds)
    }

    fn text(made_by: MadeBy, shown: Shown, milliseconds: u32) -> Self {
        Self { made_by, shown, voice: None, caption: None, milliseconds: Some(milliseconds) }
    }

    pub fn inputs(&self) -> impl Iterator<Item = JobKey> {
        self.shown.portraits().chain(self.voice)
    }

    /// Whether it is long enough to give pictures to a cross-fade at either end, as far as its request tells: how long a
    /// sound is, only its maker knows.
    fn can_fade(&self) -> bool {
        self.milliseconds.is_none_or(|milliseconds| milliseconds >= SHORTEST_FADED_MILLISECONDS)
    }
}

impl FadeRequest {
    pub fn inputs(&self) -> [JobKey; 2] {
        [self.from, self.to]
    }
}

impl EpisodeRequest {
    pub fn inputs(&self) -> impl Iterator<Item = JobKey> {
        self.parts.iter().flat_map(|part| std::iter::once(part.clip).chain(part.voice).chain(part.fade))
    }
}

/// The breath after a line before the next scene.
pub const BREATH_MILLISECONDS: u32 = 250;

/// How long the title stands.
const TITLE_MILLISECONDS: u32 = 1_500;

/// A clip shorter than this is joined by a cut.
pub const SHORTEST_FADED_MILLISECONDS: u32 = 500;

/// The cross-fade between two clips, where both are long enough for one.
pub(super) fn fade(made_by: &MadeBy, from: &Job, to: &Job) -> Option<FadeRequest> {
    let can_fade = |job: &Job| matches!(&job.request, Request::Clip(clip) if clip.can_fade());
    let both = can_fade(from) && can_fade(to);
    both.then(|| FadeRequest { made_by: made_by.clone(), from: from.key, to: to.key })
}

/// The card that an episode opens with; none without a topic.
pub(super) fn title_card(campaign: &Campaign, made_by: &MadeBy) -> Option<ClipRequest> {
    let title = campaign.topic.trim();
    (!title.is_empty()).then(|| ClipRequest::card(made_by.clone(), title.to_owned(), TITLE_MILLISECONDS))
}

/// The clip of a line. `portraits` has one key a profile.
pub(super) fn line_clip(
    made_by: &MadeBy,
    campaign: &Campaign,
    line: &Dialogue,
    voice: JobKey,
    partner: Option<SpeakerIndex>,
    portraits: &[JobKey],
) -> ClipRequest {
    let of = |speaker: SpeakerIndex| portraits[speaker.position()];
    let shown = match partner {
        None => Shown::Solo { portrait: of(line.speaker) },
        // The order of the file seats the babies, so that nobody changes seats between two lines.
        Some(partner) if partner > line.speaker => {
            Shown::Duo { left: of(line.speaker), right: of(partner), speaking: Side::Left }
        }
        Some(partner) => Shown::Duo { left: of(partner), right: of(line.speaker), speaking: Side::Right },
    };
    let caption = Some(campaign.caption(line).into_owned());
    ClipRequest { made_by: made_by.clone(), shown, voice: Some(voice), caption, milliseconds: None }
}

/// The clip of the person's own picture, sound or video.
pub(super) fn media_clip(settings: &Settings, media: &Media, source: AssetHash) -> ClipRequest {
    let made_by = if media.source.is_video() { &settings.video_file } else { &settings.clip };
    ClipRequest {
        made_by: made_by.clone(),
        shown: Shown::Media { source },
        voice: None,
        caption: media.caption.as_deref().map(|caption| markup::plain(caption).into_owned()),
        milliseconds: media.duration_s.map(|seconds| (seconds * 1000.0).round() as u32),
    }
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
    // While the first baby speaks alone, the next one that speaks sits beside it; later whoever spoke last.
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
        let made_by: MadeBy = serde_json::from_value(json!({"provider": "clip", "model": "m"})).unwrap();
        let partners = partners(&campaign);
        let shown = |scene: usize| {
            let line = campaign.line(scene).unwrap();
            line_clip(&made_by, &campaign, line, JobKey::of(b"voice"), partners.get(&scene).copied(), &faces).shown
        };
        let seats = |speaking| Shown::Duo { left: faces[0], right: faces[1], speaking };
        assert_eq!((shown(0), shown(1)), (seats(Side::Left), seats(Side::Right)));
    }

    #[test]
    fn a_campaign_without_a_topic_has_no_title() {
        let made_by: MadeBy = serde_json::from_value(json!({"provider": "clip", "model": "m"})).unwrap();
        let mut campaign = campaign("solo", &["a"]);
        assert!(title_card(&campaign, &made_by).is_some());
        campaign.topic = " ".to_owned();
        assert_eq!(title_card(&campaign, &made_by), None);
    }
}
