//! Management operations: the one way to change configuration, users and keys.
//!
//! One module per noun; each operation validates, authorises its [`Actor`], stores, and leaves an
//! audit row in the same transaction. Console, API, command line and configuration files all call
//! these functions with an [`Admin`]. `config_file` plans and applies whole files; `bootstrap` makes
//! the first administrator; `own_account` is what people do for themselves; `keys` is the directory of private keys and `seal` encrypts what the
//! database may hold but not know.

mod actor;
mod admin;
mod audit;
mod certificate_text;
mod error;
mod impassable;

pub mod access_tokens;
pub mod activity;
pub mod audit_trail;
pub mod bootstrap;
pub mod branding;
pub mod claim_dialects;
pub mod claims;
pub mod config_file;
pub mod difference;
pub mod incidents;
pub mod keys;
pub mod local_applications;
pub mod metadata_sources;
pub mod overview;
pub mod own_account;
pub mod owner_links;
pub mod release_rules;
pub mod scenarios;
pub mod seal;
pub mod service_providers;
pub mod sms_gateways;
pub mod trust;
pub mod users;
pub mod what_if;

pub use actor::{Actor, Permission};
pub use admin::Admin;
pub use error::{AdminError, Problem};
pub use keys::{KeyDirectory, KeyError, ServerSecrets, StoredKey};
