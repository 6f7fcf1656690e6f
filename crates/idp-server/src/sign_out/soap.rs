//! Logout from server to server: requests that arrive by SOAP, and what was answered to ours.

use std::sync::Arc;

use idp_core::id::{LogoutId, ServiceProviderId};
use idp_core::logout::Party;
use idp_core::saml::logout::{
    LogoutRejected, LogoutStatus, SignedLogout, UnverifiedLogoutRequest, UnverifiedLogoutResponse,
    VerifiedLogoutRequest,
};

use super::inbound::{rules, sender};
use super::stored::{Holder, Stored};
use super::telling::{Channel, Next, advance, again};
use super::{answer, ending, heard};
use crate::app::App;
use crate::configuration::{Configuration, Registered};
use crate::error::WebError;
use crate::fetch::Fetcher;
use crate::sign_in::{Visit, trail};

/// What a request by SOAP came to, before anybody was told.
enum Begun {
    /// The answer.
    Answer(String),
    /// A run that tells everybody first.
    Run(LogoutId, Box<VerifiedLogoutRequest>, Arc<Registered>),
}

/// Receives a request by SOAP and answers it with an envelope, after everybody that can be told by
/// SOAP was told or did not answer in time.
pub async fn by_soap(app: &Arc<App>, visit: Arc<Visit>, body: Vec<u8>) -> Result<String, WebError> {
    let (worker, lent) = (Arc::clone(app), Arc::clone(&visit));
    let begun = blocking(move || again(|| begin(&worker, &lent, &body))).await?;
    let (run, request, registered) = match begun {
        Begun::Answer(envelope) => return Ok(envelope),
        Begun::Run(run, request, registered) => (run, request, registered),
    };
    tell_all(app, &visit, run).await?;
    let worker = Arc::clone(app);
    blocking(move || {
        let stored = Stored::load(&worker, run, Holder::Server)?;
        let status =
            if stored.run.is_complete() { LogoutStatus::Success } else { LogoutStatus::Partial };
        let configuration = worker.configuration.refreshed()?;
        envelope(&worker, &visit, &configuration, &registered, &request, status)
    })
    .await
}

fn begin(app: &App, visit: &Visit, body: &[u8]) -> Result<Begun, WebError> {
    let configuration = app.configuration.refreshed()?;
    let unverified = UnverifiedLogoutRequest::by_soap(body)?;
    let registered = sender(app, &configuration, unverified.issuer())?;
    let sp = &registered.service_provider;
    let rules = rules(app, visit, &configuration, &app.slo_soap_url);
    let request = match unverified.verify(sp, &registered.keys, &rules) {
        Ok(request) => request,
        Err(LogoutRejected::Local(error)) => return Err(error.into()),
        Err(LogoutRejected::ToServiceProvider(refusal)) => {
            return refuse(app, visit, &configuration, &registered, &refusal);
        }
    };
    let ending = match ending::meant(app, visit, &request)? {
        Ok(ending) => ending,
        Err(refusal) => return refuse(app, visit, &configuration, &registered, &refusal),
    };
    let mark = ending::mark(&request);
    if ending.participants.is_empty() {
        ending::end_now(app, visit, &ending, &request, &mark)?;
        let status = LogoutStatus::Success;
        let answer = envelope(app, visit, &configuration, &registered, &request, status)?;
        return Ok(Begun::Answer(answer));
    }
    let party = Party::ServiceProvider(request.origin().clone());
    let run = ending::begin(app, visit, &ending, party, None, Some(&request), &mark)?;
    Ok(Begun::Run(run, Box::new(request), registered))
}

fn refuse(
    app: &App,
    visit: &Visit,
    configuration: &Configuration,
    registered: &Registered,
    refusal: &idp_core::saml::logout::LogoutRefusal,
) -> Result<Begun, WebError> {
    let (code, answer) = answer::refused(app, visit, configuration, registered, refusal)?;
    let sp = registered.service_provider.id;
    let row = trail::refusal(visit, "logout.refused", &refusal.reason, &code, Some(sp));
    app.store.write(|w| w.insert_audit_events(&[row]))?;
    in_envelope(answer).map(Begun::Answer)
}

