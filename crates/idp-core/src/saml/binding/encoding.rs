//! Percent-encoding, base64 and DEFLATE, each decoded strictly and within limits.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::cell::RefCell;

use flate2::{Decompress, FlushDecompress, Status};

use crate::saml::request::{Reason, RelayState};
use crate::saml::xml::reader::Limits;

/// The longest encoded message worth looking at: base64 with line breaks, percent-encoded, takes
/// less than four times the cap of the message.
pub(in crate::saml) const MAX_ENCODED: usize = Limits::MESSAGE.bytes * 4;

/// What `+` stands for in a percent-encoded value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::saml) enum Plus {
    /// A plus sign: base64 holds no blanks, so a plus was simply not encoded.
    Itself,
    /// A blank, as in forms.
    Blank,
}

/// Decodes a percent-encoded value; `None` when an escape is malformed or it is not UTF-8.
pub(in crate::saml) fn percent_decode(raw: &str, plus: Plus) -> Option<String> {
    let mut decoded = Vec::with_capacity(raw.len());
    let mut bytes = raw.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => hex_digit(bytes.next()?)? << 4 | hex_digit(bytes.next()?)?,
            b'+' if plus == Plus::Blank => b' ',
            other => other,
        });
    }
    String::from_utf8(decoded).ok()
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// Decodes base64 in the standard alphabet with padding, and nothing else.
pub(in crate::saml) fn base64_strict(text: &str) -> Result<Vec<u8>, Reason> {
    STANDARD.decode(text).map_err(|error| {
        Reason::new(
            "base64-invalid",
            "saml-bindings 3.4.4.1, 3.5.4; rfc 4648",
            "base64 in the standard alphabet, padded",
            &error.to_string(),
            "Encode the message with standard base64 (not the URL alphabet), and percent-encode \
             the result in a query.",
        )
    })
}

/// As `base64_strict`, but with the line breaks that MIME encoders put in (rfc 2045 6.8).
pub(in crate::saml) fn base64_with_line_breaks(text: &str) -> Result<Vec<u8>, Reason> {
    if text.contains(['\r', '\n']) {
        let compact: String = text.split(['\r', '\n']).collect();
        return base64_strict(&compact);
    }
    base64_strict(text)
}

thread_local! {
    /// Its window is 40 kB, dearer to make than most messages are to inflate.
    static DECOMPRESS: RefCell<Decompress> = RefCell::new(Decompress::new(false));
}

/// Inflates raw DEFLATE data (rfc 1951) up to the size of a message.
pub(in crate::saml) fn inflate(compressed: &[u8]) -> Result<Vec<u8>, Reason> {
    DECOMPRESS.with_borrow_mut(|decompress| {
        decompress.reset(false);
        inflate_with(decompress, compressed)
    })
}

fn inflate_with(decompress: &mut Decompress, compressed: &[u8]) -> Result<Vec<u8>, Reason> {
    let cap = Limits::MESSAGE.bytes;
    let mut message = Vec::with_capacity(compressed.len().saturating_mul(4).clamp(1024, cap + 1));
    loop {
        let before = (decompress.total_in(), message.len());
        let rest = compressed.get(consumed(decompress)..).unwrap_or_default();
        let status = decompress
            .decompress_vec(rest, &mut message, FlushDecompress::None)
            .map_err(|_| not_deflated("data that is not DEFLATE"))?;
        if message.len() > cap {
            return Err(too_large(cap));
        }
        if status == Status::StreamEnd {
            break;
        }
        if message.len() == message.capacity() {
            message.reserve_exact(message.len().min(cap + 1 - message.len()));
        } else if before == (decompress.total_in(), message.len()) {
            return Err(not_deflated("DEFLATE data that ends too early"));
        }
    }
    if consumed(decompress) != compressed.len() {
        return Err(not_deflated("more data after the end of the DEFLATE data"));
    }
    Ok(message)
}

fn consumed(decompress: &Decompress) -> usize {
    usize::try_from(decompress.total_in()).unwrap_or(usize::MAX)
}

