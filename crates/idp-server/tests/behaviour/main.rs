//! The behaviour of the whole server, over HTTP, on both databases: one file per subject. A test
//! reads like the requirement it checks.

// `cfg(test)` is always set here; it tells clippy that the helpers are test code too.
#[cfg(test)]
mod support;

#[cfg(test)]
mod authn_context;
mod first_login;
mod hostile_http;
mod hostile_xml;
mod metadata;
mod name_ids;
mod relay_state;
mod replay;
mod request_endpoints;
mod request_signatures;
mod requests;
mod responses;
mod signature_wrapping;
mod single_sign_on;
mod wishes;
mod codes;
mod passwords;
