//! The form of a claim: of a new one, and of one that is there.

use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use idp_admin::claims::{self, NO_ATTRIBUTE_FOR_BACKUP_CODES, NewClaim};
use idp_admin::{AdminError, Permission, Problem};
use idp_core::claim::{ClaimDefinition, ClaimUri};
use idp_store::{Conflict, StoreError};

use super::{LOCAL, REMOVE, about, edit_path, named, version_of};
use crate::console::desk::{CONFIRMED, Desk};
use crate::console::form::Form;
use crate::console::forms::Fields;
use crate::console::frame::{Frame, Section};
use crate::console::routes;
use crate::console::serve::{Answer, change, show};
use crate::error::WebError;
use crate::handlers::Shared;
use crate::pages::{render, short};
use crate::rng::rng;

/// The form.
#[derive(Template)]
#[template(path = "console/claims/form.html")]
struct FormPage {
    frame: Frame,
    form: Fields,
    action: String,
    /// The claim that is changed, its version, and the page that removes it.
    existing: Option<(ClaimUri, i64, String)>,
}

impl FormPage {
    /// Backup codes are told to nobody.
    fn has_no_attribute(&self) -> bool {
        self.existing.as_ref().is_some_and(|(uri, ..)| *uri == ClaimUri::BACKUP_CODES)
    }
}

/// The form of a new claim.
pub async fn addition(app: Shared, request: HttpRequest) -> HttpResponse {
    show(app, request, |desk| {
        desk.require(Permission::Change)?;
        Ok(Answer::Page(adding(desk, new_fields())))
    })
    .await
}

/// Adds it.
pub async fn add(
    app: Shared,
    request: HttpRequest,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Change, |desk, form| {
        let uri = form.text("uri")?.trim();
        let text = |name| form.text(name).map(str::trim);
        let new = NewClaim {
            uri,
            display_name: text("display_name")?,
            description: text("description")?,
            mapped_attribute: text("mapped_attribute")?,
            regular_expression: text("regular_expression")?,
            supported_by_default: form.is_set("supported_by_default"),
            required: form.is_set("required"),
            read_only: form.is_set("read_only"),
        };
        match claims::add(&desk.admin(), new, &mut rng()) {
            Ok(claim) => {
                let text = format!("The claim “{}” is added.", short(&claim.display_name));
                Answer::done(routes::LOCAL_CLAIMS, text)
            }
            Err(AdminError::Invalid(problems)) => {
                Ok(Answer::Wrong(adding(desk, new_fields().typed(form, problems))))
            }
            Err(other) => Err(other.into()),
        }
    })
    .await
}

/// The form of a claim that is there.
pub async fn edit(app: Shared, request: HttpRequest) -> HttpResponse {
    show(app, request, |desk| {
        desk.require(Permission::Change)?;
        let row = named(desk)?;
        // Who may change a claim, and what values it takes, decides who gets a code.
        desk.recent(CONFIRMED, &edit_path(&row.definition))?;
        let form = fields(&row.definition);
        Ok(Answer::Page(changing(desk, &row.definition, row.version, form)))
    })
    .await
}

/// Changes it.
pub async fn save(
    app: Shared,
    request: HttpRequest,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Change, |desk, form| {
        let before = named(desk)?.definition;
        desk.recent(CONFIRMED, &edit_path(&before))?;
        let (after, version) = (typed(form, &before)?, version_of(form)?);
        let problems = match claims::replace(&desk.admin(), &after, version, &mut rng()) {
            Ok(_) => {
                let text = format!("The claim “{}” is saved.", short(&after.display_name));
                return Answer::done(routes::LOCAL_CLAIMS, text);
            }
            Err(AdminError::Invalid(problems)) => problems,
            Err(AdminError::Store(StoreError::Conflict(Conflict::Version))) => vec![outdated()],
            Err(other) => return Err(other.into()),
        };
        let form = fields(&before).typed(form, problems).opened_at(edit_path(&before));
        Ok(Answer::Wrong(changing(desk, &before, version, form)))
    })
    .await
}

/// Somebody else was faster.
fn outdated() -> Problem {
    Problem::new(
        "",
        "Somebody else changed this claim after you opened this page. Look at it as it is now, then \
         make your change once more.",
    )
}

fn typed(form: &Form, before: &ClaimDefinition) -> Result<ClaimDefinition, WebError> {
    let text = |name| form.text(name).map(|text| text.trim().to_owned());
    Ok(ClaimDefinition {
        uri: before.uri.clone(),
        display_name: text("display_name")?,
        description: text("description")?,
        mapped_attribute: text("mapped_attribute")?,
        regular_expression: text("regular_expression")?,
        supported_by_default: form.is_set("supported_by_default"),
        required: form.is_set("required"),
        read_only: form.is_set("read_only"),
    })
}

/// Whoever adds a claim decides about it until they say otherwise.
fn new_fields() -> Fields {
    let new = ClaimDefinition {
        uri: ClaimUri::from_static(""),
        display_name: String::new(),
        description: String::new(),
        mapped_attribute: String::new(),
        regular_expression: String::new(),
        supported_by_default: true,
        required: false,
        read_only: true,
    };
    fields(&new).with("uri", "").called("uri", "URI")
}

fn fields(claim: &ClaimDefinition) -> Fields {
    Fields::new()
        .with("display_name", &claim.display_name)
        .with("description", &claim.description)
        .with("mapped_attribute", &claim.mapped_attribute)
        .with("regular_expression", &claim.regular_expression)
        .with_box("supported_by_default", claim.supported_by_default)
        .with_box("required", claim.required)
        .with_box("read_only", claim.read_only)
        .called("display_name", "Display name")
        .called("description", "Description")
        .called("mapped_attribute", "Mapped attribute")
        .called("regular_expression", "Regular expression")
}

fn adding(desk: &Desk<'_>, form: Fields) -> String {
    let frame = frame(desk, "Add a claim".to_owned(), &form);
    let action = routes::ADD_CLAIM.to_owned();
    render(&FormPage { frame, form, action, existing: None }, 8 * 1024)
}

fn changing(desk: &Desk<'_>, claim: &ClaimDefinition, version: i64, form: Fields) -> String {
    let frame = frame(desk, format!("Claim “{}”", short(&claim.display_name)), &form);
    let existing = Some((claim.uri.clone(), version, about(REMOVE, claim)));
    render(&FormPage { frame, form, action: edit_path(claim), existing }, 8 * 1024)
}

fn frame(desk: &Desk<'_>, title: String, form: &Fields) -> Frame {
    desk.frame(Section::Claims, title)
        .below(Section::Claims.title(), routes::CLAIMS)
        .below(LOCAL, routes::LOCAL_CLAIMS)
        .around(form)
}
