//! The page at `/`: what this server is, for whoever opens its bare address.

use askama::Template;

use super::render;

/// What the page shows.
#[derive(Clone, Copy, Debug)]
pub struct HomePage<'a> {
    /// The name of this server for people.
    pub product: &'a str,
    /// Its SAML entityID.
    pub entity_id: &'a str,
    /// Where its metadata is.
    pub metadata_url: &'a str,
    /// Whoever is signed in.
    pub person: Option<&'a str>,
    /// They may open the console.
    pub console: bool,
}

impl HomePage<'_> {
    /// The page.
    pub fn render(&self) -> String {
        render(&HomeTemplate { product: self.product, page: self }, 4 * 1024)
    }
}

#[derive(Template)]
#[template(path = "home.html")]
struct HomeTemplate<'a> {
    product: &'a str,
    page: &'a HomePage<'a>,
}
