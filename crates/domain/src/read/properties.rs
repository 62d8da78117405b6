//! What holds for any text and any campaign: reading never panics, never refuses without a reason, and reads back what
//! was written, in both formats.

use std::collections::BTreeMap;

use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::Index;

use super::file::{Format, read};
use crate::campaign::{Campaign, Layout, Motion, Reference, Scene, Transition, VoiceMode};
use crate::captions::{CaptionPosition, CaptionStyle, LetterCase};
use crate::language::Language;
use crate::schema::{
    CampaignDocument, CaptionsDocument, MusicDocument, ProfileDocument, SceneDocument, SfxDocument, WordDocument,
};
use crate::sfx::Effect;
use crate::text::composed;

const FORMATS: [Format; 2] = [Format::Json, Format::Yaml];

/// Texts that a campaign may hold: any characters but controls, and not only spaces.
pub(crate) fn texts() -> impl Strategy<Value = String> {
    r#"[\PC\n\t"'#:&*!|>\\-]{0,12}[a-zé👶\u{202e}][\PC\n\t ]{0,12}"#
}

/// Names are read composed.
fn names() -> impl Strategy<Value = String> {
    texts().prop_map(|name| composed(&name).into_owned())
}

fn paths() -> impl Strategy<Value = String> {
    "[a-z]{1,8}(/[a-zé ]{0,4}[a-z])?\\.(png|wav)"
}

fn transitions() -> impl Strategy<Value = Option<Transition>> {
    option::of(prop_oneof![Just(Transition::Cut), Just(Transition::Fade)])
}

fn voice_modes() -> impl Strategy<Value = Option<VoiceMode>> {
    option::of(prop_oneof![Just(VoiceMode::Lines), Just(VoiceMode::Dialogue)])
}

/// As they are written most simply.
fn effects() -> impl Strategy<Value = Option<SfxDocument>> {
    let at = || option::of((1..=300i32).prop_map(|tenths| f64::from(tenths) / 10.0));
    let effect = || (0..Effect::NAMES.len()).prop_map(|at| Effect::NAMES[at].1);
    let built_in = (effect(), at()).prop_map(|(effect, at)| match at {
        None => SfxDocument::Named(effect),
        at => SfxDocument::Parts { sound: Some(effect), prompt: None, seconds: None, at },
    });
    let prompted = (texts(), 0.5..30.0, at()).prop_map(|(prompt, seconds, at)| SfxDocument::Parts {
        sound: None,
        prompt: Some(prompt),
        seconds: Some(seconds),
        at,
    });
    option::of(prop_oneof![built_in, prompted])
}

fn music() -> impl Strategy<Value = Option<MusicDocument>> {
    let prompted =
        (texts(), 3.0..300.0).prop_map(|(prompt, seconds)| MusicDocument::Parts { prompt, seconds: Some(seconds) });
    option::of(prop_oneof![paths().prop_map(MusicDocument::File), prompted])
}

fn captions() -> impl Strategy<Value = Option<CaptionsDocument>> {
    let style = prop_oneof![Just(CaptionStyle::Highlight), Just(CaptionStyle::Plain), Just(CaptionStyle::None)];
    let position = prop_oneof![Just(CaptionPosition::Top), Just(CaptionPosition::Bottom)];
    let case = prop_oneof![Just(LetterCase::Upper), Just(LetterCase::AsWritten)];
    let parts = (option::of(style), option::of(position), option::of(1..=20u8), option::of(case));
    option::of(parts.prop_map(|(style, position, words_per_page, case)| CaptionsDocument {
        style,
        position,
        words_per_page,
        case,
    }))
}

