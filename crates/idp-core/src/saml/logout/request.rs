//! The straight line from an unverified LogoutRequest to a verified one.

use roxmltree::Node;
use serde::{Deserialize, Serialize};

use super::arrived::UnverifiedLogoutRequest;
use super::{authenticity, structure};
use crate::Instant;
use crate::id::{EntityId, ServiceProviderId};
use crate::saml::authn_request::{Denial, RequestRules, envelope, undecipherable};
use crate::saml::binding::query::Parameter;
use crate::saml::date_time;
use crate::saml::encryption::read_encrypted_name_id;
use crate::saml::request::{Reason, RelayState, RequestError, RequestedSubject};
use crate::saml::signature::verification_key::VerificationKey;
use crate::saml::status::Status;
use crate::saml::urn::ns;
use crate::saml::xml::reader;
use crate::service_provider::{LogoutBinding, ServiceProvider};

/// The most sessions that one request may name.
const MAX_SESSION_INDEXES: usize = 64;

/// Whom a request came from and how: what an answer to it is made of.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LogoutOrigin {
    /// The request's ID, for InResponseTo; empty when it cannot be echoed.
    pub id: String,
    /// Who asks.
    pub service_provider: ServiceProviderId,
    /// The entityID it asked under.
    pub issuer: EntityId,
    /// The binding it came by.
    pub binding: LogoutBinding,
    /// To return with the answer.
    pub relay_state: Option<RelayState>,
    /// No answer is wanted (sstc-saml-async-slo 2.2).
    pub asynchronous: bool,
}

/// A request to end sessions, whose sender signed it. Made by `verify` only.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VerifiedLogoutRequest {
    pub(super) origin: LogoutOrigin,
    pub(super) name_id: RequestedSubject,
    pub(super) session_indexes: Vec<String>,
    pub(super) reason: Option<String>,
    pub(super) issue_instant: Instant,
}

impl VerifiedLogoutRequest {
    /// Whom it came from and how.
    pub const fn origin(&self) -> &LogoutOrigin {
        &self.origin
    }

    /// Whose sessions shall end.
    pub const fn name_id(&self) -> &RequestedSubject {
        &self.name_id
    }

    /// Which sessions shall end; empty means all of that person with this service provider.
    pub fn session_indexes(&self) -> &[String] {
        &self.session_indexes
    }

    /// Why, as a URI.
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    /// When it was made.
    pub const fn issue_instant(&self) -> Instant {
        self.issue_instant
    }
}

/// A request that is authentic and will not be fulfilled: its sender may be told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LogoutRefusal {
    /// What is answered.
    pub origin: LogoutOrigin,
    /// The status to answer with.
    pub status: Status,
    /// Why.
    pub reason: Reason,
}

/// The two ways in which a request fails. No session is touched in either.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LogoutRejected {
    /// Nobody may be told: it is not known who sent it, or not meant for us.
    Local(RequestError),
    /// Toward the service provider. Boxed: refusals are rare and large.
    ToServiceProvider(Box<LogoutRefusal>),
}

impl UnverifiedLogoutRequest {
    /// Verifies the request against the service provider that was looked up by its issuer, whose
    /// parsed signing keys are `keys`. The Destination of `rules` is the address that received it.
    ///
    /// # Errors
    /// `Local` until the signature, the issuer and the Destination are seen to be good, then
    /// `ToServiceProvider`.
    pub fn verify(
        self,
        sp: &ServiceProvider,
        keys: &[VerificationKey],
        rules: &RequestRules,
    ) -> Result<VerifiedLogoutRequest, LogoutRejected> {
        let issuer = self.0.issuer.clone();
        self.verify_for(sp, keys, rules).map_err(|failure| match failure {
            Failure::Local(reason) => LogoutRejected::Local(reason.local(Some(issuer))),
            Failure::Refused(refusal) => LogoutRejected::ToServiceProvider(refusal),
        })
    }

    fn verify_for(
        mut self,
        sp: &ServiceProvider,
        keys: &[VerificationKey],
        rules: &RequestRules,
    ) -> Result<VerifiedLogoutRequest, Failure> {
        let (binding, relay_state) = (self.0.binding, self.0.relay_state.take());
        let authentic = authenticity::verify(self.0, sp, keys, rules)?;
        let document = authentic.parse()?;
        let root = authenticity::root(&document, Parameter::Request)?;
        envelope::check_issuer(root, sp)?;
        // SOAP names its receiver by the connection; the browser bindings must name it.
        structure::check_destination(root, rules, binding == LogoutBinding::Soap)?;
        let origin = LogoutOrigin {
            id: envelope::id(root).unwrap_or_default().to_owned(),
            service_provider: sp.id,
            issuer: sp.entity_id.clone(),
            binding,
            relay_state,
            asynchronous: is_asynchronous(root),
        };
        match content(root, rules) {
            Ok(content) => Ok(VerifiedLogoutRequest {
                origin,
                name_id: content.name_id,
                session_indexes: content.session_indexes,
                reason: root.attribute("Reason").map(str::to_owned),
                issue_instant: content.issue_instant,
            }),
            Err(Denial { status, reason }) => {
                Err(Failure::Refused(Box::new(LogoutRefusal { origin, status, reason })))
            }
        }
    }
}

