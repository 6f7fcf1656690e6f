//! `/console/certificates`: certificates that SMS gateways may name beside those of the system.
//!
//! `import` takes a file or a text, `choose` those of several that somebody ticked, `replace` the next
//! one of an alias; `expiry` says how long a certificate is good for.

pub mod choose;
mod expiry;
pub mod import;
pub mod replace;

use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use idp_admin::Permission;
use idp_admin::trust::{self, CertificateView, Imported};

use super::desk::{CONFIRMED, Desk};
use super::form::Form;
use super::frame::{Frame, Section};
use super::serve::{Answer, change, show};
use super::stop::Stop;
use super::{routes, words};
use crate::handlers::Shared;
use crate::pages::{render, short};
use crate::rng::rng;
use expiry::{Expiry, expiry};

/// The list.
#[derive(Template)]
#[template(path = "console/certificates/list.html")]
struct ListPage {
    frame: Frame,
    rows: Vec<(CertificateView, Expiry)>,
}

/// One certificate.
#[derive(Template)]
#[template(path = "console/certificates/detail.html")]
struct DetailPage {
    frame: Frame,
    view: CertificateView,
    expiry: Expiry,
    fingerprint: String,
    remarks: Vec<String>,
    pem: String,
    path: String,
}

/// What asks before a certificate is removed.
#[derive(Template)]
#[template(path = "console/certificates/remove.html")]
struct RemovePage {
    frame: Frame,
    view: CertificateView,
    path: String,
}

/// The trusted certificates by alias.
pub async fn list(app: Shared, request: HttpRequest) -> HttpResponse {
    show(app, request, |desk| {
        let rows = trust::list(&desk.admin())?.into_iter().map(|view| {
            let expiry = expiry(view.not_before, view.not_after, desk.now);
            (view, expiry)
        });
        let frame = desk.frame(Section::Certificates, Section::Certificates.title());
        Ok(Answer::Page(render(&ListPage { frame, rows: rows.collect() }, 16 * 1024)))
    })
    .await
}

/// One of them.
pub async fn detail(app: Shared, request: HttpRequest, fingerprint: Path<String>) -> HttpResponse {
    show(app, request, move |desk| {
        let (view, der) = trust::find_by_fingerprint(&desk.admin(), &fingerprint)?;
        let page = DetailPage {
            frame: below(desk, short(&view.alias)),
            expiry: expiry(view.not_before, view.not_after, desk.now),
            fingerprint: grouped(&view.fingerprint),
            remarks: trust::remarks(&der, desk.now),
            pem: trust::to_pem(&der),
            path: routes::certificate(&view.fingerprint),
            view,
        };
        Ok(Answer::Page(render(&page, 16 * 1024)))
    })
    .await
}

/// Asks before one is removed.
pub async fn confirm_removal(
    app: Shared,
    request: HttpRequest,
    fingerprint: Path<String>,
) -> HttpResponse {
    show(app, request, move |desk| {
        desk.require(Permission::Change)?;
        let (view, _) = trust::find_by_fingerprint(&desk.admin(), &fingerprint)?;
        let path = routes::certificate(&view.fingerprint);
        let title = format!("Remove “{}”?", short(&view.alias));
        Ok(Answer::Page(render(&RemovePage { frame: below(desk, title), view, path }, 8 * 1024)))
    })
    .await
}

/// Removes it, unless a gateway names it.
pub async fn removed(
    app: Shared,
    request: HttpRequest,
    fingerprint: Path<String>,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Change, move |desk, _| {
        let admin = desk.admin();
        let (view, _) = trust::find_by_fingerprint(&admin, &fingerprint)?;
        trust::remove_seen(&admin, &view.fingerprint, &mut rng())?;
        let text = format!("“{}” is not trusted any more.", short(&view.alias));
        Answer::done(routes::CERTIFICATES, text)
    })
    .await
}

/// What surrounds a page below the list.
fn below(desk: &Desk<'_>, title: impl Into<String>) -> Frame {
    desk.frame(Section::Certificates, title)
        .below(Section::Certificates.title(), routes::CERTIFICATES)
}

/// Whom servers may pretend to be is decided by who signed in just now.
fn guarded(desk: &Desk<'_>, form: &str) -> Result<(), Stop> {
    desk.require(Permission::Change)?;
    desk.recent(CONFIRMED, form)
}

/// What an import did, in a sentence.
fn told(imported: &Imported) -> String {
    let names = |names: Vec<&str>| {
        let quoted: Vec<String> = names.iter().map(|name| format!("“{}”", short(name))).collect();
        quoted.join(", ")
    };
    let new: Vec<&str> = imported.changed.iter().map(|(alias, _)| alias.as_str()).collect();
    let mut text = match new.as_slice() {
        [] => String::new(),
        [_] => format!("{} is trusted for gateways that name it.", names(new)),
        _ => format!("{} are trusted for gateways that name them.", names(new)),
    };
    if !imported.unchanged.is_empty() {
        let known = names(imported.unchanged.iter().map(String::as_str).collect());
        format!("{text} Trusted already: {known}.").trim_start().clone_into(&mut text);
    }
    for passed_over in imported.warnings.iter().filter(|warning| warning.field == "file") {
        text = format!("{text} In the file, {}.", passed_over.message);
    }
    text
}

/// A fingerprint as people compare it: in pairs.
pub fn grouped(fingerprint: &str) -> String {
    let digits: Vec<char> = fingerprint.to_ascii_uppercase().chars().collect();
    digits.chunks(2).map(|pair| pair.iter().collect::<String>()).collect::<Vec<_>>().join(":")
}

/// A box of a form.
fn is_ticked(form: &Form, name: &str) -> bool {
    form.all(name).next().is_some()
}
