//! The signature of the redirect binding: over the octets of the query as they were received.

use super::encoding::{Plus, base64_with_line_breaks, percent_decode};
use super::query::{Parameter, RawQuery, malformed};
use super::reencoding;
use crate::saml::request::Reason;
use crate::saml::signature::algorithm::AlgorithmPolicy;
use crate::saml::signature::detached;
use crate::saml::signature::error::SignatureError;
use crate::saml::signature::verification_key::VerificationKey;

/// A signature in a query, not verified yet, with everything it may cover.
#[derive(Debug)]
pub struct QuerySignature {
    pub(super) parameter: Parameter,
    pub(super) message: String,
    pub(super) relay_state: Option<String>,
    pub(super) sig_alg: String,
    algorithm: String,
    value: Vec<u8>,
}

impl QuerySignature {
    /// The signature of a query over the message in this parameter, if it has one.
    pub(in crate::saml) fn read(
        query: &RawQuery<'_>,
        parameter: Parameter,
    ) -> Result<Option<Self>, Reason> {
        let message = match parameter {
            Parameter::Request => query.saml_request,
            Parameter::Response => query.saml_response,
        };
        let (Some(message), Some(sig_alg), Some(signature)) =
            (message, query.sig_alg, query.signature)
        else {
            return Ok(None);
        };
        let decoded = |name: &str, raw: &str| {
            percent_decode(raw, Plus::Itself).ok_or_else(|| {
                let found = format!("{name} with a malformed percent-encoding");
                malformed("query-encoding", &found, "Percent-encode the values of the query.")
            })
        };
        Ok(Some(Self {
            parameter,
            message: message.to_owned(),
            relay_state: query.relay_state.map(str::to_owned),
            sig_alg: sig_alg.to_owned(),
            algorithm: decoded("SigAlg", sig_alg)?,
            value: base64_with_line_breaks(&decoded("Signature", signature)?)?,
        }))
    }

    /// Verifies the signature with any of the keys. When only another percent-encoding of the same
    /// values verifies, the error says which; it is an error all the same.
    pub fn verify(
        &self,
        keys: &[VerificationKey],
        policy: AlgorithmPolicy,
    ) -> Result<(), SignatureError> {
        let relay_state = self.relay_state.as_deref();
        let octets = signed_octets(self.parameter, &self.message, relay_state, &self.sig_alg);
        let covers = |octets: &str, keys: &[VerificationKey]| {
            detached::verify(octets.as_bytes(), &self.algorithm, &self.value, keys, policy)
        };
        match covers(&octets, keys) {
            Err(SignatureError::SignatureMismatch) => {
                let found = reencoding::variants(self)
                    .find(|variant| covers(&variant.octets, few(keys)).is_ok());
                Err(found.map_or(SignatureError::SignatureMismatch, |variant| {
                    SignatureError::SignedOtherEncoding(variant.name)
                }))
            }
            verdict => verdict,
        }
    }
}

/// Explaining must stay cheap for us: two keys are enough to explain an honest mistake.
fn few(keys: &[VerificationKey]) -> &[VerificationKey] {
    keys.get(..2).unwrap_or(keys)
}

/// What a signature covers: the message, the RelayState if there is one, the algorithm, always in
/// this order (saml-bindings 3.4.4.1).
pub(in crate::saml) fn signed_octets(
    parameter: Parameter,
    message: &str,
    relay_state: Option<&str>,
    sig_alg: &str,
) -> String {
    let relay_state = relay_state.map(|value| format!("&RelayState={value}")).unwrap_or_default();
    format!("{}={message}{relay_state}&SigAlg={sig_alg}", parameter.name())
}
