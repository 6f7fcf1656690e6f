//! Escaping as canonical XML writes it (xml-c14n 2.3): no more and no less, because the octets
//! written are the octets digested.

/// A code point that XML cannot carry.
pub(super) struct Illegal(pub(super) u32);

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
pub(super) fn attribute(value: &str, out: &mut String) -> Result<(), Illegal> {
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

fn append(
    value: &str,
    out: &mut String,
    escape: impl Fn(u8) -> Option<&'static str>,
) -> Result<(), Illegal> {
    // Characters beyond ASCII are judged only when there are any: most values have none.
    if let Some(illegal) = first_illegal(value) {
        return Err(Illegal(u32::from(illegal)));
    }
    let mut rest = value;
    while let Some((at, escaped)) =
        rest.bytes().enumerate().find_map(|(at, byte)| escape(byte).map(|escaped| (at, escaped)))
    {
        let (plain, special) = rest.split_at(at);
        out.push_str(plain);
        out.push_str(escaped);
        // The escaped characters are ASCII: one byte each.
        rest = special.get(1..).unwrap_or_default();
    }
    out.push_str(rest);
    Ok(())
}

fn first_illegal(value: &str) -> Option<char> {
    // U+FFFE and U+FFFF begin with the byte EF.
    let suspicious = value.bytes().any(|byte| byte < 0x20 || byte == 0xEF);
    suspicious.then(|| value.chars().find(|&character| !is_legal(character))).flatten()
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
