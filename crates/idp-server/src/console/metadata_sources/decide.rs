//! What a person says of addresses that wait.

use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use idp_admin::{Permission, metadata_sources};
use idp_core::metadata_source::change::Addresses;

use super::{named, recent};
use crate::console::desk::Desk;
use crate::console::form::Form;
use crate::console::routes;
use crate::console::serve::{Answer, change};
use crate::console::stop::Stop;
use crate::handlers::Shared;
use crate::pages::short;
use crate::rng::rng;

/// They are taken.
pub async fn approve(
    app: Shared,
    request: HttpRequest,
    id: Path<String>,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Change, move |desk, form| {
        let (row, entity_id, seen) = asked(desk, &id, form)?;
        // From now on answers go where they never went before.
        recent(desk, &routes::metadata_source(row))?;
        metadata_sources::approve(&desk.admin(), row, &entity_id, &seen, &mut rng())?;
        let text = format!("{} has its new addresses.", short(&entity_id));
        Answer::done(routes::metadata_source(row), text)
    })
    .await
}

/// They are not, and not asked about again.
pub async fn refuse(
    app: Shared,
    request: HttpRequest,
    id: Path<String>,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Change, move |desk, form| {
        let (row, entity_id, seen) = asked(desk, &id, form)?;
        metadata_sources::refuse(&desk.admin(), row, &entity_id, &seen, &mut rng())?;
        let text = format!("{} keeps the addresses that it has.", short(&entity_id));
        Answer::done(routes::metadata_source(row), text)
    })
    .await
}

fn asked(
    desk: &Desk<'_>,
    id: &str,
    form: &Form,
) -> Result<(idp_core::id::MetadataSourceId, String, Addresses), Stop> {
    let row = named(desk, id)?.id;
    let seen = serde_json::from_str(form.text("seen")?);
    let changed =
        || Stop::Conflict("the addresses changed meanwhile; look at them again".to_owned());
    Ok((row, form.text("entity_id")?.to_owned(), seen.map_err(|_| changed())?))
}
