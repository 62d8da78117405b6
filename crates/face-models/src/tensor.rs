//! A block of numbers with a shape: what flows through a model. Knows no operators.

/// The most numbers in one tensor; the largest of the face models has 2.4 million.
pub const MOST_NUMBERS: usize = 1 << 23;

/// Numbers in the order of their places: the innermost size runs fastest.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tensor {
    /// Sizes from the outermost to the innermost; of a picture: one, rows, columns, channels.
    pub shape: Vec<usize>,
    /// As many as the product of the sizes.
    pub numbers: Vec<f32>,
}

impl Tensor {
    /// Unchecked: whether the numbers fill the shape, [`Self::is_whole`] says.
    pub fn new(shape: Vec<usize>, numbers: Vec<f32>) -> Self {
        Self { shape, numbers }
    }

    /// All numbers 0. The shape must not come from outside: nothing limits it here.
    pub fn zeros(shape: &[usize]) -> Self {
        Self { shape: shape.to_vec(), numbers: vec![0.0; shape.iter().product()] }
    }

    /// Rows, columns and channels of a picture; `None` for any other shape.
    pub fn picture(&self) -> Option<(usize, usize, usize)> {
        match self.shape[..] {
            [1, rows, columns, channels] => Some((rows, columns, channels)),
            _ => None,
        }
    }

    /// Whether there are as many numbers as the shape says.
    pub fn is_whole(&self) -> bool {
        size(&self.shape) == Some(self.numbers.len())
    }
}

/// How many numbers a shape holds; `None` where that is more than any tensor has.
pub fn size(shape: &[usize]) -> Option<usize> {
    let size = shape.iter().try_fold(1_usize, |size, &side| size.checked_mul(side))?;
    (size <= MOST_NUMBERS).then_some(size)
}
