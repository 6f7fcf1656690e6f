//! The logout messages we send: what they say, and that others accept their signatures.

use std::io::Read as _;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::read::DeflateDecoder;
use idp_core::saml::authn_request::RequestRules;
use idp_core::saml::logout::{
    LogoutAnswer, LogoutRequest, LogoutResponse, LogoutStatus, SignedLogout, UnverifiedLogout,
    UnverifiedLogoutRequest, UnverifiedLogoutResponse,
};
use idp_core::saml::message_id::MessageId;
use idp_core::saml::name_id::NameId;
use idp_core::saml::signature::key::SigningKey;
use idp_core::saml::status::Status;
use idp_core::service_provider::{LogoutBinding, ServiceProvider, SingleLogoutService};

use crate::schemas::{self, assert_valid};
use crate::support::{ROOT_SIGNATURE, SP, Scene, ec_key, now, rng, rsa_key, xmlsec1_verifies};

const SLO: &str = "https://sp.example.org/slo?tenant=1";

fn name_id() -> NameId {
    serde_json::from_value(serde_json::json!({
        "value": "a<b&c",
        "format": "persistent",
        "qualifiers": { "idp": "https://idp.example.org/metadata", "sp": SP },
    }))
    .unwrap()
}

/// Issued as if by the service provider, so that our verifier can judge it.
fn request(binding: LogoutBinding, key: &SigningKey) -> SignedLogout {
    let endpoint = SingleLogoutService { binding, url: SLO.to_owned(), response_url: None };
    LogoutRequest {
        id: &MessageId::new(&mut rng()),
        issuer: SP,
        issue_instant: now(),
        not_on_or_after: now() + chrono::TimeDelta::minutes(5),
        name_id: &name_id(),
        session_indexes: &["_s1".to_owned(), "_s2".to_owned()],
    }
    .sign_for(&endpoint, key)
    .unwrap()
}

fn response(binding: LogoutBinding, status: LogoutStatus, key: &SigningKey) -> SignedLogout {
    LogoutResponse {
        id: &MessageId::new(&mut rng()),
        issuer: SP,
        issue_instant: now(),
        in_response_to: Some("_asked"),
        status,
        message: Some("a\u{1}word"),
        relay_state: Some("state & more"),
    }
    .sign_for(binding, SLO, key)
    .unwrap()
}

fn sp() -> ServiceProvider {
    Scene::new(ec_key()).sp
}

fn rules() -> RequestRules {
    RequestRules::new(SLO.to_owned(), now())
}

fn query(signed: &SignedLogout) -> &str {
    let SignedLogout::Redirect { url } = signed else { panic!("{signed:?}") };
    url.strip_prefix(&format!("{SLO}&")).expect("the location's own query stays")
}

fn xml_of(signed: &SignedLogout) -> String {
    match signed {
        SignedLogout::Redirect { url } => {
            let raw = url.split(['?', '&']).find(|part| part.starts_with("SAML")).unwrap();
            let value = raw.split_once('=').unwrap().1.replace("%2B", "+").replace("%2F", "/");
            let octets = STANDARD.decode(value.replace("%3D", "=")).unwrap();
            let mut xml = String::new();
            DeflateDecoder::new(&*octets).read_to_string(&mut xml).unwrap();
            xml
        }
        SignedLogout::Post { message, .. } => {
            String::from_utf8(STANDARD.decode(message).unwrap()).unwrap()
        }
        SignedLogout::Soap { envelope, .. } => {
            let start = envelope.find("<samlp:").unwrap();
            envelope[start..envelope.find("</soap11:Body>").unwrap()].to_owned()
        }
    }
}

/// C126.
#[test]
fn c126_a_request_says_who_until_when_and_which_sessions() {
    let xml = xml_of(&request(LogoutBinding::Post, &rsa_key()));
    for part in [
        "Destination=\"https://sp.example.org/slo?tenant=1\"",
        "NotOnOrAfter=\"2026-03-04T05:11:07.089Z\"",
        "a&lt;b&amp;c</saml:NameID>",
        "Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent\"",
        "SPNameQualifier=\"https://sp.example.org/metadata\"",
        "<samlp:SessionIndex>_s1</samlp:SessionIndex><samlp:SessionIndex>_s2</samlp:SessionIndex>",
    ] {
        assert!(xml.contains(part), "{part} is missing in {xml}");
    }
}

