//! What every page has around its content: the name of the product, the language, and the menu of
//! languages.

use crate::language::{Language, Words};

/// The frame of a page.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// The name of this server for people.
    pub product: &'a str,
    /// The words of the page.
    pub words: Words,
    /// The path and query of the page, where a choice of language leads back to. Without it the page
    /// has no menu: it answers something that cannot be asked twice.
    pub here: Option<&'a str>,
}

impl Frame<'_> {
    /// The languages of the menu.
    pub const fn languages(&self) -> [Language; 4] {
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
