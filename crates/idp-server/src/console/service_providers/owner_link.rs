//! The link with which the owner of a service provider sees why its requests were refused.

use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use idp_admin::owner_links;
use idp_admin::{AdminError, Permission};
use idp_core::Instant;
use idp_core::service_provider::ServiceProvider;

use super::addresses::{OWNER_LINK, OWNER_LINK_REVOKE, below};
use super::find;
use super::section::frame;
use crate::console::forms::Fields;
use crate::console::frame::Frame;
use crate::console::serve::{Answer, change, show};
use crate::console::{Desk, routes, words};
use crate::handlers::Shared;
use crate::pages::render;
use crate::rng::rng;

/// How long a link may work.
const LIFETIMES: &[(&str, &str)] = &[("3", "3 days"), ("7", "7 days"), ("30", "30 days")];

/// The form, and the link that was just made.
#[derive(Template)]
#[template(path = "console/service_providers/owner_link.html")]
struct OwnerLinkPage {
    frame: Frame,
    form: Fields,
    action: String,
    revoke: String,
    back: String,
    /// Until when the present link works.
    until: Option<Instant>,
    /// The address, this once.
    address: Option<String>,
}

/// The form.
pub async fn form(app: Shared, request: HttpRequest, id: Path<String>) -> HttpResponse {
    show(app, request, move |desk| {
        desk.require(Permission::Change)?;
        let sp = find(desk, &id)?.value;
        let until = owner_links::until(&desk.admin(), sp.id)?;
        Ok(Answer::Page(page(desk, &sp, fields(), (until, None))))
    })
    .await
}

/// Makes a link, and shows it this once.
pub async fn make(
    app: Shared,
    request: HttpRequest,
    id: Path<String>,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Change, move |desk, form| {
        let sp = find(desk, &id)?.value;
        let days = form.text("days")?.parse().unwrap_or_default();
        match owner_links::make(&desk.admin(), sp.id, days, &mut rng()) {
            Ok((token, until)) => {
                let address = desk.app.public_url.join(&format!("/owner/{}", token.expose()));
                Ok(Answer::Page(page(desk, &sp, fields(), (Some(until), Some(address)))))
            }
            Err(AdminError::Invalid(problems)) => {
                let until = owner_links::until(&desk.admin(), sp.id)?;
                let fields = fields().typed(form, problems);
                Ok(Answer::Wrong(page(desk, &sp, fields, (until, None))))
            }
            Err(other) => Err(other.into()),
        }
    })
    .await
}

/// Ends the link at once.
pub async fn revoke(
    app: Shared,
    request: HttpRequest,
    id: Path<String>,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Change, move |desk, _| {
        let sp = find(desk, &id)?.value;
        owner_links::revoke(&desk.admin(), sp.id, &mut rng())?;
        Answer::done(below(sp.id, OWNER_LINK), "The link does not work any more.")
    })
    .await
}

fn fields() -> Fields {
    Fields::new().with("days", "7").called("days", "Works for")
}

fn page(
    desk: &Desk<'_>,
    sp: &ServiceProvider,
    form: Fields,
    (until, address): (Option<Instant>, Option<String>),
) -> String {
    let page = OwnerLinkPage {
        frame: frame(desk, sp, "Link for its owner").around(&form),
        form,
        action: below(sp.id, OWNER_LINK),
        revoke: below(sp.id, OWNER_LINK_REVOKE),
        back: routes::service_provider(sp.id),
        until,
        address,
    };
    render(&page, 8 * 1024)
}
