//! Pictures as bytes and as pixels: what a file is, its pixels checked in full, the portrait made right for video, and
//! a copy that fits a terminal pane. Pure functions; called by the engine, the preview and the command line. Knows no
//! files, no providers and no terminal.
//!
//! Conversions are on purpose and in one place, `decode`: 16-bit samples are rounded to 8, palettes and greys become
//! RGB, transparency is laid on `BACKGROUND`, the camera's orientation is applied, and of an animation the first frame
//! counts. Colour profiles are not applied. What a provider sends must be a picture and nothing else; a person's own file
//! (`decode_own`) may carry what phones append, and may be larger.

use std::io::Cursor;

use fast_image_resize::images::Image;
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageReader, Limits, Rgb, RgbImage};

use super::container::{self, Extent, Kind};
use super::mark;

/// Width and height of a portrait that is ready for video.
pub const PORTRAIT: (u32, u32) = (1024, 1536);

/// The longest side of a picture that is read.
pub const MAX_SIDE: u32 = 8192;

/// The most memory that the pixels of one picture may take, in bytes, before conversion.
pub const MAX_DECODED: u64 = 256 * 1024 * 1024;

/// The same for a person's own picture, which is then scaled down to `MAX_SIDE`: panoramas and scans are larger.
const OWN_MAX_SIDE: u32 = 32_768;
const OWN_MAX_DECODED: u64 = 1024 * 1024 * 1024;

/// What shows through a transparent picture: white, as paper.
pub const BACKGROUND: Rgb<u8> = Rgb([255, 255, 255]);

/// Where the cut falls when a picture is cropped to fill: in the middle across, and in height a quarter above the part
/// that is lost, because a baby's head is in the upper half.
const CROP_CENTRE: (f64, f64) = (0.5, 0.25);

/// The formats that this program decodes itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictureFormat {
    /// What portraits are kept as.
    Png,
    /// Baseline and progressive; turned as its EXIF says.
    Jpeg,
    /// Lossy and lossless; of an animation the first frame.
    WebP,
    /// Of an animation the first frame.
    Gif,
}

impl PictureFormat {
    /// As people write it: `JPEG`.
    pub fn name(self) -> &'static str {
        match self {
            PictureFormat::Png => "PNG",
            PictureFormat::Jpeg => "JPEG",
            PictureFormat::WebP => "WebP",
            PictureFormat::Gif => "GIF",
        }
    }

    /// As servers and requests name it: `image/jpeg`.
    pub fn media_type(self) -> &'static str {
        match self {
            PictureFormat::Png => "image/png",
            PictureFormat::Jpeg => "image/jpeg",
            PictureFormat::WebP => "image/webp",
            PictureFormat::Gif => "image/gif",
        }
    }

    /// The ending of a file name, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            PictureFormat::Png => "png",
            PictureFormat::Jpeg => "jpg",
            PictureFormat::WebP => "webp",
            PictureFormat::Gif => "gif",
        }
    }
}

/// What the header of a picture says. Width and height are as shown, after the camera's orientation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PictureInfo {
    /// By the bytes, whatever the file is called.
    pub format: PictureFormat,
    /// In pixels, after a turn by a quarter the height of what is stored.
    pub width: u32,
    /// In pixels, after a turn by a quarter the width of what is stored.
    pub height: u32,
}

