//! The identity provider: its metadata, read from an address or a file at first use, kept, and
//! read again when a signature does not fit (the provider may have changed its key).

use std::sync::Arc;
use std::time::Duration;

use actix_web::web;
use chrono::{DateTime, TimeDelta, Utc};
use openssl::pkey::{PKey, Public};
use openssl::x509::X509;
use reqwest::redirect::Policy;
use samael::metadata::{EntityDescriptor, HTTP_POST_BINDING, HTTP_REDIRECT_BINDING};
use samael::service_provider::ServiceProvider;
use thiserror::Error;
use tokio::sync::Mutex;
use url::Url;

use crate::settings::Binding;

/// How long the identity provider may take to answer.
const DEADLINE: Duration = Duration::from_secs(5);
/// The largest metadata read.
const LARGEST: usize = 1024 * 1024;
/// Forged Responses must not make this program ask for metadata all the time.
const REREAD_AFTER: TimeDelta = TimeDelta::seconds(2);

/// Why the metadata cannot be used. The texts are shown to people.
#[derive(Debug, Error)]
pub enum IdpError {
    /// It could not be fetched or read.
    #[error(
        "The identity provider's metadata cannot be read from {from}: {problem}. Start the identity provider, or correct --idp-metadata."
    )]
    Unreadable {
        /// Address or file.
        from: String,
        /// The cause.
        problem: String,
    },
    /// It was read but says too little.
    #[error("The metadata at {from} cannot be used: {problem}.")]
    Unusable {
        /// Address or file.
        from: String,
        /// What is missing.
        problem: String,
    },
}

/// An identity provider as its metadata describes it; it has a signing certificate, because
/// samael takes unsigned Responses from a provider that has none.
#[derive(Debug)]
pub struct Idp {
    /// Its entityID.
    pub entity_id: String,
    /// The whole metadata, for samael.
    pub descriptor: EntityDescriptor,
}

impl Idp {
    /// Reads metadata XML.
    pub(crate) fn parse(xml: &str) -> Result<Self, String> {
        let document =
            roxmltree::Document::parse(xml).map_err(|error| format!("it is not XML ({error})"))?;
        if document.root_element().tag_name().name() != "EntityDescriptor" {
            return Err("it is not an EntityDescriptor".into());
        }
        let descriptor: EntityDescriptor =
            xml.parse().map_err(|error| format!("it is not SAML metadata ({error})"))?;
        let entity_id =
            descriptor.entity_id.clone().filter(|id| !id.is_empty()).ok_or("it has no entityID")?;
        let idp = Self { entity_id, descriptor };
        let sp =
            ServiceProvider { idp_metadata: idp.descriptor.clone(), ..ServiceProvider::default() };
        match sp.idp_signing_certs() {
            Ok(Some(_)) => {}
            Ok(None) => return Err("it has no signing certificate".into()),
            Err(error) => return Err(format!("a certificate cannot be read ({error})")),
        }
        if idp.sso_address(Binding::Redirect).or(idp.sso_address(Binding::Post)).is_none() {
            return Err("it has no SingleSignOnService for HTTP-Redirect or HTTP-POST".into());
        }
        Ok(idp)
    }

    /// Where login requests go by this binding.
    pub fn sso_address(&self, binding: Binding) -> Option<Url> {
        let wanted = match binding {
            Binding::Redirect => HTTP_REDIRECT_BINDING,
            Binding::Post => HTTP_POST_BINDING,
        };
        let roles = self.descriptor.idp_sso_descriptors.iter().flatten();
        let mut services = roles.flat_map(|role| &role.single_sign_on_services);
        let location = &services.find(|service| service.binding == wanted)?.location;
        Url::parse(location).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
    }

    /// Where logout requests go by HTTP-Redirect, and where answers to its own go.
    pub fn slo_addresses(&self) -> Option<(String, String)> {
        let roles = self.descriptor.idp_sso_descriptors.iter().flatten();
        let mut services = roles.flat_map(|role| &role.single_logout_services);
        let service = services.find(|service| service.binding == HTTP_REDIRECT_BINDING)?;
        let usable = |address: &str| {
            Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
        };
        let answers = service.response_location.as_ref().unwrap_or(&service.location);
        (usable(&service.location) && usable(answers))
            .then(|| (service.location.clone(), answers.clone()))
    }

