//! A verified request meets the session: the session suffices, or a login begins.

use std::sync::Arc;

use idp_core::flow::chain::Chain;
use idp_core::flow::login::{Decision, Login, Outcome};
use idp_core::flow::policy::ContextPolicy;
use idp_core::flow::situation::Application;
use idp_core::id::{BrowserToken, LoginId, SessionToken};
use idp_core::saml::request::{Reason, RequestError, VerifiedRequest};
use idp_core::service_provider::ServiceProvider;
use idp_core::session::Session;
use idp_core::sso::{self, Beginning, MissingClaims};
use idp_core::user::{AccountState, Person, User};
use idp_store::{Conflict, NewLogin, SeenRequest, StoreError};

use super::document::Document;
use super::finish::NotIssued;
use super::missing::Stopped;
use super::target::Target;
use super::{Reply, Visit, finish, refuse, trail};
use crate::app::App;
use crate::configuration::{Configuration, Registered};
use crate::error::{NOT_OPEN, REPLAYED, WebError};
use crate::rng::rng;

/// What beginning came to.
pub enum Begun {
    /// An answer.
    Reply(Reply),
    /// The configuration in hand is outdated; here is a newer one.
    Outdated(Arc<Configuration>),
}

/// Whether the ID of the request is noted already.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// No: note it now, and refuse it if it was seen.
    Now,
    /// Yes, when it was posted or when its login began.
    SeenBefore,
    /// No, and it shall not be: it failed verification, so it never counted as received.
    Unnoted,
}

/// Begins, and begins again when somebody else was faster.
pub fn begin(
    app: &App,
    visit: &Visit,
    configuration: &Arc<Configuration>,
    sp: &Arc<Registered>,
    request: &VerifiedRequest,
    arrival: Arrival,
) -> Result<Begun, WebError> {
    let mut rated = false;
    for _ in 0..super::ATTEMPTS {
        match attempt(app, visit, configuration, sp, request, arrival, &mut rated) {
            Err(WebError::Store(StoreError::Conflict(
                Conflict::Version | Conflict::DuplicatePairwiseId,
            ))) => {}
            other => return other,
        }
    }
    Err(StoreError::from(Conflict::Version).into())
}

fn attempt(
    app: &App,
    visit: &Visit,
    configuration: &Arc<Configuration>,
    registered: &Arc<Registered>,
    request: &VerifiedRequest,
    arrival: Arrival,
    rated: &mut bool,
) -> Result<Begun, WebError> {
    let sp = &registered.service_provider;
    let session_id = visit.session.as_ref().map(SessionToken::id);
    let announced = session_id.as_ref().map(|_| app.store.announce_sso());
    let facts = app.store.sso_facts(session_id.as_ref(), sp.id)?;
    if facts.configuration_version != configuration.version() {
        return Ok(Begun::Outdated(app.configuration.refreshed()?));
    }
    let live = facts.session.filter(|(session, user)| is_usable(app, visit, session, user));
    if live.is_none() && !*rated {
        app.rate.take(visit.address)?;
        *rated = true;
    }
    // Before anybody is asked for a password that would lead to nothing.
    configuration.signing_key_for(sp, app.limits.denied_algorithms, visit.now)?;
    let wishes = request.wishes();
    let person = person_to_judge(app, live.as_ref(), &sp.chain, wishes.force_authn)?;
    let beginning = beginning(app, visit, registered, request, live.as_ref(), person.as_ref());
    match (beginning, live) {
        (Beginning::Complete(subject), Some((session, user))) => {
            // What let the person past a step is what is told of them.
            let user = person.map_or(user, |person| person.user);
            let hit = finish::Hit {
                session: &session,
                user: &user,
                pairwise: facts.pairwise,
                known: facts.participant,
                based_on: None,
            };
            match finish::prepare(app, visit, configuration, registered, request, subject, hit)? {
                Err(NotIssued::Refused(refusal)) => {
                    refuse::refuse(app, visit, configuration, registered, *refusal, arrival)
                }
                Err(NotIssued::Missing(missing)) => {
                    stop(app, visit, request, &user, missing, arrival)
                }
                Ok(prepared) => {
                    drop(announced);
                    finish::record(app, request, prepared.record.clone(), arrival)?;
                    Ok(prepared.reply(app))
                }
            }
            .map(Begun::Reply)
        }
        (Beginning::Complete(_), None) => {
            Err(WebError::Internal("a proof without a session".to_owned()))
        }
        (Beginning::NotOpen, _) => Err(not_open(sp)),
        (Beginning::Refused(refusal), _) => {
            refuse::refuse(app, visit, configuration, registered, *refusal, arrival)
                .map(Begun::Reply)
        }
        (Beginning::Ask(login), _) => {
            let target = Target::Saml(Box::new(request.clone()));
            let seen = (arrival == Arrival::Now).then(|| seen(app, visit, request));
            ask(
                app,
                visit,
                registered.application(),
                *login,
                person.as_ref(),
                target,
                seen.as_ref(),
            )
            .map(Begun::Reply)
        }
    }
}

