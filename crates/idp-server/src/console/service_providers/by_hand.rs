//! Registration without metadata: name, entityID, addresses and certificates, an explanation, then the
//! service provider.

use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use idp_admin::service_providers::{
    Review, ServiceProviderPatch, add, find, public_key, review_new,
};
use idp_admin::{AdminError, Permission, Problem};
use idp_core::service_provider::AssertionConsumerService;

use super::addresses;
use super::review::{Explained, ReviewPage, title};
use crate::console::form::Form;
use crate::console::forms::Fields;
use crate::console::frame::{Frame, Section};
use crate::console::serve::{Answer, change, show};
use crate::console::{Desk, routes};
use crate::error::WebError;
use crate::handlers::Shared;
use crate::pages::render;
use crate::rng::rng;

/// The end of a certificate, where the next one begins.
const END: &str = "-----END CERTIFICATE-----";

/// What the page shows.
#[derive(Template)]
#[template(path = "console/service_providers/by_hand.html")]
struct ByHandPage {
    frame: Frame,
    form: Fields,
}

/// What was typed.
struct Typed {
    entity_id: String,
    patch: ServiceProviderPatch,
    problems: Vec<Problem>,
}

/// The form.
pub async fn form(app: Shared, request: HttpRequest) -> HttpResponse {
    show(app, request, |desk| {
        desk.require(Permission::Change)?;
        Ok(Answer::Page(form_page(desk, fields())))
    })
    .await
}

/// Explains what would be saved.
pub async fn review(
    app: Shared,
    request: HttpRequest,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Change, |desk, form| {
        let typed = read(form)?;
        let wrong = |problems| Ok(Answer::Wrong(form_page(desk, typed_fields(form, problems))));
        if !typed.problems.is_empty() {
            return wrong(typed.problems);
        }
        match review_new(&desk.admin(), &typed.entity_id, &typed.patch) {
            Ok(review) if review.problems.is_empty() => {
                Ok(Answer::Page(review_page(desk, form, &review)?))
            }
            Ok(review) => wrong(review.problems),
            Err(AdminError::Invalid(problems)) => wrong(problems),
            Err(other) => Err(other.into()),
        }
    })
    .await
}

/// Registers it.
pub async fn save(
    app: Shared,
    request: HttpRequest,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Change, |desk, form| {
        let typed = read(form)?;
        let wrong = |problems| Ok(Answer::Wrong(form_page(desk, typed_fields(form, problems))));
        if !typed.problems.is_empty() {
            return wrong(typed.problems);
        }
        let quarantine = Some(desk.app.settings.console.quarantine);
        let test_users = Some(vec![desk.who.user.username.clone()]);
        let patch = ServiceProviderPatch { quarantine, test_users, ..typed.patch };
        match add(&desk.admin(), &typed.entity_id, &patch, &mut rng()) {
            Ok(_) => {
                let saved = find(&desk.admin(), &typed.entity_id)?.value;
                Answer::done(routes::service_provider(saved.id), super::add::registered(&saved))
            }
            Err(AdminError::Invalid(problems)) => wrong(problems),
            Err(AdminError::Conflict(_)) => {
                wrong(vec![Problem::new("entity_id", "is registered already")])
            }
            Err(other) => Err(other.into()),
        }
    })
    .await
}

fn fields() -> Fields {
    Fields::new()
        .with("name", "")
        .called("name", "Name")
        .with("entity_id", "")
        .called("entity_id", "EntityID")
        .with("acs", "")
        .called("acs", "Addresses")
        .with("certificates", "")
        .called("certificates", "Certificates")
        .with_box("signed", false)
        .called("signed", "Signed requests")
}

/// Problems of single addresses stand at the field of all.
fn typed_fields(form: &Form, mut problems: Vec<Problem>) -> Fields {
    for problem in &mut problems {
        if problem.field.starts_with("acs[") {
            "acs".clone_into(&mut problem.field);
        }
    }
    fields().typed(form, problems).renamed("authn_requests_signed", "signed")
}

fn read(form: &Form) -> Result<Typed, WebError> {
    let entity_id = form.text("entity_id")?.trim().to_owned();
    let name = form.text("name")?.trim();
    let mut problems = Vec::new();
    if entity_id.is_empty() {
        let message = "is needed: the name that the application gives itself in its requests";
        problems.push(Problem::new("entity_id", message));
    }
    let lines = form.text("acs")?.lines().map(str::trim).filter(|line| !line.is_empty());
    let services: Vec<_> = (0..)
        .zip(lines)
        .map(|(index, url)| AssertionConsumerService {
            index,
            url: url.to_owned(),
            is_default: (index == 0).then_some(true),
        })
        .collect();
    if services.is_empty() {
        problems.push(Problem::new("acs", "at least one address is needed"));
    }
    let mut keys = Vec::new();
    for pem in form.text("certificates")?.split_inclusive(END).filter(|pem| !pem.trim().is_empty())
    {
        match public_key(pem) {
            Ok(key) if keys.contains(&key) => {}
            Ok(key) => keys.push(key),
            Err(message) => problems.push(Problem::new("certificates", message)),
        }
    }
    let signed = form.is_set("signed");
    if signed && keys.is_empty() && problems.is_empty() {
        let message = "needs a certificate whose key verifies the signatures";
        problems.push(Problem::new("signed", message));
    }
    let patch = ServiceProviderPatch {
        name: Some(name.to_owned()).filter(|name| !name.is_empty()),
        assertion_consumer_services: Some(services),
        signing_keys: Some(keys),
        authn_requests_signed: Some(signed),
        ..Default::default()
    };
    Ok(Typed { entity_id, patch, problems })
}

fn form_page(desk: &Desk<'_>, form: Fields) -> String {
    let frame = desk
        .frame(Section::ServiceProviders, "Add by hand")
        .below(Section::ServiceProviders.title(), routes::SERVICE_PROVIDERS)
        .below("Add a service provider", addresses::ADD)
        .around(&form);
    render(&ByHandPage { frame, form }, 8 * 1024)
}

fn review_page(desk: &Desk<'_>, form: &Form, review: &Review) -> Result<String, WebError> {
    let mut hidden = Vec::new();
    for name in ["name", "entity_id", "acs", "certificates"] {
        hidden.push((name.to_owned(), form.text(name)?.to_owned()));
    }
    if form.is_set("signed") {
        hidden.push(("signed".to_owned(), Fields::TICKED.to_owned()));
    }
    let page = ReviewPage {
        frame: desk
            .frame(Section::ServiceProviders, title(&review.draft))
            .below(Section::ServiceProviders.title(), routes::SERVICE_PROVIDERS)
            .below("Add by hand", addresses::BY_HAND),
        form: Fields::new(),
        now: desk.now,
        fields: Vec::new(),
        hidden,
        explained: Explained::new(
            (&desk.app.registry, desk.app.limits.denied_algorithms),
            review,
            None,
        ),
        action: addresses::BY_HAND_SAVE.to_owned(),
        button: "Save",
        back: addresses::BY_HAND.to_owned(),
    };
    Ok(page.html())
}
