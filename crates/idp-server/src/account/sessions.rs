//! `/account/sessions`: where the person is signed in, and ending it.

use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use idp_admin::own_account::{end_other_sessions, end_session, sessions};
use idp_admin::users::SessionUse;
use idp_core::id::SessionId;

use super::frame::{Frame, Section};
use super::serve::{Answer, change, show as show_page};
use super::{Stop, routes, told};
use crate::handlers::Shared;
use crate::language::{Text, Words};
use crate::pages::render;
use crate::rng::rng;

/// What the page shows.
#[derive(Template)]
#[template(path = "account/sessions.html")]
struct SessionsPage {
    frame: Frame,
    words: Words,
    rows: Vec<Row>,
}

/// One session.
struct Row {
    known: SessionUse,
    /// What was passed, in words.
    steps: Vec<Text>,
    /// It is that of this browser.
    own: bool,
}

/// Asks whether every other one may end.
#[derive(Template)]
#[template(path = "account/sessions_end.html")]
struct QuestionPage {
    frame: Frame,
    words: Words,
    count: usize,
}

/// Shows them.
pub async fn show(app: Shared, request: HttpRequest) -> HttpResponse {
    show_page(app, request, |seat| {
        let row = |(known, own): (SessionUse, bool)| Row {
            steps: known
                .session
                .steps
                .iter()
                .map(|step| {
                    told::factor(seat.words, &seat.app.registry, step.authenticator.as_str())
                })
                .collect(),
            known,
            own,
        };
        let rows = sessions(&seat.own())?.into_iter().map(row).collect();
        let page = SessionsPage { frame: seat.frame(Section::Sessions), words: seat.words, rows };
        Ok(Answer::Page(render(&page, 16 * 1024)))
    })
    .await
}

/// Asks whether every other one may end.
pub async fn question(app: Shared, request: HttpRequest) -> HttpResponse {
    show_page(app, request, |seat| {
        let others = sessions(&seat.own())?.into_iter().filter(|(_, own)| !own);
        let (count, words) = (others.count(), seat.words);
        let title = words.account_sessions_end_others_title();
        let frame = seat.frame_titled(Section::Sessions, title);
        Ok(Answer::Page(render(&QuestionPage { frame, words, count }, 8 * 1024)))
    })
    .await
}

/// Ends one of the others.
pub async fn end_one(
    app: Shared,
    request: HttpRequest,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, |seat, form| {
        let session = SessionId::from_stored(form.text("session")?.to_owned());
        // This one ends by signing out, which removes its cookie as well.
        if session == seat.who.session.id {
            return Err(Stop::NotFound);
        }
        end_session(&seat.own(), &session, &mut rng())?;
        Answer::done(routes::SESSIONS, seat.words.account_sessions_ended_one().plain())
    })
    .await
}

/// Ends every other one.
pub async fn end_others(
    app: Shared,
    request: HttpRequest,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, |seat, _| {
        end_other_sessions(&seat.own(), &mut rng())?;
        Answer::done(routes::SESSIONS, seat.words.account_sessions_ended_others().plain())
    })
    .await
}
