//! Base64 as a provider must send it: the standard alphabet, padded, nothing else. A lenient reader would make a file
//! of something that was cut or altered on the way.

/// Decodes, or says that the text is not clean base64.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let bytes = base64_simd::STANDARD.decode_to_vec(text).ok()?;
    (!bytes.is_empty()).then_some(bytes)
}

/// The text of some bytes.
#[cfg(test)]
pub fn encode(bytes: &[u8]) -> String {
    base64_simd::STANDARD.encode_to_string(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn anything_but_clean_base64_is_refused() {
        assert_eq!(decode("aGVsbG8=").as_deref(), Some(&b"hello"[..]));
        for bad in [
            "",
            "aGVsbG8",
            "aGVsbG8==",
            "aGVsbG8=\n",
            " aGVsbG8=",
            "aGVs\nbG8=",
            "aGVsbG8=aGVsbG8=",
            "aGVsbG8=!!!!",
            "aGVs_G8=",
            "aGVs-G8=",
            "aGVsbG9=",
            "data:image/png;base64,aGVsbG8=",
            "=",
            "é",
        ] {
            assert_eq!(decode(bad), None, "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn bytes_come_back(bytes in proptest::collection::vec(any::<u8>(), 1..200)) {
            prop_assert_eq!(decode(&encode(&bytes)), Some(bytes));
        }

        #[test]
        fn one_text_for_one_meaning(text in "[A-Za-z0-9+/=]{0,24}") {
            if let Some(bytes) = decode(&text) {
                prop_assert_eq!(encode(&bytes), text);
            }
        }
    }
}
