//! The page after a login to an application of ours that signed nobody in.

use askama::Template;

use super::frame::Frame;
use super::render;
use crate::language::Words;

/// What the page shows.
#[derive(Clone, Copy, Debug)]
pub struct LeftPage<'a> {
    /// What is around it.
    pub frame: Frame<'a>,
    /// The application that was not reached.
    pub application: &'a str,
    /// A path of this server: where to try again.
    pub again: &'a str,
}

impl LeftPage<'_> {
    /// The page.
    pub fn render(&self) -> String {
        let page = LeftTemplate { frame: self.frame, words: self.frame.words, page: self };
        render(&page, 4 * 1024)
    }
}

#[derive(Template)]
#[template(path = "left.html")]
struct LeftTemplate<'a> {
    frame: Frame<'a>,
    words: Words,
    page: &'a LeftPage<'a>,
}
