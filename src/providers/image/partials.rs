//! Unfinished pictures out of a stream, while it comes. They are looked at and thrown away: only the final event of a
//! whole reply makes an asset.

use super::reply::{StreamEvent, Text};
use crate::media::picture;
use crate::providers::http::base64;
use crate::providers::http::call::BODY_CAP;
use crate::providers::http::sse::EventReader;
use crate::providers::remote::{Partial, PartialReader};

/// Reads `….partial_image` events.
pub struct StreamPartials {
    events: EventReader,
}

impl Default for StreamPartials {
    fn default() -> Self {
        Self { events: EventReader::new(BODY_CAP as usize) }
    }
}

impl PartialReader for StreamPartials {
    fn feed(&mut self, chunk: &[u8]) -> Vec<Partial> {
        let mut partials = Vec::new();
        self.events.feed(chunk, |event| {
            let Ok(parsed) = serde_json::from_slice::<StreamEvent>(&event.data) else { return };
            if !parsed.is("partial_image", &event.name) {
                return;
            }
            let bytes = parsed.b64_json.and_then(|Text(text)| base64::decode(&text));
            if let Some(bytes) = bytes.filter(|bytes| picture::inspect(bytes).is_ok()) {
                partials.push(Partial { index: parsed.partial_image_index.unwrap_or_default(), bytes });
            }
        });
        partials
    }
}
