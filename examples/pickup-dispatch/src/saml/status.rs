//! What the identity provider says when it does not log somebody in (saml-core 3.2.2).

use roxmltree::{Document, Node};

/// A Status, read for showing it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct StatusReport {
    /// The StatusCodes, outermost first.
    pub codes: Vec<String>,
    /// The StatusMessage.
    pub message: Option<String>,
    /// Whether a signature of the identity provider covers it.
    pub is_signed: bool,
}

impl StatusReport {
    /// Reads the Status of a Response.
    pub fn read(xml: &str, is_signed: bool) -> Self {
        let Ok(document) = Document::parse(xml) else {
            return Self { is_signed, ..Self::default() };
        };
        let named = |name: &'static str| {
            move |node: &Node<'_, '_>| node.is_element() && node.tag_name().name() == name
        };
        let Some(status) = document.root_element().children().find(named("Status")) else {
            return Self { is_signed, ..Self::default() };
        };
        let codes = status.descendants().filter(named("StatusCode"));
        let message =
            status.children().find(named("StatusMessage")).and_then(|message| message.text());
        Self {
            codes: codes.filter_map(|code| code.attribute("Value")).map(str::to_owned).collect(),
            message: message.map(str::to_owned),
            is_signed,
        }
    }

    /// The innermost code in plain words.
    pub fn explanation(&self) -> &'static str {
        let code = self.codes.last().map_or("", String::as_str);
        match code.rsplit(':').next().unwrap_or_default() {
            "AuthnFailed" => "The login did not succeed.",
            "NoPassive" => {
                "You were to be logged in without seeing a page, and there is no session that allows it."
            }
            "NoAuthnContext" => "The way of logging in that was asked for is not available.",
            "InvalidNameIDPolicy" => "The NameID format that was asked for is not available.",
            "RequestDenied" => "The identity provider does not let you into this application.",
            "RequestUnsupported" => "The identity provider does not support this kind of request.",
            "UnknownPrincipal" => "The identity provider does not know this person.",
            "Requester" => "The identity provider finds a mistake in the request.",
            "Responder" => "The identity provider has a problem of its own.",
            "VersionMismatch" => "The identity provider speaks another version of SAML.",
            _ => "The identity provider did not log you in.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_codes_and_the_message_are_read() {
        let xml = r#"<p:Response xmlns:p="urn:p"><p:Status><p:StatusCode Value="urn:x:Responder"><p:StatusCode Value="urn:x:NoPassive"/></p:StatusCode><p:StatusMessage>No session.</p:StatusMessage></p:Status></p:Response>"#;
        let report = StatusReport::read(xml, true);
        assert_eq!(report.codes, ["urn:x:Responder", "urn:x:NoPassive"]);
        assert_eq!(report.message.as_deref(), Some("No session."));
        assert!(report.explanation().contains("without seeing a page"));
    }
}
