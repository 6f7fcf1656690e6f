//! A service provider with keys, its messages, and a signer that can be told to do it wrong.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::Command;
use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use idp_core::Instant;
use idp_core::id::{EntityId, ServiceProviderId};
use idp_core::saml::authn_request::RequestRules;
use idp_core::saml::binding::{post, redirect};
use idp_core::saml::request::{Reason, Refusal, Rejected, RequestError, VerifiedRequest};
use idp_core::saml::signature::verification_key::VerificationKey;
use idp_core::saml::xml::c14n;
use idp_core::service_provider::{
    AssertionConsumerService, PublicKeyDer, ServiceProvider, ServiceProviderSettings,
};
use openssl::asn1::Asn1Time;
use openssl::ec::{EcGroup, EcKey};
use openssl::ecdsa::EcdsaSig;
use openssl::hash::{MessageDigest, hash};
use openssl::nid::Nid;
use openssl::pkey::{Id, PKey, Private};
use openssl::rsa::Rsa;
use openssl::sign::Signer;
use openssl::x509::X509;
use rand::SeedableRng;
use rand::rngs::StdRng;

pub const ISSUER: &str = "https://sp.example/saml";
pub const ACS: &str = "https://sp.example/acs";
pub const ACS_7: &str = "https://sp.example/acs/7";
pub const SSO: &str = "https://idp.example/saml/sso";
pub const NOW: &str = "2026-03-01T12:00:00Z";

pub const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
pub const RSA_SHA1: &str = "http://www.w3.org/2000/09/xmldsig#rsa-sha1";
pub const ECDSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256";
pub const SHA256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";
pub const SHA1: &str = "http://www.w3.org/2000/09/xmldsig#sha1";
pub const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
pub const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const DS: &str = "http://www.w3.org/2000/09/xmldsig#";

pub static RSA: LazyLock<PKey<Private>> =
    LazyLock::new(|| PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap());
pub static OTHER_RSA: LazyLock<PKey<Private>> =
    LazyLock::new(|| PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap());
pub static EC: LazyLock<PKey<Private>> = LazyLock::new(|| {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap()
});

pub fn now() -> Instant {
    NOW.parse().unwrap()
}

pub fn public(key: &PKey<Private>) -> PublicKeyDer {
    PublicKeyDer(STANDARD.encode(key.public_key_to_der().unwrap()))
}

/// A service provider with two endpoints, whose requests need not be signed.
pub fn sp() -> ServiceProvider {
    let endpoint = |index, url: &str, is_default| AssertionConsumerService {
        index,
        url: url.to_owned(),
        is_default,
    };
    ServiceProvider {
        id: ServiceProviderId::new(now(), &mut StdRng::seed_from_u64(1)),
        entity_id: EntityId::parse(ISSUER).unwrap(),
        name: "Pickup".to_owned(),
        enabled: true,
        chain: serde_json::from_str("[]").unwrap(),
        settings: ServiceProviderSettings {
            signing_keys: vec![public(&EC), public(&RSA)],
            ..serde_json::from_value(serde_json::json!({
                "assertion_consumer_services": [
                    endpoint(7, ACS_7, None),
                    endpoint(0, ACS, Some(true)),
                ],
            }))
            .unwrap()
        },
    }
}

pub fn signing_sp() -> ServiceProvider {
    let mut sp = sp();
    sp.settings.authn_requests_signed = true;
    sp
}

pub fn keys(sp: &ServiceProvider) -> Vec<VerificationKey> {
    sp.settings.signing_keys.iter().map(|key| VerificationKey::parse(key).unwrap()).collect()
}

pub fn rules() -> RequestRules {
    RequestRules::new(SSO.to_owned(), now())
}

/// An AuthnRequest: further attributes (beginning with a blank), and what follows the Issuer.
pub fn request_with(attributes: &str, children: &str) -> String {
    format!(
        "<samlp:AuthnRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" \
         xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"_r1\" Version=\"2.0\" \
         IssueInstant=\"{NOW}\" Destination=\"{SSO}\"{attributes}>\
         <saml:Issuer>{ISSUER}</saml:Issuer>{children}</samlp:AuthnRequest>"
    )
}

