//! Why a document could not be fetched, for whoever named its address.

use std::error::Error;
use std::net::IpAddr;

use url::Url;

use super::tls;

/// Why a document could not be fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// No address.
    #[error("is no address of a document; it should begin with https://")]
    NotAnAddress,
    /// A name and password in it would be stored and shown.
    #[error("contains a name or password; documents behind a password have to be uploaded")]
    Credentials,
    /// Anybody on the way could change it.
    #[error(
        "begins with http://, so that anybody on the way could put other keys into the document; use \
         https://, or list the address in metadata.allowed_networks if it is your own network"
    )]
    Plain,
    /// DNS does not know the host.
    #[error("names the host {host}, which this server cannot find; look for a spelling mistake")]
    Unknown {
        /// The host.
        host: String,
    },
    /// The host is not of the public internet.
    #[error(
        "leads to {address}, which is not on the public internet ({host}); if it is meant, list the \
         network in the setting metadata.allowed_networks"
    )]
    Inside {
        /// The host.
        host: String,
        /// What DNS says of it.
        address: IpAddr,
    },
    /// The connection or the exchange failed.
    #[error("could not be fetched from {host}: {why}")]
    Failed {
        /// The host.
        host: String,
        /// In plain words, or else in those of the library.
        why: String,
    },
    /// It took too long.
    #[error("did not answer in full within {seconds} seconds; try again, or upload the document")]
    TooSlow {
        /// The limit.
        seconds: u64,
    },
    /// The answer is no document.
    #[error(
        "was answered with the HTTP status {status} where 200 is expected; open it in a browser to see why"
    )]
    Status {
        /// The status.
        status: u16,
    },
    /// More than anybody needs.
    #[error("leads to a document of more than {megabytes} MB")]
    TooLarge {
        /// The limit.
        megabytes: usize,
    },
    /// Packed in a way that is not read here, or broken.
    #[error("was answered with a document that is packed in a way that cannot be read ({how})")]
    Packed {
        /// The Content-Encoding.
        how: String,
    },
    /// From https to something else.
    #[error(
        "leads on from https to {to}, which nothing protects; use the address of the document itself"
    )]
    Downgrade {
        /// Where it leads to.
        to: String,
    },
    /// A redirect without a usable target.
    #[error("was answered with a redirect that leads nowhere")]
    NoLocation,
    /// A chain of redirects.
    #[error("leads on more than {most} times; use the address of the document itself")]
    TooManyRedirects {
        /// The limit.
        most: usize,
    },
    /// This process is short of something.
    #[error("could not be fetched: this server is short of resources ({0})")]
    Runtime(#[source] std::io::Error),
}

impl FetchError {
    /// The connection or the exchange failed; of the reasons within each other the innermost counts,
    /// unless all of them together are known in plain words.
    pub(super) fn failed(url: &Url, error: &reqwest::Error) -> Self {
        let mut cause: &dyn Error = error;
        let mut said = cause.to_string();
        while let Some(next) = cause.source() {
            cause = next;
            said = format!("{said}: {cause}");
        }
        let host = url.host_str().unwrap_or_default().to_owned();
        let why = tls::in_words(&host, &said).unwrap_or_else(|| cause.to_string());
        Self::Failed { host, why }
    }
}
