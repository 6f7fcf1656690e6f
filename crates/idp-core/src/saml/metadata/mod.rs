//! SAML metadata: ours (`idp`), that of service providers (`sp`), and that of many (`aggregate`).

pub mod aggregate;
mod algorithms;
mod https_url;
pub mod idp;
pub mod sp;
