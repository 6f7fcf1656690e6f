//! A service provider: makes AuthnRequests, and judges Responses with samael, an implementation
//! that shares no code with ours.

use std::cell::Cell;
use std::sync::Mutex;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::x509::{X509, X509NameBuilder};
use samael::metadata::EntityDescriptor;
use samael::schema::{Assertion, Response};
use samael::service_provider::{ServiceProvider, ServiceProviderBuilder};

use super::message::{RSA_SHA256, deflated, query, signed_query};
use super::{Browser, Idp, Page};
use crate::schemas::assert_valid;

/// A service provider with a key of its own.
pub struct Sp {
    pub entity_id: String,
    pub acs: String,
    key: PKey<Private>,
    certificate: X509,
    sign: bool,
}

/// An AuthnRequest in the making.
#[derive(Clone)]
pub struct AuthnRequest {
    pub id: String,
    pub issuer: String,
    pub issue_instant: String,
    pub destination: Option<String>,
    /// Attributes of the root, such as `ForceAuthn="true"`.
    pub attributes: String,
    /// Elements after the Issuer.
    pub elements: String,
}

/// A Response that samael accepted.
pub struct Received {
    pub assertion: Assertion,
    pub xml: String,
    pub relay_state: Option<String>,
}

impl Received {
    pub fn name_id(&self) -> &str {
        &self
            .assertion
            .subject
            .as_ref()
            .expect("a Subject")
            .name_id
            .as_ref()
            .expect("a NameID")
            .value
    }

    pub fn context(&self) -> String {
        let statement = &self.assertion.authn_statements.as_ref().expect("statements")[0];
        let context = statement.authn_context.as_ref().expect("a context");
        context.value.as_ref().expect("a class").value.clone().expect("a value")
    }

    pub fn attribute(&self, name: &str) -> Vec<String> {
        let statements = self.assertion.attribute_statements.iter().flatten();
        let attributes =
            statements.flat_map(|s| &s.attributes).filter(|a| a.name.as_deref() == Some(name));
        attributes.flat_map(|a| &a.values).filter_map(|v| v.value.clone()).collect()
    }
}

impl Sp {
    pub fn new() -> Self {
        Self::named("https://sp.example.org/saml", false)
    }

    /// A service provider that signs its requests and says so.
    pub fn signing() -> Self {
        Self::named("https://sp.example.org/saml", true)
    }

    pub fn named(entity_id: &str, sign: bool) -> Self {
        let key = another_key();
        let mut name = X509NameBuilder::new().expect("a name");
        name.append_entry_by_text("CN", "sp").expect("a name");
        let name = name.build();
        let mut builder = X509::builder().expect("a certificate");
        builder.set_version(2).expect("set");
        builder.set_subject_name(&name).expect("set");
        builder.set_issuer_name(&name).expect("set");
        builder.set_pubkey(&key).expect("set");
        builder
            .set_not_before(&openssl::asn1::Asn1Time::days_from_now(0).expect("a time"))
            .expect("set");
        builder
            .set_not_after(&openssl::asn1::Asn1Time::days_from_now(1).expect("a time"))
            .expect("set");
        builder.sign(&key, MessageDigest::sha256()).expect("signed");
        let acs = format!("{entity_id}/acs");
        Self { entity_id: entity_id.to_owned(), acs, key, certificate: builder.build(), sign }
    }

    pub const fn key(&self) -> &PKey<Private> {
        &self.key
    }

    /// Its key with its certificate, as PEM.
    pub fn pem(&self) -> Vec<u8> {
        let key = self.key.private_key_to_pem_pkcs8().expect("PEM");
        [key, self.certificate.to_pem().expect("PEM")].concat()
    }

    pub fn metadata(&self) -> String {
        let certificate = STANDARD.encode(self.certificate.to_der().expect("DER"));
        format!(
            r#"<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{}"><md:SPSSODescriptor AuthnRequestsSigned="{}" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:AssertionConsumerService index="0" isDefault="true" Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="{}"/><md:AssertionConsumerService index="1" Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="{}/second"/></md:SPSSODescriptor></md:EntityDescriptor>"#,
            self.entity_id, self.sign, self.acs, self.acs
        )
    }

    #[expect(clippy::disallowed_methods, reason = "the service provider's own clock")]
    pub fn request(&self, idp: &Idp) -> AuthnRequest {
        let random: [u8; 20] = std::array::from_fn(|_| rand::random());
        AuthnRequest {
            id: format!("_{}", random.map(|byte| format!("{byte:02x}")).concat()),
            issuer: self.entity_id.clone(),
            issue_instant: chrono::Utc::now().format("%Y-%m-%dT%H:%M:%SZ").to_string(),
            destination: Some(format!("{}/saml/sso", idp.url)),
            attributes: String::new(),
            elements: String::new(),
        }
    }

    /// The address that a redirect with this request goes to.
    pub fn redirect_url(
        &self,
        idp: &Idp,
        request: &AuthnRequest,
        relay_state: Option<&str>,
    ) -> String {
        let message = deflated(request.xml().as_bytes());
        let mut parameters = vec![("SAMLRequest", message.as_str())];
        parameters.extend(relay_state.map(|value| ("RelayState", value)));
        let query = query(&parameters);
        let query = if self.sign { signed_query(&query, RSA_SHA256, &self.key) } else { query };
        idp.sso_query(&query)
    }

