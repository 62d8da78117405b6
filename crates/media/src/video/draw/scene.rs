//! One scene of an episode as a source of frames: what is shown, moved by its sound, under its caption. The door of the
//! drawing half of the video room; called by the clip maker. Knows no files and no encoder. The same spec gives the
//! same bytes.

use std::sync::Arc;

use image::RgbImage;
use sha2::{Digest, Sha256};

use crate::sound::Sound;
use domain::{CaptionLook, CaptionPosition};

use super::captions::Captioning;
use super::card::Card;
use super::duo::{Duo, Side, half};
use super::faces::{Bounds, Face};
use super::label::Label;
use super::lettering::fonts::{Font, is_covered};
use super::lettering::typesetter::Typesetter;
use super::panel::{Figure, Hearing, Panel};
use super::picture::Picture;
use super::placeholder::Gap;
use super::planes::Area;
use super::waveform::Waveform;
use crate::video::frame::{FPS, Frame, FrameError, Frames, Word};
use crate::video::perform::acting::{Part, Rhythm};
use crate::video::perform::lips::lips;
use crate::video::perform::voice::Voice;
use crate::video::perform::words;
use crate::video::perform::words::CharacterTime;

/// Part of a clip's key: raised whenever the same spec would give other pictures.
pub const RENDERER_VERSION: u32 = 5;

/// What a scene shows.
pub enum Shown {
    /// The one who speaks, with the whole frame.
    Solo(Figure),
    /// Two babies, each with one half of the frame.
    Duo {
        /// On the viewer's left.
        left: Figure,
        /// On the viewer's right.
        right: Figure,
        /// Who moves its lips and is in the light; the other one listens.
        speaking: Side,
    },
    /// A picture of a media scene.
    Picture(RgbImage),
    /// The pictures of a video file.
    Video(Box<dyn Frames>),
    /// A media scene that is only a sound.
    Waveform,
    /// A title.
    Card {
        /// Set in the middle of the frame, in as many lines as it needs.
        title: String,
    },
    /// What stands for a scene that cannot be shown.
    Missing {
        /// What the scene is called.
        title: String,
        /// What is missing and why, for the one who looks at the draft.
        lines: Vec<String>,
    },
}

/// All that a clip is made from.
pub struct SceneSpec {
    /// Everything in the picture but the caption.
    pub shown: Shown,
    /// Moves lips, gestures and waves; it is not in the clip. `None` is silence.
    pub sound: Option<Arc<Sound>>,
    /// When the characters of the caption are heard, where the voice's provider tells it.
    pub timings: Option<Vec<CharacterTime>>,
    /// Without markup and tags; spoken words are shown as they are heard, others as long as the scene.
    pub caption: Option<String>,
    /// For the caption and for titles.
    pub lettering: Lettering,
    /// The length, in frames; at least one is drawn. A video is as long as it is.
    pub frames: u32,
}

/// How words are written into the picture.
#[derive(Clone, Default)]
pub struct Lettering {
    /// What they need beside the embedded fonts. Nothing else is used, so the same spec gives the same bytes anywhere.
    pub fonts: Vec<Font>,
    /// As the campaign has it; titles do not follow it.
    pub look: CaptionLook,
    /// A few letters that stand in every picture.
    pub label: Option<String>,
}

/// What the caption says when, and what a person should know about it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Captions {
    /// The spoken words; none for a caption that only stands below a picture.
    pub words: Vec<Word>,
    /// Sentences, for instance which characters the caption's font lacks.
    pub notes: Vec<String>,
}

