//! Files that a program carries: packed by `zstd --ultra -22`, unpacked when they are used. A third of the models, fonts and
//! voices of this program is air. What is packed is written nowhere, so no reader has to be as fast as the disk.

use std::io::{self, Read};

use ruzstd::decoding::StreamingDecoder;

/// No file is larger than this when unpacked: more is one that was made to fill the memory.
const LARGEST: u64 = 64 << 20;

/// The bytes of a packed file. An error where it is cut, changed, no zstd, or would be larger than 64 MiB.
pub fn unpacked(file: &[u8]) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut decoder = StreamingDecoder::new(file).map_err(io::Error::other)?;
    decoder.by_ref().take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(io::Error::other("a carried file is larger than any should be"));
    }
    let decoder = decoder.decoder;
    if decoder.get_checksum_from_data() != decoder.get_calculated_checksum() {
        return Err(io::Error::other("a carried file is damaged"));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `printf 'milk milk milk milk milk milk' | zstd --ultra -22` writes.
    const MILK: [u8; 24] = [
        0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x88, 0x5d, 0x00, 0x00, 0x28, 0x6d, 0x69, 0x6c, 0x6b, 0x20, 0x01, 0x00, 0x00,
        0x8b, 0x16, 0xf5, 0xfd, 0xf8, 0x56,
    ];

    #[test]
    fn a_packed_file_is_unpacked() {
        assert_eq!(unpacked(&MILK).unwrap(), b"milk milk milk milk milk milk");
    }

    #[test]
    fn a_file_that_is_cut_or_changed_is_an_error() {
        for length in 0..MILK.len() {
            assert!(unpacked(&MILK[..length]).is_err(), "cut after {length} bytes");
        }
        for at in 9..MILK.len() {
            let mut changed = MILK;
            changed[at] ^= 0x11;
            assert!(unpacked(&changed).is_err(), "byte {at}");
        }
        assert!(unpacked(b"{\"milk\": true}").is_err());
    }
}
