//! What an English voice reads with: files that are carried in the program. Their licence and their origin are in
//! `data/LICENSE` and `data/NOTICE`.

/// The dictionary checked by people, JSON, packed by gzip.
pub const CHECKED: &[u8] = include_bytes!("../data/lexicon_us_gold.json.gz");

/// The larger dictionary.
pub const LARGER: &[u8] = include_bytes!("../data/lexicon_us_silver.json.gz");

/// The weights of the tagger, JSON, packed by gzip.
pub const TAGGER: &[u8] = include_bytes!("../data/tagger.json.gz");

/// The network for unknown words, ONNX.
pub const SPELLING: &[u8] = include_bytes!("../data/oov.onnx");

/// Its letters and sounds, JSON.
pub const SPELLING_ALPHABETS: &[u8] = include_bytes!("../data/oov.json");

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn the_files_are_those_that_were_checked() {
        for (file, expected) in [
            (CHECKED, "63ae94f8ef0e906d5b24fe9b59ffcbd1529aca5686a774610e43973cbaa86ad2"),
            (LARGER, "c4c2546ebf1eb07010331e7ef785a431aa17ba8e7bfb6b4af8d654ee96a71fd3"),
            (TAGGER, "d2da7502284bbbe45d49e0b7ce3ce67bdab82254150f4317f1b8559b4d38d0eb"),
            (SPELLING, "d3cfd8122c5f172a98c8de38268bf1213ee09f2c2ae4df6e055fc6532590fe76"),
            (SPELLING_ALPHABETS, "b462e6e5dbdf0e7346c732385d0dd844f612f1770871441c56932bff4ca75d8c"),
        ] {
            let found = Sha256::digest(file).iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
            assert_eq!(found, expected);
        }
    }
}
