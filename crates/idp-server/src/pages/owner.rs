//! The page for the owner of a service provider: what was refused, and what to change.

use askama::Template;
use idp_admin::owner_links::OwnerReport;
use idp_core::Instant;

use super::frame::Frame;
use super::render;

/// What the page shows.
#[derive(Clone, Copy, Debug)]
pub struct OwnerPage<'a> {
    /// What is around it.
    pub frame: Frame<'a>,
    /// What was refused.
    pub report: &'a OwnerReport,
}

impl OwnerPage<'_> {
    /// The page.
    pub fn render(&self) -> String {
        render(&OwnerTemplate { frame: self.frame, report: self.report }, 16 * 1024)
    }
}

#[derive(Template)]
#[template(path = "owner.html")]
struct OwnerTemplate<'a> {
    frame: Frame<'a>,
    report: &'a OwnerReport,
}

fn moment(at: impl std::borrow::Borrow<Instant>) -> String {
    at.borrow().format("%Y-%m-%d %H:%M:%S UTC").to_string()
}
