//! What stands on the envelope: Issuer, Destination, Version, ID and IssueInstant.

use roxmltree::Node;

use super::unverified;
use super::{Denial, RequestRules};
use crate::Instant;
use crate::saml::date_time;
use crate::saml::request::Reason;
use crate::saml::status::Status;
use crate::saml::urn::ns;
use crate::saml::xml::name::is_ncname;
use crate::saml::xml::reader;
use crate::service_provider::ServiceProvider;

const ENTITY_FORMAT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity";

/// The longest ID that is echoed in InResponseTo, in bytes.
const MAX_ID: usize = 256;

/// The Issuer, read again from what is now trusted, is the service provider (C020).
pub(in crate::saml) fn check_issuer(
    root: Node<'_, '_>,
    sp: &ServiceProvider,
) -> Result<(), Reason> {
    const EXPECTED: &str = "an Issuer without Format, or of the entity format, that equals the \
        registered entityID";
    const ADVICE: &str = "Send the entityID of the metadata as Issuer.";
    let rule = "saml-profiles 4.1.4.1, C020";
    let issuer = unverified::issuer(root)?;
    if issuer != sp.entity_id {
        return Err(Reason::new("issuer-mismatch", rule, EXPECTED, issuer.as_str(), ADVICE));
    }
    let element = root.children().find(|child| reader::is(*child, ns::SAML, "Issuer"));
    match element.and_then(|element| element.attribute("Format")) {
        None | Some(ENTITY_FORMAT) => Ok(()),
        Some(other) => Err(Reason::new("issuer-format", rule, EXPECTED, other, ADVICE)),
    }
}

/// The Destination is our address. A signed message must have one, so that it cannot be carried to
/// another place (C015, C019).
pub(super) fn check_destination(
    root: Node<'_, '_>,
    rules: &RequestRules,
    signed: bool,
) -> Result<(), Reason> {
    let found = match root.attribute("Destination") {
        Some(destination) if destination == rules.destination => return Ok(()),
        None if !signed => return Ok(()),
        Some(destination) => destination,
        None => "none",
    };
    Err(Reason::new(
        if found == "none" { "destination-missing" } else { "destination-mismatch" },
        "saml-core 3.2.1, saml-bindings 3.4.5.2, 3.5.5.2, C015, C019",
        format!("Destination {}", rules.destination),
        found,
        "Import this identity provider's metadata at the service provider: its \
         SingleSignOnService location is the Destination.",
    ))
}

/// The ID, if it may be echoed in InResponseTo; otherwise the answer has none (C072).
pub(in crate::saml) fn id<'a>(root: Node<'a, '_>) -> Option<&'a str> {
    root.attribute("ID").filter(|id| id.len() <= MAX_ID && is_ncname(id))
}

/// Version 2.0 and no other: we answer in 2.0, which must be the version of the request (C017,
/// C018).
pub(in crate::saml) fn check_version(root: Node<'_, '_>) -> Result<(), Denial> {
    let rule = "saml-core 4.1.3.2, C017";
    let advice = "Send SAML 2.0 messages with Version=\"2.0\".";
    match root.attribute("Version") {
        Some("2.0") => Ok(()),
        None => {
            Err(Denial::requester("version-missing", rule, "Version 2.0", "no Version", advice))
        }
        Some(other) => {
            Err(Denial::requester("version-mismatch", rule, "Version 2.0", other, advice)
                .with_status(Status::VersionMismatch))
        }
    }
}

/// The ID can be echoed.
pub(in crate::saml) fn check_id(root: Node<'_, '_>) -> Result<(), Denial> {
    if id(root).is_some() {
        return Ok(());
    }
    Err(Denial::requester(
        "id-invalid",
        "saml-core 1.3.4, xmlschema-2 3.3.8",
        "an ID that begins with a letter or underscore, has no colon, and at most 256 bytes",
        root.attribute("ID").unwrap_or("no ID"),
        "Put an underscore before random hexadecimal digits.",
    ))
}

/// The IssueInstant, if it lies within the window and the tolerated skew (C032, C200).
pub(in crate::saml) fn issue_instant(
    root: Node<'_, '_>,
    rules: &RequestRules,
) -> Result<Instant, Denial> {
    let rule = "saml-core 1.3.3, 3.2.1, C032, C200";
    let text = root.attribute("IssueInstant").unwrap_or_default();
    let Some(instant) = date_time::parse(text) else {
        return Err(Denial::requester(
            "issue-instant-invalid",
            rule,
            "IssueInstant in UTC, such as 2026-01-31T12:00:00Z",
            if text.is_empty() { "no IssueInstant" } else { text },
            "Write the instant of sending in UTC.",
        ));
    };
    let oldest = rules.now - rules.window - rules.clock_skew;
    let newest = rules.now + rules.clock_skew;
    if (oldest..=newest).contains(&instant) {
        return Ok(instant);
    }
    Err(Denial::requester(
        if instant < oldest { "request-too-old" } else { "request-from-the-future" },
        rule,
        &format!("an IssueInstant between {oldest:?} and {newest:?}"),
        text,
        "Synchronise the clock of the service provider, and start the login again: a request can \
         be used for a few minutes only.",
    ))
}
