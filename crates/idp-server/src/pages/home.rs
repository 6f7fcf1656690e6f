//! The page at `/`: what this server is, for whoever opens its bare address.

use askama::Template;

use super::frame::Frame;
use super::render;
use crate::language::Words;

/// What the page shows.
#[derive(Clone, Copy, Debug)]
pub struct HomePage<'a> {
    /// What is around it.
    pub frame: Frame<'a>,
    /// Its SAML entityID.
    pub entity_id: &'a str,
    /// Where its metadata is.
    pub metadata_url: &'a str,
    /// Whoever is signed in.
    pub person: Option<&'a str>,
    /// They have just signed out.
    pub left: bool,
    /// They may open the console.
    pub console: bool,
}

impl HomePage<'_> {
    /// The page.
    pub fn render(&self) -> String {
        let page = HomeTemplate { frame: self.frame, words: self.frame.words, page: self };
        render(&page, 4 * 1024)
    }
}

#[derive(Template)]
#[template(path = "home.html")]
struct HomeTemplate<'a> {
    frame: Frame<'a>,
    words: Words,
    page: &'a HomePage<'a>,
}
