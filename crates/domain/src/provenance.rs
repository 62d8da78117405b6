//! How a file came to be, in the words of the IPTC's vocabulary "Digital Source Type": what the mark in files for people
//! says. Derived from jobs by `plan`, written into files by `media`.

use serde::{Deserialize, Serialize};

/// What the files for people are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SourceType {
    /// All of it came out of trained models.
    TrainedAlgorithmicMedia,
    /// Some of it did.
    CompositeWithTrainedAlgorithmicMedia,
    /// Made by an algorithm that learnt from nothing, as the drawn baby.
    AlgorithmicMedia,
    /// Put together of several things, none of them known to come out of a model.
    Composite,
}

impl SourceType {
    /// That of a name in the vocabulary; `None` for those that are said of nothing here.
    pub fn of_term(term: &str) -> Option<Self> {
        [
            Self::TrainedAlgorithmicMedia,
            Self::CompositeWithTrainedAlgorithmicMedia,
            Self::AlgorithmicMedia,
            Self::Composite,
        ]
        .into_iter()
        .find(|source| source.term() == term)
    }

    /// Its name in the vocabulary.
    pub fn term(self) -> &'static str {
        match self {
            SourceType::TrainedAlgorithmicMedia => "trainedAlgorithmicMedia",
            SourceType::CompositeWithTrainedAlgorithmicMedia => "compositeWithTrainedAlgorithmicMedia",
            SourceType::AlgorithmicMedia => "algorithmicMedia",
            SourceType::Composite => "composite",
        }
    }
}

/// What is written into a file for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// One term for the whole file.
    pub source: SourceType,
    /// The models that took part, as "provider model", each once and sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub systems: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_says_it_in_the_words_of_the_vocabulary() {
        use SourceType::{AlgorithmicMedia, Composite, CompositeWithTrainedAlgorithmicMedia, TrainedAlgorithmicMedia};
        for source in [TrainedAlgorithmicMedia, CompositeWithTrainedAlgorithmicMedia, AlgorithmicMedia, Composite] {
            assert_eq!(serde_json::to_value(source).unwrap(), source.term());
            assert_eq!(SourceType::of_term(source.term()), Some(source));
        }
    }
}
