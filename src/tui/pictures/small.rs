//! Small copies of pictures, for contact sheets and strips: a stored portrait takes 15 ms to decode, its small copy less than
//! one, and a sheet shows forty. They lie in a folder of the home, by the hash of the picture they are of, so that they are
//! made once; the newest are kept in memory too. Shared by the workers that make previews.

use std::collections::{HashMap, VecDeque};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use image::RgbImage;

use crate::media::picture;
use crate::plan::AssetHash;

/// The largest size of a small copy in pixels: what a face of a sheet with many of them takes where cells are large.
const LARGEST: (u32, u32) = (256, 384);

/// So many bytes of pixels are kept in memory: what the folder has is read again in no time.
const MOST_IN_MEMORY: usize = 6 << 20;

/// Above this the folder's oldest copies are removed: it holds some thousand.
const MOST_ON_DISK: u64 = 64 << 20;

/// How much of an original is still seen in its copy: such a copy takes about 20 kB.
const QUALITY: u8 = 88;

/// Where small copies are kept.
#[derive(Clone, Default)]
pub struct Small {
    /// `None` keeps them in memory alone.
    folder: Option<Arc<Path>>,
    kept: Arc<Mutex<Kept>>,
}

#[derive(Default)]
struct Kept {
    pictures: HashMap<AssetHash, Arc<RgbImage>>,
    /// The one kept first stands first.
    order: VecDeque<AssetHash>,
    bytes: usize,
}

impl Small {
    pub fn in_folder(folder: Option<PathBuf>) -> Self {
        Self { folder: folder.map(Arc::from), ..Self::default() }
    }

    /// Whether a picture of this size can be made of a small copy.
    pub fn is_enough(width: u32, height: u32) -> bool {
        width <= LARGEST.0 && height <= LARGEST.1
    }

    /// The small copy of a picture, where one was made.
    pub fn get(&self, hash: AssetHash) -> Option<Arc<RgbImage>> {
        if let Some(known) = self.lock().pictures.get(&hash) {
            return Some(known.clone());
        }
        let bytes = std::fs::read(self.place(hash)?).ok()?;
        // One that is damaged is made again.
        let picture = Arc::new(picture::decode(&bytes).ok()?);
        self.lock().add(hash, &picture);
        Some(picture)
    }

    /// Whether there is a small copy of a picture, without reading it.
    pub fn is_made(&self, hash: AssetHash) -> bool {
        self.lock().pictures.contains_key(&hash) || self.place(hash).is_some_and(|place| place.exists())
    }

    /// Makes the small copy of a picture and keeps it for as long as this program runs.
    pub fn keep(&self, hash: AssetHash, picture: &RgbImage) -> Arc<RgbImage> {
        let small = Arc::new(picture::fit(picture, LARGEST.0, LARGEST.1));
        self.lock().add(hash, &small);
        small
    }

    /// Makes the small copy of a stored picture and keeps it in the folder too.
    pub fn store(&self, hash: AssetHash, picture: &RgbImage) -> Arc<RgbImage> {
        let small = self.keep(hash, picture);
        if let Some(place) = self.place(hash)
            && let Err(error) = write(&place, &picture::encode_jpeg(&small, QUALITY))
        {
            tracing::debug!(%error, "a small copy of a picture could not be kept");
        }
        small
    }

    /// Removes the oldest copies of the folder where they take more room than they should.
    pub fn prune(&self) {
        if let Some(folder) = &self.folder {
            prune(folder, MOST_ON_DISK);
        }
    }

