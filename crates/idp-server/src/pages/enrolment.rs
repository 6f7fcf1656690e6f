//! The page behind an administrator's enrolment link.

use askama::Template;
use idp_core::Instant;

use super::render;
use super::time::Moment;

/// What the page shows. It does not tell whose link it is.
#[derive(Clone, Copy, Debug)]
pub struct EnrolmentPage<'a> {
    /// The name of this server for people.
    pub product: &'a str,
    /// The instant of the request.
    pub now: Instant,
    /// When the link ends.
    pub expires_at: Instant,
}

impl EnrolmentPage<'_> {
    /// The page.
    pub fn render(&self) -> String {
        let expiry = Moment::seen_from(self.now, self.expires_at);
        render(&EnrolmentTemplate { product: self.product, expiry }, 4 * 1024)
    }
}

#[derive(Template)]
#[template(path = "enrolment.html")]
struct EnrolmentTemplate<'a> {
    product: &'a str,
    expiry: Moment,
}
