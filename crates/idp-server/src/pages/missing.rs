//! The page after a sign-in that stops because the profile lacks mandatory claims of the application.

use askama::Template;
use idp_admin::own_account::Remedy;

use super::frame::Frame;
use super::render;
use super::text::short;
use crate::account::routes;
use crate::language::{Text, Words};

/// What the page shows.
#[derive(Clone, Debug)]
pub struct MissingPage<'a> {
    /// What is around it.
    pub frame: Frame<'a>,
    /// The application that was not reached.
    pub application: &'a str,
    /// Where its form is sent: its own path.
    pub action: &'a str,
    /// What is missing; nothing when it is there by now.
    pub lacks: Vec<Lack>,
    /// The code under which the audit trail tells an administrator more.
    pub incident: &'a str,
}

/// Something that is missing.
#[derive(Clone, Debug)]
pub struct Lack {
    /// What people call it.
    pub label: Text,
    /// Who can fill it in.
    pub remedy: Remedy,
}

impl MissingPage<'_> {
    /// The page.
    pub fn render(&self) -> String {
        render(
            &MissingTemplate { frame: self.frame, words: self.frame.words, page: self },
            4 * 1024,
        )
    }

    /// Whether something is filled in like this.
    fn needs(&self, remedy: Remedy) -> bool {
        self.lacks.iter().any(|lack| lack.remedy == remedy)
    }

    /// The pages of the account where people fill in something themselves.
    fn own_pages(&self) -> Vec<(Text, &'static str)> {
        let words = self.frame.words;
        let pages = [
            (Remedy::Profile, words.missing_open_profile(), routes::PROFILE),
            (Remedy::Mobile, words.missing_open_mobile(), routes::MOBILE),
        ];
        let needed = pages.into_iter().filter(|(remedy, ..)| self.needs(*remedy));
        needed.map(|(_, label, path)| (label, path)).collect()
    }

    fn needs_administrator(&self) -> bool {
        self.needs(Remedy::Administrator)
    }

    fn shown_application(&self) -> std::borrow::Cow<'_, str> {
        short(self.application)
    }
}

#[derive(Template)]
#[template(path = "missing.html")]
struct MissingTemplate<'a> {
    frame: Frame<'a>,
    words: Words,
    page: &'a MissingPage<'a>,
}
