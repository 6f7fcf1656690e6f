//! XML as SAML needs it: reading what strangers send, and its canonical form.
//!
//! `reader` is the only way in: it refuses what an XML parser should never see and hands out a
//! read-only tree. `c14n` writes the canonical octets that signatures cover. `name` knows what an
//! ID may look like.

pub mod c14n;
pub mod name;
pub mod reader;
