//! What a service provider would be told about a person, without a login of theirs.

use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use idp_admin::AdminError;
use idp_admin::service_providers::{Inquiry, inquire};
use idp_core::saml::urn::attribute_name_format;
use idp_core::told::{ToldName, Withheld};
use idp_core::user::AccountState;

use super::section::frame;
use super::{addresses, find};
use crate::console::Desk;
use crate::console::forms::Fields;
use crate::console::frame::Frame;
use crate::console::serve::{Answer, show as show_page};
use crate::handlers::Shared;
use crate::pages::render;

/// The parameter with the user name.
const USER: &str = "user";

/// What the page shows.
#[derive(Template)]
#[template(path = "console/service_providers/preview.html")]
struct PreviewPage {
    frame: Frame,
    form: Fields,
    action: String,
    found: Option<Shown>,
}

/// What would be told.
struct Shown {
    username: String,
    disabled: bool,
    /// A mandatory claim has no value.
    incomplete: bool,
    /// Label and text; or why the login would be refused.
    name: Result<Vec<(&'static str, String)>, String>,
    attributes: Vec<Attribute>,
}

/// An attribute of the answer.
struct Attribute {
    name: String,
    name_format: String,
    friendly_name: String,
    mandatory: bool,
    values: Vec<String>,
    /// Why there is none.
    missing: &'static str,
}

/// The form, and the answer for the user that the query names.
pub async fn show(app: Shared, request: HttpRequest, id: Path<String>) -> HttpResponse {
    show_page(app, request, move |desk| {
        let sp = find(desk, &id)?.value;
        let user = desk.query(USER).unwrap_or_default().trim().to_owned();
        let mut form = Fields::new().with(USER, &user).called(USER, "User name");
        let found = if user.is_empty() {
            None
        } else {
            match inquire(&desk.admin(), sp.id, &user) {
                Ok(inquiry) => Some(shown(desk, &inquiry)),
                Err(AdminError::Invalid(problems)) => {
                    form = form.with_problems(problems);
                    None
                }
                Err(other) => return Err(other.into()),
            }
        };
        let wrong = form.has_problems();
        let frame = frame(desk, &sp, "What it would be told").around(&form);
        let action = addresses::below(sp.id, addresses::PREVIEW);
        let html = render(&PreviewPage { frame, form, action, found }, 8 * 1024);
        Ok(if wrong { Answer::Wrong(html) } else { Answer::Page(html) })
    })
    .await
}

fn shown(desk: &Desk<'_>, inquiry: &Inquiry) -> Shown {
    let told = inquiry.told(&desk.app.identity);
    let name = match told.name {
        Err(refusal) => Err(format!(
            "Expected {}; found: {}. {}",
            refusal.reason.expected, refusal.reason.found, refusal.reason.advice
        )),
        Ok(ToldName::Omitted) => Ok(vec![("NameID", "none: it is left out".to_owned())]),
        Ok(ToldName::AtFirstLogin) => Ok(vec![
            ("NameID", "made at the first login; random, and the same from then on".to_owned()),
            ("Format", "persistent".to_owned()),
        ]),
        Ok(ToldName::PerSession) => Ok(vec![
            ("NameID", "another one at every session".to_owned()),
            ("Format", "transient".to_owned()),
        ]),
        Ok(ToldName::Known(name)) => Ok(vec![
            ("NameID", name.value().to_owned()),
            ("Format", name.format().short().to_owned()),
        ]),
    };
    let attributes = told.attributes.iter().map(|attribute| Attribute {
        name: attribute.rule.name.clone(),
        name_format: match attribute.rule.name_format.as_deref() {
            None | Some(attribute_name_format::URI) => "uri".to_owned(),
            Some(attribute_name_format::BASIC) => "basic".to_owned(),
            Some(attribute_name_format::UNSPECIFIED) => "unspecified".to_owned(),
            Some(other) => other.to_owned(),
        },
        friendly_name: attribute.rule.friendly_name.clone().unwrap_or_default(),
        mandatory: attribute.rule.mandatory,
        values: attribute.values.iter().map(ToString::to_string).collect(),
        missing: match attribute.withheld {
            None if attribute.values.is_empty() => "told without a value: the person has none",
            None => "",
            Some(Withheld::NoValue) => "left out: the person has no value",
            Some(Withheld::Missing) => {
                "missing: the person has no value, and is not signed in without one"
            }
            Some(Withheld::NotAskedFor) => "left out: the service provider does not ask for it",
        },
    });
    Shown {
        username: inquiry.user.username.to_string(),
        incomplete: told.attributes.iter().any(|one| one.withheld == Some(Withheld::Missing)),
        disabled: inquiry.user.state == AccountState::Disabled,
        name,
        attributes: attributes.collect(),
    }
}
