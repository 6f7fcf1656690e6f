//! Accounts, and persons: accounts with their credentials.

use std::collections::BTreeMap;

use diesel::prelude::*;
use idp_core::Instant;
use idp_core::flow::authenticator::{AuthenticatorId, Credential};
use idp_core::id::UserId;
use idp_core::user::{AccountState, Person, User, Username};

use crate::access::{Reader, Writer};
use crate::connection::{Conn, MultiBackend};
use crate::convert::{document, instant, json, stored};
use crate::error::expect_version;
use crate::schema::credentials;
use crate::schema::users::{self, dsl};
use crate::{StoreError, Versioned};

/// A row of `users`.
#[derive(Queryable, Selectable)]
#[diesel(table_name = users, check_for_backend(MultiBackend))]
pub(super) struct Row {
    id: String,
    username: String,
    state: String,
    roles: String,
    claims: String,
    version: i64,
    created_at: i64,
    updated_at: i64,
}

/// One credential of a joined row: authenticator and document.
type Enrolled = Option<(String, String)>;

impl Row {
    pub(super) fn into_user(self) -> Result<User, StoreError> {
        Ok(User {
            id: stored("users.id", self.id)?,
            username: stored("users.username", self.username)?,
            state: stored("users.state", self.state)?,
            roles: document("users.roles", &self.roles)?,
            claims: document("users.claims", &self.claims)?,
            created_at: instant("users.created_at", self.created_at)?,
        })
    }

    pub(super) fn into_versioned(self) -> Result<Versioned<User>, StoreError> {
        let version = self.version;
        let updated_at = instant("users.updated_at", self.updated_at)?;
        Ok(Versioned { value: self.into_user()?, version, updated_at })
    }
}

/// Rows of one account joined with each of its credentials.
fn person(rows: Vec<(Row, Enrolled)>) -> Result<Option<Person>, StoreError> {
    let mut account = None;
    let mut credentials = BTreeMap::new();
    for (row, enrolled) in rows {
        if let Some((authenticator, document)) = enrolled {
            credentials.insert(AuthenticatorId::from(authenticator), Credential::new(document));
        }
        account = Some(row);
    }
    account.map(|row| Ok(Person { user: row.into_user()?, credentials })).transpose()
}

impl Reader<'_> {
    /// The account with this identifier.
    pub fn user_by_id(&mut self, id: UserId) -> Result<Option<Versioned<User>>, StoreError> {
        let id = id.to_string();
        let row =
            self.run(|c| dsl::users.find(&id).select(Row::as_select()).first(c).optional())?;
        row.map(Row::into_versioned).transpose()
    }

    /// The account with this user name.
    pub fn user_by_username(
        &mut self,
        username: &Username,
    ) -> Result<Option<Versioned<User>>, StoreError> {
        let row = self.run(|c| {
            dsl::users
                .filter(dsl::username.eq(username.as_str()))
                .select(Row::as_select())
                .first(c)
                .optional()
        })?;
        row.map(Row::into_versioned).transpose()
    }

    /// The account with this identifier, with its credentials.
    pub fn person_by_id(&mut self, id: UserId) -> Result<Option<Person>, StoreError> {
        let id = id.to_string();
        let rows = self.run(|c| {
            dsl::users
                .left_join(credentials::table.on(credentials::user_id.eq(dsl::id)))
                .filter(dsl::id.eq(&id))
                .select((
                    Row::as_select(),
                    (credentials::authenticator, credentials::document).nullable(),
                ))
                .load(c)
        })?;
        person(rows)
    }

    /// The account with this user name, with its credentials.
    pub fn person_by_username(
        &mut self,
        username: &Username,
    ) -> Result<Option<Person>, StoreError> {
        let rows = self.run(|c| {
            dsl::users
                .left_join(credentials::table.on(credentials::user_id.eq(dsl::id)))
                .filter(dsl::username.eq(username.as_str()))
                .select((
                    Row::as_select(),
                    (credentials::authenticator, credentials::document).nullable(),
                ))
                .load(c)
        })?;
        person(rows)
    }

    /// At most `limit` accounts in the order of their user names, from the first one after `after`.
    pub fn users_after(
        &mut self,
        after: Option<&Username>,
        limit: u32,
    ) -> Result<Vec<Versioned<User>>, StoreError> {
        let after = after.map_or("", Username::as_str);
        let rows = self.run(|c| {
            dsl::users
                .filter(dsl::username.gt(after))
                .order(dsl::username)
                .limit(limit.into())
                .select(Row::as_select())
                .load(c)
        })?;
        rows.into_iter().map(Row::into_versioned).collect()
    }

    /// How many accounts there are.
    pub fn user_count(&mut self) -> Result<u64, StoreError> {
        let count: i64 = self.run(|c| dsl::users.count().get_result(c))?;
        Ok(count.unsigned_abs())
    }

    /// Whether any account is an administrator's, switched off or not.
    pub fn any_administrator(&mut self) -> Result<bool, StoreError> {
        let found: Option<String> = self.run(|c| {
            dsl::users
                .filter(dsl::roles.like("%\"administrator\"%"))
                .select(dsl::id)
                .first(c)
                .optional()
        })?;
        Ok(found.is_some())
    }
}

