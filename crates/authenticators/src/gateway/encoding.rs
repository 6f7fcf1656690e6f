//! Writing values so that they stay in their place.

use std::fmt::Write;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::headers::Headers;

/// What has no meaning anywhere in a URL (RFC 3986, unreserved). All else is percent-encoded, blanks
/// as `%20`, which reads right in paths, queries and forms.
const ALL_BUT_UNRESERVED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// How a body is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum BodyFormat {
    /// `application/json` and `…+json`.
    Json,
    /// `application/x-www-form-urlencoded`; also a body without Content-Type.
    Form,
    /// `text/xml`, `application/xml` and `…+xml`.
    Xml,
    /// `multipart/…`, whose boundaries no encoding of a value can respect.
    Multipart,
    /// Anything else: values as they are.
    Plain,
}

impl BodyFormat {
    /// The format that the Content-Type header names, parameters and case aside.
    pub(super) fn of(headers: &Headers) -> Self {
        let Some(content_type) = headers.value("content-type") else { return Self::Form };
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        let essence = essence.to_ascii_lowercase();
        match essence.as_str() {
            "application/x-www-form-urlencoded" | "" => Self::Form,
            "application/json" | "text/json" => Self::Json,
            "application/xml" | "text/xml" => Self::Xml,
            other if other.ends_with("+json") => Self::Json,
            other if other.ends_with("+xml") => Self::Xml,
            other if other.starts_with("multipart/") => Self::Multipart,
            _ => Self::Plain,
        }
    }
}

/// The value in a component of a URL or a field of a form.
pub(super) fn url_component(value: &str) -> String {
    utf8_percent_encode(value, ALL_BUT_UNRESERVED).to_string()
}

/// The value in the text or an attribute of XML; `None` when it has a character that XML 1.0 cannot
/// express.
pub(super) fn xml(value: &str) -> Option<String> {
    let mut text = String::with_capacity(value.len() + 16);
    for character in value.chars() {
        match character {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            '"' => text.push_str("&quot;"),
            '\'' => text.push_str("&apos;"),
            // As they are, an attribute or an end-of-line rule would change them.
            '\t' | '\n' | '\r' => {
                let _ = write!(text, "&#{};", u32::from(character));
            }
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => return None,
            _ => text.push(character),
        }
    }
    Some(text)
}

/// The value in a header; `None` when a header cannot express it (RFC 9110, 5.5; ASCII only, as
/// servers disagree about the rest).
pub(super) fn header(value: &str) -> Option<&str> {
    value.bytes().all(|byte| (b' '..=b'~').contains(&byte) || byte == b'\t').then_some(value)
}

/// Follows JSON text to know whether a place is inside a string.
#[derive(Default)]
pub(super) struct JsonCursor {
    in_string: bool,
    escaped: bool,
    /// The string has had blanks only so far.
    blank: bool,
}

impl JsonCursor {
    /// Moves past literal text.
    pub(super) fn pass(&mut self, text: &str) {
        for byte in text.bytes() {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'"' => {
                    self.in_string = !self.in_string;
                    self.blank = true;
                    continue;
                }
                b'\\' if self.in_string => self.escaped = true,
                _ => {}
            }
            self.blank &= byte == b' ';
        }
    }

    /// Moves past a value.
    pub(super) const fn pass_value(&mut self) {
        self.blank = false;
    }

    /// Whether the place is in a string in which nothing but blanks came before.
    pub(super) const fn in_blank_string(&self) -> bool {
        self.in_string && self.blank
    }

    /// The value at this place: inside a string as part of it, elsewhere as a string of its own.
    pub(super) fn value(&self, value: &str) -> String {
        let string = serde_json::Value::from(value).to_string();
        if self.in_string {
            let inner = string.strip_prefix('"').and_then(|s| s.strip_suffix('"'));
            inner.unwrap_or_default().to_owned()
        } else {
            string
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format_of(content_type: &str) -> BodyFormat {
        BodyFormat::of(&Headers::from_pairs([("Content-Type", content_type)]))
    }

    #[test]
    fn the_content_type_decides_whatever_its_case_and_parameters() {
        assert_eq!(format_of("Application/JSON; charset=utf-8"), BodyFormat::Json);
        assert_eq!(format_of("application/vnd.api+json"), BodyFormat::Json);
        assert_eq!(format_of("text/xml;charset=UTF-8"), BodyFormat::Xml);
        assert_eq!(format_of("application/soap+xml"), BodyFormat::Xml);
        assert_eq!(format_of(" application/x-www-form-urlencoded "), BodyFormat::Form);
        assert_eq!(format_of("multipart/form-data; boundary=x"), BodyFormat::Multipart);
        assert_eq!(format_of("text/plain"), BodyFormat::Plain);
        assert_eq!(BodyFormat::of(&Headers::default()), BodyFormat::Form);
    }

    #[test]
    fn json_values_know_whether_they_stand_in_a_string() {
        let mut cursor = JsonCursor::default();
        cursor.pass(r#"{"a\"":"x"#);
        assert_eq!(cursor.value("\"\n"), r#"\"\n"#);
        cursor.pass(r#"","b":"#);
        assert_eq!(cursor.value("\"\n"), r#""\"\n""#);
    }

    #[test]
    fn headers_take_no_line_breaks() {
        assert_eq!(header("a\tb c"), Some("a\tb c"));
        for value in ["a\r\nX: y", "a\nb", "\0", "é", "\u{7f}"] {
            assert_eq!(header(value), None);
        }
    }
}
