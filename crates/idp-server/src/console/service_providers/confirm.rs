//! A page that asks whether something is meant, and says what it does.

use askama::Template;
use idp_core::service_provider::ServiceProvider;
use idp_store::Versioned;

use super::section::frame;
use crate::console::frame::Frame;
use crate::console::{Desk, routes};
use crate::pages::render;

/// What is asked.
pub struct Confirm {
    /// The question.
    pub title: String,
    /// What will happen.
    pub texts: Vec<String>,
    /// The label of the button that does it.
    pub button: &'static str,
    /// Where the button leads.
    pub action: String,
}

/// What the page shows.
#[derive(Template)]
#[template(path = "console/service_providers/confirm.html")]
struct ConfirmPage {
    frame: Frame,
    confirm: Confirm,
    back: String,
    version: i64,
}

impl Confirm {
    /// The page about this service provider.
    pub fn page(self, desk: &Desk<'_>, found: &Versioned<ServiceProvider>) -> String {
        let frame = frame(desk, &found.value, self.title.clone());
        let back = routes::service_provider(found.value.id);
        render(&ConfirmPage { frame, confirm: self, back, version: found.version }, 8 * 1024)
    }
}
