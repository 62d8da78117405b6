//! Reads a TFLite model and runs it: the part of the format that the two face models use. Called by `finder` and `mesh`.
//! Whatever the bytes are, reading and running end with an answer or an error, never with a panic.
//!
//! The format: tensorflow/lite/schema/schema.fbs (Apache-2.0), version 3; the numbers below are its field and operator
//! numbers.

use super::attention::{self, Region};
use super::flatbuffer::{Buffer, Table};
use super::operators::{self, Activation, Stride, Window};
use super::tensor::{Tensor, size};

/// Why a model could not be read or run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// The bytes are no model, or one without what its reader asks for. Says what is wrong, as a clause.
    #[error("A face model is damaged: {0}.")]
    Damaged(&'static str),
    /// The operator by its number in TFLite's schema, or by its name where it has one.
    #[error("A face model needs the operator {0}, which is not built in.")]
    Unknown(String),
    /// The number of the step, from 0, whose inputs have sizes that it cannot compute with.
    #[error("A face model does not fit together at its step {0}.")]
    Shapes(usize),
}

/// Index of a tensor.
type Place = usize;

/// What one step computes.
#[derive(Debug, Clone, PartialEq)]
enum Operator {
    Convolution {
        window: Window,
        activation: Activation,
    },
    Depthwise {
        window: Window,
        activation: Activation,
    },
    MaxPool {
        window: Window,
    },
    Add {
        activation: Activation,
    },
    Multiply,
    Relu,
    Prelu,
    /// Numbers of zeros before each dimension.
    Pad {
        before: Vec<usize>,
    },
    /// The same numbers in another shape.
    Reshape,
    /// The inputs one behind the other.
    Concatenate,
    RegionMatrix(Region),
    RegionSampled,
    RegionPoints,
}

#[derive(Debug, Clone)]
struct Step {
    operator: Operator,
    inputs: Vec<Place>,
    output: Place,
}

/// A model, ready to run.
pub struct Model {
    steps: Vec<Step>,
    shapes: Vec<Vec<usize>>,
    names: Vec<String>,
    /// Weights, by place.
    weights: Vec<Option<Tensor>>,
    input: Place,
    outputs: Vec<Place>,
    /// The last step that reads each tensor; afterwards its memory is free.
    last_use: Vec<usize>,
}

/// What a model answers, by the names of its outputs.
pub struct Answer(Vec<(String, Tensor)>);

impl Answer {
    /// The numbers of an output, at least `least` of them.
    pub fn numbers(&self, name: &'static str, least: usize) -> Result<&[f32], ModelError> {
        let found = self.0.iter().find(|(known, _)| known == name).map(|(_, tensor)| tensor.numbers.as_slice());
        found.filter(|numbers| numbers.len() >= least).ok_or(ModelError::Damaged("an output is missing"))
    }
}

/// Operators by their number in the schema.
const ADD: i32 = 0;
const CONCATENATION: i32 = 2;
const CONVOLUTION: i32 = 3;
const DEPTHWISE_CONVOLUTION: i32 = 4;
const DEQUANTIZE: i32 = 6;
const MAX_POOL: i32 = 17;
const MULTIPLY: i32 = 18;
const RELU: i32 = 19;
const RESHAPE: i32 = 22;
const CUSTOM: i32 = 32;
const PAD: i32 = 34;
const STRIDED_SLICE: i32 = 45;
const PRELU: i32 = 54;

/// Types of tensors.
const FLOAT32: i32 = 0;
const FLOAT16: i32 = 1;
const INT32: i32 = 2;

