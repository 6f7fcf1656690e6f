//! Logout messages of service providers, and what they are sent.

use std::io::Read as _;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{TimeDelta, Utc};
use flate2::read::DeflateDecoder;
use idp_core::Instant;
use idp_core::saml::logout::{LogoutRequest, LogoutResponse, LogoutStatus, SignedLogout};
use idp_core::saml::message_id::MessageId;
use idp_core::saml::name_id::NameId;
use idp_core::saml::signature::key::SigningKey;
use idp_core::service_provider::{LogoutBinding, SingleLogoutService};
use openssl::hash::MessageDigest;
use openssl::sign::Verifier;
use openssl::x509::X509;
use rand::SeedableRng;
use rand::rngs::StdRng;
use reqwest::Method;
use url::Url;

use super::xml;
use super::{Browser, Idp, Page, Received, Sp};

/// What a service provider knows of a session: by what it logs out.
#[derive(Clone)]
pub struct Told {
    pub name_id: NameId,
    pub session_index: String,
}

impl Received {
    /// What this answer told of the session.
    pub fn told(&self) -> Told {
        let format = xml::attribute(&self.xml, "saml:NameID", "Format").expect("a format");
        let format = format.rsplit(':').next().expect("a name");
        let mut name_id = serde_json::json!({ "value": self.name_id(), "format": format });
        if let Some(idp) = xml::attribute(&self.xml, "saml:NameID", "NameQualifier") {
            let sp = xml::attribute(&self.xml, "saml:NameID", "SPNameQualifier").expect("both");
            name_id["qualifiers"] = serde_json::json!({ "idp": idp, "sp": sp });
        }
        let index = xml::attribute(&self.xml, "saml:AuthnStatement", "SessionIndex");
        Told {
            name_id: serde_json::from_value(name_id).expect("a NameID"),
            session_index: index.expect("an index").to_owned(),
        }
    }
}

/// A logout message in the making.
pub struct Logout<'a> {
    pub sp: &'a Sp,
    pub idp: &'a Idp,
    pub binding: LogoutBinding,
}

impl<'a> Logout<'a> {
    pub const fn of(sp: &'a Sp, idp: &'a Idp) -> Self {
        Self { sp, idp, binding: LogoutBinding::Redirect }
    }

    pub const fn by(self, binding: LogoutBinding) -> Self {
        Self { binding, ..self }
    }

    fn key(&self) -> SigningKey {
        SigningKey::from_pem(&self.sp.pem()).expect("a key")
    }

    fn url(&self) -> String {
        let path = if self.binding == LogoutBinding::Soap { "/soap" } else { "" };
        format!("{}/saml/slo{path}", self.idp.url)
    }

    /// A signed request to end the sessions with these indexes, or all of this name.
    pub fn request(&self, name_id: &NameId, session_indexes: &[String]) -> SignedLogout {
        self.request_with(&MessageId::new(&mut StdRng::from_os_rng()), name_id, session_indexes)
    }

    pub fn request_with(
        &self,
        id: &MessageId,
        name_id: &NameId,
        session_indexes: &[String],
    ) -> SignedLogout {
        let endpoint =
            SingleLogoutService { binding: self.binding, url: self.url(), response_url: None };
        let request = LogoutRequest {
            id,
            issuer: &self.sp.entity_id,
            issue_instant: now(),
            not_on_or_after: now() + TimeDelta::minutes(5),
            name_id,
            session_indexes,
        };
        request.sign_for(&endpoint, &self.key()).expect("signed")
    }

    /// The signed answer to a request of the identity provider.
    pub fn answer(&self, in_response_to: &str, status: LogoutStatus) -> SignedLogout {
        let response = LogoutResponse {
            id: &MessageId::new(&mut StdRng::from_os_rng()),
            issuer: &self.sp.entity_id,
            issue_instant: now(),
            in_response_to: Some(in_response_to),
            status,
            message: None,
            relay_state: None,
        };
        response.sign_for(self.binding, &self.url(), &self.key()).expect("signed")
    }
}

#[expect(clippy::disallowed_methods, reason = "the service provider's own clock")]
fn now() -> Instant {
    Utc::now()
}

/// A message that leaves for a service provider.
pub struct Sent {
    /// Where to, with its query.
    pub url: String,
    pub xml: String,
    pub relay_state: Option<String>,
}

