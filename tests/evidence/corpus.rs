//! Files for the tests, made here: photos, documents, and what pretends to be one.

use std::io::{Cursor, Write};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use image::{DynamicImage, GrayImage, ImageFormat, Rgb, RgbImage};

pub const CANARY: &str = "canarygps";

fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// Red at the left, blue at the right.
fn two_colours(width: u32, height: u32) -> DynamicImage {
    let colour = |x| if x < width / 2 { Rgb([220, 30, 30]) } else { Rgb([30, 30, 220]) };
    DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, |x, _| colour(x)))
}

pub fn photo(width: u32, height: u32) -> Vec<u8> {
    encoded(&two_colours(width, height), ImageFormat::Jpeg)
}

pub fn png(width: u32, height: u32) -> Vec<u8> {
    encoded(&two_colours(width, height), ImageFormat::Png)
}

/// A photo that packs badly, as real ones do.
pub fn noisy(width: u32, height: u32, quality: u8) -> Vec<u8> {
    let mut state = 1_u32;
    let noise = RgbImage::from_fn(width, height, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [a, b, c, _] = state.to_be_bytes();
        Rgb([a, b, c])
    });
    let mut bytes = Vec::new();
    let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, quality);
    noise.write_with_encoder(encoder).unwrap();
    bytes
}

/// 420 KB of file, 144 million pixels.
pub fn flood() -> Vec<u8> {
    encoded(&DynamicImage::ImageLuma8(GrayImage::new(12_000, 12_000)), ImageFormat::Png)
}

/// The photo with a description, a place, and the note that it lies on its side (orientation 6).
pub fn with_exif(photo: &[u8]) -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: u32| {
        let mut bytes = Vec::new();
        bytes.extend(tag.to_be_bytes());
        bytes.extend(kind.to_be_bytes());
        bytes.extend(count.to_be_bytes());
        bytes.extend(value.to_be_bytes());
        bytes
    };
    let text = format!("{CANARY}\0");
    let mut tiff = b"MM\0*\0\0\0\x08\0\x03".to_vec();
    // eight bytes of head, two of count, three entries, four of end
    let after = 8 + 2 + 3 * 12 + 4;
    tiff.extend(entry(0x010e, 2, u32::try_from(text.len()).unwrap(), after));
    tiff.extend(entry(0x0112, 3, 1, 6 << 16));
    tiff.extend(entry(0x8825, 4, 1, after + u32::try_from(text.len()).unwrap()));
    tiff.extend([0; 4]);
    tiff.extend(text.as_bytes());
    // the place: north
    tiff.extend(b"\0\x01");
    tiff.extend(entry(0x0001, 2, 2, u32::from_be_bytes(*b"N\0\0\0")));
    tiff.extend([0; 4]);
    let mut exif = b"Exif\0\0".to_vec();
    exif.extend(tiff);
    let length = u16::try_from(exif.len() + 2).unwrap();
    let mut bytes = vec![0xff, 0xd8, 0xff, 0xe1];
    bytes.extend(length.to_be_bytes());
    bytes.extend(exif);
    bytes.extend(&photo[2..]);
    bytes
}

/// A document with these objects beside its one page.
pub fn pdf(objects: &str) -> Vec<u8> {
    pdf_of(objects.as_bytes())
}

/// A document with a link on its page that does this.
pub fn linked_pdf(action: &str) -> Vec<u8> {
    let link = format!("/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << {action} >> >>] /MediaBox");
    String::from_utf8(pdf("")).unwrap().replace("/MediaBox", &link).into_bytes()
}

fn pdf_of(objects: &[u8]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>\nendobj\n".to_vec();
    bytes.extend(objects);
    bytes.extend(b"\ntrailer\n<< /Root 1 0 R /Size 4 >>\nstartxref\n9\n%%EOF\n");
    bytes
}

/// A document whose objects are packed.
pub fn packed_pdf(objects: &str, more: &str) -> Vec<u8> {
    let mut zip = ZlibEncoder::new(Vec::new(), Compression::default());
    zip.write_all(objects.as_bytes()).unwrap();
    let packed = zip.finish().unwrap();
    let mut bytes = format!(
        "4 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode {more} /Length {} >>\nstream\n",
        packed.len()
    )
    .into_bytes();
    bytes.extend(packed);
    bytes.extend(b"\nendstream\nendobj\n");
    pdf_of(&bytes)
}

/// The test text of virus scanners.
pub fn eicar() -> String {
    ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-", "ANTIVIRUS-TEST-FILE!$H+H*"].concat()
}
