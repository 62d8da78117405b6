//! The loudness of voices along their length, for the waveform in the pane: decoded off the screen's thread, kept small.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use tokio::sync::mpsc;

use crate::media::sound_file;
use crate::plan::AssetHash;

/// A sound whose waveform a page wants to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    pub hash: AssetHash,
    pub path: PathBuf,
}

/// Bars of one waveform: more than any pane has cells.
pub const BARS: usize = 96;

/// A decoded waveform, each bar 0 to 1; empty for a sound that cannot be read.
#[derive(Debug, Clone, PartialEq)]
pub struct Wave {
    pub hash: AssetHash,
    pub bars: Vec<f32>,
}

/// Asks for each waveform once.
pub struct Waves {
    asked: HashSet<AssetHash>,
    sender: mpsc::UnboundedSender<Wave>,
    decoded: mpsc::UnboundedReceiver<Wave>,
}

impl Default for Waves {
    fn default() -> Self {
        let (sender, decoded) = mpsc::unbounded_channel();
        Self { asked: HashSet::new(), sender, decoded }
    }
}

impl Waves {
    /// Has sounds decoded that were not before. Must be called inside a tokio runtime.
    pub fn want(&mut self, sounds: Vec<Heard>) {
        for heard in sounds.into_iter().filter(|heard| self.asked.insert(heard.hash)) {
            let sender = self.sender.clone();
            tokio::task::spawn_blocking(move || {
                let bytes = std::fs::read(&heard.path).unwrap_or_default();
                let bars = sound_file::decode(&bytes).map(|sound| sound.envelope(BARS)).unwrap_or_default();
                // Nobody waits for it any more once the studio has closed.
                let _ = sender.send(Wave { hash: heard.hash, bars });
            });
        }
    }

    pub async fn decoded(&mut self) -> Wave {
        match self.decoded.recv().await {
            Some(wave) => wave,
            // Never: a sender is kept.
            None => std::future::pending().await,
        }
    }
}

/// A waveform in so many cells: `▁▂▅▇▅▂▁`.
pub fn drawn(bars: &[f32], cells: usize) -> String {
    const HEIGHTS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let count = bars.len();
    let cells = cells.min(count);
    let level = |cell: usize| {
        let (from, to) = (cell * count / cells, ((cell + 1) * count / cells).max(cell * count / cells + 1));
        bars[from..to.min(count)].iter().copied().fold(0.0, f32::max)
    };
    let height = |level: f32| HEIGHTS[((level.clamp(0.0, 1.0) * 7.0).round() as usize).min(7)];
    (0..cells).map(|cell| height(level(cell))).collect()
}

/// The waveforms that are decoded, as the view sees them.
pub type Ready = HashMap<AssetHash, Vec<f32>>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_waveform_rises_and_falls_with_its_sound() {
        for (bars, cells, shown) in [
            (&[0.0, 0.5, 1.0, 0.5][..], 4, "▁▅█▅"),
            (&[0.0, 0.5, 1.0, 0.5], 2, "▅█"),
            (&[0.0, f32::NAN, 2.0], 3, "▁▁█"),
            (&[1.0], 5, "█"),
            (&[], 5, ""),
            (&[1.0], 0, ""),
        ] {
            assert_eq!(drawn(bars, cells), shown, "{bars:?} in {cells}");
        }
    }
}
