//! Logout messages by HTTP-Redirect: signed beside the message (saml-bindings 3.4.4.1), because an
//! unsigned one must not end a session. `read` verifies what arrives, `request` and `response` make
//! what leaves.

use std::io::{Read as _, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Public};
use openssl::sign::{Signer, Verifier};
use roxmltree::{Document, Node, ParsingOptions};
use thiserror::Error;
use url::form_urlencoded::byte_serialize;

use super::Sp;
use super::key::SigningKey;
use crate::identity::Identity;
use crate::idp::Idp;
use crate::world;

const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
const STATUS: &str = "urn:oasis:names:tc:SAML:2.0:status:";
/// The largest message, in octets of XML.
const LARGEST: u64 = 64 * 1024;
/// How far the clocks may differ, and how old a message may be.
const WINDOW: TimeDelta = TimeDelta::minutes(5);

/// Why a logout message has no effect. The texts are shown to people.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum LogoutError {
    /// It cannot be decoded.
    #[error("What arrived is not one deflated logout message in the query.")]
    Undecodable,
    /// Nobody is known to have sent it.
    #[error("The logout message is not signed by the identity provider, so nothing was done.")]
    Unsigned,
    /// It is something else, or for somebody else, or too old.
    #[error("The logout message cannot be used: {0}.")]
    Unusable(&'static str),
    /// No message can be made.
    #[error("The logout message cannot be made: {0}")]
    Failed(String),
}

/// A verified message of the identity provider.
#[derive(Debug, PartialEq, Eq)]
pub enum Incoming {
    /// It asks to end sessions of a person.
    Request {
        /// To be named in the answer.
        id: String,
        /// Who.
        name_id: String,
        /// Which sessions; all, when empty.
        session_indexes: Vec<String>,
        /// To be returned.
        relay_state: Option<String>,
    },
    /// It answers a request of ours.
    Response {
        /// Which.
        in_response_to: String,
        /// Everybody is logged out everywhere.
        is_complete: bool,
    },
}

/// A message that is ready to leave.
pub struct Outgoing {
    /// Its ID.
    pub id: String,
    /// Where the browser goes, with the message.
    pub url: String,
}

/// Reads a query and verifies its signature with the keys of the identity provider.
pub fn read(sp: &Sp, idp: &Idp, query: &str, now: DateTime<Utc>) -> Result<Incoming, LogoutError> {
    let parameter = |name: &str| {
        let mut found = query.split('&').filter_map(|pair| {
            pair.split_once('=').filter(|(key, _)| *key == name).map(|(_, value)| value)
        });
        match (found.next(), found.next()) {
            (value, None) => Ok(value),
            _ => Err(LogoutError::Undecodable),
        }
    };
    let (name, message) = match (parameter("SAMLRequest")?, parameter("SAMLResponse")?) {
        (Some(message), None) => ("SAMLRequest", message),
        (None, Some(message)) => ("SAMLResponse", message),
        _ => return Err(LogoutError::Undecodable),
    };
    let (state, algorithm) = (parameter("RelayState")?, parameter("SigAlg")?);
    let (Some(algorithm), Some(signature)) = (algorithm, parameter("Signature")?) else {
        return Err(LogoutError::Unsigned);
    };
    let signed = octets(name, message, state, algorithm);
    if decoded(algorithm)? != RSA_SHA256 || !verifies(idp, &signed, &decoded(signature)?) {
        return Err(LogoutError::Unsigned);
    }
    let xml = inflated(&decoded(message)?)?;
    let relay_state = state.map(decoded).transpose()?;
    understand(sp, idp, &xml, name, relay_state, now)
}