fn scenes(speakers: Vec<String>) -> impl Strategy<Value = SceneDocument> {
    let said = (any::<Index>(), texts(), option::of(texts()), option::of(paths()));
    let line = (said, transitions(), voice_modes(), effects()).prop_map(move |(said, transition, voice_mode, sfx)| {
        let (speaker, text, say, audio) = said;
        SceneDocument::Dialogue {
            speaker: speaker.get(&speakers).clone(),
            text,
            say,
            audio,
            transition,
            voice_mode,
            sfx,
        }
    });
    let media = (paths(), option::of(texts()), option::of(0.001..600.0), transitions(), effects()).prop_map(
        |(source, caption, duration_s, transition, sfx)| SceneDocument::Media {
            source,
            caption,
            duration_s,
            transition,
            sfx,
        },
    );
    prop_oneof![line, media]
}

fn profiles() -> impl Strategy<Value = ProfileDocument> {
    let reference = prop_oneof![paths(), (1..9u32).prop_map(|take| format!("take {take}"))];
    let motion = option::of(prop_oneof![Just(Motion::Talk), Just(Motion::Still)]);
    let language = option::of(prop_oneof![Just(Language::German), Just(Language::English)]);
    let made_with = (option::of(reference), option::of(texts()), motion, language);
    (texts(), texts(), option::of(texts()), option::of(paths()), made_with).prop_map(
        |(tone, voice_id, appearance, portrait, (reference, model, motion, language))| ProfileDocument {
            tone: Some(tone),
            voice_id: Some(voice_id),
            cast: None,
            language,
            voice: None,
            appearance,
            portrait,
            reference,
            same_as: None,
            model,
            motion,
        },
    )
}

/// Any valid campaign, as a document.
pub(crate) fn campaigns() -> impl Strategy<Value = CampaignDocument> {
    btree_map(names(), profiles(), 1..4).prop_flat_map(|mut baby_profiles| {
        let speakers: Vec<String> = baby_profiles.keys().cloned().collect();
        if let [first, .., last] = speakers.as_slice() {
            baby_profiles.entry(first.clone()).and_modify(|profile| profile.same_as = Some(last.clone()));
        }
        let layout = option::of(prop_oneof![Just(Layout::Solo), Just(Layout::Duo)]);
        let pronounce = option::of(btree_map(names(), texts().prop_map(WordDocument), 0..3));
        let language = option::of(prop_oneof![Just(Language::French), Just(Language::English)]);
        let label = option::of("[A-Za-z0-9]{1,12}");
        let look = ((layout, transitions(), captions(), label), voice_modes(), music(), language);
        ("[A-Za-z0-9_]{5,64}", texts(), vec(scenes(speakers), 1..6), pronounce, look).prop_map(
            move |(campaign_id, topic, script, pronounce, (seen, voice_mode, music, language))| {
                let (layout, transition, captions, label) = seen;
                CampaignDocument {
                    campaign_id,
                    topic,
                    script,
                    baby_profiles: baby_profiles.clone(),
                    pronounce,
                    language,
                    layout,
                    transition,
                    voice_mode,
                    captions,
                    label,
                    music,
                }
            },
        )
    })
}

