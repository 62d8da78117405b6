//! Whether a portrait can talk: the gates, and why one that fails them moves as a whole. A face that would be smeared is
//! not moved. Called by the maker of marks, by `say` and by previews of a photo.

use image::RgbImage;
use serde::{Deserialize, Serialize};

use super::colours::Colours;
use super::cover::Cover;
use super::finder::{Face, Finder};
use super::geometry::Point;
use super::landmarks::{Eye, Landmarks, Mouth};
use super::points;
use super::skin::Skin;
use face_models::ModelError;

/// Part of the key of marks: raised whenever the same portrait would get other ones.
pub const MARKS_VERSION: u32 = 2;

/// What a portrait can do in a clip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Mouth, lids and head move.
    Talks,
    /// The lids stay open: something lies over the eyes, or they are no eyes with lids.
    TalksWithoutBlinking,
    /// Nothing was seen that both models are sure enough of.
    NoFace,
    /// Another face of about the same size is in the picture. [`Marks::forced`] moves it all the same.
    SeveralFaces,
    /// The mouth would be less than about 40 pixels wide in the clip.
    TooSmall,
    /// Lips, eyes or chin, or too much of the outline, lie outside of the picture.
    CutOff,
    /// Turned or leaning too far. [`Marks::forced`] moves it all the same.
    TurnedAway,
    /// Something lies over the lips: a microphone, a hand. [`Marks::forced`] moves it all the same.
    MouthCovered,
    /// No photo: the drawn baby talks by itself.
    Drawn,
}

impl Verdict {
    const ALL: [Verdict; 9] = [
        Verdict::Talks,
        Verdict::TalksWithoutBlinking,
        Verdict::NoFace,
        Verdict::SeveralFaces,
        Verdict::TooSmall,
        Verdict::CutOff,
        Verdict::TurnedAway,
        Verdict::MouthCovered,
        Verdict::Drawn,
    ];

    /// The media type of a file of marks. It names the verdict, so that everybody knows it without opening the file.
    pub fn media_type(self) -> &'static str {
        match self {
            Verdict::Talks => "application/json; verdict=talks",
            Verdict::TalksWithoutBlinking => "application/json; verdict=talks_without_blinking",
            Verdict::NoFace => "application/json; verdict=no_face",
            Verdict::SeveralFaces => "application/json; verdict=several_faces",
            Verdict::TooSmall => "application/json; verdict=too_small",
            Verdict::CutOff => "application/json; verdict=cut_off",
            Verdict::TurnedAway => "application/json; verdict=turned_away",
            Verdict::MouthCovered => "application/json; verdict=mouth_covered",
            Verdict::Drawn => "application/json; verdict=drawn",
        }
    }

    /// The verdict that a media type names.
    pub fn of_media_type(media_type: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.media_type() == media_type)
    }

    /// Whether the mouth moves in a clip; the drawn baby does without marks and is not meant.
    pub fn talks(self) -> bool {
        matches!(self, Verdict::Talks | Verdict::TalksWithoutBlinking)
    }

    /// Whether the lids move too.
    pub fn blinks(self) -> bool {
        self == Verdict::Talks
    }

    /// In words for the user, behind the name of the speaker.
    pub fn words(self) -> &'static str {
        match self {
            Verdict::Talks => "talks",
            Verdict::TalksWithoutBlinking => "talks, without blinking: no lids were found",
            Verdict::NoFace => "moves as a whole: no face was found",
            Verdict::SeveralFaces => "moves as a whole: more than one face",
            Verdict::TooSmall => "moves as a whole: the face is too small",
            Verdict::CutOff => "moves as a whole: the face is cut off by the picture's edge",
            Verdict::TurnedAway => "moves as a whole: the face is turned away",
            Verdict::MouthCovered => "moves as a whole: something covers the mouth",
            Verdict::Drawn => "is drawn, and talks",
        }
    }

    /// Whether a face was found that can be moved although it fails a gate.
    fn can_be_forced(self) -> bool {
        matches!(self, Verdict::SeveralFaces | Verdict::TurnedAway | Verdict::MouthCovered)
    }
}