/// Why bytes are no picture that can be used: a sentence with what to do.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PictureError {
    /// The bytes are of another kind of file.
    #[error("This is not a picture: the file is {found}. Use a PNG, JPEG, WebP or GIF file.")]
    NotAPicture {
        /// What they are, with its article, as [`container::describe`] says.
        found: &'static str,
    },
    /// The header names more pixels than are decoded; nothing was decoded.
    #[error(
        "The picture is {width}×{height}, too large to open: at most {most} pixels a side and {} MiB of pixels. Use a smaller one.", decoded / 1024 / 1024
    )]
    TooLarge {
        /// Of the header, in pixels.
        width: u32,
        /// Of the header, in pixels.
        height: u32,
        /// The most pixels a side.
        most: u32,
        /// The most bytes of decoded pixels.
        decoded: u64,
    },
    /// The file ends before its own structure does.
    #[error("The {} picture stops in the middle: it was probably not received in full. Fetch or save it again.", format.name())]
    CutShort {
        /// What it begins as.
        format: PictureFormat,
    },
    /// Something else stands behind the end of the picture; only a received picture is refused for it.
    #[error(
        "{count} bytes that are no picture follow the end of the {} picture. Save it again with a picture editor.",
        format.name()
    )]
    TrailingBytes {
        /// What it is up to its end.
        format: PictureFormat,
        /// How many bytes follow.
        count: usize,
    },
    /// The decoder gave up.
    #[error("The {} picture is damaged ({reason}). Fetch or save it again.", format.name())]
    Damaged {
        /// What it begins as.
        format: PictureFormat,
        /// In the decoder's words.
        reason: String,
    },
}

/// The outcome of `optimize`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Optimized {
    /// The bytes are already what video needs: keep the file as it is.
    AlreadyRight,
    /// A new PNG.
    Rewritten(Vec<u8>),
}

/// Reads the header only: format, size as shown, and the limits. Says nothing about the pixels.
pub fn inspect(bytes: &[u8]) -> Result<PictureInfo, PictureError> {
    open(bytes, RECEIVED).map(|opened| opened.info())
}

/// As [`inspect`], and checks that the file is all there and nothing else, by its outer structure. Nothing is decoded.
pub fn inspect_whole(bytes: &[u8]) -> Result<PictureInfo, PictureError> {
    let info = inspect(bytes)?;
    check_extent(info.format, bytes)?;
    Ok(info)
}

/// As [`inspect`], with the limits of a person's own picture.
pub fn inspect_own(bytes: &[u8]) -> Result<PictureInfo, PictureError> {
    open(bytes, OWN).map(|opened| opened.info())
}

/// Decodes the whole picture and checks that it is all there and nothing else.
pub fn decode(bytes: &[u8]) -> Result<RgbImage, PictureError> {
    decode_within(bytes, RECEIVED)
}

/// As [`decode`], for a person's own picture: what stands behind its end is left out, and one that is larger than video can
/// use is scaled down.
pub fn decode_own(bytes: &[u8]) -> Result<RgbImage, PictureError> {
    let picture = decode_within(without_trailer(bytes), OWN)?;
    let is_large = picture.width() > MAX_SIDE || picture.height() > MAX_SIDE;
    Ok(if is_large { fit(&picture, MAX_SIDE, MAX_SIDE) } else { picture })
}

/// The picture alone: phones append videos and their own notes to it.
fn without_trailer(bytes: &[u8]) -> &[u8] {
    match container::kind(bytes).map(|kind| container::extent(kind, bytes)) {
        Some(Extent::Trailing(count)) => &bytes[..bytes.len() - count],
        _ => bytes,
    }
}

fn decode_within(bytes: &[u8], most: Most) -> Result<RgbImage, PictureError> {
    let opened = open(bytes, most)?;
    let format = opened.format;
    check_extent(format, bytes)?;
    let mut image = DynamicImage::from_decoder(opened.decoder).map_err(|error| damaged(format, &error))?;
    image.apply_orientation(opened.orientation);
    Ok(if image.color().has_alpha() { flatten(image) } else { image.into_rgb8() })
}

/// A PNG of 8-bit RGB. Chosen for speed: a portrait takes under 10 ms and is 8 % larger than at the default setting.
///
/// # Panics
/// When the image has no pixels; `decode`, `fill` and `fit` never make such a one.
#[expect(clippy::expect_used, reason = "an image with pixels can be written to memory")]
pub fn encode_png(image: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(image.as_raw().len() / 2);
    let mut encoder = png::Encoder::new(&mut bytes, image.width(), image.height());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_deflate_compression(png::DeflateCompression::FdeflateUltraFast);
    encoder.set_filter(png::Filter::Paeth);
    let written = encoder.write_header().and_then(|mut writer| {
        writer.write_image_data(image.as_raw())?;
        writer.finish()
    });
    written.expect("an image with pixels can be written to memory");
    bytes
}

