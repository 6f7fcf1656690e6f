//! Replacing the key of a kind: publish the next one, see who has read it, promote it for one or for
//! all, retire the old one; or back out.

use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use idp_admin::keys::{self, KeyUserState, Laggards, Rollover, Standing};
use idp_admin::{Permission, StoredKey};
use idp_core::Instant;
use idp_core::id::ServiceProviderId;
use idp_core::saml::urn::KeyKind;

use super::{algorithm, rollover_path};
use crate::console::desk::CONFIRMED;
use crate::console::form::Form;
use crate::console::frame::{Frame, Section};
use crate::console::serve::{Answer, Outcome, change, show as show_page};
use crate::console::{Desk, Pager, Stop, routes, words};
use crate::handlers::Shared;
use crate::pages::render;
use crate::rng::rng;

/// Service providers on a page.
const PAGE: u32 = 50;

/// What the page shows.
#[derive(Template)]
#[template(path = "console/keys/rollover.html")]
struct RolloverPage {
    frame: Frame,
    now: Instant,
    rollover: Rollover,
    users: Vec<KeyUserState>,
    pager: Pager,
    here: String,
}

/// A question before a step that concerns many.
#[derive(Template)]
#[template(path = "console/keys/confirm.html")]
struct ConfirmPage {
    frame: Frame,
    texts: Vec<String>,
    button: &'static str,
    action: String,
    /// A choice of the form: field, value, label; the first one is ticked.
    choices: Vec<(&'static str, &'static str, String)>,
    /// The key it is about.
    key: String,
    back: String,
}

/// Shows how far the rollover is.
pub async fn show(app: Shared, request: HttpRequest, kind: Path<String>) -> HttpResponse {
    show_page(app, request, move |desk| {
        let kind = named(&kind)?;
        let directory = desk.configuration().keys();
        let rollover = keys::rollover(&desk.admin(), directory, kind)?;
        let after = desk.query("after").map(std::borrow::Cow::into_owned);
        let mut users = keys::users(&desk.admin(), directory, kind, (after.as_deref(), PAGE + 1))?;
        let many = usize::try_from(PAGE).unwrap_or(usize::MAX);
        let more = users.len() > many;
        users.truncate(many);
        let last = users.last().map(|state| state.user.entity_id.clone()).filter(|_| more);
        let here = rollover_path(kind);
        let pager = Pager::new(&here, &[], after.as_deref(), last.as_deref());
        let frame = frame(desk, algorithm(kind));
        let page = RolloverPage { frame, now: desk.now, rollover, users, pager, here };
        Ok(Answer::Page(render(&page, 32 * 1024)))
    })
    .await
}

/// Publishes the next key.
pub async fn publish(
    app: Shared,
    request: HttpRequest,
    kind: Path<String>,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    step(app, request, kind, body, |desk, _, kind| {
        let path = desk.configuration().keys().path();
        let name = desk.app.public_url.host();
        keys::publish(&desk.admin(), path, (kind, name), &mut rng())?;
        let text = "The next key is published. It signs nothing until it is promoted.";
        Answer::done(rollover_path(kind), text)
    })
    .await
}

/// Notes that a service provider has our keys.
pub async fn told(
    app: Shared,
    request: HttpRequest,
    kind: Path<String>,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    step(app, request, kind, body, |desk, form, kind| {
        keys::told(&desk.admin(), service_provider(form)?, &mut rng())?;
        Answer::done(rollover_path(kind), "It is noted that this service provider has the key.")
    })
    .await
}

/// Promotes the key for one service provider.
pub async fn promote(
    app: Shared,
    request: HttpRequest,
    kind: Path<String>,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    step(app, request, kind, body, |desk, form, kind| {
        let whom = (service_provider(form)?, false);
        keys::promote_one(&desk.admin(), desk.configuration().keys(), whom, &mut rng())?;
        Answer::done(rollover_path(kind), "This service provider is answered with the new key.")
    })
    .await
}

/// Asks before a step that concerns many.
pub async fn confirm(
    app: Shared,
    request: HttpRequest,
    path: Path<(String, String)>,
) -> HttpResponse {
    show_page(app, request, move |desk| {
        let (kind, step) = path.into_inner();
        let kind = named(&kind)?;
        desk.require(Permission::Change)?;
        let here = rollover_path(kind);
        desk.recent(CONFIRMED, &here)?;
        let rollover = keys::rollover(&desk.admin(), desk.configuration().keys(), kind)?;
        let key = desk.query("key").unwrap_or_default().into_owned();
        let (title, texts, button, choices) = question(&step, &rollover, &key)?;
        let frame = frame(desk, title).below(algorithm(kind), &here);
        let action = format!("{here}/{step}");
        let page = ConfirmPage { frame, texts, button, action, choices, key, back: here };
        Ok(Answer::Page(render(&page, 8 * 1024)))
    })
    .await
}

