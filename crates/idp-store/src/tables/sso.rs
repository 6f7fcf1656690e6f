//! The two database accesses of the hot path, a request that meets a live session: all facts in one
//! statement, and everything to be written in one transaction.

use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::Integer;
use diesel::sqlite::Sqlite;
use idp_core::Instant;
use idp_core::id::{ServiceProviderId, SessionId};
use idp_core::session::Session;
use idp_core::user::User;

use super::audit_events::{AuditEvent, Row as EventRow};
use super::pairwise_ids::PairwiseId;
use super::record_sso_statement::Statement;
use super::seen_requests::SeenRequest;
use super::session_participants::{KnownParticipant, Participant};
use super::{sessions, users};
use crate::access::{Reader, Writer, transact};
use crate::commit_queue::given_up;
use crate::connection::{Conn, Pool, Slot, on_each};
use crate::remembered::{Generation, Remembered};
use crate::schema;
use crate::{Conflict, Store, StoreError};

/// What a request that may meet a live session needs to know.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SsoFacts {
    /// Whether the configuration in memory is current.
    pub configuration_version: i64,
    /// The session with its account.
    pub session: Option<(Session, User)>,
    /// The name by which the service provider knows the session's person.
    pub pairwise: Option<String>,
    /// What the service provider was told of the session last.
    pub participant: Option<KnownParticipant>,
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
    /// What the service provider is told of the session, when it was not told the same last.
    pub participant: Option<Participant>,
    /// The generation of the remembered facts that the answer was decided on; `None` when they were
    /// read for it.
    pub based_on: Option<Generation>,
}

/// Version, session, account, pairwise identifier and participant, joined.
type Joined =
    (i64, Option<sessions::Row>, Option<users::Row>, Option<String>, Option<(String, i64)>);

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
            let nobody = SsoFacts {
                configuration_version,
                session: None,
                pairwise: None,
                participant: None,
            };
            return Ok(nobody);
        };
        let service_provider = service_provider.to_string();
        let (configuration_version, session, user, pairwise, participant) =
            self.run(|c| joined(c, session, &service_provider))?;
        let session = match (session, user) {
            (Some(session), Some(user)) => Some((session.into_session()?, user.into_user()?)),
            _ => None,
        };
        let participant = participant.map(KnownParticipant::from_columns);
        Ok(SsoFacts { configuration_version, session, pairwise, participant })
    }
}

/// The values are owned because diesel asks it of values in a join.
fn joined(conn: &mut Conn, session: &SessionId, service_provider: &str) -> QueryResult<Joined> {
    use schema::{configuration_version, pairwise_ids, session_participants, sessions, users};
    let of_session = sessions::id.eq(session.as_str().to_owned());
    let of_both = pairwise_ids::user_id
        .eq(sessions::user_id)
        .and(pairwise_ids::service_provider_id.eq(service_provider.to_owned()));
    let told = session_participants::session_id
        .eq(sessions::id)
        .and(session_participants::service_provider_id.eq(service_provider.to_owned()));
    on_each!(conn, conn => configuration_version::table
        .left_join(sessions::table.on(of_session))
        .left_join(users::table.on(users::id.eq(sessions::user_id)))
        .left_join(pairwise_ids::table.on(of_both))
        .left_join(session_participants::table.on(told))
        .select((
            configuration_version::version,
            Option::<super::sessions::Row>::as_select(),
            Option::<super::users::Row>::as_select(),
            pairwise_ids::value.nullable(),
            (
                session_participants::fingerprint,
                session_participants::assertion_lifetime_seconds,
            )
                .nullable(),
        ))
        // Mostly one row; after a step was added there may be those of the session before.
        .order((
            session_participants::latest_at.desc(),
            session_participants::fingerprint.asc(),
        ))
        .get_result(conn))
}

impl Store {
    /// The facts for a request of this service provider by a browser with this session.
    pub fn sso_facts(
        &self,
        session: Option<&SessionId>,
        service_provider: ServiceProviderId,
    ) -> Result<SsoFacts, StoreError> {
        let generation = self.remembered().generation();
        let facts = self.read(|r| r.sso_facts(session, service_provider))?;
        if let (Some(session), Some(_), true) = (session, &facts.session, self.has_one_writer()) {
            self.remembered().remember(session, service_provider, generation, &facts);
        }
        Ok(facts)
    }

    /// Whether facts are remembered at all: on SQLite only.
    pub fn remembers_facts(&self) -> bool {
        self.has_one_writer()
    }

    /// The facts as read a moment ago, without touching the database: never blocks on it. What is
    /// decided on them must be recorded with their generation.
    pub fn remembered_sso_facts(
        &self,
        session: &SessionId,
        service_provider: ServiceProviderId,
    ) -> Option<(Generation, SsoFacts)> {
        self.remembered().recall(session, service_provider)
    }

