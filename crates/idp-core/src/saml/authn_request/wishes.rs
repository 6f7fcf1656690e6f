//! What the service provider wishes, read into types. The policy decides what becomes of it.

use roxmltree::Node;

use super::structure::{boolean, read};
use super::{Denial, RequestRules, context, name_id_policy, subject};
use crate::attribute_release::Selection;
use crate::saml::request::Wishes;
use crate::service_provider::ServiceProvider;

/// Reads everything that is asked for. ProviderName, Consent, Conditions, Scoping and Extensions
/// are not read: they are advisory (C037).
pub(super) fn wishes(
    root: Node<'_, '_>,
    sp: &ServiceProvider,
    rules: &RequestRules,
    is_signed: bool,
) -> Result<Wishes, Denial> {
    let elements = read(root)?;
    Ok(Wishes {
        force_authn: boolean(root, "ForceAuthn")?,
        is_passive: boolean(root, "IsPassive")?,
        name_id_policy: elements
            .name_id_policy
            .map(|policy| name_id_policy::read(policy, sp))
            .transpose()?,
        context: elements.requested_authn_context.map(context::read).transpose()?,
        subject: elements
            .subject
            .map(|subject| subject::read(subject, rules, is_signed))
            .transpose()?,
        attribute_consuming_service_index: attribute_consuming_service_index(root, sp)?,
    })
}

/// The index, if it says something: whoever cannot be told what was selected is refused before a
/// person is asked for anything.
fn attribute_consuming_service_index(
    root: Node<'_, '_>,
    sp: &ServiceProvider,
) -> Result<Option<u16>, Denial> {
    let Some(text) = root.attribute("AttributeConsumingServiceIndex") else { return Ok(None) };
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let index = digits.then(|| text.parse().ok()).flatten();
    let index = index.ok_or_else(|| {
        Denial::requester(
            "attribute-index-invalid",
            "saml-core 3.4.1, C065",
            "AttributeConsumingServiceIndex between 0 and 65535",
            text,
            "Send an index of the metadata, or leave it out.",
        )
    })?;
    match Selection::of(&sp.settings, Some(index)) {
        Ok(_) => Ok(Some(index)),
        Err(unknown) => {
            let (status, reason) = unknown.refusal();
            Err(Denial { status, reason })
        }
    }
}
