//! The bindings requests arrive by: from the octets of HTTP to an `UnverifiedRequest`.
//!
//! `redirect` takes the raw query, `post` the form's values. `query` splits the one without
//! decoding it, `query_signature` verifies its signature, `encoding` decodes both.

pub(in crate::saml) mod encoding;
pub mod post;
pub(in crate::saml) mod query;
pub mod query_signature;
pub mod redirect;
mod reencoding;

/// How a request arrived.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Binding {
    /// HTTP-Redirect (saml-bindings 3.4).
    Redirect,
    /// HTTP-POST (saml-bindings 3.5).
    Post,
}

impl Binding {
    /// The URI of the binding.
    pub const fn uri(self) -> &'static str {
        match self {
            Self::Redirect => super::urn::binding::REDIRECT,
            Self::Post => super::urn::binding::POST,
        }
    }
}