/// What was found in a portrait.
#[derive(Debug, Clone, PartialEq)]
pub struct Marks {
    /// What the gates say, unless [`Self::forced`] overrules them.
    pub verdict: Verdict,
    /// The landmarks of the face in pixels of the portrait, where one was found.
    pub landmarks: Option<Landmarks>,
}

/// A face: the least certainty of the detector and of the landmarks.
const LEAST_SCORE: f32 = 0.75;
const LEAST_PRESENCE: f32 = 0.9;
/// Another face counts above this certainty, when it is wider than this share of the first and so many of its widths away.
const LEAST_OTHER_SCORE: f32 = 0.5;
const OTHER_WIDTH: f32 = 0.5;
const OTHER_AWAY: f32 = 0.7;
/// How many of the other faces are looked at closely.
const MOST_OTHERS: usize = 4;
/// Half the width of a mouth, as a fraction of the picture's width: below, the clip would show a mouth of 40 pixels.
const LEAST_MOUTH: f32 = 0.018;
/// How much of the face's outline may lie outside the picture.
const MOST_OUTSIDE: f32 = 0.15;
/// Turned farther, a face would show what no pixel knows of; and beside the far eye there is too little skin to make its lid
/// of.
const MOST_TURN: f32 = 0.5;
const MOST_TURN_TO_BLINK: f32 = 0.4;
/// Farther over, in degrees, a head lies down.
const MOST_LEAN: f32 = 40.0;
/// The fraction of the lips that may be covered.
const MOST_OVER_LIPS: f32 = 0.25;
/// Lips are redder than the skin around them by more levels than this; a pacifier or a microphone is not.
const LEAST_REDDER: f32 = -4.0;
/// Between closed lips it is darker than on them by so many levels; over a hand it is not.
const LEAST_DARKER: f32 = 10.0;
/// The fraction of skin around an eye whose lid can be closed.
const LEAST_EYE_SKIN: f32 = 0.6;

impl Marks {
    /// Looks at a portrait.
    pub fn find(portrait: &RgbImage) -> Result<Self, ModelError> {
        let finder = Finder::built_in()?;
        let faces = finder.faces(portrait)?;
        let nothing = Self { verdict: Verdict::NoFace, landmarks: None };
        let mut close = Vec::new();
        for seen in faces.iter().filter(|seen| seen.score > LEAST_OTHER_SCORE).take(1 + MOST_OTHERS) {
            close.extend(finder.face(portrait, seen)?.filter(|face| face.presence > LEAST_PRESENCE));
        }
        // The largest is the one that is meant.
        close.sort_by(|one, other| other.seen.width.total_cmp(&one.seen.width));
        let Some((face, others)) = close.split_first().filter(|(face, _)| face.seen.score > LEAST_SCORE) else {
            return Ok(nothing);
        };
        let verdict = judge(portrait, face, others);
        Ok(Self { verdict, landmarks: Some(face.landmarks.clone()) })
    }

    /// The same, but a face that fails a gate talks all the same, as far as there is one.
    #[must_use]
    pub fn forced(self) -> Self {
        let verdict = if self.verdict.can_be_forced() { Verdict::TalksWithoutBlinking } else { self.verdict };
        Self { verdict, ..self }
    }

    /// The landmarks of a face that talks.
    pub fn talking(&self) -> Option<&Landmarks> {
        self.landmarks.as_ref().filter(|_| self.verdict.talks())
    }
}

fn judge(portrait: &RgbImage, face: &Face, others: &[Face]) -> Verdict {
    let landmarks = &face.landmarks;
    let (mouth, seen) = (landmarks.mouth(), &face.seen);
    let is_another = |other: &Face| {
        other.seen.width > OTHER_WIDTH * seen.width && other.seen.middle.distance(seen.middle) > OTHER_AWAY * seen.width
    };
    if others.iter().any(is_another) {
        return Verdict::SeveralFaces;
    }
    if mouth.half < LEAST_MOUTH * portrait.width() as f32 {
        return Verdict::TooSmall;
    }
    if is_cut_off(portrait, landmarks) {
        return Verdict::CutOff;
    }
    if landmarks.turn().abs() >= MOST_TURN || landmarks.lean().abs() >= MOST_LEAN {
        return Verdict::TurnedAway;
    }
    let colours = Colours::of(portrait);
    let skin = Skin::of(&colours, landmarks);
    if !mouth_is_free(&colours, landmarks, &mouth, &skin) {
        return Verdict::MouthCovered;
    }
    let lids = landmarks.eyes().iter().map(|eye| skin_around(eye, &colours, &skin)).fold(1.0, f32::min);
    if lids > LEAST_EYE_SKIN && landmarks.turn().abs() < MOST_TURN_TO_BLINK {
        Verdict::Talks
    } else {
        Verdict::TalksWithoutBlinking
    }
}

