//! Issuing: the one place where a finished login becomes an assertion.
//!
//! [`begin`] decides what a request leads to, [`outline`] what will be told, before anything is made.
//! [`issue`] takes the proof of a finished login by value, so nothing is told of a person who was
//! not authenticated, and nothing twice. [`refuse`] answers without a person.
//!
//! ```compile_fail,E0451
//! # use idp_core::{flow::subject::AuthenticatedSubject, id::UserId};
//! # fn forge(user: UserId, finished: AuthenticatedSubject) -> AuthenticatedSubject {
//! // The proof cannot be made by hand, nor turned into one for somebody else.
//! AuthenticatedSubject { user, ..finished }
//! # }
//! ```
//!
//! ```compile_fail,E0061
//! # use idp_core::sso::{Answer, IssueFacts, issue};
//! # fn without_a_login(facts: &IssueFacts, answer: &Answer, rng: &mut dyn rand::RngCore) {
//! // Nor can an assertion be issued without it.
//! let response = issue(facts, answer, rng);
//! # }
//! ```

mod beginning;
mod encrypted;
mod missing;
mod outline;

use chrono::TimeDelta;
use rand::RngCore;

use crate::Instant;
use crate::attribute_release::{Selection, UnknownService};
use crate::flow::login::Purpose;
use crate::flow::subject::AuthenticatedSubject;
use crate::id::EntityId;
use crate::saml::assertion::{Assertion, Attribute, AuthnStatement, emit_name_id};
use crate::saml::encryption::{EncryptError, Encrypted, EncryptionObstacle, Protection, Sealing};
use crate::saml::message_id::MessageId;
use crate::saml::name_id::NameId;
use crate::saml::request::VerifiedRequest;
use crate::saml::response::Response;
use crate::saml::signature::EmitError;
use crate::saml::signature::key::{SignError, SigningKey};
use crate::saml::status::Status;
use crate::saml::urn::attribute_name_format;
use crate::saml::xml::IllegalCharacter;
use crate::service_provider::{AttributeRule, ServiceProvider, WithoutValue};
use crate::told::{Viewed, told_without_value, values};
use crate::user::{AccountState, User};

pub use crate::saml::response::SignedResponse;
pub use beginning::{Arrival, Beginning, begin};
pub use encrypted::{EncryptedParts, cannot_encrypt};
pub use missing::MissingClaims;
pub use outline::{Objection, Outline, Question, outline, status_of_denial, unprintable};

/// What the identity provider says of itself in every answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IdpIdentity {
    /// Its entityID.
    pub entity_id: EntityId,
    /// What stands behind the @ of subject-id and pairwise-id; without one there are none.
    pub scope: Option<String>,
}

/// What every answer to a request is made of.
#[derive(Clone, Copy)]
pub struct Answer<'a> {
    /// The request that is answered.
    pub request: &'a VerifiedRequest,
    /// Whose request it is, as registered now.
    pub service_provider: &'a ServiceProvider,
    /// Who answers.
    pub identity: &'a IdpIdentity,
    /// What signs.
    pub key: &'a SigningKey,
    /// What is encrypted for it, and with what.
    pub protection: &'a Protection,
    /// The instant of this request.
    pub now: Instant,
}

/// What is told of the person, decided before.
#[derive(Debug)]
pub struct IssueFacts<'a> {
    /// The account of the person who signed in, as it is now.
    pub user: &'a User,
    /// The identifier for this service provider; `None` leaves it out of the assertion.
    pub name_id: Option<NameId>,
    /// Names the session toward this service provider. Must not be the same for two of them.
    pub session_index: String,
    /// The absolute end of the session.
    pub session_not_on_or_after: Instant,
    /// The AuthnContextClassRef that the policy decided on.
    pub context_class: String,
}

