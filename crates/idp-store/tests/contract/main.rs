//! What the store promises, each promise tested on SQLite and on PostgreSQL.
//!
//! A test is a function of a [`TestDatabase`]; `on_both!` makes two tests of it. The tests on
//! PostgreSQL need a server and fail without one: run `make test`.
#![cfg(test)]

/// Instantiates each test once per database.
macro_rules! on_both {
    ($($test:ident),* $(,)?) => {
        mod sqlite {
            $(#[test] fn $test() {
                super::$test(&idp_store::testing::TestDatabase::new(idp_store::testing::Backend::Sqlite));
            })*
        }
        mod postgres {
            $(#[test] fn $test() {
                super::$test(&idp_store::testing::TestDatabase::new(idp_store::testing::Backend::Postgres));
            })*
        }
    };
}

mod audit_events;
mod branding;
mod configuration;
mod counters;
mod durability;
mod local_applications;
mod logins;
mod logout_runs;
mod migrations;
mod one_time_links;
mod pairwise_ids;
mod people;
mod plans;
mod purge;
mod races;
mod samples;
mod scenarios;
mod service_providers;
mod sessions;
mod sms_sending;
mod sms_windows;
mod sso;
mod transactions;
mod trusted_certificates;
