//! The behaviour of the whole server, over HTTP, on both databases: one file per subject. A test
//! reads like the requirement it checks.

mod support;

mod first_login;
mod hostile_http;
mod hostile_xml;
mod relay_state;
mod replay;
mod request_endpoints;
mod request_signatures;
mod requests;
mod signature_wrapping;