pub fn request() -> String {
    request_with(&format!(" AssertionConsumerServiceURL=\"{ACS_7}\""), "")
}

/// What went wrong, wherever it is told.
#[derive(Debug)]
pub enum Outcome {
    Undecodable(RequestError),
    Local(RequestError),
    Refused(Box<Refusal>),
}

impl Outcome {
    pub fn reason(&self) -> &Reason {
        match self {
            Self::Undecodable(error) | Self::Local(error) => &error.reason,
            Self::Refused(refusal) => &refusal.reason,
        }
    }

    pub fn code(&self) -> &str {
        &self.reason().code
    }

    /// The code of a reason that stays here; anything else fails the test.
    pub fn local(&self) -> &str {
        assert!(!matches!(self, Self::Refused(_)), "answered: {self:?}");
        self.code()
    }

    /// The refusal the service provider is told; anything else fails the test.
    pub fn refused(self) -> Refusal {
        let Self::Refused(refusal) = self else { panic!("not answered: {self:?}") };
        *refusal
    }
}

impl From<Rejected> for Outcome {
    fn from(rejected: Rejected) -> Self {
        match rejected {
            Rejected::Local(error) => Self::Local(error),
            Rejected::ToServiceProvider(refusal) => Self::Refused(refusal),
        }
    }
}

pub fn by_post_to(sp: &ServiceProvider, xml: &str) -> Result<VerifiedRequest, Outcome> {
    let request = post::decode(&STANDARD.encode(xml), None).map_err(Outcome::Undecodable)?;
    Ok(request.verify(sp, &keys(sp), &rules())?)
}

pub fn by_post(xml: &str) -> Result<VerifiedRequest, Outcome> {
    by_post_to(&sp(), xml)
}

pub fn by_redirect_to(sp: &ServiceProvider, query: &str) -> Result<VerifiedRequest, Outcome> {
    let request = redirect::decode(query).map_err(Outcome::Undecodable)?;
    Ok(request.verify(sp, &keys(sp), &rules())?)
}

pub fn deflate(xml: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(xml).unwrap();
    encoder.finish().unwrap()
}

/// Percent-encodes everything but letters, digits and `unreserved`.
pub fn percent(text: &str, unreserved: &str) -> String {
    text.chars().fold(String::new(), |mut out, c| {
        if c.is_ascii_alphanumeric() || unreserved.contains(c) {
            out.push(c);
        } else {
            for byte in c.to_string().bytes() {
                write!(out, "%{byte:02X}").unwrap();
            }
        }
        out
    })
}

/// The raw SAMLRequest parameter of a redirect.
pub fn redirect_parameter(xml: &str) -> String {
    percent(&STANDARD.encode(deflate(xml.as_bytes())), "-._~")
}

/// Signs octets as the algorithm wants; ECDSA gives DER.
pub fn sign(key: &PKey<Private>, algorithm: &str, octets: &[u8]) -> Vec<u8> {
    let digest = match algorithm.rsplit(['-', '#']).next().unwrap() {
        "sha1" => MessageDigest::sha1(),
        "sha384" => MessageDigest::sha384(),
        "sha512" => MessageDigest::sha512(),
        _ => MessageDigest::sha256(),
    };
    Signer::new(digest, key).unwrap().sign_oneshot_to_vec(octets).unwrap()
}

/// Signs as XML signatures have it: ECDSA as `r||s`.
pub fn xml_sign(key: &PKey<Private>, algorithm: &str, octets: &[u8]) -> Vec<u8> {
    let signature = sign(key, algorithm, octets);
    if key.id() == Id::EC { raw_ecdsa(&signature) } else { signature }
}