enum Failure {
    Local(Reason),
    Refused(Box<LogoutRefusal>),
}

impl From<Reason> for Failure {
    fn from(reason: Reason) -> Self {
        Self::Local(reason)
    }
}

struct Content {
    issue_instant: Instant,
    name_id: RequestedSubject,
    session_indexes: Vec<String>,
}

/// The children a LogoutRequest may have, in this order; SessionIndex may repeat.
const SEQUENCE: [(&str, &[&str], bool); 5] = [
    (ns::SAML, &["Issuer"], false),
    (ns::DS, &["Signature"], false),
    (ns::SAMLP, &["Extensions"], false),
    (ns::SAML, &["BaseID", "NameID", "EncryptedID"], false),
    (ns::SAMLP, &["SessionIndex"], true),
];

/// Who is meant, as the message has it.
enum Identifier<'a, 'i> {
    Plain(Node<'a, 'i>),
    Encrypted(Node<'a, 'i>),
}

/// Everything of which a failure is answered.
fn content(root: Node<'_, '_>, rules: &RequestRules) -> Result<Content, Denial> {
    envelope::check_version(root)?;
    envelope::check_id(root)?;
    let issue_instant = envelope::issue_instant(root, rules)?;
    check_not_expired(root, rules)?;
    let children = structure::children(root)?;
    structure::in_order(&children, &SEQUENCE)?;
    let name_id = match identifier(&children)? {
        Identifier::Plain(element) => structure::name_id(element)?,
        Identifier::Encrypted(element) => {
            let (keys, denied) = (&rules.decryption_keys, rules.denied_algorithms);
            read_encrypted_name_id(element, keys, denied).map_err(|_| undecipherable())?
        }
    };
    Ok(Content { issue_instant, name_id, session_indexes: session_indexes(&children)? })
}

/// The instant up to which the request is good, with the tolerated skew (C193).
fn check_not_expired(root: Node<'_, '_>, rules: &RequestRules) -> Result<(), Denial> {
    const ADVICE: &str = "Send a new request, and synchronise the clock of the service provider.";
    let rule = "saml-core 3.7.1, C193";
    let Some(text) = root.attribute("NotOnOrAfter") else { return Ok(()) };
    let expected = "NotOnOrAfter in the future";
    let Some(end) = date_time::parse(text) else {
        return Err(Denial::requester("not-on-or-after-invalid", rule, expected, text, ADVICE));
    };
    if rules.now < end + rules.clock_skew {
        return Ok(());
    }
    Err(Denial::requester("logout-request-expired", rule, expected, text, ADVICE))
}

fn identifier<'a, 'i>(children: &[Node<'a, 'i>]) -> Result<Identifier<'a, 'i>, Denial> {
    let is = |name: &'static str| move |child: &&Node<'_, '_>| reader::is(**child, ns::SAML, name);
    if let Some(plain) = children.iter().find(is("NameID")) {
        return Ok(Identifier::Plain(*plain));
    }
    if let Some(encrypted) = children.iter().find(is("EncryptedID")) {
        return Ok(Identifier::Encrypted(*encrypted));
    }
    Err(structure::invalid("no NameID"))
}

fn session_indexes(children: &[Node<'_, '_>]) -> Result<Vec<String>, Denial> {
    let found: Vec<_> =
        children.iter().filter(|child| reader::is(**child, ns::SAMLP, "SessionIndex")).collect();
    if found.len() > MAX_SESSION_INDEXES {
        return Err(structure::invalid("too many SessionIndex elements"));
    }
    let text = |element: &Node<'_, '_>| {
        let text = reader::text_only(*element).filter(|text| !text.is_empty());
        text.map(str::to_owned)
            .ok_or_else(|| structure::invalid("a SessionIndex without plain text"))
    };
    found.into_iter().map(text).collect()
}

/// Whether the request says that no answer is wanted (sstc-saml-async-slo 2.2).
fn is_asynchronous(root: Node<'_, '_>) -> bool {
    let extensions = root.children().find(|child| reader::is(*child, ns::SAMLP, "Extensions"));
    extensions.is_some_and(|extensions| {
        extensions.children().any(|child| reader::is(child, ns::ASLO, "Asynchronous"))
    })
}
