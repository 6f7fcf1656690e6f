//! The page before a sign-in that begins here: whether it is meant.

use std::borrow::Cow;

use askama::Template;

use super::frame::Frame;
use super::render;
use super::text::short;
use crate::handlers::unsolicited::{PATH, RELAY_STATE, SERVICE_PROVIDER};
use crate::language::Words;

/// What the page shows.
#[derive(Clone, Copy, Debug)]
pub struct UnsolicitedPage<'a> {
    /// What is around it.
    pub frame: Frame<'a>,
    /// Where it leads.
    pub application: &'a str,
    /// Who is signed in.
    pub person: Option<&'a str>,
    /// The entityID of the application.
    pub service_provider: &'a str,
    /// What goes along.
    pub relay_state: Option<&'a str>,
}

impl UnsolicitedPage<'_> {
    /// The page.
    pub fn render(&self) -> String {
        let application = short(self.application);
        let page =
            Unsolicited { frame: self.frame, words: self.frame.words, page: self, application };
        render(&page, 4 * 1024)
    }
}

#[derive(Template)]
#[template(path = "unsolicited.html")]
struct Unsolicited<'a> {
    frame: Frame<'a>,
    words: Words,
    page: &'a UnsolicitedPage<'a>,
    application: Cow<'a, str>,
}
