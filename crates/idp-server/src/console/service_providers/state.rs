//! Disabling a service provider, after a page that says what it means, and enabling it again.

use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use idp_admin::Permission;
use idp_admin::service_providers::{ServiceProviderDraft, replace};

use super::confirm::Confirm;
use super::section::version_of;
use super::{addresses, find};
use crate::console::form::Form;
use crate::console::serve::{Answer, Outcome, change, show};
use crate::console::{Desk, routes};
use crate::handlers::Shared;
use crate::pages::short;
use crate::rng::rng;

/// Asks whether it is meant.
pub async fn confirm(app: Shared, request: HttpRequest, id: Path<String>) -> HttpResponse {
    show(app, request, move |desk| {
        desk.require(Permission::Change)?;
        let found = find(desk, &id)?;
        let texts = [
            "Nobody can sign in to it any more: its requests are refused with a page that says so, and \
             logins in progress are not answered.",
            "Everything that is set for it stays. You can enable it again at any time. Who is signed \
             in there already stays so until the application ends its session.",
        ];
        let confirm = Confirm {
            title: format!("Disable “{}”?", short(&found.value.name)),
            texts: texts.map(str::to_owned).to_vec(),
            button: "Disable it",
            action: addresses::below(found.value.id, addresses::DISABLE),
        };
        Ok(Answer::Page(confirm.page(desk, &found)))
    })
    .await
}

/// Disables it.
pub async fn disable(
    app: Shared,
    request: HttpRequest,
    id: Path<String>,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Change, move |desk, form| {
        set(desk, form, &id, false, "is disabled: nobody can sign in to it.")
    })
    .await
}

/// Enables it.
pub async fn enable(
    app: Shared,
    request: HttpRequest,
    id: Path<String>,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Change, move |desk, form| {
        set(desk, form, &id, true, "is enabled: people can sign in to it again.")
    })
    .await
}

fn set(desk: &Desk<'_>, form: &Form, id: &str, enabled: bool, words: &str) -> Outcome {
    let found = find(desk, id)?;
    let sp = &found.value;
    let draft = ServiceProviderDraft { enabled, ..ServiceProviderDraft::of(sp) };
    replace(&desk.admin(), sp.id, version_of(form)?, draft, &mut rng())?;
    let text = format!("“{}” {words}", short(&sp.name));
    Answer::done(routes::service_provider(sp.id), text)
}
