//! What the form offers to choose from: the first service providers and people, and those that a text
//! finds which names none.

use idp_admin::service_providers;
use idp_admin::users::{self, Search};
use url::form_urlencoded;

use super::WHAT_IF;
use crate::console::forms::Fields;
use crate::console::{Desk, Stop};
use crate::pages::short;

/// How many are offered while somebody types.
const OFFERED: u32 = 50;
/// How many are found for a text.
const FOUND: u32 = 10;

/// What is offered.
pub struct Offers {
    /// EntityID and name.
    pub service_providers: Vec<(String, String)>,
    /// User names.
    pub users: Vec<String>,
    /// Label and address of the form with a service provider that the text in its field finds.
    pub service_providers_found: Vec<(String, String)>,
    /// The same of people.
    pub users_found: Vec<(String, String)>,
}

impl Offers {
    /// Those for this form.
    pub fn of(desk: &Desk<'_>, form: &Fields) -> Result<Self, Stop> {
        let [sp, user] = ["service_provider", "user"].map(|name| form.value(name));
        let wrong = |name: &str| form.problems().iter().any(|problem| problem.field == name);
        let found = |field: &str, label: String, value: &str| {
            let chosen = |name, typed| if name == field { value } else { typed };
            let mut query = form_urlencoded::Serializer::new(String::new());
            query.append_pair("service_provider", chosen("service_provider", sp));
            query.append_pair("user", chosen("user", user));
            (label, format!("{WHAT_IF}?{}", query.finish()))
        };
        let mut offers = Self {
            service_providers: named(desk, "", OFFERED)?,
            users: called(desk, "", OFFERED)?,
            service_providers_found: Vec::new(),
            users_found: Vec::new(),
        };
        if wrong("service_provider") {
            let rows = named(desk, sp, FOUND)?.into_iter();
            let rows = rows.map(|(id, name)| {
                let label = if name == id { name } else { format!("{} ({id})", short(&name)) };
                found("service_provider", label, &id)
            });
            offers.service_providers_found = rows.collect();
        }
        if wrong("user") {
            let rows = called(desk, user, FOUND)?.into_iter();
            offers.users_found = rows.map(|name| found("user", name.clone(), &name)).collect();
        }
        Ok(offers)
    }
}

fn named(desk: &Desk<'_>, text: &str, most: u32) -> Result<Vec<(String, String)>, Stop> {
    let found = service_providers::search(&desk.admin(), text, None, most)?;
    Ok(found.rows.into_iter().map(|sp| (sp.entity_id.to_string(), sp.name)).collect())
}

fn called(desk: &Desk<'_>, text: &str, most: u32) -> Result<Vec<String>, Stop> {
    let search = Search { text, with_roles: false };
    let found = users::search(&desk.admin(), search, None, most)?;
    Ok(found.rows.into_iter().map(|user| user.username.to_string()).collect())
}
