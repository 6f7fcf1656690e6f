//! Removing a service provider.

use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use idp_admin::Permission;
use idp_admin::service_providers::remove_seen;

use super::confirm::Confirm;
use super::section::version_of;
use super::{addresses, find};
use crate::console::routes;
use crate::console::serve::{Answer, change, show};
use crate::handlers::Shared;
use crate::pages::short;
use crate::rng::rng;

/// Asks whether it is meant.
pub async fn confirm(app: Shared, request: HttpRequest, id: Path<String>) -> HttpResponse {
    show(app, request, move |desk| {
        desk.require(Permission::Change)?;
        let found = find(desk, &id)?;
        let sp = &found.value;
        let confirm = Confirm {
            title: format!("Remove “{}”?", short(&sp.name)),
            texts: vec![
                format!(
                    "Everything that is set for {} is forgotten, and nobody can sign in to it any \
                     more. Logins in progress end. This cannot be undone.",
                    sp.entity_id
                ),
                "Registered again, it gets new persistent names for people and would take everybody \
                 for somebody new. To keep the names, disable it instead."
                    .to_owned(),
                "What happened so far stays in the audit trail.".to_owned(),
            ],
            button: "Remove it for good",
            action: addresses::below(sp.id, addresses::REMOVE),
        };
        Ok(Answer::Page(confirm.page(desk, &found)))
    })
    .await
}

/// Removes it.
pub async fn remove(
    app: Shared,
    request: HttpRequest,
    id: Path<String>,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Change, move |desk, form| {
        let sp = find(desk, &id)?.value;
        remove_seen(&desk.admin(), sp.id, version_of(form)?, &mut rng())?;
        let text = format!("“{}” is removed.", short(&sp.name));
        Answer::done(routes::SERVICE_PROVIDERS, text)
    })
    .await
}
