//! What pages and the loop speak of: what every page may look at, what a page is, what it can ask for.

pub(super) mod card;
pub(super) mod editing;
pub(super) mod history;
pub(super) mod importing;
pub(super) mod lately;
pub(super) mod line;
pub(super) mod message;
pub(super) mod overlay;
pub(super) mod page;
pub(super) mod palette;
pub(super) mod query;
pub(super) mod selection;
pub(super) mod shared;
pub(super) mod standing;
pub(super) mod submit;
pub(super) mod tuning;