/// Makes a scene ready to be drawn. Pictures and sounds of any shape are taken; nothing fails.
pub fn scene(spec: SceneSpec) -> (Box<dyn Frames>, Captions) {
    let frames = match &spec.shown {
        Shown::Video(video) => video.count(),
        _ => spec.frames.max(1),
    };
    let scene_s = f64::from(frames) / f64::from(FPS);
    let voice = spec.sound.as_deref().map(Voice::new).unwrap_or_default();
    let text = spec.caption.unwrap_or_default();
    let number = number_of(&text, &spec.shown);
    let timings = spec.timings.as_deref();
    let is_spoken = matches!(spec.shown, Shown::Solo(_) | Shown::Duo { .. });
    let Lettering { fonts, look, label } = spec.lettering;
    let mut typesetter = Typesetter::new(&fonts);
    let (words, captioning) = if is_spoken {
        let words = words::spoken(&text, timings, &voice, scene_s);
        let captioning = Captioning::spoken(&words, scene_s, look, &faces(&spec.shown, frames), &mut typesetter);
        (words, captioning)
    } else {
        // Words that nobody says have no times to tell.
        let words = words::standing(&text, scene_s);
        (Vec::new(), Captioning::standing(&words, scene_s, look, &mut typesetter))
    };
    let label =
        label.and_then(|label| Label::new(&label, captioning.rows(), &taken(&spec.shown, frames), &mut typesetter));
    let characters = words::characters(&words, timings);
    let notes = notes(&text, title_of(&spec.shown), &typesetter);
    // A card keeps clear of captions that stand below it.
    let is_below = matches!(look.position, None | Some(CaptionPosition::Bottom)) && !captioning.is_empty();
    let view = match spec.shown {
        Shown::Solo(figure) => {
            let rhythm = Rhythm::new(&voice, lips(frames as usize, &voice, &characters));
            let hearing = Hearing { voice: &voice, rhythm: &rhythm, frames, scene: number };
            View::Solo(Panel::new(&figure, Part::Speaks, Area::WHOLE, &hearing))
        }
        Shown::Duo { left, right, speaking } => {
            let rhythm = Rhythm::new(&voice, lips(frames as usize, &voice, &characters));
            let hearing = Hearing { voice: &voice, rhythm: &rhythm, frames, scene: number };
            View::Duo(Box::new(Duo::new(&left, &right, speaking, &hearing)))
        }
        Shown::Picture(picture) => View::Picture(Box::new(Picture::new(&picture, frames, is_below))),
        Shown::Video(video) => View::Video(video),
        Shown::Waveform => View::Waveform(Box::new(Waveform::new(voice, number))),
        Shown::Card { title } => View::Card(Box::new(Card::new(&title, number, &mut typesetter))),
        Shown::Missing { title, lines } => View::Gap(Box::new(Gap::new(&title, &lines, &mut typesetter))),
    };
    (Box::new(Scene { view, captioning, label, frames }), Captions { words, notes })
}

/// When the words of a spoken caption are heard in a scene that is not drawn here.
pub fn spoken_words(caption: &str, timings: Option<&[CharacterTime]>, sound: &Sound, frames: u32) -> Vec<Word> {
    words::spoken(caption, timings, &Voice::new(sound), f64::from(frames.max(1)) / f64::from(FPS))
}

/// The notes of a scene that is not drawn here: what the fonts cannot write of its caption and its title.
pub fn unwritable(caption: &str, title: &str, lettering: &Lettering) -> Vec<String> {
    if is_covered(caption) && is_covered(title) {
        return Vec::new();
    }
    notes(caption, title, &Typesetter::new(&lettering.fonts))
}

/// The faces that a caption keeps clear of.
fn faces(shown: &Shown, frames: u32) -> Vec<Face> {
    match shown {
        Shown::Solo(figure) => Face::of(figure, Area::WHOLE, frames).into_iter().collect(),
        Shown::Duo { left, right, .. } => {
            let sides = [(left, Side::Left), (right, Side::Right)];
            sides.into_iter().filter_map(|(figure, side)| Face::of(figure, half(side), frames)).collect()
        }
        _ => Vec::new(),
    }
}

/// What a label keeps clear of: the faces of photos, and those of drawn babies, which are where they are drawn.
fn taken(shown: &Shown, frames: u32) -> Vec<Bounds> {
    let mut taken: Vec<Bounds> = faces(shown, frames).iter().map(|face| face.whole).collect();
    if let Shown::Solo(Figure::Drawn { .. }) = shown {
        taken.extend(Face::DRAWN_WHOLE);
    }
    taken
}

/// A number of the scene's own, so that the same baby blinks elsewhere in another scene.
fn number_of(text: &str, shown: &Shown) -> u64 {
    let digest = Sha256::new().chain_update(text).chain_update([0]).chain_update(title_of(shown)).finalize();
    digest.iter().take(8).fold(0, |number, &byte| number << 8 | u64::from(byte))
}

fn title_of(shown: &Shown) -> &str {
    if let Shown::Card { title } = shown { title } else { "" }
}

/// What the font cannot write.
fn notes(caption: &str, title: &str, typesetter: &Typesetter) -> Vec<String> {
    let texts = [("caption", caption, ", the subtitle files have them"), ("title", title, "")];
    let note = |(what, text, elsewhere)| {
        let missing = typesetter.missing(text);
        let listed: Vec<String> = missing.iter().take(12).map(|letter| format!("“{letter}”")).collect();
        let more = if missing.len() > listed.len() { " and others" } else { "" };
        let listed = listed.join(" ");
        (!missing.is_empty())
            .then(|| format!("No font here has {listed} of the {what}{more}: the picture leaves them out{elsewhere}."))
    };
    texts.into_iter().filter_map(note).collect()
}

enum View {
    Solo(Panel),
    Duo(Box<Duo>),
    Picture(Box<Picture>),
    Video(Box<dyn Frames>),
    Waveform(Box<Waveform>),
    Card(Box<Card>),
    Gap(Box<Gap>),
}