/// Takes that step.
pub async fn take(
    app: Shared,
    request: HttpRequest,
    path: Path<(String, String)>,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    let (kind, name) = path.into_inner();
    step(app, request, Path::from(kind), body, move |desk, form, kind| {
        let (admin, directory) = (desk.admin(), desk.configuration().keys());
        let text = match name.as_str() {
            "promote-all" => {
                let laggards = match form.text("laggards")? {
                    "stay" => Laggards::Stay,
                    "move" => Laggards::Move,
                    _ => return Err(Stop::NotFound),
                };
                let staying = keys::promote_all(&admin, directory, (kind, laggards), &mut rng())?;
                match staying {
                    0 => "The new key signs for everybody.".to_owned(),
                    some => format!("The new key signs; {some} stay on the old one."),
                }
            }
            "back-out" => {
                keys::back_out(&admin, directory, kind, &mut rng())?;
                "It is taken back.".to_owned()
            }
            "retire" => {
                let which = (form.text("key")?, form.text("left")? == "move");
                keys::retire(&admin, directory, which, &mut rng())?;
                "The old key is retired: it is neither published nor used.".to_owned()
            }
            _ => return Err(Stop::NotFound),
        };
        Answer::done(rollover_path(kind), text)
    })
    .await
}

/// A change of the keys of a kind: whoever decides about keys has signed in a moment ago.
async fn step(
    app: Shared,
    request: HttpRequest,
    kind: Path<String>,
    body: Result<Bytes, actix_web::Error>,
    work: impl FnOnce(&Desk<'_>, &Form, KeyKind) -> Outcome + Send + 'static,
) -> HttpResponse {
    change(app, request, body, Permission::Change, move |desk, form| {
        let kind = named(&kind)?;
        desk.recent(CONFIRMED, &rollover_path(kind))?;
        work(desk, form, kind)
    })
    .await
}

fn named(kind: &str) -> Result<KeyKind, Stop> {
    KeyKind::from_name(kind).ok_or(Stop::NotFound)
}

fn service_provider(form: &Form) -> Result<ServiceProviderId, Stop> {
    form.text("service_provider")?.parse().map_err(|_| Stop::NotFound)
}

fn frame(desk: &Desk<'_>, title: impl Into<String>) -> Frame {
    desk.frame(Section::Keys, title).below(Section::Keys.title(), routes::KEYS)
}

type Question = (String, Vec<String>, &'static str, Vec<(&'static str, &'static str, String)>);

/// What is asked before a step.
fn question(step: &str, rollover: &Rollover, key: &str) -> Result<Question, Stop> {
    let waiting = rollover.waiting();
    Ok(match step {
        "promote-all" if rollover.next.is_some() => {
            let mut texts = vec![
                "The next key becomes the one that signs. The old key stays published, so this can \
                 be taken back."
                    .to_owned(),
            ];
            let mut choices = vec![("laggards", "stay", String::new())];
            if waiting > 0 {
                texts.push(format!(
                    "{waiting} of {} have not read the next key. They would refuse what it signs.",
                    super::count(rollover.users.all)
                ));
                choices = vec![
                    ("laggards", "stay", format!("Leave those {waiting} on the old key")),
                    ("laggards", "move", "Move everybody, whoever cannot sign in".to_owned()),
                ];
            }
            ("Promote the next key?".to_owned(), texts, "Promote it", choices)
        }
        "back-out" if rollover.next.is_some() => (
            "Withdraw the next key?".to_owned(),
            vec![
                "It is forgotten and leaves our metadata. Whom it was promoted for is answered with \
                 the present key again."
                    .to_owned(),
            ],
            "Withdraw it",
            Vec::new(),
        ),
        "back-out" if rollover.can_back_out() => (
            "Go back to the old key?".to_owned(),
            vec![
                "The old key signs for everybody again at once. The new one stays published as the \
                 next key."
                    .to_owned(),
            ],
            "Go back",
            Vec::new(),
        ),
        "retire" => {
            let found = rollover.previous.iter().find(|(old, _)| old.key.id() == key);
            let (old, answered) = found.ok_or(Stop::NotFound)?;
            let mut texts = vec![format!(
                "{} leaves our metadata and is never used again. This cannot be taken back.",
                name(old)
            )];
            let mut choices = Vec::new();
            if *answered > 0 {
                texts.push(format!(
                    "{answered} are answered with it still. Promote them first, or move them now: who \
                     has not read the new key refuses what it signs."
                ));
                choices = vec![
                    ("left", "keep", "Retire it only if nobody needs it".to_owned()),
                    ("left", "move", format!("Retire it and move those {answered}")),
                ];
            }
            ("Retire the old key?".to_owned(), texts, "Retire it", choices)
        }
        _ => return Err(Stop::NotFound),
    })
}

/// What a key is called.
fn name(key: &StoredKey) -> String {
    format!("{}-{}", key.key.kind().name(), key.number)
}

const fn class(standing: Standing) -> &'static str {
    match standing {
        Standing::Promoted | Standing::Ready => "good",
        Standing::Waiting => "bad",
        Standing::Current => "off",
    }
}

const fn label(standing: Standing) -> &'static str {
    match standing {
        Standing::Promoted => "New key",
        Standing::Ready => "Ready",
        Standing::Waiting => "Has not read it",
        Standing::Current => "Present key",
    }
}
