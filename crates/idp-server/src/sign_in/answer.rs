//! One answer to one step: load, decide, and hand over to `settle`, which saves and answers.

use std::sync::Arc;

use idp_core::flow::authenticator::Answer;
use idp_core::flow::limits::Counters;
use idp_core::flow::login::{
    CredentialChange, Decision, EnrolmentChange, Login, LoginEvent, Outcome, PendingEffect,
    Reservation,
};
use idp_core::flow::situation::Situation;
use idp_core::flow::throttle::{CounterChange, LoadedCounter};
use idp_core::id::{BrowserToken, LoginId, UserId};
use idp_core::user::Person;
use idp_store::{Conflict, StoreError};

use super::document::{Document, Loaded, load};
use super::local::live_session;
use super::target::Party;
use super::{Reply, Visit};
use crate::app::App;
use crate::configuration::Configuration;
use crate::error::WebError;
use crate::pages::{Problem, form};
use crate::rng::rng;

/// A submitted login form.
pub struct Form {
    /// The token of our page.
    pub csrf: Option<String>,
    /// Which step it answers.
    pub step: Option<String>,
    /// The rest.
    pub answer: Answer,
}

/// Judges a form, and judges again when somebody else was faster.
pub fn answer(
    app: &Arc<App>,
    visit: &Visit,
    id: LoginId,
    token: Option<&BrowserToken>,
    form: &Form,
) -> Result<Reply, WebError> {
    for _ in 0..super::ATTEMPTS {
        match attempt(app, visit, id, token, form) {
            Err(WebError::Store(StoreError::Conflict(
                Conflict::Version | Conflict::DuplicatePairwiseId,
            ))) => {}
            other => return other,
        }
    }
    Err(StoreError::from(Conflict::Version).into())
}

/// What one attempt works with.
pub(super) struct Context<'a> {
    pub(super) app: &'a Arc<App>,
    pub(super) visit: &'a Visit,
    pub(super) configuration: Arc<Configuration>,
    pub(super) party: Party,
    /// Whose enrolment link the browser presents.
    enrolment_link: Option<UserId>,
}

fn attempt(
    app: &Arc<App>,
    visit: &Visit,
    id: LoginId,
    token: Option<&BrowserToken>,
    form: &Form,
) -> Result<Reply, WebError> {
    let Loaded { document, version } = load(&app.store, id, token)?;
    if !token.is_some_and(|token| app.keys.csrf_matches(id, token, form.csrf.as_deref())) {
        return Err(WebError::page(
            Problem::FormOutdated,
            "csrf",
            "A141",
            "the token of our own page",
            "another",
        ));
    }
    let Document { login, target } = document;
    let configuration = app.configuration.refreshed()?;
    let party = target.party(app, &configuration)?;
    let enrolment_link = app.enrolment_link(visit)?;
    let context = Context { app, visit, configuration, party, enrolment_link };
    if let Some(reason) = login.denied() {
        let back = form.answer.pressed(form::RETURN);
        return if back { context.tell_denied(&target, &login, reason) } else { Ok(stay(id)) };
    }
    // An answer to a page that is no longer the current one is not judged; the current one is shown.
    if login.is_over() || form.step.as_deref() != Some(login.position().to_string().as_str()) {
        return Ok(stay(id));
    }
    let person = context.person(&login, &form.answer)?;
    let decision = if login.took_over() && !login.is_backed_by(live_session(app, visit)?.as_ref()) {
        let nothing = Counters::new();
        let situation = context.situation(person.as_ref(), &nothing)?;
        login.answer_unbacked(&situation, &form.answer, &mut rng())
    } else {
        context.decide(login, person.as_ref(), &form.answer)?
    };
    context.save(
        &Document { login: decision.login, target },
        version,
        Settled {
            outcome: decision.outcome,
            effect: decision.effect,
            counters: decision.counters,
            credential: decision.credential,
            enrolment: decision.enrolment,
            events: decision.events,
            person,
        },
    )
}

/// A decision without its login.
pub(super) struct Settled {
    pub(super) outcome: Outcome,
    pub(super) effect: Option<PendingEffect>,
    pub(super) counters: Vec<CounterChange>,
    pub(super) credential: Option<CredentialChange>,
    pub(super) enrolment: Option<EnrolmentChange>,
    pub(super) events: Vec<LoginEvent>,
    pub(super) person: Option<Person>,
}

const fn stay(login: LoginId) -> Reply {
    Reply::ToLogin { login, token: None, effect: None }
}

impl Context<'_> {
    /// The person the login is about, or the one just named.
    fn person(&self, login: &Login, answer: &Answer) -> Result<Option<Person>, WebError> {
        let store = &self.app.store;
        if let Some(user) = login.user() {
            return Ok(store.read(|r| r.person_by_id(user))?);
        }
        let nothing = Counters::new();
        let bare = self.situation(None, &nothing)?;
        match login.typed_name(&bare, answer) {
            Some(name) => Ok(store.read(|r| r.person_by_username(&name))?),
            None => Ok(None),
        }
    }

    fn situation<'a>(
        &'a self,
        person: Option<&'a Person>,
        counters: &'a Counters,
    ) -> Result<Situation<'a>, WebError> {
        let application = self.party.application(&self.configuration)?;
        let link = self.enrolment_link;
        Ok(self.app.situation(self.visit, application, person, counters, link))
    }

    /// The decision. A costly answer waits for a place, and is counted before it is judged.
    fn decide(
        &self,
        login: Login,
        person: Option<&Person>,
        answer: &Answer,
    ) -> Result<Decision, WebError> {
        let nothing = Counters::new();
        let bare = self.situation(person, &nothing)?;
        let _place =
            if login.is_costly(&bare, answer) { Some(self.app.gate.enter()?) } else { None };
        let name = login.attempt_name(&bare, answer);
        let keys = login.counter_keys(&bare, name.as_ref(), Some(answer));
        let mut counters = self.app.store.read(|r| r.load_counters(&keys))?;
        let situation = self.situation(person, &counters)?;
        let change = match login.reserve(&situation, answer) {
            Reservation::Refused(decision) => return Ok(*decision),
            Reservation::NotNeeded => return Ok(login.answer(&situation, answer, &mut rng())),
            Reservation::Take(change) => change,
        };
        self.app.store.write(|w| w.apply_counters(std::slice::from_ref(&change)))?;
        let reserved = LoadedCounter { value: change.value, version: change.expected_version + 1 };
        counters.insert(change.key, reserved);
        let situation = self.situation(person, &counters)?;
        Ok(login.answer_reserved(&situation, answer, &mut rng()))
    }
}
