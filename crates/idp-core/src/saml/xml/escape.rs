//! Escaping as canonical XML writes it (xml-c14n 2.3): no more and no less, because the octets
//! written are the octets digested.

/// The first UTF-8 octet of U+FFFE and U+FFFF, which are illegal, and of 4094 legal characters.
const FIRST_OF_NONCHARACTERS: u8 = 0xEF;

/// A code point that XML cannot carry.
pub(in crate::saml) struct Illegal(pub(super) u32);

/// Appends text content: `& < >` and CR are escaped.
pub(super) fn text(value: &str, out: &mut String) -> Result<(), Illegal> {
    append(value, out, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'\r' => Some("&#xD;"),
        _ => None,
    })
}

/// Appends an attribute value between double quotes: `& < "`, TAB, LF and CR are escaped.
pub(in crate::saml) fn attribute(value: &str, out: &mut String) -> Result<(), Illegal> {
    append(value, out, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'"' => Some("&quot;"),
        b'\t' => Some("&#x9;"),
        b'\n' => Some("&#xA;"),
        b'\r' => Some("&#xD;"),
        _ => None,
    })
}

/// Whether XML can carry the character (xml 2.2, `Char`).
pub fn is_legal(character: char) -> bool {
    match character {
        '\t' | '\n' | '\r' => true,
        '\u{0}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}' => false,
        _ => true,
    }
}

/// Copies the value in runs between the octets that are escaped.
fn append(
    value: &str,
    out: &mut String,
    escape: impl Fn(u8) -> Option<&'static str>,
) -> Result<(), Illegal> {
    if is_plain(value) {
        out.push_str(value);
        return Ok(());
    }
    if let Some(illegal) = value.chars().find(|&character| !is_legal(character)) {
        return Err(Illegal(u32::from(illegal)));
    }
    let mut copied = 0;
    for (at, byte) in value.bytes().enumerate() {
        if let Some(escaped) = escape(byte) {
            out.push_str(value.get(copied..at).unwrap_or_default());
            out.push_str(escaped);
            copied = at + 1;
        }
    }
    out.push_str(value.get(copied..).unwrap_or_default());
    Ok(())
}

/// Whether nothing in the value is escaped anywhere or might be illegal: most values. Without an
/// early exit, so that the compiler can look at many octets at once.
#[expect(clippy::needless_bitwise_bool, reason = "lazy operators would be branches")]
fn is_plain(value: &str) -> bool {
    let special = |byte: u8| {
        (byte < b' ')
            | (byte == b'&')
            | (byte == b'<')
            | (byte == b'>')
            | (byte == b'"')
            | (byte == FIRST_OF_NONCHARACTERS)
    };
    !value.bytes().fold(false, |found, byte| found | special(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl Fn(&str, &mut String) -> Result<(), Illegal>, value: &str) -> String {
        let mut out = String::new();
        assert!(write(value, &mut out).is_ok());
        out
    }

    #[test]
    fn text_is_escaped_as_canonical_xml_demands() {
        assert_eq!(written(text, "a&b<c>d\re\tf\ng\"h'ü"), "a&amp;b&lt;c&gt;d&#xD;e\tf\ng\"h'ü");
    }

    #[test]
    fn attributes_are_escaped_as_canonical_xml_demands() {
        assert_eq!(
            written(attribute, "a&b<c>d\re\tf\ng\"h'ü"),
            "a&amp;b&lt;c>d&#xD;e&#x9;f&#xA;g&quot;h'ü"
        );
    }

    #[test]
    fn control_characters_and_noncharacters_are_illegal() {
        for character in ['\0', '\u{8}', '\u{B}', '\u{1F}', '\u{FFFE}', '\u{FFFF}'] {
            assert!(!is_legal(character));
            assert!(text(&format!("ok{character}"), &mut String::new()).is_err());
        }
        for character in ['\t', '\n', '\r', ' ', '\u{7F}', '\u{85}', '\u{FFFD}', '\u{10FFFF}'] {
            assert!(is_legal(character));
        }
    }
}
