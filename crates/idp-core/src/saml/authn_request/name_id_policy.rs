//! NameIDPolicy (saml-core 3.4.1.1): what can be asked for of the identifier.

use roxmltree::Node;

use super::Denial;
use super::structure::{boolean, children, invalid};
use crate::saml::request::NameIdPolicy;
use crate::saml::status::Status;
use crate::saml::urn::{NAME_ID_ENCRYPTED, NameIdFormat};
use crate::service_provider::ServiceProvider;

const RULE: &str = "saml-core 3.4.1.1, C058, C059, C061, C062";

/// Reads the policy and refuses what can never be fulfilled for this service provider.
pub(super) fn read(element: Node<'_, '_>, sp: &ServiceProvider) -> Result<NameIdPolicy, Denial> {
    if !children(element)?.is_empty() {
        return Err(invalid("elements inside NameIDPolicy"));
    }
    let format = element.attribute("Format");
    if let Some(uri) = format {
        check_format(uri, sp)?;
    }
    let qualifier = element.attribute("SPNameQualifier");
    if let Some(other) = qualifier.filter(|qualifier| *qualifier != sp.entity_id.as_str()) {
        return Err(unfulfillable(
            "name-id-qualifier-foreign",
            "SPNameQualifier to be the service provider's own entityID",
            other,
            "Leave out SPNameQualifier, or send the own entityID.",
        ));
    }
    Ok(NameIdPolicy {
        format: format.map(str::to_owned),
        sp_name_qualifier: qualifier.map(str::to_owned),
        allow_create: boolean(element, "AllowCreate")?,
    })
}

/// Every format is allowed when the service provider's settings list none; its default format is
/// always allowed.
fn check_format(uri: &str, sp: &ServiceProvider) -> Result<(), Denial> {
    if uri == NAME_ID_ENCRYPTED {
        return check_encrypted(sp);
    }
    let rule = &sp.settings.name_id;
    let allowed = |format: NameIdFormat| {
        format == NameIdFormat::Unspecified
            || format == rule.default_format
            || rule.formats.is_empty()
            || rule.formats.contains(&format)
    };
    if NameIdFormat::from_uri(uri).is_some_and(allowed) {
        return Ok(());
    }
    Err(unfulfillable(
        "name-id-format-unavailable",
        "a NameID format that this identity provider makes for the service provider",
        uri,
        "Ask for the unspecified format (or none), or allow the format in `name_id.formats` of the \
         service provider.",
    ))
}

/// Whether the key can be used is seen when it is: an obstacle is answered then.
fn check_encrypted(sp: &ServiceProvider) -> Result<(), Denial> {
    if !sp.settings.encryption_keys.is_empty() {
        return Ok(());
    }
    Err(unfulfillable(
        "name-id-format-unavailable",
        "a key of the service provider to encrypt the NameID with",
        "none",
        "Publish a key for encryption in the metadata, and let the administrator of the identity provider \
         import it.",
    ))
}

fn unfulfillable(code: &str, expected: &str, found: &str, advice: &str) -> Denial {
    Denial::requester(code, RULE, expected, found, advice).with_status(Status::InvalidNameIdPolicy)
}