fn understand(
    sp: &Sp,
    idp: &Idp,
    xml: &str,
    parameter: &str,
    relay_state: Option<String>,
    now: DateTime<Utc>,
) -> Result<Incoming, LogoutError> {
    let options = ParsingOptions { nodes_limit: 2_000, ..ParsingOptions::default() };
    let document = Document::parse_with_options(xml, options)
        .map_err(|_| LogoutError::Unusable("it is not well-formed XML"))?;
    let root = document.root_element();
    let issuer = child(root, ASSERTION, "Issuer").and_then(|issuer| issuer.text());
    if issuer != Some(idp.entity_id.as_str()) {
        return Err(LogoutError::Unusable("it comes from another identity provider"));
    }
    if root.attribute("Destination") != Some(sp.slo_url().as_str()) {
        return Err(LogoutError::Unusable("it is meant for another address"));
    }
    let issued = root.attribute("IssueInstant").and_then(|text| text.parse().ok());
    if issued.is_none_or(|issued: DateTime<Utc>| (now - issued).abs() > WINDOW) {
        return Err(LogoutError::Unusable("it is too old, or the clocks differ"));
    }
    match (parameter, root.tag_name().name(), root.tag_name().namespace()) {
        ("SAMLRequest", "LogoutRequest", Some(PROTOCOL)) => asked(root, relay_state),
        ("SAMLResponse", "LogoutResponse", Some(PROTOCOL)) => answered(root),
        _ => Err(LogoutError::Unusable("it is no logout message")),
    }
}

fn asked(root: Node<'_, '_>, relay_state: Option<String>) -> Result<Incoming, LogoutError> {
    let id = root.attribute("ID").ok_or(LogoutError::Unusable("it has no ID"))?;
    let name_id = child(root, ASSERTION, "NameID").and_then(|name| name.text());
    let indexes = root.children().filter(|node| node.has_tag_name((PROTOCOL, "SessionIndex")));
    Ok(Incoming::Request {
        id: id.to_owned(),
        name_id: name_id.ok_or(LogoutError::Unusable("it names nobody"))?.to_owned(),
        session_indexes: indexes.filter_map(|index| index.text().map(str::to_owned)).collect(),
        relay_state,
    })
}

fn answered(root: Node<'_, '_>) -> Result<Incoming, LogoutError> {
    let id = root.attribute("InResponseTo");
    let code = child(root, PROTOCOL, "Status").and_then(|s| child(s, PROTOCOL, "StatusCode"));
    let is_success = code.and_then(|code| code.attribute("Value"))
        == Some("urn:oasis:names:tc:SAML:2.0:status:Success");
    let is_partial = code.is_some_and(|code| child(code, PROTOCOL, "StatusCode").is_some());
    Ok(Incoming::Response {
        in_response_to: id.ok_or(LogoutError::Unusable("it answers nothing"))?.to_owned(),
        is_complete: is_success && !is_partial,
    })
}

/// A signed request to end the session that the identity provider opened (saml-core 3.7.1).
pub fn request(
    sp: &Sp,
    key: &SigningKey,
    destination: &str,
    identity: &Identity,
    now: DateTime<Utc>,
) -> Result<Outgoing, LogoutError> {
    let attribute = |name: &str, value: &Option<String>| {
        value.as_ref().map(|value| format!(" {name}=\"{}\"", escaped(value))).unwrap_or_default()
    };
    let format = attribute("Format", &identity.name_id_format);
    let index = identity.session_index.as_ref().map_or_else(String::new, |index| {
        format!("<samlp:SessionIndex>{}</samlp:SessionIndex>", escaped(index))
    });
    let end = (now + WINDOW).format("%Y-%m-%dT%H:%M:%SZ");
    let body = format!("<saml:NameID{format}>{}</saml:NameID>{index}", escaped(&identity.name_id));
    let attributes = format!(" NotOnOrAfter=\"{end}\"");
    let (id, xml) = message(sp, "LogoutRequest", destination, &attributes, &body, now);
    let url = signed(key, destination, "SAMLRequest", &xml, None)?;
    Ok(Outgoing { id, url })
}

