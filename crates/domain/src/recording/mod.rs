//! What somebody said in a recording, and how it becomes the lines of a campaign: words with their times, turns, places to
//! cut, the moments worth showing, and how the babies that say it are. Pure: the samples are elsewhere.

mod boundaries;
mod casting;
mod moments;
mod pauses;
mod transcript;
mod turns;

pub use boundaries::{BREATH_S, Boundaries, Clean, Window, boundaries};
pub use casting::{Manner, baby_name, tone_of, two_by_pitch};
pub use moments::{Moment, moments};
pub use pauses::turns_by_pauses;
pub use transcript::{HeardWord, SpokenWord, Transcript, WordKind};
pub use turns::{Turn, TurnRules, fillers, turns};
