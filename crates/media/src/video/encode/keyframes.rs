//! Where the keyframes (IDR) of a clip are, and which pictures a cross-fade takes: the one rule that encoders, fades and
//! the join share. Pure.

use crate::video::frame::FPS;

/// The pictures that a fade takes from either side.
pub const FADE_HALF: u32 = 5;

/// The pictures of a fade: a third of a second.
pub const FADE_FRAMES: u32 = 2 * FADE_HALF;

/// Whether this one of the `count` pictures of a clip is a keyframe (IDR): at least once a second, and where a cross-fade cuts
/// it, so that the rest is copied as it is.
pub(in crate::video) fn is_keyframe(number: u32, count: u32) -> bool {
    if !can_fade(count) {
        return number.is_multiple_of(FPS);
    }
    let (body, tail) = (FADE_HALF, count - FADE_HALF);
    number == 0 || number == tail || (number >= body && number < tail && (number - body).is_multiple_of(FPS))
}

/// Whether a clip of so many pictures is long enough to give some to a cross-fade at either end.
pub fn can_fade(count: u32) -> bool {
    count >= 3 * FADE_HALF
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clip_has_a_keyframe_every_second_and_where_a_fade_cuts_it() {
        let keyframes = |count: u32| (0..count).filter(|&number| is_keyframe(number, count)).collect::<Vec<_>>();
        assert_eq!(keyframes(100), [0, 5, 35, 65, 95]);
        assert_eq!(keyframes(15), [0, 5, 10]);
        assert_eq!(keyframes(14), [0]);
        assert_eq!(keyframes(40), [0, 5, 35]);
        for count in 1..200 {
            let keyframes = keyframes(count);
            assert!(keyframes.windows(2).all(|pair| pair[1] - pair[0] <= FPS), "{count}: {keyframes:?}");
            assert!(count - keyframes.last().unwrap() <= FPS);
        }
    }
}