/// C006, C127.
#[test]
fn c127_the_name_id_of_a_redirect_request_is_not_encrypted() {
    let sent = request(LogoutBinding::Redirect, &rsa_key());
    let query = query(&sent);
    assert!(!query.contains("%0A") && !query.contains("%0D"), "base64 without line breaks");
    let sig_alg =
        "&SigAlg=http%3A%2F%2Fwww.w3.org%2F2001%2F04%2Fxmldsig-more%23rsa-sha256&Signature=";
    assert!(query.starts_with("SAMLRequest=") && query.contains(sig_alg), "{query}");
    let xml = xml_of(&sent);
    assert!(xml.contains("<saml:NameID") && !xml.contains("Encrypted"), "{xml}");
    assert!(!xml.contains("Signature"), "C006: the signature of a redirect is beside it");
}

/// C069: also within their SOAP envelopes.
#[test]
fn messages_follow_the_schemas() {
    for sent in [
        request(LogoutBinding::Soap, &ec_key()),
        response(LogoutBinding::Soap, LogoutStatus::Partial, &rsa_key()),
    ] {
        let SignedLogout::Soap { envelope, .. } = sent else { panic!("not by SOAP") };
        assert_valid(&envelope);
        assert!(schemas::validated(&envelope.replace("saml:Issuer", "saml:Maker")).is_err());
    }
    for binding in LogoutBinding::ALL {
        assert_valid(&xml_of(&request(binding, &ec_key())));
        for status in [
            LogoutStatus::Success,
            LogoutStatus::Partial,
            LogoutStatus::Failed(Status::UnknownPrincipal),
        ] {
            assert_valid(&xml_of(&response(binding, status, &ec_key())));
        }
    }
}

/// C125, C126.
#[test]
fn c126_c125_posted_messages_are_signed_as_xmlsec_wants_it() {
    for key in [rsa_key(), ec_key()] {
        let sent = xml_of(&request(LogoutBinding::Post, &key));
        assert!(xmlsec1_verifies(&sent, ROOT_SIGNATURE, &key), "{sent}");
        let sent = xml_of(&response(LogoutBinding::Post, LogoutStatus::Partial, &key));
        assert!(xmlsec1_verifies(&sent, ROOT_SIGNATURE, &key), "{sent}");
    }
}

/// C006, C126.
#[test]
fn c126_a_request_is_verified_by_what_reads_requests() {
    for key in [rsa_key(), ec_key()] {
        let (sp, keys) = (sp(), [key.public().unwrap()]);
        let by_redirect = request(LogoutBinding::Redirect, &key);
        let UnverifiedLogout::Request(read) =
            UnverifiedLogout::by_redirect(query(&by_redirect)).unwrap()
        else {
            panic!("a response")
        };
        let read = read.verify(&sp, &keys, &rules()).unwrap();
        assert_eq!(read.session_indexes(), ["_s1", "_s2"]);
        assert!(name_id().matches(read.name_id()));
        let SignedLogout::Soap { envelope, .. } = request(LogoutBinding::Soap, &key) else {
            panic!("not by SOAP")
        };
        let read = UnverifiedLogoutRequest::by_soap(envelope.as_bytes()).unwrap();
        assert!(read.verify(&sp, &keys, &rules()).is_ok());
    }
}

/// C006, C125.
#[test]
fn c125_a_response_is_verified_by_what_reads_responses() {
    let key = rsa_key();
    let (sp, keys) = (sp(), [key.public().unwrap()]);
    for (status, expected) in [
        (LogoutStatus::Success, LogoutAnswer::Ended),
        (LogoutStatus::Partial, LogoutAnswer::Refused("PartialLogout".to_owned())),
        (
            LogoutStatus::Failed(Status::UnknownPrincipal),
            LogoutAnswer::Refused("UnknownPrincipal".to_owned()),
        ),
    ] {
        let sent = response(LogoutBinding::Redirect, status, &key);
        assert!(query(&sent).contains("&RelayState=state+%26+more&SigAlg="));
        let UnverifiedLogout::Response(read) = UnverifiedLogout::by_redirect(query(&sent)).unwrap()
        else {
            panic!("a request")
        };
        let read = read.verify(&sp, &keys, &rules()).unwrap();
        assert_eq!((read.answer(), read.in_response_to()), (&expected, "_asked"));
        let SignedLogout::Soap { envelope, .. } = response(LogoutBinding::Soap, status, &key)
        else {
            panic!("not by SOAP")
        };
        let read = UnverifiedLogoutResponse::by_soap(envelope.as_bytes()).unwrap();
        assert_eq!(read.verify(&sp, &keys, &rules()).unwrap().answer(), &expected);
    }
}

/// C011.
#[test]
fn a_form_carries_the_message_under_its_name() {
    let SignedLogout::Post { url, parameter, relay_state, .. } =
        response(LogoutBinding::Post, LogoutStatus::Success, &rsa_key())
    else {
        panic!("not by POST")
    };
    assert_eq!((&*url, parameter), (SLO, "SAMLResponse"));
    assert_eq!(relay_state.as_deref(), Some("state & more"));
}
