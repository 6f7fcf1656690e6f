//! Choosing among several certificates. The page carries them itself: they are no secrets, and nothing
//! has to be kept until somebody comes back.

use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use idp_admin::trust::{self, Candidate, Content};
use idp_admin::{Permission, Problem};

use super::expiry::{Expiry, expiry};
use super::{below, grouped, guarded, is_ticked, told};
use crate::console::desk::Desk;
use crate::console::form::Form;
use crate::console::forms::{Field, Fields};
use crate::console::frame::Frame;
use crate::console::routes;
use crate::console::serve::{Answer, change};
use crate::console::stop::Stop;
use crate::handlers::Shared;
use crate::pages::render;
use crate::rng::rng;

/// More certificates than any trust store has.
const MOST: usize = 400;

/// What the page shows.
#[derive(Template)]
#[template(path = "console/certificates/choose.html")]
struct ChoosePage {
    frame: Frame,
    form: Fields,
    notes: Vec<String>,
    rows: Vec<Row>,
    many: bool,
}

/// A certificate to choose.
struct Row {
    certificate: Candidate,
    expiry: Option<Expiry>,
    fingerprint: String,
    /// The name of the field that carries it, and what it carries.
    carried: (String, String),
    /// A box and an alias, where it may be trusted.
    fields: Option<(Field, Field)>,
}

/// What is to be chosen from, and what was chosen so far.
pub struct Choice {
    content: Content,
    fields: Fields,
}

/// Those of a file, each with an alias to begin with.
pub fn of(content: Content, alias: &str) -> Choice {
    let numbered = (1..).zip(&content.certificates);
    let fields = numbered.fold(Fields::new(), |fields, (number, certificate)| {
        let own = certificate.name.clone().filter(|name| !name.trim().is_empty());
        let begun = match (own, alias) {
            (Some(own), _) => own.trim().to_owned(),
            (None, "") => String::new(),
            (None, alias) if number == 1 => alias.to_owned(),
            (None, alias) => format!("{alias}-{number}"),
        };
        fields.with(format!("alias-{number}"), begun).with_box(format!("trust-{number}"), false)
    });
    Choice { content, fields }
}

/// Trusts those that were ticked.
pub async fn save(
    app: Shared,
    request: HttpRequest,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Change, |desk, form| {
        guarded(desk, routes::IMPORT_CERTIFICATE)?;
        let carried = carried(form)?;
        let chosen: Vec<(usize, Vec<u8>)> = (1..)
            .zip(&carried)
            .filter(|(number, _)| is_ticked(form, &format!("trust-{number}")))
            .map(|(number, der)| (number, der.clone()))
            .collect();
        let outcome = if chosen.is_empty() {
            let message = "Tick at least one certificate";
            Err(Stop::Invalid(vec![Problem::new("", message)]))
        } else {
            trusted(desk, form, &chosen)
        };
        let problems = match outcome {
            Ok(text) => return Answer::done(routes::CERTIFICATES, text),
            Err(Stop::Invalid(problems)) => problems,
            Err(other) => return Err(other),
        };
        let Choice { content, fields } = of(trust::look_at(&desk.admin(), carried)?, "");
        let choice = Choice { content, fields: fields.typed(form, problems) };
        Ok(Answer::Wrong(page(desk, choice)))
    })
    .await
}

/// Problems come back under the numbers of the page.
fn trusted(desk: &Desk<'_>, form: &Form, chosen: &[(usize, Vec<u8>)]) -> Result<String, Stop> {
    let mut wishes = Vec::new();
    for (number, der) in chosen {
        wishes.push((form.text(&format!("alias-{number}"))?.trim().to_owned(), der.clone()));
    }
    let imported = trust::import_chosen(&desk.admin(), &wishes, &mut rng());
    imported.map(|imported| told(&imported)).map_err(|error| match Stop::from(error) {
        Stop::Invalid(problems) => Stop::Invalid(
            problems
                .into_iter()
                .map(|problem| {
                    let place = problem.field.strip_prefix("alias-").and_then(|n| n.parse().ok());
                    let number = place.and_then(|place: usize| chosen.get(place.checked_sub(1)?));
                    let field = number.map(|(number, _)| format!("alias-{number}"));
                    Problem { field: field.unwrap_or(problem.field.clone()), ..problem }
                })
                .collect(),
        ),
        other => other,
    })
}

/// The certificates that the page carried, in its order.
fn carried(form: &Form) -> Result<Vec<Vec<u8>>, Stop> {
    let mut all = Vec::new();
    for number in 1..=MOST {
        let text = form.text(&format!("certificate-{number}"))?;
        if text.is_empty() {
            break;
        }
        all.push(URL_SAFE_NO_PAD.decode(text).map_err(|_| Stop::NotFound)?);
    }
    Ok(all)
}

/// The page.
pub fn page(desk: &Desk<'_>, choice: Choice) -> String {
    let Choice { content, fields } = choice;
    let many = content.certificates.len() > MOST;
    let row = |(number, certificate): (usize, Candidate)| {
        let may_be = certificate.refusal.is_none() && certificate.known_as.is_none();
        Row {
            expiry: certificate.not_after.map(|at| expiry(desk.now, at, desk.now)),
            fingerprint: grouped(&certificate.fingerprint),
            carried: (format!("certificate-{number}"), URL_SAFE_NO_PAD.encode(&certificate.der)),
            fields: may_be.then(|| {
                let label = format!("Trust certificate {number}");
                let alias = format!("Alias of certificate {number}");
                let alias = fields.text(&format!("alias-{number}"), &alias).mono();
                (fields.tick(&format!("trust-{number}"), &label), alias)
            }),
            certificate,
        }
    };
    let rows = (1..).zip(content.certificates).take(MOST).map(row).collect();
    let frame = below(desk, "Choose certificates").around(&fields);
    render(&ChoosePage { frame, form: fields, notes: content.notes, rows, many }, 64 * 1024)
}
