//! The address people reach us at. Every address we name comes from here; nothing in a request (Host,
//! X-Forwarded-Host, X-Forwarded-Proto) can move one.

use url::{Host, Url};

/// The public base address.
#[derive(Clone, Debug)]
pub struct PublicUrl {
    base: String,
    origin: String,
    host: String,
    port: Option<u16>,
    https: bool,
    loopback: bool,
}

impl PublicUrl {
    /// From a checked setting.
    pub fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text).ok()?;
        let loopback = match url.host()? {
            Host::Domain(name) => name == "localhost" || name.ends_with(".localhost"),
            Host::Ipv4(v4) => v4.is_loopback(),
            Host::Ipv6(v6) => v6.is_loopback(),
        };
        Some(Self {
            base: text.to_owned(),
            origin: url.origin().ascii_serialization(),
            host: url.host_str()?.to_owned(),
            port: url.port(),
            https: url.scheme() == "https",
            loopback,
        })
    }

    /// An address below the base, from a path that begins with a slash.
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// The origin, as browsers name it.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The host alone, for codes bound to an origin.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port, unless it is the scheme's own.
    pub const fn port(&self) -> Option<u16> {
        self.port
    }

    /// Whether browsers reach us by TLS.
    pub const fn is_https(&self) -> bool {
        self.https
    }

    /// Whether a password reaches us unseen: by TLS, or without leaving the machine.
    pub const fn protects_transport(&self) -> bool {
        self.https || self.loopback
    }
}
