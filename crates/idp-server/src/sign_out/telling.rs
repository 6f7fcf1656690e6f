//! Telling service providers, one after the other: through the browser where there is one, else by
//! SOAP. Each is asked once a turn; who does not answer in time is passed over.

use chrono::TimeDelta;
use idp_core::Instant;
use idp_core::id::{BrowserToken, LogoutId};
use idp_core::logout::{Deaf, LogoutRun, Participant, ParticipantState};
use idp_core::saml::logout::{LogoutRequest, SignedLogout};
use idp_core::saml::message_id::MessageId;
use idp_core::service_provider::{LogoutBinding, SingleLogoutService};
use idp_store::{AuditEvent, Conflict, StoreError};
use serde_json::json;

use super::answer;
use super::stored::{Holder, Stored};
use super::view::{View, registered};
use crate::app::App;
use crate::configuration::{Configuration, Registered};
use crate::error::WebError;
use crate::rng::rng;
use crate::sign_in::{Visit, trail};

/// What comes next in a run.
pub enum Next {
    /// The browser carries this request to the service provider.
    Tell {
        /// The request.
        message: SignedLogout,
        /// Where everybody stands.
        view: View,
    },
    /// This server posts this request, and hands in what is answered.
    Post {
        /// Where to.
        url: String,
        /// What.
        envelope: String,
    },
    /// A service provider is waited for.
    Wait {
        /// Where everybody stands.
        view: View,
        /// So long yet, in seconds.
        seconds: i64,
    },
    /// Everybody confirmed: the answer to the service provider that asked.
    Answer {
        /// The answer.
        message: SignedLogout,
        /// Its name.
        application: String,
    },
    /// It is over, for people to read.
    Over {
        /// Where everybody stands.
        view: View,
        /// The service provider that asked has its answer to come.
        owes_answer: bool,
    },
}

/// How a run may reach service providers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Channel {
    /// There is a browser to send around.
    Browser,
    /// There is none.
    Server,
}

/// The next thing to do in a run of this browser.
pub fn next(
    app: &App,
    visit: &Visit,
    id: LogoutId,
    token: Option<&BrowserToken>,
) -> Result<Next, WebError> {
    again(|| advance(app, visit, id, Holder::Browser(token), Channel::Browser))
}

/// Does not wait any longer for who is waited for.
pub fn go_on(app: &App, id: LogoutId, token: Option<&BrowserToken>) -> Result<(), WebError> {
    again(|| {
        let mut stored = Stored::load(app, id, Holder::Browser(token))?;
        let run = stored.run.clone().give_up();
        stored.save(app, run, &[])
    })
}

/// Tells those again who refused or did not answer.
pub fn retry(
    app: &App,
    visit: &Visit,
    id: LogoutId,
    token: Option<&BrowserToken>,
) -> Result<(), WebError> {
    again(|| {
        let mut stored = Stored::load(app, id, Holder::Browser(token))?;
        let run = stored.run.clone().retried(visit.now);
        stored.save(app, run, &[])
    })
}

/// The answer to the service provider that asked, once it is due; `None` when it is not.
pub fn back(
    app: &App,
    visit: &Visit,
    id: LogoutId,
    token: Option<&BrowserToken>,
) -> Result<Option<(SignedLogout, String)>, WebError> {
    again(|| {
        let mut stored = Stored::load(app, id, Holder::Browser(token))?;
        let configuration = app.configuration.refreshed()?;
        due(app, visit, &configuration, &mut stored)
    })
}

/// Repeats what somebody else was faster with.
pub(super) fn again<T>(mut work: impl FnMut() -> Result<T, WebError>) -> Result<T, WebError> {
    for _ in 0..super::ATTEMPTS {
        match work() {
            Err(WebError::Store(StoreError::Conflict(Conflict::Version))) => {}
            other => return other,
        }
    }
    Err(StoreError::from(Conflict::Version).into())
}

pub(super) fn advance(
    app: &App,
    visit: &Visit,
    id: LogoutId,
    holder: Holder<'_>,
    channel: Channel,
) -> Result<Next, WebError> {
    let mut stored = Stored::load(app, id, holder)?;
    let configuration = app.configuration.refreshed()?;
    let limits = &app.limits;
    let mut run = stored.run.clone().at(visit.now, limits.logout_wait, limits.logout);
    while let Some(place) = run.next() {
        let Some(participant) = run.participants().get(place).cloned() else { break };
        match tell(app, visit.now, &configuration, &participant, channel)? {
            Err(deaf) => run = run.cannot_tell(deaf),
            Ok((request, message)) => {
                let run = run.asked(request.as_str(), visit.now);
                let event = told(visit, &stored, &run, &participant);
                stored.save(app, run, &[event])?;
                return shown(app, &configuration, &stored.run, message);
            }
        }
    }
    if run != stored.run {
        stored.save(app, run, &[])?;
    }
    let view = View::of(app, &configuration, &stored.run)?;
    if let Some(seconds) = left(&stored.run, visit.now, limits.logout_wait) {
        return Ok(Next::Wait { view, seconds });
    }
    if view.complete
        && let Some((message, application)) = due(app, visit, &configuration, &mut stored)?
    {
        return Ok(Next::Answer { message, application });
    }
    let owes_answer = can_answer(app, &configuration, &stored.run)?;
    Ok(Next::Over { view, owes_answer })
}

