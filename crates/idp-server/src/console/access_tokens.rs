//! `/console/access-tokens`: the signed-in person's own tokens for the REST API.

use actix_web::web::{self, Bytes, Path, ServiceConfig, post, resource};
use actix_web::{HttpRequest, HttpResponse, guard};
use askama::Template;
use idp_admin::access_tokens::{self, Made, NewToken, Scope, Shown};
use idp_admin::{AdminError, Permission};
use idp_core::id::AccessTokenId;

use super::desk::{CONFIRMED, Desk};
use super::form::Form;
use super::forms::Fields;
use super::frame::{Frame, Section};
use super::serve::{Answer, Outcome, change, show};
use super::stop::Stop;
use super::{routes, words};
use crate::handlers::{Shared, plain};
use crate::pages::{render, short};
use crate::rng::rng;

/// The form of a new token.
const NEW: &str = "/console/access-tokens/new";
/// How long a token works unless the person says otherwise, in days.
const USUAL_DAYS: u32 = 90;

/// The list.
#[derive(Template)]
#[template(path = "console/access_tokens/list.html")]
struct ListPage {
    frame: Frame,
    tokens: Vec<Shown>,
}

/// The form.
#[derive(Template)]
#[template(path = "console/access_tokens/form.html")]
struct FormPage {
    frame: Frame,
    form: Fields,
    longest: u32,
}

/// The token, this once.
#[derive(Template)]
#[template(path = "console/access_tokens/made.html")]
struct MadePage {
    frame: Frame,
    made: Made,
}

/// The question before one is revoked.
#[derive(Template)]
#[template(path = "console/access_tokens/revoke.html")]
struct RevokePage {
    frame: Frame,
    token: Shown,
}

/// Registers the addresses.
pub fn addresses(config: &mut ServiceConfig) {
    let page =
        |path: &str| resource(path).default_service(web::route().to(plain::method_not_allowed));
    let get = || web::route().guard(guard::Any(guard::Get()).or(guard::Head()));
    config
        .service(page(routes::ACCESS_TOKENS).route(get().to(list)))
        .service(page(NEW).route(get().to(form)).route(post().to(create)))
        .service(
            page(&format!("{}/{{id}}/revoke", routes::ACCESS_TOKENS))
                .route(get().to(confirm))
                .route(post().to(revoke)),
        );
}

/// The person's tokens.
async fn list(app: Shared, request: HttpRequest) -> HttpResponse {
    show(app, request, |desk| {
        let tokens = access_tokens::list(&desk.admin())?;
        let frame = desk.frame(Section::AccessTokens, Section::AccessTokens.title());
        Ok(Answer::Page(render(&ListPage { frame, tokens }, 8 * 1024)))
    })
    .await
}

/// The form of a new token.
async fn form(app: Shared, request: HttpRequest) -> HttpResponse {
    show(app, request, |desk| {
        desk.require(Permission::Change)?;
        desk.recent(CONFIRMED, NEW)?;
        Ok(Answer::Page(form_page(desk, fields())))
    })
    .await
}

/// Makes a token and shows it, this once.
async fn create(
    app: Shared,
    request: HttpRequest,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Change, |desk, form| {
        desk.recent(CONFIRMED, NEW)?;
        match made(desk, form) {
            Ok(made) => {
                let frame = below(desk, "Your new access token");
                Ok(Answer::Page(render(&MadePage { frame, made }, 8 * 1024)))
            }
            Err(Stop::Invalid(problems)) => {
                Ok(Answer::Wrong(form_page(desk, fields().typed(form, problems))))
            }
            Err(other) => Err(other),
        }
    })
    .await
}

/// Asks before a token is revoked.
async fn confirm(app: Shared, request: HttpRequest, id: Path<String>) -> HttpResponse {
    show(app, request, move |desk| {
        let token = named(desk, &id)?;
        let frame = below(desk, &format!("Revoke “{}”", short(&token.name)));
        Ok(Answer::Page(render(&RevokePage { frame, token }, 8 * 1024)))
    })
    .await
}

/// Revokes a token. Whoever may have lost it need not sign in again for that.
async fn revoke(
    app: Shared,
    request: HttpRequest,
    id: Path<String>,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Read, move |desk, _| -> Outcome {
        let id: AccessTokenId = id.parse().map_err(|_| Stop::NotFound)?;
        let name = access_tokens::revoke(&desk.admin(), id, &mut rng())?;
        let text = format!("The access token “{}” is revoked.", short(&name));
        Answer::done(routes::ACCESS_TOKENS, text)
    })
    .await
}

fn made(desk: &Desk<'_>, form: &Form) -> Result<Made, Stop> {
    let scopes: Vec<&str> = form.all("scopes").collect();
    let new = NewToken {
        name: form.text("name")?,
        scopes: &scopes,
        // What is no number is judged by the operation.
        days: form.text("days")?.trim().parse().unwrap_or_default(),
        longest: desk.app.settings.api.longest_token_days,
    };
    let admin = desk.admin();
    let owner = desk.actor();
    let idp_admin::Actor::User { username, .. } = &owner else { return Err(Stop::NoRole) };
    Ok(access_tokens::create(&admin, username.as_str(), new, &mut rng())?)
}

fn named(desk: &Desk<'_>, id: &str) -> Result<Shown, Stop> {
    let id: AccessTokenId = id.parse().map_err(|_| Stop::NotFound)?;
    let tokens =
        access_tokens::list(&desk.admin()).map_err(|error: AdminError| Stop::from(error))?;
    tokens.into_iter().find(|token| token.id == id).ok_or(Stop::NotFound)
}

fn fields() -> Fields {
    Fields::new()
        .with("name", "")
        .with("days", USUAL_DAYS.to_string())
        .with_all("scopes", Vec::new())
        .called("name", "Name")
        .called("days", "Days")
        .called("scopes", "Scopes")
}

fn form_page(desk: &Desk<'_>, form: Fields) -> String {
    let frame = below(desk, "New access token").around(&form);
    let longest = desk.app.settings.api.longest_token_days;
    render(&FormPage { frame, form, longest }, 8 * 1024)
}

impl FormPage {
    /// Every scope with its name and words.
    fn scopes() -> Vec<(&'static str, &'static str)> {
        Scope::ALL.iter().map(|scope| (scope.name(), scope.words())).collect()
    }
}

fn below(desk: &Desk<'_>, title: &str) -> Frame {
    let section = Section::AccessTokens;
    desk.frame(section, title).below(section.title(), routes::ACCESS_TOKENS)
}

/// The page that asks before a token is revoked.
fn revoke_path(id: AccessTokenId) -> String {
    format!("{}/{id}/revoke", routes::ACCESS_TOKENS)
}