    /// The fields of a POST with this request.
    #[expect(clippy::unused_self, reason = "reads like redirect_url")]
    pub fn post_fields(
        &self,
        request: &AuthnRequest,
        relay_state: Option<&str>,
    ) -> Vec<(String, String)> {
        let mut fields = vec![("SAMLRequest".to_owned(), STANDARD.encode(request.xml()))];
        fields.extend(relay_state.map(|value| ("RelayState".to_owned(), value.to_owned())));
        fields
    }

    /// Takes the Response from the page that posts it, and lets samael and the schemas judge it.
    pub async fn receive(&self, idp: &Idp, page: &Page, request_id: &str) -> Received {
        let form = page.form();
        assert_eq!(form.action, self.acs, "the Response goes elsewhere");
        let encoded = form.hidden("SAMLResponse").expect("a SAMLResponse");
        let xml = String::from_utf8(STANDARD.decode(encoded).expect("base64")).expect("UTF-8");
        assert_valid(&xml);
        let sp = self.samael(idp, xml.contains("#ecdsa-sha256")).await;
        let assertion = sp
            .parse_base64_response(encoded, Some(&[request_id]))
            .unwrap_or_else(|error| panic!("samael refuses the Response: {error:?}"));
        Received { assertion, xml, relay_state: form.hidden("RelayState").map(str::to_owned) }
    }

    /// The status codes of an error Response, which follows the schemas and is signed.
    pub fn status(page: &Page) -> (Response, Vec<String>) {
        let form = page.form();
        let encoded = form.hidden("SAMLResponse").expect("a SAMLResponse");
        let xml = String::from_utf8(STANDARD.decode(encoded).expect("base64")).expect("UTF-8");
        assert_valid(&xml);
        let response: Response = xml.parse().expect("a Response");
        assert!(response.assertion.is_none() && response.encrypted_assertion.is_none());
        assert!(response.signature.is_some(), "an error Response without a signature");
        let codes = xml
            .split("Value=\"urn:oasis:names:tc:SAML:2.0:status:")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap_or_default().to_owned())
            .collect();
        (response, codes)
    }

    async fn samael(&self, idp: &Idp, ecdsa: bool) -> ServiceProvider {
        let metadata = Browser::new().get(&format!("{}/saml/metadata", idp.url)).await;
        assert_eq!(metadata.status, 200);
        let metadata = with_keys_of_one_kind(&metadata.text, ecdsa);
        let metadata: EntityDescriptor = metadata.parse().expect("our metadata is readable");
        ServiceProviderBuilder::default()
            .entity_id(self.entity_id.clone())
            .acs_url(self.acs.clone())
            .idp_metadata(metadata)
            .build()
            .expect("a service provider")
    }
}

/// A key that no other service provider of this test has. Each test runs in a thread of its own and
/// takes the keys in turn, so that few are ever made: making one is slow.
fn another_key() -> PKey<Private> {
    static KEYS: Mutex<Vec<PKey<Private>>> = Mutex::new(Vec::new());
    thread_local! {
        static TAKEN: Cell<usize> = const { Cell::new(0) };
    }
    let number = TAKEN.replace(TAKEN.get() + 1);
    let mut keys = KEYS.lock().expect("not poisoned");
    while keys.len() <= number {
        keys.push(PKey::from_rsa(Rsa::generate(2048).expect("a key")).expect("a key"));
    }
    keys[number].clone()
}

/// samael tries the keys in turn, but gives up at the first of another kind than the signature.
fn with_keys_of_one_kind(metadata: &str, ecdsa: bool) -> String {
    let (before, role) = metadata.split_once("<md:IDPSSODescriptor").expect("a role");
    let mut kept = format!("{before}<md:IDPSSODescriptor");
    let mut parts = role.split("<md:KeyDescriptor");
    kept.push_str(parts.next().expect("a start"));
    for part in parts {
        let (descriptor, rest) = part.split_once("</md:KeyDescriptor>").expect("an end");
        let certificate = super::xml::text(descriptor, "ds:X509Certificate");
        let certificate = X509::from_der(&STANDARD.decode(certificate).expect("base64"));
        let key = certificate.expect("a certificate").public_key().expect("a key");
        if key.ec_key().is_ok() == ecdsa {
            kept.extend(["<md:KeyDescriptor", descriptor, "</md:KeyDescriptor>"]);
        }
        kept.push_str(rest);
    }
    kept
}

impl AuthnRequest {
    pub fn xml(&self) -> String {
        let destination = self
            .destination
            .as_ref()
            .map(|url| format!(r#" Destination="{url}""#))
            .unwrap_or_default();
        format!(
            r#"<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="{}" Version="2.0" IssueInstant="{}"{destination} {}><saml:Issuer>{}</saml:Issuer>{}</samlp:AuthnRequest>"#,
            self.id, self.issue_instant, self.attributes, self.issuer, self.elements
        )
    }

    pub fn attribute(mut self, attribute: &str) -> Self {
        self.attributes.push(' ');
        self.attributes.push_str(attribute);
        self
    }

    pub fn element(mut self, element: &str) -> Self {
        self.elements.push_str(element);
        self
    }
}