/// Lets the request wait, and sends the person to the page about what the profile lacks.
fn stop(
    app: &App,
    visit: &Visit,
    request: &VerifiedRequest,
    user: &User,
    missing: MissingClaims,
    arrival: Arrival,
) -> Result<Reply, WebError> {
    if arrival == Arrival::Now {
        app.rate.take(visit.address)?;
    }
    let stopped = Stopped::new(app, visit, request, user, missing)?;
    app.store
        .write(|w| {
            if arrival == Arrival::Now {
                w.insert_seen_request(&seen(app, visit, request))?;
            }
            stopped.write(w)
        })
        .map_err(|error| replayed(error, request))?;
    Ok(stopped.reply(app, None, None))
}

/// What this request leads to. Without a person no step that the session lacks is left out.
pub(super) fn beginning(
    app: &App,
    visit: &Visit,
    registered: &Registered,
    request: &VerifiedRequest,
    live: Option<&(Session, User)>,
    person: Option<&Person>,
) -> Beginning {
    let sp = &registered.service_provider;
    sso::begin(&sso::Arrival {
        request,
        service_provider: sp,
        protection: &registered.protection,
        registry: &app.registry,
        policy: context_policy(app, sp),
        session: live.map(|(session, user)| (session, user)),
        person,
        id: LoginId::new(visit.now, &mut rng()),
        now: visit.now,
        lifetime: app.limits.login_lifetime,
    })
}

/// The service provider is in quarantine, and it is not for this person. It is told nothing, and the
/// person no more than that.
pub(super) fn not_open(sp: &ServiceProvider) -> WebError {
    let reason = Reason {
        code: NOT_OPEN.to_owned(),
        rule: "own: quarantine".to_owned(),
        expected: "a test user of the service provider, which is in quarantine".to_owned(),
        found: "somebody else".to_owned(),
        advice:
            "Name the person as a test user, or open the service provider for everybody: on its \
                 page in the console, or with \"idp-server sp promote\"."
                .to_owned(),
    };
    RequestError { issuer: Some(sp.entity_id.clone()), reason }.into()
}

/// How this service provider and the deployment bear on context classes.
pub(super) fn context_policy<'a>(app: &App, sp: &'a ServiceProvider) -> ContextPolicy<'a> {
    ContextPolicy {
        also_satisfies: &sp.settings.also_satisfies,
        protected_transport: app.public_url.protects_transport(),
    }
}

/// The session's person as of now, who must be asked or may be let past a step; `None` when the
/// session alone answers, or there is none.
pub(super) fn person_to_judge(
    app: &App,
    live: Option<&(Session, User)>,
    chain: &Chain,
    force_authn: bool,
) -> Result<Option<Person>, StoreError> {
    match live {
        Some((session, user)) if force_authn || !session.proves(chain) => {
            app.store.read(|r| r.person_by_id(user.id))
        }
        _ => Ok(None),
    }
}

