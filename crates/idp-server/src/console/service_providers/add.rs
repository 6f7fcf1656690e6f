//! Registration from metadata: a file or a text, an explanation, then the service provider.

use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use idp_admin::service_providers::{
    ImportedMetadata, ServiceProviderPatch, find, register, review_metadata,
};
use idp_admin::{AdminError, Permission, Problem};
use idp_core::service_provider::ServiceProvider;

use super::choose::{self, Read};
use super::review::{Explained, ReviewPage, title};
use super::{addresses, document};
use crate::console::forms::Fields;
use crate::console::frame::{Frame, Section};
use crate::console::serve::{Answer, change, show};
use crate::console::{Desk, Stop, routes};
use crate::handlers::Shared;
use crate::pages::{render, short};
use crate::rng::rng;

/// What the page shows.
#[derive(Template)]
#[template(path = "console/service_providers/metadata_form.html")]
pub struct MetadataForm {
    pub frame: Frame,
    pub form: Fields,
    pub action: String,
    pub back: String,
    /// Where the same is done without metadata.
    pub by_hand: Option<&'static str>,
    pub intro: &'static str,
}

/// The form.
pub async fn form(app: Shared, request: HttpRequest) -> HttpResponse {
    show(app, request, |desk| {
        desk.require(Permission::Change)?;
        Ok(Answer::Page(form_page(desk, document::fields())))
    })
    .await
}

/// Explains what was sent.
pub async fn review(
    app: Shared,
    request: HttpRequest,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Change, |desk, form| {
        let read = match document::sent(form, desk)? {
            Ok(sent) => choose::read(desk, form, &sent)?,
            Err(problems) => Read::Wrong(problems),
        };
        match read {
            Read::One(metadata) => review_page(desk, &metadata, None, Vec::new()).map(Answer::Page),
            Read::Which(page, false) => Ok(Answer::Page(page)),
            Read::Which(page, true) => Ok(Answer::Wrong(page)),
            Read::Wrong(problems) => {
                let form = document::fields().typed(form, problems);
                Ok(Answer::Wrong(form_page(desk, form)))
            }
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
        let metadata = match document::carried(form)?.read(None, desk.now) {
            Ok(metadata) => metadata,
            // Of a page that was open too long, perhaps: metadata expires.
            Err(problems) => {
                let form = document::fields().with_problems(problems);
                return Ok(Answer::Wrong(form_page(desk, form)));
            }
        };
        let name = form.text("name")?.trim().to_owned();
        let patch = ServiceProviderPatch {
            name: Some(name.clone()),
            quarantine: Some(desk.app.settings.console.quarantine),
            test_users: Some(vec![desk.who.user.username.clone()]),
            ..Default::default()
        };
        match register(&desk.admin(), &metadata, &patch, &mut rng()) {
            Ok(_) => {
                let saved = find(&desk.admin(), metadata.entity_id.as_str())?.value;
                Answer::done(routes::service_provider(saved.id), registered(&saved))
            }
            Err(AdminError::Invalid(problems)) => {
                review_page(desk, &metadata, Some(&name), problems).map(Answer::Wrong)
            }
            Err(other) => Err(other.into()),
        }
    })
    .await
}

/// What is said of a new one.
pub fn registered(saved: &ServiceProvider) -> String {
    let next = if saved.settings.quarantine.is_some() {
        "It is in quarantine: choose its test users, its login steps and what it is told of people."
    } else {
        "Choose its login steps and what it is told of people."
    };
    format!("“{}” is registered. {next}", short(&saved.name))
}

fn form_page(desk: &Desk<'_>, form: Fields) -> String {
    let frame = desk
        .frame(Section::ServiceProviders, "Add a service provider")
        .below(Section::ServiceProviders.title(), routes::SERVICE_PROVIDERS)
        .around(&form);
    let page = MetadataForm {
        frame,
        form,
        action: addresses::ADD.to_owned(),
        back: routes::SERVICE_PROVIDERS.to_owned(),
        by_hand: Some(addresses::BY_HAND),
        intro: "Ask the application for its SAML 2.0 metadata: an XML document that names its \
                addresses and keys. Before anything is saved you see what it means.",
    };
    render(&page, 8 * 1024)
}

fn review_page(
    desk: &Desk<'_>,
    metadata: &ImportedMetadata,
    name: Option<&str>,
    problems: Vec<Problem>,
) -> Result<String, Stop> {
    let review = review_metadata(&desk.admin(), metadata, &ServiceProviderPatch::default())?;
    let name = name.unwrap_or(&review.draft.name);
    let form = Fields::new().with("name", name).called("name", "Name").with_problems(problems);
    let hint = "People see it on the pages of a login, and in text messages.";
    let page = ReviewPage {
        frame: desk
            .frame(Section::ServiceProviders, title(&review.draft))
            .below(Section::ServiceProviders.title(), routes::SERVICE_PROVIDERS)
            .below("Add a service provider", addresses::ADD)
            .around(&form),
        now: desk.now,
        fields: vec![form.text("name", "Name").hint(hint).required()],
        hidden: vec![document::hidden(metadata)],
        explained: Explained::new(
            (&desk.app.registry, desk.app.limits.denied_algorithms),
            &review,
            Some(metadata),
        ),
        action: addresses::ADD_SAVE.to_owned(),
        button: "Save",
        back: addresses::ADD.to_owned(),
        form,
    };
    Ok(page.html())
}
