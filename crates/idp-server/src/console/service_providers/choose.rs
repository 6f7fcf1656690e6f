//! The page between metadata of several service providers and the explanation of one: which of them is
//! it. The document is carried on, so that it is neither sent nor fetched twice.

use askama::Template;
use idp_admin::Problem;
use idp_admin::service_providers::{ImportedMetadata, choices};

use super::document::Sent;
use super::{addresses, document};
use crate::console::form::Form;
use crate::console::forms::{Field, Fields};
use crate::console::frame::{Frame, Section};
use crate::console::{Desk, routes};
use crate::error::WebError;
use crate::pages::{render, short};

/// The field of the choice.
const CHOSEN: &str = "entity_id";
/// The field for an entityID that is not in the list.
const OTHER: &str = "other_entity_id";
/// How many are listed; a federation may have thousands.
const LISTED: usize = 200;

/// The page.
#[derive(Template)]
#[template(path = "console/service_providers/choose.html")]
struct ChoosePage {
    frame: Frame,
    form: Fields,
    count: usize,
    listed: Field,
    /// There, when not all are listed.
    other: Option<Field>,
    hidden: (String, String),
}

/// What was sent: the metadata of one, or the page that asks which one, with what is wrong about the
/// choice. Wrong is also what is no metadata at all.
pub enum Read {
    /// It is clear which one.
    One(Box<ImportedMetadata>),
    /// It is not: the page, and whether something is wrong.
    Which(String, bool),
    /// Nothing can be chosen of it.
    Wrong(Vec<Problem>),
}

/// Reads what was sent.
pub fn read(desk: &Desk<'_>, form: &Form, sent: &Sent) -> Result<Read, WebError> {
    let all = choices(&sent.octets);
    if all.is_empty() {
        return Ok(match sent.read(None, desk.now) {
            Ok(metadata) => Read::One(Box::new(metadata)),
            Err(problems) => Read::Wrong(problems),
        });
    }
    let other = form.text(OTHER)?.trim();
    let (field, chosen) =
        if other.is_empty() { (CHOSEN, form.text(CHOSEN)?) } else { (OTHER, other) };
    let problems = if !chosen.is_empty() {
        match sent.read(Some(chosen), desk.now) {
            Ok(metadata) => return Ok(Read::One(Box::new(metadata))),
            Err(problems) => problems,
        }
    } else if form.text(document::CARRIED)?.is_empty() {
        Vec::new()
    } else {
        vec![Problem::new("", "Choose one of them")]
    };
    let at_choice = |problem: Problem| Problem { field: field.to_owned(), ..problem };
    let wrong = !problems.is_empty();
    let form = Fields::new()
        .with(CHOSEN, form.text(CHOSEN)?)
        .called(CHOSEN, "")
        .with(OTHER, other)
        .called(OTHER, "EntityID")
        .with_problems(problems.into_iter().map(at_choice).collect());
    let labels: Vec<(&str, String)> = all
        .iter()
        .take(LISTED)
        .map(|one| {
            let id = one.entity_id.as_str();
            let name = one.display_name.as_deref().map(short);
            (id, name.map_or_else(|| id.to_owned(), |name| format!("{name} ({id})")))
        })
        .collect();
    let options: Vec<(&str, &str)> =
        labels.iter().map(|(id, label)| (*id, label.as_str())).collect();
    let page = ChoosePage {
        frame: desk
            .frame(Section::ServiceProviders, "Which service provider?")
            .below(Section::ServiceProviders.title(), routes::SERVICE_PROVIDERS)
            .below("Add a service provider", addresses::ADD)
            .around(&form),
        count: all.len(),
        listed: form.radios(CHOSEN, "Service provider", &options),
        other: (all.len() > LISTED)
            .then(|| form.text(OTHER, "Or the entityID of another one in it").mono()),
        hidden: sent.hidden(),
        form,
    };
    Ok(Read::Which(render(&page, 32 * 1024), wrong))
}
