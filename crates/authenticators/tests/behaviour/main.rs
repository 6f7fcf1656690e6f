//! What the authenticators promise, seen from outside.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the exception of clippy.toml for tests does not reach functions that tests share"
)]

mod backup_codes;
mod basic_auth;
mod english;
mod enrolment;
mod gateway_properties;
mod gateway_providers;
mod gateway_recipes;
mod person;
mod providers;
mod registry;
mod sms_codes;
mod sms_messages;
mod sms_policies;
mod sms_resend;
