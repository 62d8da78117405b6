//! The header of an H.264 stream (ITU-T H.264, 7.3.2.1.1 and annex E): size, colours, shape of pixels. Read by the
//! decoder before it accepts a stream and by the lint. Knows no files.

/// What a sequence parameter set says about the pictures, as far as the delivery format asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sps {
    pub profile: u8,
    pub width: u32,
    pub height: u32,
    /// 1 is 4:2:0.
    pub chroma: u32,
    pub bits: u32,
    pub progressive: bool,
    /// The shape of a pixel, when it says one.
    pub pixel: Option<(u32, u32)>,
    pub colours: Option<Colours>,
}

/// Codes of ITU-T H.264 tables E-3 to E-5; 1 is BT.709 in each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colours {
    pub full_range: bool,
    pub primaries: u32,
    pub transfer: u32,
    pub matrix: u32,
}

/// Reads the NAL unit of a sequence parameter set; `None` when it is not one or ends too early.
pub fn read_sps(nal: &[u8]) -> Option<Sps> {
    let (&kind, body) = nal.split_first()?;
    if kind & 0x1f != 7 {
        return None;
    }
    let payload = without_escapes(body);
    let mut bits = Bits { bytes: &payload, at: 0 };
    let profile = bits.take(8)? as u8;
    bits.take(16)?;
    bits.exp_golomb()?;
    let (mut chroma, mut depth) = (1, 8);
    if matches!(profile, 100 | 110 | 122 | 244 | 44 | 83 | 86 | 118 | 128) {
        chroma = bits.exp_golomb()?;
        if chroma == 3 {
            bits.take(1)?;
        }
        depth = bits.exp_golomb()?.checked_add(8)?;
        bits.exp_golomb()?;
        bits.take(1)?;
        if bits.flag()? {
            // Scaling lists: nothing that makes a vertical video for a phone writes them.
            return None;
        }
    }
    bits.exp_golomb()?;
    match bits.exp_golomb()? {
        0 => {
            bits.exp_golomb()?;
        }
        1 => {
            bits.take(1)?;
            bits.exp_golomb()?;
            bits.exp_golomb()?;
            for _ in 0..bits.exp_golomb()?.min(255) {
                bits.exp_golomb()?;
            }
        }
        _ => {}
    }
    bits.exp_golomb()?;
    bits.take(1)?;
    let columns = bits.exp_golomb()?.checked_add(1)?;
    let rows = bits.exp_golomb()?.checked_add(1)?;
    let progressive = bits.flag()?;
    if !progressive {
        bits.take(1)?;
    }
    bits.take(1)?;
    let mut crop = [0_u32; 4];
    if bits.flag()? {
        for side in &mut crop {
            *side = bits.exp_golomb()?;
        }
    }
    let [left, right, top, bottom] = crop.map(u64::from);
    // Cropping counts in pairs of pixels, and of rows of both fields when interlaced.
    let across = if chroma == 1 || chroma == 2 { 2 } else { 1 };
    let down = if chroma == 1 { 2 } else { 1 } * if progressive { 1 } else { 2 };
    let width = (u64::from(columns) * 16).checked_sub(across * (left + right))?;
    let height = (u64::from(rows) * if progressive { 16 } else { 32 }).checked_sub(down * (top + bottom))?;
    let mut sps = Sps {
        profile,
        width: u32::try_from(width).ok()?,
        height: u32::try_from(height).ok()?,
        chroma,
        bits: depth,
        progressive,
        pixel: None,
        colours: None,
    };
    if bits.flag()? {
        read_vui(&mut bits, &mut sps)?;
    }
    Some(sps)
}

fn read_vui(bits: &mut Bits, sps: &mut Sps) -> Option<()> {
    if bits.flag()? {
        sps.pixel = match bits.take(8)? {
            0 => None,
            1 => Some((1, 1)),
            255 => Some((bits.take(16)?, bits.take(16)?)),
            // Table E-1 holds only shapes that are not square beyond 1.
            code => Some((code, 1)),
        };
    }
    if bits.flag()? {
        bits.take(1)?;
    }
    if bits.flag()? {
        bits.take(3)?;
        let full_range = bits.flag()?;
        if bits.flag()? {
            let (primaries, transfer, matrix) = (bits.take(8)?, bits.take(8)?, bits.take(8)?);
            sps.colours = Some(Colours { full_range, primaries, transfer, matrix });
        }
    }
    Some(())
}

/// Takes out the 3 that H.264 puts after two zeros, so that no start code appears inside.
fn without_escapes(bytes: &[u8]) -> Vec<u8> {
    let mut clean = Vec::with_capacity(bytes.len());
    let mut zeros = 0;
    for &byte in bytes {
        if zeros >= 2 && byte == 3 {
            zeros = 0;
            continue;
        }
        zeros = if byte == 0 { zeros + 1 } else { 0 };
        clean.push(byte);
    }
    clean
}

struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn flag(&mut self) -> Option<bool> {
        let byte = *self.bytes.get(self.at / 8)?;
        let bit = byte >> (7 - self.at % 8) & 1;
        self.at += 1;
        Some(bit == 1)
    }

    fn take(&mut self, count: u32) -> Option<u32> {
        (0..count).try_fold(0, |value, _| Some(value << 1 | u32::from(self.flag()?)))
    }

    /// An unsigned number as 9.1 writes it: zeros, a one, and as many bits as there were zeros.
    fn exp_golomb(&mut self) -> Option<u32> {
        let mut zeros = 0;
        while !self.flag()? {
            zeros += 1;
            if zeros > 31 {
                return None;
            }
        }
        (1_u32 << zeros).checked_add(self.take(zeros)?)?.checked_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What x264 wrote for 1080×1920, High, BT.709, square pixels.
    const X264: &[u8] = &[
        0x67, 0x64, 0x00, 0x28, 0xac, 0xb4, 0x02, 0x20, 0x07, 0x93, 0x01, 0x10, 0x00, 0x00, 0x3e, 0x90, 0x00, 0x0e,
        0xa6, 0x0f, 0x18, 0x32, 0xa0,
    ];

    #[test]
    fn what_is_no_header_or_ends_early_is_refused() {
        assert_eq!(read_sps(&[]), None);
        assert_eq!(read_sps(&[0x68, 1, 2, 3]), None);
        assert!((1..8).all(|length| read_sps(&X264[..length]).is_none()));
    }

    #[test]
    fn escapes_are_taken_out() {
        assert_eq!(without_escapes(&[1, 0, 0, 3, 1, 0, 0, 3, 3, 0, 3]), [1, 0, 0, 1, 0, 0, 3, 0, 3]);
    }

    #[test]
    fn numbers_are_read_as_the_standard_writes_them() {
        let read = |bytes: &[u8]| Bits { bytes, at: 0 }.exp_golomb();
        assert_eq!(read(&[0b1000_0000]), Some(0));
        assert_eq!(read(&[0b0100_0000]), Some(1));
        assert_eq!(read(&[0b0010_1000]), Some(4));
        assert_eq!(read(&[0; 8]), None);
        assert_eq!(read(&[]), None);
    }

    proptest! {
        #[test]
        fn no_header_makes_the_reader_fail(at in 0..X264.len(), value in any::<u8>(), cut in 0..X264.len()) {
            let mut nal = X264.to_vec();
            nal[at] = value;
            read_sps(&nal);
            read_sps(&nal[..cut]);
        }
    }
}
