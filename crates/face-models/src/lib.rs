//! Reads and runs the two TFLite models by which a face is found in a picture: MediaPipe's BlazeFace, and its face mesh
//! with attention. Plain Rust, and only the operators that these models need, with the three of MediaPipe's own by which the
//! mesh looks again at lips and eyes.
//!
//! ```
//! use face_models::{Model, ModelError};
//!
//! assert!(matches!(Model::read(b"no model"), Err(ModelError::Damaged(_))));
//! ```
//!
//! `flatbuffer` reads the file, `model` makes steps of it, `operators` and `attention` compute them on blocks of numbers
//! (`tensor`). Knows no pictures and no faces.

#![cfg_attr(not(test), warn(missing_docs))]

mod attention;
mod flatbuffer;
mod model;
mod operators;
pub mod regions;
mod tensor;

pub use model::{Answer, Model, ModelError};
pub use tensor::Tensor;