/// The signed answer to a request (saml-core 3.7.2).
pub fn response(
    sp: &Sp,
    key: &SigningKey,
    destination: &str,
    in_response_to: &str,
    relay_state: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Outgoing, LogoutError> {
    let body =
        format!("<samlp:Status><samlp:StatusCode Value=\"{STATUS}Success\"/></samlp:Status>");
    let attributes = format!(" InResponseTo=\"{}\"", escaped(in_response_to));
    let (id, xml) = message(sp, "LogoutResponse", destination, &attributes, &body, now);
    let url = signed(key, destination, "SAMLResponse", &xml, relay_state)?;
    Ok(Outgoing { id, url })
}

fn message(
    sp: &Sp,
    name: &str,
    destination: &str,
    attributes: &str,
    body: &str,
    now: DateTime<Utc>,
) -> (String, String) {
    let id = format!("_{}", world::token());
    let (issued, issuer) = (now.format("%Y-%m-%dT%H:%M:%SZ"), escaped(&sp.entity_id));
    let destination = escaped(destination);
    let xml = format!(
        "<samlp:{name} xmlns:samlp=\"{PROTOCOL}\" xmlns:saml=\"{ASSERTION}\" ID=\"{id}\" \
         Version=\"2.0\" IssueInstant=\"{issued}\" Destination=\"{destination}\"{attributes}>\
         <saml:Issuer>{issuer}</saml:Issuer>{body}</samlp:{name}>"
    );
    (id, xml)
}

fn signed(
    key: &SigningKey,
    destination: &str,
    parameter: &str,
    xml: &str,
    relay_state: Option<&str>,
) -> Result<String, LogoutError> {
    let failed = |problem: String| LogoutError::Failed(problem);
    let encode = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(xml.as_bytes()).map_err(|error| failed(error.to_string()))?;
    let deflated = encoder.finish().map_err(|error| failed(error.to_string()))?;
    let state = relay_state.map(encode);
    let message = encode(&STANDARD.encode(deflated));
    let signed = octets(parameter, &message, state.as_deref(), &encode(RSA_SHA256));
    let signature = Signer::new(MessageDigest::sha256(), key.private())
        .and_then(|mut signer| signer.sign_oneshot_to_vec(signed.as_bytes()))
        .map_err(|error| failed(error.to_string()))?;
    let joint = if destination.contains('?') { '&' } else { '?' };
    let signature = encode(&STANDARD.encode(signature));
    Ok(format!("{destination}{joint}{signed}&Signature={signature}"))
}

/// What a signature covers: the octets of the query, in this order.
fn octets(parameter: &str, message: &str, state: Option<&str>, algorithm: &str) -> String {
    let state = state.map(|state| format!("&RelayState={state}")).unwrap_or_default();
    format!("{parameter}={message}{state}&SigAlg={algorithm}")
}

/// Whether a key of the identity provider's metadata made this signature.
fn verifies(idp: &Idp, signed: &str, signature: &str) -> bool {
    let Ok(signature) = STANDARD.decode(signature) else { return false };
    idp.signing_keys().iter().any(|key: &PKey<Public>| {
        Verifier::new(MessageDigest::sha256(), key)
            .and_then(|mut verifier| verifier.verify_oneshot(&signature, signed.as_bytes()))
            .unwrap_or(false)
    })
}

fn inflated(base64: &str) -> Result<String, LogoutError> {
    let deflated = STANDARD.decode(base64).map_err(|_| LogoutError::Undecodable)?;
    let mut xml = String::new();
    let mut reader = DeflateDecoder::new(&*deflated).take(LARGEST + 1);
    let read = reader.read_to_string(&mut xml).map_err(|_| LogoutError::Undecodable)?;
    if u64::try_from(read).is_ok_and(|read| read <= LARGEST) {
        Ok(xml)
    } else {
        Err(LogoutError::Undecodable)
    }
}

/// A percent-decoded value.
fn decoded(raw: &str) -> Result<String, LogoutError> {
    let pair = format!("v={}", raw.replace('+', "%2B"));
    let mut pairs = url::form_urlencoded::parse(pair.as_bytes());
    pairs.next().map(|(_, value)| value.into_owned()).ok_or(LogoutError::Undecodable)
}

fn child<'a, 'i>(
    of: Node<'a, 'i>,
    namespace: &'static str,
    name: &'static str,
) -> Option<Node<'a, 'i>> {
    of.children().find(|node| node.has_tag_name((namespace, name)))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

    fn sp(name: &str) -> (Sp, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.pem");
        let key = SigningKey::load_or_generate(&path, name, NOW).unwrap();
        let sp = Sp {
            name: name.to_owned(),
            entity_id: format!("https://{name}.example"),
            base: format!("https://{name}.example/base"),
            signs_requests: false,
            key: Some(key),
        };
        (sp, folder)
    }

    /// An identity provider that signs with the key of this party.
    fn idp(of: &Sp) -> Idp {
        let der = of.key.as_ref().unwrap().certificate_der().unwrap();
        Idp::parse(&format!(
            r#"<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{}"><md:IDPSSODescriptor protocolSupportEnumeration="{PROTOCOL}"><md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example/slo"/><md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example/sso"/></md:IDPSSODescriptor></md:EntityDescriptor>"#,
            of.entity_id,
            STANDARD.encode(der)
        ))
        .unwrap()
    }

    fn query(url: &str) -> &str {
        url.split_once('?').unwrap().1
    }

    #[test]
    fn a_signed_answer_is_understood_and_any_other_is_not() {
        let ((sp, _a), (other, _b)) = (sp("idp"), sp("desk"));
        let (desk, idp) = (&other, idp(&sp));
        let key = sp.key.as_ref().unwrap();
        let made = response(&sp, key, &desk.slo_url(), "_1", Some("a b"), NOW).unwrap();
        let expected = Incoming::Response { in_response_to: "_1".to_owned(), is_complete: true };
        assert_eq!(read(desk, &idp, query(&made.url), NOW), Ok(expected));
        let unsigned = made.url.split_once("&SigAlg").unwrap().0;
        assert_eq!(read(desk, &idp, query(unsigned), NOW), Err(LogoutError::Unsigned));
        let altered = made.url.replace("a+b", "a+c");
        assert_eq!(read(desk, &idp, query(&altered), NOW), Err(LogoutError::Unsigned));
        let forged = other.key.as_ref().unwrap();
        let forged = response(&sp, forged, &desk.slo_url(), "_1", None, NOW).unwrap();
        assert_eq!(read(desk, &idp, query(&forged.url), NOW), Err(LogoutError::Unsigned));
        let late = NOW + WINDOW + TimeDelta::seconds(1);
        assert!(matches!(read(desk, &idp, query(&made.url), late), Err(LogoutError::Unusable(_))));
        let elsewhere = response(&sp, key, "https://x.example/slo", "_1", None, NOW).unwrap();
        let read = read(desk, &idp, query(&elsewhere.url), NOW);
        assert!(matches!(read, Err(LogoutError::Unusable(_))));
    }

    #[test]
    fn a_request_names_the_person_and_the_sessions() {
        let ((sp, _a), (desk, _b)) = (sp("idp"), sp("desk"));
        let idp = idp(&sp);
        let identity = Identity {
            assertion_id: "a".into(),
            issuer: "i".into(),
            name_id: "<alice>".into(),
            name_id_format: Some("urn:f".into()),
            session_index: Some("_s".into()),
            authn_instant: None,
            session_not_on_or_after: None,
            authn_context: None,
            attributes: Vec::new(),
        };
        let key = sp.key.as_ref().unwrap();
        let made = request(&sp, key, &desk.slo_url(), &identity, NOW).unwrap();
        let read = read(&desk, &idp, query(&made.url), NOW).unwrap();
        let expected = Incoming::Request {
            id: made.id,
            name_id: "<alice>".to_owned(),
            session_indexes: vec!["_s".to_owned()],
            relay_state: None,
        };
        assert_eq!(read, expected);
        assert_eq!(idp.slo_addresses().unwrap().0, "https://idp.example/slo");
    }
}
