//! Unfinished pictures of a paid call while its reply streams in: to be looked at while the baby is still being painted,
//! and never kept. Called by `buy`. However fast they come, and in however many calls, one at a time is decoded; of each
//! call only the newest waits.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use image::RgbImage;
use tokio::sync::{Semaphore, watch};

use crate::media::picture;
use crate::plan::AssetHash;
use crate::providers::remote::{Partial, PartialReader};

/// No provider sends more of one picture; what comes after these is not looked at.
const MOST: usize = 4;

/// Large enough for a pane, small enough to hold a few.
const LARGEST: (u32, u32) = (512, 768);

/// A decoded picture is much larger than its file.
static DECODING: Semaphore = Semaphore::const_new(1);

/// A picture that is not finished yet, made small.
#[derive(Clone, PartialEq, Eq)]
pub struct Unfinished {
    /// Of the bytes as they came: tells two of them apart.
    pub hash: AssetHash,
    /// At most 512 by 768; scaled down with its proportions kept.
    pub pixels: RgbImage,
}

/// A listener for unfinished pictures.
pub type Onlooker = Arc<dyn Fn(Arc<Unfinished>) + Send + Sync>;

/// Takes a reply in as it comes and shows what is in it.
pub struct Showing {
    reader: Box<dyn PartialReader>,
    newest: watch::Sender<Option<Arc<Partial>>>,
    seen: usize,
}

impl Showing {
    /// Must be called inside a tokio runtime.
    pub fn to(onlooker: Onlooker, reader: Box<dyn PartialReader>) -> Self {
        let (newest, coming) = watch::channel(None);
        tokio::spawn(show(coming, onlooker));
        Self { reader, newest, seen: 0 }
    }

    /// The next bytes of the body.
    pub fn feed(&mut self, chunk: &[u8]) {
        if self.seen >= MOST {
            return;
        }
        // Whatever the bytes are: looking on must not harm the purchase.
        let found = catch_unwind(AssertUnwindSafe(|| self.reader.feed(chunk)));
        let Ok(found) = found else {
            self.seen = MOST;
            return;
        };
        for partial in found {
            self.seen += 1;
            self.newest.send_replace(Some(Arc::new(partial)));
        }
    }
}

async fn show(mut coming: watch::Receiver<Option<Arc<Partial>>>, onlooker: Onlooker) {
    while coming.changed().await.is_ok() {
        let Ok(_turn) = DECODING.acquire().await else { return };
        let Some(partial) = coming.borrow_and_update().clone() else { continue };
        // A damaged one is no loss: the finished picture is checked by itself.
        if let Ok(Some(picture)) = tokio::task::spawn_blocking(move || small(&partial.bytes)).await {
            onlooker(Arc::new(picture));
        }
    }
}

fn small(bytes: &[u8]) -> Option<Unfinished> {
    let pixels = picture::decode(bytes).ok()?;
    let pixels = if pixels.width() > LARGEST.0 || pixels.height() > LARGEST.1 {
        picture::fit(&pixels, LARGEST.0, LARGEST.1)
    } else {
        pixels
    };
    Some(Unfinished { hash: AssetHash::of(bytes), pixels })
}

impl fmt::Debug for Unfinished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Unfinished({}, {}×{})", self.hash.short(), self.pixels.width(), self.pixels.height())
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc;

    use super::*;

    /// Every byte is a picture with that many pixels a side.
    struct Sides;

    impl PartialReader for Sides {
        fn feed(&mut self, chunk: &[u8]) -> Vec<Partial> {
            let picture = |&side: &u8| {
                let side = u32::from(side);
                picture::encode_png(&RgbImage::new(side * 10, side * 15))
            };
            chunk.iter().map(picture).map(|bytes| Partial { index: 0, bytes, share: None }).collect()
        }
    }

    #[tokio::test]
    async fn the_newest_is_shown_small_and_no_more_than_a_few() {
        let (shown, mut seen) = mpsc::unbounded_channel();
        let mut showing = Showing::to(Arc::new(move |picture| drop(shown.send(picture))), Box::new(Sides));
        showing.feed(&[10, 20, 100]);
        let first = seen.recv().await.unwrap();
        assert_eq!((first.pixels.width(), first.pixels.height()), (512, 768), "those before it were passed over");
        showing.feed(&[30]);
        assert_eq!(seen.recv().await.unwrap().pixels.width(), 300);
        showing.feed(&[40]);
        drop(showing);
        assert_eq!(seen.recv().await, None, "a fifth is not looked at");
    }
}