/// A JPEG of so good a quality, from 1 to 100: for small copies that are looked at and nothing else.
///
/// # Panics
/// As [`encode_png`].
#[expect(clippy::expect_used, reason = "an image with pixels can be written to memory")]
pub fn encode_jpeg(image: &RgbImage, quality: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, quality);
    image.write_with_encoder(encoder).expect("an image with pixels can be written to memory");
    bytes
}

/// The picture as video needs it: a PNG of 8-bit RGB, exactly `PORTRAIT`, cropped to fill and never squeezed. What it says of
/// its making goes with it. Decodes in
/// full either way, so a damaged file is never called right.
pub fn optimize(bytes: &[u8]) -> Result<Optimized, PictureError> {
    if is_portrait_png(bytes) {
        check_rows(bytes)?;
        return Ok(Optimized::AlreadyRight);
    }
    Ok(Optimized::Rewritten(mark::carried(bytes, encode_png(&fill(&decode(bytes)?, PORTRAIT.0, PORTRAIT.1)))))
}

/// As [`optimize`], for a person's own picture.
pub fn optimize_own(bytes: &[u8]) -> Result<Optimized, PictureError> {
    if is_portrait_png(bytes) && check_rows(bytes).is_ok() {
        return Ok(Optimized::AlreadyRight);
    }
    Ok(Optimized::Rewritten(mark::carried(bytes, encode_png(&fill(&decode_own(bytes)?, PORTRAIT.0, PORTRAIT.1)))))
}

/// Reads every row of a PNG as wide as a portrait and keeps none: as strict as `decode`, without the memory of a picture.
fn check_rows(bytes: &[u8]) -> Result<(), PictureError> {
    let format = PictureFormat::Png;
    check_extent(format, bytes)?;
    let read = || {
        let mut reader = png::Decoder::new(Cursor::new(bytes)).read_info()?;
        let mut row = [0; PORTRAIT.0 as usize * 3];
        while reader.read_row(&mut row)?.is_some() {}
        reader.finish()
    };
    read().map_err(|error: png::DecodingError| PictureError::Damaged { format, reason: error.to_string() })
}

/// Whether the header promises what `optimize` makes. Reads chunk names only; for bytes already known to be whole, such
/// as a stored asset, this answers without decoding.
pub fn is_portrait_png(bytes: &[u8]) -> bool {
    let right_header = |body: &[u8]| {
        let (width, height) = PORTRAIT;
        // Width, height, bit depth, colour type.
        body.get(..10) == Some(&[&width.to_be_bytes()[..], &height.to_be_bytes()[..], &[8, 2]].concat()[..])
    };
    let mut chunks = match container::kind(bytes) {
        Some(Kind::Png) => container::png_chunks(bytes),
        _ => return false,
    };
    let starts_right = chunks.next().is_some_and(|(name, body)| name == b"IHDR" && right_header(body));
    // A transparent colour, an animation or an orientation would still change what is shown.
    starts_right && chunks.all(|(name, _)| !matches!(name, b"tRNS" | b"acTL" | b"eXIf"))
}

/// Scales and crops to exactly the given size, at least 1×1, without squeezing.
pub fn fill(image: &RgbImage, width: u32, height: u32) -> RgbImage {
    let (width, height) = (width.clamp(1, MAX_SIDE), height.clamp(1, MAX_SIDE));
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3))
        .fit_into_destination(Some(CROP_CENTRE));
    resize(image, width, height, &options)
}

/// Where a picture lies in another one: how many times as large, and moved by how many pixels, right and down.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Placement {
    /// Of both sides alike; 1 is the size it has.
    pub scale: f32,
    /// Where its left edge comes to lie: 0 or less, where a part of it is cut off.
    pub left: f32,
    /// Where its upper edge comes to lie: 0 or less.
    pub top: f32,
}