fn not_deflated(found: &str) -> Reason {
    Reason::new(
        "deflate-invalid",
        "saml-bindings 3.4.4.1, C001",
        "one message, compressed with raw DEFLATE (rfc 1951)",
        found,
        "Compress the message with raw DEFLATE (no zlib or gzip header) before the base64 encoding.",
    )
}

fn too_large(cap: usize) -> Reason {
    Reason::new(
        "message-too-large",
        "limit",
        format!("a message of at most {cap} bytes"),
        "a message that inflates to more",
        "Send a smaller AuthnRequest.",
    )
}

/// Whether these octets begin like an XML document, which DEFLATE data never does.
pub(in crate::saml) fn looks_like_xml(octets: &[u8]) -> bool {
    let octets = octets.strip_prefix(b"\xef\xbb\xbf").unwrap_or(octets);
    octets.trim_ascii_start().first() == Some(&b'<')
}

/// A RelayState, or why it is not accepted.
pub(in crate::saml) fn relay_state(value: Option<&str>) -> Result<RelayState, Reason> {
    let length = value.map_or(0, str::len);
    value.and_then(RelayState::parse).ok_or_else(|| {
        Reason::new(
            "relay-state-unacceptable",
            "saml-bindings 3.4.3, 3.5.3",
            format!(
                "UTF-8 text of at most {} bytes without control characters",
                RelayState::MAX_LENGTH
            ),
            &format!("{length} bytes"),
            "Send a short opaque value as RelayState and keep the state at the service provider.",
        )
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::DeflateEncoder;

    use super::*;

    fn deflate(data: &[u8]) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(data).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn inflates_up_to_the_cap() {
        for size in [0, 1, 1000, 5000, 64 * 1024] {
            assert_eq!(inflate(&deflate(&vec![b'x'; size])).unwrap().len(), size);
        }
        let noise: Vec<u8> = (0..60_000_u32).map(|n| ((n * n) >> 3).to_le_bytes()[1]).collect();
        assert_eq!(inflate(&deflate(&noise)).unwrap(), noise);
    }

    #[test]
    fn a_deflate_bomb_stops_at_the_cap() {
        for size in [64 * 1024 + 1, 100 * 1024 * 1024] {
            let bomb = deflate(&vec![0; size]);
            assert_eq!(inflate(&bomb).unwrap_err().code, "message-too-large");
        }
    }

    #[test]
    fn truncated_appended_and_foreign_data_is_refused() {
        let whole = deflate(b"<a/>");
        let truncated = &whole[..whole.len() - 1];
        let appended = [whole.as_slice(), whole.as_slice()].concat();
        let zlib = b"\x78\x9c\xb3\x49\xd4\xb7\x03\x00\x02\x95\x00\xf5".as_slice();
        for data in [b"".as_slice(), b"<a/>", truncated, &appended, zlib] {
            assert_eq!(inflate(data).unwrap_err().code, "deflate-invalid", "{data:?}");
        }
    }

    #[test]
    fn only_standard_base64_is_accepted() {
        assert_eq!(base64_strict("PGEvPg==").unwrap(), b"<a/>");
        for text in ["PGEvPg", "PGEvPg=", "PGEv Pg==", "PGEv\nPg==", "PGEvPg==PGEvPg==", "_-8="] {
            assert!(base64_strict(text).is_err(), "{text:?}");
        }
        assert_eq!(base64_with_line_breaks("PGEv\r\nPg==\n").unwrap(), b"<a/>");
        assert!(base64_with_line_breaks("PGEv Pg==").is_err());
        assert!(base64_with_line_breaks("PGEvPg==\nPGEvPg==").is_err());
    }

    #[test]
    fn percent_decoding_is_strict() {
        assert_eq!(percent_decode("a%2Fb%2f+", Plus::Itself).unwrap(), "a/b/+");
        assert_eq!(percent_decode("a+b%2B%C3%A4", Plus::Blank).unwrap(), "a b+ä");
        for raw in ["%", "%2", "%zz", "%+1", "%ff"] {
            assert_eq!(percent_decode(raw, Plus::Itself), None, "{raw}");
        }
    }
}
