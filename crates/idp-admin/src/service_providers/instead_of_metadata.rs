//! What somebody sent instead of SAML metadata, in words: a web page, a certificate, something packed,
//! another encoding. Looked at before the metadata is read, and where it cannot be.

use idp_core::saml::xml::reader::{self, Limits, ReadError};
use roxmltree::Document;

/// How much is looked at to tell what it is.
const BEGINNING: usize = 512;

/// What the document is, if it plainly is something else than metadata; a sentence that says what to do.
pub(super) fn told(document: &[u8]) -> Option<String> {
    let sentence = match document {
        [0x1f, 0x8b, ..] => "It is compressed (gzip): unpack it first.",
        [b'P', b'K', 3, 4, ..] => "It is an archive (ZIP): unpack it and send the XML file in it.",
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [b'<', 0, ..] | [0, b'<', ..] => {
            "It is written in UTF-16: save it as UTF-8, then send it again."
        }
        _ => return told_of_text(document),
    };
    Some(sentence.to_owned())
}

fn told_of_text(document: &[u8]) -> Option<String> {
    let head = document.get(..BEGINNING).unwrap_or(document);
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let head = head.trim_start_matches('\u{feff}').trim_start();
    let sentence = if head.is_empty() {
        "It is empty: there is nothing in it."
    } else if head.starts_with("<!doctype html") || head.starts_with("<html") {
        "It is a web page (HTML), perhaps one that asks to sign in: open the address in a browser, and \
         download the metadata itself."
    } else if head.starts_with("-----begin") {
        "It is a certificate or a key, not metadata. Send the XML document that holds it; without one, \
         add the service provider by hand."
    } else if head.starts_with(['{', '[']) {
        "It is JSON. SAML metadata is an XML document that begins with EntityDescriptor."
    } else {
        return None;
    };
    Some(sentence.to_owned())
}

/// Why the document cannot be read as XML, where more can be said than that it cannot.
pub(super) fn unreadable(document: &[u8]) -> Option<String> {
    match reader::parse(document, &Limits::METADATA).err()? {
        ReadError::NotUtf8 => Some(
            "It is not written in UTF-8, or its first line names another encoding: save it as UTF-8, \
             and let the first line say encoding=\"UTF-8\"."
                .to_owned(),
        ),
        ReadError::Doctype => {
            Some("It has a DOCTYPE, which metadata has no use for: remove that line.".to_owned())
        }
        ReadError::IllFormed => {
            let text = std::str::from_utf8(document).ok()?;
            let place = Document::parse(text).err()?.pos();
            // What breaks off at its end has no place to look at.
            let place = (place.row > 1 || place.col > 1)
                .then(|| format!(" (line {}, column {})", place.row, place.col));
            Some(format!(
                "It is not well-formed XML{}: perhaps only a part of it was copied.",
                place.unwrap_or_default()
            ))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_metadata_is_called_by_its_name() {
        for (document, word) in [
            (&b"\x1f\x8b\x08\x00"[..], "gzip"),
            (b"PK\x03\x04", "ZIP"),
            (b"\xff\xfe<\x00", "UTF-16"),
            (b"<\x00m\x00", "UTF-16"),
            (b" \r\n", "empty"),
            (b"", "empty"),
            (b"\n<!DOCTYPE HTML><html>", "web page"),
            (b"\xef\xbb\xbf<html lang='en'>", "web page"),
            (b"-----BEGIN CERTIFICATE-----", "certificate"),
            (b"{\"entityID\": 1}", "JSON"),
        ] {
            let told = told(document).unwrap();
            assert!(told.contains(word), "{word}: {told}");
        }
        assert_eq!(told(b"<?xml version='1.0'?><md:EntityDescriptor"), None);
    }

    #[test]
    fn where_xml_breaks_off_is_told() {
        let told = unreadable(b"<a>\n</b>").unwrap();
        assert!(told.contains("line 2"), "{told}");
        let told = unreadable(b"<a><b>").unwrap();
        assert!(told.contains("XML: perhaps only a part"), "{told}");
        assert!(unreadable(b"<!DOCTYPE a><a/>").unwrap().contains("DOCTYPE"));
        assert!(unreadable(b"<a>\xe4</a>").unwrap().contains("UTF-8"));
        assert_eq!(unreadable(b"<a/>"), None);
    }
}
