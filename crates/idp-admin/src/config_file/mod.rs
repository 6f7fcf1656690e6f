//! Configuration as a file: what an administrator wants to be there, written in TOML.
//!
//! `parse` reads the file, with one module per kind of table, and finds every mistake with its line
//! (`report`, `reader`); `plan` compares it with the database; `apply` makes it so in one
//! transaction. What the file does not name is left alone. `export` writes such a file from the
//! database. docs/configuration-file.md describes the format.

mod appearance;
mod apply;
mod attribute_consuming_services;
mod authenticator_settings;
mod branding;
mod claim;
mod claim_dialect;
mod declared_algorithms;
mod encryption;
mod export;
mod given;
mod metadata_source;
mod parse;
mod plan;
mod plan_report;
mod reader;
mod release_rule;
mod report;
mod scenario;
mod service_provider;
mod sms_gateway;
mod steps;
mod surroundings;
mod trusted_certificate;
mod user;

pub use apply::apply;
pub use export::{ExportError, ExportOptions, Exported, Passwords, ReferenceKind, export};
pub use plan::{Plan, PlanError, broken_scenarios, plan};
pub use plan_report::PlanReport;
pub use report::{Mistake, Mistakes};
pub use surroundings::Surroundings;

pub(crate) use report::did_you_mean;
pub(crate) use user::UserEntry;
