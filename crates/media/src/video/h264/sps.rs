//! The header of an H.264 stream (ITU-T H.264, 7.3.2.1.1 and annex E): size, colours, shape of pixels. Read by the
//! decoder before it accepts a stream and by the lint. Knows no files.

use h264_reader::nal::sps::{FrameMbsFlags, SeqParameterSet};
use h264_reader::rbsp::{BitReader, decode_nal};

/// A kind of NAL unit, from table 7-1.
const SEQUENCE_PARAMETER_SET: u8 = 7;

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
    if nal.first()? & 0x1f != SEQUENCE_PARAMETER_SET {
        return None;
    }
    let payload = decode_nal(nal).ok()?;
    let read = SeqParameterSet::from_bits(BitReader::new(&*payload)).ok()?;
    let (width, height) = read.pixel_dimensions().ok()?;
    let vui = read.vui_parameters.as_ref();
    let signal = vui.and_then(|vui| vui.video_signal_type.as_ref());
    let pixel = vui.and_then(|vui| vui.aspect_ratio_info.as_ref()?.get());
    Some(Sps {
        profile: read.profile_idc.into(),
        width,
        height,
        chroma: read.chroma_info.chroma_format.to_u32(),
        bits: 8 + u32::from(read.chroma_info.bit_depth_luma_minus8),
        progressive: read.frame_mbs_flags == FrameMbsFlags::Frames,
        pixel: pixel.map(|(width, height)| (width.into(), height.into())),
        colours: signal.and_then(|signal| {
            let colours = signal.colour_description.as_ref()?;
            Some(Colours {
                full_range: signal.video_full_range_flag,
                primaries: colours.colour_primaries.into(),
                transfer: colours.transfer_characteristics.into(),
                matrix: colours.matrix_coefficients.into(),
            })
        }),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What x264 wrote for 1080×1920, High, BT.709, square pixels.
    const X264: &[u8] = &[
        0x67, 0x64, 0x00, 0x28, 0xac, 0xd9, 0x40, 0x44, 0x03, 0xc7, 0x97, 0xc0, 0x5a, 0x80, 0x80, 0x80, 0xa0, 0x00,
        0x00, 0x03, 0x00, 0x20, 0x00, 0x00, 0x07, 0x81, 0xe3, 0x06, 0x32, 0xc0,
    ];

    #[test]
    fn what_is_no_header_or_ends_early_is_refused() {
        assert_eq!(read_sps(&[]), None);
        assert_eq!(read_sps(&[0x68, 1, 2, 3]), None);
        assert!((1..8).all(|length| read_sps(&X264[..length]).is_none()));
    }

    #[test]
    fn what_an_encoder_wrote_is_read() {
        let bt709 = Colours { full_range: false, primaries: 1, transfer: 1, matrix: 1 };
        let sps = read_sps(X264).unwrap();
        assert_eq!((sps.profile, sps.width, sps.height, sps.chroma, sps.bits), (100, 1080, 1920, 1, 8));
        assert_eq!((sps.progressive, sps.pixel, sps.colours), (true, Some((1, 1)), Some(bt709)));
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
