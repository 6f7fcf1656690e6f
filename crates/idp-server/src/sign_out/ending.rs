//! Ending sessions: ours, with everything that could bring them back, in one transaction; and the run
//! that tells everybody else.

use std::collections::BTreeSet;

use idp_core::id::{BrowserToken, LogoutId, ServiceProviderId, SessionId, SessionToken, UserId};
use idp_core::logout::{LogoutRun, Participant, Participation, Party, participants};
use idp_core::saml::logout::{LogoutRefusal, LogoutStatus, VerifiedLogoutRequest};
use idp_core::saml::request::{Reason, RequestError};
use idp_core::saml::status::Status;
use idp_store::{AuditEvent, Conflict, NewLogoutRun, SeenRequest, StoreError, Writer};
use serde_json::{Value, json};

use super::telling::again;
use super::{Reply, answer, stored, view};
use crate::app::App;
use crate::configuration::{Configuration, Registered};
use crate::error::{REPLAYED, WebError};
use crate::rng::rng;
use crate::sign_in::{Visit, trail};

/// The most sessions that one request ends.
const MOST_SESSIONS: u32 = 256;

/// Sessions that are to end, and whom that concerns.
pub(super) struct Ending {
    pub(super) user: UserId,
    sessions: Vec<SessionId>,
    asking: Option<ServiceProviderId>,
    pub(super) participants: Vec<Participant>,
}

/// What signing out here will end.
pub struct Parting {
    /// Who is signed in.
    pub person: String,
    /// The applications that are told.
    pub applications: Vec<String>,
}

/// Who is signed in with this browser, and at which applications; `None` for nobody.
pub fn parting(app: &App, visit: &Visit) -> Result<Option<Parting>, WebError> {
    let Some(id) = visit.session.as_ref().map(SessionToken::id) else { return Ok(None) };
    let Some((session, user)) = app.store.read(|r| r.live_session(&id))? else { return Ok(None) };
    let told = app.store.read(|r| r.participations_of_session(&session.id))?;
    let of: BTreeSet<ServiceProviderId> = told.iter().map(|one| one.service_provider).collect();
    let configuration = app.configuration.refreshed()?;
    let mut applications = Vec::new();
    for id in of {
        if let Some(found) = view::registered(app, &configuration, id)? {
            applications.push(found.service_provider.name.clone());
        }
    }
    applications.sort();
    Ok(Some(Parting { person: user.username.as_str().to_owned(), applications }))
}

/// Ends the session of this browser, for who signs out on a page of ours.
pub fn by_person(app: &App, visit: &Visit) -> Result<Reply, WebError> {
    again(|| by_person_once(app, visit))
}

fn by_person_once(app: &App, visit: &Visit) -> Result<Reply, WebError> {
    let Some(id) = visit.session.as_ref().map(SessionToken::id) else {
        return Ok(Reply::SignedOut);
    };
    let Some((session, user)) = app.store.read(|r| r.live_session(&id))? else {
        return Ok(Reply::SignedOut);
    };
    let ending = Ending::gather(app, user.id, vec![session.id], None)?;
    let mark = json!({ "by": "sign-out" });
    if ending.participants.is_empty() {
        app.store.write(|w| ending.write(w, visit, None, &mark))?;
        return Ok(Reply::SignedOut);
    }
    let token = BrowserToken::new(&mut rng());
    let run = begin(app, visit, &ending, Party::Person, Some(&token), None, &mark)?;
    Ok(Reply::ToRun { run, token: Some(token) })
}

/// Ends the sessions that a service provider's verified request means.
pub(super) fn by_service_provider(
    app: &App,
    visit: &Visit,
    configuration: &Configuration,
    registered: &Registered,
    request: &VerifiedLogoutRequest,
) -> Result<Reply, WebError> {
    let ending = match meant(app, visit, request)? {
        Ok(ending) => ending,
        Err(refusal) => {
            return answer::refuse(app, visit, configuration, registered, refusal);
        }
    };
    let (origin, mark) = (request.origin(), mark(request));
    if ending.participants.is_empty() && !origin.asynchronous {
        let status = LogoutStatus::Success;
        let message =
            answer::signed(app, visit.now, configuration, registered, origin, status, None)?;
        if let Some(message) = message {
            end_now(app, visit, &ending, request, &mark)?;
            let application = registered.service_provider.name.clone();
            return Ok(Reply::Send { message, application });
        }
    }
    let token = BrowserToken::new(&mut rng());
    let party = Party::ServiceProvider(origin.clone());
    let run = begin(app, visit, &ending, party, Some(&token), Some(request), &mark)?;
    Ok(Reply::ToRun { run, token: Some(token) })
}

/// The sessions that a request means; or why nothing ends.
pub(super) fn meant(
    app: &App,
    visit: &Visit,
    request: &VerifiedLogoutRequest,
) -> Result<Result<Ending, LogoutRefusal>, WebError> {
    let (sp, value) = (request.origin().service_provider, &request.name_id().value);
    let named = app.store.read(|r| r.participations_named(sp, value, MOST_SESSIONS))?;
    let mut meant: Vec<Participation> =
        named.into_iter().filter(|one| one.is_meant_by(request)).collect();
    let users: BTreeSet<UserId> = meant.iter().map(|one| one.user).collect();
    if users.len() > 1 {
        // Two people with one address: only the session of this very browser is certain.
        let own = visit.session.as_ref().map(SessionToken::id);
        meant.retain(|one| Some(&one.session) == own.as_ref());
    }
    let Some(first) = meant.first() else {
        return Ok(Err(nobody(request)));
    };
    let user = first.user;
    let mut sessions: Vec<SessionId> = Vec::new();
    for one in meant {
        if !sessions.contains(&one.session) {
            sessions.push(one.session);
        }
    }
    Ending::gather(app, user, sessions, Some(sp)).map(Ok)
}

