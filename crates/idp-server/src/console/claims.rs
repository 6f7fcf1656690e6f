//! `/console/claims`: what may be known of people, and one more of it.

use std::fmt::Display;

use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use idp_admin::claims::{self, NewClaim};
use idp_admin::{AdminError, Permission};
use idp_core::claim::{ClaimDefinition, ClaimUri};

use super::desk::Desk;
use super::forms::Fields;
use super::frame::{Frame, Section};
use super::serve::{Answer, change, show};
use super::{routes, words};
use crate::handlers::Shared;
use crate::pages::{render, short, steers_display};
use crate::rng::rng;

/// The list.
#[derive(Template)]
#[template(path = "console/claims/list.html")]
struct ListPage {
    frame: Frame,
    claims: Vec<ClaimDefinition>,
}

/// The form of a new claim.
#[derive(Template)]
#[template(path = "console/claims/add.html")]
struct AddPage {
    frame: Frame,
    form: Fields,
}

/// Every claim.
pub async fn list(app: Shared, request: HttpRequest) -> HttpResponse {
    show(app, request, |desk| {
        let claims = claims::list(&desk.admin())?;
        let frame = desk.frame(Section::Claims, Section::Claims.title());
        Ok(Answer::Page(render(&ListPage { frame, claims }, 16 * 1024)))
    })
    .await
}

/// The form of a new one.
pub async fn form(app: Shared, request: HttpRequest) -> HttpResponse {
    show(app, request, |desk| {
        desk.require(Permission::Change)?;
        Ok(Answer::Page(page(desk, fields())))
    })
    .await
}

/// Adds it.
pub async fn add(
    app: Shared,
    request: HttpRequest,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Change, |desk, form| {
        let new = NewClaim {
            uri: form.text("uri")?.trim(),
            display_name: form.text("display_name")?.trim(),
            description: form.text("description")?.trim(),
            supported_by_default: form.is_set("supported_by_default"),
            read_only: form.is_set("read_only"),
        };
        match claims::add(&desk.admin(), new, &mut rng()) {
            Ok(claim) => {
                let text = format!("The claim “{}” is added.", short(&claim.display_name));
                Answer::done(routes::CLAIMS, text)
            }
            Err(AdminError::Invalid(problems)) => {
                Ok(Answer::Wrong(page(desk, fields().typed(form, problems))))
            }
            Err(other) => Err(other.into()),
        }
    })
    .await
}

/// Whoever adds a claim decides about it until they say otherwise.
fn fields() -> Fields {
    Fields::new()
        .with("uri", "")
        .with("display_name", "")
        .with("description", "")
        .with_box("supported_by_default", true)
        .with_box("read_only", true)
        .called("uri", "URI")
        .called("display_name", "Display name")
        .called("description", "Description")
}

fn page(desk: &Desk<'_>, form: Fields) -> String {
    let frame = desk
        .frame(Section::Claims, "Add a claim")
        .below(Section::Claims.title(), routes::CLAIMS)
        .around(&form);
    render(&AddPage { frame, form }, 8 * 1024)
}

/// A whole text, without what turns the direction of others around.
fn shown(text: impl Display) -> String {
    text.to_string().chars().filter(|c| !steers_display(*c)).collect()
}
