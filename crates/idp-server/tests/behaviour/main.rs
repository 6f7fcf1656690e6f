//! The behaviour of the whole server, over HTTP, on both databases: one file per subject. A test
//! reads like the requirement it checks.

// `cfg(test)` is always set here; it tells clippy that all of this is test code.
#![cfg(test)]

mod account;
mod algorithms;
mod api;
mod attribute_release;
mod audit_command;
mod authn_context;
mod backup_codes;
mod binding;
mod codes;
mod command_line;
mod console;
mod continuation;
mod encryption;
mod enrolment;
mod first_login;
mod first_start;
mod gateway_trial;
mod hostile_http;
mod hostile_xml;
mod languages;
mod lockout;
mod logout;
mod logout_between;
mod mandatory_claims;
mod message_abuse;
mod message_languages;
mod metadata;
mod metadata_sources;
mod metrics;
mod name_ids;
mod pages;
mod passwords;
mod quarantine;
mod races;
mod relay_state;
mod replay;
mod request_endpoints;
mod request_signatures;
mod requests;
mod responses;
mod resume;
mod revoked_meanwhile;
mod scenarios_of_commands;
#[path = "../../../idp-core/tests/schemas/mod.rs"]
mod schemas;
mod secrets;
mod sessions;
mod signature_wrapping;
mod single_sign_on;
mod sms_failover;
mod sms_ledger;
mod step_policies;
mod support;
mod trust;
mod two_nodes;
mod unsolicited;
mod unwise_accounts;
mod what_if;
mod wishes;
