//! Whether a certificate says of itself that it may issue others (RFC 5280, 4.2.1.9). The
//! cryptographic library knows, but its Rust face does not tell.

/// id-ce-basicConstraints, 2.5.29.19.
const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1D, 0x13];
const SEQUENCE: u8 = 0x30;
const OBJECT_IDENTIFIER: u8 = 0x06;
const OCTET_STRING: u8 = 0x04;
const BOOLEAN: u8 = 0x01;
/// `[3] EXPLICIT Extensions` of a TBSCertificate.
const EXTENSIONS: u8 = 0xA3;

/// What the extension says; `None` when the certificate has none. Takes DER that the library read.
pub fn is_ca(certificate: &[u8]) -> Option<bool> {
    let whole = child(certificate, SEQUENCE)?;
    let to_be_signed = child(whole, SEQUENCE)?;
    let extensions = child(child(to_be_signed, EXTENSIONS)?, SEQUENCE)?;
    let extension = Elements(extensions)
        .filter(|(tag, _)| *tag == SEQUENCE)
        .map(|(_, extension)| extension)
        .find(|extension| child(extension, OBJECT_IDENTIFIER) == Some(BASIC_CONSTRAINTS))?;
    let constraints = child(child(extension, OCTET_STRING)?, SEQUENCE)?;
    Some(child(constraints, BOOLEAN).is_some_and(|ca| ca != [0]))
}

/// The content of the first element with this tag.
fn child(content: &[u8], wanted: u8) -> Option<&[u8]> {
    Elements(content).find(|(tag, _)| *tag == wanted).map(|(_, content)| content)
}

/// The elements of a DER content, each with its tag. Ends where the content is no DER.
struct Elements<'a>(&'a [u8]);

impl<'a> Iterator for Elements<'a> {
    type Item = (u8, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (tag, rest) = self.0.split_first()?;
        let (first, rest) = rest.split_first()?;
        let (length, rest) = match first {
            0..=0x7F => (usize::from(*first), rest),
            0x81..=0x84 => {
                let (digits, rest) = rest.split_at_checked(usize::from(first - 0x80))?;
                let length = digits.iter().fold(0_usize, |sum, digit| {
                    sum.saturating_mul(256).saturating_add(usize::from(*digit))
                });
                (length, rest)
            }
            _ => return None,
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((*tag, content))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_certificate_says_nothing() {
        for bytes in [&b""[..], b"\x30", b"\x30\x03\x02\x01\x01", b"\x30\x84\xFF\xFF\xFF\xFF"] {
            assert_eq!(is_ca(bytes), None, "{bytes:?}");
        }
    }
}
