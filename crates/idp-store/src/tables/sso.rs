//! The two database accesses of the hot path, a request that meets a live session: all facts in one
//! statement, and everything to be written in one transaction.

use diesel::prelude::*;
use idp_core::Instant;
use idp_core::id::{ServiceProviderId, SessionId};
use idp_core::session::Session;
use idp_core::user::User;

use super::audit_events::{AuditEvent, Row as EventRow};
use super::pairwise_ids::PairwiseId;
use super::record_sso_statement::Statement;
use super::seen_requests::SeenRequest;
use super::{sessions, users};
use crate::access::{Reader, Writer};
use crate::connection::{Conn, Pool, Slot};
use crate::schema;
use crate::{Store, StoreError};

/// What a request that may meet a live session needs to know.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SsoFacts {
    /// Whether the configuration in memory is current.
    pub configuration_version: i64,
    /// The session with its account.
    pub session: Option<(Session, User)>,
    /// The name by which the service provider knows the session's person.
    pub pairwise: Option<String>,
}

/// What the answer to a request by a live session leaves behind.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SsoRecord {
    /// The request that was answered.
    pub seen: SeenRequest,
    /// The event for the trail.
    pub event: AuditEvent,
    /// The session's use, when it is time to note it.
    pub touch: Option<(SessionId, Instant)>,
    /// A pairwise identifier that was made for this answer.
    pub pairwise: Option<PairwiseId>,
}

/// Version, session, account and pairwise identifier, joined.
type Joined = (i64, Option<sessions::Row>, Option<users::Row>, Option<String>);

impl Reader<'_> {
    /// The facts for a request of this service provider by a browser with this session, in one
    /// statement. Whether the session is still good is for the caller to decide.
    pub fn sso_facts(
        &mut self,
        session: Option<&SessionId>,
        service_provider: ServiceProviderId,
    ) -> Result<SsoFacts, StoreError> {
        let Some(session) = session else {
            let configuration_version = self.configuration_version()?;
            return Ok(SsoFacts { configuration_version, session: None, pairwise: None });
        };
        let service_provider = service_provider.to_string();
        let (configuration_version, session, user, pairwise) =
            self.run(|c| joined(c, session, &service_provider))?;
        let session = match (session, user) {
            (Some(session), Some(user)) => Some((session.into_session()?, user.into_user()?)),
            _ => None,
        };
        Ok(SsoFacts { configuration_version, session, pairwise })
    }
}

/// The values are owned because diesel asks it of values in a join.
fn joined(conn: &mut Conn, session: &SessionId, service_provider: &str) -> QueryResult<Joined> {
    use schema::{configuration_version, pairwise_ids, sessions, users};
    let of_session = sessions::id.eq(session.as_str().to_owned());
    let of_both = pairwise_ids::user_id
        .eq(sessions::user_id)
        .and(pairwise_ids::service_provider_id.eq(service_provider.to_owned()));
    configuration_version::table
        .left_join(sessions::table.on(of_session))
        .left_join(users::table.on(users::id.eq(sessions::user_id)))
        .left_join(pairwise_ids::table.on(of_both))
        .select((
            configuration_version::version,
            Option::<super::sessions::Row>::as_select(),
            Option::<super::users::Row>::as_select(),
            pairwise_ids::value.nullable(),
        ))
        .get_result(conn)
}

impl Store {
    /// Writes what an answer leaves behind, all or nothing: one transaction on SQLite, one statement
    /// on PostgreSQL. `Conflict::DuplicateRequest` when the request was answered before,
    /// `Conflict::DuplicatePairwiseId` when another request made one for the same person.
    pub fn record_sso(&self, record: &SsoRecord) -> Result<(), StoreError> {
        if self.has_one_writer() {
            return self.sso_group().run(record.clone(), |records| self.record_together(records));
        }
        let event = EventRow::of(&record.event)?;
        let statement = Statement::new(record, event);
        self.with_writer(|slot, pool| record_on_server(slot, pool, &statement))
    }

    /// One transaction of several records, each of which may fail by itself.
    fn record_together(&self, records: &[&SsoRecord]) -> Vec<Result<(), StoreError>> {
        let together = self.write(|w| {
            Ok(records.iter().map(|record| w.part(|w| w.insert_sso(record))).collect::<Vec<_>>())
        });
        together.unwrap_or_else(|error| records.iter().map(|_| Err(error.clone())).collect())
    }
}

impl Writer<'_> {
    fn insert_sso(&mut self, record: &SsoRecord) -> Result<(), StoreError> {
        self.insert_seen_request(&record.seen)?;
        self.insert_audit_events(std::slice::from_ref(&record.event))?;
        if let Some((session, now)) = &record.touch {
            self.touch_session(session, *now)?;
        }
        record.pairwise.iter().try_for_each(|pairwise| self.insert_pairwise_id(pairwise))
    }
}

/// Runs the statement; when the connection breaks, nobody knows whether it was committed. It is then
/// run again: an unseen commit shows as a conflict with its own event.
fn record_on_server(slot: &mut Slot, pool: &Pool, statement: &Statement) -> Result<(), StoreError> {
    let Err(error) = statement.run(&mut slot.conn) else { return Ok(()) };
    if !slot.is_gone(&error) {
        return Err(error.into());
    }
    pool.reconnect(slot)?;
    match statement.run(&mut slot.conn).map_err(StoreError::from) {
        Err(StoreError::Conflict(conflict)) => {
            let committed = Reader::new(slot, pool).has_audit_event(statement.event())?;
            if committed { Ok(()) } else { Err(conflict.into()) }
        }
        outcome => outcome,
    }
}
