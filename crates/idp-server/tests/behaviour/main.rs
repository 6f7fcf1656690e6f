//! The behaviour of the whole server, over HTTP, on both databases: one file per subject. A test
//! reads like the requirement it checks.

// `cfg(test)` is always set here; it tells clippy that the helpers are test code too.
#[cfg(test)]
mod support;

#[cfg(test)]
mod authn_context;
#[cfg(test)]
mod first_login;
#[cfg(test)]
mod hostile_http;
#[cfg(test)]
mod hostile_xml;
#[cfg(test)]
mod metadata;
#[cfg(test)]
mod name_ids;
#[cfg(test)]
mod relay_state;
#[cfg(test)]
mod replay;
#[cfg(test)]
mod request_endpoints;
#[cfg(test)]
mod request_signatures;
#[cfg(test)]
mod requests;
#[cfg(test)]
mod responses;
#[cfg(test)]
mod signature_wrapping;
#[cfg(test)]
mod single_sign_on;
#[cfg(test)]
mod wishes;
