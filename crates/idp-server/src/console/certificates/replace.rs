//! The next certificate of an alias: gateways that name it trust the new one from then on.

use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use idp_admin::trust::{self, CertificateView, Import};
use idp_admin::{Permission, Problem};

use super::import::{bytes, fields, form_page, password, typed};
use super::{guarded, told};
use crate::console::desk::Desk;
use crate::console::form::Form;
use crate::console::forms::Fields;
use crate::console::routes;
use crate::console::serve::{Answer, Outcome, change, show};
use crate::console::stop::Stop;
use crate::handlers::Shared;
use crate::pages::short;
use crate::rng::rng;

/// The form.
pub async fn form(app: Shared, request: HttpRequest, fingerprint: Path<String>) -> HttpResponse {
    show(app, request, move |desk| {
        let view = replaceable(desk, &fingerprint)?;
        Ok(Answer::Page(page(desk, &view, fields())))
    })
    .await
}

/// Puts it in the place of the one that was shown, if that one is still there.
pub async fn save(
    app: Shared,
    request: HttpRequest,
    fingerprint: Path<String>,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Change, move |desk, form| {
        let view = replaceable(desk, &fingerprint)?;
        replaced(desk, &view, form).or_else(|error| {
            let problems = match error {
                Stop::Invalid(problems) => {
                    problems.into_iter().map(|p| of_file(p, &view)).collect()
                }
                Stop::Conflict(text) => vec![Problem::new("file", text)],
                other => return Err(other),
            };
            Ok(Answer::Wrong(page(desk, &view, typed(fields(), form, problems)?)))
        })
    })
    .await
}

/// What must not be trusted is told under its alias, which is no field here.
fn of_file(problem: Problem, view: &CertificateView) -> Problem {
    if problem.field == view.alias {
        Problem { field: "file".to_owned(), ..problem }
    } else {
        problem
    }
}

fn replaced(desk: &Desk<'_>, view: &CertificateView, form: &Form) -> Outcome {
    let admin = desk.admin();
    let (bytes, password) = (bytes(form)?, password(form)?);
    let content = trust::look_into(&admin, &bytes, password.as_ref())?;
    let next = content.certificates.first().map(|one| one.fingerprint.clone());
    if content.certificates.len() > 1 {
        let message = "holds several certificates; one takes the place of one";
        return Err(Stop::Invalid(vec![Problem::new("file", message)]));
    }
    let wish = Import {
        alias: Some(&view.alias),
        entry: None,
        bytes: &bytes,
        password: password.as_ref(),
        replace: true,
    };
    let imported = trust::import(&admin, wish, &mut rng())?;
    Answer::done(routes::certificate(&next.unwrap_or_default()), told(&imported))
}

fn replaceable(desk: &Desk<'_>, fingerprint: &str) -> Result<CertificateView, Stop> {
    desk.require(Permission::Change)?;
    let (view, _) = trust::find_by_fingerprint(&desk.admin(), fingerprint)?;
    guarded(desk, &address(&view))?;
    Ok(view)
}

fn address(view: &CertificateView) -> String {
    format!("{}/replace", routes::certificate(&view.fingerprint))
}

fn page(desk: &Desk<'_>, view: &CertificateView, form: Fields) -> String {
    let title = format!("Replace “{}”", short(&view.alias));
    let back = routes::certificate(&view.fingerprint);
    form_page(desk, &title, form, (&address(view), &back), Some(&view.alias))
}
