//! The rewritten file computes what the first one computes in the runtime that it was made for.

use proptest::prelude::*;
use rten::Value;
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, Tensor};

use super::*;
use crate::network::{Network, Processors};

/// One convolution of whole numbers that pads, and one product of which the first factor is turned.
const TINY: &[u8] = include_bytes!("tiny.onnx");

fn run(network: &Network) -> Vec<Vec<f32>> {
    let of = |shape: [usize; 3], numbers: &[f32]| NdTensor::from_data(shape, numbers.to_vec());
    let given = vec![
        ("x", of([1, 1, 6], &[-1.0, 0.5, 2.0, -0.25, 1.0, 3.0]).into()),
        ("a", of([1, 2, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]).into()),
        ("b", of([1, 2, 2], &[1.0, -1.0, 2.0, 0.5]).into()),
    ];
    let numbers = |value: Value| -> Vec<f32> {
        let tensor: Tensor<f32> = value.into_tensor().unwrap();
        tensor.iter().copied().collect()
    };
    network.run(given, &["y", "p"], &Processors::new(1)).unwrap().into_iter().map(numbers).collect()
}

#[test]
fn the_rewritten_file_computes_the_same_as_its_own_runtime() {
    assert!(Network::read(TINY.to_vec(), "tiny").is_err(), "the runtime here does not know the product");
    let network = Network::read_large(prepared(TINY).unwrap(), "tiny").unwrap();
    // What ONNX Runtime says of the first file.
    let expected = [vec![-320.0, 288.0, 379.0, -238.0, 733.0, 779.0, -190.0], vec![9.0, 1.0, 12.0, 0.5, 15.0, 0.0]];
    assert_eq!(run(&network), expected);
}

#[test]
fn a_file_without_a_graph_or_cut_short_is_an_error() {
    for file in [&b""[..], b"<html>quota exceeded</html>", &[0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f], &[0x3a]] {
        assert_eq!(prepared(file), Err(damaged()));
    }
    for end in 0..TINY.len() {
        if let Ok(rewritten) = prepared(&TINY[..end]) {
            assert!(rewritten.len() < prepared(TINY).unwrap().len());
        }
    }
}

proptest! {
    #[test]
    fn no_bytes_break_it(bytes in proptest::collection::vec(any::<u8>(), 0..200), at in 0..TINY.len(), byte in any::<u8>()) {
        let _ = prepared(&bytes);
        let mut changed = TINY.to_vec();
        changed[at] = byte;
        let _ = prepared(&changed);
    }
}
