//! One PostgreSQL statement that writes everything an answer leaves behind: data-modifying common
//! table expressions, so that one round trip is one transaction. Written by hand as a query
//! fragment, because diesel does not keep `sql_query` prepared.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Text};

use super::audit_events::Row as EventRow;
use super::plain_inserts::{InsertEvent, InsertParticipant, InsertSeen};
use super::sso::SsoRecord;
use crate::connection::Conn;

/// The statement with its values. Its text depends only on which optional parts there are.
pub(super) struct Statement {
    seen: InsertSeen,
    touch: Option<(String, i64)>,
    pairwise: Option<(String, String, String)>,
    participant: Option<InsertParticipant>,
    event: InsertEvent,
}

impl Statement {
    pub(super) fn new(record: &SsoRecord, event: EventRow) -> Self {
        Self {
            seen: InsertSeen::of(&record.seen),
            touch: record
                .touch
                .as_ref()
                .map(|(session, now)| (session.as_str().to_owned(), now.timestamp_millis())),
            pairwise: record
                .pairwise
                .as_ref()
                .map(|p| (p.user.to_string(), p.service_provider.to_string(), p.value.clone())),
            participant: record.participant.as_ref().map(InsertParticipant::of),
            event: InsertEvent(event),
        }
    }

    /// The identifier of the event it writes.
    pub(super) fn event(&self) -> &str {
        &self.event.0.id
    }

    pub(super) fn run(&self, conn: &mut Conn) -> QueryResult<()> {
        let Conn::Postgres(conn) = conn else { return Err(diesel::result::Error::NotFound) };
        self.execute(conn).map(|_| ())
    }
}

impl QueryId for Statement {
    type QueryId = ();
    /// Kept prepared by its text, which has eight forms.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl RunQueryDsl<PgConnection> for &Statement {}

impl QueryFragment<Pg> for Statement {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("WITH seen AS (");
        self.seen.walk_ast(out.reborrow())?;
        out.push_sql(")");
        self.walk_touch(out.reborrow())?;
        self.walk_pairwise(out.reborrow())?;
        self.walk_participant(out.reborrow())?;
        out.push_sql(" ");
        self.event.walk_ast(out)
    }
}

impl Statement {
    fn walk_touch<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let Some((session, now)) = &self.touch else { return Ok(()) };
        out.push_sql(", touched AS (UPDATE sessions SET last_seen_at = ");
        out.push_bind_param::<BigInt, _>(now)?;
        out.push_sql(" WHERE id = ");
        out.push_bind_param::<Text, _>(session)?;
        out.push_sql(" AND last_seen_at < ");
        out.push_bind_param::<BigInt, _>(now)?;
        out.push_sql(")");
        Ok(())
    }

    fn walk_participant<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let Some(participant) = &self.participant else { return Ok(()) };
        out.push_sql(", told AS (");
        participant.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }

    fn walk_pairwise<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let Some((user, service_provider, value)) = &self.pairwise else { return Ok(()) };
        out.push_sql(
            ", named AS (INSERT INTO pairwise_ids (user_id, service_provider_id, value) VALUES (",
        );
        out.push_bind_param::<Text, _>(user)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(service_provider)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(value)?;
        out.push_sql("))");
        Ok(())
    }
}
