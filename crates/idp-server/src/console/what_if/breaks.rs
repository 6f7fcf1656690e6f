//! The page between a change and its making, when it would break scenarios: which, how, and a button
//! that makes it all the same.

use askama::Template;
use idp_admin::scenarios::BrokenScenario;

use crate::console::Desk;
use crate::console::form::Form;
use crate::console::frame::{Frame, Section};
use crate::console::routes;
use crate::pages::render;

/// The field that names a scenario that may break.
pub const ACCEPTED: &str = "accept_broken_scenario";

/// What the page shows.
#[derive(Template)]
#[template(path = "console/what_if/breaks.html")]
struct BreaksPage {
    frame: Frame,
    broken: Vec<BrokenScenario>,
    /// The form once more, unless it holds what is not shown again.
    again: Option<Vec<(String, String)>>,
    action: String,
}

/// The page about this form, which was sent to this path.
pub fn page(desk: &Desk<'_>, form: &Form, path: &str, broken: Vec<BrokenScenario>) -> String {
    // Files cannot be sent again by a page, and secrets are never shown again.
    let secret = path.starts_with(routes::SMS_GATEWAYS)
        || path.starts_with(routes::CERTIFICATES)
        || path.ends_with("/backup-codes");
    let again = (!secret && !form.has_files()).then(|| {
        let fields = form.fields().filter(|(name, _)| *name != ACCEPTED);
        let mut fields: Vec<(String, String)> =
            fields.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let names = broken.iter().map(|one| (ACCEPTED.to_owned(), one.name.clone()));
        fields.extend(names);
        fields
    });
    let frame = desk.frame(Section::of(path), "This change would break scenarios");
    render(&BreaksPage { frame, broken, again, action: path.to_owned() }, 8 * 1024)
}
