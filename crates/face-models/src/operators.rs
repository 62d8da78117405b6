//! The operators of the face models, as TFLite defines them, on pictures of one row-major block of channels. Called by
//! `model`. An operator whose inputs do not fit together gives `None`.

use super::tensor::{Tensor, size};

/// How a window moves over a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stride {
    pub columns: usize,
    pub rows: usize,
    /// Whether the picture goes on as zeros at its edges, so that an unmoved window gives as many outputs as pixels.
    pub is_padded: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub stride: Stride,
    /// Rows and columns, where the weights do not say them.
    pub size: Option<(usize, usize)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activation {
    None,
    Relu,
    Relu6,
}

impl Activation {
    fn apply(self, numbers: &mut [f32]) {
        match self {
            Activation::None => {}
            Activation::Relu => numbers.iter_mut().for_each(|number| *number = number.max(0.0)),
            Activation::Relu6 => numbers.iter_mut().for_each(|number| *number = number.clamp(0.0, 6.0)),
        }
    }
}

/// What is known of a window over a picture: sizes of the picture, of the output and of the window.
struct Slide {
    input: (usize, usize, usize),
    output: (usize, usize, usize),
    window: (usize, usize),
    stride: Stride,
    /// Rows and columns of zeros before the picture.
    before: (usize, usize),
}

impl Slide {
    fn new(input: &Tensor, window: (usize, usize), stride: Stride, shape: &[usize]) -> Option<Self> {
        let [1, rows, columns, channels] = *shape else { return None };
        size(shape)?;
        let input = input.picture()?;
        let padded = |input: usize, output: usize, step: usize, window: usize| {
            let reached = (output - 1) * step + window;
            if stride.is_padded { reached.saturating_sub(input) / 2 } else { 0 }
        };
        let before = (padded(input.0, rows, stride.rows, window.0), padded(input.1, columns, stride.columns, window.1));
        Some(Self { input, output: (rows, columns, channels), window, stride, before })
    }

    /// Calls `each` with the output's number, the place in the window and the input's pixel, for all that lie inside.
    #[inline]
    fn inside(&self, row: usize, column: usize, mut each: impl FnMut(usize, usize)) {
        for down in 0..self.window.0 {
            let Some(y) = (row * self.stride.rows + down).checked_sub(self.before.0) else { continue };
            if y >= self.input.0 {
                continue;
            }
            for right in 0..self.window.1 {
                let Some(x) = (column * self.stride.columns + right).checked_sub(self.before.1) else { continue };
                if x < self.input.1 {
                    each(down * self.window.1 + right, y * self.input.1 + x);
                }
            }
        }
    }
}

/// Turns the weights of a convolution once, from [outputs][window and inputs] to [window and inputs][outputs], so that
/// the inner loop runs over neighbours.
pub fn turn_weights(weights: &mut Tensor) {
    let Some(&outputs) = weights.shape.first() else { return };
    let inputs = weights.numbers.len() / outputs.max(1);
    let mut turned = vec![0.0; weights.numbers.len()];
    for (output, row) in weights.numbers.chunks_exact(inputs.max(1)).enumerate() {
        for (input, &weight) in row.iter().enumerate() {
            turned[input * outputs + output] = weight;
        }
    }
    weights.numbers = turned;
}

/// Pixels that are computed together: each row of weights is read once for all of them.
const TOGETHER: usize = 4;

/// `weights` are turned; their shape is still [outputs, rows, columns, inputs].
pub fn convolution(
    input: &Tensor,
    weights: &Tensor,
    bias: &Tensor,
    (window, activation): (Window, Activation),
    shape: &[usize],
) -> Option<Tensor> {
    let [outputs, rows, columns, inputs] = *weights.shape.as_slice() else { return None };
    let slide = Slide::new(input, (rows, columns), window.stride, shape)?;
    if (slide.input.2, slide.output.2, bias.numbers.len()) != (inputs, outputs, outputs) || !weights.is_whole() {
        return None;
    }
    let taps = rows * columns * inputs;
    let mut output = Tensor::zeros(shape);
    let mut patches = vec![0.0; TOGETHER * taps];
    let count = slide.output.0 * slide.output.1;
    for first in (0..count).step_by(TOGETHER) {
        let pixels = TOGETHER.min(count - first);
        patches.fill(0.0);
        for (pixel, patch) in patches.chunks_exact_mut(taps).take(pixels).enumerate() {
            let (row, column) = ((first + pixel) / slide.output.1, (first + pixel) % slide.output.1);
            slide.inside(row, column, |place, from| {
                patch[place * inputs..][..inputs].copy_from_slice(&input.numbers[from * inputs..][..inputs]);
            });
        }
        let sums = &mut output.numbers[first * outputs..][..pixels * outputs];
        sums.chunks_exact_mut(outputs).for_each(|sums| sums.copy_from_slice(&bias.numbers));
        accumulate(sums, &patches, &weights.numbers, outputs, taps);
        activation.apply(sums);
    }
    Some(output)
}

