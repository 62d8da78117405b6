//! Unfinished pictures out of a stream, while it comes. They are looked at and thrown away: only the final event of a
//! whole reply makes an asset. However many calls stream at once and whatever they send, all of them together take no
//! more memory than one share: who finds it used up shows nothing more.

use std::sync::Arc;

use super::reply::{StreamEvent, Text};
use crate::media::picture;
use crate::providers::http::base64;
use crate::providers::http::sse::EventReader;
use crate::providers::remote::{Partial, PartialReader};
use crate::providers::room::{Room, Share};

/// The largest event that is looked at: a picture of 1024 × 1536 takes 3 to 6 MB as text.
const LARGEST_EVENT: usize = 16 * 1024 * 1024;

/// The largest picture that OpenAI makes; one that is larger takes more memory to look at than it is worth.
const MOST_PIXELS: u64 = 3840 * 2160;

impl Room {
    pub fn reader(&self) -> StreamPartials {
        StreamPartials { events: Some(EventReader::new(LARGEST_EVENT)), share: self.share() }
    }
}

/// Reads `….partial_image` events.
pub struct StreamPartials {
    /// `None` once there was no room.
    events: Option<EventReader>,
    share: Share,
}

impl PartialReader for StreamPartials {
    fn feed(&mut self, chunk: &[u8]) -> Vec<Partial> {
        let Some(events) = &mut self.events else { return Vec::new() };
        // What grows by doubling takes up to twice its length.
        if !self.share.resize(2 * (events.held() + chunk.len())) {
            self.events = None;
            self.share.resize(0);
            return Vec::new();
        }
        let mut partials = Vec::new();
        events.feed(chunk, |event| {
            let Ok(parsed) = serde_json::from_slice::<StreamEvent>(&event.data) else { return };
            if !parsed.is("partial_image", &event.name) {
                return;
            }
            let mut share = self.share.room.share();
            let Some(Text(text)) = parsed.b64_json.filter(|Text(text)| share.resize(text.len())) else { return };
            if let Some(bytes) = base64::decode(&text).filter(|bytes| is_looked_at(bytes)) {
                let index = parsed.partial_image_index.unwrap_or_default();
                partials.push(Partial { index, bytes, share: Some(Arc::new(share)) });
            }
        });
        self.share.resize(2 * events.held());
        partials
    }
}

fn is_looked_at(bytes: &[u8]) -> bool {
    picture::inspect(bytes).is_ok_and(|info| u64::from(info.width) * u64::from(info.height) <= MOST_PIXELS)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering::Relaxed;

    use serde_json::json;

    use super::*;
    use crate::providers::samples::{event, png};

    fn partial(picture: &[u8]) -> String {
        event(&json!({"type": "image_generation.partial_image", "b64_json": base64::encode(picture)}))
    }

    #[test]
    fn all_calls_together_take_no_more_than_the_share_and_give_it_back() {
        let room = Room { most: 1 << 20, ..Room::default() };
        let mut readers: Vec<StreamPartials> = (0..14).map(|_| room.reader()).collect();
        let long = "x".repeat(10_000);
        for _ in 0..1_000 {
            for reader in &mut readers {
                reader.feed(long.as_bytes());
                assert!(room.used.load(Relaxed) <= 1 << 20);
            }
        }
        readers.clear();
        assert_eq!(room.used.load(Relaxed), 0);
    }

    #[test]
    fn a_picture_counts_as_long_as_somebody_has_it() {
        let room = Room::default();
        let mut reader = room.reader();
        let sketch = partial(&png(64, 96));
        let found = reader.feed(sketch.as_bytes());
        assert_eq!(found.len(), 1);
        drop(reader);
        assert!(room.used.load(Relaxed) >= found[0].bytes.len());
        drop(found);
        assert_eq!(room.used.load(Relaxed), 0);
    }

    #[test]
    fn an_event_that_is_too_large_is_passed_over_and_takes_no_memory() {
        let room = Room::default();
        let mut reader = room.reader();
        let line = vec![b'x'; 1 << 20];
        (0..58).for_each(|_| assert!(reader.feed(&line).is_empty()));
        assert!(room.used.load(Relaxed) <= 2 * LARGEST_EVENT);
    }

    #[test]
    fn who_found_no_room_shows_nothing_more_and_others_go_on() {
        let room = Room { most: 300_000, ..Room::default() };
        let (mut greedy, mut modest) = (room.reader(), room.reader());
        greedy.feed(&vec![b'x'; 200_000]);
        let sketch = partial(&png(64, 96));
        assert!(greedy.feed(format!("\n\n{sketch}").as_bytes()).is_empty());
        assert_eq!(modest.feed(sketch.as_bytes()).len(), 1);
    }
}