struct Scene {
    view: View,
    captioning: Captioning,
    label: Option<Label>,
    frames: u32,
}

impl Frames for Scene {
    fn count(&self) -> u32 {
        self.frames
    }

    fn draw(&mut self, number: u32, into: &mut Frame) -> Result<(), FrameError> {
        if number >= self.frames {
            return Err(FrameError(format!("The scene has {} pictures, there is no number {number}.", self.frames)));
        }
        match &mut self.view {
            View::Solo(panel) => panel.draw(number, into),
            View::Duo(duo) => duo.draw(number, into),
            View::Picture(picture) => picture.draw(number, into),
            View::Video(video) => video.draw(number, into)?,
            View::Waveform(waveform) => waveform.draw(number, into),
            View::Card(card) => card.draw(number, into),
            View::Gap(gap) => gap.draw(number, into),
        }
        self.captioning.draw(number, into);
        if let Some(label) = &self.label {
            label.lay(into);
        }
        Ok(())
    }

    fn another(&self) -> Option<Box<dyn Frames>> {
        let view = match &self.view {
            View::Solo(panel) => View::Solo(panel.clone()),
            View::Duo(duo) => View::Duo(duo.clone()),
            View::Picture(picture) => View::Picture(picture.clone()),
            View::Video(_) => return None,
            View::Waveform(waveform) => View::Waveform(waveform.clone()),
            View::Card(card) => View::Card(card.clone()),
            View::Gap(gap) => View::Gap(gap.clone()),
        };
        let (captioning, label) = (self.captioning.clone(), self.label.clone());
        Some(Box::new(Scene { view, captioning, label, frames: self.frames }))
    }
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;
    use crate::video::perform::voice::tests::buzz;
    use crate::video::testing::Bars;
    use baby::Look;
    use domain::Tone;

    fn baby(seed: u8) -> Figure {
        Figure::Drawn { look: Look::new([seed; 32], ""), tone: Tone::Warm }
    }

    fn photo() -> Figure {
        Figure::Photo(RgbImage::from_fn(64, 96, |x, y| Rgb([(x * 3) as u8, (y * 2) as u8, 120])), None)
    }

    /// A second and a half: the voice is heard from 0.5 to 1.2 s.
    fn spec(shown: Shown, caption: Option<&str>) -> SceneSpec {
        let sound = buzz(1.5, |second| if (0.5..1.2).contains(&second) { 1.0 } else { 0.0 });
        let caption = caption.map(str::to_owned);
        SceneSpec {
            shown,
            sound: Some(Arc::new(sound)),
            timings: None,
            caption,
            lettering: Lettering::default(),
            frames: 45,
        }
    }

    fn frame_of(shown: Shown, caption: Option<&str>, number: u32) -> Frame {
        let mut frame = Frame::black();
        scene(spec(shown, caption)).0.draw(number, &mut frame).unwrap();
        frame
    }

    /// Pixels of an area (columns, rows) that an eye sees differ.
    fn changed(one: &Frame, other: &Frame, columns: std::ops::Range<usize>, rows: std::ops::Range<usize>) -> usize {
        rows.flat_map(|y| columns.clone().map(move |x| y * 1080 + x))
            .filter(|&at| one.y[at].abs_diff(other.y[at]) > 16)
            .count()
    }

