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

/// The bytes of a packed file of numbers, `SIZE` bytes each: packed is the first byte of every number, then every second one,
/// and so on, because bytes with the same meaning are alike. What is left over at the end belongs to the number before it.
pub fn unpacked_numbers<const SIZE: usize>(file: &[u8]) -> io::Result<Vec<u8>> {
    let grouped = unpacked(file)?;
    let mut bytes = vec![0; grouped.len()];
    let mut rest = grouped.as_slice();
    for place in 0..SIZE {
        let (group, behind) = rest.split_at(grouped.len().saturating_sub(place).div_ceil(SIZE));
        bytes.iter_mut().skip(place).step_by(SIZE).zip(group).for_each(|(to, &from)| *to = from);
        rest = behind;
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
    fn numbers_are_put_together_from_their_bytes() {
        // `milk milk milk milk milk milk` grouped by three and by fifty is what these are made of.
        let text = b"milk milk milk milk milk milk";
        let three = unpacked_numbers::<3>(&MILK).unwrap();
        let grouped: Vec<u8> = (0..3).flat_map(|place| three.iter().skip(place).step_by(3).copied()).collect();
        assert_eq!(grouped, text);
        assert_ne!(three, text);
        for same in [unpacked_numbers::<1>(&MILK), unpacked_numbers::<50>(&MILK)] {
            assert_eq!(same.unwrap(), text);
        }
        assert!(unpacked_numbers::<4>(&MILK[..20]).is_err());
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
