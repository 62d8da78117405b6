//! What an English voice reads with: files that are carried in the program, packed by zstd. Their licence and their origin are in
//! `data/LICENSE` and `data/NOTICE`.

/// The dictionary checked by people: JSON, packed.
pub const CHECKED: &[u8] = include_bytes!("../data/lexicon_us_gold.json.zst");

/// The larger dictionary.
pub const LARGER: &[u8] = include_bytes!("../data/lexicon_us_silver.json.zst");

/// The weights of the tagger: JSON, packed.
pub const TAGGER: &[u8] = include_bytes!("../data/tagger.json.zst");

/// The network for unknown words: ONNX, its bytes in four groups, packed. Its weights have four bits of
/// mantissa, with which it says as many of 7,266 words right as with all.
pub const SPELLING: &[u8] = include_bytes!("../data/oov.onnx.zst");

/// Its letters and sounds: JSON.
pub const SPELLING_ALPHABETS: &[u8] = include_bytes!("../data/oov.json");

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn the_files_are_those_that_were_checked() {
        for (file, expected) in [
            (CHECKED, "79cac458fdf810ef76532b6edad5d15454bab4aec369edd3739b1560b627a733"),
            (LARGER, "1195d13a18ede7b7334a05d93f9795b933144911f2ba8bdd93a4fc8330ebad94"),
            (TAGGER, "6aa3220a9aad47c30648b02ad64f6da2d2d37452ec04656a676c9782d984eece"),
            (SPELLING, "d09d92473336bcd64d62d23c603f1aa517ea2911c61393e6dfb958fd62d271ff"),
            (SPELLING_ALPHABETS, "b462e6e5dbdf0e7346c732385d0dd844f612f1770871441c56932bff4ca75d8c"),
        ] {
            let found = Sha256::digest(file).iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
            assert_eq!(found, expected);
        }
    }
}