impl Model {
    /// Reads a TFLite file of schema version 3. Its weights are copied, so the bytes are not needed any more.
    pub fn read(bytes: &[u8]) -> Result<Self, ModelError> {
        let root = Buffer(bytes).root()?;
        let codes = root.tables(1)?.into_iter().map(code).collect::<Result<Vec<_>, _>>()?;
        let graph = root.tables(2)?.first().copied().ok_or(ModelError::Damaged("it has no graph"))?;
        let buffers = root.tables(4)?;
        let mut model = Self {
            steps: Vec::new(),
            shapes: Vec::new(),
            names: Vec::new(),
            weights: Vec::new(),
            input: 0,
            outputs: Vec::new(),
            last_use: Vec::new(),
        };
        let mut counts = Vec::new();
        for table in graph.tables(0)? {
            counts.push(model.add_tensor(table, &buffers)?);
        }
        model.input = *model.places(graph.ints(1)?)?.first().ok_or(ModelError::Damaged("it has no input"))?;
        model.outputs = model.places(graph.ints(2)?)?;
        let mut regions = Region::ALL.into_iter();
        for table in graph.tables(3)? {
            model.add_step(table, &codes, &counts, &mut regions)?;
        }
        model.last_use = vec![0; model.shapes.len()];
        for (number, step) in model.steps.iter().enumerate() {
            step.inputs.iter().for_each(|&place| model.last_use[place] = number);
        }
        model.outputs.iter().for_each(|&place| model.last_use[place] = usize::MAX);
        Ok(model)
    }

    /// Adds a tensor with its weights, and gives its whole numbers where it has such.
    fn add_tensor(&mut self, table: Table, buffers: &[Table]) -> Result<Vec<usize>, ModelError> {
        let shape: Vec<usize> =
            table.ints(0)?.into_iter().map(|side| usize::try_from(side).unwrap_or(0).max(1)).collect();
        let size = size(&shape).ok_or(ModelError::Damaged("a tensor is too large"))?;
        let buffer = usize::try_from(table.int(2, 0)?).ok().and_then(|buffer| buffers.get(buffer));
        let raw = buffer.ok_or(ModelError::Damaged("weights are missing"))?.bytes(0)?;
        let (mut weights, mut counts) = (None, Vec::new());
        if !raw.is_empty() {
            match table.byte(1)? {
                FLOAT32 => weights = Some(raw.as_chunks().0.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect()),
                FLOAT16 => {
                    weights = Some(raw.as_chunks().0.iter().map(|&bytes| half(u16::from_le_bytes(bytes))).collect());
                }
                INT32 => {
                    let ints = raw.as_chunks().0.iter().map(|&bytes| i32::from_le_bytes(bytes));
                    counts = ints.map(|count| usize::try_from(count).unwrap_or(usize::MAX)).collect();
                }
                _ => return Err(ModelError::Damaged("weights have a type that is not read")),
            }
        }
        if weights.as_ref().is_some_and(|weights: &Vec<f32>| weights.len() != size) {
            return Err(ModelError::Damaged("weights have another size than their shape"));
        }
        self.weights.push(weights.map(|numbers| Tensor::new(shape.clone(), numbers)));
        self.names.push(table.text(3)?);
        self.shapes.push(shape);
        Ok(counts)
    }

    /// The places that indices name; absent inputs, which are −1, are no places.
    fn places(&self, indices: Vec<i32>) -> Result<Vec<Place>, ModelError> {
        let place = |index: i32| usize::try_from(index).ok().filter(|&place| place < self.shapes.len());
        let place = |index: i32| place(index).ok_or(ModelError::Damaged("a step names a tensor that is not there"));
        indices.into_iter().map(place).collect()
    }

