//! People from a CSV file: a report of every line first, then the accounts.

use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use idp_admin::users::{self, Import, Imported, ImportedLine, LINK_HOURS, LineOutcome};
use idp_admin::{AdminError, Permission, Problem};

use super::{LIFETIMES, below_list, hours};
use crate::console::desk::CONFIRMED;
use crate::console::forms::Fields;
use crate::console::frame::Frame;
use crate::console::serve::{Answer, Outcome, change, show as show_page};
use crate::console::{Desk, Stop, routes};
use crate::handlers::Shared;
use crate::pages::render;
use crate::rng::rng;
use crate::user_imports::{Beginner, begin};

/// The most lines of each kind that the report lists.
const MOST_LISTED: usize = 500;

/// The form.
#[derive(Template)]
#[template(path = "console/users/import.html")]
struct ImportForm {
    frame: Frame,
    form: Fields,
}

/// What every line comes to.
#[derive(Template)]
#[template(path = "console/users/import_review.html")]
struct ReviewPage {
    frame: Frame,
    form: Fields,
    content: String,
    count: usize,
    wrong: Listed,
    existing: Listed,
    new: Listed,
}

/// Lines of one kind, as far as they are listed.
struct Listed {
    total: usize,
    rows: Vec<ImportedLine>,
}

/// How far the accounts of a file are made.
#[derive(Template)]
#[template(path = "console/users/import_done.html")]
struct ProgressPage {
    frame: Frame,
    made: usize,
    total: usize,
    /// Why it stopped before its end.
    problem: Option<String>,
    running: bool,
    /// The links as a file for spreadsheets; empty when none were asked for.
    links: String,
}

/// Shows the form.
pub async fn show(app: Shared, request: HttpRequest) -> HttpResponse {
    show_page(app, request, |desk| {
        desk.require(Permission::Change)?;
        desk.recent(CONFIRMED, routes::USER_IMPORT)?;
        Ok(Answer::Page(form_page(desk, Fields::new().with("file", ""))))
    })
    .await
}

/// Judges a file.
pub async fn review(
    app: Shared,
    request: HttpRequest,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Change, |desk, form| {
        let Some(file) = form.file("file")? else {
            let problem = Problem::new("file", "is missing; choose a CSV file");
            return Ok(refused(desk, vec![problem]));
        };
        judged(desk, &file.content, |import| {
            let content = String::from_utf8_lossy(&file.content).into_owned();
            Ok(Answer::Page(review_page(desk, &import, content)))
        })
    })
    .await
}

/// Begins to make the accounts. The file is judged again: what was made meanwhile is left alone.
pub async fn save(
    app: Shared,
    request: HttpRequest,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Change, |desk, form| {
        let hours = if form.is_set("links") { Some(hours(form)?) } else { None };
        if hours.is_some() {
            // Whoever has a link chooses the password.
            desk.recent(CONFIRMED, routes::USER_IMPORT)?;
        }
        judged(desk, form.text("content")?.as_bytes(), |import| {
            if import.count() == 0 {
                return Answer::done(routes::USERS, "Every account of the file is there already.");
            }
            let beginner = Beginner {
                app: desk.app,
                owner: desk.who.user.id,
                actor: desk.actor(),
                now: desk.now,
                configuration: &desk.who.configuration,
                key_kinds: &desk.key_kinds,
            };
            match begin(beginner, import, hours) {
                Some(id) => Answer::done(routes::user_import(&id), "The accounts are being made."),
                None => Err(Stop::Conflict(
                    "Other files are being worked through. Send yours again in a minute."
                        .to_owned(),
                )),
            }
        })
    })
    .await
}

/// Shows how far a file is.
pub async fn progress(app: Shared, request: HttpRequest, id: Path<String>) -> HttpResponse {
    show_page(app, request, move |desk| {
        desk.require(Permission::Change)?;
        let owner = desk.who.user.id;
        let job = desk.app.imports.find(&id, owner, desk.now).ok_or(Stop::NotFound)?;
        let outcome = job.outcome();
        let links = outcome.as_ref().and_then(|outcome| outcome.as_ref().ok());
        let problem = match &*outcome {
            Some(Ok(made)) => made.stopped.as_ref().map(ToString::to_string),
            Some(Err(problem)) => Some(problem.clone()),
            None => None,
        };
        let page = ProgressPage {
            frame: below_list(desk, "Users from a file"),
            made: job.made(),
            total: job.total,
            running: outcome.is_none(),
            links: links.map(|made| self::links(desk, made)).unwrap_or_default(),
            problem,
        };
        drop(outcome);
        Ok(Answer::Page(render(&page, 8 * 1024)))
    })
    .await
}

/// Goes on with a file that can be read; otherwise shows the form with what is wrong with it.
fn judged(desk: &Desk<'_>, content: &[u8], go_on: impl FnOnce(Import) -> Outcome) -> Outcome {
    match users::import(&desk.admin(), content, &mut rng()) {
        Ok(import) => go_on(import),
        Err(AdminError::Invalid(problems)) => Ok(refused(desk, problems)),
        Err(other) => Err(other.into()),
    }
}

fn refused(desk: &Desk<'_>, problems: Vec<Problem>) -> Answer {
    let form = Fields::new().with("file", "").with_problems(problems);
    Answer::Wrong(form_page(desk, form))
}

fn form_page(desk: &Desk<'_>, form: Fields) -> String {
    let frame = below_list(desk, "Users from a file").around(&form);
    render(&ImportForm { frame, form }, 8 * 1024)
}

fn review_page(desk: &Desk<'_>, import: &Import, content: String) -> String {
    let count = import.count();
    let listed = |belongs: fn(&LineOutcome) -> bool| {
        let all = import.lines.iter().filter(|line| belongs(&line.outcome));
        Listed { total: all.clone().count(), rows: all.take(MOST_LISTED).cloned().collect() }
    };
    let page = ReviewPage {
        frame: below_list(desk, "Users from a file"),
        form: Fields::new().with_box("links", true).with("hours", LINK_HOURS.to_string()),
        count,
        wrong: listed(|outcome| matches!(outcome, LineOutcome::Wrong(_))),
        existing: listed(|outcome| *outcome == LineOutcome::Exists),
        new: listed(|outcome| *outcome == LineOutcome::New),
        content,
    };
    render(&page, 64 * 1024)
}

impl ReviewPage {
    /// What is wrong with a line.
    fn reasons(line: &ImportedLine) -> String {
        let LineOutcome::Wrong(problems) = &line.outcome else { return String::new() };
        let reasons: Vec<String> = problems.iter().map(ToString::to_string).collect();
        reasons.join("; ")
    }
}

impl Listed {
    /// How many are not listed.
    fn hidden(&self) -> usize {
        self.total.saturating_sub(self.rows.len())
    }
}

/// One line per person. A user name that a spreadsheet would take for a formula begins with an
/// apostrophe.
fn links(desk: &Desk<'_>, made: &Imported) -> String {
    if made.links.is_empty() {
        return String::new();
    }
    let mut text = "username,password link\n".to_owned();
    for (username, token) in &made.links {
        let address = desk.app.public_url.join(&format!("/password/{}", token.expose()));
        let apostrophe = if username.as_str().starts_with(['=', '+', '-', '@']) { "'" } else { "" };
        text.extend([apostrophe, username.as_str(), ",", &address, "\n"]);
    }
    text
}
