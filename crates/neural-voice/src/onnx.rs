//! Rewrites the file of the larger voice for the runtime here, which differs from the one that it was made for in two
//! operations: one is written as two that are known, and what a convolution of whole numbers pads with is said. It is the
//! same file for the same file. Pure; called by who installs the voice.

use crate::Error;

/// One field of a message: its number, all of its bytes, and what they hold.
struct Field<'a> {
    number: u64,
    whole: &'a [u8],
    /// Of a text or a message; empty of a number.
    content: &'a [u8],
    value: u64,
}

/// The fields of a message that matter here.
mod field {
    pub const GRAPH: u64 = 7;
    pub const NODE: u64 = 1;
    pub const INITIALIZER: u64 = 5;
    pub const GRAPH_OUTPUT: u64 = 12;
    pub const NAME_OF_VALUE: u64 = 1;
    pub const INPUT: u64 = 1;
    pub const OUTPUT: u64 = 2;
    pub const OPERATION: u64 = 4;
    pub const ATTRIBUTE: u64 = 5;
    pub const NAME_OF_NODE: u64 = 3;
    pub const NAME_OF_ATTRIBUTE: u64 = 1;
    pub const NUMBERS: u64 = 8;
    pub const KIND: u64 = 20;
    pub const DIMENSIONS: u64 = 1;
    pub const DATA_KIND: u64 = 2;
    pub const NAME_OF_TENSOR: u64 = 8;
    pub const RAW: u64 = 9;
}

/// The kinds of numbers and attributes, as the format counts them.
const INT64: u64 = 7;
const LIST_OF_NUMBERS: u64 = 7;

/// Whole sentences of more dimensions are not convolved here.
const MOST_PADS: usize = 8;

/// The file as the runtime reads it.
pub fn prepared(file: &[u8]) -> Result<Vec<u8>, Error> {
    let mut rewritten = Vec::with_capacity(file.len() + (64 << 10));
    let mut has_graph = false;
    for field in fields(file) {
        let field = field?;
        if field.number == field::GRAPH && !field.content.is_empty() {
            has_graph = true;
            put(&mut rewritten, field::GRAPH, &graph(field.content)?);
        } else {
            rewritten.extend_from_slice(field.whole);
        }
    }
    if has_graph { Ok(rewritten) } else { Err(damaged()) }
}

fn damaged() -> Error {
    Error::damaged("the model of the voice")
}

fn graph(graph: &[u8]) -> Result<Vec<u8>, Error> {
    let mut rewritten = Vec::with_capacity(graph.len() + (64 << 10));
    let mut paddings: Vec<Vec<i64>> = Vec::new();
    for field in fields(graph) {
        let field = field?;
        match Node::read(&field)? {
            Some(node) if node.operation == "FusedMatMul" => {
                for node in node.unfused()? {
                    put(&mut rewritten, field::NODE, &node);
                }
            }
            Some(node) if node.operation == "ConvInteger" && node.pads.iter().any(|pad| *pad != 0) => {
                for part in node.padded()? {
                    put(&mut rewritten, field::NODE, &part);
                }
                if !paddings.contains(&node.pads) {
                    paddings.push(node.pads);
                }
            }
            // Computed here, see `kokoro`: what it is computed of is asked for, so it is an output.
            Some(node) if node.operation == "STFT" => {
                let mut output = Vec::new();
                put(&mut output, field::NAME_OF_VALUE, node.inputs.first().ok_or_else(damaged)?.as_bytes());
                put(&mut rewritten, field::GRAPH_OUTPUT, &output);
            }
            _ => rewritten.extend_from_slice(field.whole),
        }
    }
    for pads in paddings {
        put(&mut rewritten, field::INITIALIZER, &tensor(&pads));
    }
    Ok(rewritten)
}

/// An operation of the graph, as far as it matters here.
struct Node<'a> {
    operation: &'a str,
    inputs: Vec<&'a str>,
    outputs: Vec<&'a str>,
    attributes: Vec<Field<'a>>,
    /// Before and behind each dimension of what is convolved.
    pads: Vec<i64>,
}

impl<'a> Node<'a> {
    fn read(field: &Field<'a>) -> Result<Option<Self>, Error> {
        if field.number != field::NODE {
            return Ok(None);
        }
        let mut node =
            Self { operation: "", inputs: Vec::new(), outputs: Vec::new(), attributes: Vec::new(), pads: Vec::new() };
        for part in fields(field.content) {
            let part = part?;
            match part.number {
                field::INPUT => node.inputs.push(text(part.content)?),
                field::OUTPUT => node.outputs.push(text(part.content)?),
                field::OPERATION => node.operation = text(part.content)?,
                field::ATTRIBUTE => {
                    if attribute_name(part.content)? == "pads" {
                        node.pads = numbers(part.content)?;
                    }
                    node.attributes.push(part);
                }
                _ => {}
            }
        }
        Ok(Some(node))
    }

    /// A product of which the first factor is turned, as turning and product.
    fn unfused(&self) -> Result<[Vec<u8>; 2], Error> {
        let ([first, second], [output]) = (self.inputs.as_slice(), self.outputs.as_slice()) else {
            return Err(damaged());
        };
        let turned = format!("{output}_turned");
        let mut order = Vec::new();
        put(&mut order, field::NAME_OF_ATTRIBUTE, b"perm");
        for place in [0, 2, 1] {
            put_number(&mut order, field::NUMBERS, place);
        }
        put_number(&mut order, field::KIND, LIST_OF_NUMBERS);
        let turning = node("Transpose", &[first], &turned, &[&order]);
        Ok([turning, node("MatMul", &[&turned, second], output, &[])])
    }