/// Where `fill` puts a picture of this size.
pub fn fill_placement(from: (u32, u32), to: (u32, u32)) -> Placement {
    let (from, to) = ((from.0.max(1) as f32, from.1.max(1) as f32), (to.0 as f32, to.1 as f32));
    let scale = (to.0 / from.0).max(to.1 / from.1);
    let (across, down) = (CROP_CENTRE.0 as f32, CROP_CENTRE.1 as f32);
    Placement { scale, left: (to.0 - from.0 * scale) * across, top: (to.1 - from.1 * scale) * down }
}

/// Scales up or down to the largest size that fits inside the given one with its aspect kept, at least 1×1.
pub fn fit(image: &RgbImage, width: u32, height: u32) -> RgbImage {
    let (source_width, source_height) = (f64::from(image.width()), f64::from(image.height()));
    let (width, height) = (width.clamp(1, MAX_SIDE), height.clamp(1, MAX_SIDE));
    let scale = (f64::from(width) / source_width).min(f64::from(height) / source_height);
    let fitted = |side: f64, limit: u32| ((side * scale).round() as u32).clamp(1, limit);
    // Thumbnails are averaged down first: a tenth of the time, and nobody can tell at that size.
    let algorithm = if scale < 0.25 {
        ResizeAlg::SuperSampling(FilterType::Lanczos3, 2)
    } else {
        ResizeAlg::Convolution(FilterType::Lanczos3)
    };
    let options = ResizeOptions::new().resize_alg(algorithm);
    resize(image, fitted(source_width, width), fitted(source_height, height), &options)
}

/// Lays a picture over one of the same size that fades out: `share` of it is seen. One of another size is seen alone.
pub fn faded(from: &RgbImage, to: &mut RgbImage, share: f32) {
    if from.dimensions() != to.dimensions() {
        return;
    }
    let weight = (share.clamp(0.0, 1.0) * 256.0) as u32;
    for (before, after) in from.as_raw().iter().zip(to.iter_mut()) {
        *after = ((u32::from(*before) * (256 - weight) + u32::from(*after) * weight) >> 8) as u8;
    }
}

/// With a fourth byte for each pixel: the resizer is built for such pixels only, which saves three megabytes of program.
#[expect(
    clippy::expect_used,
    reason = "the buffers have the sizes they are said to have, and the crop lies inside the source"
)]
fn resize(image: &RgbImage, width: u32, height: u32, options: &ResizeOptions) -> RgbImage {
    if image.dimensions() == (width, height) {
        return image.clone();
    }
    let mut padded = Vec::with_capacity(image.as_raw().len() / 3 * 4);
    for [red, green, blue] in image.as_raw().as_chunks().0 {
        padded.extend_from_slice(&[*red, *green, *blue, u8::MAX]);
    }
    let source =
        Image::from_vec_u8(image.width(), image.height(), padded, PixelType::U8x4).expect("four bytes a pixel");
    let mut resized = Image::new(width, height, PixelType::U8x4);
    let options = options.use_alpha(false);
    Resizer::new()
        .resize(&source, &mut resized, &options)
        .expect("both are of one kind and the crop lies inside the source");
    let mut pixels = Vec::with_capacity(resized.buffer().len() / 4 * 3);
    for [red, green, blue, _] in resized.buffer().as_chunks().0 {
        pixels.extend_from_slice(&[*red, *green, *blue]);
    }
    RgbImage::from_raw(width, height, pixels).expect("three bytes a pixel")
}

/// A picture whose header has been read.
struct Opened<Decoder> {
    format: PictureFormat,
    orientation: Orientation,
    decoder: Decoder,
}

impl<Decoder: ImageDecoder> Opened<Decoder> {
    fn info(&self) -> PictureInfo {
        let (width, height) = self.decoder.dimensions();
        let lies_on_its_side = matches!(
            self.orientation,
            Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH
        );
        let (width, height) = if lies_on_its_side { (height, width) } else { (width, height) };
        PictureInfo { format: self.format, width, height }
    }
}

