//! The behaviour of the whole server, over HTTP, on both databases: one file per subject. A test
//! reads like the requirement it checks.

mod support;

mod first_login;
mod relay_state;
mod request_endpoints;
mod requests;
