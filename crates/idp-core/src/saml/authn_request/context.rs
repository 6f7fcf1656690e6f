//! RequestedAuthnContext (saml-core 3.3.2.2.1): how the person shall authenticate.

use roxmltree::Node;

use super::Denial;
use super::structure::{children, invalid};
use crate::saml::request::{Comparison, RequestedAuthnContext};
use crate::saml::status::Status;
use crate::saml::urn::ns;
use crate::saml::xml::reader;

const RULE: &str = "saml-core 3.3.2.2.1, C052 to C055";

/// The most classes that are read.
const MAX_CLASSES: usize = 32;

/// Reads the wanted classes in their order of preference.
pub(super) fn read(element: Node<'_, '_>) -> Result<RequestedAuthnContext, Denial> {
    let comparison = comparison(element)?;
    let references = children(element)?;
    if references.is_empty() || references.len() > MAX_CLASSES {
        return Err(Denial::requester(
            "context-count",
            RULE,
            &format!("between 1 and {MAX_CLASSES} AuthnContextClassRef"),
            &references.len().to_string(),
            "Name the classes that matter, the preferred one first.",
        ));
    }
    let classes = references.into_iter().map(class).collect::<Result<_, _>>()?;
    Ok(RequestedAuthnContext { comparison, classes })
}

fn comparison(element: Node<'_, '_>) -> Result<Comparison, Denial> {
    Ok(match element.attribute("Comparison") {
        None | Some("exact") => Comparison::Exact,
        Some("minimum") => Comparison::Minimum,
        Some("maximum") => Comparison::Maximum,
        Some("better") => Comparison::Better,
        Some(other) => {
            return Err(Denial::requester(
                "context-comparison-invalid",
                RULE,
                "Comparison to be exact, minimum, maximum or better",
                other,
                "Correct Comparison, or leave it out, which means exact.",
            ));
        }
    })
}

fn class(reference: Node<'_, '_>) -> Result<String, Denial> {
    if reader::is(reference, ns::SAML, "AuthnContextDeclRef") {
        return Err(Denial::requester(
            "context-declaration-unsupported",
            RULE,
            "AuthnContextClassRef only",
            "AuthnContextDeclRef",
            "Ask for authentication context classes; declarations are not supported.",
        )
        .with_status(Status::NoAuthnContext));
    }
    let text = reader::text_only(reference).filter(|text| !text.is_empty());
    match text {
        Some(text) if reader::is(reference, ns::SAML, "AuthnContextClassRef") => {
            Ok(text.to_owned())
        }
        _ => Err(invalid("something other than a class inside RequestedAuthnContext")),
    }
}