    /// Says that [`Store::record_sso`] is likely to be called soon, so that answers which are made at
    /// the same time are made durable together.
    pub fn announce_sso(&self) -> impl Drop + use<> {
        self.sso_queue().announce()
    }

    /// Writes what an answer leaves behind, all or nothing: one transaction on SQLite, one statement
    /// on PostgreSQL. `Conflict::DuplicateRequest` when the request was answered before,
    /// `Conflict::DuplicatePairwiseId` when another request made one for the same person,
    /// `Conflict::Version` when the remembered facts it was decided on may have changed.
    pub fn record_sso(&self, record: SsoRecord) -> Result<(), StoreError> {
        if !self.has_one_writer() {
            let event = EventRow::of(&record.event)?;
            let statement = Statement::new(&record, event);
            return self.with_writer(|slot, pool| record_on_server(slot, pool, &statement));
        }
        let (tell, told) = std::sync::mpsc::sync_channel(1);
        self.record_sso_then(record, move |result| {
            // Whoever gave up waiting needs no answer.
            let _ = tell.send(result);
        });
        told.recv().unwrap_or_else(|_| Err(given_up()))
    }

    /// [`Store::record_sso`] without waiting, for SQLite: `done` is told the result on the committing
    /// thread.
    pub fn record_sso_then(
        &self,
        record: SsoRecord,
        done: impl FnOnce(Result<(), StoreError>) + Send + 'static,
    ) {
        self.sso_queue().submit(record, Box::new(done), || {
            let store = self.downgrade();
            move |records: &[SsoRecord]| match store.upgrade() {
                Some(store) => store.record_together(records),
                None => records.iter().map(|_| Err(given_up())).collect(),
            }
        });
    }

    /// One transaction of several records, each of which may fail by itself. The usual case costs no
    /// savepoints; when a record fails, all are carried out again, each with its own.
    fn record_together(&self, records: &[SsoRecord]) -> Vec<Result<(), StoreError>> {
        let outcome = match self.record_in_one(records, |w, record| w.insert_sso(record).map(Ok)) {
            Err(StoreError::Conflict(_)) => {
                self.record_in_one(records, |w, record| Ok(w.part(|w| w.insert_sso(record))))
            }
            outcome => outcome,
        };
        outcome.unwrap_or_else(|error| records.iter().map(|_| Err(error.clone())).collect())
    }

    fn record_in_one(
        &self,
        records: &[SsoRecord],
        insert: impl Fn(&mut Writer<'_>, &SsoRecord) -> Result<Result<(), StoreError>, StoreError>,
    ) -> Result<Vec<Result<(), StoreError>>, StoreError> {
        let remembered = self.remembered();
        self.with_one_writer(|slot, pool, last_seen| {
            transact(slot, pool, |w| {
                // Under the write lock: whatever was committed elsewhere is seen, nothing comes after.
                let version = w.data_version()?;
                if last_seen.replace(version) != Some(version) {
                    remembered.begin_generation();
                }
                let generation = remembered.generation();
                let record_one = |record: &SsoRecord| {
                    if record.based_on.is_some_and(|of| of != generation) {
                        return Ok(Err(Conflict::Version.into()));
                    }
                    record.forget_what_it_changes(remembered);
                    insert(w, record)
                };
                records.iter().map(record_one).collect()
            })
        })
    }
}

impl SsoRecord {
    fn forget_what_it_changes(&self, remembered: &Remembered) {
        if let Some(session) = &self.event.session
            && (self.touch.is_some() || self.pairwise.is_some() || self.participant.is_some())
        {
            remembered.forget(session, self.seen.service_provider);
        }
    }
}

/// `PRAGMA data_version`, kept prepared, which diesel does not do for `sql_query`.
struct DataVersion;

impl Query for DataVersion {
    type SqlType = Integer;
}

impl QueryId for DataVersion {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl RunQueryDsl<SqliteConnection> for DataVersion {}

impl QueryFragment<Sqlite> for DataVersion {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("PRAGMA data_version");
        Ok(())
    }
}

impl Writer<'_> {
    /// SQLite's number for the commits of other connections, which are other processes here.
    fn data_version(&mut self) -> Result<i32, StoreError> {
        self.run(|conn| match conn {
            Conn::Sqlite(c) => DataVersion.get_result(c),
            Conn::Postgres(_) => Err(diesel::result::Error::NotFound),
        })
    }
}

impl Writer<'_> {
    fn insert_sso(&mut self, record: &SsoRecord) -> Result<(), StoreError> {
        self.insert_seen_request(&record.seen)?;
        self.insert_audit_events(std::slice::from_ref(&record.event))?;
        if let Some((session, now)) = &record.touch {
            self.touch_session(session, *now)?;
        }
        if let Some(participant) = &record.participant {
            self.insert_participant(participant)?;
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
