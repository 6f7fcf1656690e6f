//! The routes, in process, against an identity provider with a real key: one file per part.

// `cfg(test)` is always set here; it tells clippy that all of this is test code.
#![cfg(test)]

mod desk;
mod login;
mod request;
#[path = "../../../../crates/idp-core/tests/schemas/mod.rs"]
mod schemas;
mod support;
