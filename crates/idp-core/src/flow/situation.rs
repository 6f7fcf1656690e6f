//! Everything a decision may depend on besides the login and the answer.

use std::net::IpAddr;
use std::sync::LazyLock;

use crate::Instant;
use crate::id::UserId;
use crate::quarantine::Quarantine;
use crate::user::{AccountState, Person};

use super::authenticator::{
    Answer, Authenticator, Challenge, ClaimView, Facts, Registry, SendingPermission, Subject,
};
use super::enrolment::grant;
use super::limits::{Counters, KeyedHasher, Limits, Sending, loaded, substitute_key};
use super::login::Login;
use super::settings::{AuthenticatorSettings, SettingsByAuthenticator};
use super::throttle::AttemptPermission;

/// The facts of one request, loaded before the decision.
pub struct Situation<'a> {
    /// The authenticators of this server.
    pub registry: &'a Registry,
    /// The limits in force.
    pub limits: &'a Limits,
    /// Hashes what counters are keyed by.
    pub hasher: &'a KeyedHasher,
    /// The instant of this request.
    pub now: Instant,
    /// The person the login is about, or the one with the name just typed. `None`: no such person.
    pub person: Option<&'a Person>,
    /// The counters named by [`Login::counter_keys`].
    pub counters: &'a Counters,
    /// Where the request came from.
    pub address: IpAddr,
    /// The application the person wants to use.
    pub application: Application<'a>,
    /// Whose unused enrolment link the browser presents.
    pub enrolment_link: Option<UserId>,
    /// The languages that the person's browser asks for, best first.
    pub languages: &'a [String],
    /// The language that the person chose on a page of ours.
    pub chosen_language: Option<&'a str>,
    /// The host in the address bar.
    pub host: &'a str,
}

/// The application a login is for, as far as steps may know it.
#[derive(Clone, Copy)]
pub struct Application<'a> {
    /// Its name, from its registration.
    pub name: &'a str,
    /// What is set for authenticators there.
    pub settings: &'a SettingsByAuthenticator,
    /// Who alone may sign in to it, while it is being set up.
    pub quarantine: Option<&'a Quarantine>,
}

impl Application<'_> {
    /// Whether this person may sign in to it.
    pub fn is_open_to(&self, person: &Person) -> bool {
        self.quarantine.is_none_or(|quarantine| quarantine.admits(&person.user.username))
    }
}

impl<'a> Subject<'a> {
    /// The person as this authenticator may see them.
    pub fn of(person: &'a Person, authenticator: &dyn Authenticator) -> Self {
        Self {
            id: person.user.id,
            username: &person.user.username,
            claims: ClaimView::new(&person.user.claims, authenticator.claims()),
            credential: person.credentials.get(&authenticator.id()),
        }
    }
}

impl<'a> Situation<'a> {
    /// The person, unless the account is switched off: authenticators treat such a person as
    /// unknown, in words and in time.
    pub(super) fn active_person(&self) -> Option<&'a Person> {
        self.person.filter(|person| person.user.state == AccountState::Active)
    }

    /// A message of this authenticator at this login, in answer to this.
    pub(super) fn message<'m>(
        &self,
        authenticator: &'m dyn Authenticator,
        person: &'m Person,
        challenge: Option<&'m Challenge>,
        answer: Option<&'m Answer>,
    ) -> Sending<'m> {
        Sending { authenticator, person, challenge, answer, address: self.address }
    }

    /// Whether such a message may be sent now.
    fn sending(
        &self,
        login: &Login,
        authenticator: &dyn Authenticator,
        answer: Option<&Answer>,
    ) -> SendingPermission {
        self.active_person().map_or(SendingPermission::Allowed, |person| {
            let challenge = login.challenge(&authenticator.id());
            let sending = self.message(authenticator, person, challenge, answer);
            self.limits.sending_permission(self.hasher, &sending, self.counters, self.now)
        })
    }

    /// Whether a substitute for this authenticator may be judged now.
    fn substitutes(&self, authenticator: &dyn Authenticator) -> AttemptPermission {
        self.active_person().map_or(AttemptPermission::Allowed, |person| {
            let key = substitute_key(self.hasher, &authenticator.id(), &person.user.username);
            self.limits.attempts.permission(loaded(self.counters, &key), self.now)
        })
    }

    /// What one authenticator may know, when it is shown or judges this answer.
    pub(super) fn facts<'f>(
        &'f self,
        login: &'f Login,
        authenticator: &dyn Authenticator,
        answer: Option<&Answer>,
    ) -> Facts<'f> {
        static NONE: LazyLock<AuthenticatorSettings> =
            LazyLock::new(AuthenticatorSettings::default);
        Facts {
            now: self.now,
            login: login.id(),
            subject: self.active_person().map(|person| Subject::of(person, authenticator)),
            challenge: login.challenge(&authenticator.id()),
            force_authn: login.force_authn(),
            sending: self.sending(login, authenticator, answer),
            substitutes: self.substitutes(authenticator),
            enrolment: self.active_person().and_then(|person| {
                let has_link = self.enrolment_link == Some(person.user.id);
                grant(person, has_link, self.limits.fresh_account, self.now)
            }),
            application: self.application.name,
            settings: self.application.settings.get(&authenticator.id()).unwrap_or(&NONE),
            languages: self.languages,
            chosen_language: self.chosen_language,
            host: self.host,
        }
    }
}
