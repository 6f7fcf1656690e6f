//! The operations on the tables, one file per family. Each adds its methods to [`crate::Reader`] and
//! [`crate::Writer`]; rows that `idp-core` has no type for are defined beside them.

pub(crate) mod access_tokens;
pub(crate) mod activity_hours;
pub(crate) mod audit_chain;
pub(crate) mod audit_events;
pub(crate) mod audit_look;
mod branding;
pub(crate) mod claims;
mod configuration_version;
mod counters;
mod credentials;
mod local_applications;
pub(crate) mod logins;
pub(crate) mod number_changes;
pub(crate) mod one_time_links;
mod own_choices;
pub(crate) mod pairwise_ids;
mod plain_inserts;
mod purge;
mod record_sso_statement;
pub(crate) mod scenarios;
pub(crate) mod seen_requests;
pub(crate) mod service_provider_health;
mod service_provider_steps;
mod service_providers;
mod sessions;
pub(crate) mod signing_keys;
pub(crate) mod sms_gateway_health;
pub(crate) mod sms_gateways;
pub(crate) mod sms_ledger;
pub(crate) mod sms_sends;
pub(crate) mod sms_windows;
pub(crate) mod sso;
pub(crate) mod trusted_certificates;
pub(crate) mod user_search;
mod users;
mod verified_numbers;
