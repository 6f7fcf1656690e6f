//! `/console/appearance`: name, help, colour and logo of the pages of people, with a sample of the login
//! page as it would look in both colour schemes.

use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use idp_admin::branding::{find, replace};
use idp_admin::{AdminError, Permission, Problem};
use idp_core::appearance::{Branding, Colour, HelpContact, Picture, ProductName};
use idp_store::{Conflict, StoreError};

use super::form::Form;
use super::forms::Fields;
use super::frame::{Frame, Section};
use super::serve::{Answer, change, show};
use super::{Desk, routes};
use crate::error::WebError;
use crate::handlers::Shared;
use crate::look::sample_address;
use crate::pages::{render, short};
use crate::rng::rng;

const NAME: &str = "product_name";
const HELP: &str = "help_contact";
const ACCENT: &str = "accent";
const FILE: &str = "logo";
const REMOVE: &str = "remove_logo";
/// The button that shows the sample and saves nothing.
const TRY: &str = "try";
const VERSION: &str = "version";

/// The form and the sample.
#[derive(Template)]
#[template(path = "console/appearance/page.html")]
struct AppearancePage {
    frame: Frame,
    form: Fields,
    version: i64,
    sample: Sample,
    /// A logo is stored, which may be removed.
    has_logo: bool,
    may_change: bool,
    unsaved: bool,
}

/// What the sample shows.
struct Sample {
    name: String,
    help: Option<String>,
    style: Option<String>,
    logo: Option<String>,
}

/// The form with what is stored.
pub async fn edit(app: Shared, request: HttpRequest) -> HttpResponse {
    show(app, request, |desk| {
        let found = find(&desk.admin())?;
        let shown = Shown { branding: &found.value, version: found.version, unsaved: false };
        Ok(Answer::Page(page(
            desk,
            &shown,
            fields(&found.value),
            found.value.appearance.logo.is_some(),
        )))
    })
    .await
}

/// Saves, or shows what it would look like.
pub async fn save(
    app: Shared,
    request: HttpRequest,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Change, |desk, form| {
        let found = find(&desk.admin())?;
        // A form that was not sent by a page of ours has no version, and is treated as outdated.
        let version = form.text(VERSION)?.parse().unwrap_or_default();
        let mut branding = found.value.clone();
        let mut problems = take_over(form, &mut branding)?;
        let trying = form.is_set(TRY);
        if problems.is_empty() && !trying {
            match replace(&desk.admin(), version, branding.clone(), &mut rng()) {
                Ok(changes) if changes.is_empty() => {
                    return Answer::done(routes::APPEARANCE, "Nothing was changed.");
                }
                Ok(_) => {
                    return Answer::done(
                        routes::APPEARANCE,
                        "The appearance is saved. Pages show it from now on.",
                    );
                }
                Err(AdminError::Store(StoreError::Conflict(Conflict::Version))) => {
                    problems.push(outdated());
                }
                Err(other) => return Err(other.into()),
            }
        }
        // What was chosen as a logo is not kept by the form: the sample shows the one that is stored.
        let has_logo = found.value.appearance.logo.is_some();
        branding.appearance.logo.clone_from(&found.value.appearance.logo);
        let wrong = !problems.is_empty();
        let typed = fields(&branding).with_box(REMOVE, false).typed(form, problems);
        let typed = typed.opened_at(routes::APPEARANCE);
        let shown = Shown { branding: &branding, version, unsaved: trying && !wrong };
        let html = page(desk, &shown, typed, has_logo);
        Ok(if wrong { Answer::Wrong(html) } else { Answer::Page(html) })
    })
    .await
}

/// Somebody else was faster.
fn outdated() -> Problem {
    Problem::new(
        "",
        "Somebody else changed the appearance after you opened this page. Look at it as it is now, \
         then make your change once more.",
    )
}

/// Takes over what was typed, or tells what cannot be read.
fn take_over(form: &Form, branding: &mut Branding) -> Result<Vec<Problem>, WebError> {
    let mut problems = Vec::new();
    branding.product_name = line(form, NAME, &mut problems, ProductName::parse)?;
    branding.help_contact = line(form, HELP, &mut problems, HelpContact::parse)?;
    branding.appearance.accent = line(form, ACCENT, &mut problems, str::parse::<Colour>)?;
    if form.is_set(REMOVE) {
        branding.appearance.logo = None;
    }
    match form.file(FILE)?.map(|file| Picture::read(&file.content)) {
        None => {}
        Some(Ok(picture)) => branding.appearance.logo = Some(picture),
        Some(Err(problem)) => problems.push(Problem::new(FILE, problem.to_string())),
    }
    Ok(problems)
}

/// A line that may be left empty.
fn line<T, E: std::fmt::Display>(
    form: &Form,
    name: &str,
    problems: &mut Vec<Problem>,
    parse: impl Fn(&str) -> Result<T, E>,
) -> Result<Option<T>, WebError> {
    Ok(match form.text(name)?.trim() {
        "" => None,
        text => parse(text)
            .map_err(|problem| problems.push(Problem::new(name, problem.to_string())))
            .ok(),
    })
}

fn fields(branding: &Branding) -> Fields {
    let Branding { product_name, help_contact, appearance } = branding;
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    Fields::new()
        .with(NAME, text(product_name.as_ref().map(ProductName::as_str)))
        .called(NAME, "Name")
        .with(HELP, text(help_contact.as_ref().map(HelpContact::as_str)))
        .called(HELP, "Help")
        .with(ACCENT, appearance.accent.map(String::from).unwrap_or_default())
        .called(ACCENT, "Colour")
        .with(FILE, "")
        .called(FILE, "Logo")
        .with_box(REMOVE, false)
}

/// What a page is made of.
struct Shown<'a> {
    branding: &'a Branding,
    version: i64,
    unsaved: bool,
}

fn page(desk: &Desk<'_>, shown: &Shown<'_>, form: Fields, has_logo: bool) -> String {
    let frame = desk.frame(Section::Appearance, Section::Appearance.title()).around(&form);
    let brand = desk.app.configuration.of_settings().with(shown.branding);
    let sample = Sample {
        name: short(&brand.product_name).into_owned(),
        help: brand.help.map(|help| help.to_string()),
        style: brand.appearance.accent.map(sample_address),
        logo: brand.look.logo,
    };
    let may_change = desk.may(Permission::Change);
    let (version, unsaved) = (shown.version, shown.unsaved);
    let page = AppearancePage { frame, form, version, sample, has_logo, may_change, unsaved };
    render(&page, 16 * 1024)
}
