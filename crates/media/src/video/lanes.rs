//! Sixteen pixels at a time: the inner loops of every frame, written as vectors. A compiler that is told to keep a program
//! small makes none of plain loops, so they are spelled out here; every formula also stands beside it as one pixel's.
//! Called by everything that fills planes; knows rows of bytes and nothing else.

use bytemuck::cast;
use wide::{i16x8, i32x4, i32x8, u8x16, u16x8, u64x2};

/// BT.709 in limited range, times 256: the weights of red, green and blue for Y, and for U and V.
pub const Y_OF: [i16; 3] = [47, 157, 16];
pub const U_OF: [i16; 3] = [-26, -86, 112];
pub const V_OF: [i16; 3] = [112, -102, -10];

/// Pixels that are worked on together.
const SIXTEEN: usize = 16;

/// The first values, filled up with zeros where there are fewer.
fn load<T: Copy + Default, const COUNT: usize>(from: &[T]) -> [T; COUNT] {
    from.first_chunk().copied().unwrap_or_else(|| {
        let mut filled = [T::default(); COUNT];
        filled[..from.len()].copy_from_slice(from);
        filled
    })
}

/// As many of the values as there is room for.
fn store<const COUNT: usize>(values: [u8; COUNT], to: &mut [u8]) {
    match to.first_chunk_mut() {
        Some(all) => *all = values,
        None => to.copy_from_slice(&values[..to.len()]),
    }
}

fn widened(bytes: [u8; SIXTEEN]) -> [u16x8; 2] {
    let bytes = u8x16::new(bytes);
    [u16x8::from_u8x16_low(bytes), u16x8::from_u8x16_high(bytes)]
}

/// Of values up to 255.
fn narrowed([low, high]: [u16x8; 2]) -> u8x16 {
    u8x16::narrow_i16x8(cast(low), cast(high))
}

/// Lays a row over another: `to * kept / 256 + over`, rounded, where `over` is multiplied by its own opacity already and
/// `kept` is at most 256.
pub fn lay(to: &mut [u8], over: &[u8], kept: &[u16]) {
    for ((to, over), kept) in to.chunks_mut(SIXTEEN).zip(over.chunks(SIXTEEN)).zip(kept.chunks(SIXTEEN)) {
        let ([low, high], [low_kept, high_kept]) = (widened(load(to)), cast(load::<u16, SIXTEEN>(kept)));
        let share = |value: u16x8, kept: u16x8| (value * kept + u16x8::splat(128)) >> 8;
        let below = narrowed([share(low, low_kept), share(high, high_kept)]);
        store(below.saturating_add(u8x16::new(load(over))).to_array(), to);
    }
}

/// Mixes two rows: `(from * (256 - share) + to * share) / 256`, rounded; `share` is at most 256.
pub fn fade(into: &mut [u8], from: &[u8], to: &[u8], share: u16) {
    let (near, far, half) = (u16x8::splat(256 - share), u16x8::splat(share), u16x8::splat(128));
    for ((into, from), to) in into.chunks_mut(SIXTEEN).zip(from.chunks(SIXTEEN)).zip(to.chunks(SIXTEEN)) {
        let ([low, high], [low_to, high_to]) = (widened(load(from)), widened(load(to)));
        let mixed = |from: u16x8, to: u16x8| (from * near + to * far + half) >> 8;
        store(narrowed([mixed(low, low_to), mixed(high, high_to)]).to_array(), into);
    }
}

/// Mixes two rows of values of 16 bits: `(first * (256 - share) + second * share + 0x8000) >> 16`, to the last bit, in
/// halves of 16 bits; `share` is at most 256.
pub fn mix(to: &mut [u8], first: &[u16], second: &[u16], share: u16) {
    let (near, share) = (u16x8::splat(256 - share), u16x8::splat(share));
    let mixed = |first: u16x8, second: u16x8| {
        let (low, other) = (first * near, second * share);
        let sum = low + other;
        // All ones, which is minus one, where the sum has not gone over 16 bits.
        let fits = low.saturating_sub(sum).simd_eq(u16x8::ZERO);
        let carried = u16x8::ONE + fits + (sum >> 15);
        first.mul_keep_high(near) + second.mul_keep_high(share) + carried
    };
    for ((to, first), second) in to.chunks_mut(SIXTEEN).zip(first.chunks(SIXTEEN)).zip(second.chunks(SIXTEEN)) {
        let [first, second] = [first, second].map(|row| cast::<_, [u16x8; 2]>(load::<u16, SIXTEEN>(row)));
        store(narrowed([mixed(first[0], second[0]), mixed(first[1], second[1])]).to_array(), to);
    }
}

/// Red beside blue, and green beside alpha, of four pixels each.
fn channels(rgba: &[u8]) -> [[u16x8; 2]; 4] {
    let pairs = cast::<[u8; 4 * SIXTEEN], [u16; 2 * SIXTEEN]>(load(rgba)).map(u16::from_le);
    cast::<_, [u16x8; 4]>(pairs).map(|pairs| [pairs & u16x8::splat(255), pairs >> 8])
}

/// The weights of what `channels` gives, for all four pixels or for one of two.
fn weights(of: [i16; 3], second: bool) -> [i16x8; 2] {
    let [red, green, blue] = of;
    let pixels = |one: [i16; 2]| {
        let [a, b] = one;
        let [c, d] = if second { one } else { [0; 2] };
        i16x8::new([a, b, c, d, a, b, c, d])
    };
    [pixels([red, blue]), pixels([green, 0])]
}

fn weighed([red_blue, green]: [u16x8; 2], weights: [i16x8; 2]) -> i32x4 {
    cast::<_, i16x8>(red_blue).dot(weights[0]) + cast::<_, i16x8>(green).dot(weights[1])
}