    fn place(&self, hash: AssetHash) -> Option<PathBuf> {
        self.folder.as_ref().map(|folder| folder.join(format!("{hash}.jpg")))
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn add(&mut self, hash: AssetHash, picture: &Arc<RgbImage>) {
        if self.pictures.insert(hash, picture.clone()).is_some() {
            return;
        }
        self.order.push_back(hash);
        self.bytes += picture.as_raw().len();
        while self.bytes > MOST_IN_MEMORY
            && let Some(oldest) = self.order.pop_front()
        {
            let forgotten = self.pictures.remove(&oldest);
            self.bytes -= forgotten.map_or(0, |picture| picture.as_raw().len());
        }
    }
}

/// Writes a file that is there whole or not at all.
fn write(place: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = place.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.persist(place)?;
    Ok(())
}

/// Removes the oldest files of a folder until no more than three quarters of `most` bytes are left, where there are more.
fn prune(folder: &Path, most: u64) {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let facts = files.filter_map(|file| Some((file.path(), file.metadata().ok()?)));
    let mut files: Vec<(SystemTime, u64, PathBuf)> = facts
        .filter(|(_, facts)| facts.is_file())
        .map(|(path, facts)| (facts.modified().unwrap_or(SystemTime::UNIX_EPOCH), facts.len(), path))
        .collect();
    let mut bytes: u64 = files.iter().map(|(_, bytes, _)| bytes).sum();
    if bytes <= most {
        return;
    }
    files.sort();
    for (_, length, path) in files {
        if bytes <= most / 4 * 3 {
            return;
        }
        if std::fs::remove_file(&path).is_ok() {
            bytes -= length;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(number: usize) -> AssetHash {
        AssetHash::of(&number.to_le_bytes())
    }

    #[test]
    fn small_copies_are_small_and_do_not_fill_the_memory() {
        let small = Small::default();
        let picture = RgbImage::new(1024, 1536);
        let one = (LARGEST.0 * LARGEST.1 * 3) as usize;
        let most = MOST_IN_MEMORY / one;
        for number in 0..=most {
            assert_eq!(small.keep(hash(number), &picture).dimensions(), LARGEST);
        }
        assert!(small.get(hash(0)).is_none(), "the oldest makes room");
        assert!(small.get(hash(1)).is_some() && small.get(hash(most)).is_some());
        assert!(small.lock().bytes <= MOST_IN_MEMORY);
        assert!(Small::is_enough(12, 18) && !Small::is_enough(360, 540));
    }

    #[test]
    fn a_small_copy_is_made_once_for_all_starts_and_again_when_it_is_damaged() {
        let folder = tempfile::tempdir().unwrap();
        let open = || Small::in_folder(Some(folder.path().to_owned()));
        let picture = RgbImage::from_pixel(1024, 1536, image::Rgb([200, 120, 40]));
        assert!(!open().is_made(hash(1)) && open().get(hash(1)).is_none());
        open().store(hash(1), &picture);
        let read = open().get(hash(1)).expect("it is in the folder");
        assert_eq!(read.dimensions(), LARGEST);
        assert!(read.get_pixel(9, 9).0.iter().zip([200u8, 120, 40]).all(|(is, was)| is.abs_diff(was) < 4));
        std::fs::write(folder.path().join(format!("{}.jpg", hash(1))), b"\xff\xd8\xff").unwrap();
        assert!(open().get(hash(1)).is_none());
        let once = open();
        once.keep(hash(2), &picture);
        assert!(once.is_made(hash(2)) && !open().is_made(hash(2)), "what is no file of the home is kept for one start");
    }

    #[test]
    fn a_folder_that_is_gone_hides_no_picture() {
        let folder = tempfile::tempdir().unwrap().path().join("gone");
        let small = Small::in_folder(Some(folder));
        assert_eq!(small.store(hash(1), &RgbImage::new(20, 30)).dimensions(), LARGEST);
        small.prune();
        assert!(small.get(hash(1)).is_some());
    }

    #[test]
    fn the_oldest_copies_make_room_on_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let path = |number: u64| folder.path().join(number.to_string());
        for number in 0..10 {
            std::fs::write(path(number), [0; 100]).unwrap();
            let at = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(number);
            std::fs::File::options().write(true).open(path(number)).unwrap().set_modified(at).unwrap();
        }
        prune(folder.path(), 1000);
        assert!((0..10).all(|number| path(number).exists()), "there is room for all");
        prune(folder.path(), 800);
        let left: Vec<u64> = (0..10).filter(|number| path(*number).exists()).collect();
        assert_eq!(left, [4, 5, 6, 7, 8, 9]);
    }
}
