//! What a message is and says, in plain words. Read strictly and within limits; believed in nothing.

use roxmltree::{Document, Node};

use super::facts::{Fact, Facts, child, children, shown};
use crate::Instant;
use crate::saml::date_time;
use crate::saml::request::Reason;
use crate::saml::urn::ns;
use crate::saml::xml::reader::{self, Limits};

/// What a message is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// An application asks for a login.
    AuthnRequest,
    /// An answer to it.
    Response,
    /// Somebody is to be signed out.
    LogoutRequest,
    /// The answer to that.
    LogoutResponse,
    /// What an application or identity provider says of itself.
    Metadata,
    /// Anything else.
    Other,
}

/// A message in plain words.
#[derive(Clone, Debug)]
pub struct Explained {
    /// What it is.
    pub kind: Kind,
    /// A sentence about it.
    pub summary: String,
    /// What it says.
    pub facts: Vec<Fact>,
    /// What is odd about it.
    pub remarks: Vec<String>,
    /// Who it claims to come from.
    pub issuer: Option<String>,
    /// When it claims to be made.
    pub issue_instant: Option<Instant>,
    /// Whether its outermost element has a signature.
    pub signed: bool,
}

/// Explains a message as of an instant.
pub fn explain(xml: &[u8], now: Instant) -> Result<Explained, Reason> {
    let document: Document<'_> =
        reader::parse(xml, &Limits::METADATA).map_err(|error| error.reason())?;
    let root = document.root_element();
    let mut facts = Facts::default();
    let mut remarks = Vec::new();
    let (kind, summary) = what(root);
    facts.attribute("ID", root, "ID");
    facts.attribute("Made at", root, "IssueInstant");
    let issuer = child(root, ns::SAML, "Issuer").and_then(reader::text_only).map(shown);
    if let Some(issuer) = &issuer {
        facts.say("Says it comes from", issuer);
    }
    facts.attribute("Meant for the address", root, "Destination");
    facts.attribute("Answers the request", root, "InResponseTo");
    match kind {
        Kind::AuthnRequest => request(root, &mut facts),
        Kind::Response | Kind::LogoutResponse => {
            status(root, &mut facts);
            assertions(root, &mut facts, &mut remarks, now);
        }
        Kind::LogoutRequest => logout(root, &mut facts, &mut remarks),
        Kind::Metadata => metadata(root, &mut facts, &mut remarks, now),
        Kind::Other => facts.say("Element", root.tag_name().name()),
    }
    let instant = root.attribute("IssueInstant").and_then(date_time::parse);
    if instant.is_some_and(|instant| instant > now) {
        remarks.push("It says that it was made in the future: compare the clocks.".to_owned());
    }
    if document.descendants().any(|node| node.is_comment()) {
        remarks
            .push("It holds comments, which some readers take for the end of a text.".to_owned());
    }
    let issuer = match kind {
        Kind::Metadata => root.attribute("entityID").map(shown),
        _ => issuer,
    };
    let signed = child(root, ns::DS, "Signature").is_some();
    Ok(Explained { kind, summary, facts: facts.0, remarks, issuer, issue_instant: instant, signed })
}

fn what(root: Node<'_, '_>) -> (Kind, String) {
    let of = |namespace, name| reader::is(root, namespace, name);
    let (kind, text) = if of(ns::SAMLP, "AuthnRequest") {
        (Kind::AuthnRequest, "An AuthnRequest: an application asks for a person to be signed in.")
    } else if of(ns::SAMLP, "Response") {
        (Kind::Response, "A Response: an identity provider tells an application who a person is.")
    } else if of(ns::SAMLP, "LogoutRequest") {
        (Kind::LogoutRequest, "A LogoutRequest: a person is to be signed out.")
    } else if of(ns::SAMLP, "LogoutResponse") {
        (Kind::LogoutResponse, "A LogoutResponse: the answer to a LogoutRequest.")
    } else if of(ns::MD, "EntityDescriptor") {
        (Kind::Metadata, "Metadata: what an application or identity provider says of itself.")
    } else if of(ns::MD, "EntitiesDescriptor") {
        (Kind::Metadata, "Metadata of several applications or identity providers.")
    } else {
        (Kind::Other, "XML, but no message that this page knows.")
    };
    (kind, text.to_owned())
}

