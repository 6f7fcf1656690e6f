//! The behaviour of the whole server, over HTTP, on both databases: one file per subject. A test
//! reads like the requirement it checks.

#[cfg(test)]
mod support;

mod authn_context;
mod binding;
mod codes;
mod continuation;
mod first_login;
mod hostile_http;
mod hostile_xml;
mod metadata;
mod name_ids;
mod passwords;
mod relay_state;
mod replay;
mod request_endpoints;
mod request_signatures;
mod requests;
mod responses;
mod first_start;
mod pages;
mod races;
mod sessions;
mod signature_wrapping;
mod single_sign_on;
mod wishes;
