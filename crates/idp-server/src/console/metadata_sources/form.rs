//! The form of a source: of a new one, and of one that is there.

use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use idp_admin::metadata_sources::{self, defaults, pinned_keys, step_line, steps_of};
use idp_admin::{AdminError, Permission, Problem};
use idp_core::metadata_source::{MetadataSource, SourceKind};
use idp_store::MetadataSourceRow;

use super::{ADD, below, kind_words, named, recent};
use crate::console::desk::Desk;
use crate::console::form::Form;
use crate::console::forms::Fields;
use crate::console::frame::Frame;
use crate::console::routes;
use crate::console::serve::{Answer, change, show};
use crate::console::stop::Stop;
use crate::error::WebError;
use crate::handlers::Shared;
use crate::pages::{render, short};
use crate::rng::rng;

/// The form.
#[derive(Template)]
#[template(path = "console/metadata_sources/form.html")]
struct FormPage {
    frame: Frame,
    form: Fields,
    action: String,
    back: String,
    /// What is changed, with its version.
    existing: Option<(SourceKind, i64)>,
    authenticators: String,
}

/// The form of a new source.
pub async fn addition(app: Shared, request: HttpRequest) -> HttpResponse {
    show(app, request, |desk| {
        desk.require(Permission::Change)?;
        recent(desk, ADD)?;
        let source = defaults(String::new(), SourceKind::Aggregate, String::new());
        Ok(Answer::Page(page(desk, None, fields(&source, false))))
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
        recent(desk, ADD)?;
        let kind = SourceKind::from_name(form.text("kind")?).unwrap_or(SourceKind::Entity);
        let base = defaults(String::new(), kind, String::new());
        let problems = match sent(&base, form)? {
            Err(problems) => problems,
            Ok(source) => match metadata_sources::add(&desk.admin(), &source, &mut rng()) {
                Ok(id) => {
                    let text = format!(
                        "“{}” is added, and fetched within a few seconds. Open this page again to see \
                         what came of it.",
                        short(&source.name)
                    );
                    return Answer::done(routes::metadata_source(id), text);
                }
                Err(error) => mistakes(error)?,
            },
        };
        let form = fields(&base, false).typed(form, problems);
        Ok(Answer::Wrong(page(desk, None, form)))
    })
    .await
}

/// The form of a source that is there.
pub async fn edit(app: Shared, request: HttpRequest, id: Path<String>) -> HttpResponse {
    show(app, request, move |desk| {
        desk.require(Permission::Change)?;
        let row = named(desk, &id)?;
        recent(desk, &edit_path(&row))?;
        let form = fields(&row.source, true);
        Ok(Answer::Page(page(desk, Some(&row), form)))
    })
    .await
}

/// Changes it.
pub async fn save(
    app: Shared,
    request: HttpRequest,
    id: Path<String>,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Change, move |desk, form| {
        let row = named(desk, &id)?;
        recent(desk, &edit_path(&row))?;
        let version = form.text("version")?.parse().unwrap_or_default();
        let problems = match sent(&row.source, form)? {
            Err(problems) => problems,
            Ok(source) => {
                let admin = desk.admin();
                match metadata_sources::replace(&admin, row.id, version, &source, &mut rng()) {
                    Ok(_) => {
                        let text = format!("“{}” is saved.", short(&source.name));
                        return Answer::done(routes::metadata_source(row.id), text);
                    }
                    Err(error) => mistakes(error)?,
                }
            }
        };
        let form = fields(&row.source, true).typed(form, problems);
        Ok(Answer::Wrong(page(desk, Some(&row), form)))
    })
    .await
}

/// What is told beside the fields.
fn mistakes(error: AdminError) -> Result<Vec<Problem>, Stop> {
    use idp_store::{Conflict, StoreError};
    match error {
        AdminError::Invalid(problems) => Ok(problems),
        AdminError::Store(StoreError::Conflict(Conflict::DuplicateSourceName)) => {
            Ok(vec![Problem::new("name", "another source has this name; choose another one")])
        }
        AdminError::Store(StoreError::Conflict(Conflict::Version)) => {
            let message = "somebody else changed it meanwhile: open the page again";
            Ok(vec![Problem::new("", message)])
        }
        other => Err(other.into()),
    }
}

fn edit_path(row: &MetadataSourceRow) -> String {
    format!("{}/edit", routes::metadata_source(row.id))
}

