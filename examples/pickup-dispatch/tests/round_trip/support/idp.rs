//! An identity provider for tests: writes its metadata to a file and signs Responses with
//! xmlsec1 (through samael).

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Duration, Utc};
use openssl::asn1::Asn1Time;
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::x509::X509;
use samael::crypto::{Crypto, CryptoProvider as _};

pub const ENTITY_ID: &str = "http://localhost:9763/saml/metadata";
pub const SSO: &str = "http://localhost:9763/saml/sso";

pub struct TestIdp {
    key: PKey<Private>,
    certificate: X509,
}

/// What is signed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Signed {
    Nothing,
    Assertion,
    Response,
    Both,
}

/// A Response to be made; the default is a good one.
#[derive(Clone)]
pub struct Answer {
    pub request_id: String,
    pub acs: String,
    pub audience: Option<String>,
    pub assertion_id: String,
    pub signed: Signed,
    pub age: Duration,
    pub name_id: String,
    /// Second-level status code: then nobody is logged in.
    pub failure: Option<&'static str>,
}

impl Answer {
    pub fn to(request_id: &str) -> Self {
        Self {
            request_id: request_id.into(),
            acs: "http://localhost:8080/saml2-web-app-pickup-dispatch.com/acs".into(),
            audience: Some("saml2-web-app-pickup-dispatch.com".into()),
            assertion_id: format!("a-{request_id}"),
            signed: Signed::Both,
            age: Duration::zero(),
            name_id: "nimal@example.com".into(),
            failure: None,
        }
    }
}

impl TestIdp {
    pub fn new() -> Self {
        let key = PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap();
        let mut builder = X509::builder().unwrap();
        builder.set_not_before(&Asn1Time::days_from_now(0).unwrap()).unwrap();
        builder.set_not_after(&Asn1Time::days_from_now(1).unwrap()).unwrap();
        builder.set_pubkey(&key).unwrap();
        builder.sign(&key, MessageDigest::sha256()).unwrap();
        Self { key, certificate: builder.build() }
    }

    pub fn write_metadata(&self, path: &Path) {
        let certificate = STANDARD.encode(self.certificate.to_der().unwrap());
        let metadata = format!(
            r#"<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{ENTITY_ID}"><md:IDPSSODescriptor WantAuthnRequestsSigned="false" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="{SSO}"/><md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="{SSO}"/></md:IDPSSODescriptor></md:EntityDescriptor>"#
        );
        std::fs::write(path, metadata).unwrap();
    }

    /// The XML of a Response.
    pub fn response(&self, answer: &Answer) -> String {
        let at = (now() - answer.age).to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
        let body = match answer.failure {
            Some(code) => failure(code),
            None => success(&self.assertion(answer, &at)),
        };
        let template = match answer.signed {
            Signed::Response | Signed::Both => signature_over("r1"),
            Signed::Nothing | Signed::Assertion => String::new(),
        };
        let Answer { request_id, acs, .. } = answer;
        let xml = format!(
            r#"<p:Response xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" ID="r1" Version="2.0" IssueInstant="{at}" Destination="{acs}" InResponseTo="{request_id}"><a:Issuer xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion">{ENTITY_ID}</a:Issuer>{template}{body}</p:Response>"#
        );
        if template.is_empty() { xml } else { self.sign(&xml) }
    }

    fn assertion(&self, answer: &Answer, at: &str) -> String {
        let Answer { request_id, acs, assertion_id, name_id, .. } = answer;
        let end = (now() - answer.age + Duration::minutes(5))
            .to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
        let audience = answer.audience.as_ref().map_or(String::new(), |audience| {
            format!(
                "<a:AudienceRestriction><a:Audience>{audience}</a:Audience></a:AudienceRestriction>"
            )
        });
        let is_signed = matches!(answer.signed, Signed::Assertion | Signed::Both);
        let template = if is_signed { signature_over(assertion_id) } else { String::new() };
        let xml = format!(
            r#"<a:Assertion xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion" ID="{assertion_id}" Version="2.0" IssueInstant="{at}"><a:Issuer>{ENTITY_ID}</a:Issuer>{template}<a:Subject><a:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">{name_id}</a:NameID><a:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><a:SubjectConfirmationData InResponseTo="{request_id}" NotOnOrAfter="{end}" Recipient="{acs}"/></a:SubjectConfirmation></a:Subject><a:Conditions NotBefore="{at}" NotOnOrAfter="{end}">{audience}</a:Conditions><a:AuthnStatement AuthnInstant="{at}" SessionIndex="s-42"><a:AuthnContext><a:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</a:AuthnContextClassRef></a:AuthnContext></a:AuthnStatement><a:AttributeStatement><a:Attribute Name="urn:oid:2.16.840.1.113730.3.1.241" FriendlyName="displayName" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri"><a:AttributeValue>Nimal &amp; Perera</a:AttributeValue></a:Attribute><a:Attribute Name="urn:oid:1.3.6.1.4.1.5923.1.5.1.1" FriendlyName="isMemberOf"><a:AttributeValue>drivers</a:AttributeValue><a:AttributeValue>dispatch &lt;desk&gt;</a:AttributeValue></a:Attribute></a:AttributeStatement></a:Assertion>"#
        );
        if is_signed { without_declaration(&self.sign(&xml)) } else { xml }
    }

    fn sign(&self, xml: &str) -> String {
        Crypto::sign_xml(xml, &self.key.private_key_to_der().unwrap()).unwrap()
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "samael reads the real clock, so Responses must fit it"
)]
fn now() -> DateTime<Utc> {
    Utc::now()
}

fn success(assertion: &str) -> String {
    format!(
        r#"<p:Status><p:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></p:Status>{assertion}"#
    )
}

fn failure(code: &str) -> String {
    format!(
        r#"<p:Status><p:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Responder"><p:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:{code}"/></p:StatusCode><p:StatusMessage>Test says {code}</p:StatusMessage></p:Status>"#
    )
}

fn signature_over(id: &str) -> String {
    format!(
        r##"<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/><ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/><ds:Reference URI="#{id}"><ds:Transforms><ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/><ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue/></ds:Reference></ds:SignedInfo><ds:SignatureValue/></ds:Signature>"##
    )
}

fn without_declaration(xml: &str) -> String {
    xml.split_once("?>").map_or(xml, |(_, rest)| rest).trim().to_owned()
}
