//! What each service provider was told of each session, for logout.

use diesel::prelude::*;
use idp_core::Instant;
use idp_core::id::{ServiceProviderId, SessionId};
use idp_core::logout::Participation;
use idp_core::saml::name_id::NameId;

use super::plain_inserts::InsertParticipant;
use crate::StoreError;
use crate::access::{Reader, Writer};
use crate::connection::on_each;
use crate::convert::{corrupt, document, stored};
use crate::schema::session_participants::dsl;

/// What a service provider was told of a session, to be stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Participant {
    /// What it was told.
    pub told: Participation,
    /// When.
    pub at: Instant,
    /// When it no longer matters: the end of the session.
    pub expires_at: Instant,
}

/// What a service provider was told of a session last, as far as it matters for telling it again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KnownParticipant {
    fingerprint: String,
    assertion_lifetime_seconds: i64,
}

impl KnownParticipant {
    pub(super) fn from_columns((fingerprint, assertion_lifetime_seconds): (String, i64)) -> Self {
        Self { fingerprint, assertion_lifetime_seconds }
    }

    /// Whether nothing is to be noted when this is told again.
    pub fn covers(&self, told: &Participation) -> bool {
        self.assertion_lifetime_seconds >= i64::from(told.assertion_lifetime_seconds)
            && self.fingerprint == told.fingerprint()
    }
}

/// The values of a row.
pub(super) struct Columns {
    pub session_id: String,
    pub service_provider_id: String,
    pub fingerprint: String,
    pub user_id: String,
    pub session_index: String,
    pub name_id: Option<String>,
    pub name_value: Option<String>,
    pub assertion_lifetime_seconds: i64,
    pub at: i64,
    pub expires_at: i64,
}

impl Columns {
    pub(super) fn of(participant: &Participant) -> Self {
        let told = &participant.told;
        let name_id = told.name_id.as_ref();
        Self {
            session_id: told.session.as_str().to_owned(),
            service_provider_id: told.service_provider.to_string(),
            fingerprint: told.fingerprint(),
            user_id: told.user.to_string(),
            session_index: told.session_index.clone(),
            // Texts alone: there is nothing in it that JSON cannot hold.
            name_id: name_id.and_then(|name| serde_json::to_string(name).ok()),
            name_value: name_id.map(|name| name.value().to_owned()),
            assertion_lifetime_seconds: told.assertion_lifetime_seconds.into(),
            at: participant.at.timestamp_millis(),
            expires_at: participant.expires_at.timestamp_millis(),
        }
    }
}

/// Session, user, service provider, NameID, SessionIndex, life of assertions.
type Row = (String, String, String, Option<String>, String, i64);

const TOLD: (
    dsl::session_id,
    dsl::user_id,
    dsl::service_provider_id,
    dsl::name_id,
    dsl::session_index,
    dsl::assertion_lifetime_seconds,
) = (
    dsl::session_id,
    dsl::user_id,
    dsl::service_provider_id,
    dsl::name_id,
    dsl::session_index,
    dsl::assertion_lifetime_seconds,
);

fn participation(row: Row) -> Result<Participation, StoreError> {
    let (session, user, service_provider, name_id, session_index, lifetime) = row;
    let name_id: Option<NameId> =
        name_id.map(|text| document("session_participants.name_id", &text)).transpose()?;
    Ok(Participation {
        session: SessionId::from_stored(session),
        user: stored("session_participants.user_id", user)?,
        service_provider: stored("session_participants.service_provider_id", service_provider)?,
        name_id,
        session_index,
        assertion_lifetime_seconds: u32::try_from(lifetime)
            .map_err(|cause| corrupt("session_participants.assertion_lifetime_seconds", &cause))?,
    })
}

impl Reader<'_> {
    /// What was told of a session, the first told first.
    pub fn participations_of_session(
        &mut self,
        session: &SessionId,
    ) -> Result<Vec<Participation>, StoreError> {
        let rows: Vec<Row> = self.run(|c| {
            dsl::session_participants
                .filter(dsl::session_id.eq(session.as_str()))
                .order((dsl::first_at, dsl::fingerprint))
                .select(TOLD)
                .load(c)
        })?;
        rows.into_iter().map(participation).collect()
    }

    /// What a service provider was told under NameIDs with this value, at most `limit` sessions.
    pub fn participations_named(
        &mut self,
        service_provider: ServiceProviderId,
        value: &str,
        limit: u32,
    ) -> Result<Vec<Participation>, StoreError> {
        let service_provider = service_provider.to_string();
        let rows: Vec<Row> = self.run(|c| {
            dsl::session_participants
                .filter(dsl::service_provider_id.eq(&service_provider))
                .filter(dsl::name_value.eq(value))
                .order((dsl::latest_at.desc(), dsl::fingerprint))
                .limit(limit.into())
                .select(TOLD)
                .load(c)
        })?;
        rows.into_iter().map(participation).collect()
    }
}

impl Writer<'_> {
    /// Notes what a service provider was told of a session. Telling it the same again makes it the
    /// latest.
    pub fn insert_participant(&mut self, participant: &Participant) -> Result<(), StoreError> {
        let insert = InsertParticipant::of(participant);
        self.run(|c| on_each!(c, c => (&insert).execute(c)))?;
        Ok(())
    }

    /// Hands what was told of one session over to the one that takes its place.
    pub fn move_participants(
        &mut self,
        from: &SessionId,
        to: &SessionId,
    ) -> Result<(), StoreError> {
        let told = dsl::session_participants.filter(dsl::session_id.eq(from.as_str()));
        self.run(|c| diesel::update(told).set(dsl::session_id.eq(to.as_str())).execute(c))?;
        Ok(())
    }

    /// Forgets what was told of a session that is over.
    pub fn remove_participants(&mut self, session: &SessionId) -> Result<(), StoreError> {
        let told = dsl::session_participants.filter(dsl::session_id.eq(session.as_str()));
        self.run(|c| diesel::delete(told).execute(c))?;
        Ok(())
    }
}
