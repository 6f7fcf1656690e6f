//! SAML metadata: ours.

mod https_url;
pub mod idp;
