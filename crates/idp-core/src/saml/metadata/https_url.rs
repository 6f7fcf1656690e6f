//! An address that may stand in metadata for people to follow.

use std::fmt;

/// An absolute https URL of at most 1024 characters: what metadata may show people or link to
/// (saml-metadata-ui 2.3).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HttpsUrl(String);

impl HttpsUrl {
    const MAX_LENGTH: usize = 1024;

    /// An https URL with a host and without credentials, or `None`.
    pub fn parse(text: &str) -> Option<Self> {
        let url = url::Url::parse(text).ok()?;
        let plausible = text.len() <= Self::MAX_LENGTH
            && url.scheme() == "https"
            && url.has_host()
            && url.username().is_empty()
            && url.password().is_none()
            && !text.chars().any(|c| c.is_whitespace() || c.is_control());
        plausible.then(|| Self(text.to_owned()))
    }

    /// The URL as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for HttpsUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::HttpsUrl;

    /// C198.
    #[test]
    fn only_https_addresses_are_shown() {
        assert!(HttpsUrl::parse("https://idp.example.org/help?code=ERRORURL_CODE").is_some());
        for text in [
            "http://idp.example.org/",
            "javascript:alert(1)",
            "data:text/html,x",
            "https://",
            "https://user:password@idp.example.org/",
            "https://idp.example.org/a b",
            "/help",
        ] {
            assert!(HttpsUrl::parse(text).is_none(), "{text}");
        }
    }
}
