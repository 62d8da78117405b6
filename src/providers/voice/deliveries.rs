//! How the deliveries of one baby, and babies that would be the same, are told apart: small steps from setting to setting.
//! Called by the settings of the embedded voices. Pure arithmetic.

/// How far the given turn lies from the first, which lies at 0: within ± half the width. `step` is one of a sequence
/// `turn * step mod 1` in which turns follow each other far apart.
pub(super) fn spread(turn: u32, step: f64, width: i32) -> i32 {
    let position = (0.5 + f64::from(turn) * step).fract() - 0.5;
    (position * f64::from(width)).round() as i32
}

/// Brings a value that went over an end back from there by as much, so that neighbours at the end stay apart.
pub(super) fn fold(value: i32, (low, high): (i32, i32)) -> i32 {
    let folded = if value > high { 2 * high - value } else { value };
    if folded < low { (2 * low - folded).min(high) } else { folded }
}

/// The value that a byte of a hash stands for.
pub(super) fn within(byte: u8, (low, high): (i32, i32)) -> i32 {
    low + i32::from(byte) * (high - low) / 255
}
