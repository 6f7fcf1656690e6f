//! What a page works at: the signed-in person with the rights read at this request, and the
//! operations that these rights open.

use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;

use chrono::TimeDelta;
use idp_admin::{Actor, Admin, AdminError, Permission};
use idp_core::Instant;
use idp_core::id::UserId;
use idp_core::saml::urn::KeyKind;
use idp_store::Store;
use url::form_urlencoded;

use super::frame::{Crumb, Frame, Section};
use super::routes;
use super::stop::Stop;
use crate::app::App;
use crate::configuration::Configuration;
use crate::sign_in::Admitted;

pub use crate::signed_in::CONFIRMED;

/// Who opens a form for such a change has at least so much time left to send it.
const TO_FILL_IN: TimeDelta = TimeDelta::minutes(3);

/// The desk of one request.
pub struct Desk<'a> {
    /// The server's parts.
    pub app: &'a Arc<App>,
    /// The one instant of this request.
    pub now: Instant,
    /// Where it came from.
    pub address: IpAddr,
    pub(super) who: Admitted,
    pub(super) csrf: String,
    pub(super) flash: Option<String>,
    pub(super) query: &'a str,
    /// Whether something is to be changed now.
    pub(super) changes: bool,
    pub(super) key_kinds: Vec<KeyKind>,
    /// The database, watched over by the scenarios where something is to be changed.
    pub(super) store: Store,
}

impl Desk<'_> {
    /// The operations, on behalf of the person.
    pub fn admin(&self) -> Admin<'_> {
        let kinds = &self.key_kinds;
        let admin = self.app.admin(self.actor(), self.now, &self.who.configuration, kinds);
        Admin { address: Some(self.address), store: &self.store, ..admin }
    }

    /// The person as the operations know them.
    pub fn actor(&self) -> Actor {
        let user = &self.who.user;
        Actor::User { id: user.id, username: user.username.clone(), roles: user.roles.clone() }
    }

    /// Whether it is the account of the person.
    pub fn is_oneself(&self, user: UserId) -> bool {
        self.who.user.id == user
    }

    /// The configuration in force.
    pub fn configuration(&self) -> &Configuration {
        &self.who.configuration
    }

    /// Whether the person may do it: for showing buttons. The operations ask by themselves.
    pub fn may(&self, permission: Permission) -> bool {
        self.actor().require(permission).is_ok()
    }

    /// Stops unless the person may do it.
    pub fn require(&self, permission: Permission) -> Result<(), AdminError> {
        self.actor().require(permission)
    }

    /// Stops unless the person passed every step of the console within this time, [`CONFIRMED`] as a
    /// rule; they are asked to, and come back to `form`, the address of the page with the form. Ask
    /// before the form is shown, and again when it is sent.
    pub fn recent(&self, within: TimeDelta, form: &str) -> Result<(), Stop> {
        let spare = if self.changes { TimeDelta::zero() } else { TO_FILL_IN.min(within / 2) };
        if self.now - self.who.authenticated_at <= within - spare {
            return Ok(());
        }
        Err(Stop::Confirm { form: form.to_owned() })
    }

    /// A parameter of the query; the first of several.
    pub fn query(&self, name: &str) -> Option<Cow<'_, str>> {
        let mut all = form_urlencoded::parse(self.query.as_bytes());
        all.find(|(parameter, _)| parameter == name).map(|(_, value)| value)
    }

    /// What surrounds a page of this section with this title.
    pub fn frame(&self, section: Section, title: impl Into<String>) -> Frame {
        let roles: Vec<&str> =
            self.who.user.roles.iter().map(|role| idp_admin::users::role_name(*role)).collect();
        Frame {
            product: self.configuration().brand().product_name.clone(),
            person: self.who.user.username.to_string(),
            roles: roles.join(", "),
            csrf: self.csrf.clone(),
            section,
            title: title.into(),
            crumbs: vec![Crumb::new("Overview", routes::OVERVIEW)],
            flash: self.flash.clone(),
            mistakes: false,
            may_change: self.may(Permission::Change),
        }
    }
}
