//! Logins in progress: one row each with a version, saved by compare-and-set. That alone gives
//! single-use codes, counted attempts and safety across nodes.

use diesel::prelude::*;
use idp_core::Instant;
use idp_core::id::{BrowserId, LoginId, ServiceProviderId, UserId};

use crate::StoreError;
use crate::access::{Reader, Writer};
use crate::connection::on_each;
use crate::convert::{instant, stored};
use crate::error::expect_version;
use crate::schema::logins::dsl;

/// A login to be stored.
#[derive(Clone, Copy, Debug)]
pub struct NewLogin<'a> {
    /// Names the login.
    pub id: LoginId,
    /// Who asked for it; `None` for an application of this server.
    pub service_provider: Option<ServiceProviderId>,
    /// Who is signing in, once that is known.
    pub user: Option<UserId>,
    /// The browser it is bound to; a request that came by a cross-site POST brings no cookie.
    pub browser: Option<&'a BrowserId>,
    /// The state, in a form only the flow understands.
    pub document: &'a str,
    /// The instant of the request.
    pub created_at: Instant,
    /// When the login can no longer be finished.
    pub expires_at: Instant,
}

/// A login as loaded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LoginRow {
    /// Names the login.
    pub id: LoginId,
    /// The version to name when saving.
    pub version: i64,
    /// Who asked for it; `None` for an application of this server.
    pub service_provider: Option<ServiceProviderId>,
    /// The browser it is bound to.
    pub browser: Option<BrowserId>,
    /// The state, in a form only the flow understands.
    pub document: String,
    /// When the login can no longer be finished.
    pub expires_at: Instant,
}

/// Version, service provider, browser, document, end.
type Row = (i64, Option<String>, Option<String>, String, i64);

impl Reader<'_> {
    /// The login with this identifier, expired or not.
    pub fn login(&mut self, id: LoginId) -> Result<Option<LoginRow>, StoreError> {
        let text = id.to_string();
        let row: Option<Row> = self.run(|c| {
            on_each!(c, c => dsl::logins
                .find(&text)
                .select((
                    dsl::version,
                    dsl::service_provider_id,
                    dsl::browser_id,
                    dsl::document,
                    dsl::expires_at,
                ))
                .first(c)
                .optional())
        })?;
        let Some((version, service_provider, browser, document, expires_at)) = row else {
            return Ok(None);
        };
        Ok(Some(LoginRow {
            id,
            version,
            service_provider: service_provider
                .map(|id| stored("logins.service_provider_id", id))
                .transpose()?,
            browser: browser.map(BrowserId::from_stored),
            document,
            expires_at: instant("logins.expires_at", expires_at)?,
        }))
    }
}

impl Writer<'_> {
    /// Stores a new login, as version 1.
    pub fn insert_login(&mut self, login: &NewLogin<'_>) -> Result<(), StoreError> {
        self.run(|c| {
            diesel::insert_into(dsl::logins)
                .values((
                    dsl::id.eq(login.id.to_string()),
                    dsl::version.eq(1),
                    dsl::service_provider_id.eq(login.service_provider.map(|id| id.to_string())),
                    dsl::user_id.eq(login.user.map(|user| user.to_string())),
                    dsl::browser_id.eq(login.browser.map(BrowserId::as_str)),
                    dsl::document.eq(login.document),
                    dsl::created_at.eq(login.created_at.timestamp_millis()),
                    dsl::expires_at.eq(login.expires_at.timestamp_millis()),
                ))
                .execute(c)
        })?;
        Ok(())
    }

    /// Saves the state of a login if its version is still the expected one: of several answers to
    /// one state, one wins. `browser` binds it anew; `None` leaves the binding. Returns the new
    /// version.
    pub fn save_login(
        &mut self,
        id: LoginId,
        expected_version: i64,
        document: &str,
        user: Option<UserId>,
        browser: Option<&BrowserId>,
    ) -> Result<i64, StoreError> {
        let id = id.to_string();
        let updated = self.run(|c| {
            on_each!(c, c => diesel::update(dsl::logins.find(&id))
                .filter(dsl::version.eq(expected_version))
                .set((
                    dsl::version.eq(expected_version + 1),
                    dsl::document.eq(document),
                    dsl::user_id.eq(user.map(|user| user.to_string())),
                    browser.map(|browser| dsl::browser_id.eq(browser.as_str())),
                ))
                .execute(c))
        })?;
        expect_version(updated)?;
        Ok(expected_version + 1)
    }

    /// Binds a login to a browser. Once bound it stays so: the same browser may claim it again,
    /// another one gets `Conflict::Version`. Leaves the version alone.
    pub fn claim_browser(&mut self, id: LoginId, browser: &BrowserId) -> Result<(), StoreError> {
        let id = id.to_string();
        let free = dsl::browser_id.is_null().or(dsl::browser_id.eq(browser.as_str()));
        let updated = self.run(|c| {
            diesel::update(dsl::logins.find(&id))
                .filter(free)
                .set(dsl::browser_id.eq(browser.as_str()))
                .execute(c)
        })?;
        expect_version(updated)
    }

    /// Removes every login in progress in which it is known that this person signs in.
    pub fn remove_logins_of_user(&mut self, user: UserId) -> Result<(), StoreError> {
        let of_user = dsl::logins.filter(dsl::user_id.eq(user.to_string()));
        self.run(|c| diesel::delete(of_user.clone()).execute(c))?;
        Ok(())
    }

    /// Removes a login. Returns whether it was there.
    pub fn remove_login(&mut self, id: LoginId) -> Result<bool, StoreError> {
        let id = id.to_string();
        Ok(self.run(|c| diesel::delete(dsl::logins.find(&id)).execute(c))? > 0)
    }
}
