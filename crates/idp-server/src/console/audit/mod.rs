//! `/console/audit`: everything that happened, newest first, in plain words. `export` sends it as a
//! file.

mod export;

use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use idp_admin::AdminError;
use idp_admin::audit_trail::{self, Page, Search};
use idp_admin::users::Happening;
use idp_core::Instant;
use idp_core::flow::authenticator::Registry;
use idp_core::id::{EventId, UserId};
use serde_json::Value;

use super::forms::Fields;
use super::frame::{Frame, Section};
use super::serve::{Answer, Outcome, show as show_page};
use super::users::story::Story;
use super::{Desk, Pager, routes, words};
use crate::handlers::Shared;
use crate::pages::{render, short};

pub use export::export;

/// The filters: the names of the fields, as `idp-admin` names them.
const FILTERS: [&str; 5] = ["kind", "user", "service_provider", "from", "to"];

/// What the page shows.
#[derive(Template)]
#[template(path = "console/audit/list.html")]
struct ListPage {
    frame: Frame,
    form: Fields,
    filtered: bool,
    rows: Vec<Row>,
    /// How far back was looked for them, if not to the beginning.
    looked_to: Option<Instant>,
    pager: Pager,
}

/// One event.
struct Row {
    at: Instant,
    text: String,
    kind: String,
    user: Option<Link>,
    actor: Option<Link>,
    address: Option<String>,
    service_provider: Option<Link>,
    incident: Option<String>,
    detail: String,
}

/// A name that leads to its page, if it has one.
pub struct Link {
    /// What it is called.
    pub label: String,
    /// Its page, while there is one.
    pub path: Option<String>,
}

/// Shows it.
pub async fn show(app: Shared, request: HttpRequest) -> HttpResponse {
    show_page(app, request, page).await
}

fn page(desk: &Desk<'_>) -> Outcome {
    let [kind, user, service_provider, from, to] =
        FILTERS.map(|name| desk.query(name).unwrap_or_default().trim().to_owned());
    let search = Search {
        kind: &kind,
        user: &user,
        service_provider: &service_provider,
        from: &from,
        to: &to,
    };
    let parameters = FILTERS.into_iter().zip([&kind, &user, &service_provider, &from, &to]);
    let parameters: Vec<(&str, &str)> = parameters.map(|(n, value)| (n, value.as_str())).collect();
    let form =
        parameters.iter().fold(Fields::new(), |form, (name, value)| form.with(*name, *value));
    let form = form
        .called("kind", "Kind of event")
        .called("user", "User name")
        .called("service_provider", "Service provider")
        .called("from", "From")
        .called("to", "To");
    let before = desk.query("after").and_then(|id| id.parse::<EventId>().ok());
    let (form, found) = match audit_trail::search(&desk.admin(), search, before, Pager::ROWS) {
        Ok(found) => (form, found),
        Err(AdminError::Invalid(problems)) => {
            (form.with_problems(problems), Page { rows: Vec::new(), last: None, looked_to: None })
        }
        Err(error) => return Err(error.into()),
    };
    let (after, last) = (before.map(|id| id.to_string()), found.last.map(|id| id.to_string()));
    let pager = Pager::new(routes::AUDIT, &parameters, after.as_deref(), last.as_deref());
    let filtered = parameters.iter().any(|(_, value)| !value.is_empty());
    let looked_to = found.looked_to;
    let rows = found.rows.into_iter().map(|row| told(desk, row)).collect();
    let frame = desk.frame(Section::Audit, Section::Audit.title()).around(&form);
    let wrong = form.has_problems();
    let html = render(&ListPage { frame, form, filtered, rows, looked_to, pager }, 64 * 1024);
    Ok(if wrong { Answer::Wrong(html) } else { Answer::Page(html) })
}

fn told(desk: &Desk<'_>, row: audit_trail::Row) -> Row {
    let text = text_of(&desk.app.registry, &row);
    let user = user_of(&row);
    let service_provider = service_provider_of(&row);
    let event = row.event;
    Row {
        at: event.at,
        text,
        user,
        actor: actor(&event.detail),
        address: event.address,
        service_provider,
        incident: event.incident,
        detail: format!("{:#}", event.detail),
        kind: event.kind,
    }
}

/// An event in a sentence.
pub fn text_of(registry: &Registry, row: &audit_trail::Row) -> String {
    let happening = Happening {
        event: row.event.clone(),
        service_provider: row.service_provider.clone(),
        sends: Vec::new(),
    };
    let kind = &row.event.kind;
    let text = Story { registry }.of(&happening).text;
    if text == *kind { sentence(kind) } else { text }
}

/// The account an event concerns.
pub fn user_of(row: &audit_trail::Row) -> Option<Link> {
    let id = row.event.user?;
    Some(link(row.user.as_deref(), "an account that is gone", routes::user(id)))
}

/// The service provider an event concerns.
pub fn service_provider_of(row: &audit_trail::Row) -> Option<Link> {
    let id = row.event.service_provider?;
    let path = routes::service_provider(id);
    Some(link(row.service_provider.as_deref(), "one that was removed", path))
}

fn link(name: Option<&str>, gone: &str, path: String) -> Link {
    match name {
        Some(name) => Link { label: short(name).into_owned(), path: Some(path) },
        None => Link { label: gone.to_owned(), path: None },
    }
}

/// Who changed something.
fn actor(detail: &Value) -> Option<Link> {
    let label = short(detail.get("actor")?.as_str()?).into_owned();
    let id = detail.get("actor_id").and_then(Value::as_str);
    let id = id.and_then(|id| id.parse::<UserId>().ok());
    Some(Link { label, path: id.map(routes::user) })
}

/// What is not about a person: `service-provider-removed` is `Service provider removed.`
fn sentence(kind: &str) -> String {
    let text = match kind {
        "login.started" => "A login began.",
        "request.rejected" => {
            "A request was refused on a page; the service provider was told nothing."
        }
        "sms.pumping-suspected" => {
            "So many codes were sent without coming back that somebody may earn by them."
        }
        other => {
            let words = other.replace(['-', '.'], " ");
            let mut letters = words.chars();
            let first = letters.next().map(|first| first.to_ascii_uppercase());
            return first.into_iter().chain(letters).chain(['.']).collect();
        }
    };
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::sentence;

    #[test]
    fn a_kind_without_words_of_its_own_reads_like_words() {
        assert_eq!(sentence("service-provider-removed"), "Service provider removed.");
        assert_eq!(sentence("login.started"), "A login began.");
    }
}
