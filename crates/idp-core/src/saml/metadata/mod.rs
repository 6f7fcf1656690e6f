//! SAML metadata: ours.

pub mod idp;