pub fn raw_ecdsa(der: &[u8]) -> Vec<u8> {
    let signature = EcdsaSig::from_der(der).unwrap();
    [signature.r(), signature.s()]
        .into_iter()
        .flat_map(|half| half.to_vec_padded(32).unwrap())
        .collect()
}

/// How an enveloped signature is made; the default is right.
pub struct Recipe<'a> {
    pub key: &'a PKey<Private>,
    pub method: &'a str,
    pub digest: &'a str,
    pub uri: &'a str,
    pub transforms: String,
    pub key_info: &'a str,
    /// Replaces this by that in SignedInfo before it is signed.
    pub edit: (&'a str, &'a str),
}

impl Default for Recipe<'_> {
    fn default() -> Self {
        Recipe {
            key: &RSA,
            method: RSA_SHA256,
            digest: SHA256,
            uri: "#_r1",
            transforms: format!("{}{}", transform(ENVELOPED), transform(EXCLUSIVE)),
            key_info: "",
            edit: ("", ""),
        }
    }
}

pub fn transform(algorithm: &str) -> String {
    format!("<ds:Transform Algorithm=\"{algorithm}\"></ds:Transform>")
}

impl Recipe<'_> {
    /// The Signature element over a document that does not hold it yet.
    pub fn signature(&self, xml: &str) -> String {
        let document = roxmltree::Document::parse(xml).unwrap();
        let octets = c14n::exclusive(document.root_element(), None, &[]);
        let hasher =
            if self.digest == SHA1 { MessageDigest::sha1() } else { MessageDigest::sha256() };
        let digest = STANDARD.encode(hash(hasher, &octets).unwrap());
        let mut info = format!(
            "<ds:SignedInfo><ds:CanonicalizationMethod Algorithm=\"{EXCLUSIVE}\">\
             </ds:CanonicalizationMethod><ds:SignatureMethod Algorithm=\"{}\"></ds:SignatureMethod>\
             <ds:Reference URI=\"{}\"><ds:Transforms>{}</ds:Transforms>\
             <ds:DigestMethod Algorithm=\"{}\"></ds:DigestMethod>\
             <ds:DigestValue>{digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>",
            self.method, self.uri, self.transforms, self.digest,
        );
        if !self.edit.0.is_empty() {
            assert!(info.contains(self.edit.0), "nothing to edit");
            info = info.replace(self.edit.0, self.edit.1);
        }
        let declared = info.replacen(":SignedInfo", &format!(":SignedInfo xmlns:ds=\"{DS}\""), 1);
        let document = roxmltree::Document::parse(&declared).unwrap();
        let canonical = c14n::exclusive(document.root_element(), None, &[]);
        let value = STANDARD.encode(xml_sign(self.key, self.method, &canonical));
        format!(
            "<ds:Signature xmlns:ds=\"{DS}\">{info}<ds:SignatureValue>{value}\
             </ds:SignatureValue>{}</ds:Signature>",
            self.key_info
        )
    }

    /// The document with its signature after the Issuer.
    pub fn sign(&self, xml: &str) -> String {
        xml.replacen("</saml:Issuer>", &format!("</saml:Issuer>{}", self.signature(xml)), 1)
    }
}

/// A self-signed certificate that expired long ago: nothing but the carrier of a key.
pub fn certificate(key: &PKey<Private>) -> X509 {
    let mut certificate = X509::builder().unwrap();
    certificate.set_not_before(&Asn1Time::from_unix(0).unwrap()).unwrap();
    certificate.set_not_after(&Asn1Time::from_unix(1).unwrap()).unwrap();
    certificate.set_pubkey(key).unwrap();
    certificate.sign(key, MessageDigest::sha256()).unwrap();
    certificate.build()
}

/// Runs a tool the tests need.
pub fn tool(name: &str, package: &str, arguments: &[&str]) -> std::process::Output {
    Command::new(name).args(arguments).output().unwrap_or_else(|error| {
        panic!("{name} cannot be run ({error}): install the Debian package {package}")
    })
}