    /// The keys that it signs with.
    pub fn signing_keys(&self) -> Vec<PKey<Public>> {
        let sp =
            ServiceProvider { idp_metadata: self.descriptor.clone(), ..ServiceProvider::default() };
        let certificates = sp.idp_signing_certs().ok().flatten().unwrap_or_default();
        let key = |der: &[u8]| X509::from_der(der).ok()?.public_key().ok();
        certificates.iter().filter_map(|certificate| key(certificate.der_data())).collect()
    }

    /// The origins that forms of ours lead to.
    pub fn origins(&self) -> String {
        let addresses = [Binding::Redirect, Binding::Post].map(|binding| self.sso_address(binding));
        let mut origins: Vec<_> =
            addresses.into_iter().flatten().map(|url| url.origin().ascii_serialization()).collect();
        origins.dedup();
        origins.join(" ")
    }
}

/// Where the metadata comes from, and what was read last.
pub struct IdpSource {
    from: String,
    client: reqwest::Client,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    idp: Option<Arc<Idp>>,
    reread_at: Option<DateTime<Utc>>,
}

impl IdpSource {
    /// Reads nothing yet.
    pub fn new(from: &str) -> anyhow::Result<Self> {
        let client =
            reqwest::Client::builder().timeout(DEADLINE).redirect(Policy::limited(3)).build()?;
        Ok(Self { from: from.to_owned(), client, known: Mutex::default() })
    }

    /// The identity provider as known, read now if it is not known yet.
    pub async fn current(&self) -> Result<Arc<Idp>, IdpError> {
        let mut known = self.known.lock().await;
        if let Some(idp) = &known.idp {
            return Ok(Arc::clone(idp));
        }
        let idp = Arc::new(self.read().await?);
        known.idp = Some(Arc::clone(&idp));
        Ok(idp)
    }

    /// The identity provider read anew, unless `stale` was replaced meanwhile or the metadata was
    /// read anew just now.
    pub async fn reread(&self, stale: &Arc<Idp>, now: DateTime<Utc>) -> Result<Arc<Idp>, IdpError> {
        let mut known = self.known.lock().await;
        let is_recent = known.reread_at.is_some_and(|at| now - at < REREAD_AFTER);
        if let Some(idp) = &known.idp
            && (is_recent || !Arc::ptr_eq(idp, stale))
        {
            return Ok(Arc::clone(idp));
        }
        known.reread_at = Some(now);
        let idp = Arc::new(self.read().await?);
        known.idp = Some(Arc::clone(&idp));
        Ok(idp)
    }

    async fn read(&self) -> Result<Idp, IdpError> {
        let from = || self.from.clone();
        let xml = if self.from.starts_with("http://") || self.from.starts_with("https://") {
            self.fetch().await
        } else {
            read_file(self.from.clone()).await
        };
        let xml = xml.map_err(|problem| IdpError::Unreadable { from: from(), problem })?;
        Idp::parse(&xml).map_err(|problem| IdpError::Unusable { from: from(), problem })
    }

    async fn fetch(&self) -> Result<String, String> {
        let answer = self.client.get(&self.from).send().await;
        let mut answer =
            answer.and_then(reqwest::Response::error_for_status).map_err(|error| cause(&error))?;
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| cause(&error))? {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > LARGEST {
                return Err(format!("it is larger than {LARGEST} bytes"));
            }
        }
        String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())
    }
}

async fn read_file(path: String) -> Result<String, String> {
    match web::block(move || std::fs::read_to_string(path)).await {
        Ok(read) => read.map_err(|error| error.to_string()),
        Err(_) => Err("the program is stopping".to_owned()),
    }
}

/// The innermost cause, which is the one that helps ("connection refused").
fn cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
