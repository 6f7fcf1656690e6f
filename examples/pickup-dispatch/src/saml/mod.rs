//! The service provider's side of SAML. `request` makes AuthnRequests, `envelope` opens what
//! arrives and looks at its shape, `response` has samael verify it, `status` explains refusals of
//! the identity provider, `logout` ends sessions here and elsewhere, `metadata` and `key`
//! are what this program says about itself.

pub mod envelope;
pub mod key;
pub mod logout;
pub mod metadata;
pub mod request;
pub mod response;
pub mod status;

use key::SigningKey;

/// What this service provider is.
pub struct Sp {
    /// Its name for people.
    pub name: String,
    /// Its entityID.
    pub entity_id: String,
    /// Its public address, without a trailing slash.
    pub base: String,
    /// Whether requests are signed unless told otherwise.
    pub signs_requests: bool,
    /// Its key, when it has one.
    pub key: Option<SigningKey>,
}

impl Sp {
    /// Where Responses arrive.
    pub fn acs_url(&self) -> String {
        format!("{}/acs", self.base)
    }

    /// Where logout messages arrive.
    pub fn slo_url(&self) -> String {
        format!("{}/slo", self.base)
    }
}
