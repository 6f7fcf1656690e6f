//! Newer metadata for a service provider that is registered: what would change, then the change.

use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use idp_admin::service_providers::{
    ImportedMetadata, choices, review_update, update as update_from, weakenings,
};
use idp_admin::{AdminError, Permission, Problem};
use idp_core::service_provider::ServiceProvider;
use idp_store::Versioned;

use super::add::MetadataForm;
use super::review::{Explained, ReviewPage};
use super::section::{frame, version_of};
use super::{addresses, document, find};
use crate::console::desk::CONFIRMED;
use crate::console::forms::Fields;
use crate::console::serve::{Answer, change, show};
use crate::console::{Desk, routes};
use crate::handlers::Shared;
use crate::pages::render;
use crate::rng::rng;

/// The heading.
const TITLE: &str = "Update from metadata";

/// The form. New addresses and keys may come with it, so that people sign in anew before.
pub async fn form(app: Shared, request: HttpRequest, id: Path<String>) -> HttpResponse {
    show(app, request, move |desk| {
        desk.require(Permission::Change)?;
        let sp = find(desk, &id)?.value;
        desk.recent(CONFIRMED, &addresses::below(sp.id, addresses::METADATA))?;
        Ok(Answer::Page(form_page(desk, &sp, document::fields())))
    })
    .await
}

/// Explains what would change.
pub async fn review(
    app: Shared,
    request: HttpRequest,
    id: Path<String>,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Change, move |desk, form| {
        let found = find(desk, &id)?;
        let problems = match document::sent(form, desk)? {
            Ok(sent) => {
                // Of several it is the one that is registered here.
                let own = Some(found.value.entity_id.as_str());
                let own = own.filter(|_| !choices(&sent.octets).is_empty());
                let page = match sent.read(own, desk.now) {
                    Ok(metadata) => review_page(desk, &found, &metadata),
                    Err(problems) => Err(AdminError::Invalid(problems)),
                };
                match page {
                    Ok(html) => return Ok(Answer::Page(html)),
                    Err(AdminError::Invalid(problems)) => problems,
                    Err(other) => return Err(other.into()),
                }
            }
            Err(problems) => problems,
        };
        let form = fields(form, problems);
        Ok(Answer::Wrong(form_page(desk, &found.value, form)))
    })
    .await
}

/// Makes the change.
pub async fn save(
    app: Shared,
    request: HttpRequest,
    id: Path<String>,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Change, move |desk, form| {
        let sp = find(desk, &id)?.value;
        let problems = match document::carried(form)?.read(None, desk.now) {
            Ok(metadata) => {
                let draft = review_update(&desk.admin(), sp.id, &metadata)?.draft;
                if !weakenings(&sp, &draft).is_empty() {
                    desk.recent(CONFIRMED, &addresses::below(sp.id, addresses::METADATA))?;
                }
                let version = version_of(form)?;
                match update_from(&desk.admin(), sp.id, version, &metadata, &mut rng()) {
                    Ok(_) => {
                        let text = "The addresses and keys follow the new metadata.";
                        return Answer::done(routes::service_provider(sp.id), text);
                    }
                    Err(AdminError::Invalid(problems)) => problems,
                    Err(other) => return Err(other.into()),
                }
            }
            Err(problems) => problems,
        };
        let form = document::fields().with_problems(problems);
        Ok(Answer::Wrong(form_page(desk, &sp, form)))
    })
    .await
}

/// What was typed, with what is wrong; what is wrong with the whole stands at the text.
fn fields(form: &crate::console::form::Form, problems: Vec<Problem>) -> Fields {
    document::fields().typed(form, problems).renamed("entity_id", document::TEXT)
}

fn form_page(desk: &Desk<'_>, sp: &ServiceProvider, form: Fields) -> String {
    let page = MetadataForm {
        frame: frame(desk, sp, TITLE).around(&form),
        form,
        action: addresses::below(sp.id, addresses::METADATA),
        back: routes::service_provider(sp.id),
        by_hand: None,
        intro: "Addresses, keys and what it asks for follow the new metadata; the steps, names and \
                attributes that you chose stay. You see what changes before anything is saved.",
    };
    render(&page, 8 * 1024)
}

fn review_page(
    desk: &Desk<'_>,
    found: &Versioned<ServiceProvider>,
    metadata: &ImportedMetadata,
) -> Result<String, AdminError> {
    let sp = &found.value;
    let review = review_update(&desk.admin(), sp.id, metadata)?;
    let form = Fields::new();
    let page = ReviewPage {
        frame: frame(desk, sp, "Save these changes?")
            .below(TITLE, addresses::below(sp.id, addresses::METADATA)),
        form,
        now: desk.now,
        fields: Vec::new(),
        hidden: vec![document::hidden(metadata), ("version".to_owned(), found.version.to_string())],
        explained: Explained::update(
            (&desk.app.registry, desk.app.limits.denied_algorithms),
            &review,
            metadata,
        ),
        action: addresses::below(sp.id, addresses::METADATA_SAVE),
        button: "Save these changes",
        back: addresses::below(sp.id, addresses::METADATA),
    };
    Ok(page.html())
}
