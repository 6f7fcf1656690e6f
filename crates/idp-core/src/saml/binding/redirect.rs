//! HTTP-Redirect (saml-bindings 3.4): the message is in the query, deflated.

use super::Binding;
use super::encoding::{Plus, base64_strict, inflate, looks_like_xml, percent_decode, relay_state};
use super::query::{Parameter, RawQuery, malformed};
use super::query_signature::QuerySignature;
use crate::saml::authn_request::UnverifiedRequest;
use crate::saml::request::{Reason, RelayState, RequestError};

/// Decodes the query of a request as it stood in the URL, without the question mark.
///
/// # Errors
/// Whatever cannot be an AuthnRequest of this binding. Nobody can be answered.
pub fn decode(raw_query: &str) -> Result<UnverifiedRequest, RequestError> {
    let (message, state, signature) = read(raw_query).map_err(|reason| reason.local(None))?;
    UnverifiedRequest::read(Binding::Redirect, message, state, signature)
}

type Parts = (Vec<u8>, Option<RelayState>, Option<QuerySignature>);

fn read(raw_query: &str) -> Result<Parts, Reason> {
    let query = RawQuery::split(raw_query)?;
    let raw = query.saml_request.filter(|raw| !raw.is_empty()).ok_or_else(|| {
        malformed(
            "saml-request-missing",
            "no SAMLRequest",
            "Start at the service provider: it sends people here with a SAMLRequest.",
        )
    })?;
    let message = inflated(raw)?;
    Ok((message, state_of(&query)?, QuerySignature::read(&query, Parameter::Request)?))
}

/// The RelayState of a query, decoded.
pub(in crate::saml) fn state_of(query: &RawQuery<'_>) -> Result<Option<RelayState>, Reason> {
    query
        .relay_state
        .map(|raw| relay_state(percent_decode(raw, Plus::Blank).as_deref()))
        .transpose()
}

/// The message in the value of a parameter, as it stood in the query.
pub(in crate::saml) fn inflated(raw: &str) -> Result<Vec<u8>, Reason> {
    let base64 = percent_decode(raw, Plus::Itself).ok_or_else(|| {
        let found = "a message with a malformed percent-encoding";
        malformed("query-encoding", found, "Percent-encode the values of the query.")
    })?;
    let compressed = base64_strict(&base64)?;
    if looks_like_xml(&compressed) {
        return Err(malformed(
            "deflate-missing",
            "a message that is not compressed",
            "Compress the message with DEFLATE, or send it by HTTP-POST.",
        ));
    }
    inflate(&compressed)
}