    /// A convolution that pads, as padding with what stands for zero and convolution.
    fn padded(&self) -> Result<[Vec<u8>; 2], Error> {
        let ([input, rest @ ..], [output]) = (self.inputs.as_slice(), self.outputs.as_slice()) else {
            return Err(damaged());
        };
        let zero = *self.inputs.get(2).ok_or_else(damaged)?;
        if self.pads.len() > MOST_PADS || !self.pads.len().is_multiple_of(2) {
            return Err(damaged());
        }
        let padded = format!("{output}_padded");
        let padding = node("Pad", &[input, &padding_name(&self.pads), zero], &padded, &[]);
        let mut kept = Vec::new();
        for attribute in &self.attributes {
            if attribute_name(attribute.content)? != "pads" {
                kept.push(attribute.content);
            }
        }
        let inputs: Vec<&str> = std::iter::once(padded.as_str()).chain(rest.iter().copied()).collect();
        Ok([padding, node("ConvInteger", &inputs, output, &kept)])
    }
}

fn padding_name(pads: &[i64]) -> String {
    pads.iter().fold("padding".to_owned(), |name, pad| format!("{name}_{pad}"))
}

/// The paddings of all dimensions, the first two of which are not convolved.
fn tensor(pads: &[i64]) -> Vec<u8> {
    let (before, behind) = pads.split_at(pads.len() / 2);
    let numbers = [&[0, 0], before, &[0, 0], behind].concat();
    let mut tensor = Vec::new();
    put_number(&mut tensor, field::DIMENSIONS, numbers.len() as u64);
    put_number(&mut tensor, field::DATA_KIND, INT64);
    put(&mut tensor, field::NAME_OF_TENSOR, padding_name(pads).as_bytes());
    put(&mut tensor, field::RAW, &numbers.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>());
    tensor
}

fn node(operation: &str, inputs: &[&str], output: &str, attributes: &[&[u8]]) -> Vec<u8> {
    let mut node = Vec::new();
    for input in inputs {
        put(&mut node, field::INPUT, input.as_bytes());
    }
    put(&mut node, field::OUTPUT, output.as_bytes());
    put(&mut node, field::NAME_OF_NODE, format!("{operation} {output}").as_bytes());
    put(&mut node, field::OPERATION, operation.as_bytes());
    for attribute in attributes {
        put(&mut node, field::ATTRIBUTE, attribute);
    }
    node
}

fn attribute_name(attribute: &[u8]) -> Result<&str, Error> {
    for part in fields(attribute) {
        let part = part?;
        if part.number == field::NAME_OF_ATTRIBUTE {
            return text(part.content);
        }
    }
    Err(damaged())
}

/// The numbers of a list, written one by one or as one.
fn numbers(attribute: &[u8]) -> Result<Vec<i64>, Error> {
    let mut numbers = Vec::new();
    for part in fields(attribute) {
        let part = part?;
        if part.number != field::NUMBERS {
            continue;
        }
        let mut packed = part.content;
        if packed.is_empty() {
            numbers.push(part.value as i64);
        }
        while !packed.is_empty() {
            numbers.push(take_number(&mut packed).ok_or_else(damaged)? as i64);
        }
    }
    Ok(numbers)
}

fn text(bytes: &[u8]) -> Result<&str, Error> {
    std::str::from_utf8(bytes).map_err(|_| damaged())
}

/// The fields of a message, in order.
fn fields(message: &[u8]) -> impl Iterator<Item = Result<Field<'_>, Error>> {
    let mut rest = message;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let field = take_field(&mut rest);
        if field.is_none() {
            rest = &[];
        }
        Some(field.ok_or_else(damaged))
    })
}

fn take_field<'a>(rest: &mut &'a [u8]) -> Option<Field<'a>> {
    let before = *rest;
    let tag = take_number(rest)?;
    let (mut content, mut value) = (&[][..], 0);
    match tag & 7 {
        0 => value = take_number(rest)?,
        1 => *rest = rest.get(8..)?,
        2 => {
            let length = usize::try_from(take_number(rest)?).ok()?;
            content = rest.get(..length)?;
            *rest = &rest[length..];
        }
        5 => *rest = rest.get(4..)?,
        _ => return None,
    }
    Some(Field { number: tag >> 3, whole: &before[..before.len() - rest.len()], content, value })
}

fn take_number(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for at in 0..10 {
        let byte = *rest.get(at)?;
        number |= u64::from(byte & 0x7f) << (7 * at);
        if byte < 0x80 {
            *rest = &rest[at + 1..];
            return Some(number);
        }
    }
    None
}

fn put(message: &mut Vec<u8>, number: u64, content: &[u8]) {
    varint(message, number << 3 | 2);
    varint(message, content.len() as u64);
    message.extend_from_slice(content);
}

fn put_number(message: &mut Vec<u8>, number: u64, value: u64) {
    varint(message, number << 3);
    varint(message, value);
}

fn varint(message: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        message.push(value as u8 | 0x80);
        value >>= 7;
    }
    message.push(value as u8);
}

#[cfg(test)]
mod tests;
