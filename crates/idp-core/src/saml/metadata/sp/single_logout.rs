//! Single logout (saml-profiles 4.4): what the metadata says of it is not used.

use roxmltree::Node;

use super::findings::Findings;
use crate::saml::urn::ns;
use crate::saml::xml::reader;

/// Tells of addresses for single logout, so that nobody relies on them.
pub(super) fn told(role: Node<'_, '_>, findings: &mut Findings) {
    if role.children().any(|node| reader::is(node, ns::MD, "SingleLogoutService")) {
        findings.warning(
            "It has a SingleLogoutService, which is not used: signing out here does not sign out of \
             the application, nor the other way round.",
        );
    }
}
