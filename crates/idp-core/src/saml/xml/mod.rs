//! XML as SAML needs it: reading what strangers send, its canonical form, and writing our own.
//!
//! `reader` is the only way in: it refuses what an XML parser should never see and hands out a
//! read-only tree. `c14n` writes the canonical octets that signatures cover. `name` knows what an
//! ID may look like. `writer` is the only way out: what it emits is canonical already.

pub mod c14n;
pub(crate) mod escape;
pub mod name;
pub mod reader;
pub(crate) mod writer;

pub use writer::IllegalCharacter;
