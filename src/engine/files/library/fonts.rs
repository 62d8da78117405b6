//! The fonts that the words of a campaign need, and what no font of this machine can show.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{self, Campaign, CaptionStyle, Display, Fault, Scene, markup};
use crate::media::video::fonts;
use crate::plan::{AssetHash, FontUsed, Sources};

/// The fonts that the words of a campaign need beside the embedded ones.
pub(super) fn find_fonts(campaign: &Campaign, sources: &mut Sources) {
    add_fonts(shown_texts(campaign).map(|(_, text)| text), sources);
}

pub(super) fn add_fonts<'c>(texts: impl Iterator<Item = Cow<'c, str>>, sources: &mut Sources) {
    for text in texts {
        let used = |font: fonts::Font| FontUsed {
            name: font.name,
            file: AssetHash::from_digest(font.hash),
            index: font.index,
        };
        let needed = fonts::needed(&text).into_iter().map(used).collect();
        sources.insert_fonts(text.into_owned(), needed);
    }
}

/// Where a text of the picture is said in the campaign file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    Topic,
    Label,
    Scene(usize),
}

/// Every text that is written into the picture.
pub(super) fn shown_texts(campaign: &Campaign) -> impl Iterator<Item = (Said, Cow<'_, str>)> {
    let captions = campaign.scenes.iter().enumerate().filter_map(|(number, scene)| {
        let caption = match scene {
            Scene::Dialogue(line) => campaign.caption(line),
            Scene::Media(media) => markup::plain(media.caption.as_deref()?),
        };
        Some((Said::Scene(number), caption))
    });
    let is_shown = campaign.captions.style != CaptionStyle::None;
    let title = (Said::Topic, Cow::Borrowed(campaign.topic.trim()));
    let label = campaign.label.as_deref().map(|label| (Said::Label, Cow::Borrowed(label)));
    std::iter::once(title).chain(label).chain(captions.filter(move |_| is_shown))
}

/// What no font of this machine can show of a campaign, with the fonts to install: one remark for each.
pub(super) fn unshown(text: &str, format: domain::Format, campaign: &Campaign) -> Vec<Fault> {
    struct Unshown {
        first: Said,
        letters: BTreeSet<char>,
        texts: usize,
    }
    let mut by_font: BTreeMap<String, Unshown> = BTreeMap::new();
    for (said, shown) in shown_texts(campaign) {
        let missing = fonts::missing(&shown);
        let wanted: BTreeSet<String> = missing.iter().map(|missing| font_for(missing.script)).collect();
        for font in wanted {
            let letters = missing.iter().filter(|missing| font_for(missing.script) == font);
            let new = || Unshown { first: said, letters: BTreeSet::new(), texts: 0 };
            let unshown = by_font.entry(font.clone()).or_insert_with(new);
            unshown.letters.extend(letters.map(|missing| missing.letter));
            unshown.texts += 1;
        }
    }
    let remark = |(font, Unshown { first, letters, texts }): (String, Unshown)| {
        const NAMED: usize = 6;
        let named: Vec<String> = letters.iter().take(NAMED).map(|letter| format!("“{letter}”")).collect();
        let more = if letters.len() > NAMED { " and others" } else { "" };
        let elsewhere = if texts > 1 { format!(", here and in {} more", texts - 1) } else { String::new() };
        let letters = named.join(" ");
        let (line, place, pointer) = match first {
            Said::Topic => (None, "topic".to_owned(), "/topic".to_owned()),
            Said::Label => (None, "label".to_owned(), "/label".to_owned()),
            Said::Scene(scene) => (
                domain::read::line_of_scene(text, format, scene),
                format!("scene {}", scene + 1),
                format!("/script/{scene}"),
            ),
        };
        Fault {
            line,
            column: None,
            place,
            pointer,
            message: format!(
                "no font here shows {}{more}, and the picture leaves it out{elsewhere}",
                letters.display()
            ),
            hint: Some(format!("Install the font {font}; the subtitle files have all of it.")),
        }
    };
    by_font.into_iter().map(remark).collect()
}

/// The free font for a script, and the package that has it where packages are called as on Debian.
fn font_for(script: &str) -> String {
    match script {
        "Emoji" => "Noto Color Emoji (fonts-noto-color-emoji)".to_owned(),
        "Han" | "Hiragana" | "Katakana" | "Hangul" | "Bopomofo" => "Noto Sans CJK (fonts-noto-cjk)".to_owned(),
        "Common" | "Inherited" => "Noto Sans Symbols 2 (fonts-noto-core)".to_owned(),
        script => format!("Noto Sans {} (fonts-noto-core)", script.replace('_', " ")),
    }
}