fn shown(
    app: &App,
    configuration: &Configuration,
    run: &LogoutRun,
    message: SignedLogout,
) -> Result<Next, WebError> {
    if let SignedLogout::Soap { url, envelope } = message {
        return Ok(Next::Post { url, envelope });
    }
    Ok(Next::Tell { message, view: View::of(app, configuration, run)? })
}

/// How long the participant that is waited for has yet, in whole seconds.
fn left(run: &LogoutRun, now: Instant, each: TimeDelta) -> Option<i64> {
    let participant = run.participants().get(run.waiting()?)?;
    let ParticipantState::Waiting { since, .. } = &participant.state else { return None };
    Some((*since + each - now).num_seconds().max(0) + 1)
}

/// Signs and notes the answer that is due, if any.
fn due(
    app: &App,
    visit: &Visit,
    configuration: &Configuration,
    stored: &mut Stored,
) -> Result<Option<(SignedLogout, String)>, WebError> {
    let Some((origin, status)) = stored.run.due_answer() else { return Ok(None) };
    let Some(sp) = registered(app, configuration, origin.service_provider)? else {
        return Ok(None);
    };
    let message = answer::signed(app, visit.now, configuration, &sp, origin, status, None)?;
    let Some(message) = message else { return Ok(None) };
    let run = stored.run.clone().answered();
    stored.save(app, run, &[])?;
    Ok(Some((message, sp.service_provider.name.clone())))
}

/// Whether an answer is due for which there is an address.
fn can_answer(app: &App, configuration: &Configuration, run: &LogoutRun) -> Result<bool, WebError> {
    let Some((origin, _)) = run.due_answer() else { return Ok(false) };
    let sp = registered(app, configuration, origin.service_provider)?;
    Ok(sp.is_some_and(|sp| {
        let services = &sp.service_provider.settings.single_logout_services;
        services.iter().any(|service| service.binding != LogoutBinding::Soap)
    }))
}

/// The signed request to a participant with its ID, or why there is none.
fn tell(
    app: &App,
    now: Instant,
    configuration: &Configuration,
    participant: &Participant,
    channel: Channel,
) -> Result<Result<(MessageId, SignedLogout), Deaf>, WebError> {
    let sp = registered(app, configuration, participant.service_provider)?;
    let Some(sp) = sp.filter(|sp| sp.service_provider.enabled) else {
        return Ok(Err(Deaf::Gone));
    };
    let Some(name_id) = &participant.name_id else { return Ok(Err(Deaf::NoNameId)) };
    let Some(endpoint) = endpoint(&sp, channel) else { return Ok(Err(Deaf::NoEndpoint)) };
    let key =
        configuration.signing_key_for(&sp.service_provider, app.limits.denied_algorithms, now)?;
    let id = MessageId::new(&mut rng());
    let lifetime = participant
        .assertion_lifetime_seconds
        .max(sp.service_provider.settings.assertion_lifetime_seconds);
    let request = LogoutRequest {
        id: &id,
        issuer: app.identity.entity_id.as_str(),
        issue_instant: now,
        // C191: no assertion that was sent lives longer.
        not_on_or_after: now + TimeDelta::seconds(i64::from(lifetime.max(300))),
        name_id,
        session_indexes: &participant.session_indexes,
    };
    let message = request.sign_for(endpoint, key);
    let message = message.map_err(|error| WebError::Internal(error.to_string()))?;
    Ok(Ok((id, message)))
}

/// The endpoint that a service provider is told at (C131).
fn endpoint(sp: &Registered, channel: Channel) -> Option<&SingleLogoutService> {
    let services = &sp.service_provider.settings.single_logout_services;
    LogoutBinding::ALL
        .into_iter()
        .filter(|binding| channel == Channel::Browser || *binding == LogoutBinding::Soap)
        .find_map(|binding| services.iter().find(|service| service.binding == binding))
}

fn told(visit: &Visit, stored: &Stored, run: &LogoutRun, participant: &Participant) -> AuditEvent {
    AuditEvent {
        user: Some(run.user()),
        service_provider: Some(participant.service_provider),
        ..trail::event(
            visit,
            "logout.asked",
            json!({ "logout": stored.id, "request": run.awaited() }),
        )
    }
}