    type Kind = (&'static str, fn() -> Shown);

    fn every_kind() -> [Kind; 8] {
        [
            ("solo", || Shown::Solo(baby(3))),
            ("photo", || Shown::Solo(photo())),
            ("duo", || Shown::Duo { left: baby(3), right: photo(), speaking: Side::Left }),
            ("picture", || Shown::Picture(RgbImage::from_fn(40, 30, |x, y| Rgb([(x * 6) as u8, (y * 8) as u8, 90])))),
            ("video", || Shown::Video(Box::new(Bars(45)))),
            ("waveform", || Shown::Waveform),
            ("card", || Shown::Card { title: "Title".into() }),
            ("missing", || Shown::Missing { title: "Scene 2 is missing".into(), lines: vec!["below".into()] }),
        ]
    }

    #[test]
    fn any_frame_is_the_same_whatever_was_drawn_before_it() {
        for (name, shown) in every_kind() {
            let (mut scene, _) = scene(spec(shown(), Some("one two")));
            let mut frame = Frame::black();
            for number in [5, 6, 30] {
                scene.draw(number, &mut frame).unwrap();
            }
            assert!(frame == frame_of(shown(), Some("one two"), 30), "{name}");
        }
    }

    #[test]
    fn every_kind_of_scene_moves_fills_the_frame_and_ends() {
        for (name, shown) in every_kind() {
            let (first, later) = (frame_of(shown(), None, 0), frame_of(shown(), None, 30));
            assert!(first != later, "{name} stands still");
            let mean = first.y.iter().map(|&value| u64::from(value)).sum::<u64>() / first.y.len() as u64;
            assert!(mean > 24, "{name} begins black");
            assert!(scene(spec(shown(), None)).0.draw(45, &mut Frame::black()).is_err());
        }
    }

    #[test]
    fn the_mouth_is_closed_in_silence_and_open_with_the_voice() {
        // Where the mouth of a baby in a clip is.
        let mouth = |frame: &Frame| {
            let rows = 700..860_usize;
            rows.flat_map(|y| (440..640_usize).map(move |x| y * 1080 + x)).filter(|&at| frame.y[at] < 60).count()
        };
        let dark = |number| mouth(&frame_of(Shown::Solo(baby(3)), None, number));
        let (before, during, after) = (dark(5), dark(26), dark(44));
        assert!(during > 2 * before.max(after) + 300, "{before} {during} {after}");
    }

    #[test]
    fn it_is_plain_which_of_two_speaks() {
        let light = |speaking, columns: std::ops::Range<usize>| {
            let frame = frame_of(Shown::Duo { left: baby(3), right: baby(3), speaking }, None, 30);
            let pixels = (0..1920).flat_map(|y| columns.clone().map(move |x| y * 1080 + x));
            pixels.map(|at| u64::from(frame.y[at])).sum::<u64>()
        };
        assert!(light(Side::Left, 0..520) * 10 > light(Side::Left, 560..1080) * 13);
        assert!(light(Side::Right, 560..1080) * 10 > light(Side::Right, 0..520) * 13);
    }

    #[test]
    fn captions_of_any_kind_are_drawn_inside_their_box() {
        let bare = || frame_of(Shown::Solo(photo()), None, 20);
        for caption in ["Hi", "Supercalifragilisticexpialidocious", "שלום עולם", "🔥🔥", "", "\u{202e}evil\u{0}"]
        {
            let frame = frame_of(Shown::Solo(photo()), Some(caption), 20);
            let above = changed(&frame, &bare(), 0..1080, 0..980);
            // Below the captions the bars dance; the caption only chooses their rhythm.
            let below = changed(&frame, &bare(), 0..1080, 1410..1920);
            let beside = changed(&frame, &bare(), 0..120, 0..1920) + changed(&frame, &bare(), 888..1080, 0..1920);
            assert_eq!((above, below, beside), (0, 0, 0), "{caption}");
        }
    }

    #[test]
    fn the_caption_of_a_video_file_lies_over_its_pictures() {
        let video = || Shown::Video(Box::new(Bars(45)));
        let (bare, captioned) = (frame_of(video(), None, 20), frame_of(video(), Some("At the zoo"), 20));
        assert!(changed(&bare, &captioned, 120..888, 980..1248) > 2_000);
        assert_eq!(changed(&bare, &captioned, 0..1080, 0..980), 0);
    }

    #[test]
    fn what_the_font_lacks_is_noted_by_its_characters() {
        let captions = scene(spec(Shown::Solo(photo()), Some("So 🔥, 日本"))).1;
        assert_eq!(captions.words.len(), 3);
        assert!(captions.notes[0].contains("“🔥”") && captions.notes[0].contains("“本”"), "{:?}", captions.notes);
        assert!(scene(spec(Shown::Solo(photo()), Some("Mon Rovîa"))).1.notes.is_empty());
    }

    #[test]
    fn words_are_heard_at_the_same_times_whether_the_scene_is_drawn_or_not() {
        let spec = spec(Shown::Solo(photo()), Some("Nap? No, never."));
        let sound = spec.sound.clone().unwrap();
        let not_drawn = spoken_words("Nap? No, never.", None, &sound, 45);
        assert_eq!((scene(spec).1.words, not_drawn.len()), (not_drawn, 3));
    }

    #[test]
    fn a_caption_that_nobody_says_has_no_times() {
        let captions = scene(spec(Shown::Picture(RgbImage::new(9, 9)), Some("The cover"))).1;
        assert!(captions.words.is_empty());
    }

    #[test]
    fn sounds_and_pictures_without_anything_in_them_still_make_a_scene() {
        for (shown, sound) in [
            (Shown::Solo(Figure::Photo(RgbImage::new(0, 0), None)), Some(Sound { rate: 0, samples: Vec::new() })),
            (Shown::Picture(RgbImage::new(0, 7)), None),
            (Shown::Waveform, None),
        ] {
            let caption = Some("text".to_owned());
            let (sound, lettering) = (sound.map(Arc::new), Lettering::default());
            let spec = SceneSpec { shown, sound, timings: Some(Vec::new()), caption, lettering, frames: 0 };
            let (mut scene, _) = scene(spec);
            assert_eq!(scene.count(), 1);
            scene.draw(0, &mut Frame::black()).unwrap();
        }
    }
}
