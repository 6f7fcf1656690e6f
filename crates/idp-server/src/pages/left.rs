//! The page after a login to an application of ours that signed nobody in.

use askama::Template;

use super::render;

/// What the page shows.
#[derive(Clone, Copy, Debug)]
pub struct LeftPage<'a> {
    /// The name of this server for people.
    pub product: &'a str,
    /// The application that was not reached.
    pub application: &'a str,
    /// A path of this server: where to try again.
    pub again: &'a str,
}

impl LeftPage<'_> {
    /// The page.
    pub fn render(&self) -> String {
        render(&LeftTemplate { product: self.product, page: self }, 4 * 1024)
    }
}

#[derive(Template)]
#[template(path = "left.html")]
struct LeftTemplate<'a> {
    product: &'a str,
    page: &'a LeftPage<'a>,
}