impl Sent {
    /// What a page or a redirect carries; `None` when it carries nothing.
    pub fn of(page: &Page) -> Option<Self> {
        if (300..400).contains(&page.status) {
            return Some(Self::of_url(page.header("location")));
        }
        if let Some(start) = page.text.find("content=\"0;url=") {
            let rest = &page.text[start + "content=\"0;url=".len()..];
            return Some(Self::of_url(
                &rest[..rest.find('"')?].replace("&#38;", "&").replace("&amp;", "&"),
            ));
        }
        let form = super::html::Form::only(&page.text)?;
        let message = form.hidden("SAMLRequest").or(form.hidden("SAMLResponse"))?;
        Some(Self {
            xml: String::from_utf8(STANDARD.decode(message).expect("base64")).expect("UTF-8"),
            relay_state: form.hidden("RelayState").map(str::to_owned),
            url: form.action,
        })
    }

    fn of_url(address: &str) -> Self {
        let url = Url::parse(address).unwrap_or_else(|_| panic!("no address: {address}"));
        let parameter = |wanted: &[&str]| {
            let mut all = url.query_pairs();
            all.find(|(name, _)| wanted.contains(&&**name)).map(|(_, value)| value.into_owned())
        };
        let message = parameter(&["SAMLRequest", "SAMLResponse"]).expect("a message");
        let mut xml = String::new();
        let octets = STANDARD.decode(message).expect("base64");
        DeflateDecoder::new(&*octets).read_to_string(&mut xml).expect("deflated");
        Self { xml, relay_state: parameter(&["RelayState"]), url: address.to_owned() }
    }

    pub fn attribute(&self, name: &str) -> &str {
        let root = xml::names(&self.xml)[0].to_owned();
        xml::attribute(&self.xml, &root, name).unwrap_or_default()
    }

    /// The last parts of the status codes, top level first.
    pub fn status(&self) -> Vec<String> {
        self.xml
            .split("<samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:")
            .skip(1)
            .map(|rest| rest.split('"').next().expect("a code").to_owned())
            .collect()
    }

    /// Whether the signature of its query was made by a key of the identity provider's metadata.
    pub async fn is_signed_by(&self, idp: &Idp) -> bool {
        let metadata = Browser::new().get(&format!("{}/saml/metadata", idp.url)).await.text;
        let (octets, signature) = self.url.split_once("&Signature=").expect("a signature");
        let octets = &octets[octets.find("SAMLRe").expect("a message")..];
        let signature: String =
            percent_encoding::percent_decode_str(signature).decode_utf8().expect("UTF-8").into();
        let signature = STANDARD.decode(signature).expect("base64");
        xml::texts(&metadata, "ds:X509Certificate").into_iter().any(|base64| {
            let der = STANDARD.decode(base64).expect("base64");
            let key = X509::from_der(&der).expect("a certificate").public_key().expect("a key");
            let mut verifier = Verifier::new(MessageDigest::sha256(), &key).expect("a verifier");
            verifier.verify_oneshot(&signature, octets.as_bytes()).unwrap_or(false)
        })
    }
}

impl Browser {
    /// Brings a logout message to the identity provider, and stays with it until a page is shown or
    /// the browser is sent elsewhere.
    pub async fn bring(&mut self, idp: &Idp, message: &SignedLogout) -> Page {
        let page = match message {
            SignedLogout::Redirect { url } => {
                self.once(Method::GET, &Url::parse(url).expect("an address"), None).await
            }
            SignedLogout::Post { url, parameter, message, relay_state } => {
                let mut fields = vec![((*parameter).to_owned(), message.clone())];
                fields.extend(relay_state.clone().map(|state| ("RelayState".to_owned(), state)));
                let url = Url::parse(url).expect("an address");
                self.once(Method::POST, &url, Some(super::form_body(&fields))).await
            }
            SignedLogout::Soap { .. } => panic!("no browser brings SOAP"),
        };
        self.stay(idp, page).await
    }

    /// Follows redirects within the identity provider.
    pub async fn stay(&mut self, idp: &Idp, mut page: Page) -> Page {
        for _ in 0..10 {
            let inside = page.header("location").starts_with('/');
            if !(300..400).contains(&page.status) || !inside {
                return page;
            }
            let next = Url::parse(&idp.url).unwrap().join(page.header("location")).unwrap();
            page = self.once(Method::GET, &next, None).await;
        }
        panic!("a redirect loop");
    }

    /// Presses a button of a page of a logout.
    pub async fn press_logout(&mut self, idp: &Idp, page: &Page, action: &str) -> Page {
        let start = page.text.find("action=\"/logout/").expect("a form of ours") + 8;
        let path: String = page.text[start..].chars().take_while(|c| *c != '"').collect();
        let url = Url::parse(&idp.url).unwrap().join(&path).unwrap();
        let body = format!("action={action}");
        let answer = self.once(Method::POST, &url, Some(body)).await;
        self.stay(idp, answer).await
    }
}
