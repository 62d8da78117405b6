//! The video of one clip for people, in two steps that may be made on two machines: its sound, which is mixed and encoded, and
//! the file, which is the stream and that sound copied behind a header. Called by the clip maker. Nobody lints what is only
//! looked at on the way.

use std::io::Write;
use std::ops::ControlFlow;
use std::path::Path;

use super::episode::{EpisodeError, EpisodeSpec, Pieces, go_on, or_remove, sound_of};
use crate::video::audio::aac::{UNIT, configuration};
use crate::video::audio::soundtrack::Soundtrack;
use crate::video::frame::SAMPLES_PER_FRAME;

/// The encoded sound of a clip, in memory: 24 kB for each second.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Track {
    /// AAC-LC access units, one after the other.
    pub units: Vec<u8>,
    /// The bytes of each unit.
    pub sizes: Vec<u32>,
}

/// Why a sound that another machine encoded is not used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrackError {
    /// It is longer or shorter than the pictures.
    #[error("its sound has {count} units and should have {wanted}")]
    Length {
        /// How many it has.
        count: usize,
        /// How many the pictures take.
        wanted: usize,
    },
    /// Its sizes are not those of what it holds, or of any AAC.
    #[error("the units of its sound are of no size that they can have")]
    Sizes,
}

/// The most bytes of a unit of two channels: 6144 bits for each, ISO/IEC 14496-3, 4.5.3.1.
const LARGEST_UNIT: u32 = 2 * 6144 / 8;

impl Track {
    /// Whether it can be the sound under so many pictures: header and places follow from its sizes alone. What is heard, nobody
    /// looks at here.
    pub fn check(&self, frames: u32) -> Result<(), TrackError> {
        let wanted = samples(frames).div_ceil(u64::from(UNIT)) as usize;
        if self.sizes.len() != wanted {
            return Err(TrackError::Length { count: self.sizes.len(), wanted });
        }
        let bytes: u64 = self.sizes.iter().map(|&size| u64::from(size)).sum();
        let are_sane = self.sizes.iter().all(|size| (1..=LARGEST_UNIT).contains(size));
        if are_sane && bytes == self.units.len() as u64 { Ok(()) } else { Err(TrackError::Sizes) }
    }
}

/// Mixes, levels and encodes the sound of all parts; temporary files stand in `folder`. `on_progress` hears how far the work is,
/// 0 to 1, and stops it with `Break`.
pub fn track(
    spec: &EpisodeSpec,
    folder: &Path,
    on_progress: &mut dyn FnMut(f32) -> ControlFlow<()>,
) -> Result<Track, EpisodeError> {
    let sound = sound_of(spec, folder, &mut |share| go_on(on_progress, share))?;
    let mut units = Vec::new();
    let mut file = &sound.units;
    let unreadable = |error| EpisodeError::Write { path: folder.to_owned(), error };
    std::io::Seek::rewind(&mut file).map_err(unreadable)?;
    std::io::Read::read_to_end(&mut file, &mut units).map_err(unreadable)?;
    Ok(Track { units, sizes: sound.sizes })
}

/// Writes `to` from the streams of the parts and a sound that [`Track::check`] found right for their pictures. `to` is removed
/// when the work fails.
pub fn movie(
    spec: &EpisodeSpec,
    track: &Track,
    to: &Path,
    on_progress: &mut dyn FnMut(f32) -> ControlFlow<()>,
) -> Result<(), EpisodeError> {
    let frames = spec.parts.iter().map(|part| part.frames).sum();
    let unwritable = |error| EpisodeError::Write { path: to.to_owned(), error };
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut units = tempfile::tempfile_in(folder).map_err(unwritable)?;
    units.write_all(&track.units).map_err(unwritable)?;
    let sizes = track.sizes.clone();
    let configuration = configuration().map_err(|error| EpisodeError::Sound(error.into()))?;
    let sound = Soundtrack { units, sizes, configuration, samples: samples(frames), notes: Vec::new() };
    let pieces = Pieces::read(spec, &mut |share| go_on(on_progress, 0.2 * share))?;
    or_remove(to, pieces.write(spec, &sound, to, &mut |share| go_on(on_progress, 0.2 + 0.8 * share)))
}

fn samples(frames: u32) -> u64 {
    u64::from(frames) * u64::from(SAMPLES_PER_FRAME)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sound::Sound;
    use crate::sound_file::encode_wav;
    use crate::video::encode::encoder::{Encoder, encode};
    use crate::video::mux::episode::{Join, Part, episode};
    use crate::video::testing::Bars;

    fn go_on(_: f32) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    /// A clip of so many pictures with a tone.
    fn spec(folder: &Path, frames: u32) -> EpisodeSpec {
        let stream = encode(&mut Bars(frames), &Encoder::Embedded, &mut |_| ControlFlow::Continue(())).unwrap();
        let samples = (0..frames * SAMPLES_PER_FRAME).map(|at| (at as f32 / 20.0).sin() * 0.3).collect();
        let (video, sound) = (folder.join("video"), folder.join("sound"));
        std::fs::write(&video, stream).unwrap();
        std::fs::write(&sound, encode_wav(&Sound { samples, rate: 48_000 })).unwrap();
        let part = Part {
            video,
            frames,
            sound: Some(sound),
            effect: None,
            words: Vec::new(),
            caption: None,
            speaker: None,
            join: Join::Cut,
        };
        EpisodeSpec { parts: vec![part], music: None, title: "Naps".to_owned(), comment: "Made here".to_owned() }
    }

    #[test]
    fn a_movie_in_two_steps_is_the_episode_of_one_clip() {
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = (folder.path().join("one"), folder.path().join("other"));
        for frames in [7, 40] {
            let spec = spec(folder.path(), frames);
            let track = track(&spec, folder.path(), &mut go_on).unwrap();
            track.check(frames).unwrap();
            movie(&spec, &track, &one, &mut go_on).unwrap();
            episode(&spec, &other, &mut go_on).unwrap();
            assert!(std::fs::read(&one).unwrap() == std::fs::read(&other).unwrap(), "{frames} pictures");
        }
    }

    #[test]
    fn a_sound_that_no_header_could_describe_is_refused() {
        let right = Track { units: vec![0; 11 * 10], sizes: vec![10; 11] };
        right.check(7).unwrap();
        let length = right.check(8).unwrap_err();
        assert_eq!(length, TrackError::Length { count: 11, wanted: 13 });
        for (units, sizes) in [
            (vec![0; 109], vec![10; 11]),
            (vec![0; 111], vec![10; 11]),
            (vec![0; 110], [vec![0, 20], vec![10; 9]].concat()),
            (vec![0; 2000 + 100], [vec![2000], vec![10; 10]].concat()),
            (Vec::new(), vec![u32::MAX; 11]),
        ] {
            assert_eq!(Track { units, sizes }.check(7), Err(TrackError::Sizes));
        }
    }
}
