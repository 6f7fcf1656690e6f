//! What can go wrong with the database, in three kinds: somebody else was faster, it cannot be
//! reached, or it holds something unreadable. The only place that interprets diesel's errors.

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error};

/// A failed operation on the database.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum StoreError {
    /// The data changed meanwhile or exists already; nothing was written.
    #[error("{0}")]
    Conflict(Conflict),
    /// The database cannot be reached or refuses to work; trying later may help.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// The database holds something this program cannot read.
    #[error("the database holds something unreadable: {0}")]
    Corrupt(String),
    /// Whoever guards the store had the transaction undone, for this reason: text for the guard's own
    /// reader.
    #[error("the change was not made: {0}")]
    Vetoed(String),
}

/// What stood in the way of a write.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, thiserror::Error)]
pub enum Conflict {
    /// The row has another version by now, or is gone: load it again and decide again.
    #[error("the data was changed by somebody else meanwhile; load it again and repeat the change")]
    Version,
    /// The service provider sent a request of this ID before.
    #[error("a request with this ID was received from this service provider before")]
    DuplicateRequest,
    /// Another account has this user name.
    #[error("an account with this user name exists already; choose another name")]
    DuplicateUsername,
    /// Another service provider has this entityID.
    #[error("a service provider with this entityID is registered already; change that one")]
    DuplicateEntityId,
    /// Another SMS gateway has this name.
    #[error("an SMS gateway with this name exists already; choose another name")]
    DuplicateName,
    /// Another metadata source has this name.
    #[error("a metadata source with this name exists already; choose another name")]
    DuplicateSourceName,
    /// Another trusted certificate has this alias, whatever its case.
    #[error("a trusted certificate with this alias exists already; choose another alias")]
    DuplicateAlias,
    /// The certificate is trusted already, under another alias.
    #[error("this certificate is trusted already under another alias; use that one")]
    DuplicateCertificate,
    /// The person has a pairwise identifier for this service provider already, or the value is
    /// taken: read it again.
    #[error("a pairwise identifier was stored meanwhile; read it again")]
    DuplicatePairwiseId,
    /// A row with this identifier exists already.
    #[error("a row with this identifier exists already")]
    DuplicateId,
    /// What the row belongs to (an account, a service provider) was removed meanwhile.
    #[error("the account or service provider this belongs to was removed meanwhile")]
    Orphan,
}

impl From<Conflict> for StoreError {
    fn from(conflict: Conflict) -> Self {
        Self::Conflict(conflict)
    }
}

/// What became of a change of a row that was to have an expected version, by the number of rows that
/// had it.
pub(crate) const fn expect_version(rows: usize) -> Result<(), StoreError> {
    if rows == 0 { Err(StoreError::Conflict(Conflict::Version)) } else { Ok(()) }
}

/// The names of unique constraints: as PostgreSQL reports them, and how SQLite words them.
const CONSTRAINTS: &[(&str, &str, Conflict)] = &[
    ("seen_requests_pkey", "seen_requests.service_provider_id", Conflict::DuplicateRequest),
    ("users_username", "users.username", Conflict::DuplicateUsername),
    ("service_providers_entity_id", "service_providers.entity_id", Conflict::DuplicateEntityId),
    ("sms_gateways_name", "sms_gateways.name", Conflict::DuplicateName),
    ("metadata_sources_name", "metadata_sources.name", Conflict::DuplicateSourceName),
    ("metadata_entities_pkey", "metadata_entities.source_id", Conflict::Version),
    (
        "metadata_entities_service_provider",
        "metadata_entities.service_provider_id",
        Conflict::Version,
    ),
    ("trusted_certificates_pkey", "trusted_certificates.alias_key", Conflict::DuplicateAlias),
    (
        "trusted_certificates_fingerprint",
        "trusted_certificates.fingerprint",
        Conflict::DuplicateCertificate,
    ),
    ("pairwise_ids_pkey", "pairwise_ids.user_id", Conflict::DuplicatePairwiseId),
    ("pairwise_ids_value", "pairwise_ids.service_provider_id", Conflict::DuplicatePairwiseId),
    ("counters_pkey", "counters.key", Conflict::Version),
    ("sms_gateway_health_pkey", "sms_gateway_health.gateway_id", Conflict::Version),
    ("credentials_pkey", "credentials.user_id", Conflict::Version),
    ("claims_pkey", "claims.uri", Conflict::Version),
    ("claim_dialects_pkey", "claim_dialects.uri", Conflict::Version),
    ("number_changes_pkey", "number_changes.user_id", Conflict::Version),
    ("service_provider_steps_pkey", "service_provider_steps.", Conflict::Version),
];

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        match error {
            Error::DatabaseError(kind, information) => of_database(kind, information.as_ref()),
            Error::DeserializationError(cause) => Self::Corrupt(cause.to_string()),
            Error::RollbackErrorOnCommit { commit_error, .. } => Self::from(*commit_error),
            other => Self::Unavailable(other.to_string()),
        }
    }
}

fn of_database(
    kind: DatabaseErrorKind,
    information: &(dyn DatabaseErrorInformation + Send + Sync),
) -> StoreError {
    match kind {
        DatabaseErrorKind::UniqueViolation => unique_violation(information).into(),
        DatabaseErrorKind::ForeignKeyViolation => Conflict::Orphan.into(),
        DatabaseErrorKind::SerializationFailure => Conflict::Version.into(),
        _ => of_message(information.message()),
    }
}

fn unique_violation(information: &(dyn DatabaseErrorInformation + Send + Sync)) -> Conflict {
    let message = information.message();
    let found = match information.constraint_name() {
        Some(name) => CONSTRAINTS.iter().find(|(postgres, ..)| *postgres == name),
        None => CONSTRAINTS.iter().find(|(_, sqlite, _)| {
            message.split_once(": ").is_some_and(|(_, columns)| columns.starts_with(sqlite))
        }),
    };
    found.map_or(Conflict::DuplicateId, |(.., conflict)| *conflict)
}

fn of_message(message: &str) -> StoreError {
    // Two transactions that wait for each other: PostgreSQL gave up this one.
    if message.contains("deadlock detected") {
        return Conflict::Version.into();
    }
    let unmigrated = message.contains("no such table")
        || message.contains("no such column")
        || (message.starts_with("relation ") && message.contains("does not exist"));
    if unmigrated {
        return StoreError::Unavailable(format!(
            "{message}; the tables are missing or old, run \"idp-server migrate\""
        ));
    }
    StoreError::Unavailable(message.to_owned())
}
