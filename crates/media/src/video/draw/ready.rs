//! Drawn babies that are ready to be drawn: to draw what stands still of one takes as long as twelve frames, and the clips of a
//! campaign show the same few. They are kept as long as somebody says that clips are being made. Called by `drawn`.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use baby::{Framing, Look, Stage};

/// A baby has 25 MB, half as much where two share the frame. A campaign has two, seldom more.
const MOST: usize = 4;

/// What is kept in one program.
static READY: Ready = Ready { kept: Mutex::new(Kept { users: 0, babies: Vec::new() }) };

struct Ready {
    kept: Mutex<Kept>,
}

struct Kept {
    /// Who says that clips are being made.
    users: usize,
    /// Those used longest ago come first.
    babies: Vec<Baby>,
}

struct Baby {
    look: Look,
    framing: Framing,
    /// Who wants it while somebody else makes it ready waits for that.
    stage: Arc<OnceLock<Stage>>,
}

/// Clips are being made: as long as one of these lives, the babies that were used last are kept ready.
#[derive(Debug)]
pub struct KeepsReady(());

/// Says that clips are going to be made.
#[must_use]
pub fn keep_ready() -> KeepsReady {
    READY.lock().users += 1;
    KeepsReady(())
}

impl Drop for KeepsReady {
    fn drop(&mut self) {
        READY.left();
    }
}

/// A baby that is ready to be drawn.
pub fn stage(look: &Look, framing: Framing) -> Stage {
    READY.stage(look, framing)
}

impl Ready {
    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn left(&self) {
        let mut kept = self.lock();
        kept.users = kept.users.saturating_sub(1);
        if kept.users == 0 {
            kept.babies = Vec::new();
        }
    }

    fn stage(&self, look: &Look, framing: Framing) -> Stage {
        let Some(stage) = self.place(look, framing) else { return Stage::new(look, framing) };
        stage.get_or_init(|| Stage::new(look, framing)).clone()
    }

    /// Where the baby is, or will be once somebody has made it ready; `None` when nothing is kept.
    fn place(&self, look: &Look, framing: Framing) -> Option<Arc<OnceLock<Stage>>> {
        let mut kept = self.lock();
        if kept.users == 0 {
            return None;
        }
        let known = kept.babies.iter().position(|baby| baby.framing == framing && baby.look == *look);
        let baby = match known {
            Some(at) => kept.babies.remove(at),
            None => {
                if kept.babies.len() == MOST {
                    kept.babies.remove(0);
                }
                Baby { look: look.clone(), framing, stage: Arc::default() }
            }
        };
        let stage = baby.stage.clone();
        kept.babies.push(baby);
        Some(stage)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ready(users: usize) -> Ready {
        Ready { kept: Mutex::new(Kept { users, babies: Vec::new() }) }
    }

    fn look(seed: u8) -> Look {
        Look::new([seed; 32], "")
    }

    #[test]
    fn a_baby_is_made_ready_once_as_long_as_clips_are_made() {
        let ready = ready(1);
        let place = |seed, framing| ready.place(&look(seed), framing);
        let first = place(1, Framing::Half).unwrap();
        assert!(Arc::ptr_eq(&first, &place(1, Framing::Half).unwrap()));
        for other in [place(2, Framing::Half), place(1, Framing::Vertical)] {
            assert!(!Arc::ptr_eq(&first, &other.unwrap()), "another baby, or in another place");
        }
        ready.left();
        assert!(ready.place(&look(1), Framing::Half).is_none() && ready.lock().babies.is_empty());
    }

    #[test]
    fn those_used_last_are_kept_and_no_more_than_four() {
        let ready = ready(1);
        let place = |seed| ready.place(&look(seed), Framing::Half).unwrap();
        let places: Vec<_> = (0..4).map(place).collect();
        place(0);
        place(4);
        assert_eq!(ready.lock().babies.len(), MOST);
        let is_kept = |seed: usize| Arc::ptr_eq(&places[seed], &place(seed as u8));
        assert!(is_kept(0) && is_kept(2) && is_kept(3));
        assert!(!is_kept(1), "it was used longest ago");
    }

    #[test]
    fn a_kept_baby_is_drawn_as_one_that_is_not() {
        let (keeping, forgetting) = (ready(1), ready(0));
        let draw = |ready: &Ready| {
            let mut stage = ready.stage(&look(3), Framing::Half);
            let _ = stage.frame(&baby::Pose { open: 1.0, ..baby::Pose::REST });
            stage.frame(&baby::Pose::REST).data().to_vec()
        };
        let first = draw(&keeping);
        assert!(first == draw(&keeping) && first == draw(&forgetting));
    }
}