/// Why nothing was issued.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// Two things that must belong together do not. A defect or an attack: nothing is sent.
    #[error("{0} do not belong together; nothing was issued")]
    Mismatch(&'static str),
    /// The service provider was disabled since it asked.
    #[error(
        "the service provider was disabled after it sent the request; enable it to answer again"
    )]
    ServiceProviderDisabled,
    /// The account was disabled since the person signed in.
    #[error("the account was disabled after the person signed in")]
    AccountDisabled,
    /// The service provider is in quarantine, and the person does not test it.
    #[error("the service provider is in quarantine, and the person is not one of its test users")]
    NotOpen,
    /// The answer's address was taken from the registration since the request came.
    #[error(
        "the assertion consumer service the request named is no longer registered; \
         let the service provider send a new request"
    )]
    AcsNotRegistered,
    /// The request names another person (saml-core 3.4.1.4). Answer with `UnknownPrincipal`.
    #[error("the request names another person than the one who signed in")]
    SubjectMismatch,
    /// The attribute consuming service that the request names was taken from the registration since.
    /// Answer with its refusal.
    #[error(transparent)]
    UnknownAttributeService(#[from] UnknownService),
    /// The person has no value of mandatory claims.
    #[error("the person has no value of mandatory claims; nothing was issued")]
    MissingClaims(MissingClaims),
    /// Something was to be encrypted, and cannot be. Answer with `Responder`; never with clear text.
    #[error("nothing was issued: {0}")]
    CannotEncrypt(EncryptionObstacle),
    /// `refuse` was asked to report a success.
    #[error("a refusal needs another status than Success")]
    NotARefusal,
    /// A value cannot stand in an XML document.
    #[error(transparent)]
    Illegal(#[from] IllegalCharacter),
    /// The key did not sign.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// OpenSSL did not encrypt.
    #[error(transparent)]
    Encrypt(#[from] EncryptError),
}

impl From<EmitError> for IssueError {
    fn from(error: EmitError) -> Self {
        match error {
            EmitError::Illegal(illegal) => Self::Illegal(illegal),
            EmitError::Sign(sign) => Self::Sign(sign),
            EmitError::Encrypt(encrypt) => Self::Encrypt(encrypt),
        }
    }
}

/// Answers with an assertion about the person who finished the login.
#[expect(clippy::needless_pass_by_value, reason = "the proof is spent: one login, one assertion")]
pub fn issue(
    subject: AuthenticatedSubject,
    facts: &IssueFacts<'_>,
    answer: &Answer<'_>,
    rng: &mut dyn RngCore,
) -> Result<SignedResponse, IssueError> {
    answer.check()?;
    check_subject(&subject, facts, answer)?;
    let settings = &answer.service_provider.settings;
    let wanted = answer.request.wishes().attribute_consuming_service_index;
    let selection = Selection::of(settings, wanted)?;
    let viewed = Viewed::new(facts.user, answer.service_provider.id, answer.identity);
    if let Some(missing) = MissingClaims::of(answer.service_provider, selection, viewed) {
        return Err(IssueError::MissingClaims(missing));
    }
    let sealings = encrypted::sealings(answer)?;
    let encrypted_name_id = encrypted_name_id(facts.name_id.as_ref(), sealings.name_id, rng)?;
    let released = |rule| released(rule, selection, viewed);
    let lifetime = TimeDelta::seconds(i64::from(settings.assertion_lifetime_seconds));
    let assertion = Assertion {
        id: MessageId::new(rng),
        issuer: answer.identity.entity_id.as_str(),
        issue_instant: answer.now,
        not_on_or_after: answer.now + lifetime,
        name_id: facts.name_id.as_ref(),
        encrypted_name_id,
        recipient: answer.request.acs_url(),
        in_response_to: answer.request.in_response_to(),
        audience: answer.service_provider.entity_id.as_str(),
        authn: AuthnStatement {
            instant: subject.authn_instant(),
            session_index: &facts.session_index,
            session_not_on_or_after: facts.session_not_on_or_after,
            context_class: &facts.context_class,
        },
        attributes: settings.attributes.iter().filter_map(released).collect(),
    };
    let signing = (settings.sign, answer.key);
    Ok(answer.response(rng).success(&assertion, signing, sealings.assertion, rng)?)
}

/// The NameID encrypted, where it is to be.
fn encrypted_name_id<'a>(
    name_id: Option<&NameId>,
    sealing: Option<&'a Sealing>,
    rng: &mut dyn RngCore,
) -> Result<Option<Encrypted<'a>>, IssueError> {
    let (Some(name_id), Some(sealing)) = (name_id, sealing) else { return Ok(None) };
    Ok(Some(sealing.seal(&emit_name_id(name_id)?, rng)?))
}

