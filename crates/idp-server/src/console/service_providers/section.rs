//! A part of what is set for a service provider, with a page and a form of its own. The way of every
//! such form is the same: [`edit`] shows what is stored, [`save`] presses a button of a row or saves.

use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use idp_admin::service_providers::{ServiceProviderDraft, replace, weakenings};
use idp_admin::{AdminError, Permission, Problem};
use idp_core::service_provider::ServiceProvider;
use idp_store::{Conflict, StoreError, Versioned};

use super::rows::{PRESS, Rows};
use super::{addresses, find};
use crate::console::desk::CONFIRMED;
use crate::console::form::Form;
use crate::console::forms::{Field, Fields};
use crate::console::frame::{Frame, Section as Area};
use crate::console::serve::{Answer, change, show};
use crate::console::{Desk, Stop, routes};
use crate::error::WebError;
use crate::handlers::Shared;
use crate::pages::{render, short};
use crate::rng::rng;

/// The field with the version that was shown.
const VERSION: &str = "version";

/// A part of the settings, as it stands in its form.
pub trait Section: Sized + 'static {
    /// The last part of its address.
    const PART: &'static str;
    /// The heading of its page.
    const TITLE: &'static str;
    /// What is said when it is saved.
    const SAVED: &'static str;
    /// Most of its changes weaken security, so that people sign in anew before they fill it in.
    const GUARDED: bool = false;

    /// As it is stored.
    fn stored(sp: &ServiceProvider) -> Self;
    /// As it was sent.
    fn typed(form: &Form) -> Result<Self, WebError>;
    /// Does what a button of a row asks.
    fn press(&mut self, _sp: &ServiceProvider, _button: &str) -> Vec<Problem> {
        Vec::new()
    }
    /// Takes it over into a draft, or tells what cannot be read.
    fn apply(&self, desk: &Desk<'_>, draft: &mut ServiceProviderDraft) -> Vec<Problem>;
    /// Problems of the draft, at the fields of this form.
    fn placed(&self, problems: Vec<Problem>) -> Vec<Problem> {
        problems
    }
    /// The fields of the form.
    fn fields(&self) -> Fields;
    /// The content of the page.
    fn content(
        &self,
        desk: &Desk<'_>,
        sp: &ServiceProvider,
        form: &Fields,
    ) -> Result<Content, Stop>;
}

/// What a page shows beside what all have in common.
#[derive(Default)]
pub struct Content {
    /// What the page is about.
    pub intro: Vec<String>,
    /// What is unwise about what the form holds.
    pub warning: Option<String>,
    /// The first fields.
    pub before: Vec<Field>,
    /// Rows that can be added and removed.
    pub rows: Option<Rows>,
    /// The last fields.
    pub after: Vec<Field>,
    /// The form takes files.
    pub files: bool,
    /// What follows the form, as HTML.
    pub below: String,
}

/// What every page shows.
#[derive(Template)]
#[template(path = "console/service_providers/section.html")]
struct SectionPage {
    frame: Frame,
    form: Fields,
    content: Content,
    action: String,
    back: String,
    version: String,
    unsaved: bool,
}

/// The form.
pub async fn edit<S: Section>(app: Shared, request: HttpRequest, id: Path<String>) -> HttpResponse {
    show(app, request, move |desk| {
        desk.require(Permission::Change)?;
        let found = find(desk, &id)?;
        if S::GUARDED {
            desk.recent(CONFIRMED, &addresses::section::<S>(found.value.id))?;
        }
        let section = S::stored(&found.value);
        let version = found.version.to_string();
        page(desk, &found.value, &section, version, Vec::new(), false).map(Answer::Page)
    })
    .await
}

/// Presses a button of a row, or saves.
pub async fn save<S: Section>(
    app: Shared,
    request: HttpRequest,
    id: Path<String>,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Change, move |desk, form| {
        let found = find(desk, &id)?;
        let mut section = S::typed(form)?;
        let version = form.text(VERSION)?.to_owned();
        let button = form.text(PRESS)?;
        if !button.is_empty() {
            let problems = section.press(&found.value, button);
            let wrong = !problems.is_empty();
            let html = page(desk, &found.value, &section, version, problems, !wrong)?;
            return Ok(if wrong { Answer::Wrong(html) } else { Answer::Page(html) });
        }
        match store(desk, &found, &section, &version)? {
            Ok(path) => Answer::done(path, S::SAVED),
            Err(problems) => {
                page(desk, &found.value, &section, version, problems, false).map(Answer::Wrong)
            }
        }
    })
    .await
}

/// Saves; the page to go on to, or everything that is wrong.
fn store<S: Section>(
    desk: &Desk<'_>,
    found: &Versioned<ServiceProvider>,
    section: &S,
    version: &str,
) -> Result<Result<String, Vec<Problem>>, Stop> {
    let sp = &found.value;
    let mut draft = ServiceProviderDraft::of(sp);
    let problems = section.apply(desk, &mut draft);
    if !problems.is_empty() {
        return Ok(Err(problems));
    }
    if !weakenings(sp, &draft).is_empty() {
        desk.recent(CONFIRMED, &addresses::section::<S>(sp.id))?;
    }
    // What is no number was never a version.
    let version = version.parse().unwrap_or_default();
    match replace(&desk.admin(), sp.id, version, draft, &mut rng()) {
        Ok(_) => Ok(Ok(routes::service_provider(sp.id))),
        Err(AdminError::Invalid(problems)) => Ok(Err(section.placed(problems))),
        Err(AdminError::Store(StoreError::Conflict(Conflict::Version))) => {
            Ok(Err(vec![outdated()]))
        }
        Err(other) => Err(other.into()),
    }
}

/// Somebody else was faster.
pub fn outdated() -> Problem {
    Problem::new(
        "",
        "Somebody else changed this service provider after you opened this page. Look at it as it is \
         now, then make your change once more.",
    )
}

fn page<S: Section>(
    desk: &Desk<'_>,
    sp: &ServiceProvider,
    section: &S,
    version: String,
    problems: Vec<Problem>,
    unsaved: bool,
) -> Result<String, Stop> {
    let form = section.fields().with_problems(problems);
    let form = form.opened_at(addresses::section::<S>(sp.id));
    let content = section.content(desk, sp, &form)?;
    let back = routes::service_provider(sp.id);
    let frame = frame(desk, sp, S::TITLE).around(&form);
    let action = addresses::section::<S>(sp.id);
    let page = SectionPage { frame, form, content, action, back, version, unsaved };
    Ok(render(&page, 16 * 1024))
}

/// What surrounds a page below the one of a service provider.
pub fn frame(desk: &Desk<'_>, sp: &ServiceProvider, title: impl Into<String>) -> Frame {
    desk.frame(Area::ServiceProviders, title)
        .below(Area::ServiceProviders.title(), routes::SERVICE_PROVIDERS)
        .below(short(&sp.name), routes::service_provider(sp.id))
}

/// A form that was not sent by a page of ours has no version, and is treated as outdated.
pub fn version_of(form: &Form) -> Result<i64, WebError> {
    Ok(form.text(VERSION)?.parse().unwrap_or_default())
}
