//! Where a person is signed in, and ending it.

use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use idp_admin::Permission;
use idp_admin::users::{self, SessionUse};
use idp_core::flow::authenticator::Registry;
use idp_core::id::SessionId;
use idp_core::user::User;

use super::{Tab, Tabs, below_account, page_of, person};
use crate::console::frame::Frame;
use crate::console::serve::{Answer, change, show as show_page};
use crate::console::words;
use crate::handlers::Shared;
use crate::pages::{render, short};
use crate::rng::rng;

/// What the page shows.
#[derive(Template)]
#[template(path = "console/users/sessions.html")]
struct SessionsPage {
    frame: Frame,
    tabs: Tabs,
    user: User,
    rows: Vec<Shown>,
}

/// One session.
struct Shown {
    known: SessionUse,
    /// What was passed, in words.
    steps: String,
    /// It is that of this browser.
    own: bool,
}

/// Asks whether all may end.
#[derive(Template)]
#[template(path = "console/users/sessions_end.html")]
struct EndPage {
    frame: Frame,
    user: User,
    count: usize,
}

/// Shows them.
pub async fn show(app: Shared, request: HttpRequest, id: Path<String>) -> HttpResponse {
    show_page(app, request, move |desk| {
        let user = person(desk, &id)?.value;
        let found = users::sessions(&desk.admin(), user.id, desk.app.limits.session)?;
        let shown = |known: SessionUse| Shown {
            steps: steps(&desk.app.registry, &known),
            own: known.session.id == desk.who.session.id,
            known,
        };
        let rows = found.into_iter().map(shown).collect();
        let (frame, tabs) = page_of(desk, &user, Tab::Sessions);
        Ok(Answer::Page(render(&SessionsPage { frame, tabs, user, rows }, 16 * 1024)))
    })
    .await
}

/// Asks whether all may end.
pub async fn end_all_form(app: Shared, request: HttpRequest, id: Path<String>) -> HttpResponse {
    show_page(app, request, move |desk| {
        desk.require(Permission::Change)?;
        let user = person(desk, &id)?.value;
        let count = users::sessions(&desk.admin(), user.id, desk.app.limits.session)?.len();
        let title = format!("End every session of {}", short(user.username.as_str()));
        let frame = below_account(desk, &user, title);
        Ok(Answer::Page(render(&EndPage { frame, user, count }, 8 * 1024)))
    })
    .await
}

/// Ends one, or all.
pub async fn submit(
    app: Shared,
    request: HttpRequest,
    id: Path<String>,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Change, move |desk, form| {
        let user = person(desk, &id)?.value;
        let name = short(user.username.as_str());
        let text = if form.is_set("all") {
            users::end_sessions(&desk.admin(), user.id, &mut rng())?;
            format!("{name} is signed out everywhere.")
        } else {
            let session = SessionId::from_stored(form.text("session")?.to_owned());
            users::end_session(&desk.admin(), user.id, &session, &mut rng())?;
            format!("One session of {name} has ended.")
        };
        Answer::done(Tab::Sessions.path(user.id), text)
    })
    .await
}

fn steps(registry: &Registry, known: &SessionUse) -> String {
    let names: Vec<&str> = known
        .session
        .steps
        .iter()
        .map(|step| {
            let found = registry.find(step.authenticator.as_str());
            found.map_or(step.authenticator.as_str(), |factor| factor.display_name())
        })
        .collect();
    names.join(", ")
}
