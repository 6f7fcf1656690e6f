//! The decisions of the identity provider, without any IO.
//!
//! Here live the domain types, the SAML messages (`saml`), the step sequencer (`flow`) and the one
//! place where both meet (`sso`). Nothing here knows the clock, a socket, a file or a database:
//! instants and random numbers come in as arguments, effects go out as values.

pub mod appearance;
pub mod attribute_release;
pub mod claim;
pub mod claim_dialect;
pub mod declared_algorithms;
pub mod encryption;
pub mod flow;
pub mod id;
pub mod local_application;
pub mod logout;
pub mod metadata_source;
pub mod quarantine;
pub mod release_rules;
pub mod saml;
pub mod secret;
pub mod service_provider;
pub mod session;
pub mod sso;
pub mod subject_id;
pub mod told;
pub mod user;

/// An instant in UTC. Every request takes exactly one from the clock and hands it down.
pub type Instant = chrono::DateTime<chrono::Utc>;
