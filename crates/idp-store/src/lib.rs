//! The database: SQLite (embedded, one file) or PostgreSQL (several nodes), behind one [`Store`].
//!
//! This is the only crate that names diesel. [`Store::read`] and [`Store::write`] lend a [`Reader`]
//! or a [`Writer`], whose methods live in one file per table family under `tables/`. Rows go in and
//! out as the domain types of `idp-core`; instants are kept to the millisecond. Absence is an
//! `Option`, never an error. Everything blocks: call it from a blocking thread, once per request.

mod access;
mod commit_queue;
mod connection;
mod convert;
mod error;
mod guard;
mod migrate;
mod remembered;
mod schema;
mod store;
mod tables;
#[cfg(feature = "testing")]
pub mod testing;

pub use access::{Reader, TrailWriter, Writer};
pub use error::{Conflict, StoreError};
pub use guard::Guard;
pub use remembered::Generation;
pub use store::{Store, StoreOptions};
pub use tables::access_tokens::AccessToken;
pub use tables::activity_hours::{HourSum, hour_of};
pub use tables::audit_chain::{AuditChain, AuditSeal, SealedEvent, StoredEvent, audit_ids_from};
pub use tables::audit_events::{AuditEvent, AuditFilter};
pub use tables::audit_look::AuditLook;
pub use tables::claim_dialects::ClaimDialectRow;
pub use tables::claims::ClaimRow;
pub use tables::logins::{LoginRow, NewLogin};
pub use tables::logout_runs::{LogoutRunRow, NewLogoutRun};
pub use tables::metadata_entities::MetadataEntity;
pub use tables::metadata_sources::{Fetched, MetadataSourceRow, Progress, SourceState};
pub use tables::number_changes::NumberChange;
pub use tables::one_time_links::OneTimeLink;
pub use tables::pairwise_ids::PairwiseId;
pub use tables::scenarios::StoredScenario;
pub use tables::seen_requests::SeenRequest;
pub use tables::service_provider_health::{
    Notable, NotableServiceProvider, ServiceProviderHealth, UnseenServiceProvider,
};
pub use tables::session_participants::{KnownParticipant, Participant};
pub use tables::signing_keys::{KeyStage, KeyUser, KeyUserCount, MetadataReader, SigningKeyRow};
pub use tables::sms_gateway_health::GatewayHealth;
pub use tables::sms_gateways::{SmsGateway, SmsGatewayRow};
pub use tables::sms_ledger::{LedgerSum, PrefixUse, SumBy};
pub use tables::sms_sends::{SendOutcome, SendPurpose, SmsSend};
pub use tables::sms_windows::{SMS_WINDOWS, WindowSums};
pub use tables::sso::{SsoFacts, SsoRecord};
pub use tables::trusted_certificates::{TrustedCertificate, alias_key};
pub use tables::user_search::Contact;

use idp_core::Instant;

/// A value with the version that its next change must name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Versioned<T> {
    /// The value.
    pub value: T,
    /// Counts the changes, from 1.
    pub version: i64,
    /// When it was last changed.
    pub updated_at: Instant,
}
