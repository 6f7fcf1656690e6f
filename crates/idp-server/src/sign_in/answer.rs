//! One answer to one step: load, decide, save, and hand over what is to be carried out.

use std::sync::Arc;

use authenticators::sms_otp::SmsOtp;
use idp_core::flow::authenticator::{Answer, DenyReason};
use idp_core::flow::limits::Counters;
use idp_core::flow::login::{Decision, EnrolmentChange, Login, LoginEvent, Outcome, Reservation};
use idp_core::flow::situation::Situation;
use idp_core::flow::subject::AuthenticatedSubject;
use idp_core::flow::throttle::{CounterChange, LoadedCounter};
use idp_core::id::{BrowserToken, LoginId, SessionToken, UserId};
use idp_core::saml::request::{Reason, Refusal};
use idp_core::saml::status::Status;
use idp_core::session::Session;
use idp_core::user::{AccountState, Person};
use idp_store::{Conflict, StoreError, Writer};
use serde_json::json;

use super::begin::Arrival;
use super::deliver::came_back;
use super::document::{Document, Loaded, gone, load};
use super::finish::{self, Issued, Particulars};
use super::{Reply, Visit, enrolled, refuse, trail};
use crate::app::App;
use crate::configuration::{Configuration, Registered};
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
struct Context<'a> {
    app: &'a Arc<App>,
    visit: &'a Visit,
    configuration: Arc<Configuration>,
    registered: Arc<Registered>,
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
    let Document { login, request } = document;
    let configuration = app.configuration.refreshed()?;
    let registered = configuration
        .service_provider(&app.store, request.issuer())?
        .filter(|sp| {
            sp.service_provider.id == request.service_provider() && sp.service_provider.enabled
        })
        .ok_or_else(|| gone("a service provider that was removed or disabled meanwhile"))?;
    let enrolment_link = app.enrolment_link(visit)?;
    let context = Context { app, visit, configuration, registered, enrolment_link };
    if let Some(reason) = login.denied() {
        let back = form.answer.pressed(form::RETURN);
        return if back { context.tell_denied(&request, &login, reason) } else { Ok(stay(id)) };
    }
    // An answer to a page that is no longer the current one is not judged; the current one is shown.
    if login.is_over() || form.step.as_deref() != Some(login.position().to_string().as_str()) {
        return Ok(stay(id));
    }
    let person = context.person(&login, &form.answer)?;
    let decision = context.decide(login, person.as_ref(), &form.answer)?;
    context.save(
        &Document { login: decision.login, request },
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
struct Settled {
    outcome: Outcome,
    effect: Option<idp_core::flow::login::PendingEffect>,
    counters: Vec<CounterChange>,
    credential: Option<idp_core::flow::login::CredentialChange>,
    enrolment: Option<EnrolmentChange>,
    events: Vec<LoginEvent>,
    person: Option<Person>,
}

/// Whether a code that was sent came back: neither a backup code nor anything else in its place.
fn code_came_back(login: &Login, events: &[LoginEvent]) -> bool {
    let passed_now = |event: &LoginEvent| matches!(event, LoginEvent::StepPassed { authenticator, .. } if *authenticator == SmsOtp::ID);
    events.iter().any(passed_now) && came_back(login, &SmsOtp::ID)
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
        let bare = self.situation(None, &nothing);
        match login.typed_name(&bare, answer) {
            Some(name) => Ok(store.read(|r| r.person_by_username(&name))?),
            None => Ok(None),
        }
    }

    fn situation<'a>(
        &'a self,
        person: Option<&'a Person>,
        counters: &'a Counters,
    ) -> Situation<'a> {
        let application = self.registered.application();
        self.app.situation(self.visit, application, person, counters, self.enrolment_link)
    }

    /// The decision. A costly answer waits for a place, and is counted before it is judged.
    fn decide(
        &self,
        login: Login,
        person: Option<&Person>,
        answer: &Answer,
    ) -> Result<Decision, WebError> {
        let nothing = Counters::new();
        let bare = self.situation(person, &nothing);
        let _place =
            if login.is_costly(&bare, answer) { Some(self.app.gate.enter()?) } else { None };
        let name = login.attempt_name(&bare, answer);
        let keys = login.counter_keys(&bare, name.as_ref(), Some(answer));
        let mut counters = self.app.store.read(|r| r.load_counters(&keys))?;
        let situation = self.situation(person, &counters);
        let change = match login.reserve(&situation, answer) {
            Reservation::Refused(decision) => return Ok(*decision),
            Reservation::NotNeeded => return Ok(login.answer(&situation, answer, &mut rng())),
            Reservation::Take(change) => change,
        };
        self.app.store.write(|w| w.apply_counters(std::slice::from_ref(&change)))?;
        let reserved = LoadedCounter { value: change.value, version: change.expected_version + 1 };
        counters.insert(change.key, reserved);
        let situation = self.situation(person, &counters);
        Ok(login.answer_reserved(&situation, answer, &mut rng()))
    }

    /// Saves what was decided, in one transaction, and answers.
    fn save(&self, document: &Document, version: i64, settled: Settled) -> Result<Reply, WebError> {
        let Settled { outcome, effect, counters, credential, enrolment, events, person } = settled;
        let (id, user) = (document.login.id(), person.as_ref().map(|person| person.user.id));
        let rows = trail::of_login(self.visit, &document.login, user, &events);
        let text = document.to_text()?;
        let known = document.login.user();
        let code_came_back = code_came_back(&document.login, &events);
        let write = |w: &mut Writer<'_>| {
            w.save_login(id, version, &text, known, None)?;
            w.apply_counters(&counters)?;
            w.insert_audit_events(&rows)?;
            if code_came_back {
                w.sms_sends_used(id)?;
            }
            if let Some(change) = &enrolment {
                enrolled::write(w, self.visit, change)?;
            }
            let Some(change) = &credential else { return Ok(()) };
            match person.as_ref().and_then(|person| person.credentials.get(&change.authenticator)) {
                Some(judged) => w.replace_credential(
                    change.user,
                    &change.authenticator,
                    judged,
                    &change.credential,
                    self.visit.now,
                ),
                None => w.set_credential(
                    change.user,
                    &change.authenticator,
                    &change.credential,
                    self.visit.now,
                ),
            }
        };
        let reply = match outcome {
            Outcome::Finished(subject) => self.finish(document, subject, person.as_ref(), write),
            Outcome::Denied(DenyReason::Cancelled) => {
                self.app.store.write(write)?;
                self.app.metrics.login_finished("cancelled");
                self.tell_denied(&document.request, &document.login, DenyReason::Cancelled)
            }
            Outcome::Ask | Outcome::Denied(_) => {
                let denied = matches!(outcome, Outcome::Denied(_));
                self.app.store.write(write)?;
                if denied {
                    self.app.metrics.login_finished("denied");
                }
                Ok(Reply::ToLogin { login: id, token: None, effect })
            }
        }?;
        if let Some(change) = enrolment {
            enrolled::tell(self.app, id, self.registered.service_provider.id, change.notices);
        }
        Ok(reply)
    }

    /// Issues the Response, opens the session, and saves everything together.
    fn finish(
        &self,
        document: &Document,
        subject: AuthenticatedSubject,
        person: Option<&Person>,
        write: impl FnOnce(&mut Writer<'_>) -> Result<(), StoreError>,
    ) -> Result<Reply, WebError> {
        let Some(Person { user, .. }) = person else {
            return Err(WebError::Internal("a login finished for nobody".to_owned()));
        };
        let (sp, request) = (&self.registered.service_provider, &document.request);
        let present = self.visit.session.as_ref().map(SessionToken::id);
        let facts = self.app.store.read(|r| r.sso_facts(present.as_ref(), sp.id))?;
        let earlier = facts.session.map(|(session, _)| session);
        let live = earlier.as_ref().filter(|s| s.is_live(self.visit.now, self.app.limits.session));
        let token = SessionToken::new(&mut rng());
        let session =
            Session::after(&subject, live, token.id(), self.visit.now, self.app.limits.session);
        let pairwise = self.app.store.read(|r| r.pairwise_id(user.id, sp.id))?;
        let particulars = Particulars {
            configuration: &self.configuration,
            registered: &self.registered,
            request,
            session: &session,
            user,
            pairwise,
        };
        let issued = match finish::issue(self.app, self.visit, subject, &particulars)? {
            Ok(issued) => issued,
            Err(refusal) => {
                self.app.store.write(write)?;
                return self.refuse(*refusal);
            }
        };
        let Issued { response, event, pairwise } = issued;
        self.app.store.write(|w| {
            write(w)?;
            Self::still_active(w, user.id)?;
            if let Some(old) = &earlier {
                w.remove_session(&old.id)?;
            }
            w.insert_session(&session)?;
            pairwise.as_ref().map_or(Ok(()), |pairwise| w.insert_pairwise_id(pairwise))?;
            w.insert_audit_events(&[event])
        })?;
        self.app.metrics.login_finished("signed_in");
        Ok(Reply::Post {
            response: Box::new(response),
            application: sp.name.clone(),
            session: Some(token),
            over: Some(document.login.id()),
        })
    }

    /// An account that was switched off while its password was judged gets no session: the decision
    /// is taken anew, with the account as it is.
    fn still_active(w: &mut Writer<'_>, user: UserId) -> Result<(), StoreError> {
        match w.user_by_id(user)? {
            Some(user) if user.value.state == AccountState::Active => Ok(()),
            _ => Err(Conflict::Version.into()),
        }
    }

    /// Tells the service provider that nobody was signed in. Who has nothing to pass a step with that
    /// only this request demands cannot be signed in as it asks (saml-core 3.2.2.2).
    fn tell_denied(
        &self,
        request: &idp_core::saml::request::VerifiedRequest,
        login: &Login,
        denied: DenyReason,
    ) -> Result<Reply, WebError> {
        let missing = matches!(denied, DenyReason::NotEnrolled | DenyReason::EnrolmentUnproven);
        let beyond = missing && login.must_not_skip();
        let status = if beyond { Status::NoAuthnContext } else { Status::AuthnFailed };
        let reason = Reason {
            code: "authn-failed".to_owned(),
            rule: "saml-core 3.2.2.2, C066".to_owned(),
            expected: "a finished login".to_owned(),
            found: json!(denied).as_str().unwrap_or_default().to_owned(),
            advice: "Nobody was signed in. Let the person try again.".to_owned(),
        };
        let refusal = Refusal { request: request.clone(), status, reason };
        let reply = self.refuse(refusal)?;
        Ok(match reply {
            Reply::Post { response, application, session, .. } => {
                Reply::Post { response, application, session, over: Some(login.id()) }
            }
            other => other,
        })
    }

    fn refuse(&self, refusal: Refusal) -> Result<Reply, WebError> {
        let (configuration, registered) = (&self.configuration, &self.registered);
        refuse::refuse(
            self.app,
            self.visit,
            configuration,
            registered,
            refusal,
            Arrival::SeenBefore,
        )
    }
}
