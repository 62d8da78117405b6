//! Words by a language model, without the model: what is asked, what an answer must be, and the campaign file that is made
//! of it. Pure; the core asks, pays and writes.

mod answer;
mod flags;
mod order;
mod prompt;
mod reworded;
mod templates;
mod translated;

pub use answer::{Judged, Made, judged};
pub use order::{Brief, NotWritten, Order, Reworded, Wanted, Written};
pub use prompt::{Asked, MOST_OF_THE_ANSWER, MOST_OF_THE_FAULTS, asked, price_of_both};
pub use reworded::rewording;
pub use templates::{FromTemplate, Template};
pub use translated::{translated_id, translation};