fn envelope(
    app: &App,
    visit: &Visit,
    configuration: &Configuration,
    registered: &Registered,
    request: &VerifiedLogoutRequest,
    status: LogoutStatus,
) -> Result<String, WebError> {
    let origin = request.origin();
    in_envelope(answer::signed(app, visit.now, configuration, registered, origin, status, None)?)
}

fn in_envelope(answer: Option<SignedLogout>) -> Result<String, WebError> {
    match answer {
        Some(SignedLogout::Soap { envelope, .. }) => Ok(envelope),
        _ => Err(WebError::Internal("an answer by SOAP is none by SOAP".to_owned())),
    }
}

/// Tells everybody that can be told from here, one after the other, within the time of a logout.
async fn tell_all(app: &Arc<App>, visit: &Arc<Visit>, run: LogoutId) -> Result<(), WebError> {
    loop {
        let (worker, lent) = (Arc::clone(app), at_this_instant(visit));
        let step = blocking(move || {
            again(|| advance(&worker, &lent, run, Holder::Server, Channel::Server))
        })
        .await?;
        let Next::Post { url, envelope } = step else { return Ok(()) };
        exchange(app, visit, run, &url, envelope).await?;
    }
}

/// Posts a request that was noted, and hands in the answer. Whatever goes wrong there is the other
/// side's: it counts as no answer.
pub async fn exchange(
    app: &Arc<App>,
    visit: &Arc<Visit>,
    run: LogoutId,
    url: &str,
    envelope: String,
) -> Result<(), WebError> {
    let fetched = Fetcher::of_logout(&app.settings).soap(url, envelope).await;
    let (worker, lent) = (Arc::clone(app), at_this_instant(visit));
    blocking(move || {
        let understood = match fetched {
            Ok(body) => hand_in(&worker, &lent, run, &body),
            Err(error) => {
                tracing::info!("a service provider was not told of a logout: its address {error}");
                Ok(false)
            }
        };
        match understood {
            Ok(true) => Ok(()),
            Ok(false) | Err(WebError::Request(_)) => again(|| {
                let mut stored = Stored::load(&worker, run, Holder::Server)?;
                let run = stored.run.clone().give_up();
                stored.save(&worker, run, &[])
            }),
            Err(error) => Err(error),
        }
    })
    .await
}

/// Whether the body was an answer to what this run waits for.
fn hand_in(app: &App, visit: &Visit, run: LogoutId, body: &[u8]) -> Result<bool, WebError> {
    let configuration = app.configuration.refreshed()?;
    let unverified = UnverifiedLogoutResponse::by_soap(body)?;
    let registered = sender(app, &configuration, unverified.issuer())?;
    let rules = rules(app, visit, &configuration, &app.slo_soap_url);
    let sp = &registered.service_provider;
    let response = unverified.verify(sp, &registered.keys, &rules)?;
    let stored = Stored::load(app, run, Holder::Server)?;
    if stored.run.awaited() != Some(response.in_response_to()) || !awaits(&stored, sp.id) {
        return Ok(false);
    }
    heard::heard(app, visit, &response).map(|_| true)
}

fn awaits(stored: &Stored, sp: ServiceProviderId) -> bool {
    let waiting = stored.run.waiting().and_then(|place| stored.run.participants().get(place));
    waiting.is_some_and(|participant| participant.service_provider == sp)
}

/// The same visit, later: telling takes time.
fn at_this_instant(visit: &Visit) -> Visit {
    Visit {
        now: crate::clock::now(),
        address: visit.address,
        session: None,
        enrolment: None,
        wishes: visit.wishes.clone(),
        words: visit.words,
        here: None,
        brand: std::sync::OnceLock::new(),
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, WebError> + Send + 'static,
) -> Result<T, WebError> {
    actix_web::web::block(work)
        .await
        .map_err(|_| WebError::Internal("the work was given up".to_owned()))?
}
