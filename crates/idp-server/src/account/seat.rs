//! What a page works at: the signed-in person, and the operations on their own account.

use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::Arc;

use idp_admin::own_account::OwnAccount;
use idp_admin::{Actor, Admin};
use idp_core::id::SessionToken;
use idp_core::saml::urn::KeyKind;
use url::form_urlencoded;

use super::frame::{Frame, Section};
use crate::app::App;
use crate::language::{Language, Text, Words};
use crate::sign_in::{Admitted, Visit};
use crate::signed_in::origin;

/// The seat of one request.
pub struct Seat<'a> {
    /// The server's parts.
    pub app: &'a Arc<App>,
    /// Who asks, and when.
    pub visit: &'a Visit,
    /// The words of the page.
    pub words: Words,
    pub(super) who: Admitted,
    pub(super) csrf: String,
    /// The token under which the session goes on; that of the request is dead.
    pub(super) renewed: RefCell<Option<SessionToken>>,
    pub(super) flash: Option<String>,
    pub(super) query: &'a str,
    pub(super) key_kinds: Vec<KeyKind>,
}

impl Seat<'_> {
    /// The operations of the person on their own account.
    pub fn own(&self) -> OwnAccount<'_> {
        let (user, session) = (&self.who.user, &self.who.session);
        let actor = Actor::Owner {
            id: user.id,
            username: user.username.clone(),
            session: session.id.clone(),
        };
        let admin: Admin<'_> =
            self.app.admin(actor, self.visit.now, &self.who.configuration, &self.key_kinds);
        OwnAccount {
            admin,
            limits: &self.app.limits.flow,
            session_limits: self.app.limits.session,
            address: self.visit.address,
            link: self.visit.enrolment.as_ref(),
            languages: &self.visit.wishes.accepted,
            chosen_language: self.visit.wishes.chosen.map(Language::tag),
            host: self.app.public_url.host(),
        }
    }

    /// The session goes on under this token: for forms shown from now on, and for the browser.
    pub fn goes_on_in(&self, token: SessionToken) {
        self.renewed.replace(Some(token));
    }

    /// A parameter of the query; the first of several.
    pub fn query(&self, name: &str) -> Option<Cow<'_, str>> {
        let mut all = form_urlencoded::parse(self.query.as_bytes());
        all.find(|(parameter, _)| parameter == name).map(|(_, value)| value)
    }

    /// What surrounds the first page of this section.
    pub fn frame(&self, section: Section) -> Frame {
        self.frame_titled(section, section.title(self.words))
    }

    /// What surrounds a page of this section with this title.
    pub fn frame_titled(&self, section: Section, title: Text) -> Frame {
        Frame {
            brand: self.who.configuration.brand(),
            person: self.who.user.username.to_string(),
            has_role: !self.who.user.roles.is_empty(),
            csrf: match &*self.renewed.borrow() {
                Some(renewed) => origin::token(self.app, renewed),
                None => self.csrf.clone(),
            },
            section,
            title,
            flash: self.flash.clone(),
            mistakes: false,
            words: self.words,
            here: self.visit.here.clone(),
        }
    }
}
