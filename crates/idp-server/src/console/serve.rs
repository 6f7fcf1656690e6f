//! The way of a request to a page of the console: what `signed_in` asks for, then a role, then the
//! page's own work.

use std::collections::BTreeSet;
use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use idp_admin::scenarios::{Accepted, ScenarioGuard};
use idp_admin::{Permission, bootstrap};
use idp_core::local_application::LocalApplication;
use idp_store::Store;

use super::desk::Desk;
use super::form::Form;
use super::message;
use super::stop::Stop;
use super::what_if::breaks;
use crate::app::App;
use crate::configuration::Configuration;
use crate::error::WebError;
use crate::handlers::Shared;
use crate::sign_in::{LocalTarget, Visit, enter_local};
use crate::signed_in::serve::{Asked, Served, changed, entered, shown, sign_in};

pub use crate::signed_in::serve::Answer;

/// What the work of a page comes to.
pub type Outcome = Result<Answer, Stop>;

/// Shows a page. Who is not signed in signs in first and comes back.
pub async fn show(
    app: Shared,
    request: HttpRequest,
    work: impl FnOnce(&Desk<'_>) -> Outcome + Send + 'static,
) -> HttpResponse {
    let none = BTreeSet::new();
    shown(app, request, move |app, visit, asked| attend(app, visit, asked, &none, work)).await
}

/// Changes something that needs this permission, as a form of ours asks for it.
pub async fn change(
    app: Shared,
    request: HttpRequest,
    body: Result<Bytes, actix_web::Error>,
    permission: Permission,
    work: impl FnOnce(&Desk<'_>, &Form) -> Outcome + Send + 'static,
) -> HttpResponse {
    // Before anything else is said of it: what was not read has neither a form nor a token.
    if body.as_ref().is_err_and(is_too_large) {
        return show(app, request, |_| Err(Stop::TooLarge)).await;
    }
    changed(app, request, body, message::sign_in_again, move |app, visit, asked, form| {
        // Scenarios that the change may break.
        let accepted = form.all(breaks::ACCEPTED).map(str::to_owned).collect();
        attend(app, visit, asked, &accepted, |desk| {
            desk.require(permission)?;
            match work(desk, form) {
                Err(Stop::BreaksScenarios(broken)) => {
                    Ok(Answer::Wrong(breaks::page(desk, form, &asked.path, broken)))
                }
                outcome => outcome,
            }
        })
    })
    .await
}

fn is_too_large(error: &actix_web::Error) -> bool {
    error.as_response_error().status_code() == StatusCode::PAYLOAD_TOO_LARGE
}

fn attend(
    app: &Arc<App>,
    visit: &Visit,
    asked: &Asked,
    accepted: &BTreeSet<String>,
    work: impl FnOnce(&Desk<'_>) -> Outcome,
) -> Result<Served, WebError> {
    let Some(entered) = entered(app, visit, LocalApplication::Console)? else {
        if asked.changes {
            return Ok(Served::Message(message::sign_in_again(app, visit, &asked.path)));
        }
        let awaited = bootstrap::is_awaited(&app.store);
        if awaited.map_err(|error| WebError::Internal(error.to_string()))? {
            return Ok(Served::Message(message::nobody_yet(app, visit)));
        }
        return sign_in(app, visit, asked, LocalApplication::Console);
    };
    let who = entered.who;
    let desk = Desk {
        app,
        now: visit.now,
        address: visit.address,
        key_kinds: who.configuration.keys().signing_kinds(visit.now),
        store: store(app, visit, asked.changes.then_some(accepted), &who.configuration)?,
        who,
        csrf: entered.csrf,
        flash: asked.flash.clone(),
        query: &asked.query,
        changes: asked.changes,
    };
    let outcome = if desk.who.user.roles.is_empty() { Err(Stop::NoRole) } else { work(&desk) };
    match outcome {
        Ok(answer) => Ok(Served::Answer(answer)),
        Err(Stop::Confirm { form }) if asked.changes => {
            Ok(Served::Message(message::confirm(app, visit, &form)))
        }
        Err(Stop::Confirm { form }) => {
            let target = LocalTarget::new(LocalApplication::Console, &form);
            enter_local(app, visit, target, true).map(Served::Reply)
        }
        Err(Stop::Web(failure)) => Err(failure),
        Err(stop) => message::stopped(&desk, visit, &asked.path, stop).map(Served::Message),
    }
}

/// The database. What changes something, but for these scenarios, is watched over by the scenarios.
fn store(
    app: &App,
    visit: &Visit,
    accepted: Option<&BTreeSet<String>>,
    configuration: &Configuration,
) -> Result<Store, WebError> {
    let Some(accepted) = accepted else { return Ok(app.store.clone()) };
    let rules = Arc::new(app.login_rules(configuration, visit.now)?);
    let accepted = Accepted::These(accepted.clone());
    Ok(app.store.guarded(Arc::new(ScenarioGuard::new(rules, visit.now, accepted))))
}
