//! Saving what was decided, in one transaction, and answering: the next page, a Response, a page of an
//! application of ours, or that nobody was signed in.

use authenticators::sms_otp::SmsOtp;
use idp_core::claim::ClaimUri;
use idp_core::flow::authenticator::DenyReason;
use idp_core::flow::login::{Login, LoginEvent, Outcome, Purpose};
use idp_core::flow::subject::AuthenticatedSubject;
use idp_core::id::UserId;
use idp_core::saml::request::{Reason, Refusal, VerifiedRequest};
use idp_core::sso::status_of_denial;
use idp_core::user::{Person, User};
use idp_store::{AuditEvent, StoreError, Writer};
use serde_json::json;

use super::answer::{Context, Settled};
use super::begin::{Arrival, not_open};
use super::deliver::came_back;
use super::document::Document;
use super::finish::{self, Issued, NotIssued, Particulars};
use super::missing::Stopped;
use super::opened::Opened;
use super::target::{Party, Target};
use super::{LocalTarget, Reply, enrolled, refuse, trail};
use crate::configuration::Registered;
use crate::error::WebError;

impl Context<'_> {
    /// Saves what was decided, in one transaction, and answers.
    pub(super) fn save(
        &self,
        document: &Document,
        version: i64,
        settled: Settled,
    ) -> Result<Reply, WebError> {
        let Settled { outcome, effect, counters, credential, enrolment, events, person } = settled;
        let (id, user) = (document.login.id(), person.as_ref().map(|person| person.user.id));
        let rows = trail::of_login(self.visit, &document.login, user, &events);
        let text = document.to_text()?;
        let known = document.login.user();
        let code_came_back = code_came_back(&document.login, &events);
        let verified = match &enrolment {
            Some(change) if change.claim == ClaimUri::MOBILE => Some((change.user, &*change.value)),
            None if code_came_back => person.as_ref().and_then(own_number),
            _ => None,
        };
        let write = |w: &mut Writer<'_>| {
            w.save_login(id, version, &text, known, None)?;
            w.apply_counters(&counters)?;
            w.insert_audit_events(&rows)?;
            if code_came_back {
                w.sms_sends_used(id)?;
            }
            if let Some((user, number)) = verified {
                w.note_verified_number(user, number, self.visit.now)?;
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
                self.tell_denied(&document.target, &document.login, DenyReason::Cancelled)
            }
            Outcome::Ask | Outcome::Denied(_) => {
                let denied = matches!(outcome, Outcome::Denied(_));
                self.app.store.write(write)?;
                if denied {
                    self.app.metrics.login_finished("denied");
                }
                if let (Outcome::Denied(DenyReason::NotOpen), Party::ServiceProvider(sp)) =
                    (&outcome, &self.party)
                {
                    return Err(not_open(&sp.service_provider));
                }
                Ok(Reply::ToLogin { login: id, token: None, effect })
            }
        }?;
        if let Some(change) = enrolment {
            let service_provider = self.party.service_provider();
            enrolled::tell(self.app, id, service_provider, change.notices);
        }
        Ok(reply)
    }

    /// Spends the proof, opens the session, and saves everything together.
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
        match (&document.target, &self.party) {
            (Target::Saml(request), Party::ServiceProvider(registered)) => {
                self.issue(document, (request, registered), subject, user, write)
            }
            (Target::Local(target), Party::Local(_)) => {
                self.admit(document, target, &subject, user, write)
            }
            _ => Err(WebError::Internal("a login for one party answers another".to_owned())),
        }
    }

    /// Opens the session, and the way to the page of ours.
    fn admit(
        &self,
        document: &Document,
        target: &LocalTarget,
        subject: &AuthenticatedSubject,
        user: &User,
        write: impl FnOnce(&mut Writer<'_>) -> Result<(), StoreError>,
    ) -> Result<Reply, WebError> {
        let local = target.application();
        if *subject.purpose() != (Purpose::Local { local }) || subject.user() != user.id {
            return Err(WebError::Internal("a proof for something else".to_owned()));
        }
        let opened = Opened::after(self.app, self.visit, &document.login, subject)?;
        let steps: Vec<_> = subject.steps().iter().map(|step| &step.authenticator).collect();
        let detail = json!({
            "login": document.login.id(),
            "local": local,
            "steps": steps,
            "skipped": subject.skipped(),
        });
        let event = AuditEvent {
            user: Some(user.id),
            session: Some(opened.session.id.clone()),
            ..trail::event(self.visit, "local.signed-in", detail)
        };
        self.app.store.write(|w| {
            write(w)?;
            opened.write(w)?;
            w.insert_audit_events(&[event])
        })?;
        self.app.metrics.login_finished("signed_in");
        let (target, session) = (target.clone(), Some(opened.token));
        Ok(Reply::ToLocal { target, session, over: Some(document.login.id()) })
    }

    /// Issues the Response and opens the session.
    fn issue(
        &self,
        document: &Document,
        (request, registered): (&VerifiedRequest, &Registered),
        subject: AuthenticatedSubject,
        user: &User,
        write: impl FnOnce(&mut Writer<'_>) -> Result<(), StoreError>,
    ) -> Result<Reply, WebError> {
        let sp = &registered.service_provider;
        let opened = Opened::after(self.app, self.visit, &document.login, &subject)?;
        let pairwise = self.app.store.read(|r| r.pairwise_id(user.id, sp.id))?;
        let particulars = Particulars {
            configuration: &self.configuration,
            registered,
            request,
            session: &opened.session,
            user,
            pairwise,
        };
        let issued = match finish::issue(self.app, self.visit, subject, &particulars)? {
            Ok(issued) => issued,
            Err(NotIssued::Refused(refusal)) => {
                self.app.store.write(write)?;
                return self.refuse(registered, *refusal);
            }
            Err(NotIssued::Missing(missing)) => {
                let stopped = Stopped::new(self.app, self.visit, request, user, missing)?;
                self.app.store.write(|w| {
                    write(w)?;
                    opened.write(w)?;
                    stopped.write(w)
                })?;
                let over = Some(document.login.id());
                return Ok(stopped.reply(self.app, Some(opened.token), over));
            }
        };
        let Issued { response, event, pairwise, participant } = issued;
        self.app.store.write(|w| {
            write(w)?;
            opened.write(w)?;
            pairwise.as_ref().map_or(Ok(()), |pairwise| w.insert_pairwise_id(pairwise))?;
            w.insert_participant(&participant)?;
            w.insert_audit_events(&[event])
        })?;
        self.app.metrics.login_finished("signed_in");
        Ok(Reply::Post {
            response: Box::new(response),
            application: sp.name.clone(),
            session: Some(opened.token),
            over: Some(document.login.id()),
        })
    }

    /// Tells that nobody was signed in: a page of ours for an application of ours.
    pub(super) fn tell_denied(
        &self,
        target: &Target,
        login: &Login,
        denied: DenyReason,
    ) -> Result<Reply, WebError> {
        match (target, &self.party) {
            (Target::Local(target), _) => {
                Ok(Reply::Left { target: target.clone(), over: login.id() })
            }
            (Target::Saml(request), Party::ServiceProvider(registered)) => {
                self.answer_denied((request, registered), login, denied)
            }
            (Target::Saml(_), Party::Local(_)) => {
                Err(WebError::Internal("a login for one party answers another".to_owned()))
            }
        }
    }

    /// Tells the service provider that nobody was signed in.
    fn answer_denied(
        &self,
        (request, registered): (&VerifiedRequest, &Registered),
        login: &Login,
        denied: DenyReason,
    ) -> Result<Reply, WebError> {
        let status = status_of_denial(denied, login.must_not_skip());
        let reason = Reason {
            code: "authn-failed".to_owned(),
            rule: "saml-core 3.2.2.2, C066".to_owned(),
            expected: "a finished login".to_owned(),
            found: json!(denied).as_str().unwrap_or_default().to_owned(),
            advice: "Nobody was signed in. Let the person try again.".to_owned(),
        };
        let refusal = Refusal { request: request.clone(), status, reason };
        let reply = self.refuse(registered, refusal)?;
        Ok(match reply {
            Reply::Post { response, application, session, .. } => {
                Reply::Post { response, application, session, over: Some(login.id()) }
            }
            other => other,
        })
    }

    fn refuse(&self, registered: &Registered, refusal: Refusal) -> Result<Reply, WebError> {
        let (configuration, seen) = (&self.configuration, Arrival::SeenBefore);
        refuse::refuse(self.app, self.visit, configuration, registered, refusal, seen)
    }
}

/// The number that codes of this person go to, as it was judged.
fn own_number(person: &Person) -> Option<(UserId, &str)> {
    Some((person.user.id, person.user.claims.first(&ClaimUri::MOBILE)?))
}

/// Whether a code that was sent came back: neither a backup code nor anything else in its place.
fn code_came_back(login: &Login, events: &[LoginEvent]) -> bool {
    let passed_now = |event: &LoginEvent| matches!(event, LoginEvent::StepPassed { authenticator, .. } if *authenticator == SmsOtp::ID);
    events.iter().any(passed_now) && came_back(login, &SmsOtp::ID)
}