fn request(root: Node<'_, '_>, facts: &mut Facts) {
    facts.attribute("Answer to the address", root, "AssertionConsumerServiceURL");
    facts.attribute("Answer to the address number", root, "AssertionConsumerServiceIndex");
    facts.attribute("Answer by the binding", root, "ProtocolBinding");
    facts.attribute("Ask everything anew (ForceAuthn)", root, "ForceAuthn");
    facts.attribute("Show no page (IsPassive)", root, "IsPassive");
    if let Some(policy) = child(root, ns::SAMLP, "NameIDPolicy") {
        facts.attribute("Wanted NameID format", policy, "Format");
        facts.attribute("May make a new identifier", policy, "AllowCreate");
    }
    if let Some(context) = child(root, ns::SAMLP, "RequestedAuthnContext") {
        facts.attribute("Strength is compared", context, "Comparison");
        for class in children(context, ns::SAML, "AuthnContextClassRef") {
            facts.text("Wanted strength", Some(class));
        }
    }
}

fn status(root: Node<'_, '_>, facts: &mut Facts) {
    let Some(status) = child(root, ns::SAMLP, "Status") else { return };
    let mut code = child(status, ns::SAMLP, "StatusCode");
    while let Some(found) = code {
        let value = found.attribute("Value").unwrap_or("none");
        facts.say("Outcome", value.rsplit(':').next().unwrap_or(value));
        code = child(found, ns::SAMLP, "StatusCode");
    }
    facts.text("In words", child(status, ns::SAMLP, "StatusMessage"));
}

fn assertions(root: Node<'_, '_>, facts: &mut Facts, remarks: &mut Vec<String>, now: Instant) {
    for assertion in children(root, ns::SAML, "Assertion") {
        let signed = child(assertion, ns::DS, "Signature").is_some();
        facts.say("Assertion", if signed { "with a signature of its own" } else { "without one" });
        if let Some(subject) = child(assertion, ns::SAML, "Subject") {
            let name = child(subject, ns::SAML, "NameID");
            facts.text("About the person", name);
            if let Some(name) = name {
                facts.attribute("NameID format", name, "Format");
            }
        }
        if let Some(conditions) = child(assertion, ns::SAML, "Conditions") {
            facts.attribute("Not before", conditions, "NotBefore");
            facts.attribute("Not on or after", conditions, "NotOnOrAfter");
            let end = conditions.attribute("NotOnOrAfter").and_then(date_time::parse);
            if end.is_some_and(|end| end <= now) {
                remarks.push("The assertion has expired.".to_owned());
            }
            for restriction in children(conditions, ns::SAML, "AudienceRestriction") {
                for audience in children(restriction, ns::SAML, "Audience") {
                    facts.text("Meant for", Some(audience));
                }
            }
        }
        if let Some(statement) = child(assertion, ns::SAML, "AuthnStatement") {
            facts.attribute("Signed in at", statement, "AuthnInstant");
            let context = child(statement, ns::SAML, "AuthnContext");
            let class = context.and_then(|c| child(c, ns::SAML, "AuthnContextClassRef"));
            facts.text("How strongly", class);
        }
        for statement in children(assertion, ns::SAML, "AttributeStatement") {
            for attribute in children(statement, ns::SAML, "Attribute") {
                let name = attribute.attribute("Name").unwrap_or("an attribute without a name");
                for value in children(attribute, ns::SAML, "AttributeValue") {
                    facts.text(&format!("Attribute {}", shown(name)), Some(value));
                }
            }
        }
    }
    encrypted(root, facts, remarks);
}

/// What is encrypted cannot be shown, but with what and for whom it is.
fn encrypted(root: Node<'_, '_>, facts: &mut Facts, remarks: &mut Vec<String>) {
    for (name, what) in [
        ("EncryptedAssertion", "An assertion"),
        ("EncryptedID", "The identifier of the person"),
        ("EncryptedAttribute", "An attribute"),
    ] {
        for element in root.descendants().filter(|node| reader::is(*node, ns::SAML, name)).take(4) {
            let inside =
                |name: &str| element.descendants().find(|n| reader::is(*n, ns::XENC, name));
            let (data, key) = (method(inside("EncryptedData")), inside("EncryptedKey"));
            facts.say("Encrypted", &format!("{what}, with {data} and {}", method(key)));
            if let Some(key) = key {
                facts.attribute("Encrypted for", key, "Recipient");
            }
            remarks.push(format!("{what} is encrypted: only its receiver reads it, with its key."));
        }
    }
}

