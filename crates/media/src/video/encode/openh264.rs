//! The encoder that is compiled into this program: openh264 with fixed parameters. Called by `encode`; the only file that
//! names the encoder's crate.

use openh264::OpenH264API;
use openh264::encoder::{
    BitRate, Complexity, Encoder, EncoderConfig, FrameRate, FrameType, Level, Profile, QpRange, RateControlMode,
    UsageType, VuiConfig,
};
use openh264::formats::YUVSlices;

use super::error::EncodeError;
use crate::video::frame::{FPS, Frame, HEIGHT, WIDTH};

/// Whether the fast routines in assembly code were built in; see build.rs.
pub(in crate::video) const HAS_ASSEMBLY: bool = cfg!(babblecast_openh264_assembly);

/// The same for every picture, so that no clip looks worse than its neighbour and none depends on another.
const QUALITY: u8 = 24;

pub(in crate::video) struct Embedded(Encoder);

impl Embedded {
    pub(in crate::video) fn new() -> Result<Embedded, EncodeError> {
        let parameters = EncoderConfig::new()
            .rate_control_mode(RateControlMode::Off)
            .qp(QpRange::new(QUALITY, QUALITY))
            // Has no effect without rate control, but must fit the level.
            .bitrate(BitRate::from_bps(10_000_000))
            .max_frame_rate(FrameRate::from_hz(FPS as f32))
            // The default leaves out pictures.
            .skip_frames(false)
            .usage_type(UsageType::CameraVideoRealTime)
            .complexity(Complexity::Low)
            .scene_change_detect(false)
            .adaptive_quantization(false)
            .background_detection(false)
            .profile(Profile::High)
            .level(Level::Level_4_0)
            .vui(VuiConfig::bt709())
            .num_threads(1);
        Encoder::with_api_config(OpenH264API::from_source(), parameters).map(Embedded).map_err(|error| failed(&error))
    }

    /// The next picture of the stream.
    pub(in crate::video) fn encode(&mut self, frame: &Frame, is_keyframe: bool) -> Result<Vec<u8>, EncodeError> {
        let (width, height) = (WIDTH as usize, HEIGHT as usize);
        if frame.y.len() != Frame::LUMA || frame.u.len() != Frame::CHROMA || frame.v.len() != Frame::CHROMA {
            return Err(EncodeError::Embedded { reason: "a picture has the wrong size".into() });
        }
        if is_keyframe {
            self.0.force_intra_frame();
        }
        let planes = YUVSlices::new((&frame.y, &frame.u, &frame.v), (width, height), (width, width / 2, width / 2));
        let picture = self.0.encode(&planes).map_err(|error| failed(&error))?;
        let right = if is_keyframe { FrameType::IDR } else { FrameType::P };
        if picture.frame_type() != right {
            let reason = format!("it made a picture of kind {:?} instead of {right:?}", picture.frame_type());
            return Err(EncodeError::Embedded { reason });
        }
        Ok(picture.to_vec())
    }
}

fn failed(error: &openh264::Error) -> EncodeError {
    EncodeError::Embedded { reason: error.to_string() }
}
