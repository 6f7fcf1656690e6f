//! What surrounds every account page: the bar with the person, the pages, the way back, and what the
//! last change came to.

use std::sync::Arc;

use super::routes;
use crate::language::{Language, Text, Words};
use crate::look::Brand;

/// The account pages of the navigation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Section {
    /// The first one.
    Overview,
    /// What is known of the person.
    Profile,
    /// The password.
    Password,
    /// The mobile number.
    Mobile,
    /// Whether codes are asked for.
    SmsOtp,
    /// Backup codes.
    BackupCodes,
    /// Where the person is signed in.
    Sessions,
    /// What happened.
    Activity,
}

impl Section {
    /// All of them, in the order of the navigation.
    pub const ALL: [Self; 8] = [
        Self::Overview,
        Self::Profile,
        Self::Password,
        Self::Mobile,
        Self::SmsOtp,
        Self::BackupCodes,
        Self::Sessions,
        Self::Activity,
    ];

    /// Its name.
    pub fn title(self, words: Words) -> Text {
        match self {
            Self::Overview => words.account_overview(),
            Self::Profile => words.account_profile(),
            Self::Password => words.account_password(),
            Self::Mobile => words.account_mobile(),
            Self::SmsOtp => words.account_sms(),
            Self::BackupCodes => words.account_codes(),
            Self::Sessions => words.account_sessions(),
            Self::Activity => words.account_activity(),
        }
    }

    /// Its first page.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Overview => routes::OVERVIEW,
            Self::Profile => routes::PROFILE,
            Self::Password => routes::PASSWORD,
            Self::Mobile => routes::MOBILE,
            Self::SmsOtp => routes::SMS_OTP,
            Self::BackupCodes => routes::BACKUP_CODES,
            Self::Sessions => routes::SESSIONS,
            Self::Activity => routes::ACTIVITY,
        }
    }

    /// The one that a path belongs to.
    pub fn of(path: &str) -> Self {
        // The overview's path begins every other one.
        let found = Self::ALL.into_iter().rev().find(|section| path.starts_with(section.path()));
        found.unwrap_or(Self::Overview)
    }
}

/// What surrounds a page.
#[derive(Clone, Debug)]
pub struct Frame {
    /// What is shown of this server.
    pub brand: Arc<Brand>,
    /// Who is signed in.
    pub person: String,
    /// Whether they may enter the console.
    pub has_role: bool,
    /// The token of every form on the page.
    pub csrf: String,
    /// Where the page is.
    pub section: Section,
    /// The heading.
    pub title: Text,
    /// What the last change came to.
    pub flash: Option<String>,
    /// A form on the page has mistakes.
    pub mistakes: bool,
    /// The words of the page.
    pub words: Words,
    /// The path and query of the page, where a choice of language leads back to. Without it the page
    /// has no menu: it answers a form.
    pub here: Option<String>,
}

impl Frame {
    /// The same around a form that has mistakes, or has none.
    #[must_use]
    pub const fn with_mistakes(mut self, mistakes: bool) -> Self {
        self.mistakes = mistakes;
        self
    }

    /// The language of the page.
    pub const fn language(&self) -> Language {
        self.words.language()
    }

    /// Whether the page is in this language.
    pub fn is_in(&self, language: Language) -> bool {
        self.language() == language
    }

    /// Whether the page is the first of its section.
    pub fn is_first(&self) -> bool {
        self.title == self.section.title(self.words)
    }
}
