//! The voices that a person can choose from, whom finals use, and what is known of them.

mod account;
pub mod list;
mod made;
mod needed;
mod previews;
#[cfg(test)]
mod tests;

pub use account::{ask_account, ask_for_voice, remember};
pub use list::{VoiceEntry, VoiceList, list};
pub use made::{line_by_line, voices_made_with};
pub use needed::{needed, needed_by, price_of_alias, price_of_change, warnings};
pub use previews::{fetch_preview, keep_preview};
