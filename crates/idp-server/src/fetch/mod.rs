//! Fetching a document from an address that somebody named, such as a service provider's metadata.
//!
//! Names are resolved once and the connection goes to what was found and permitted, so that a name
//! cannot mean one thing to the check and another to the connection (DNS rebinding). Redirects are
//! followed by hand, with the same checks for each. `destinations` says which addresses may be asked.

mod conditional;
mod destinations;
mod error;
mod tls;

use std::net::SocketAddr;
use std::time::Duration;

use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, LOCATION};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode};
use tokio::time::timeout;
use url::{Host, Url};

pub use destinations::Destinations;
pub use error::FetchError;

use crate::config::Settings;

/// Redirects followed at most.
const REDIRECTS: usize = 3;

/// What a fetch may cost, and whom it may ask.
#[derive(Clone, Debug)]
pub struct Fetcher {
    /// The addresses that may be asked.
    pub destinations: Destinations,
    /// The time for all of it.
    pub limit: Duration,
    /// The largest document, in bytes.
    pub most: usize,
}

/// The largest metadata of one service provider.
pub const METADATA_BYTES: usize = 2 * 1024 * 1024;

/// The largest answer by SOAP.
const LOGOUT_BYTES: usize = 64 * 1024;

impl Fetcher {
    /// For telling service providers by SOAP that a session ended. The networks are the same: who
    /// may be asked for metadata may be told of a logout.
    pub fn of_logout(settings: &Settings) -> Self {
        Self {
            destinations: Destinations::with(&settings.metadata.allowed_networks),
            limit: Duration::from_secs(settings.saml.logout_wait_seconds.into()),
            most: LOGOUT_BYTES,
        }
    }

    /// For the metadata of a service provider.
    pub fn of_metadata(settings: &Settings) -> Self {
        let settings = &settings.metadata;
        Self {
            destinations: Destinations::with(&settings.allowed_networks),
            limit: Duration::from_secs(settings.fetch_timeout_seconds.into()),
            most: METADATA_BYTES,
        }
    }

    /// The document at this address, on a runtime of its own: for threads that may block.
    pub fn document_blocking(&self, address: &str) -> Result<Vec<u8>, FetchError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.map_err(FetchError::Runtime)?.block_on(self.document(address))
    }

    /// The document at this address.
    pub async fn document(&self, address: &str) -> Result<Vec<u8>, FetchError> {
        let url = Url::parse(address.trim()).map_err(|_| FetchError::NotAnAddress)?;
        let seconds = self.limit.as_secs();
        timeout(self.limit, self.follow(url)).await.map_err(|_| FetchError::TooSlow { seconds })?
    }

    async fn follow(&self, mut url: Url) -> Result<Vec<u8>, FetchError> {
        for _ in 0..=REDIRECTS {
            let response = self.ask(&url).await?;
            let Some(next) = redirect(&url, &response)? else {
                return self.body(response).await;
            };
            if url.scheme() == "https" && next.scheme() != "https" {
                return Err(FetchError::Downgrade { to: next.to_string() });
            }
            url = next;
        }
        Err(FetchError::TooManyRedirects { most: REDIRECTS })
    }

    async fn ask(&self, url: &Url) -> Result<Response, FetchError> {
        let response = self.client(url).await?.get(url.clone()).send().await;
        response.map_err(|error| FetchError::failed(url, &error))
    }

    /// A client that connects to the permitted addresses of this host, and to nothing else.
    async fn client(&self, url: &Url) -> Result<Client, FetchError> {
        let (host, found) = self.resolve(url).await?;
        Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .resolve_to_addrs(&host, &found)
            .user_agent(concat!("portcullis/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| FetchError::failed(url, &error))
    }

    /// Posts a SOAP message and returns what is answered. Redirects are not followed.
    pub async fn soap(&self, address: &str, envelope: String) -> Result<Vec<u8>, FetchError> {
        let url = Url::parse(address).map_err(|_| FetchError::NotAnAddress)?;
        let seconds = self.limit.as_secs();
        let exchange = async {
            let client = self.client(&url).await?;
            let request = client
                .post(url.clone())
                .header(CONTENT_TYPE, "text/xml; charset=utf-8")
                // saml-bindings 3.2.3.1
                .header("SOAPAction", "\"http://www.oasis-open.org/committees/security\"")
                .body(envelope);
            let response = request.send().await;
            let response = response.map_err(|error| FetchError::failed(&url, &error))?;
            self.body(response).await
        };
        timeout(self.limit, exchange).await.map_err(|_| FetchError::TooSlow { seconds })?
    }

    /// The host, and the addresses behind it; every one must be permitted, so that it does not depend
    /// on luck which is asked.
    async fn resolve(&self, url: &Url) -> Result<(String, Vec<SocketAddr>), FetchError> {
        let plain = match url.scheme() {
            "https" => false,
            "http" => true,
            _ => return Err(FetchError::NotAnAddress),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(FetchError::Credentials);
        }
        let host = url.host().ok_or(FetchError::NotAnAddress)?;
        let port = url.port_or_known_default().ok_or(FetchError::NotAnAddress)?;
        let found: Vec<SocketAddr> = match host {
            Host::Ipv4(address) => vec![(address, port).into()],
            Host::Ipv6(address) => vec![(address, port).into()],
            Host::Domain(name) => match tokio::net::lookup_host((name, port)).await {
                Ok(found) => found.collect(),
                Err(_) => return Err(FetchError::Unknown { host: name.to_owned() }),
            },
        };
        let host = host.to_string();
        if found.is_empty() {
            return Err(FetchError::Unknown { host });
        }
        for address in &found {
            let address = address.ip();
            if !self.destinations.permits(address) {
                return Err(FetchError::Inside { host, address });
            }
            if plain && !self.destinations.lists(address) {
                return Err(FetchError::Plain);
            }
        }
        Ok((host, found))
    }

    /// What is left of an answer once its headers are known.
    async fn body(&self, mut response: Response) -> Result<Vec<u8>, FetchError> {
        let status = response.status();
        if status != StatusCode::OK {
            return Err(FetchError::Status { status: status.as_u16() });
        }
        let packed = response.headers().get(CONTENT_ENCODING).cloned();
        let url = response.url().clone();
        let mut document = Vec::new();
        while let Some(chunk) =
            response.chunk().await.map_err(|error| FetchError::failed(&url, &error))?
        {
            if document.len() + chunk.len() > self.most {
                return Err(FetchError::TooLarge { megabytes: self.most / (1024 * 1024) });
            }
            document.extend_from_slice(&chunk);
        }
        conditional::unpacked(document, packed.as_ref(), self.most)
    }
}

/// Where the answer leads to, if it leads elsewhere.
fn redirect(from: &Url, response: &Response) -> Result<Option<Url>, FetchError> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
    let target = location.and_then(|location| from.join(location).ok());
    target.map(Some).ok_or(FetchError::NoLocation)
}

#[cfg(test)]
mod tests;
