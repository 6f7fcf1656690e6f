//! The straight line from an unverified request to a verified one.

use chrono::TimeDelta;
use roxmltree::Node;

use super::authenticity::{self, Source};
use super::{Denial, UnverifiedRequest, endpoint, envelope, wishes};
use crate::Instant;
use crate::saml::encryption::DecryptionKeys;
use crate::saml::request::{Reason, Refusal, Rejected, RelayState, VerifiedRequest, Wishes};
use crate::saml::signature::denied::DeniedAlgorithms;
use crate::saml::signature::verification_key::VerificationKey;
use crate::saml::urn::ns;
use crate::saml::xml::reader;
use crate::service_provider::ServiceProvider;

/// What a request is measured against.
#[derive(Clone, Debug)]
pub struct RequestRules {
    /// The URL of our single sign-on endpoint, as our metadata publishes it for both bindings.
    pub destination: String,
    /// The instant of the HTTP request.
    pub now: Instant,
    /// How far the clocks of a peer and ours may differ, each way.
    pub clock_skew: TimeDelta,
    /// How old a request may be.
    pub window: TimeDelta,
    /// The algorithms that no signature may use.
    pub denied_algorithms: DeniedAlgorithms,
    /// What reads encrypted identifiers in signed messages.
    pub decryption_keys: DecryptionKeys,
}

impl RequestRules {
    /// The rules with the usual tolerances: three minutes of skew, five minutes of age, no algorithm
    /// denied, and no key for decryption.
    pub const fn new(destination: String, now: Instant) -> Self {
        let clock_skew = TimeDelta::minutes(3);
        let window = TimeDelta::minutes(5);
        let denied_algorithms = DeniedAlgorithms::NONE;
        let decryption_keys = DecryptionKeys::none();
        Self { destination, now, clock_skew, window, denied_algorithms, decryption_keys }
    }
}

impl UnverifiedRequest {
    /// Verifies the request against the service provider that was looked up by its issuer, whose
    /// parsed signing keys are `keys`.
    ///
    /// # Errors
    /// `Local` as long as no trustworthy address is known, then `ToServiceProvider`. If the ID of
    /// the request cannot be echoed, the request in the refusal has an empty ID, and the answer
    /// must have no InResponseTo.
    pub fn verify(
        self,
        sp: &ServiceProvider,
        keys: &[VerificationKey],
        rules: &RequestRules,
    ) -> Result<VerifiedRequest, Rejected> {
        let issuer = self.issuer.clone();
        self.verify_for(sp, keys, rules).map_err(|failure| match failure {
            Failure::Local(reason) => Rejected::Local(reason.local(Some(issuer))),
            Failure::Refused(refusal) => Rejected::ToServiceProvider(refusal),
        })
    }

    fn verify_for(
        mut self,
        sp: &ServiceProvider,
        keys: &[VerificationKey],
        rules: &RequestRules,
    ) -> Result<VerifiedRequest, Failure> {
        if !sp.enabled {
            return Err(disabled(sp).into());
        }
        let relay_state = self.relay_state.take();
        let source = authenticity::verify(self, sp, keys, rules)?;
        read(&source, relay_state, sp, rules)
    }
}

enum Failure {
    Local(Reason),
    Refused(Box<Refusal>),
}

impl From<Reason> for Failure {
    fn from(reason: Reason) -> Self {
        Self::Local(reason)
    }
}

/// Reads the request from the octets that are trusted, and from nowhere else.
fn read(
    source: &Source,
    relay_state: Option<RelayState>,
    sp: &ServiceProvider,
    rules: &RequestRules,
) -> Result<VerifiedRequest, Failure> {
    let document = source.parse()?;
    let root =
        reader::root(&document, ns::SAMLP, "AuthnRequest").map_err(|error| error.reason())?;
    envelope::check_issuer(root, sp)?;
    envelope::check_destination(root, rules, source.is_signed())?;
    let endpoint = endpoint::choose(root, sp)?;
    let mut request = VerifiedRequest {
        id: envelope::id(root).unwrap_or_default().to_owned(),
        unsolicited: false,
        service_provider: sp.id,
        issuer: sp.entity_id.clone(),
        acs_url: endpoint.url,
        relay_state,
        issue_instant: rules.now,
        signed: source.is_signed(),
        wishes: Wishes::default(),
    };
    let content = endpoint.denial.map_or_else(|| content(root, sp, rules, source.is_signed()), Err);
    match content {
        Ok((issue_instant, wishes)) => {
            request.issue_instant = issue_instant;
            request.wishes = wishes;
            Ok(request)
        }
        Err(Denial { status, reason }) => {
            Err(Failure::Refused(Box::new(Refusal { request, status, reason })))
        }
    }
}

/// Everything of which a failure is answered.
fn content(
    root: Node<'_, '_>,
    sp: &ServiceProvider,
    rules: &RequestRules,
    is_signed: bool,
) -> Result<(Instant, Wishes), Denial> {
    envelope::check_version(root)?;
    envelope::check_id(root)?;
    let issue_instant = envelope::issue_instant(root, rules)?;
    Ok((issue_instant, wishes::wishes(root, sp, rules, is_signed)?))
}

pub(in crate::saml) fn disabled(sp: &ServiceProvider) -> Reason {
    Reason::new(
        "service-provider-disabled",
        "C176",
        "an enabled service provider",
        sp.entity_id.as_str(),
        "Enable the service provider, if it shall be able to log people in.",
    )
}
