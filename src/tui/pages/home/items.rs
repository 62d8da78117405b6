//! What can be selected on Home, top to bottom: the campaigns that the filter lets through and what needs the user.

use std::path::PathBuf;

use super::needs::{self, Need};
use crate::plan::JobKey;
use crate::tui::facts::{Campaign, Facts};
use crate::tui::model::query::Query;
use crate::tui::model::shared::Shared;
use crate::tui::model::standing;

/// One selectable line; campaigns are told by their position in [`Facts::campaigns`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Item {
    Campaign(usize),
    Need(usize),
    /// Calls that may have been billed.
    Calls,
    /// A warning of the library, by its position.
    Warning(usize),
}

/// What somebody has selected, wherever its line moves to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Chosen {
    Campaign(PathBuf),
    Need(PathBuf),
    Calls,
    Warning(usize),
}

impl Item {
    pub fn is_need(self) -> bool {
        !matches!(self, Item::Campaign(_))
    }

    /// The campaign that it is or is about.
    pub fn campaign(self, facts: &Facts) -> Option<&Campaign> {
        match self {
            Item::Campaign(position) | Item::Need(position) => facts.campaigns.get(position),
            Item::Calls => facts.campaign(&facts.ledger().unknown.first()?.campaign),
            Item::Warning(_) => None,
        }
    }

    pub fn chosen(self, facts: &Facts) -> Option<Chosen> {
        let path = |position: usize| facts.campaigns.get(position).map(|campaign| campaign.entry.path.clone());
        match self {
            Item::Campaign(position) => path(position).map(Chosen::Campaign),
            Item::Need(position) => path(position).map(Chosen::Need),
            Item::Calls => Some(Chosen::Calls),
            Item::Warning(number) => Some(Chosen::Warning(number)),
        }
    }

    /// What it needs, where it is such a line.
    pub fn need(self, shared: &Shared) -> Option<Need> {
        match self {
            Item::Campaign(_) => None,
            Item::Need(position) => Some(needs::of_campaign(shared.facts.campaigns.get(position)?, shared)),
            Item::Calls => Some(needs::of_calls(shared)),
            Item::Warning(number) => Some(needs::of_warning(warnings(&shared.facts).get(number)?)),
        }
    }
}

fn warnings(facts: &Facts) -> &[String] {
    facts.library().map_or(&[], |library| &library.warnings)
}

/// The line of what was chosen: the very one, else another one of the same campaign.
pub(super) fn line_of(chosen: &Chosen, items: &[Item], facts: &Facts) -> Option<usize> {
    let exact = items.iter().position(|item| item.chosen(facts).as_ref() == Some(chosen));
    let (Chosen::Campaign(path) | Chosen::Need(path)) = chosen else { return exact };
    let is_of_it = |item: &Item| {
        let is_line = matches!(item, Item::Campaign(_) | Item::Need(_));
        is_line && item.campaign(facts).is_some_and(|campaign| campaign.entry.path == *path)
    };
    exact.or_else(|| items.iter().position(is_of_it))
}

/// All that passes the filter. What needs somebody comes behind the campaigns where it has a box of its own below them,
/// else before them.
pub(super) fn find(query: &Query, needs_are_below: bool, shared: &Shared) -> Vec<Item> {
    let passes = |campaign: &Campaign| {
        let profiles = campaign.loaded().map(|loaded| loaded.campaign.profiles.as_slice()).unwrap_or_default();
        let (mark, _) = standing::of_campaign(campaign, shared.mode_of(campaign));
        query.is_said([campaign.title(), &campaign.entry.name])
            && query.is_spoken_by(profiles.iter().map(|profile| profile.speaker.as_str()))
            && query.is_in_state(&std::iter::once(mark))
    };
    let facts = &shared.facts;
    let found: Vec<usize> = (0..facts.campaigns.len()).filter(|&position| passes(&facts.campaigns[position])).collect();
    if found.is_empty() {
        return Vec::new();
    }
    let of_campaigns = found.iter().filter(|&&position| needs::is_need(&facts.campaigns[position]));
    let mut needs: Vec<Item> = of_campaigns.map(|&position| Item::Need(position)).collect();
    needs.extend((!facts.ledger().unknown.is_empty()).then_some(Item::Calls));
    needs.extend((0..warnings(facts).len()).map(Item::Warning));
    let campaigns = found.into_iter().map(Item::Campaign);
    if needs_are_below { campaigns.chain(needs).collect() } else { needs.into_iter().chain(campaigns).collect() }
}

/// Why a line needs somebody, in one line; each campaign is told once.
pub(super) fn trouble(item: Item, shared: &Shared) -> Option<String> {
    if let Some(need) = item.need(shared) {
        return Some(need.told());
    }
    let campaign = item.campaign(&shared.facts).filter(|campaign| !needs::is_need(campaign))?;
    let (mark, what) = standing::of_campaign(campaign, shared.mode_of(campaign));
    mark.urgency().map(|_| format!("{}: {what}", campaign.title()))
}

/// The first portrait of a campaign, as it is made for the mode that is looked at.
pub(super) fn first_face<'a>(campaign: &'a Campaign, shared: &Shared) -> Option<(&'a str, JobKey)> {
    let loaded = campaign.loaded()?;
    let graph = loaded.graph(shared.mode_of(campaign))?;
    let mut faces = loaded.campaign.profiles.iter().zip(&graph.portraits);
    faces.find_map(|(profile, &index)| {
        let key = graph.jobs[index].key;
        shared.facts.state(key).is_made().then_some((profile.speaker.as_str(), key))
    })
}
