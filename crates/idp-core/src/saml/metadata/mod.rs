//! SAML metadata: ours (`idp`) and that of service providers (`sp`).

mod algorithms;
mod https_url;
pub mod idp;
pub mod sp;