/// Ends the sessions of a request that needs nobody to be told.
pub(super) fn end_now(
    app: &App,
    visit: &Visit,
    ending: &Ending,
    request: &VerifiedLogoutRequest,
    mark: &Value,
) -> Result<(), WebError> {
    let sp = request.origin().service_provider;
    app.store
        .write(|w| {
            w.insert_seen_request(&seen(app, visit, request))?;
            ending.write(w, visit, Some(sp), mark)
        })
        .map_err(|error| replayed(error, request))
}

/// Ends the sessions and stores the run that tells everybody, all or nothing.
pub(super) fn begin(
    app: &App,
    visit: &Visit,
    ending: &Ending,
    asked_by: Party,
    token: Option<&BrowserToken>,
    request: Option<&VerifiedLogoutRequest>,
    mark: &Value,
) -> Result<LogoutId, WebError> {
    let id = LogoutId::new(visit.now, &mut rng());
    let run = LogoutRun::new(ending.user, asked_by, ending.participants.clone(), visit.now);
    let document = stored::text(&run)?;
    let browser = token.map(BrowserToken::id);
    let sp = request.map(|request| request.origin().service_provider);
    let written = app.store.write(|w| {
        if let Some(request) = request {
            w.insert_seen_request(&seen(app, visit, request))?;
        }
        ending.write(w, visit, sp, mark)?;
        w.insert_logout_run(&NewLogoutRun {
            id,
            user: ending.user,
            browser: browser.as_ref(),
            awaited: None,
            document: &document,
            created_at: visit.now,
            expires_at: visit.now + stored::LIFETIME,
        })
    });
    match (written, request) {
        (Ok(()), _) => Ok(id),
        (Err(error), Some(request)) => Err(replayed(error, request)),
        (Err(error), None) => Err(error.into()),
    }
}

/// What the trail says of a request.
pub(super) fn mark(request: &VerifiedLogoutRequest) -> Value {
    json!({ "by": "logout", "request": request.origin().id, "reason": request.reason() })
}

impl Ending {
    fn gather(
        app: &App,
        user: UserId,
        sessions: Vec<SessionId>,
        asking: Option<ServiceProviderId>,
    ) -> Result<Self, WebError> {
        let mut told = Vec::new();
        for session in &sessions {
            told.extend(app.store.read(|r| r.participations_of_session(session))?);
        }
        Ok(Self { user, sessions, asking, participants: participants(&told, asking) })
    }

    /// Ends the sessions, and the logins in progress that rest on them. A session that was over
    /// before leaves no row. `Conflict::Version` when a service provider was told of one meanwhile:
    /// it would not be told of the end.
    fn write(
        &self,
        w: &mut Writer<'_>,
        visit: &Visit,
        sp: Option<ServiceProviderId>,
        mark: &Value,
    ) -> Result<(), StoreError> {
        let mut told = Vec::new();
        for session in &self.sessions {
            told.extend(w.participations_of_session(session)?);
        }
        if participants(&told, self.asking) != self.participants {
            return Err(Conflict::Version.into());
        }
        let mut rows = Vec::new();
        for session in &self.sessions {
            w.remove_participants(session)?;
            if w.remove_session(session)? {
                rows.push(AuditEvent {
                    user: Some(self.user),
                    session: Some(session.clone()),
                    service_provider: sp,
                    ..trail::event(visit, "session.ended", mark.clone())
                });
            }
        }
        if !rows.is_empty() {
            w.remove_logins_of_user(self.user)?;
        }
        w.insert_audit_events(&rows)
    }
}

/// The note that a request was used, kept as long as it could be accepted again.
fn seen(app: &App, visit: &Visit, request: &VerifiedLogoutRequest) -> SeenRequest {
    let origin = request.origin();
    SeenRequest {
        service_provider: origin.service_provider,
        request_id: origin.id.clone(),
        expires_at: visit.now + app.limits.request_window + app.limits.clock_skew * 2,
    }
}

fn replayed(error: StoreError, request: &VerifiedLogoutRequest) -> WebError {
    if error != StoreError::Conflict(Conflict::DuplicateRequest) {
        return error.into();
    }
    let origin = request.origin();
    let reason = Reason {
        code: REPLAYED.to_owned(),
        rule: "A97, C199".to_owned(),
        expected: "a request ID that was not used before".to_owned(),
        found: format!("the ID {} a second time", origin.id),
        advice: "Send every LogoutRequest with an ID of its own, and only once.".to_owned(),
    };
    RequestError { issuer: Some(origin.issuer.clone()), reason }.into()
}

/// Nobody is known to this service provider by what it names.
fn nobody(request: &VerifiedLogoutRequest) -> LogoutRefusal {
    let reason = Reason {
        code: "logout-nobody".to_owned(),
        rule: "saml-core 3.7.3.2, C122, C123".to_owned(),
        expected: "the NameID of an assertion for this service provider whose session has not \
                   expired, with its Format and qualifiers, and no SessionIndex but its own"
            .to_owned(),
        found: "nobody of that name".to_owned(),
        advice: "Send NameID and SessionIndex exactly as the assertion had them.".to_owned(),
    };
    LogoutRefusal { origin: request.origin().clone(), status: Status::UnknownPrincipal, reason }
}
