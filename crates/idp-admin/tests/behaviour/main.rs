//! What the management operations promise.
//!
//! Whatever touches the database is tested on SQLite and on PostgreSQL: `on_both!` makes two tests
//! of a function of a [`support::World`]. The tests on PostgreSQL need a server and fail without one:
//! run `make test`.
#![cfg(test)]

/// Instantiates each test once per database.
macro_rules! on_both {
    ($($test:ident),* $(,)?) => {
        mod sqlite {
            $(#[test] fn $test() {
                super::$test(&crate::support::World::new(idp_store::testing::Backend::Sqlite));
            })*
        }
        mod postgres {
            $(#[test] fn $test() {
                super::$test(&crate::support::World::new(idp_store::testing::Backend::Postgres));
            })*
        }
    };
}

mod access_tokens;
mod algorithms;
mod attribute_release;
mod audit_chain;
mod authenticator_settings;
mod backup_codes;
mod bootstrap;
mod branding;
mod claim_dialects;
mod claims;
mod config_file;
mod config_file_mistakes;
mod encryption;
mod export;
mod export_properties;
mod export_secrets;
mod gateway_pages;
mod gateways_in_files;
mod health;
mod import;
mod keys;
mod metadata_sources;
mod own_account;
mod password_links;
mod people;
mod permissions;
mod release_rules;
mod scenarios;
mod service_provider_edits;
mod service_providers;
mod single_logout;
mod sms_gateways;
mod support;
mod trust;
mod two_writers;
mod users;