/// How large a picture may be: its sides in pixels and its pixels in bytes.
#[derive(Clone, Copy)]
struct Most {
    side: u32,
    decoded: u64,
}

const RECEIVED: Most = Most { side: MAX_SIDE, decoded: MAX_DECODED };
const OWN: Most = Most { side: OWN_MAX_SIDE, decoded: OWN_MAX_DECODED };

fn open(bytes: &[u8], most: Most) -> Result<Opened<impl ImageDecoder + '_>, PictureError> {
    let (format, codec) = match container::kind(bytes) {
        Some(Kind::Png) => (PictureFormat::Png, image::ImageFormat::Png),
        Some(Kind::Jpeg) => (PictureFormat::Jpeg, image::ImageFormat::Jpeg),
        Some(Kind::WebP) => (PictureFormat::WebP, image::ImageFormat::WebP),
        Some(Kind::Gif) => (PictureFormat::Gif, image::ImageFormat::Gif),
        _ => return Err(PictureError::NotAPicture { found: container::describe(bytes) }),
    };
    if format == PictureFormat::Png {
        check_png_header(bytes, most)?;
    }
    let mut limits = Limits::no_limits(); // the sides are checked below, where the message can name them
    limits.max_alloc = Some(2 * most.decoded);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), codec);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| match container::extent(kind_of(format), bytes) {
        Extent::CutShort => PictureError::CutShort { format },
        _ => damaged(format, &error),
    })?;
    let (width, height) = decoder.dimensions();
    check_size(format, width, height, decoder.total_bytes(), most)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    Ok(Opened { format, orientation, decoder })
}

/// A PNG header of any size costs 33 bytes; its decoder wants rows of that size before it tells.
fn check_png_header(bytes: &[u8], most: Most) -> Result<(), PictureError> {
    let format = PictureFormat::Png;
    let Some((b"IHDR", body)) = container::png_chunks(bytes).next() else {
        return Err(PictureError::CutShort { format });
    };
    let side =
        |at: usize| body.get(at..at + 4).and_then(|side| side.first_chunk().copied()).map_or(0, u32::from_be_bytes);
    check_size(format, side(0), side(4), 0, most)
}

fn check_size(format: PictureFormat, width: u32, height: u32, decoded: u64, most: Most) -> Result<(), PictureError> {
    if width == 0 || height == 0 {
        return Err(PictureError::Damaged { format, reason: "it has no pixels".into() });
    }
    if width > most.side || height > most.side || decoded > most.decoded {
        return Err(PictureError::TooLarge { width, height, most: most.side, decoded: most.decoded });
    }
    Ok(())
}

fn check_extent(format: PictureFormat, bytes: &[u8]) -> Result<(), PictureError> {
    match container::extent(kind_of(format), bytes) {
        Extent::Whole => Ok(()),
        Extent::CutShort => Err(PictureError::CutShort { format }),
        Extent::Trailing(count) => Err(PictureError::TrailingBytes { format, count }),
    }
}

fn kind_of(format: PictureFormat) -> Kind {
    match format {
        PictureFormat::Png => Kind::Png,
        PictureFormat::Jpeg => Kind::Jpeg,
        PictureFormat::WebP => Kind::WebP,
        PictureFormat::Gif => Kind::Gif,
    }
}

fn damaged(format: PictureFormat, error: &image::ImageError) -> PictureError {
    PictureError::Damaged { format, reason: error.to_string() }
}

/// Lays a picture with transparency on `BACKGROUND`.
pub fn flatten(image: DynamicImage) -> RgbImage {
    let image = image.into_rgba8();
    let mut flat = RgbImage::new(image.width(), image.height());
    for (target, source) in flat.pixels_mut().zip(image.pixels()) {
        let alpha = u32::from(source[3]);
        for (channel, value) in target.0.iter_mut().enumerate() {
            let mixed = u32::from(source[channel]) * alpha + u32::from(BACKGROUND[channel]) * (255 - alpha);
            *value = ((mixed + 127) / 255) as u8;
        }
    }
    flat
}

#[cfg(test)]
mod tests;
