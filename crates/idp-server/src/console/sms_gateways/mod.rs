//! `/console/sms-gateways`: the accounts that codes by text message go through; what other products
//! call the identity provider smsOTP.
//!
//! `list`, `detail`, `sends` and `asking` show; `add` and `edit` have forms whose fields are in
//! `fields` and become a definition in `definition`; `arrange` changes order and use; `standing` says
//! how a gateway fares.

pub mod add;
pub mod arrange;
mod asking;
mod definition;
mod detail;
pub mod edit;
mod fields;
mod list;
mod sends;
pub mod standing;

use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use authenticators::phone::PhoneNumber;
use idp_admin::{AdminError, Permission, Problem, sms_gateways};
use idp_core::id::{GatewayId, LinkToken};

use super::desk::Desk;
use super::routes;
use super::serve::{Answer, Outcome, change, show};
use super::stop::Stop;
use crate::error::WebError;
use crate::handlers::Shared;
use crate::rng::rng;
use crate::sms::trial::{self, Trial, TrialError};

/// The heading of the list: the seed of many installations calls them by the other name.
const TITLE: &str = "SMS gateways (identity provider smsOTP)";

/// The parameter that names what a test came to.
const RESULT: &str = "result";

/// The gateways in the order of trial.
pub async fn list(app: Shared, request: HttpRequest) -> HttpResponse {
    show(app, request, |desk| list::page(desk).map(Answer::Page)).await
}

/// The providers that a new gateway may be of.
pub async fn providers(app: Shared, request: HttpRequest) -> HttpResponse {
    show(app, request, |desk| {
        desk.require(Permission::Change)?;
        Ok(Answer::Page(add::providers(desk)))
    })
    .await
}

/// What was sent.
pub async fn sends(app: Shared, request: HttpRequest) -> HttpResponse {
    show(app, request, |desk| sends::page(desk).map(Answer::Page)).await
}

/// Who asks for codes.
pub async fn asking(app: Shared, request: HttpRequest) -> HttpResponse {
    show(app, request, |desk| asking::page(desk).map(Answer::Page)).await
}

/// One gateway, with what the test came to that the query names.
pub async fn detail(app: Shared, request: HttpRequest, id: Path<String>) -> HttpResponse {
    show(app, request, move |desk| {
        let id = parse(&id)?;
        let token = desk.query(RESULT).and_then(|token| LinkToken::parse(&token));
        let kept = match token.filter(|_| desk.may(Permission::Change)) {
            Some(token) => sms_gateways::kept_result(&desk.admin(), id, &token)?,
            None => None,
        };
        let trial = kept.and_then(|kept| serde_json::from_str(&kept).ok());
        Ok(Answer::Page(detail::page(desk, id, detail::test_fields(), trial)?))
    })
    .await
}

/// Sends a test message, or shows what would be sent; on to the page with what that came to, which
/// sends nothing when it is opened again.
pub async fn test(
    app: Shared,
    request: HttpRequest,
    id: Path<String>,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Change, move |desk, form| {
        let id = parse(&id)?;
        let typed = |problems| detail::test_fields().typed(form, problems);
        match PhoneNumber::parse(form.text("to")?) {
            Err(problem) => {
                let problems = vec![Problem::new("to", problem.to_string())];
                Ok(Answer::Wrong(detail::page(desk, id, typed(problems), None)?))
            }
            Ok(number) => {
                let trial = tried(desk, id, &number, form.is_set("dry_run"))?;
                match kept(desk, id, &trial) {
                    Ok(token) => {
                        let path =
                            format!("{}?{RESULT}={}", routes::sms_gateway(id), token.expose());
                        Answer::done(path, "The test is done. Its result is below.")
                    }
                    // The message is gone: what became of it is shown all the same.
                    Err(error) => {
                        tracing::error!("the result of a test could not be kept: {error}");
                        Ok(Answer::Page(detail::page(desk, id, typed(Vec::new()), Some(trial))?))
                    }
                }
            }
        }
    })
    .await
}

fn kept(desk: &Desk<'_>, id: GatewayId, trial: &Trial) -> Result<LinkToken, AdminError> {
    let result = serde_json::to_string(trial);
    let result = result.map_err(|error| AdminError::Conflict(error.to_string()))?;
    sms_gateways::keep_result(&desk.admin(), id, result, &mut rng())
}

fn tried(
    desk: &Desk<'_>,
    id: GatewayId,
    number: &PhoneNumber,
    dry_run: bool,
) -> Result<Trial, Stop> {
    let admin = desk.admin();
    let gateway = sms_gateways::for_sending(&admin, id)?;
    if dry_run {
        return Ok(trial::rehearse(&gateway, number)?);
    }
    let (trial, noted) = trial::send(&admin, &gateway, number)?;
    // The message is gone, and what became of it must be seen.
    if let Err(error) = noted {
        tracing::error!(gateway.name = %gateway.name, "a test message could not be noted: {error}");
    }
    Ok(trial)
}

impl From<TrialError> for Stop {
    fn from(error: TrialError) -> Self {
        match error {
            TrialError::Definition(text) => Self::Conflict(text),
            TrialError::Admin(error) => error.into(),
            TrialError::Runtime(error) => Self::Web(WebError::Internal(error.to_string())),
        }
    }
}

/// The identifier in an address. What has not the form of one is not found.
fn parse(id: &str) -> Result<GatewayId, Stop> {
    id.parse().map_err(|_| Stop::NotFound)
}

/// The form again with what is wrong, or why there is no form to show.
fn wrong(page: impl FnOnce(Vec<Problem>) -> Result<String, Stop>, error: Stop) -> Outcome {
    match error {
        Stop::Invalid(problems) => Ok(Answer::Wrong(page(problems)?)),
        other => Err(other),
    }
}
