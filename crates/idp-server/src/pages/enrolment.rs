//! The page behind an administrator's enrolment link.

use askama::Template;
use idp_core::Instant;

use super::frame::Frame;
use super::render;
use super::time::Moment;
use crate::language::Words;

/// What the page shows. It does not tell whose link it is.
#[derive(Clone, Copy, Debug)]
pub struct EnrolmentPage<'a> {
    /// What is around it.
    pub frame: Frame<'a>,
    /// The instant of the request.
    pub now: Instant,
    /// When the link ends.
    pub expires_at: Instant,
}

impl EnrolmentPage<'_> {
    /// The page.
    pub fn render(&self) -> String {
        let (frame, words) = (self.frame, self.frame.words);
        let expiry = Moment::seen_from(words, self.now, self.expires_at);
        render(&EnrolmentTemplate { frame, words, expiry }, 4 * 1024)
    }
}

#[derive(Template)]
#[template(path = "enrolment.html")]
struct EnrolmentTemplate<'a> {
    frame: Frame<'a>,
    words: Words,
    expiry: Moment,
}