    fn add_step(
        &mut self,
        table: Table,
        codes: &[(i32, String)],
        counts: &[Vec<usize>],
        regions: &mut impl Iterator<Item = Region>,
    ) -> Result<(), ModelError> {
        let code = usize::try_from(table.int(0, 0)?).ok().and_then(|code| codes.get(code));
        let (code, custom) = code.ok_or(ModelError::Damaged("a step has no operator"))?;
        let (mut inputs, outputs) = (self.places(table.ints(1)?)?, self.places(table.ints(2)?)?);
        let output = *outputs.first().ok_or(ModelError::Damaged("a step has no output"))?;
        let options = table.table(4)?;
        let operator = match (*code, custom.as_str()) {
            // Weights that only have to be widened were widened as they were read.
            (DEQUANTIZE, _) => {
                let widened = inputs.first().and_then(|&place| self.weights[place].clone());
                self.weights[output] = Some(widened.ok_or(ModelError::Damaged("weights are missing"))?);
                return Ok(());
            }
            (CONVOLUTION, _) => {
                let (window, activation) = window(options, 3, None)?;
                if let Some(weights) = inputs.get(1).and_then(|&place| self.weights[place].as_mut()) {
                    operators::turn_weights(weights);
                }
                Operator::Convolution { window, activation }
            }
            (DEPTHWISE_CONVOLUTION, _) => {
                let (window, activation) = window(options, 4, None)?;
                Operator::Depthwise { window, activation }
            }
            (MAX_POOL, _) => Operator::MaxPool { window: window(options, 5, Some((3, 4)))?.0 },
            (ADD, _) => Operator::Add { activation: activation(options, 0)? },
            (MULTIPLY, _) => Operator::Multiply,
            (RELU, _) => Operator::Relu,
            (PRELU, _) => Operator::Prelu,
            (PAD, _) => {
                let zeros = inputs.get(1).map(|&place| counts[place].as_slice()).unwrap_or_default();
                let before = zeros.iter().step_by(2).copied().collect();
                inputs.truncate(1);
                Operator::Pad { before }
            }
            (RESHAPE | STRIDED_SLICE, _) => {
                // Whole numbers that say the shape are known from the output's own.
                inputs.truncate(1);
                Operator::Reshape
            }
            (CONCATENATION, _) => Operator::Concatenate,
            (CUSTOM, "Landmarks2TransformMatrix") => {
                Operator::RegionMatrix(regions.next().ok_or(ModelError::Damaged("it looks at too many regions"))?)
            }
            (CUSTOM, "TransformTensorBilinear") => Operator::RegionSampled,
            (CUSTOM, "TransformLandmarks") => Operator::RegionPoints,
            (CUSTOM, custom) => return Err(ModelError::Unknown(custom.to_owned())),
            (code, _) => return Err(ModelError::Unknown(code.to_string())),
        };
        self.steps.push(Step { operator, inputs, output });
        Ok(())
    }

    /// What the model answers to its one input.
    pub fn run(&self, input: Tensor) -> Result<Answer, ModelError> {
        if self.shapes[self.input] != input.shape || !input.is_whole() {
            return Err(ModelError::Damaged("its input has another size"));
        }
        let mut live: Vec<Option<Tensor>> = vec![None; self.shapes.len()];
        live[self.input] = Some(input);
        for (number, step) in self.steps.iter().enumerate() {
            let of = |&place: &Place| live[place].as_ref().or(self.weights[place].as_ref());
            let inputs: Option<Vec<&Tensor>> = step.inputs.iter().map(of).collect();
            let result = inputs.and_then(|inputs| compute(&step.operator, &inputs, &self.shapes[step.output]));
            let result = result.filter(Tensor::is_whole).ok_or(ModelError::Shapes(number))?;
            live[step.output] = Some(result);
            for &place in step.inputs.iter().filter(|&&place| self.last_use[place] == number) {
                live[place] = None;
            }
        }
        let output = |&place: &Place| {
            let tensor = live[place].take().ok_or(ModelError::Damaged("an output is missing"))?;
            Ok((self.names[place].clone(), tensor))
        };
        self.outputs.iter().map(output).collect::<Result<_, _>>().map(Answer)
    }
}

/// The number and, of a custom operator, the name.
fn code(table: Table) -> Result<(i32, String), ModelError> {
    // Numbers above 127 stand in a second, wider field.
    Ok((table.int(3, 0)?.max(table.byte(0)?), table.text(1)?))
}

