//! `idp-server`: the SAML 2.0 identity provider.
//!
//! `cli` reads the command line; `server` runs; `routes` lists every address; `handlers` speak
//! HTTP; `sign_in` is the straight path of a login; `app` holds the parts that all of them share.
//! The decisions are in `idp-core`, management is in `idp-admin`, the database in `idp-store`.

mod account;
pub mod api;
pub mod app;
mod assets;
pub mod cli;
mod client;
mod clock;
pub mod config;
mod configuration;
mod console;
mod cookies;
mod error;
mod fetch;
mod gate;
mod handlers;
mod incident;
mod janitor;
mod language;
mod look;
mod message_verdict;
mod metadata_sources;
pub mod metrics;
mod networks;
mod pages;
mod public_url;
mod rate;
mod request_keys;
mod rng;
mod routes;
mod sealer;
pub mod server;
mod sign_in;
mod sign_out;
mod signed_in;
mod sms;
pub mod trust;
mod user_imports;
