//! The two inserts that every answer makes, and the one that follows for its row, as text. Diesel would put the same text together again
//! each time, to find the statement that it keeps prepared; that took longer than SQLite's own work.

use diesel::backend::Backend;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Binary, Bool, HasSqlType, Nullable, Text};

use super::audit_chain::AuditSeal;
use super::audit_events::Row as EventRow;
use super::seen_requests::SeenRequest;
use super::session_participants::{self, Participant};

/// Notes a request.
pub(super) struct InsertSeen {
    service_provider: String,
    request_id: String,
    expires_at: i64,
}

impl InsertSeen {
    pub(super) fn of(seen: &SeenRequest) -> Self {
        Self {
            service_provider: seen.service_provider.to_string(),
            request_id: seen.request_id.clone(),
            expires_at: seen.expires_at.timestamp_millis(),
        }
    }
}

impl QueryId for InsertSeen {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<C> RunQueryDsl<C> for &InsertSeen {}

impl<B> QueryFragment<B> for InsertSeen
where
    B: Backend,
    String: ToSql<Text, B>,
    i64: ToSql<BigInt, B>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, B>) -> QueryResult<()> {
        out.push_sql(
            "INSERT INTO seen_requests (service_provider_id, request_id, expires_at) VALUES (",
        );
        out.push_bind_param::<Text, _>(&self.service_provider)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(&self.request_id)?;
        out.push_sql(", ");
        out.push_bind_param::<BigInt, _>(&self.expires_at)?;
        out.push_sql(")");
        Ok(())
    }
}

/// Notes what a service provider was told of a session.
pub(super) struct InsertParticipant(session_participants::Columns);

impl InsertParticipant {
    pub(super) fn of(participant: &Participant) -> Self {
        Self(session_participants::Columns::of(participant))
    }
}

impl QueryId for InsertParticipant {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<C> RunQueryDsl<C> for &InsertParticipant {}

impl<B> QueryFragment<B> for InsertParticipant
where
    B: Backend,
    String: ToSql<Text, B>,
    Option<String>: ToSql<Nullable<Text>, B>,
    i64: ToSql<BigInt, B>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, B>) -> QueryResult<()> {
        let Self(columns) = self;
        out.push_sql("INSERT INTO session_participants (session_id, service_provider_id, fingerprint, user_id, session_index, name_id, name_value, assertion_lifetime_seconds, first_at, latest_at, expires_at) VALUES (");
        let texts = [
            &columns.session_id,
            &columns.service_provider_id,
            &columns.fingerprint,
            &columns.user_id,
            &columns.session_index,
        ];
        for text in texts {
            out.push_bind_param::<Text, _>(text)?;
            out.push_sql(", ");
        }
        for optional in [&columns.name_id, &columns.name_value] {
            out.push_bind_param::<Nullable<Text>, _>(optional)?;
            out.push_sql(", ");
        }
        out.push_bind_param::<BigInt, _>(&columns.assertion_lifetime_seconds)?;
        for instant in [&columns.at, &columns.at, &columns.expires_at] {
            out.push_sql(", ");
            out.push_bind_param::<BigInt, _>(instant)?;
        }
        out.push_sql(") ON CONFLICT (session_id, service_provider_id, fingerprint) DO UPDATE SET latest_at = excluded.latest_at, assertion_lifetime_seconds = CASE WHEN excluded.assertion_lifetime_seconds > session_participants.assertion_lifetime_seconds THEN excluded.assertion_lifetime_seconds ELSE session_participants.assertion_lifetime_seconds END");
        Ok(())
    }
}

/// Gives a row of the trail its place in the chain.
pub(super) struct InsertSeal<'a>(pub(super) &'a AuditSeal);

impl QueryId for InsertSeal<'_> {
    type QueryId = InsertSeal<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<C> RunQueryDsl<C> for &InsertSeal<'_> {}

impl<B> QueryFragment<B> for InsertSeal<'_>
where
    B: Backend + HasSqlType<Bool>,
    String: ToSql<Text, B>,
    Vec<u8>: ToSql<Binary, B>,
    bool: ToSql<Bool, B>,
    i64: ToSql<BigInt, B>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, B>) -> QueryResult<()> {
        let Self(seal) = self;
        out.push_sql("INSERT INTO audit_seals (position, event_id, hash, late) VALUES (");
        out.push_bind_param::<BigInt, _>(&seal.position)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(&seal.event)?;
        out.push_sql(", ");
        out.push_bind_param::<Binary, _>(&seal.hash)?;
        out.push_sql(", ");
        out.push_bind_param::<Bool, _>(&seal.late)?;
        out.push_sql(")");
        Ok(())
    }
}

/// Adds an event to the trail.
pub(super) struct InsertEvent(pub(super) EventRow);

impl QueryId for InsertEvent {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<C> RunQueryDsl<C> for &InsertEvent {}

impl<B> QueryFragment<B> for InsertEvent
where
    B: Backend,
    String: ToSql<Text, B>,
    Option<String>: ToSql<Nullable<Text>, B>,
    i64: ToSql<BigInt, B>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, B>) -> QueryResult<()> {
        let Self(event) = self;
        out.push_sql("INSERT INTO audit_events (id, at, kind, incident, service_provider_id, user_id, session_id, address, detail) VALUES (");
        out.push_bind_param::<Text, _>(&event.id)?;
        out.push_sql(", ");
        out.push_bind_param::<BigInt, _>(&event.at)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(&event.kind)?;
        for optional in [
            &event.incident,
            &event.service_provider_id,
            &event.user_id,
            &event.session_id,
            &event.address,
        ] {
            out.push_sql(", ");
            out.push_bind_param::<Nullable<Text>, _>(optional)?;
        }
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(&event.detail)?;
        out.push_sql(")");
        Ok(())
    }
}
