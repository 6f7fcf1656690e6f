//! A picture that pages may show: PNG, JPEG or WebP, small, and told apart by what is in it. SVG is
//! refused, for it is a document that can hold scripts and name other servers.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use imagesize::ImageType;
use serde::{Deserialize, Serialize};

/// A checked picture, in base64.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Picture {
    base64: String,
    format: Format,
}

/// What the picture is, told by its content.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Format {
    Png,
    Jpeg,
    WebP,
}

/// Why a file is no picture that pages may show.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PictureProblem {
    /// Too many bytes.
    #[error("has {0} bytes; a logo may have 65536 at most, so save it smaller")]
    TooLarge(usize),
    /// Another format.
    #[error("is no PNG, JPEG or WebP picture; save it as one of them (SVG is not accepted)")]
    Format,
    /// Too many pixels, or hardly any.
    #[error("has {0} x {1} pixels; each side may have 16 to 1024")]
    Size(usize, usize),
    /// What should be base64 is not.
    #[error("must be the picture in base64 (RFC 4648)")]
    Base64,
}

impl Picture {
    /// The most bytes.
    pub const MAX_BYTES: usize = 64 * 1024;
    /// The pixels of a side.
    const SIDE: std::ops::RangeInclusive<usize> = 16..=1024;

    /// The picture of a file, whatever the file is called.
    pub fn read(bytes: &[u8]) -> Result<Self, PictureProblem> {
        if bytes.len() > Self::MAX_BYTES {
            return Err(PictureProblem::TooLarge(bytes.len()));
        }
        let format = match imagesize::image_type(bytes) {
            Ok(ImageType::Png) => Format::Png,
            Ok(ImageType::Jpeg) => Format::Jpeg,
            Ok(ImageType::Webp) => Format::WebP,
            _ => return Err(PictureProblem::Format),
        };
        let size = imagesize::blob_size(bytes).map_err(|_| PictureProblem::Format)?;
        if !Self::SIDE.contains(&size.width) || !Self::SIDE.contains(&size.height) {
            return Err(PictureProblem::Size(size.width, size.height));
        }
        Ok(Self { base64: STANDARD.encode(bytes), format })
    }

    /// The file.
    pub fn bytes(&self) -> Vec<u8> {
        STANDARD.decode(&self.base64).unwrap_or_default()
    }

    /// What it is, for browsers.
    pub const fn content_type(&self) -> &'static str {
        match self.format {
            Format::Png => "image/png",
            Format::Jpeg => "image/jpeg",
            Format::WebP => "image/webp",
        }
    }

    /// The file in base64.
    pub fn base64(&self) -> &str {
        &self.base64
    }
}

impl TryFrom<String> for Picture {
    type Error = PictureProblem;

    fn try_from(text: String) -> Result<Self, PictureProblem> {
        let bytes = STANDARD.decode(text.trim()).map_err(|_| PictureProblem::Base64)?;
        Self::read(&bytes)
    }
}

impl From<Picture> for String {
    fn from(picture: Picture) -> Self {
        picture.base64
    }
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Picture({:?}, {} characters)", self.format, self.base64.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The head of a PNG file with this many pixels.
    fn png(width: u32, height: u32) -> Vec<u8> {
        let head = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
        [head.as_slice(), &width.to_be_bytes(), &height.to_be_bytes(), &[8, 6, 0, 0, 0]].concat()
    }

    #[test]
    fn a_picture_is_known_by_its_content_and_survives_being_stored() {
        let picture = Picture::read(&png(64, 32)).unwrap();
        assert_eq!(picture.content_type(), "image/png");
        let stored = serde_json::to_string(&picture).unwrap();
        let back: Picture = serde_json::from_str(&stored).unwrap();
        assert_eq!((back.bytes(), &back), (png(64, 32), &picture));
    }

    #[test]
    fn everything_else_is_refused() {
        let svg = br#"<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>"#;
        for bytes in [svg.as_slice(), b"<html>", b"GIF89a\x40\0\x40\0", b"", b"\x89PNG"] {
            assert_eq!(Picture::read(bytes), Err(PictureProblem::Format));
        }
        assert_eq!(Picture::read(&png(4096, 64)), Err(PictureProblem::Size(4096, 64)));
        let large = [png(64, 64), vec![0; Picture::MAX_BYTES]].concat();
        assert_eq!(Picture::read(&large), Err(PictureProblem::TooLarge(large.len())));
    }

    /// Heads of the three formats, of an animation and of others, cut off and changed everywhere.
    #[test]
    fn no_content_brings_the_reader_down_or_slips_through_with_a_size_that_is_not_allowed() {
        let jpeg = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xc0\0\x11\x08\0\x40\0\x40\x03\x01\x11\0";
        let webp = b"RIFF\x1a\0\0\0WEBPVP8X\x0a\0\0\0\x02\0\0\0\x3f\0\0\x3f\0\0ANIM";
        let lossless = b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\x3f\xc0\x0f\0\0\0\0\0";
        let animated = [png(64, 64), b"\0\0\0\x08acTL\xff\xff\xff\xff\0\0\0\0".to_vec()].concat();
        let heads = [png(64, 64), jpeg.to_vec(), webp.to_vec(), lossless.to_vec(), animated];
        for head in heads {
            for end in 0..=head.len() {
                let _ = Picture::read(&head[..end]);
            }
            for place in 0..head.len() {
                for value in 0..=u8::MAX {
                    let mut bytes = head.clone();
                    bytes[place] = value;
                    // Markup behind the head makes it no other type for browsers.
                    bytes.extend_from_slice(b"<script>alert(1)</script>");
                    if let Ok(picture) = Picture::read(&bytes) {
                        assert!(picture.content_type().starts_with("image/"));
                        let size = imagesize::blob_size(&bytes).unwrap();
                        assert!(size.width.max(size.height) <= 1024);
                    }
                }
            }
        }
    }
}
