//! Where the person is signed in, ending that, and what happened to the account.

use idp_core::id::{EventId, SessionId};
use idp_store::AuditEvent;
use rand::RngCore;
use serde_json::json;

use super::{OwnAccount, OwnError};
use crate::error::AdminError;
use crate::users::{SessionUse, Timeline, sessions_of, timeline_of};

/// The live sessions of the person, the last used one first, each with whether it is that of the
/// request.
pub fn sessions(own: &OwnAccount<'_>) -> Result<Vec<(SessionUse, bool)>, OwnError> {
    let present = own.present()?;
    let found = sessions_of(&own.admin, present.user.value.id, own.session_limits)?;
    let marked = |used: SessionUse| {
        let is_own = used.session.id == present.session.id;
        (used, is_own)
    };
    Ok(found.into_iter().map(marked).collect())
}

/// Ends one session of the person; a session of somebody else is not found.
pub fn end_session(
    own: &OwnAccount<'_>,
    session: &SessionId,
    rng: &mut dyn RngCore,
) -> Result<(), OwnError> {
    let user = own.present()?.user.value.id;
    let event = AuditEvent {
        session: Some(session.clone()),
        ..own.event("account.session-ended", &json!(null), rng)
    };
    let ended = own.admin.store.write(|writer| {
        let ended = writer.remove_session_of_user(user, session)?;
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
    if ended { Ok(()) } else { Err(gone().into()) }
}

/// Ends every session of the person but the one in which this happens. Returns how many there were.
pub fn end_other_sessions(own: &OwnAccount<'_>, rng: &mut dyn RngCore) -> Result<u64, OwnError> {
    let present = own.present()?;
    let (user, kept) = (present.user.value.id, &present.session.id);
    Ok(own.admin.store.write(|writer| {
        let ended = writer.remove_other_sessions_of_user(user, kept)?;
        if ended > 0 {
            let event = own.event("account.sessions-ended", &json!({"sessions": ended}), rng);
            writer.insert_audit_events(&[event])?;
        }
        Ok(ended)
    })?)
}

/// At most `limit` things that happened to the account, the newest first, from the first one older
/// than `before`. They hold what administrators may see: pages choose what they tell.
pub fn activity(
    own: &OwnAccount<'_>,
    before: Option<EventId>,
    limit: u32,
) -> Result<Timeline, OwnError> {
    let user = own.present()?.user.value.id;
    Ok(timeline_of(&own.admin, user, before, limit)?)
}
