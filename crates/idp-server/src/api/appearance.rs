//! How the pages of people look.

use idp_admin::access_tokens::Scope;
use idp_admin::branding;
use idp_core::appearance::{Appearance, Branding, HelpContact, Picture, ProductName};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::call::Call;
use super::operation::Operation;
use super::refusal::Refusal;
use super::reply::Reply;
use crate::rng::rng;

/// How the pages of people look. What is left out is as in the settings of the server.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AppearanceDocument {
    /// The name of the server, 1 to 60 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    product_name: Option<String>,
    /// Whom people ask for help: an e-mail address, a web address or words, 1 to 200 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    help_contact: Option<String>,
    /// The colour of buttons and links, such as `#0b5d71`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    accent: Option<String>,
    /// A PNG, JPEG or WebP picture in base64, at most 64 kB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    logo: Option<String>,
}

/// This part of the table.
pub fn operations() -> Vec<Operation> {
    let path = "/appearance";
    vec![
        Operation::get(
            (path, "getAppearance", "How the pages of people look"),
            Scope::ConfigurationRead,
            get,
        )
        .answers::<AppearanceDocument>()
        .tagged(),
        Operation::put(
            (path, "setAppearance", "Replace name, help, colour and logo of those pages"),
            Scope::ConfigurationWrite,
            set,
        )
        .takes::<AppearanceDocument>()
        .answers::<AppearanceDocument>()
        .matched()
        .tagged(),
    ]
}

fn get(call: &Call<'_>) -> Result<Reply, Refusal> {
    let found = branding::find(&call.admin())?;
    let Branding { product_name, help_contact, appearance } = found.value;
    let document = AppearanceDocument {
        product_name: product_name.map(String::from),
        help_contact: help_contact.map(String::from),
        accent: appearance.accent.map(String::from),
        logo: appearance.logo.map(String::from),
    };
    Ok(Reply::json(&document)?.of_version(found.version))
}

fn set(call: &Call<'_>) -> Result<Reply, Refusal> {
    let AppearanceDocument { product_name, help_contact, accent, logo } = call.json()?;
    let wanted = Branding {
        product_name: read("product_name", product_name, |text| ProductName::parse(&text))?,
        help_contact: read("help_contact", help_contact, |text| HelpContact::parse(&text))?,
        appearance: Appearance {
            accent: read("accent", accent, |text| text.parse())?,
            logo: read("logo", logo, Picture::try_from)?,
        },
    };
    call.changed(branding::replace(&call.admin(), call.version()?, wanted, &mut rng()))?;
    get(call)
}

fn read<T, E: std::fmt::Display>(
    field: &str,
    text: Option<String>,
    parse: impl Fn(String) -> Result<T, E>,
) -> Result<Option<T>, Refusal> {
    text.map(|text| parse(text).map_err(|problem| Refusal::invalid(field, problem.to_string())))
        .transpose()
}
