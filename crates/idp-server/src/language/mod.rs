//! The languages of everything a login or account user sees.
//!
//! Texts lie in `locales/LANGUAGE/*.ftl` (Fluent), in four languages. The build script makes a method
//! of [`Words`] of each; pages call it and get a [`Text`], which knows how it is escaped. `choose`
//! decides on the language of a request. Pages get their words as an argument; nothing here is
//! changed after the start, so no page waits for another.

mod choose;
mod text;
mod words;

pub use choose::{Wishes, local_path};
pub use text::{Text, Value};
pub use words::Words;

/// A language that pages are written in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Language {
    /// `en`
    #[default]
    English,
    /// `de`
    German,
    /// `es`
    Spanish,
    /// `ar`, written from right to left.
    Arabic,
}

impl Language {
    /// All of them, in the order of the menu.
    pub const ALL: [Self; 4] = [Self::English, Self::German, Self::Spanish, Self::Arabic];

    /// The tag of RFC 5646, for `lang` and `Content-Language`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::Spanish => "es",
            Self::Arabic => "ar",
        }
    }

    /// What people call the language who speak it.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
            Self::Spanish => "Español",
            Self::Arabic => "العربية",
        }
    }

    /// The direction of its writing, for `dir`.
    pub const fn direction(self) -> &'static str {
        match self {
            Self::Arabic => "rtl",
            _ => "ltr",
        }
    }

    /// The language with exactly this tag.
    pub fn named(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.tag() == tag)
    }

    /// The language of a tag with or without region and script: `de-CH` is German.
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(primary))
    }

    /// Its words.
    pub const fn words(self) -> Words {
        Words::of(self)
    }
}