/// The short name of what some part is encrypted with.
fn method(part: Option<Node<'_, '_>>) -> String {
    let method = part.and_then(|part| child(part, ns::XENC, "EncryptionMethod"));
    let uri = method.and_then(|method| method.attribute("Algorithm")).unwrap_or("unknown");
    uri.rsplit('#').next().unwrap_or(uri).to_owned()
}

fn logout(root: Node<'_, '_>, facts: &mut Facts, remarks: &mut Vec<String>) {
    facts.attribute("Valid until", root, "NotOnOrAfter");
    facts.attribute("Why", root, "Reason");
    facts.text("About the person", child(root, ns::SAML, "NameID"));
    encrypted(root, facts, remarks);
    for index in children(root, ns::SAMLP, "SessionIndex") {
        facts.text("Session", Some(index));
    }
}

fn metadata(root: Node<'_, '_>, facts: &mut Facts, remarks: &mut Vec<String>, now: Instant) {
    facts.attribute("entityID", root, "entityID");
    facts.attribute("Valid until", root, "validUntil");
    let end = root.attribute("validUntil").and_then(date_time::parse);
    if end.is_some_and(|end| end <= now) {
        remarks.push("The metadata has expired.".to_owned());
    }
    for role in root.children().filter(|child| child.tag_name().name().ends_with("SSODescriptor")) {
        let name = match role.tag_name().name() {
            "SPSSODescriptor" => "an application (service provider)",
            "IDPSSODescriptor" => "an identity provider",
            other => other,
        };
        facts.say("Describes", name);
        for key in children(role, ns::MD, "KeyDescriptor") {
            facts.say("Key for", key.attribute("use").unwrap_or("signing and encryption"));
        }
        for endpoint in role.children().filter(|child| child.attribute("Location").is_some()) {
            let binding = endpoint.attribute("Binding").unwrap_or_default();
            let short = binding.rsplit(':').next().unwrap_or(binding);
            let label = format!("{} by {}", endpoint.tag_name().name(), shown(short));
            facts.attribute(&label, endpoint, "Location");
            let plain = endpoint.attribute("Location").is_some_and(|at| at.starts_with("http:"));
            if plain && remarks.len() < 20 {
                let name = endpoint.tag_name().name();
                remarks.push(format!(
                    "{name} is reached over plain http: everybody on the way reads it."
                ));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Instant {
        "2026-11-23T09:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_request_is_told_in_plain_words() {
        let xml = format!(
            "<p:AuthnRequest xmlns:p=\"{}\" ID=\"_1\" IssueInstant=\"2026-11-23T10:00:00Z\" \
             ForceAuthn=\"true\"><i:Issuer xmlns:i=\"{}\">https://sp.example.org\u{202e}</i:Issuer>\
             <!-- c --></p:AuthnRequest>",
            ns::SAMLP,
            ns::SAML
        );
        let told = explain(xml.as_bytes(), now()).unwrap();
        assert_eq!((told.kind, told.signed), (Kind::AuthnRequest, false));
        assert_eq!(told.issuer.as_deref(), Some("https://sp.example.org\u{fffd}"));
        assert!(told.facts.iter().any(|fact| fact.label.contains("ForceAuthn")));
        assert_eq!(told.remarks.len(), 2, "{:?}", told.remarks);
    }

    #[test]
    fn what_a_parser_must_not_see_is_refused() {
        let reason = explain(b"<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", now()).unwrap_err();
        assert_eq!(reason.code, "xml-doctype");
        let deep = format!("{}{}", "<a>".repeat(1_000), "</a>".repeat(1_000));
        assert_eq!(explain(deep.as_bytes(), now()).unwrap_err().code, "xml-too-deep");
    }

    #[test]
    fn other_xml_is_no_message() {
        assert_eq!(explain(b"<html/>", now()).unwrap().kind, Kind::Other);
    }
}
