//! The question as the message that a service provider would send by HTTP-Redirect.
//!
//! A signature is made with a key of our own, made for this once, which stands in for the service
//! provider's: the message then goes through the verification of every other.

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use idp_core::Instant;
use idp_core::saml::request::Comparison;
use idp_core::saml::signature::key::SigningKey;
use idp_core::saml::signature::verification_key::VerificationKey;
use idp_core::saml::urn::{KeyKind, NameIdFormat};
use openssl::x509::X509;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::question::{NameIdWish, Question};

/// The ID of every such message; none is ever noted.
const ID: &str = "_what-if";

/// A message, and what verifies it.
pub(super) struct Message {
    /// The query string.
    pub query: String,
    /// The keys that stand for those of the service provider.
    pub keys: Vec<VerificationKey>,
}

/// Writes the message. A service provider without keys can sign nothing that is accepted.
pub(super) fn write(
    question: &Question,
    destination: &str,
    has_keys: bool,
    now: Instant,
) -> Option<Message> {
    let mut deflate = DeflateEncoder::new(Vec::new(), Compression::fast());
    deflate.write_all(xml(question, destination, now).as_bytes()).ok()?;
    let message = encoded(&deflate.finish().ok()?);
    let query = format!("SAMLRequest={message}");
    if !question.signed {
        return Some(Message { query, keys: Vec::new() });
    }
    let key = SigningKey::generate(KeyKind::EcP256, "what-if", now, TimeDelta::days(1)).ok()?;
    let algorithm = utf8_percent_encode(key.kind().signature_algorithm(), NON_ALPHANUMERIC);
    let query = format!("{query}&SigAlg={algorithm}");
    let signature = encoded(&key.sign(query.as_bytes()).ok()?);
    let keys = if has_keys { vec![verifier(&key)?] } else { Vec::new() };
    Some(Message { query: format!("{query}&Signature={signature}"), keys })
}

fn verifier(key: &SigningKey) -> Option<VerificationKey> {
    let certificate = STANDARD.decode(key.certificate_base64()).ok()?;
    let public = X509::from_der(&certificate).ok()?.public_key().ok()?;
    VerificationKey::from_spki(&public.public_key_to_der().ok()?).ok()
}

fn encoded(octets: &[u8]) -> String {
    utf8_percent_encode(&STANDARD.encode(octets), NON_ALPHANUMERIC).to_string()
}

fn xml(question: &Question, destination: &str, now: Instant) -> String {
    let mut attributes = String::new();
    let mut attribute = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            attributes.extend([" ", name, "=\"", &escaped(&value), "\""]);
        }
    };
    let when = |set: bool| set.then(|| "true".to_owned());
    attribute("Destination", Some(destination.to_owned()));
    attribute("ForceAuthn", when(question.force_authn));
    attribute("IsPassive", when(question.is_passive));
    attribute("AssertionConsumerServiceURL", question.acs_url.clone());
    attribute("AssertionConsumerServiceIndex", question.acs_index.map(|index| index.to_string()));
    attribute(
        "AttributeConsumingServiceIndex",
        question.attribute_consuming_service_index.map(|index| index.to_string()),
    );
    format!(
        "<samlp:AuthnRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" \
         xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"{ID}\" Version=\"2.0\" \
         IssueInstant=\"{}\"{attributes}><saml:Issuer>{}</saml:Issuer>{}{}</samlp:AuthnRequest>",
        now.format("%Y-%m-%dT%H:%M:%SZ"),
        escaped(&question.service_provider),
        question.name_id_policy.as_ref().map(name_id_policy).unwrap_or_default(),
        context(question),
    )
}

fn name_id_policy(wish: &NameIdWish) -> String {
    let format = wish.format.as_deref().map(|name| {
        let uri = NameIdFormat::from_short(name).map_or(name, |format| format.uri());
        format!(" Format=\"{}\"", escaped(uri))
    });
    let qualifier = wish.sp_name_qualifier.as_deref();
    let qualifier = qualifier.map(|text| format!(" SPNameQualifier=\"{}\"", escaped(text)));
    let create = if wish.allow_create { " AllowCreate=\"true\"" } else { "" };
    format!(
        "<samlp:NameIDPolicy{}{}{create}/>",
        format.unwrap_or_default(),
        qualifier.unwrap_or_default()
    )
}

fn context(question: &Question) -> String {
    let Some(context) = question.context() else { return String::new() };
    let comparison = match context.comparison {
        Comparison::Exact => "exact",
        Comparison::Minimum => "minimum",
        Comparison::Maximum => "maximum",
        Comparison::Better => "better",
    };
    let class = |class: &String| {
        format!("<saml:AuthnContextClassRef>{}</saml:AuthnContextClassRef>", escaped(class))
    };
    let classes: String = context.classes.iter().map(class).collect();
    format!(
        "<samlp:RequestedAuthnContext Comparison=\"{comparison}\">{classes}\
         </samlp:RequestedAuthnContext>"
    )
}

/// Text for elements and attributes. What XML cannot carry is left to the reader to refuse.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.extend(["&#", &u32::from(character).to_string(), ";"]),
            other => out.push(other),
        }
    }
    out
}