/// Whether eyes, mouth or chin lie outside the picture, or too much of the outline.
fn is_cut_off(portrait: &RgbImage, landmarks: &Landmarks) -> bool {
    let (width, height) = (portrait.width() as f32, portrait.height() as f32);
    let is_outside = |&point: &usize| {
        let point = landmarks.at(point);
        !((0.0..width).contains(&point.x) && (0.0..height).contains(&point.y))
    };
    let outside = points::OVAL.iter().filter(|point| is_outside(point)).count();
    let needed = points::LIPS.iter().chain(&points::LEFT_EYE).chain(&points::RIGHT_EYE).chain([&points::CHIN]);
    needed.into_iter().any(is_outside) || outside as f32 > MOST_OUTSIDE * points::OVAL.len() as f32
}

fn mouth_is_free(colours: &Colours, landmarks: &Landmarks, mouth: &Mouth, skin: &Skin) -> bool {
    lip_redness(colours, mouth) - skin.mean[2] > LEAST_REDDER
        && (!mouth.is_closed() || line_darkness(colours, mouth) > LEAST_DARKER)
        && Cover::find(colours, landmarks, skin).over_lips < MOST_OVER_LIPS
}

/// The red difference of the lower lip.
fn lip_redness(colours: &Colours, mouth: &Mouth) -> f32 {
    let samples = (-7..=7).flat_map(|along| [0.35, 0.5, 0.65].map(|share: f32| (along as f32 / 8.0, share)));
    let redness = samples.map(|(along, share)| {
        let inner = mouth.lower.at(along);
        let height = inner + share * (mouth.bottom_at(along) - inner).max(0.0);
        colours.at(mouth.axes.outside(Point::new(along * mouth.half, height)))[2]
    });
    redness.sum::<f32>() / 45.0
}

/// How much darker it is between closed lips than on them, in levels.
fn line_darkness(colours: &Colours, mouth: &Mouth) -> f32 {
    let light = |along: f32, height: f32| colours.at(mouth.axes.outside(Point::new(along * mouth.half, height)))[0];
    let darker = (-6..=6).map(|along| {
        let along = along as f32 / 8.0;
        let line = f32::midpoint(mouth.upper.at(along), mouth.lower.at(along));
        let beside = 0.2 * mouth.half;
        // The line is thin and the mesh a little off: the darkest close by is it.
        let near = [-0.06, -0.03, 0.0, 0.03, 0.06].map(|off| light(along, line + off * mouth.half));
        f32::midpoint(light(along, line - beside), light(along, line + beside))
            - near.into_iter().fold(f32::MAX, f32::min)
    });
    darker.sum::<f32>() / 13.0
}

/// The fraction of skin in what borders on an eye and its lashes.
fn skin_around(eye: &Eye, colours: &Colours, skin: &Skin) -> f32 {
    let (mut of_skin, mut all) = (0_u32, 0_u32);
    for along in (-16..=16).map(|index| index as f32 / 16.0) {
        for height in [eye.upper.at(along) - 0.95 * eye.height - 2.0, eye.lower.at(along) + 0.34 * eye.height + 2.0] {
            let point = eye.axes.outside(Point::new(along * eye.half, height));
            if eye.is_near(point) || eye.brow_and_more().holds(point) {
                continue;
            }
            all += 1;
            of_skin += u32::from(skin.is(colours.at(point)));
        }
    }
    if all > 8 { of_skin as f32 / all as f32 } else { 0.0 }
}
