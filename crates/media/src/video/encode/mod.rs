//! Pictures into H.264 and back, by the embedded encoder or by ffmpeg.

pub(super) mod chunks;
pub(super) mod decode;
pub(super) mod encoder;
pub(super) mod error;
pub(super) mod facts;
pub(super) mod fade;
pub(super) mod ffmpeg;
pub(super) mod foreign;
pub(super) mod keyframes;
pub(super) mod liveliest;
pub(super) mod media_file;
pub(super) mod openh264;
pub(super) mod own_file;
pub(super) mod reel;
pub(super) mod worker_pool;
