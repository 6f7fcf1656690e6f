//! SOAP 1.1 envelopes (saml-bindings 3.2): one message in the Body.

use roxmltree::Node;

use crate::saml::request::Reason;
use crate::saml::urn::ns;
use crate::saml::xml::reader;

/// The one element of the Body, if it is the expected message. A header that must be understood is
/// not; the others are not read.
pub(super) fn body<'a, 'i>(
    envelope: Node<'a, 'i>,
    name: &'static str,
) -> Result<Node<'a, 'i>, Reason> {
    if !reader::is(envelope, ns::SOAP, "Envelope") {
        return Err(wrong("soap-envelope", envelope.tag_name().name()));
    }
    let parts = reader::child_elements(envelope)
        .ok_or_else(|| wrong("soap-envelope", "text between elements"))?;
    let (header, body) = match *parts.as_slice() {
        [body] => (None, body),
        [header, body] if reader::is(header, ns::SOAP, "Header") => (Some(header), body),
        _ => return Err(wrong("soap-envelope", "other parts than Header and Body")),
    };
    let binds = |block: Node<'_, '_>| {
        matches!(block.attribute((ns::SOAP, "mustUnderstand")), Some("1" | "true"))
    };
    if header.is_some_and(|header| header.children().any(binds)) {
        return Err(wrong("soap-header", "a header block that must be understood"));
    }
    if !reader::is(body, ns::SOAP, "Body") {
        return Err(wrong("soap-body", body.tag_name().name()));
    }
    match reader::child_elements(body).as_deref() {
        Some([message]) if reader::is(*message, ns::SAMLP, name) => Ok(*message),
        Some([other]) => Err(wrong("soap-message", other.tag_name().name())),
        Some(others) => Err(wrong("soap-body", &format!("{} elements in the Body", others.len()))),
        None => Err(wrong("soap-body", "text in the Body")),
    }
}

/// An envelope around an element as the emitter wrote it.
pub(super) fn envelope(message: &str) -> String {
    let soap = ns::SOAP;
    format!(
        "<soap11:Envelope xmlns:soap11=\"{soap}\"><soap11:Body>{message}</soap11:Body>\
         </soap11:Envelope>"
    )
}

fn wrong(code: &str, found: &str) -> Reason {
    Reason::new(
        code,
        "saml-bindings 3.2.2.1",
        "a SOAP 1.1 envelope whose Body holds one logout message and nothing else",
        found,
        "Send the signed message alone in the Body of a SOAP 1.1 envelope.",
    )
}
