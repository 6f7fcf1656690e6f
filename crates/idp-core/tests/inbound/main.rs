//! Requests and metadata that come in: what is accepted, what is refused and how.
//!
//! `support` makes service providers, keys, messages and signatures. The differential tests call
//! `xmllint` (package libxml2-utils) and `xmlsec1` (package xmlsec1); without them they fail.
#![cfg(test)]

mod bindings;
mod c14n_differential;
mod content;
mod encrypted_ids;
mod endpoint;
mod hostile;
mod logout;
mod metadata;
mod mutations;
mod redirect_signature;
mod requested_attributes;
mod samael_oracle;
mod signature_shape;
mod support;
mod wrapping;
mod xmlsec_oracle;
