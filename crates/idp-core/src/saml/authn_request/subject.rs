//! Subject (saml-core 3.4.1): whom the service provider wants authenticated.

use roxmltree::Node;

use super::structure::{children, invalid};
use super::{Denial, RequestRules};
use crate::saml::encryption::read_encrypted_name_id;
use crate::saml::request::RequestedSubject;
use crate::saml::status::Status;
use crate::saml::urn::ns;
use crate::saml::xml::reader;

const RULE: &str = "saml-core 3.4.1.4, saml-profiles 4.1.4.1, C063, C064";

/// The longest identifier that is read, in bytes.
const MAX_VALUE: usize = 1024;

/// Reads the wanted NameID. An encrypted one is read for whoever signed the request only: what strangers
/// send is not decrypted.
pub(super) fn read(
    element: Node<'_, '_>,
    rules: &RequestRules,
    is_signed: bool,
) -> Result<RequestedSubject, Denial> {
    let children = children(element)?;
    if children.iter().any(|child| reader::is(*child, ns::SAML, "SubjectConfirmation")) {
        return Err(Denial::requester(
            "subject-confirmation-present",
            RULE,
            "a Subject without SubjectConfirmation",
            "SubjectConfirmation",
            "Leave out SubjectConfirmation: how the subject is confirmed is decided here.",
        ));
    }
    let [identifier] = *children.as_slice() else {
        return Err(invalid("a Subject that does not hold exactly one identifier"));
    };
    if reader::is(identifier, ns::SAML, "NameID") {
        return name_id(identifier);
    }
    if reader::is(identifier, ns::SAML, "EncryptedID") && is_signed {
        let (keys, denied) = (&rules.decryption_keys, rules.denied_algorithms);
        return read_encrypted_name_id(identifier, keys, denied).map_err(|_| undecipherable());
    }
    let name = identifier.tag_name().name();
    if name != "EncryptedID" && name != "BaseID" {
        return Err(invalid(&format!("{name} inside Subject")));
    }
    Err(Denial::requester(
        "subject-identifier-unsupported",
        RULE,
        "a NameID in the Subject",
        name,
        "Send the NameID in clear, sign the request that has an EncryptedID, or leave out the Subject.",
    )
    .with_status(Status::RequestUnsupported))
}

/// One answer for whatever keeps an encrypted identifier from being read (A89).
pub(in crate::saml) fn undecipherable() -> Denial {
    Denial::requester(
        "encrypted-id-undecipherable",
        "saml-core 2.2.4, 3.7.1, C129",
        "an identifier that this identity provider can read",
        "an EncryptedID",
        "Encrypt the NameID with the key, and the algorithms, that the metadata of this identity provider \
         publishes for encryption; or send it without encryption.",
    )
    .with_status(Status::RequestUnsupported)
}

fn name_id(element: Node<'_, '_>) -> Result<RequestedSubject, Denial> {
    let value = reader::text_only(element).unwrap_or_default();
    if value.is_empty() || value.len() > MAX_VALUE {
        return Err(invalid("a NameID that is empty, too long or not plain text"));
    }
    let attribute = |name| element.attribute(name).map(str::to_owned);
    Ok(RequestedSubject {
        value: value.to_owned(),
        format: attribute("Format"),
        name_qualifier: attribute("NameQualifier"),
        sp_name_qualifier: attribute("SPNameQualifier"),
    })
}
