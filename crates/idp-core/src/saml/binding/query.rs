//! The raw query of the redirect binding, split once and never re-encoded.
//!
//! What is decoded later is the same slice that the signature covers, so there are no two readings
//! of one URL (CVE-2025-27773, CVE-2025-31335).

use super::encoding::{MAX_ENCODED, Plus, percent_decode};
use crate::saml::request::Reason;

/// The value of SAMLEncoding that may be named; absent means the same.
const DEFLATE: &str = "urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE";

/// The parameter that holds the message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::saml) enum Parameter {
    Request,
    Response,
}

impl Parameter {
    /// Its name, in queries and in forms.
    pub(in crate::saml) const fn name(self) -> &'static str {
        match self {
            Self::Request => "SAMLRequest",
            Self::Response => "SAMLResponse",
        }
    }
}

/// The parameters of the binding, still percent-encoded.
#[derive(Default, Debug)]
pub(in crate::saml) struct RawQuery<'a> {
    pub saml_request: Option<&'a str>,
    pub saml_response: Option<&'a str>,
    pub relay_state: Option<&'a str>,
    pub sig_alg: Option<&'a str>,
    pub signature: Option<&'a str>,
    saml_encoding: Option<&'a str>,
}

impl<'a> RawQuery<'a> {
    /// Splits the query of an AuthnRequest.
    pub(super) fn split(query: &'a str) -> Result<Self, Reason> {
        let parsed = Self::split_any(query)?;
        if parsed.saml_response.is_some() {
            return Err(malformed(
                "saml-response-unexpected",
                "SAMLResponse",
                "This address takes AuthnRequests: send SAMLRequest, and no SAMLResponse.",
            ));
        }
        Ok(parsed)
    }

    /// Splits a query of either kind of message. Every parameter of the binding may occur once,
    /// under its plain name.
    pub(in crate::saml) fn split_any(query: &'a str) -> Result<Self, Reason> {
        if query.len() > MAX_ENCODED {
            return Err(malformed("query-too-large", "a query that is too long", "Send less."));
        }
        let mut parsed = Self::default();
        for parameter in query.split('&') {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            if let Some(slot) = parsed.slot(name) {
                if slot.replace(value).is_some() {
                    return Err(malformed(
                        "query-parameter-repeated",
                        &format!("{name} twice"),
                        "Send each parameter once.",
                    ));
                }
            } else if name.contains('%') {
                refuse_disguised(name)?;
            }
        }
        parsed.check()?;
        Ok(parsed)
    }

    fn slot(&mut self, name: &str) -> Option<&mut Option<&'a str>> {
        Some(match name {
            "SAMLRequest" => &mut self.saml_request,
            "SAMLResponse" => &mut self.saml_response,
            "RelayState" => &mut self.relay_state,
            "SigAlg" => &mut self.sig_alg,
            "Signature" => &mut self.signature,
            "SAMLEncoding" => &mut self.saml_encoding,
            _ => return None,
        })
    }

    fn check(&self) -> Result<(), Reason> {
        if self.sig_alg.is_some() != self.signature.is_some() {
            return Err(malformed(
                "signature-incomplete",
                if self.sig_alg.is_some() { "SigAlg alone" } else { "Signature alone" },
                "Send SigAlg and Signature together, or neither.",
            ));
        }
        let encoding = self.saml_encoding.map(|raw| percent_decode(raw, Plus::Itself));
        match encoding {
            None => Ok(()),
            Some(Some(uri)) if uri == DEFLATE => Ok(()),
            Some(other) => Err(malformed(
                "saml-encoding-unknown",
                &format!("SAMLEncoding {}", other.unwrap_or_default()),
                "Leave out SAMLEncoding, or name the DEFLATE encoding (C007).",
            )),
        }
    }
}

/// A percent-encoded spelling of a parameter's name would be read by some and not by others.
fn refuse_disguised(name: &str) -> Result<(), Reason> {
    let plain = percent_decode(name, Plus::Blank).unwrap_or_default();
    if RawQuery::default().slot(&plain).is_none() {
        return Ok(());
    }
    Err(malformed(
        "query-name-encoded",
        name,
        "Send the parameter's name without percent-encoding.",
    ))
}

pub(in crate::saml) fn malformed(code: &str, found: &str, advice: &str) -> Reason {
    Reason::new(
        code,
        "saml-bindings 3.4.4",
        "SAMLRequest, and at most one each of RelayState, SigAlg, Signature and SAMLEncoding",
        found,
        advice,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(query: &str) -> String {
        RawQuery::split(query).unwrap_err().code
    }

    #[test]
    fn values_stay_as_they_were_sent_in_any_order() {
        let query =
            RawQuery::split("Signature=s%3d&x=1&SigAlg=a&SAMLRequest=r%2F&RelayState=").unwrap();
        assert_eq!(query.saml_request, Some("r%2F"));
        assert_eq!(query.relay_state, Some(""));
        assert_eq!((query.sig_alg, query.signature), (Some("a"), Some("s%3d")));
    }

    #[test]
    fn repeated_parameters_are_refused() {
        for name in ["SAMLRequest", "SAMLResponse", "RelayState", "SigAlg", "Signature"] {
            let query = format!("SAMLRequest=r&{name}=1&a=b&{name}=1");
            assert_eq!(refusal(&query), "query-parameter-repeated", "{name}");
        }
        assert!(RawQuery::split("SAMLRequest=r&lang=de&lang=en").is_ok());
    }

    #[test]
    fn disguised_names_are_refused() {
        assert_eq!(refusal("SAMLRequest=r&%52elayState=x"), "query-name-encoded");
        assert_eq!(refusal("SAMLReques%74=r"), "query-name-encoded");
        assert!(RawQuery::split("SAMLRequest=r&a%20b=c").is_ok());
    }

    /// C007.
    #[test]
    fn responses_half_signatures_and_other_encodings_are_refused() {
        assert_eq!(refusal("SAMLRequest=r&SAMLResponse=s"), "saml-response-unexpected");
        assert_eq!(refusal("SAMLResponse=s"), "saml-response-unexpected");
        assert_eq!(refusal("SAMLRequest=r&Signature=s"), "signature-incomplete");
        assert_eq!(refusal("SAMLRequest=r&SigAlg=s"), "signature-incomplete");
        assert_eq!(refusal("SAMLRequest=r&SAMLEncoding=gzip"), "saml-encoding-unknown");
        assert_eq!(refusal("SAMLRequest=r&SAMLEncoding="), "saml-encoding-unknown");
        let deflate = DEFLATE.replace(':', "%3A");
        assert!(RawQuery::split(&format!("SAMLRequest=r&SAMLEncoding={deflate}")).is_ok());
    }
}
