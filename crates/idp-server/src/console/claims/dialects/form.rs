//! The form of a dialect: of a new one, and of one that is there.

use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use idp_admin::claim_dialects;
use idp_admin::{AdminError, Permission, Problem};
use idp_core::claim::ClaimUri;
use idp_core::claim_dialect::{ClaimDialect, ExternalClaim};
use idp_core::saml::urn::attribute_name_format as name_format;
use idp_store::{Conflict, StoreError};

use super::{ADD, EDIT, about, below, dialect_path, named};
use crate::console::claims::version_of;
use crate::console::desk::{CONFIRMED, Desk};
use crate::console::form::Form;
use crate::console::forms::Fields;
use crate::console::frame::Frame;
use crate::console::routes;
use crate::console::serve::{Answer, change, show};
use crate::console::service_providers::{ClaimChoices, PRESS, Row, Rows, Tools, press, read};
use crate::console::stop::Stop;
use crate::error::WebError;
use crate::handlers::Shared;
use crate::pages::{render, short};
use crate::rng::rng;

/// The form.
#[derive(Template)]
#[template(path = "console/claims/dialect_form.html")]
struct FormPage {
    frame: Frame,
    form: Fields,
    rows: Rows,
    action: String,
    back: String,
    /// The dialect that is changed, and its version.
    existing: Option<(ClaimUri, i64)>,
    unsaved: bool,
}

/// A dialect as it is typed.
#[derive(Default)]
struct Typed {
    uri: String,
    display_name: String,
    claims: Vec<TypedClaim>,
}

#[derive(Default)]
struct TypedClaim {
    claim: String,
    name: String,
    /// Empty for the uri format.
    name_format: String,
    friendly_name: String,
}

impl Typed {
    fn of(dialect: &ClaimDialect) -> Self {
        let claim = |external: &ExternalClaim| TypedClaim {
            claim: external.claim.to_string(),
            name: external.name.clone(),
            name_format: external.name_format.clone().unwrap_or_default(),
            friendly_name: external.friendly_name.clone().unwrap_or_default(),
        };
        Self {
            uri: dialect.uri.to_string(),
            display_name: dialect.display_name.clone(),
            claims: dialect.claims.iter().map(claim).collect(),
        }
    }

    fn sent(form: &Form) -> Result<Self, WebError> {
        let claim = |prefix: &str| {
            let text = |part| form.text(&format!("{prefix}.{part}")).map(|t| t.trim().to_owned());
            Ok(TypedClaim {
                claim: text("claim")?,
                name: text("name")?,
                name_format: text("name_format")?,
                friendly_name: text("friendly_name")?,
            })
        };
        let text = |name| form.text(name).map(|text| text.trim().to_owned());
        let claims = read(form, "claims", "claim", claim)?;
        Ok(Self { uri: text("uri")?, display_name: text("display_name")?, claims })
    }

    /// The dialect it says, or what cannot be read.
    fn dialect(&self, uri: Option<ClaimUri>) -> Result<ClaimDialect, Vec<Problem>> {
        let mut problems = Vec::new();
        if uri.is_none() {
            let message = "must be a URI such as http://example.org/claims, without blanks";
            problems.push(Problem::new("uri", message));
        }
        let said = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        let mut claims = Vec::new();
        for (number, typed) in self.claims.iter().enumerate() {
            let Some(claim) = ClaimUri::parse(&typed.claim) else {
                let field = format!("claims[{number}].claim");
                problems.push(Problem::new(field, "choose the claim that the name stands for"));
                continue;
            };
            claims.push(ExternalClaim {
                name: typed.name.clone(),
                claim,
                name_format: said(&typed.name_format),
                friendly_name: said(&typed.friendly_name),
            });
        }
        match uri {
            Some(uri) if problems.is_empty() => {
                Ok(ClaimDialect { uri, display_name: self.display_name.clone(), claims })
            }
            _ => Err(problems),
        }
    }

    fn fields(&self) -> Fields {
        let form = Fields::new()
            .with("uri", &self.uri)
            .called("uri", "URI")
            .with("display_name", &self.display_name)
            .called("display_name", "Display name");
        self.claims.iter().enumerate().fold(form, |form, (number, typed)| {
            let parts = [
                ("claim", &*typed.claim, "Local claim"),
                ("name", &typed.name, "Name"),
                ("name_format", &typed.name_format, "NameFormat"),
                ("friendly_name", &typed.friendly_name, "FriendlyName"),
            ];
            form.with_row(("claims", number), "name", &parts)
        })
    }

    fn rows(&self, desk: &Desk<'_>, form: &Fields) -> Result<Rows, Stop> {
        let known = ClaimChoices::of(desk, self.claims.iter().map(|one| one.claim.as_str()))?;
        let row = |number| row(number, self.claims.len(), &known, form);
        Ok(Rows {
            title: "Names",
            empty: "None yet. Add what this dialect calls a claim.",
            list: (0..self.claims.len()).map(row).collect(),
            adding: Vec::new(),
            add: "Add a name",
            offers: Vec::new(),
        })
    }
}