/// Adds to each pixel's sums its patch times the weights.
fn accumulate(sums: &mut [f32], patches: &[f32], weights: &[f32], outputs: usize, taps: usize) {
    if sums.len() == TOGETHER * outputs {
        let (one, rest) = sums.split_at_mut(outputs);
        let (two, rest) = rest.split_at_mut(outputs);
        let (three, four) = rest.split_at_mut(outputs);
        for (tap, weights) in weights.chunks_exact(outputs).enumerate() {
            let [a, b, c, d] = [0, 1, 2, 3].map(|pixel| patches[pixel * taps + tap]);
            let sums = one.iter_mut().zip(two.iter_mut()).zip(three.iter_mut()).zip(four.iter_mut());
            for ((((one, two), three), four), &weight) in sums.zip(weights) {
                *one += a * weight;
                *two += b * weight;
                *three += c * weight;
                *four += d * weight;
            }
        }
        return;
    }
    for (sums, patch) in sums.chunks_exact_mut(outputs).zip(patches.chunks_exact(taps)) {
        for (&value, weights) in patch.iter().zip(weights.chunks_exact(outputs)) {
            sums.iter_mut().zip(weights).for_each(|(sum, &weight)| *sum += value * weight);
        }
    }
}

pub fn depthwise(
    input: &Tensor,
    weights: &Tensor,
    bias: &Tensor,
    (window, activation): (Window, Activation),
    shape: &[usize],
) -> Option<Tensor> {
    let [1, rows, columns, channels] = *weights.shape.as_slice() else { return None };
    let slide = Slide::new(input, (rows, columns), window.stride, shape)?;
    if (slide.input.2, slide.output.2, bias.numbers.len()) != (channels, channels, channels) || !weights.is_whole() {
        return None;
    }
    let mut output = Tensor::zeros(shape);
    for (pixel, sums) in output.numbers.chunks_exact_mut(channels).enumerate() {
        sums.copy_from_slice(&bias.numbers);
        slide.inside(pixel / slide.output.1, pixel % slide.output.1, |place, from| {
            let (values, weights) = (&input.numbers[from * channels..], &weights.numbers[place * channels..]);
            for ((sum, &value), &weight) in sums.iter_mut().zip(values).zip(weights) {
                *sum += value * weight;
            }
        });
        activation.apply(sums);
    }
    Some(output)
}

pub fn max_pool(input: &Tensor, window: Window, shape: &[usize]) -> Option<Tensor> {
    let slide = Slide::new(input, window.size?, window.stride, shape)?;
    let channels = slide.input.2;
    if slide.output.2 != channels {
        return None;
    }
    let mut output = Tensor::zeros(shape);
    for (pixel, most) in output.numbers.chunks_exact_mut(channels).enumerate() {
        most.fill(f32::MIN);
        slide.inside(pixel / slide.output.1, pixel % slide.output.1, |_, from| {
            let values = &input.numbers[from * channels..];
            most.iter_mut().zip(values).for_each(|(most, &value)| *most = most.max(value));
        });
    }
    Some(output)
}

pub fn add(one: &Tensor, other: &Tensor, activation: Activation) -> Option<Tensor> {
    if one.numbers.len() != other.numbers.len() {
        return None;
    }
    let mut sum = one.clone();
    sum.numbers.iter_mut().zip(&other.numbers).for_each(|(sum, &number)| *sum += number);
    activation.apply(&mut sum.numbers);
    Some(sum)
}

/// Times a tensor of the same size, or over and over times one of the innermost sizes only.
pub fn multiply(one: &Tensor, by: &Tensor) -> Option<Tensor> {
    let count = by.numbers.len();
    if count == 0 || !one.numbers.len().is_multiple_of(count) {
        return None;
    }
    let mut product = one.clone();
    for numbers in product.numbers.chunks_exact_mut(count) {
        numbers.iter_mut().zip(&by.numbers).for_each(|(number, &by)| *number *= by);
    }
    Some(product)
}