/// What slides over a picture, and the function behind it, whose field has this number. Sizes of the window are options
/// of pooling only; elsewhere the weights have them.
fn window(
    options: Option<Table>,
    activation_field: usize,
    size_fields: Option<(usize, usize)>,
) -> Result<(Window, Activation), ModelError> {
    let options = options.ok_or(ModelError::Damaged("a step has no options"))?;
    let side = |field: usize| -> Result<usize, ModelError> {
        let side = usize::try_from(options.int(field, 0)?).unwrap_or(0);
        if (1..=64).contains(&side) { Ok(side) } else { Err(ModelError::Damaged("a window has no size")) }
    };
    let stride = Stride { columns: side(1)?, rows: side(2)?, is_padded: options.byte(0)? == 0 };
    let size = size_fields.map(|(columns, rows)| Ok((side(rows)?, side(columns)?))).transpose()?;
    Ok((Window { stride, size }, activation(Some(options), activation_field)?))
}

fn activation(options: Option<Table>, field: usize) -> Result<Activation, ModelError> {
    match options.map_or(Ok(0), |options| options.byte(field))? {
        0 => Ok(Activation::None),
        1 => Ok(Activation::Relu),
        3 => Ok(Activation::Relu6),
        _ => Err(ModelError::Unknown("activation".to_owned())),
    }
}

/// One step; `None` where its inputs do not fit together.
fn compute(operator: &Operator, inputs: &[&Tensor], shape: &[usize]) -> Option<Tensor> {
    let input = |number: usize| inputs.get(number).copied();
    let first = input(0)?;
    match operator {
        Operator::Convolution { window, activation } => {
            operators::convolution(first, input(1)?, input(2)?, (*window, *activation), shape)
        }
        Operator::Depthwise { window, activation } => {
            operators::depthwise(first, input(1)?, input(2)?, (*window, *activation), shape)
        }
        Operator::MaxPool { window } => operators::max_pool(first, *window, shape),
        Operator::Add { activation } => operators::add(first, input(1)?, *activation),
        Operator::Multiply => operators::multiply(first, input(1)?),
        Operator::Relu => Some(operators::relu(first)),
        Operator::Prelu => operators::prelu(first, input(1)?),
        Operator::Pad { before } => operators::pad(first, before, shape),
        Operator::Reshape => Some(Tensor::new(shape.to_vec(), first.numbers.clone())),
        Operator::Concatenate => {
            Some(Tensor::new(shape.to_vec(), inputs.iter().flat_map(|input| input.numbers.iter().copied()).collect()))
        }
        Operator::RegionMatrix(region) => attention::matrix(first, *region),
        Operator::RegionSampled => attention::sampled(first, input(1)?, shape),
        Operator::RegionPoints => attention::points(first, input(1)?),
    }
}

/// A 16-bit float (IEEE 754 binary16) as a 32-bit one.
fn half(bits: u16) -> f32 {
    let (sign, exponent, fraction) = (u32::from(bits >> 15) << 31, u32::from(bits >> 10 & 31), u32::from(bits & 1023));
    match exponent {
        0 => f32::from_bits(sign | (fraction as f32 / 16_777_216.0).to_bits()),
        31 => f32::from_bits(sign | 0x7f80_0000 | fraction << 13),
        _ => f32::from_bits(sign | (exponent + 112) << 23 | fraction << 13),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_floats_are_widened_exactly() {
        for (bits, number) in [
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x3555, 0.333_251_95),
            (0x0001, 5.960_464_5e-8),
            (0x8000, -0.0),
            (0x7bff, 65_504.0),
            (0x7c00, f32::INFINITY),
        ] {
            assert_eq!(half(bits).to_bits(), f32::to_bits(number), "{bits:x}");
        }
        assert!(half(0x7e00).is_nan());
    }

    #[test]
    fn bytes_that_are_no_model_are_an_error() {
        for bytes in [&[][..], &[0; 3], &[0; 64], &[255; 64], b"\x04\0\0\0TFL3 and nothing else that is a model"] {
            assert!(Model::read(bytes).is_err());
        }
    }
}