fn row(number: usize, count: usize, known: &ClaimChoices, form: &Fields) -> Row {
    let name = |part: &str| format!("claims[{number}].{part}");
    let mut claims = vec![("", "choose …")];
    claims.extend(known.options());
    let mut formats =
        vec![("", "uri"), (name_format::BASIC, "basic"), (name_format::UNSPECIFIED, "unspecified")];
    let format = form.value(&name("name_format")).to_owned();
    if !formats.iter().any(|(known, _)| *known == format) {
        formats.push((&format, &format));
    }
    let legend = format!("Name {}", number + 1);
    Row {
        facts: Vec::new(),
        hidden: Vec::new(),
        fields: vec![
            form.choice(&name("claim"), "Local claim", &claims).required(),
            form.text(&name("name"), "Name in this dialect").required().mono(),
            form.choice(&name("name_format"), "NameFormat", &formats),
            form.text(&name("friendly_name"), "FriendlyName"),
        ],
        tools: Tools::new(&legend, number, count, true),
        legend,
    }
}

/// The form of a new dialect.
pub async fn addition(app: Shared, request: HttpRequest) -> HttpResponse {
    show(app, request, |desk| {
        desk.require(Permission::Change)?;
        desk.recent(CONFIRMED, ADD)?;
        let typed = Typed { claims: vec![TypedClaim::default()], ..Typed::default() };
        page(desk, None, &typed, Vec::new(), false).map(Answer::Page)
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
        desk.recent(CONFIRMED, ADD)?;
        let mut typed = Typed::sent(form)?;
        if pressed(&mut typed, form)? {
            return page(desk, None, &typed, Vec::new(), true).map(Answer::Page);
        }
        let problems = match typed.dialect(ClaimUri::parse(&typed.uri)) {
            Err(problems) => problems,
            Ok(dialect) => match claim_dialects::add(&desk.admin(), &dialect, &mut rng()) {
                Ok(()) => {
                    let text = format!("The dialect “{}” is added.", short(&dialect.display_name));
                    return Answer::done(dialect_path(&dialect.uri), text);
                }
                Err(AdminError::Invalid(problems)) => problems,
                Err(other) => return Err(other.into()),
            },
        };
        page(desk, None, &typed, problems, false).map(Answer::Wrong)
    })
    .await
}

/// The form of a dialect that is there.
pub async fn edit(app: Shared, request: HttpRequest) -> HttpResponse {
    show(app, request, |desk| {
        desk.require(Permission::Change)?;
        let row = named(desk)?;
        let version = row.version.ok_or(Stop::NotFound)?;
        desk.recent(CONFIRMED, &about(EDIT, &row.dialect.uri))?;
        let existing = Some((row.dialect.uri.clone(), version));
        page(desk, existing, &Typed::of(&row.dialect), Vec::new(), false).map(Answer::Page)
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
        let row = named(desk)?;
        row.version.ok_or(Stop::NotFound)?;
        let uri = row.dialect.uri;
        desk.recent(CONFIRMED, &about(EDIT, &uri))?;
        let (mut typed, version) = (Typed::sent(form)?, version_of(form)?);
        let existing = Some((uri.clone(), version));
        if pressed(&mut typed, form)? {
            return page(desk, existing, &typed, Vec::new(), true).map(Answer::Page);
        }
        let problems = match typed.dialect(Some(uri)) {
            Err(problems) => problems,
            Ok(dialect) => {
                match claim_dialects::replace(&desk.admin(), &dialect, version, &mut rng()) {
                    Ok(_) => {
                        let name = short(&dialect.display_name);
                        let text = format!("The dialect “{name}” is saved.");
                        return Answer::done(dialect_path(&dialect.uri), text);
                    }
                    Err(AdminError::Invalid(problems)) => problems,
                    Err(AdminError::Store(StoreError::Conflict(Conflict::Version))) => {
                        vec![outdated()]
                    }
                    Err(other) => return Err(other.into()),
                }
            }
        };
        page(desk, existing, &typed, problems, false).map(Answer::Wrong)
    })
    .await
}

/// Whether a button of a row was pressed, and does what it asks.
fn pressed(typed: &mut Typed, form: &Form) -> Result<bool, WebError> {
    let button = form.text(PRESS)?;
    press(&mut typed.claims, button, TypedClaim::default);
    Ok(!button.is_empty())
}

/// Somebody else was faster.
fn outdated() -> Problem {
    Problem::new(
        "",
        "Somebody else changed this dialect after you opened this page. Open the page again to see it \
         as it is now, then make your change once more.",
    )
}

fn page(
    desk: &Desk<'_>,
    existing: Option<(ClaimUri, i64)>,
    typed: &Typed,
    problems: Vec<Problem>,
    unsaved: bool,
) -> Result<String, Stop> {
    let form = typed.fields().with_problems(problems);
    let rows = typed.rows(desk, &form)?;
    let (title, action, back) = match &existing {
        None => ("Add a dialect".to_owned(), ADD.to_owned(), routes::CLAIMS.to_owned()),
        Some((uri, _)) => {
            let title = format!("Dialect “{}”", short(&typed.display_name));
            (title, about(EDIT, uri), dialect_path(uri))
        }
    };
    let frame = below(desk, title).around(&form);
    Ok(render(&FormPage { frame, form, rows, action, back, existing, unsaved }, 16 * 1024))
}
