//! From what was pasted to the message: a URL, a query, fields of a form, base64, DEFLATE, or XML as it
//! is, each within the limits that messages have.

use crate::saml::binding::encoding::{
    MAX_ENCODED, Plus, base64_with_line_breaks, inflate, looks_like_xml, percent_decode,
};
use crate::saml::request::Reason;
use crate::saml::xml::reader::Limits;

/// The longest text that is looked at, in bytes: metadata may be as long.
pub const MAX_PASTED: usize = Limits::METADATA.bytes;

/// A message and how it was packed.
#[derive(Clone, Debug)]
pub struct Decoded {
    /// The octets of the message.
    pub xml: Vec<u8>,
    /// How it was unpacked, in steps.
    pub steps: Vec<&'static str>,
    /// The query that it stood in, as it was, if it came by HTTP-Redirect: its signature is over this.
    pub query: Option<String>,
}

/// Unpacks a message.
pub fn decode(pasted: &str) -> Result<Decoded, Reason> {
    let text = pasted.trim();
    if text.is_empty() || text.len() > MAX_PASTED {
        return Err(unreadable(
            "paste-length",
            "a message of at most 2 MB",
            &format!("{} bytes", text.len()),
        ));
    }
    if looks_like_xml(text.as_bytes()) {
        let xml = text.as_bytes().to_vec();
        return Ok(Decoded { xml, steps: vec!["It is XML as it stands."], query: None });
    }
    let mut steps = Vec::new();
    let (value, query) = match parameter(text) {
        Some((query, raw)) => {
            steps.push("Taken from the parameter of a query or a form.");
            (raw, Some(query))
        }
        None => (text, None),
    };
    let packed = unescaped(value, &mut steps)?;
    let compact: String = packed.split_ascii_whitespace().collect();
    if compact.len() > MAX_ENCODED {
        let found = format!("{} bytes", compact.len());
        return Err(unreadable("paste-length", "an encoded message of at most 256 kB", &found));
    }
    let octets = base64_with_line_breaks(&compact)?;
    steps.push("Decoded from base64.");
    if looks_like_xml(&octets) {
        return Ok(Decoded { xml: octets, steps, query: None });
    }
    let xml = inflate(&octets)?;
    steps.push("Decompressed with DEFLATE, as HTTP-Redirect sends it.");
    Ok(Decoded { xml, steps, query: query.map(str::to_owned) })
}

/// The query of a URL, or the fields of a form, and the value of the message in it.
fn parameter(text: &str) -> Option<(&str, &str)> {
    let query = text.split_once('?').map_or(text, |(_, query)| query);
    let query = query.split('#').next().unwrap_or_default();
    let value = query.split('&').find_map(|pair| {
        pair.strip_prefix("SAMLRequest=").or_else(|| pair.strip_prefix("SAMLResponse="))
    })?;
    Some((query, value))
}

fn unescaped(value: &str, steps: &mut Vec<&'static str>) -> Result<String, Reason> {
    if !value.contains('%') {
        return Ok(value.to_owned());
    }
    steps.push("Percent-decoded.");
    percent_decode(value, Plus::Itself).ok_or_else(|| {
        unreadable("query-encoding", "well-formed percent-encoding", "a malformed escape")
    })
}

fn unreadable(code: &str, expected: &str, found: &str) -> Reason {
    let advice = "Paste the whole message, the whole address, or the value of SAMLRequest or \
                  SAMLResponse.";
    Reason::new(code, "saml-bindings 3.4, 3.5", expected, found, advice)
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    const XML: &str = "<a>b</a>";

    fn text(pasted: &str) -> String {
        String::from_utf8(decode(pasted).unwrap().xml).unwrap()
    }

    #[test]
    fn a_message_is_found_in_whatever_it_is_packed() {
        let packed = STANDARD.encode(XML);
        let escaped = packed.replace('=', "%3D");
        for pasted in [
            format!("  {XML}\n"),
            packed.clone(),
            packed.chars().flat_map(|c| [c, '\r', '\n']).collect(),
            format!("SAMLResponse={escaped}&RelayState=x"),
            format!("https://idp.example.org/sso?RelayState=x&SAMLRequest={escaped}#top"),
        ] {
            assert_eq!(text(&pasted), XML, "{pasted}");
        }
    }

    #[test]
    fn what_is_no_message_is_told_and_not_guessed() {
        for (pasted, code) in [
            ("", "paste-length"),
            ("hello world", "base64-invalid"),
            ("aGVsbG8=", "deflate-invalid"),
            ("SAMLRequest=%zz", "query-encoding"),
        ] {
            assert_eq!(decode(pasted).unwrap_err().code, code, "{pasted}");
        }
        assert_eq!(decode(&"x".repeat(MAX_PASTED + 1)).unwrap_err().code, "paste-length");
        assert_eq!(decode(&"QUFB".repeat(70_000)).unwrap_err().code, "paste-length");
    }
}