pub fn relu(input: &Tensor) -> Tensor {
    let mut output = input.clone();
    Activation::Relu.apply(&mut output.numbers);
    output
}

/// Keeps what is positive; what is negative is scaled by a slope of its channel.
pub fn prelu(input: &Tensor, slopes: &Tensor) -> Option<Tensor> {
    let count = slopes.numbers.len();
    if count == 0 || !input.numbers.len().is_multiple_of(count) {
        return None;
    }
    let mut output = input.clone();
    for numbers in output.numbers.chunks_exact_mut(count) {
        for (number, &slope) in numbers.iter_mut().zip(&slopes.numbers) {
            *number = number.max(0.0) + slope * number.min(0.0);
        }
    }
    Some(output)
}

/// Zeros around a picture: `before` says how many before its rows, columns and channels; the shape, how many behind.
pub fn pad(input: &Tensor, before: &[usize], shape: &[usize]) -> Option<Tensor> {
    let (rows, columns, channels) = input.picture()?;
    let (&[1, wide_rows, wide_columns, wide_channels], &[0, top, left, first]) = (shape, before) else { return None };
    let fits = |before: usize, size: usize, wide: usize| before.checked_add(size).is_some_and(|end| end <= wide);
    if !(fits(top, rows, wide_rows) && fits(left, columns, wide_columns) && fits(first, channels, wide_channels)) {
        return None;
    }
    size(shape)?;
    let mut output = Tensor::zeros(shape);
    for (pixel, values) in input.numbers.chunks_exact(channels).enumerate() {
        let (row, column) = (top + pixel / columns, left + pixel % columns);
        let to = (row * wide_columns + column) * wide_channels + first;
        output.numbers[to..][..channels].copy_from_slice(values);
    }
    Some(output)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEP: Stride = Stride { columns: 1, rows: 1, is_padded: true };

    fn picture(rows: usize, columns: usize, numbers: &[f32]) -> Tensor {
        Tensor::new(vec![1, rows, columns, numbers.len() / (rows * columns)], numbers.to_vec())
    }

    #[test]
    fn a_convolution_sums_its_window_and_goes_on_as_zeros_at_the_edges() {
        let input = picture(2, 3, &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        let mut weights = Tensor::new(vec![1, 3, 3, 1], vec![1.0; 9]);
        turn_weights(&mut weights);
        let bias = Tensor::new(vec![1], vec![0.5]);
        let window = Window { stride: STEP, size: None };
        let sums = convolution(&input, &weights, &bias, (window, Activation::None), &[1, 2, 3, 1]).unwrap();
        assert_eq!(sums.numbers, [12.5, 21.5, 16.5, 12.5, 21.5, 16.5]);
        let six = convolution(&input, &weights, &bias, (window, Activation::Relu6), &[1, 2, 3, 1]).unwrap();
        assert_eq!(six.numbers, [6.0; 6]);
        assert_eq!(convolution(&input, &weights, &bias, (window, Activation::None), &[1, 2, 3, 2]), None);
    }

    #[test]
    fn the_largest_of_a_window_is_kept_channel_by_channel() {
        let input = picture(2, 2, &[1.0, 8.0, 2.0, 7.0, 3.0, 6.0, 4.0, 5.0]);
        let stride = Stride { columns: 2, rows: 2, is_padded: false };
        let most = max_pool(&input, Window { stride, size: Some((2, 2)) }, &[1, 1, 1, 2]).unwrap();
        assert_eq!(most.numbers, [4.0, 8.0]);
    }

    #[test]
    fn negative_numbers_are_scaled_by_their_channels_slope() {
        let input = picture(1, 2, &[-1.0, -1.0, 2.0, -4.0]);
        let slopes = Tensor::new(vec![1, 1, 2], vec![0.5, 0.25]);
        assert_eq!(prelu(&input, &slopes).unwrap().numbers, [-0.5, -0.25, 2.0, -1.0]);
    }

    #[test]
    fn zeros_are_put_around() {
        let padded = pad(&picture(1, 1, &[3.0]), &[0, 1, 0, 0], &[1, 2, 2, 2]).unwrap();
        assert_eq!(padded.numbers, [0.0, 0.0, 0.0, 0.0, 3.0, 0.0, 0.0, 0.0]);
        assert_eq!(pad(&picture(1, 1, &[3.0]), &[0, 2, 0, 0], &[1, 2, 2, 2]), None);
    }
}
