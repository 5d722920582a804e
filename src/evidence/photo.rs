//! Photos: decoded under limits, turned upright, and written anew, so that nothing of the file as it was sent is kept
//! but its pixels: no place, no camera, no colour profile, no second file at its end.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::error::ImageError;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, RgbImage};

use super::kind::FileKind;
use super::limits::{LONGEST_SIDE, MOST_BYTES, MOST_MEMORY, THUMBNAIL};
use super::refusal::FileRefusal;

/// Quality of a JPEG, and what is tried where that gets too large.
const QUALITIES: [u8; 3] = [85, 70, 50];

/// A photo as it is kept.
#[derive(Debug)]
pub struct Photo {
    pub bytes: Vec<u8>,
    pub kind: FileKind,
    pub width: u32,
    pub height: u32,
    /// a JPEG of at most 200 by 200 pixels
    pub thumbnail: Vec<u8>,
}

/// Width and height as the file's head says them, without decoding anything; refuses what is too large to decode.
pub fn measure(bytes: &[u8], kind: FileKind) -> Result<(u32, u32), FileRefusal> {
    let (width, height) = reader(bytes, kind).into_dimensions()?;
    if width > LONGEST_SIDE || height > LONGEST_SIDE {
        return Err(FileRefusal::TooManyPixels);
    }
    Ok((width, height))
}

/// Makes the photo anew. Takes a core for up to some seconds: call it where that holds up nobody.
pub fn clean(bytes: &[u8], kind: FileKind) -> Result<Photo, FileRefusal> {
    measure(bytes, kind)?;
    if kind == FileKind::Jpeg && !ends(bytes) {
        return Err(FileRefusal::BrokenPhoto);
    }
    let mut decoder = reader(bytes, kind).into_decoder()?;
    if decoder.total_bytes() > MOST_MEMORY {
        return Err(FileRefusal::TooManyPixels);
    }
    let orientation = decoder.orientation()?;
    let mut image = DynamicImage::from_decoder(decoder)?;
    image.apply_orientation(orientation);
    let image = eight_bits(image);
    let (width, height) = (image.width(), image.height());
    let small = image.thumbnail(THUMBNAIL.min(width), THUMBNAIL.min(height));
    let thumbnail = as_jpeg(&on_white(small), 80)?;
    let (bytes, kind) = encode(image, kind)?;
    Ok(Photo { bytes, kind, width, height, thumbnail })
}

fn reader(bytes: &[u8], kind: FileKind) -> ImageReader<Cursor<&[u8]>> {
    let format = if kind == FileKind::Png { ImageFormat::Png } else { ImageFormat::Jpeg };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    reader
}

impl From<ImageError> for FileRefusal {
    fn from(error: ImageError) -> Self {
        match error {
            ImageError::Limits(_) => FileRefusal::TooManyPixels,
            _ => FileRefusal::BrokenPhoto,
        }
    }
}

/// Whether a JPEG reaches its end mark: decoders fill up what is missing with grey. An end mark within the head belongs
/// to a small picture in it.
fn ends(bytes: &[u8]) -> bool {
    let mut at = 2;
    loop {
        match bytes.get(at..at + 4) {
            // the picture itself begins
            Some([0xff, 0xda, ..]) => return bytes[at..].windows(2).any(|pair| pair == [0xff, 0xd9]),
            Some([0xff, 0xff, ..]) => at += 1,
            Some([0xff, _, high, low]) => at += 2 + usize::from(u16::from_be_bytes([*high, *low])),
            _ => return false,
        }
    }
}

/// Sixteen bits a colour are for cameras, not for screens.
fn eight_bits(image: DynamicImage) -> DynamicImage {
    match image {
        DynamicImage::ImageLuma16(_) => DynamicImage::ImageLuma8(image.into_luma8()),
        DynamicImage::ImageLumaA16(_) => DynamicImage::ImageLumaA8(image.into_luma_alpha8()),
        DynamicImage::ImageRgb16(_) => DynamicImage::ImageRgb8(image.into_rgb8()),
        DynamicImage::ImageRgba16(_) => DynamicImage::ImageRgba8(image.into_rgba8()),
        other => other,
    }
}

/// A PNG stays a PNG, unless it would get too large; then it becomes a JPEG, as everything else.
fn encode(image: DynamicImage, kind: FileKind) -> Result<(Vec<u8>, FileKind), FileRefusal> {
    if kind == FileKind::Png {
        let mut bytes = Vec::new();
        let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Fast, FilterType::Adaptive);
        image.write_with_encoder(encoder)?;
        if bytes.len() <= MOST_BYTES {
            return Ok((bytes, kind));
        }
    }
    let image = on_white(image);
    for quality in QUALITIES {
        let bytes = as_jpeg(&image, quality)?;
        if bytes.len() <= MOST_BYTES {
            return Ok((bytes, FileKind::Jpeg));
        }
    }
    Err(FileRefusal::TooBig)
}

fn as_jpeg(image: &DynamicImage, quality: u8) -> Result<Vec<u8>, FileRefusal> {
    let mut bytes = Vec::new();
    image.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, quality))?;
    Ok(bytes)
}

/// A JPEG shows nothing through: what was clear becomes white.
fn on_white(image: DynamicImage) -> DynamicImage {
    if !image.color().has_alpha() {
        return image;
    }
    let seen = image.into_rgba8();
    let flat = RgbImage::from_fn(seen.width(), seen.height(), |x, y| {
        let [red, green, blue, alpha] = seen.get_pixel(x, y).0.map(u16::from);
        let over = |colour: u16| u8::try_from((colour * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX);
        image::Rgb([over(red), over(green), over(blue)])
    });
    DynamicImage::ImageRgb8(flat)
}