/// The light of a row of opaque pixels.
pub fn luma(rgba: &[u8], to: &mut [u8]) {
    let weights = weights(Y_OF, true);
    for (rgba, to) in rgba.chunks(4 * SIXTEEN).zip(to.chunks_mut(SIXTEEN)) {
        let fours = channels(rgba).map(|four| (weighed(four, weights) + i32x4::splat(16 * 256 + 128)) >> 8);
        let [low, high] = cast::<_, [i32x8; 2]>(fours).map(i16x8::from_i32x8_saturate);
        store(u8x16::narrow_i16x8(low, high).to_array(), to);
    }
}

/// The colours of two rows of opaque pixels: of each block of two by two their mean.
pub fn chroma(upper: &[u8], lower: &[u8], u: &mut [u8], v: &mut [u8]) {
    let (u_weights, v_weights) = (weights(U_OF, false), weights(V_OF, false));
    let rows = upper.chunks(4 * SIXTEEN).zip(lower.chunks(4 * SIXTEEN));
    for ((upper, lower), (u, v)) in rows.zip(u.chunks_mut(SIXTEEN / 2).zip(v.chunks_mut(SIXTEEN / 2))) {
        let (upper, lower) = (channels(upper), channels(lower));
        // The sums of a block's pixels, at most 1,020, in the first half of 64 bits.
        let blocks: [[u16x8; 2]; 4] = std::array::from_fn(|four| {
            std::array::from_fn(|pair| {
                let sum = upper[four][pair] + lower[four][pair];
                sum + cast::<_, u16x8>(cast::<_, u64x2>(sum) >> 32)
            })
        });
        for (weights, to) in [(u_weights, u), (v_weights, v)] {
            let means = blocks.map(|block| (weighed(block, weights) + i32x4::splat((128 << 10) + 512)) >> 10);
            // Twice from 32 to 16 bits: first what lies beside a mean goes, then the gap.
            let pairs = cast::<_, [i32x8; 2]>(means).map(i16x8::from_i32x8_saturate);
            let alone = cast::<_, i32x8>(pairs) & i32x8::splat(0xffff);
            let bytes = u8x16::narrow_i16x8(i16x8::from_i32x8_saturate(alone), i16x8::ZERO).to_array();
            store(load::<u8, { SIXTEEN / 2 }>(&bytes), to);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn one_luma(pixel: &[u8]) -> u8 {
        let sum: i32 = Y_OF.iter().zip(pixel).map(|(&weight, &value)| i32::from(weight) * i32::from(value)).sum();
        ((sum + 16 * 256 + 128) >> 8) as u8
    }

    fn one_chroma(block: [&[u8]; 4], weights: [i16; 3]) -> u8 {
        let channel = |index: usize| block.iter().map(|pixel| i32::from(pixel[index])).sum::<i32>();
        let sum: i32 = (0..3).map(|index| i32::from(weights[index]) * channel(index)).sum();
        ((sum + (128 << 10) + 512) >> 10) as u8
    }

    proptest! {
        #[test]
        fn light_and_colours_are_those_of_the_formula(blocks in 1..40_usize, noise in prop::collection::vec(any::<u8>(), 2 * 8 * 40)) {
            let row = blocks * 8;
            let (upper, lower) = (&noise[..row], &noise[row..2 * row]);
            let (mut light, mut u, mut v) = (vec![0; blocks * 2], vec![0; blocks], vec![0; blocks]);
            luma(upper, &mut light);
            chroma(upper, lower, &mut u, &mut v);
            for (pixel, &light) in upper.chunks(4).zip(&light) {
                prop_assert_eq!(light, one_luma(pixel));
            }
            for (at, (upper, lower)) in upper.chunks(8).zip(lower.chunks(8)).enumerate() {
                let block = [&upper[..4], &upper[4..], &lower[..4], &lower[4..]];
                prop_assert_eq!((u[at], v[at]), (one_chroma(block, U_OF), one_chroma(block, V_OF)));
            }
        }

        #[test]
        fn rows_are_laid_and_faded_as_one_pixel_is(
            pixels in prop::collection::vec((any::<u8>(), any::<u8>(), 0..=256_u16), 0..70),
            share in 0..=256_u16,
        ) {
            let (below, over): (Vec<u8>, Vec<u8>) = pixels.iter().map(|&(below, over, _)| (below, over)).unzip();
            let kept: Vec<u16> = pixels.iter().map(|&(.., kept)| kept).collect();
            let (mut laid, mut faded) = (below.clone(), vec![0; below.len()]);
            lay(&mut laid, &over, &kept);
            fade(&mut faded, &below, &over, share);
            for (at, &(below, over, kept)) in pixels.iter().enumerate() {
                let shared = |value: u8, share: u16| u32::from(value) * u32::from(share);
                prop_assert_eq!(laid[at], (((shared(below, kept) + 128) >> 8) as u8).saturating_add(over));
                prop_assert_eq!(u32::from(faded[at]), (shared(below, 256 - share) + shared(over, share) + 128) >> 8);
            }
        }

        #[test]
        fn two_rows_are_mixed_to_the_last_bit(
            pixels in prop::collection::vec((0..=255 * 256_u16, 0..=255 * 256_u16), 0..70),
            share in 0..=256_u16,
        ) {
            let (first, second): (Vec<u16>, Vec<u16>) = pixels.iter().copied().unzip();
            let mut mixed = vec![0; pixels.len()];
            mix(&mut mixed, &first, &second, share);
            for (&mixed, (first, second)) in mixed.iter().zip(pixels) {
                let wanted = u32::from(first) * u32::from(256 - share) + u32::from(second) * u32::from(share) + 0x8000;
                prop_assert_eq!(u32::from(mixed), wanted >> 16);
            }
        }
    }
}
