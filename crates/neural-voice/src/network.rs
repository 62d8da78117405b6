//! A network as a value: numbers in under names, numbers out. The one module that knows the runtime. Called by `spelling`
//! and `heart`.

use std::sync::Arc;

use rten::{
    Model, ModelOptions, NodeId, OpRegistry, RunOptions, ShapeInferenceMode, ThreadPool, Value, ValueOrView,
    op_types as op,
};

use crate::Error;

pub struct Network {
    model: Model,
}

/// The processors that one line is computed on.
#[derive(Clone)]
pub struct Processors(Arc<ThreadPool>);

impl Processors {
    /// That many threads. The result does not depend on their number.
    pub fn new(threads: usize) -> Self {
        Self(Arc::new(ThreadPool::with_num_threads(threads.max(1))))
    }
}

impl Network {
    /// Reads an ONNX file. It is data: nothing in it is run but the operations named here.
    pub fn read(file: Vec<u8>, what: &str) -> Result<Self, Error> {
        let mut options = ModelOptions::with_ops(operations());
        options.prepack_weights(false);
        options.load(file).map(|model| Self { model }).map_err(|_| Error::damaged(what))
    }

    /// The same of a file that was installed. Some of its operations the runtime gives only with all others.
    pub fn read_large(file: Vec<u8>, what: &str) -> Result<Self, Error> {
        let mut options = ModelOptions::with_ops(OpRegistry::with_all_ops());
        // It infers a wrong shape behind a recurrent operation, and what is computed here has none.
        options.prepack_weights(true).shape_inference(ShapeInferenceMode::Off);
        options.load(file).map(|model| Self { model }).map_err(|_| Error::damaged(what))
    }

    /// Computes the values of these names from those.
    pub fn run(
        &self,
        given: Vec<(&str, ValueOrView)>,
        asked: &[&str],
        processors: &Processors,
    ) -> Result<Vec<Value>, Error> {
        let asked: Vec<NodeId> = asked.iter().map(|name| self.node(name)).collect::<Result<_, _>>()?;
        let given: Result<_, Error> = given.into_iter().map(|(name, value)| Ok((self.node(name)?, value))).collect();
        let mut options = RunOptions::default();
        options.thread_pool = Some(processors.0.clone());
        self.model.run(given?, &asked, Some(options)).map_err(Error::network)
    }

    fn node(&self, name: &str) -> Result<NodeId, Error> {
        self.model.find_node(name).ok_or_else(|| Error::network(format!("it has no value {name}")))
    }
}

/// What the two networks of the voice are made of.
fn operations() -> OpRegistry {
    OpRegistry::with_ops(&[
        &op::Add,
        &op::ArgMax,
        &op::Cast,
        &op::Clip,
        &op::Concat,
        &op::Conv,
        &op::CumSum,
        &op::Div,
        &op::DynamicQuantizeLinear,
        &op::Erf,
        &op::Exp,
        &op::Gather,
        &op::GreaterOrEqual,
        &op::LayerNormalization,
        &op::Log,
        &op::MatMul,
        &op::MatMulInteger,
        &op::Mul,
        &op::Pow,
        &op::Range,
        &op::ReduceSum,
        &op::Relu,
        &op::Reshape,
        &op::Round,
        &op::Shape,
        &op::Slice,
        &op::Softmax,
        &op::Split,
        &op::Sub,
        &op::Tile,
        &op::Transpose,
        &op::Unsqueeze,
    ])
}
