//! Where a person is signed in, and ending it.

use std::collections::{BTreeSet, HashMap};

use idp_core::id::{ServiceProviderId, SessionId, UserId};
use idp_core::session::{Session, SessionLimits};
use idp_store::{AuditEvent, AuditFilter, StoreError};
use rand::RngCore;
use serde_json::{Value, json};

use super::which::{Which, find};
use crate::actor::Permission;
use crate::admin::Admin;
use crate::audit::About;
use crate::error::AdminError;

/// The most sessions of one person that are shown.
const MOST: u32 = 200;
/// How far back the trail is read for the service providers of sessions, in events.
const LOOK_BACK: u32 = 300;

/// A session with what is known of its use.
#[derive(Clone, Debug)]
pub struct SessionUse {
    /// The session.
    pub session: Session,
    /// The names of the service providers that assertions were issued to, as far as the last events
    /// of the person tell.
    pub service_providers: Vec<String>,
}

/// The live sessions of an account, the last used one first.
pub fn sessions<'a>(
    admin: &Admin<'_>,
    which: impl Into<Which<'a>>,
    limits: SessionLimits,
) -> Result<Vec<SessionUse>, AdminError> {
    let user = find(admin, which, Permission::Read)?.value;
    Ok(sessions_of(admin, user.id, limits)?)
}

/// The live sessions of an account, whoever asks.
pub(crate) fn sessions_of(
    admin: &Admin<'_>,
    user: UserId,
    limits: SessionLimits,
) -> Result<Vec<SessionUse>, StoreError> {
    admin.store.read(|reader| {
        let mut sessions = reader.sessions_of_user(user, MOST)?;
        sessions.retain(|session| session.is_live(admin.now, limits));
        if sessions.is_empty() {
            return Ok(Vec::new());
        }
        let filter = AuditFilter { user: Some(user), ..AuditFilter::default() };
        let events = reader.audit_events_before(&filter, None, LOOK_BACK)?;
        let ids: BTreeSet<ServiceProviderId> =
            events.iter().filter_map(|event| event.service_provider).collect();
        let names = reader.service_provider_names(&ids.into_iter().collect::<Vec<_>>())?;
        Ok(sessions.into_iter().map(|session| with_use(session, &events, &names)).collect())
    })
}

fn with_use(
    session: Session,
    events: &[AuditEvent],
    names: &HashMap<ServiceProviderId, String>,
) -> SessionUse {
    let ids: BTreeSet<ServiceProviderId> = events
        .iter()
        .filter(|event| event.session.as_ref() == Some(&session.id))
        .filter(|event| event.kind == "assertion.issued")
        .filter_map(|event| event.service_provider)
        .collect();
    let mut service_providers: Vec<String> =
        ids.iter().filter_map(|id| names.get(id).cloned()).collect();
    service_providers.sort();
    SessionUse { session, service_providers }
}

/// Ends one session of an account; a session of somebody else is not found.
pub fn end_session<'a>(
    admin: &Admin<'_>,
    which: impl Into<Which<'a>>,
    session: &SessionId,
    rng: &mut dyn RngCore,
) -> Result<(), AdminError> {
    let user = find(admin, which, Permission::Change)?.value;
    let event = AuditEvent {
        session: Some(session.clone()),
        ..admin.event("session.ended", About::user(user.id), &Value::Null, rng)
    };
    let ended = admin.store.write(|writer| {
        let ended = writer.remove_session_of_user(user.id, session)?;
        if ended {
            writer.insert_audit_events(std::slice::from_ref(&event))?;
        }
        Ok(ended)
    })?;
    let gone = || AdminError::NotFound {
        what: "session",
        name: session.as_str().to_owned(),
        list: "user sessions",
    };
    if ended { Ok(()) } else { Err(gone()) }
}

/// Ends every session of an account. Returns how many there were.
pub fn end_sessions<'a>(
    admin: &Admin<'_>,
    which: impl Into<Which<'a>>,
    rng: &mut dyn RngCore,
) -> Result<u64, AdminError> {
    let user = find(admin, which, Permission::Change)?.value;
    Ok(admin.store.write(|writer| {
        let ended = writer.remove_sessions_of_user(user.id)?;
        if ended > 0 {
            let what = json!({"sessions": ended});
            let event = admin.event("user-sessions-ended", About::user(user.id), &what, rng);
            writer.insert_audit_events(&[event])?;
        }
        Ok(ended)
    })?)
}
