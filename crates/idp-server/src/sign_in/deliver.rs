//! Carrying out what a decision asked for, after it was saved: the message is sent without holding
//! a transaction or a thread, and the login takes note of the result.

use std::sync::Arc;

use actix_web::web;
use idp_core::flow::authenticator::{AuthenticatorId, Delivery, Effect};
use idp_core::flow::login::PendingEffect;
use idp_core::id::LoginId;
use idp_store::{Conflict, StoreError};

use super::document::{Document, Loaded, load_own};
use crate::app::App;
use crate::clock;
use crate::error::WebError;

/// Sends the message, then notes in the login whether a gateway took it.
pub async fn deliver(
    app: &Arc<App>,
    login: LoginId,
    pending: PendingEffect,
) -> Result<(), WebError> {
    let PendingEffect { authenticator, effect } = pending;
    let Effect::SendText(message) = effect;
    let outcome = app.send(message).await;
    let app = Arc::clone(app);
    web::block(move || note(&app, login, &authenticator, outcome))
        .await
        .map_err(|error| WebError::Internal(error.to_string()))?
}

fn note(
    app: &App,
    id: LoginId,
    authenticator: &AuthenticatorId,
    outcome: Delivery,
) -> Result<(), WebError> {
    for _ in 0..super::ATTEMPTS {
        // A login that is gone needs no note.
        let Some(Loaded { document, version }) = load_own(&app.store, id)? else { return Ok(()) };
        let Document { login, request } = document;
        let login = login.delivered(&app.registry, authenticator, outcome, clock::now());
        let user = login.user();
        let text = Document { login, request }.to_text()?;
        match app.store.write(|w| w.save_login(id, version, &text, user, None)) {
            Ok(_) => return Ok(()),
            Err(StoreError::Conflict(Conflict::Version)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