fn page(desk: &Desk<'_>, existing: Option<&MetadataSourceRow>, form: Fields) -> String {
    let (title, action, back) = match existing {
        None => (
            "Add a metadata source".to_owned(),
            ADD.to_owned(),
            routes::METADATA_SOURCES.to_owned(),
        ),
        Some(row) => {
            let name = short(&row.source.name);
            (format!("Change “{name}”"), edit_path(row), routes::metadata_source(row.id))
        }
    };
    let frame = below(desk, title);
    let frame = match existing {
        Some(row) => frame.below(short(&row.source.name), &back),
        None => frame,
    };
    let page = FormPage {
        frame: frame.around(&form),
        form,
        action,
        back,
        existing: existing.map(|row| (row.source.kind, row.version)),
        authenticators: desk.app.registry.names(),
    };
    render(&page, 16 * 1024)
}

/// The source that was sent, or what cannot be read of it.
fn sent(
    base: &MetadataSource,
    form: &Form,
) -> Result<Result<MetadataSource, Vec<Problem>>, WebError> {
    let mut problems = Vec::new();
    let text = |name| form.text(name).map(|text| text.trim().to_owned());
    let lines = |name| {
        text(name).map(|text| {
            text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
        })
    };
    let mut source = base.clone();
    source.name = text("name")?;
    source.address = text("address")?;
    source.enabled = form.is_set("enabled");
    source.takes_over = form.is_set("takes_over");
    source.validity.valid_until_required = form.is_set("valid_until_required");
    source.quarantine = match form.text("quarantine")? {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    source.take.entity_ids = lines("entity_ids")?;
    source.take.entity_categories = lines("entity_categories")?;
    source.take.registration_authorities = lines("registration_authorities")?;
    for (name, place) in [
        ("interval_minutes", &mut source.interval_minutes),
        ("longest_validity_days", &mut source.validity.longest_validity_days),
        ("key_grace_days", &mut source.key_grace_days),
        ("removal_grace_days", &mut source.removal_grace_days),
    ] {
        match text(name)?.parse() {
            Ok(number) => *place = number,
            Err(_) => problems.push(Problem::new(name, "must be a whole number")),
        }
    }
    match pinned_keys(&text("keys")?) {
        Ok(keys) => source.keys = keys,
        Err(message) => problems.push(Problem::new("keys", message)),
    }
    match steps_of(&text("steps")?) {
        Ok(steps) => source.steps = steps,
        Err(message) => problems.push(Problem::new("steps", message)),
    }
    Ok(if problems.is_empty() { Ok(source) } else { Err(problems) })
}

fn fields(source: &MetadataSource, existing: bool) -> Fields {
    let steps: Vec<String> = source.steps.iter().map(step_line).collect();
    let quarantine = match source.quarantine {
        None => "",
        Some(true) => "yes",
        Some(false) => "no",
    };
    let keys: Vec<String> = source.keys.iter().map(metadata_sources::pem).collect();
    let take = &source.take;
    [
        ("name", "Name", source.name.clone()),
        ("kind", "What is found there", source.kind.name().to_owned()),
        ("address", "Address", source.address.clone()),
        ("keys", "Keys that must have signed", keys.join("\n")),
        ("interval_minutes", "Fetched every … minutes", source.interval_minutes.to_string()),
        (
            "longest_validity_days",
            "Days that validUntil may lie ahead",
            source.validity.longest_validity_days.to_string(),
        ),
        ("entity_ids", "Only these entityIDs", take.entity_ids.join("\n")),
        ("entity_categories", "Only these entity categories", take.entity_categories.join("\n")),
        (
            "registration_authorities",
            "Only of these registration authorities",
            take.registration_authorities.join("\n"),
        ),
        ("steps", "Steps of new service providers", steps.join("\n")),
        ("quarantine", "New service providers", quarantine.to_owned()),
        ("key_grace_days", "Days that an old key still counts", source.key_grace_days.to_string()),
        (
            "removal_grace_days",
            "Days that a service provider works after it is gone",
            source.removal_grace_days.to_string(),
        ),
    ]
    .into_iter()
    .fold(Fields::new(), |form, (name, label, value)| form.with(name, value).called(name, label))
    .with_box("enabled", source.enabled)
    .with_box("takes_over", source.takes_over)
    .with_box(
        "valid_until_required",
        // The default of most kinds; of a new source the kind is not known yet.
        source.validity.valid_until_required && (existing || source.kind != SourceKind::Entity),
    )
}
