//! SAML 2.0: messages in, messages out.
//!
//! Inbound bytes pass `binding` (decode), `authn_request` (verify, and only then read) and become
//! proof types; outbound messages are written by `response` and `assertion` in their own
//! exclusive-canonical form and leave as `SignedResponse`.

pub(crate) mod assertion;
pub mod authn_request;
pub mod binding;
pub mod clause;
pub mod date_time;
pub mod encryption;
pub mod lab;
pub mod logout;
pub mod message_id;
pub mod metadata;
pub mod name_id;
mod reason;
pub mod request;
pub mod response;
pub mod signature;
pub mod status;
mod unsolicited;
pub mod urn;
pub mod xml;
