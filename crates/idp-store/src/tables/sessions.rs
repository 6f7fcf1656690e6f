//! SSO sessions, by the hash of their cookie's token.

use diesel::prelude::*;
use idp_core::Instant;
use idp_core::id::{SessionId, UserId};
use idp_core::session::Session;
use idp_core::user::User;

use super::users::Row as UserRow;
use crate::access::{Reader, Writer};
use crate::connection::MultiBackend;
use crate::convert::{document, instant, json, number, stored};
use crate::schema::sessions::{self, dsl};
use crate::schema::users;
use crate::{Conflict, StoreError};

/// A row of `sessions`.
#[derive(Queryable, Selectable)]
#[diesel(table_name = sessions, check_for_backend(MultiBackend))]
pub(super) struct Row {
    id: String,
    user_id: String,
    steps: String,
    created_at: i64,
    last_seen_at: i64,
    expires_at: i64,
}

impl Row {
    pub(super) fn into_session(self) -> Result<Session, StoreError> {
        Ok(Session {
            id: SessionId::from_stored(self.id),
            user: stored("sessions.user_id", self.user_id)?,
            steps: document("sessions.steps", &self.steps)?,
            created_at: instant("sessions.created_at", self.created_at)?,
            last_seen_at: instant("sessions.last_seen_at", self.last_seen_at)?,
            expires_at: instant("sessions.expires_at", self.expires_at)?,
        })
    }
}

impl Reader<'_> {
    /// A session with its account, in one query. Whether it is still good (`Session::is_live`, the
    /// state of the account) is for the caller to decide.
    pub fn live_session(&mut self, id: &SessionId) -> Result<Option<(Session, User)>, StoreError> {
        let row: Option<(Row, UserRow)> = self.run(|c| {
            dsl::sessions
                .inner_join(users::table.on(users::id.eq(dsl::user_id)))
                .filter(dsl::id.eq(id.as_str()))
                .select((Row::as_select(), UserRow::as_select()))
                .first(c)
                .optional()
        })?;
        row.map(|(session, user)| Ok((session.into_session()?, user.into_user()?))).transpose()
    }

    /// At most `limit` sessions of an account, the last used one first. Whether each is still good is
    /// for the caller to decide.
    pub fn sessions_of_user(
        &mut self,
        user: UserId,
        limit: u32,
    ) -> Result<Vec<Session>, StoreError> {
        let user = user.to_string();
        let rows = self.run(|c| {
            dsl::sessions
                .filter(dsl::user_id.eq(&user))
                .order((dsl::last_seen_at.desc(), dsl::id))
                .limit(limit.into())
                .select(Row::as_select())
                .load(c)
        })?;
        rows.into_iter().map(Row::into_session).collect()
    }
}

impl Writer<'_> {
    /// Stores a new session.
    pub fn insert_session(&mut self, session: &Session) -> Result<(), StoreError> {
        let steps = json("sessions.steps", &session.steps)?;
        self.run(|c| {
            diesel::insert_into(dsl::sessions)
                .values((
                    dsl::id.eq(session.id.as_str()),
                    dsl::user_id.eq(session.user.to_string()),
                    dsl::steps.eq(&steps),
                    dsl::created_at.eq(session.created_at.timestamp_millis()),
                    dsl::last_seen_at.eq(session.last_seen_at.timestamp_millis()),
                    dsl::expires_at.eq(session.expires_at.timestamp_millis()),
                ))
                .execute(c)
        })?;
        Ok(())
    }

    /// Stores a session in the place of another one, which must still be there: a session that was
    /// ended meanwhile does not come back to life.
    pub fn replace_session(&mut self, old: &SessionId, new: &Session) -> Result<(), StoreError> {
        if !self.remove_session(old)? {
            return Err(Conflict::Version.into());
        }
        self.insert_session(new)
    }

    /// Notes the last use of a session. Never moves it back.
    pub fn touch_session(&mut self, id: &SessionId, now: Instant) -> Result<(), StoreError> {
        let now = now.timestamp_millis();
        self.run(|c| {
            diesel::update(dsl::sessions.find(id.as_str()))
                .filter(dsl::last_seen_at.lt(now))
                .set(dsl::last_seen_at.eq(now))
                .execute(c)
        })?;
        Ok(())
    }

    /// Ends a session. Returns whether it was there.
    pub fn remove_session(&mut self, id: &SessionId) -> Result<bool, StoreError> {
        Ok(self.run(|c| diesel::delete(dsl::sessions.find(id.as_str())).execute(c))? > 0)
    }

    /// Ends a session of an account, and none of another one. Returns whether it was there.
    pub fn remove_session_of_user(
        &mut self,
        user: UserId,
        id: &SessionId,
    ) -> Result<bool, StoreError> {
        let row = dsl::sessions.find(id.as_str()).filter(dsl::user_id.eq(user.to_string()));
        Ok(self.run(|c| diesel::delete(row.clone()).execute(c))? > 0)
    }

    /// Ends every session of an account. Returns how many there were.
    pub fn remove_sessions_of_user(&mut self, user: UserId) -> Result<u64, StoreError> {
        let user = user.to_string();
        let of_user = dsl::sessions.filter(dsl::user_id.eq(&user));
        Ok(number(self.run(|c| diesel::delete(of_user).execute(c))?))
    }

    /// Ends every session of an account but this one. Returns how many there were.
    pub fn remove_other_sessions_of_user(
        &mut self,
        user: UserId,
        kept: &SessionId,
    ) -> Result<u64, StoreError> {
        let user = user.to_string();
        let others = dsl::sessions.filter(dsl::user_id.eq(&user)).filter(dsl::id.ne(kept.as_str()));
        Ok(number(self.run(|c| diesel::delete(others).execute(c))?))
    }
}
