//! The straight line from an unverified LogoutResponse to a verified one.

use roxmltree::Node;

use super::arrived::UnverifiedLogoutResponse;
use super::{authenticity, structure};
use crate::id::{EntityId, ServiceProviderId};
use crate::saml::authn_request::{Denial, RequestRules, envelope};
use crate::saml::binding::query::Parameter;
use crate::saml::request::{Reason, RequestError};
use crate::saml::signature::verification_key::VerificationKey;
use crate::saml::urn::ns;
use crate::saml::xml::reader;
use crate::service_provider::{LogoutBinding, ServiceProvider};

const PREFIX: &str = "urn:oasis:names:tc:SAML:2.0:status:";

/// The longest status code that is kept, in characters.
const MAX_CODE: usize = 100;

/// An answer to a request of ours, whose sender signed it. Made by `verify` only.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VerifiedLogoutResponse {
    issuer: EntityId,
    service_provider: ServiceProviderId,
    in_response_to: String,
    answer: LogoutAnswer,
}

/// What a service provider says of its session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LogoutAnswer {
    /// It ended.
    Ended,
    /// It did not, or not everywhere: the last part of the most particular status code.
    Refused(String),
}

impl VerifiedLogoutResponse {
    /// Who answers.
    pub const fn issuer(&self) -> &EntityId {
        &self.issuer
    }

    /// Who answers.
    pub const fn service_provider(&self) -> ServiceProviderId {
        self.service_provider
    }

    /// The request it answers. Whether that is ours is for the caller to decide.
    pub fn in_response_to(&self) -> &str {
        &self.in_response_to
    }

    /// What it says.
    pub const fn answer(&self) -> &LogoutAnswer {
        &self.answer
    }
}

impl UnverifiedLogoutResponse {
    /// Verifies the response against the service provider that was looked up by its issuer, whose
    /// parsed signing keys are `keys`.
    ///
    /// # Errors
    /// Whatever is not a good answer. A response is never answered.
    pub fn verify(
        self,
        sp: &ServiceProvider,
        keys: &[VerificationKey],
        rules: &RequestRules,
    ) -> Result<VerifiedLogoutResponse, RequestError> {
        let issuer = self.0.issuer.clone();
        self.verify_for(sp, keys, rules).map_err(|reason| reason.local(Some(issuer)))
    }

    fn verify_for(
        self,
        sp: &ServiceProvider,
        keys: &[VerificationKey],
        rules: &RequestRules,
    ) -> Result<VerifiedLogoutResponse, Reason> {
        let binding = self.0.binding;
        let authentic = authenticity::verify(self.0, sp, keys, rules)?;
        let document = authentic.parse()?;
        let root = authenticity::root(&document, Parameter::Response)?;
        envelope::check_issuer(root, sp)?;
        structure::check_destination(root, rules, binding == LogoutBinding::Soap)?;
        let (in_response_to, answer) = content(root, rules).map_err(|denial| denial.reason)?;
        Ok(VerifiedLogoutResponse {
            issuer: sp.entity_id.clone(),
            service_provider: sp.id,
            in_response_to,
            answer,
        })
    }
}

/// The children a LogoutResponse may have, in this order.
const SEQUENCE: [(&str, &[&str], bool); 4] = [
    (ns::SAML, &["Issuer"], false),
    (ns::DS, &["Signature"], false),
    (ns::SAMLP, &["Extensions"], false),
    (ns::SAMLP, &["Status"], false),
];

fn content(root: Node<'_, '_>, rules: &RequestRules) -> Result<(String, LogoutAnswer), Denial> {
    envelope::check_version(root)?;
    envelope::check_id(root)?;
    envelope::issue_instant(root, rules)?;
    let children = structure::children(root)?;
    structure::in_order(&children, &SEQUENCE)?;
    let in_response_to = root.attribute("InResponseTo").filter(|id| !id.is_empty());
    let in_response_to =
        in_response_to.ok_or_else(|| structure::invalid("no InResponseTo"))?.to_owned();
    let status = children.iter().find(|child| reader::is(**child, ns::SAMLP, "Status"));
    let status = status.ok_or_else(|| structure::invalid("no Status"))?;
    Ok((in_response_to, answer(*status)?))
}

/// Success without a further word is success (saml-core 3.7.3.2); with one it was not complete.
fn answer(status: Node<'_, '_>) -> Result<LogoutAnswer, Denial> {
    let top = code(status).ok_or_else(|| structure::invalid("a Status without StatusCode"))?;
    let value = |node: Node<'_, '_>| {
        let uri = node.attribute("Value").unwrap_or_default();
        uri.strip_prefix(PREFIX).unwrap_or(uri).chars().take(MAX_CODE).collect::<String>()
    };
    Ok(match (value(top).as_str(), code(top)) {
        ("Success", None) => LogoutAnswer::Ended,
        (_, Some(second)) => LogoutAnswer::Refused(value(second)),
        (top, None) => LogoutAnswer::Refused(top.to_owned()),
    })
}

fn code<'a, 'i>(parent: Node<'a, 'i>) -> Option<Node<'a, 'i>> {
    parent.children().find(|child| reader::is(*child, ns::SAMLP, "StatusCode"))
}
