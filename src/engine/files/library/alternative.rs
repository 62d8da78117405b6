//! The plan that a campaign would have if it said something else.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::Path;

use super::file::{add_material, with_choices_of_cast};
use super::fonts::{add_fonts, shown_texts};
use super::{settings_of_finals, with_earlier_voice};
use crate::domain::Campaign;
use crate::engine::entry::Loaded;
use crate::engine::settings::Shelf;
use crate::plan::{Graph, Mode, plan};
use crate::store::Store;
use crate::store::workspace::cast_file::CastFile;

/// Called on a thread that may block.
pub(in crate::engine) fn plan_other(
    shelf: &Shelf,
    store: &Store,
    path: &Path,
    loaded: &Loaded,
    campaign: &Campaign,
    mode: Mode,
) -> Result<Graph, String> {
    let makers = &shelf.makers;
    let settings = match mode {
        Mode::Draft => Some(makers.draft.clone()),
        Mode::Final => settings_of_finals(shelf, store, &campaign.id),
    };
    let settings = settings.unwrap_or_else(|| makers.draft.clone());
    let settings = match &makers.earlier_voice {
        Some(voice) if loaded.keeps_earlier_voice => with_earlier_voice(&settings, &makers.draft, voice),
        _ => settings,
    };
    let mut sources = loaded.sources.clone();
    let folder = shelf.settings.materials_of(path);
    for material in campaign.materials().into_iter().filter(|material| !loaded.sources.has(material)) {
        add_material(&mut sources, folder, material).map_err(|error| error.to_string())?;
    }
    let known: BTreeSet<Cow<'_, str>> = shown_texts(&loaded.campaign).map(|(_, text)| text).collect();
    add_fonts(shown_texts(campaign).map(|(_, text)| text).filter(|text| !known.contains(text)), &mut sources);
    let cast = CastFile::beside(path);
    let choices = with_choices_of_cast(loaded.choices.clone(), campaign, &cast).map_err(|error| error.to_string())?;
    plan(campaign, &settings, &choices, &sources).map_err(|missing| missing.to_string())
}