/// Answers without an assertion. The message goes to the service provider: short, and nothing of
/// our internals.
pub fn refuse(
    answer: &Answer<'_>,
    status: Status,
    message: Option<&str>,
    rng: &mut dyn RngCore,
) -> Result<SignedResponse, IssueError> {
    answer.check()?;
    if status == Status::Success {
        return Err(IssueError::NotARefusal);
    }
    Ok(answer.response(rng).failure(status, message, answer.key)?)
}

impl<'a> Answer<'a> {
    /// Whether the request may still be answered: the registration may have changed since.
    fn check(&self) -> Result<(), IssueError> {
        let (request, sp) = (self.request, self.service_provider);
        if request.service_provider() != sp.id || *request.issuer() != sp.entity_id {
            return Err(IssueError::Mismatch("the request and the service provider"));
        }
        if !sp.enabled {
            return Err(IssueError::ServiceProviderDisabled);
        }
        let registered = &sp.settings.assertion_consumer_services;
        if !registered.iter().any(|acs| acs.url == request.acs_url()) {
            return Err(IssueError::AcsNotRegistered);
        }
        Ok(())
    }

    fn response(&self, rng: &mut dyn RngCore) -> Response<'a> {
        Response {
            id: MessageId::new(rng),
            issuer: self.identity.entity_id.as_str(),
            issue_instant: self.now,
            request: self.request,
        }
    }
}

/// Whether the proof belongs to this request and these facts.
fn check_subject(
    subject: &AuthenticatedSubject,
    facts: &IssueFacts<'_>,
    answer: &Answer<'_>,
) -> Result<(), IssueError> {
    let is_for_this = matches!(
        subject.purpose(),
        Purpose::Request { service_provider, request_id }
            if *service_provider == answer.service_provider.id
                && request_id == answer.request.id()
    );
    if !is_for_this {
        return Err(IssueError::Mismatch("the login and the request"));
    }
    if subject.user() != facts.user.id {
        return Err(IssueError::Mismatch("the login and the account"));
    }
    if facts.user.state != AccountState::Active {
        return Err(IssueError::AccountDisabled);
    }
    if !answer.service_provider.is_open_to(&facts.user.username) {
        return Err(IssueError::NotOpen);
    }
    match (&answer.request.wishes().subject, &facts.name_id) {
        (Some(wanted), Some(name_id)) if name_id.matches(wanted) => Ok(()),
        (Some(_), _) => Err(IssueError::SubjectMismatch),
        (None, _) => Ok(()),
    }
}

/// The attribute that a rule releases of a person; `None` when there is no value, or none that the
/// service provider is to be told. That the service provider requires it changes nothing: an absent
/// value cannot be told, and what follows from that is for the service provider to decide, unless an
/// administrator made the attribute mandatory, or wants it told without a value.
fn released<'a>(
    rule: &'a AttributeRule,
    selection: Selection<'_>,
    viewed: Viewed<'a>,
) -> Option<Attribute<'a>> {
    let values = values(rule, selection, viewed);
    let told = !values.is_empty() || told_without_value(rule, selection, viewed);
    told.then(|| Attribute {
        nil: values.is_empty() && rule.without_value == WithoutValue::Nil,
        name: &rule.name,
        name_format: rule.name_format.as_deref().unwrap_or(attribute_name_format::URI),
        friendly_name: rule.friendly_name.as_deref(),
        values,
    })
}
