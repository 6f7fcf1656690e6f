//! Trusting certificates of a file or a pasted text. One is taken at once; of several, somebody
//! chooses first.

use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use idp_admin::trust::{self, Import};
use idp_admin::{Permission, Problem};
use idp_core::secret::Secret;

use super::{below, choose, guarded, told};
use crate::console::desk::Desk;
use crate::console::form::Form;
use crate::console::forms::Fields;
use crate::console::frame::Frame;
use crate::console::routes;
use crate::console::serve::{Answer, Outcome, change, show};
use crate::console::stop::Stop;
use crate::handlers::Shared;
use crate::pages::render;
use crate::rng::rng;

/// The largest file, in bytes.
pub const LARGEST_FILE: usize = 256 * 1024;

/// What the page shows.
#[derive(Template)]
#[template(path = "console/certificates/import.html")]
struct ImportPage<'a> {
    frame: Frame,
    form: Fields,
    action: &'a str,
    back: &'a str,
    /// Whose place the certificate takes.
    replaced: Option<&'a str>,
}

/// The form.
pub async fn form(app: Shared, request: HttpRequest) -> HttpResponse {
    show(app, request, |desk| {
        guarded(desk, routes::IMPORT_CERTIFICATE)?;
        Ok(Answer::Page(page(desk, fields())))
    })
    .await
}

/// Takes the certificate, or shows those there are.
pub async fn save(
    app: Shared,
    request: HttpRequest,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Change, |desk, form| {
        guarded(desk, routes::IMPORT_CERTIFICATE)?;
        taken(desk, form).or_else(|error| match error {
            Stop::Invalid(problems) => {
                Ok(Answer::Wrong(page(desk, typed(fields(), form, problems)?)))
            }
            Stop::Conflict(text) => {
                let problems = vec![Problem::new("alias", text)];
                Ok(Answer::Wrong(page(desk, typed(fields(), form, problems)?)))
            }
            other => Err(other),
        })
    })
    .await
}

fn taken(desk: &Desk<'_>, form: &Form) -> Outcome {
    let admin = desk.admin();
    let (bytes, password) = (bytes(form)?, password(form)?);
    let alias = form.text("alias")?.trim();
    let content = trust::look_into(&admin, &bytes, password.as_ref())?;
    let first = content.certificates.first().map(|one| one.fingerprint.clone());
    if content.certificates.len() > 1 {
        return Ok(Answer::Page(choose::page(desk, choose::of(content, alias))));
    }
    let wish = Import {
        alias: Some(alias).filter(|alias| !alias.is_empty()),
        entry: None,
        bytes: &bytes,
        password: password.as_ref(),
        replace: false,
    };
    let imported = trust::import(&admin, wish, &mut rng())?;
    Answer::done(routes::certificate(&first.unwrap_or_default()), told(&imported))
}

/// The file, or the text where there is none.
pub fn bytes(form: &Form) -> Result<Vec<u8>, Stop> {
    let pem = form.text("pem")?;
    let problem = |field: &str, message: &str| {
        Err(Stop::Invalid(vec![Problem::new(field, message.to_owned())]))
    };
    match form.file("file")? {
        Some(_) if !pem.trim().is_empty() => {
            problem("file", "was sent beside a pasted certificate; choose one of the two")
        }
        Some(file) if file.content.len() > LARGEST_FILE => {
            problem("file", "is larger than 256 kB, which no certificate and hardly a key store is")
        }
        Some(file) => Ok(file.content.to_vec()),
        None if pem.trim().is_empty() => {
            problem("file", "is missing; choose a file, or paste the certificate")
        }
        None => Ok(pem.trim().as_bytes().to_vec()),
    }
}

/// The password of a key store.
pub fn password(form: &Form) -> Result<Option<Secret<String>>, Stop> {
    let password = form.text("password")?;
    Ok((!password.is_empty()).then(|| Secret::new(password.to_owned())))
}

/// The fields.
pub fn fields() -> Fields {
    let names = ["file", "pem", "alias", "password"];
    names.into_iter().fold(Fields::new(), |fields, name| fields.with(name, ""))
}

/// The fields as they were typed. What is wrong with the certificate is shown where it came from.
pub fn typed(fields: Fields, form: &Form, problems: Vec<Problem>) -> Result<Fields, Stop> {
    let alias = form.text("alias")?.trim().to_owned();
    let pasted = form.file("file")?.is_none() && !form.text("pem")?.trim().is_empty();
    let place = if pasted { "pem" } else { "file" };
    let fields = fields.typed(form, problems).renamed("file", place);
    // What must not be trusted is told under its alias.
    Ok(if alias.is_empty() || ["file", "pem", "alias", "password"].contains(&alias.as_str()) {
        fields
    } else {
        fields.renamed(&alias, place)
    })
}

fn page(desk: &Desk<'_>, form: Fields) -> String {
    let (action, back) = (routes::IMPORT_CERTIFICATE, routes::CERTIFICATES);
    form_page(desk, "Trust a certificate", form, (action, back), None)
}

/// The form, also for a certificate that takes the place of another.
pub fn form_page(
    desk: &Desk<'_>,
    title: &str,
    form: Fields,
    (action, back): (&str, &str),
    replaced: Option<&str>,
) -> String {
    let frame = below(desk, title).around(&form);
    render(&ImportPage { frame, form, action, back, replaced }, 16 * 1024)
}
