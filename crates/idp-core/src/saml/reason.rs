//! Making reasons: every refusal of a message is explained in the same five parts.

use super::request::{Reason, RequestError};
use super::xml::reader::ReadError;
use crate::id::EntityId;

/// The longest quotation of what was found, in characters.
const FOUND: usize = 200;

impl Reason {
    /// A reason. `found` is quoted from the message: shortened, and without control characters.
    pub(crate) fn new(
        code: &str,
        rule: &str,
        expected: impl Into<String>,
        found: &str,
        advice: impl Into<String>,
    ) -> Self {
        Self {
            code: code.to_owned(),
            rule: rule.to_owned(),
            expected: expected.into(),
            found: quoted(found),
            advice: advice.into(),
        }
    }

    /// The local error with this reason.
    pub(crate) const fn local(self, issuer: Option<EntityId>) -> RequestError {
        RequestError { issuer, reason: self }
    }
}

impl ReadError {
    /// The full explanation.
    pub(crate) fn reason(&self) -> Reason {
        Reason::new(
            self.code(),
            "xml 1.0, xml-names 1.0, C016, C030",
            "one well-formed UTF-8 document of the expected kind, without DOCTYPE, within the limits",
            &self.to_string(),
            "Send a plain SAML 2.0 message: no DOCTYPE, no processing instructions, nothing after \
             the root element.",
        )
    }
}

/// A text that is safe to show and to log: at most 200 characters, control and bidirectional
/// formatting characters replaced. Nothing is said in words, so that it does not look forgotten.
fn quoted(text: &str) -> String {
    if text.is_empty() {
        return "an empty value".to_owned();
    }
    let mut chars = text.chars();
    let mut quoted: String = chars.by_ref().take(FOUND).map(visible).collect();
    if chars.next().is_some() {
        quoted.push('…');
    }
    quoted
}

/// The character, or U+FFFD in place of one that hides or reorders what is shown.
pub(super) fn visible(c: char) -> char {
    match c {
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        c if c.is_control() => '\u{fffd}',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotations_are_short_and_free_of_control_characters() {
        let reason = Reason::new("c", "r", "e", &"a\r\n\u{202e}".repeat(100), "a");
        assert_eq!(reason.found.chars().count(), 201);
        assert!(reason.found.starts_with("a\u{fffd}\u{fffd}\u{fffd}a"));
        assert!(reason.found.ends_with('…'));
    }

    #[test]
    fn an_empty_value_is_named() {
        assert_eq!(Reason::new("c", "r", "e", "", "a").found, "an empty value");
    }
}
