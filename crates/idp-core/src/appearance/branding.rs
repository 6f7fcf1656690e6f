//! What an administrator sets for the pages of people as a whole: the name of the server, whom to ask
//! for help, and the look. What is not set is as in the settings of the server.

use std::fmt;

use serde::{Deserialize, Serialize};
use url::Url;

use super::Appearance;

/// What is set for every page.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Branding {
    /// The name on the pages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_name: Option<ProductName>,
    /// Whom people ask for help.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help_contact: Option<HelpContact>,
    /// Colour and logo.
    #[serde(skip_serializing_if = "Appearance::is_plain")]
    pub appearance: Appearance,
}

impl Branding {
    /// Whether nothing is set.
    pub const fn is_plain(&self) -> bool {
        self.product_name.is_none() && self.help_contact.is_none() && self.appearance.is_plain()
    }
}

/// It is no line of text as pages show one.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("must be one line of 1 to {most} characters, without characters that cannot be seen")]
pub struct NoLine {
    most: usize,
}

/// The name of the server for people.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ProductName(String);

/// Whom people ask for help: an e-mail address, a web address or any words.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HelpContact(String);

/// A text without blanks around it.
fn line(text: &str, most: usize) -> Result<String, NoLine> {
    let text = text.trim();
    let fits = (1..=most).contains(&text.chars().count()) && !text.chars().any(is_invisible);
    if fits { Ok(text.to_owned()) } else { Err(NoLine { most }) }
}

/// Controls, and what turns the direction of a line or has no width.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{061c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

impl ProductName {
    /// The most characters.
    pub const MOST: usize = 60;

    /// The name, if pages can show it.
    pub fn parse(text: &str) -> Result<Self, NoLine> {
        line(text, Self::MOST).map(Self)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl HelpContact {
    /// The most characters.
    pub const MOST: usize = 200;

    /// The contact, if pages can show it.
    pub fn parse(text: &str) -> Result<Self, NoLine> {
        line(text, Self::MOST).map(Self)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Where a link leads to: for a web address and for a plain e-mail address.
    pub fn link(&self) -> Option<String> {
        let text = self.as_str();
        if is_email(text) {
            return Some(format!("mailto:{text}"));
        }
        let url = Url::parse(text).ok()?;
        let web = matches!(url.scheme(), "http" | "https") && !text.contains(char::is_whitespace);
        let bare = url.username().is_empty() && url.password().is_none();
        (web && bare).then(|| url.to_string())
    }
}

/// One address, of characters that mean nothing else in a `mailto:` link.
fn is_email(text: &str) -> bool {
    let plain = |part: &str, more: &str| {
        let good = |c: char| c.is_ascii_alphanumeric() || more.contains(c);
        !part.is_empty() && part.chars().all(good)
    };
    text.split_once('@').is_some_and(|(name, host)| plain(name, "._+-") && plain(host, ".-"))
}

macro_rules! text_of {
    ($name:ident) => {
        impl TryFrom<String> for $name {
            type Error = NoLine;

            fn try_from(text: String) -> Result<Self, NoLine> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(line: $name) -> Self {
                line.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_of!(ProductName);
text_of!(HelpContact);

#[cfg(test)]
mod tests {
    use super::*;

    fn link(text: &str) -> Option<String> {
        HelpContact::parse(text).unwrap().link()
    }

    #[test]
    fn addresses_are_links_and_nothing_else_is() {
        assert_eq!(link("help@example.org").as_deref(), Some("mailto:help@example.org"));
        assert_eq!(
            link("https://help.example.org/a?b=c").as_deref(),
            Some("https://help.example.org/a?b=c")
        );
        for text in [
            "Desk 4, phone 110",
            "javascript:alert(1)",
            "data:text/html,x",
            "help@example.org?bcc=evil@example.org",
            "a@b@c",
            "https://user:word@example.org/",
            "https://example.org/ and more",
        ] {
            assert_eq!(link(text), None, "{text}");
        }
    }

    #[test]
    fn a_name_is_one_line_that_can_be_seen() {
        assert_eq!(ProductName::parse("  Acme  ").unwrap().as_str(), "Acme");
        for text in ["", "   ", "a\nb", "Bank\u{202e}x", &"x".repeat(61)] {
            assert!(ProductName::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn what_is_not_set_is_not_stored() {
        assert_eq!(serde_json::to_string(&Branding::default()).unwrap(), "{}");
        assert_eq!(serde_json::from_str::<Branding>("{}").unwrap(), Branding::default());
    }
}
