//! Small copies of pictures, for contact sheets: a stored portrait takes 15 ms to decode, and a sheet shows forty. Shared by
//! the workers that make previews.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use image::RgbImage;

use crate::media::picture;
use crate::plan::AssetHash;

/// The largest size of a small copy in pixels: what a face of a sheet with many of them takes.
const LARGEST: (u32, u32) = (160, 240);

/// So many are kept: each takes about 100 kB.
const MOST: usize = 200;

/// The small copies that were made so far.
#[derive(Clone, Default)]
pub struct Small {
    kept: Arc<Mutex<Kept>>,
}

#[derive(Default)]
struct Kept {
    pictures: HashMap<AssetHash, Arc<RgbImage>>,
    /// The one made first stands first.
    order: Vec<AssetHash>,
}

impl Small {
    /// Whether a picture of this size can be made of a small copy.
    pub fn is_enough(width: u32, height: u32) -> bool {
        width <= LARGEST.0 && height <= LARGEST.1
    }

    pub fn get(&self, hash: AssetHash) -> Option<Arc<RgbImage>> {
        self.lock().pictures.get(&hash).cloned()
    }

    /// Makes the small copy of a picture and keeps it.
    pub fn keep(&self, hash: AssetHash, picture: &RgbImage) -> Arc<RgbImage> {
        let small = Arc::new(picture::fit(picture, LARGEST.0, LARGEST.1));
        let mut kept = self.lock();
        if kept.pictures.insert(hash, small.clone()).is_none() {
            kept.order.push(hash);
        }
        if kept.order.len() > MOST {
            let oldest = kept.order.remove(0);
            kept.pictures.remove(&oldest);
        }
        small
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_copies_are_small_and_not_too_many() {
        let small = Small::default();
        let picture = RgbImage::new(1024, 1536);
        let hash = |number: usize| AssetHash::of(&number.to_le_bytes());
        for number in 0..=MOST {
            assert_eq!(small.keep(hash(number), &picture).dimensions(), LARGEST);
        }
        assert!(small.get(hash(0)).is_none(), "the oldest makes room");
        assert!(small.get(hash(1)).is_some() && small.get(hash(MOST)).is_some());
        assert!(Small::is_enough(12, 18) && !Small::is_enough(360, 540));
    }
}