/// A session counts while it lives and its person may sign in.
pub(super) fn is_usable(app: &App, visit: &Visit, session: &Session, user: &User) -> bool {
    session.is_live(visit.now, app.limits.session) && user.state == AccountState::Active
}

/// Saves a new login, bound to this browser by a fresh token, and sends the person to its page.
pub(super) fn ask(
    app: &App,
    visit: &Visit,
    application: Application<'_>,
    login: Login,
    person: Option<&Person>,
    target: Target,
    seen: Option<&SeenRequest>,
) -> Result<Reply, WebError> {
    let decision = enter(app, visit, application, login, person)?;
    if matches!(decision.outcome, Outcome::Finished(_)) {
        return Err(WebError::Internal("a login that is to be asked is finished".to_owned()));
    }
    let Decision { login, effect, counters, events, .. } = decision;
    let token = BrowserToken::new(&mut rng());
    let (id, user, expires_at) = (login.id(), login.user(), login.expires_at());
    let service_provider = target.service_provider();
    let started = idp_store::AuditEvent {
        service_provider,
        user,
        ..trail::event(visit, "login.started", target.started(id))
    };
    let mut rows = vec![match &target {
        Target::Saml(request) => trail::with_request_age(started, visit, request),
        Target::Local(_) => started,
    }];
    rows.extend(trail::of_login(visit, &login, user, &events));
    let document = Document { login, target };
    let text = document.to_text()?;
    app.store
        .write(|w| {
            if let Some(seen) = seen {
                w.insert_seen_request(seen)?;
            }
            w.insert_login(&NewLogin {
                id,
                service_provider,
                user,
                browser: Some(&token.id()),
                document: &text,
                created_at: visit.now,
                expires_at,
            })?;
            w.apply_counters(&counters)?;
            w.insert_audit_events(&rows)
        })
        .map_err(|error| match &document.target {
            Target::Saml(request) => replayed(error, request),
            Target::Local(_) => error.into(),
        })?;
    Ok(Reply::ToLogin { login: id, token: Some(token), effect })
}

fn enter(
    app: &App,
    visit: &Visit,
    application: Application<'_>,
    login: Login,
    person: Option<&Person>,
) -> Result<Decision, WebError> {
    let link = app.enrolment_link(visit)?;
    let empty = idp_core::flow::limits::Counters::new();
    let bare = app.situation(visit, application, person, &empty, link);
    let keys = login.counter_keys(&bare, None, None);
    let counters =
        if keys.is_empty() { empty } else { app.store.read(|r| r.load_counters(&keys))? };
    Ok(login.enter(&app.situation(visit, application, person, &counters, link), &mut rng()))
}

/// The note that a request was seen, kept as long as it could be accepted again.
pub fn seen(app: &App, visit: &Visit, request: &VerifiedRequest) -> SeenRequest {
    SeenRequest {
        service_provider: request.service_provider(),
        request_id: request.id().to_owned(),
        expires_at: visit.now + app.limits.request_window + app.limits.clock_skew * 2,
    }
}

/// A second sight of a request is a refusal, not a fault of the database.
pub fn replayed(error: StoreError, request: &VerifiedRequest) -> WebError {
    if error != StoreError::Conflict(Conflict::DuplicateRequest) {
        return error.into();
    }
    let reason = Reason {
        code: REPLAYED.to_owned(),
        rule: "C199".to_owned(),
        expected: "a request ID that was not used before".to_owned(),
        found: format!("the ID {} a second time", request.id()),
        advice: "Send every AuthnRequest with an ID of its own, and only once.".to_owned(),
    };
    RequestError { issuer: Some(request.issuer().clone()), reason }.into()
}
