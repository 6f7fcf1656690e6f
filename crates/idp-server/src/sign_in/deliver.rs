//! Carrying out what a decision asked for, after it was saved: the message is sent without holding
//! a transaction or a thread, and the login takes note of the result, the ledger of every request.
//!
//! The person sees the next page when the result is known, which is at once, or after three seconds:
//! a page that says that a code is on its way serves better than one that does not come. The sending
//! goes on meanwhile, also when the browser leaves.

use std::sync::Arc;
use std::time::Duration;

use idp_core::flow::authenticator::{AuthenticatorId, Effect, TextMessage};
use idp_core::flow::login::{Login, PendingEffect};
use idp_core::id::LoginId;
use idp_store::{Conflict, SendPurpose, StoreError};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::document::{Document, Loaded, load_own};
use crate::app::App;
use crate::clock;
use crate::error::WebError;
use crate::rng::rng;
use crate::sms::{Destination, Occasion, Sent, rows};

/// How long a person waits for a page.
const PATIENCE: Duration = Duration::from_secs(3);

type Delivered = Result<(), WebError>;

/// Sends the message, then notes in the login whether a gateway took it.
pub async fn deliver(app: &Arc<App>, login: LoginId, pending: PendingEffect) -> Delivered {
    let background = &app.sms.background;
    let stopping = || WebError::Internal("the server is stopping".to_owned());
    let mut task = background.spawn(send(Arc::clone(app), login, pending)).ok_or_else(stopping)?;
    if let Ok(joined) = timeout(PATIENCE, &mut task).await {
        return joined.unwrap_or_else(|error| Err(WebError::Internal(error.to_string())));
    }
    // Nobody else waits for it any more.
    background.spawn(tell_failure(task));
    Ok(())
}

async fn tell_failure(task: JoinHandle<Delivered>) {
    let problem = match task.await {
        Ok(Ok(())) => return,
        Ok(Err(error)) => error.describe(),
        Err(error) => error.to_string(),
    };
    tracing::error!("what became of a text message could not be noted: {problem}");
}

async fn send(app: Arc<App>, login: LoginId, pending: PendingEffect) -> Delivered {
    let PendingEffect { authenticator, effect } = pending;
    let Effect::SendText(message) = effect;
    let (sent, destination) = transmit(&app, &message).await;
    let worker = Arc::clone(&app);
    let noted = app
        .sms
        .background
        .on_database(move || note(&worker, login, &authenticator, &sent, &destination));
    noted.await.map_err(WebError::Internal)?
}

/// Hands a message to the gateways, and counts what they did.
pub async fn transmit(app: &App, message: &TextMessage) -> (Sent, Destination) {
    let configuration = app.configuration.current();
    let (gateways, trusted) = (configuration.gateways(), configuration.trusted_certificates());
    let sent = app.sms.send(gateways, trusted, message).await;
    for (gateway, attempt) in &sent.attempts {
        app.metrics.sms_sent(gateway, attempt.outcome.as_str(), attempt.took.as_secs_f64());
    }
    (sent, Destination::of(message))
}

fn note(
    app: &App,
    id: LoginId,
    authenticator: &AuthenticatorId,
    sent: &Sent,
    destination: &Destination,
) -> Delivered {
    for _ in 0..super::ATTEMPTS {
        let now = clock::now();
        let loaded = load_own(&app.store, id)?;
        let login = loaded.as_ref().map(|loaded| &loaded.document.login);
        let occasion = occasion(id, login, authenticator);
        let rows = rows(sent.outcomes(), destination, occasion, now, &mut rng());
        let login = match loaded {
            // A login that is gone needs no note, its messages do.
            None => None,
            Some(Loaded { document: Document { login, target }, version }) => {
                let login = login.delivered(&app.registry, authenticator, sent.delivery(), now);
                let user = login.user();
                Some((Document { login, target }.to_text()?, version, user))
            }
        };
        let written = app.store.write(|w| {
            if let Some((text, version, user)) = &login {
                w.save_login(id, *version, text, *user, None)?;
            }
            w.insert_sms_sends(&rows)
        });
        match written {
            Ok(()) => return Ok(()),
            Err(StoreError::Conflict(Conflict::Version)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

fn occasion(id: LoginId, login: Option<&Login>, authenticator: &AuthenticatorId) -> Occasion {
    Occasion {
        purpose: SendPurpose::Code,
        login: id,
        service_provider: login.and_then(|login| login.purpose().service_provider()),
        came_back: login.is_some_and(|login| came_back(login, authenticator)),
    }
}

/// Whether the code that this authenticator sent came back. Where a backup code did its work the
/// message was sent in vain.
pub(super) fn came_back(login: &Login, authenticator: &AuthenticatorId) -> bool {
    login.passed_by(authenticator).is_some_and(|step| !step.substitute)
}
