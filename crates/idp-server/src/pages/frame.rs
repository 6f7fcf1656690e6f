//! What every page has around its content: the name of the product, the language, and the menu of
//! languages.

use std::borrow::Cow;

use idp_core::appearance::HelpContact;

use crate::language::{Language, Words};
use crate::look::Look;

use super::text::short;

/// The frame of a page.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// The name of this server for people.
    pub product: &'a str,
    /// The name beside the logo: the product's, or the application's beside its own logo.
    pub brand: &'a str,
    /// A style sheet beside the common one.
    pub style: Option<&'a str>,
    /// Another logo than the product's own.
    pub logo: Option<&'a str>,
    /// Whom people ask for help.
    pub help: Option<&'a HelpContact>,
    /// The words of the page.
    pub words: Words,
    /// The path and query of the page, where a choice of language leads back to. Without it the page
    /// has no menu: it answers something that cannot be asked twice.
    pub here: Option<&'a str>,
}

impl<'a> Frame<'a> {
    /// The same around the pages of a login to an application, which may have a look of its own.
    #[must_use]
    pub fn of_application(self, name: &'a str, look: &'a Look) -> Self {
        let Look { style, logo } = look;
        Self {
            brand: if logo.is_some() { name } else { self.brand },
            style: style.as_deref().or(self.style),
            logo: logo.as_deref().or(self.logo),
            ..self
        }
    }

    /// The name beside the logo, fit to be shown.
    pub fn shown_brand(&self) -> Cow<'a, str> {
        short(self.brand)
    }

    /// The languages of the menu.
    pub const fn languages() -> [Language; 4] {
        Language::ALL
    }

    /// The language of the page.
    pub const fn language(&self) -> Language {
        self.words.language()
    }

    /// Whether the page is in this language.
    pub fn is_in(&self, language: Language) -> bool {
        self.language() == language
    }
}
