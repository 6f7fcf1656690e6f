//! AuthnRequests as a service provider sends them by HTTP-Redirect (saml-bindings 3.4), unsigned.

use std::io::Write;

use anyhow::Result;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rand::RngCore;

/// What stays as it is in a query parameter (RFC 3986, section 2.3).
const PARAMETER: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The path of the single sign-on service.
const SSO_PATH: &str = "/saml/sso";

/// Builds the requests of one service provider.
#[derive(Clone, Debug)]
pub struct Requester {
    /// The service provider's entityID.
    pub entity_id: String,
    /// Where it wants the Response.
    pub acs: String,
    /// The identity provider's public URL, without a slash at its end.
    pub idp: String,
}

impl Requester {
    /// A request of its own, with a fresh ID, as path and query of the single sign-on service.
    pub fn redirect(&self) -> Result<String> {
        let mut deflate = DeflateEncoder::new(Vec::with_capacity(512), Compression::fast());
        deflate.write_all(self.document().as_bytes())?;
        let message = STANDARD.encode(deflate.finish()?);
        let message = utf8_percent_encode(&message, PARAMETER);
        Ok(format!("{SSO_PATH}?SAMLRequest={message}&RelayState=bench"))
    }

    fn document(&self) -> String {
        let Self { entity_id, acs, idp } = self;
        let id = message_id();
        let instant = now();
        format!(
            "<samlp:AuthnRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" \
             ID=\"{id}\" Version=\"2.0\" IssueInstant=\"{instant}\" Destination=\"{idp}{SSO_PATH}\" \
             ProtocolBinding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\" \
             AssertionConsumerServiceURL=\"{acs}\">\
             <saml:Issuer xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\">{entity_id}</saml:Issuer>\
             </samlp:AuthnRequest>"
        )
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a load client wants fresh identifiers, not repeatable ones"
)]
fn message_id() -> String {
    let mut bytes = [0; 20];
    rand::rng().fill_bytes(&mut bytes);
    bytes.iter().fold("_".to_owned(), |id, byte| format!("{id}{byte:02x}"))
}

#[expect(
    clippy::disallowed_methods,
    reason = "the server checks IssueInstant against the true time"
)]
fn now() -> String {
    chrono::Utc::now().format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::DeflateDecoder;
    use percent_encoding::percent_decode_str;

    use super::*;

    fn requester() -> Requester {
        Requester {
            entity_id: "https://sp.example/".into(),
            acs: "http://127.0.0.1:9/acs".into(),
            idp: "http://localhost:9763".into(),
        }
    }

    #[test]
    fn the_query_inflates_to_the_request() {
        let target = requester().redirect().unwrap();
        let message = target.split(['=', '&']).nth(1).unwrap();
        let message = percent_decode_str(message).decode_utf8().unwrap();
        let deflated = STANDARD.decode(message.as_bytes()).unwrap();
        let mut document = String::new();
        DeflateDecoder::new(deflated.as_slice()).read_to_string(&mut document).unwrap();
        assert!(document.contains("Destination=\"http://localhost:9763/saml/sso\""));
        assert!(document.contains(">https://sp.example/</saml:Issuer>"));
    }

    #[test]
    fn no_identifier_comes_twice() {
        assert_ne!(message_id(), message_id());
        assert_eq!(message_id().len(), 41);
    }
}
