//! Making an AuthnRequest with samael, and how it leaves: in a query or in a form.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use samael::crypto::CertificateDer;
use samael::schema::{
    AuthnContextClassRef, AuthnContextComparison, AuthnRequest, NameIdPolicy, RequestedAuthnContext,
};
use samael::service_provider::ServiceProvider;
use samael::signature::{DigestAlgorithm, Signature};
use samael::traits::ToXml as _;
use thiserror::Error;
use url::Url;

use super::Sp;
use super::key::SigningKey;
use crate::idp::Idp;
use crate::settings::Binding;

/// What the login page lets an administrator try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wishes {
    /// How the request travels.
    pub binding: Binding,
    /// Whether it is signed.
    pub is_signed: bool,
    /// Ask to log in anew even though a session lives.
    pub force_authn: bool,
    /// Ask not to show any page.
    pub is_passive: bool,
    /// Format of the NameID asked for.
    pub name_id_format: Option<String>,
    /// Authentication context class asked for, with its comparison.
    pub authn_context: Option<(String, AuthnContextComparison)>,
}

/// Why no request can be made. The texts are shown to people.
#[derive(Debug, Error)]
pub enum RequestError {
    /// The identity provider has no endpoint for the binding.
    #[error(
        "The identity provider's metadata has no SingleSignOnService for this binding. Choose the other binding."
    )]
    NoEndpoint,
    /// Signing was asked for without a key.
    #[error("This program has no key to sign with. Start it with --key FILE.")]
    NoKey,
    /// samael or OpenSSL failed.
    #[error("The request cannot be made: {0}")]
    Failed(String),
}

/// A request that is ready to leave.
pub struct Outgoing {
    /// Its XML, as it leaves.
    pub xml: String,
    /// Where it goes.
    pub destination: Url,
    /// What the browser must do.
    pub delivery: Delivery,
}

/// How a request leaves.
pub enum Delivery {
    /// Go to this address.
    Redirect(Url),
    /// Post a form with this SAMLRequest, in base64.
    Form(String),
}

/// Makes the AuthnRequest with this ID (saml-core 3.4.1).
pub fn make(
    sp: &Sp,
    idp: &Idp,
    wishes: &Wishes,
    names: Names<'_>,
    now: DateTime<Utc>,
) -> Result<Outgoing, RequestError> {
    let destination = idp.sso_address(wishes.binding).ok_or(RequestError::NoEndpoint)?;
    let request = authn_request(sp, wishes, &destination, names.id, now)?;
    let key = match (&sp.key, wishes.is_signed) {
        (_, false) => None,
        (Some(key), true) => Some(key),
        (None, true) => return Err(RequestError::NoKey),
    };
    let (xml, delivery) = match wishes.binding {
        Binding::Redirect => redirect(&request, names.relay_state, key)?,
        Binding::Post => form(request, key)?,
    };
    Ok(Outgoing { xml, destination, delivery })
}

/// The two names that come back with the answer.
#[derive(Clone, Copy)]
pub struct Names<'a> {
    /// The request's ID, which the Response names in InResponseTo.
    pub id: &'a str,
    /// An opaque key to the page wanted.
    pub relay_state: &'a str,
}

fn authn_request(
    sp: &Sp,
    wishes: &Wishes,
    destination: &Url,
    id: &str,
    now: DateTime<Utc>,
) -> Result<AuthnRequest, RequestError> {
    let samael = ServiceProvider {
        // samael writes the Issuer's text as it is given.
        entity_id: Some(escaped(&sp.entity_id)),
        acs_url: Some(sp.acs_url()),
        ..ServiceProvider::default()
    };
    let mut request = samael.make_authentication_request(destination.as_str()).map_err(failed)?;
    // samael's own ID has 32 random bits; saml-core 1.3.4 wants 128 at least.
    id.clone_into(&mut request.id);
    request.issue_instant = now;
    request.provider_name = Some(escaped(&sp.name));
    request.force_authn = wishes.force_authn.then_some(true);
    request.is_passive = wishes.is_passive.then_some(true);
    request.name_id_policy = wishes.name_id_format.clone().map(|format| NameIdPolicy {
        format: Some(format),
        allow_create: Some(true),
        ..NameIdPolicy::default()
    });
    request.requested_authn_context =
        wishes.authn_context.clone().map(|(class, comparison)| RequestedAuthnContext {
            authn_context_class_refs: Some(vec![AuthnContextClassRef {
                value: Some(escaped(&class)),
            }]),
            authn_context_decl_refs: None,
            comparison: Some(comparison),
        });
    Ok(request)
}

fn redirect(
    request: &AuthnRequest,
    relay_state: &str,
    key: Option<&SigningKey>,
) -> Result<(String, Delivery), RequestError> {
    let xml = request.to_string().map_err(failed)?;
    let url = match key {
        Some(key) => request.signed_redirect(relay_state, key.private()),
        None => request.redirect(relay_state),
    };
    let url = url.map_err(failed)?.ok_or(RequestError::NoEndpoint)?;
    Ok((xml, Delivery::Redirect(url)))
}

fn form(
    mut request: AuthnRequest,
    key: Option<&SigningKey>,
) -> Result<(String, Delivery), RequestError> {
    let xml = match key {
        Some(key) => sign(&mut request, key)?,
        None => request.to_string().map_err(failed)?,
    };
    let encoded = STANDARD.encode(&xml);
    Ok((xml, Delivery::Form(encoded)))
}

fn sign(request: &mut AuthnRequest, key: &SigningKey) -> Result<String, RequestError> {
    let openssl = |error: openssl::error::ErrorStack| RequestError::Failed(error.to_string());
    let certificate = CertificateDer::from(key.certificate_der().map_err(openssl)?);
    let mut signature = Signature::template(&request.id, &certificate);
    for reference in &mut signature.signed_info.reference {
        // samael's template says SHA-1.
        reference.digest_method.algorithm = DigestAlgorithm::Sha256;
    }
    request.signature = Some(signature);
    request.to_signed_xml(&key.private_der().map_err(openssl)?).map_err(failed)
}

#[expect(clippy::needless_pass_by_value, reason = "it is the shape that map_err takes")]
fn failed(error: Box<dyn std::error::Error>) -> RequestError {
    RequestError::Failed(error.to_string())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
