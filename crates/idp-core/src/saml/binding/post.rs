//! HTTP-POST (saml-bindings 3.5): the message is a form value.

use super::Binding;
use super::encoding::{
    MAX_ENCODED, base64_with_line_breaks, inflate, looks_like_xml, relay_state as parse_relay_state,
};
use crate::saml::authn_request::UnverifiedRequest;
use crate::saml::request::{Reason, RelayState, RequestError};

/// Decodes the form's `SAMLRequest` and `RelayState`. The caller has decoded the form and refused
/// repeated fields.
///
/// Some service providers deflate the message although this binding does not ask for it: that is
/// recognised and accepted.
///
/// # Errors
/// Whatever cannot be an AuthnRequest of this binding. Nobody can be answered.
pub fn decode(
    saml_request: &str,
    relay_state: Option<&str>,
) -> Result<UnverifiedRequest, RequestError> {
    let (message, state) = read(saml_request, relay_state).map_err(|reason| reason.local(None))?;
    UnverifiedRequest::read(Binding::Post, message, state, None)
}

fn read(
    saml_request: &str,
    relay_state: Option<&str>,
) -> Result<(Vec<u8>, Option<RelayState>), Reason> {
    if saml_request.is_empty() || saml_request.len() > MAX_ENCODED {
        return Err(Reason::new(
            "saml-request-missing",
            "saml-bindings 3.5.4",
            "a form field SAMLRequest of reasonable length",
            &format!("{} bytes", saml_request.len()),
            "Start at the service provider: it sends people here with a SAMLRequest.",
        ));
    }
    let octets = base64_with_line_breaks(saml_request)?;
    let message = if looks_like_xml(&octets) { octets } else { inflate(&octets)? };
    let state = relay_state.map(|text| parse_relay_state(Some(text))).transpose()?;
    Ok((message, state))
}
