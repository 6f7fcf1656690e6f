//! Quarantine: a service provider that is being set up works for named test users, until one of them
//! came back to it with an assertion and an administrator opens it for everybody.

use idp_core::id::{ServiceProviderId, UserId};
use idp_core::service_provider::ServiceProvider;
use idp_core::{Instant, user::Username};
use idp_store::{AuditEvent, AuditFilter, Versioned};
use rand::RngCore;
use serde::Serialize;

use super::draft::ServiceProviderDraft;
use super::edit::seen;
use super::operations::{Prepared, Saved};
use crate::actor::Permission;
use crate::admin::Admin;
use crate::claim_dialects::Names;
use crate::error::{AdminError, Problem};

/// So many round trips are told, the latest first.
const TOLD: u32 = 5;

/// A test user was signed in and an assertion was sent.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct RoundTrip {
    /// The row of the audit trail.
    pub event: String,
    /// When.
    pub at: Instant,
    /// Who was signed in.
    pub user: Option<Username>,
    /// The AuthnContextClassRef that was sent.
    pub context_class: String,
    /// The short name of the NameID's format; `None` when none was sent.
    pub name_id_format: Option<String>,
}

/// Whether a quarantine may end although nobody came back to the service provider yet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unproven {
    /// It may not.
    Refuse,
    /// It may: somebody said so.
    Accept,
}

/// The last round trips since the quarantine began, the latest first; none without a quarantine.
pub fn round_trips(admin: &Admin<'_>, sp: &ServiceProvider) -> Result<Vec<RoundTrip>, AdminError> {
    admin.actor.require(Permission::Read)?;
    let Some(quarantine) = &sp.settings.quarantine else { return Ok(Vec::new()) };
    let filter = AuditFilter {
        kind: Some("assertion.issued".to_owned()),
        service_provider: Some(sp.id),
        from: quarantine.since,
        ..AuditFilter::default()
    };
    let told = admin.store.read(|reader| {
        let events = reader.audit_events_before(&filter, None, TOLD)?;
        events
            .into_iter()
            .map(|event| {
                let user = match event.user {
                    Some(id) => reader.user_by_id(id)?.map(|found| found.value.username),
                    None => None,
                };
                Ok(round_trip(&event, user))
            })
            .collect()
    })?;
    Ok(told)
}

fn round_trip(event: &AuditEvent, user: Option<Username>) -> RoundTrip {
    let text = |field: &str| event.detail.get(field)?.as_str().map(str::to_owned);
    RoundTrip {
        event: event.id.to_string(),
        at: event.at,
        user,
        context_class: text("context").unwrap_or_default(),
        name_id_format: text("nameIdFormat"),
    }
}

/// Opens a service provider for everybody: its quarantine ends. Whoever asks for it confirms that what
/// was sent in a round trip arrived.
///
/// # Errors
/// `Conflict` when it is in no quarantine, or when there was no round trip and that is not accepted.
pub fn promote(
    admin: &Admin<'_>,
    id: ServiceProviderId,
    version: i64,
    unproven: Unproven,
    rng: &mut dyn RngCore,
) -> Result<Saved, AdminError> {
    admin.actor.require(Permission::Change)?;
    let existing = seen(admin, id, version)?;
    if existing.value.settings.quarantine.is_none() {
        let message = format!("\"{}\" is open for everybody already", existing.value.name);
        return Err(AdminError::Conflict(message));
    }
    let proof = round_trips(admin, &existing.value)?.into_iter().next();
    if proof.is_none() && unproven == Unproven::Refuse {
        return Err(AdminError::Conflict(format!(
            "no test user of \"{}\" was signed in since its quarantine began, so nobody knows whether \
             it works; let one sign in first, or say that it is to be opened without",
            existing.value.name
        )));
    }
    end(admin, existing, proof.map(|trip| trip.event), rng)
}

fn end(
    admin: &Admin<'_>,
    existing: Versioned<ServiceProvider>,
    proof: Option<String>,
    rng: &mut dyn RngCore,
) -> Result<Saved, AdminError> {
    let known = admin.store.read(Names::load)?;
    let mut draft = ServiceProviderDraft::of(&existing.value);
    draft.settings.quarantine = None;
    let mut prepared =
        Prepared::new(admin, Some(existing), draft, &known).map_err(AdminError::Invalid)?;
    prepared.round_trip = proof;
    let (changes, warnings) = (prepared.changes.clone(), prepared.warnings.clone());
    if let Some(change) = prepared.into_change(admin, None, rng) {
        admin.store.write(|writer| change.write(writer, admin))?;
    }
    Ok(Saved { created: false, changes, warnings })
}

/// What is odd about the test users: those without an account, and that there are none.
pub fn odd_test_users(admin: &Admin<'_>, sp: &ServiceProvider) -> Result<Vec<Problem>, AdminError> {
    let Some(quarantine) = &sp.settings.quarantine else { return Ok(Vec::new()) };
    let problem = |message: String| Problem::new("test_users", message);
    if quarantine.test_users.is_empty() {
        return Ok(vec![problem("nobody can sign in: there are no test users".to_owned())]);
    }
    let missing = unknown(admin, &quarantine.test_users)?;
    let words = |name: &Username| problem(format!("there is no account with the name \"{name}\""));
    Ok(missing.iter().map(words).collect())
}

/// Those of these names that no account has.
pub fn unknown(admin: &Admin<'_>, names: &[Username]) -> Result<Vec<Username>, AdminError> {
    admin.actor.require(Permission::Read)?;
    let found = admin.store.read(|reader| {
        names
            .iter()
            .map(|name| Ok(reader.user_by_username(name)?.map(|found| found.value.id)))
            .collect::<Result<Vec<Option<UserId>>, _>>()
    })?;
    let missing = names.iter().zip(found).filter(|(_, id)| id.is_none());
    Ok(missing.map(|(name, _)| name.clone()).collect())
}
