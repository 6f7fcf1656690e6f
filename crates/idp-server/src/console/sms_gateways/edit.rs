//! Changing a gateway. Its secrets are never shown: what is left empty or as it was shown stays.

use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use idp_admin::Permission;
use idp_admin::Problem;
use idp_admin::sms_gateways::{self, Examined, GatewayDraft, ShownGateway};
use idp_core::id::GatewayId;

use super::definition::{Read, read};
use super::fields::{self, GatewayForm};
use super::{parse, wrong};
use crate::console::desk::{CONFIRMED, Desk};
use crate::console::form::Form;
use crate::console::forms::Fields;
use crate::console::routes;
use crate::console::serve::{Answer, Outcome, change, show};
use crate::console::stop::Stop;
use crate::handlers::Shared;
use crate::pages::short;
use crate::rng::rng;

/// The form.
pub async fn form(app: Shared, request: HttpRequest, id: Path<String>) -> HttpResponse {
    show(app, request, move |desk| {
        let shown = editable(desk, parse(&id)?)?;
        let asked_for = shown.definition.secrets_asked_for();
        let fields = fields::of(desk, &shown.row.name, &shown.definition);
        Ok(Answer::Page(page(desk, &shown, fields, asked_for, None)?))
    })
    .await
}

/// Saves it, or only looks at it.
pub async fn save(
    app: Shared,
    request: HttpRequest,
    id: Path<String>,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Change, move |desk, form| {
        let shown = editable(desk, parse(&id)?)?;
        let read = read(form, Some(&shown.definition))?;
        let asked_for = read.definition.secrets_asked_for();
        let again = |problems: Vec<Problem>, examined: Option<Examined>| {
            let fields = fields::of(desk, "", &shown.definition);
            let typed = fields::typed(fields, &asked_for, form, problems);
            page(desk, &shown, typed, asked_for.clone(), examined)
        };
        if !read.problems.is_empty() {
            let problems = read.all_problems(desk, form.text("name")?, Some(shown.row.id))?;
            return Ok(Answer::Wrong(again(problems, None)?));
        }
        let Read { definition, .. } = read;
        let name = form.text("name")?.trim().to_owned();
        let draft = GatewayDraft { name, enabled: None, order: None, definition };
        let outcome = if form.text("action")? == "check" {
            let examined = sms_gateways::examine(&desk.admin(), draft, Some(shown.row.id));
            examined
                .map_err(Stop::from)
                .and_then(|examined| Ok(Answer::Page(again(Vec::new(), Some(examined))?)))
        } else {
            changed(desk, shown.row.id, form, draft)
        };
        outcome.or_else(|error| wrong(|problems| again(problems, None), error))
    })
    .await
}

fn changed(desk: &Desk<'_>, id: GatewayId, form: &Form, draft: GatewayDraft) -> Outcome {
    let name = draft.name.clone();
    let version = form.text("version")?.parse().unwrap_or_default();
    let saved = sms_gateways::change(&desk.admin(), id, version, draft, &mut rng())?;
    let text = if saved.changes.is_empty() {
        format!("Nothing about “{name}” was changed.")
    } else {
        format!("“{name}” is saved. Send a test message to see that it works.")
    };
    Answer::done(routes::sms_gateway(id), text)
}

/// The gateway, to be changed by this person now: where codes go guards accounts.
fn editable(desk: &Desk<'_>, id: GatewayId) -> Result<ShownGateway, Stop> {
    desk.require(Permission::Change)?;
    let shown = sms_gateways::find(&desk.admin(), id)?;
    desk.recent(CONFIRMED, &address(id))?;
    Ok(shown)
}

fn address(id: GatewayId) -> String {
    format!("{}/edit", routes::sms_gateway(id))
}

/// After a mistake the form keeps the version it came with: what it says is of that one.
fn page(
    desk: &Desk<'_>,
    shown: &ShownGateway,
    fields: Fields,
    asked_for: Vec<String>,
    examined: Option<Examined>,
) -> Result<String, Stop> {
    let form = GatewayForm {
        title: format!("Change “{}”", short(&shown.row.name)),
        action: address(shown.row.id),
        back: routes::sms_gateway(shown.row.id),
        save: "Save the gateway",
        version: Some(shown.version),
        stored_secrets: &shown.secrets,
        fields,
        asked_for,
        examined,
    };
    form.page(desk)
}
