//! Order, use, and removal of gateways.

use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use idp_admin::Permission;
use idp_admin::sms_gateways::{self, Direction, GatewayRow};
use idp_core::id::GatewayId;

use super::{TITLE, parse};
use crate::console::frame::{Frame, Section};
use crate::console::serve::{Answer, change, show};
use crate::console::{Desk, Stop, routes};
use crate::handlers::Shared;
use crate::pages::{render, short};
use crate::rng::rng;

/// Moves a gateway up or down.
pub async fn moved(
    app: Shared,
    request: HttpRequest,
    id: Path<String>,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Change, move |desk, form| {
        let direction = match form.text("direction")? {
            "up" => Direction::Up,
            "down" => Direction::Down,
            _ => return Err(Stop::NotFound),
        };
        let (name, place) =
            sms_gateways::move_one(&desk.admin(), parse(&id)?, direction, &mut rng())?;
        Answer::done(
            routes::SMS_GATEWAYS,
            format!("“{name}” is number {place} in the order of trial."),
        )
    })
    .await
}

/// Begins or stops using a gateway. Stopping the last one that is needed asks first.
pub async fn used(
    app: Shared,
    request: HttpRequest,
    id: Path<String>,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Change, move |desk, form| {
        let id = parse(&id)?;
        let enabled = form.text("enabled")? == "yes";
        if !enabled && !form.is_set("sure") {
            let row = find(desk, id)?;
            let warning = last_resort(desk, &row)?;
            if warning.is_some() {
                return Ok(Answer::Page(Confirmation::disabling(&row, warning).page(desk)));
            }
        }
        let name = sms_gateways::set_enabled(&desk.admin(), id, enabled, &mut rng())?;
        let text = if enabled {
            format!("“{name}” is used.")
        } else {
            format!("“{name}” is disabled: no message goes through it.")
        };
        Answer::done(routes::SMS_GATEWAYS, text)
    })
    .await
}

/// Asks before a gateway is removed.
pub async fn confirm_removal(app: Shared, request: HttpRequest, id: Path<String>) -> HttpResponse {
    show(app, request, move |desk| {
        desk.require(Permission::Change)?;
        let row = find(desk, parse(&id)?)?;
        let warning = last_resort(desk, &row)?;
        Ok(Answer::Page(Confirmation::removal(&row, warning).page(desk)))
    })
    .await
}

/// Removes it.
pub async fn removed(
    app: Shared,
    request: HttpRequest,
    id: Path<String>,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Change, move |desk, _| {
        let name = sms_gateways::remove_by_id(&desk.admin(), parse(&id)?, &mut rng())?;
        Answer::done(routes::SMS_GATEWAYS, format!("“{name}” was removed."))
    })
    .await
}

fn find(desk: &Desk<'_>, id: GatewayId) -> Result<GatewayRow, Stop> {
    Ok(sms_gateways::find(&desk.admin(), id)?.row)
}

/// What follows when this is the last gateway in use.
fn last_resort(desk: &Desk<'_>, row: &GatewayRow) -> Result<Option<String>, Stop> {
    let admin = desk.admin();
    if !row.enabled || sms_gateways::another_in_use(&admin, row.id)? {
        return Ok(None);
    }
    let who = match sms_gateways::asking(&admin, None, 1)?.count {
        0 => return Ok(None),
        1 => "one service provider asks".to_owned(),
        count => format!("{count} service providers ask"),
    };
    Ok(Some(format!(
        "It is the only gateway in use, and {who} for codes by text message: without it, people who \
         are asked for a code cannot sign in."
    )))
}

/// A page that asks before it is done.
struct Confirmation<'a> {
    title: String,
    warning: Option<String>,
    texts: Vec<&'a str>,
    action: String,
    /// A hidden field of the form.
    field: (&'a str, &'a str),
    button: &'a str,
    back: String,
}

/// What it shows.
#[derive(Template)]
#[template(path = "console/sms_gateways/confirm.html")]
struct ConfirmPage<'a> {
    frame: Frame,
    asked: Confirmation<'a>,
}

impl Confirmation<'_> {
    fn removal(row: &GatewayRow, warning: Option<String>) -> Self {
        Self {
            title: format!("Remove “{}”?", short(&row.name)),
            warning,
            texts: vec![
                "Its definition and the secrets of its account are forgotten and cannot be brought \
                 back. What it sent stays in the sums.",
                "To stop using it for a while, disable it instead.",
            ],
            action: format!("{}/remove", routes::sms_gateway(row.id)),
            field: ("sure", "yes"),
            button: "Remove the gateway",
            back: routes::sms_gateway(row.id),
        }
    }

    fn disabling(row: &GatewayRow, warning: Option<String>) -> Self {
        Self {
            title: format!("Disable “{}”?", short(&row.name)),
            warning,
            texts: vec!["Its definition and secrets stay; it can be used again at any time."],
            action: format!("{}/use", routes::sms_gateway(row.id)),
            field: ("enabled", "no"),
            button: "Disable the gateway",
            back: routes::SMS_GATEWAYS.to_owned(),
        }
    }

    fn page(self, desk: &Desk<'_>) -> String {
        let frame = desk
            .frame(Section::SmsGateways, self.title.as_str())
            .below(Section::IdentityProviders.title(), routes::IDENTITY_PROVIDERS)
            .below(TITLE, routes::SMS_GATEWAYS);
        render(&ConfirmPage { frame, asked: self }, 8 * 1024)
    }
}