impl Writer<'_> {
    /// The account with this identifier, which nobody changes until this transaction ends.
    pub fn hold_user(&mut self, id: UserId) -> Result<Option<Versioned<User>>, StoreError> {
        let id = id.to_string();
        let row = dsl::users.find(&id);
        let found = self.run(|c| match c {
            // There is one writer at a time.
            Conn::Sqlite(c) => row.select(Row::as_select()).first(c).optional(),
            Conn::Postgres(c) => row.select(Row::as_select()).for_update().first(c).optional(),
        })?;
        found.map(Row::into_versioned).transpose()
    }

    /// Adds an account, as version 1.
    pub fn insert_user(&mut self, user: &User) -> Result<(), StoreError> {
        let roles = json("users.roles", &user.roles)?;
        let claims = json("users.claims", &user.claims)?;
        self.run(|c| {
            diesel::insert_into(dsl::users)
                .values((
                    dsl::id.eq(user.id.to_string()),
                    dsl::username.eq(user.username.as_str()),
                    dsl::state.eq(state(user.state)),
                    dsl::roles.eq(&roles),
                    dsl::claims.eq(&claims),
                    dsl::version.eq(1),
                    dsl::created_at.eq(user.created_at.timestamp_millis()),
                    dsl::updated_at.eq(user.created_at.timestamp_millis()),
                ))
                .execute(c)
        })?;
        Ok(())
    }

    /// Replaces name, state, roles and claims of an account, if the version is still the expected
    /// one. Returns the new version.
    pub fn update_user(
        &mut self,
        user: &User,
        expected_version: i64,
        now: Instant,
    ) -> Result<i64, StoreError> {
        let roles = json("users.roles", &user.roles)?;
        let claims = json("users.claims", &user.claims)?;
        let updated = self.run(|c| {
            diesel::update(dsl::users.find(user.id.to_string()))
                .filter(dsl::version.eq(expected_version))
                .set((
                    dsl::username.eq(user.username.as_str()),
                    dsl::state.eq(state(user.state)),
                    dsl::roles.eq(&roles),
                    dsl::claims.eq(&claims),
                    dsl::version.eq(expected_version + 1),
                    dsl::updated_at.eq(now.timestamp_millis()),
                ))
                .execute(c)
        })?;
        expect_version(updated)?;
        Ok(expected_version + 1)
    }
}

/// The text of an account's state, as its `Deserialize` reads it.
const fn state(state: AccountState) -> &'static str {
    match state {
        AccountState::Active => "active",
        AccountState::Disabled => "disabled",
    }
}