/// The campaign as it would be written: the way back from [`read`].
fn document(campaign: &Campaign) -> CampaignDocument {
    let scene = |scene: &Scene| match scene.clone() {
        Scene::Dialogue(line) => SceneDocument::Dialogue {
            speaker: campaign.profile(line.speaker).speaker.clone(),
            text: line.text,
            say: line.say,
            audio: line.audio.map(|path| path.as_str().to_owned()),
            transition: line.transition,
            voice_mode: line.voice_mode,
            sfx: line.sfx.as_ref().map(SfxDocument::of),
        },
        Scene::Media(media) => SceneDocument::Media {
            source: media.source.as_str().to_owned(),
            caption: media.caption,
            duration_s: media.duration_s,
            transition: media.transition,
            sfx: media.sfx.as_ref().map(SfxDocument::of),
        },
    };
    let profiles = campaign.profiles.iter().cloned().map(|profile| {
        let document = ProfileDocument {
            tone: Some(profile.tone_text),
            voice_id: Some(profile.voice_id),
            cast: None,
            language: Some(profile.language).filter(|&language| language != Language::default()),
            voice: None,
            appearance: profile.appearance,
            portrait: profile.portrait.map(|path| path.as_str().to_owned()),
            reference: profile.reference.map(|reference| match reference {
                Reference::File(path) => path.as_str().to_owned(),
                Reference::Take(take) => format!("take {take}"),
            }),
            same_as: profile.same_as.map(|twin| campaign.profile(twin).speaker.clone()),
            model: profile.model,
            motion: Some(profile.motion).filter(|&motion| motion != Motion::default()),
        };
        (profile.speaker, document)
    });
    let pronounce: BTreeMap<String, WordDocument> = campaign
        .pronounce
        .spellings()
        .iter()
        .map(|(word, spelling)| (word.clone(), WordDocument(spelling.clone())))
        .collect();
    CampaignDocument {
        campaign_id: campaign.id.to_string(),
        topic: campaign.topic.clone(),
        script: campaign.scenes.iter().map(scene).collect(),
        baby_profiles: profiles.collect(),
        pronounce: Some(pronounce),
        language: None,
        layout: Some(campaign.layout),
        transition: Some(campaign.transition),
        voice_mode: Some(campaign.voice_mode),
        captions: Some(CaptionsDocument {
            style: Some(campaign.captions.style),
            position: campaign.captions.position,
            words_per_page: campaign.captions.words_per_page,
            case: Some(campaign.captions.case),
        }),
        label: campaign.label.clone(),
        music: campaign.music.as_ref().map(MusicDocument::of),
    }
}

pub(crate) fn written(document: &CampaignDocument, format: Format) -> String {
    match format {
        Format::Json => serde_json::to_string_pretty(document).expect("a document is JSON"),
        Format::Yaml => serde_saphyr::to_string(document).expect("a document is YAML"),
    }
}

proptest! {
    #[test]
    fn what_is_written_reads_back_the_same_from_both_formats(document_in in campaigns()) {
        let mut expected = document_in.clone();
        expected.pronounce.get_or_insert_default();
        expected.layout.get_or_insert_default();
        expected.transition.get_or_insert_default();
        expected.voice_mode.get_or_insert_default();
        let none = CaptionsDocument { style: None, position: None, words_per_page: None, case: None };
        let captions = expected.captions.get_or_insert(none);
        captions.style.get_or_insert_default();
        captions.case.get_or_insert_default();
        // The language of the campaign is that of every baby who does not say another.
        let language = expected.language.take();
        for profile in expected.baby_profiles.values_mut() {
            profile.language = profile.language.or(language).filter(|&language| language != Language::default());
        }
        for format in FORMATS {
            let text = written(&document_in, format);
            let campaign = read(&text, format).map_err(|faults| TestCaseError::fail(format!("{text}\n{faults:?}")))?;
            prop_assert_eq!(&document(&campaign), &expected, "{}", text);
        }
    }

    #[test]
    fn any_text_is_read_or_refused_with_a_reason(text in r#"([\PC\n\t]|[-\[\]{}:,"'&*!|>#%@\\ \n]|null|true|"topic"|script:|[0-9]){0,60}"#) {
        for format in FORMATS {
            if let Err(faults) = read(&text, format) {
                prop_assert!(!faults.is_empty());
            }
        }
    }

    #[test]
    fn a_damaged_file_is_read_or_refused_with_a_reason(
        document in campaigns(),
        damage in vec((any::<Index>(), prop_oneof![any::<char>().prop_map(String::from), r#"[\[\]{}:,"'&*!|>#%@\\ \n\t]{0,3}"#]), 1..4),
    ) {
        for format in FORMATS {
            let mut characters: Vec<String> = written(&document, format).chars().map(String::from).collect();
            for (place, replacement) in &damage {
                *place.get_mut(&mut characters) = replacement.clone();
            }
            let text = characters.concat();
            if let Err(faults) = read(&text, format) {
                prop_assert!(!faults.is_empty());
                let lines: Vec<_> = faults.iter().filter_map(|fault| fault.line).collect();
                prop_assert!(lines.is_sorted(), "{:?}", lines);
                prop_assert!(lines.iter().all(|line| *line as usize <= text.split('\n').count()));
            }
        }
    }
}
