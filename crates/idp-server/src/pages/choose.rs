//! The page of a step that several authenticators can pass: which one?

use askama::Template;
use idp_core::flow::authenticator::Notice;

use super::frame::Frame;
use super::login::LoginFrame;
use super::render;
use crate::language::{Text, Words};

/// What the page shows.
#[derive(Clone, Copy, Debug)]
pub struct ChoosePage<'a> {
    /// The login it belongs to.
    pub login: LoginFrame<'a>,
    /// The authenticators in the order they are offered.
    pub methods: &'a [Method<'a>],
    /// Why the page is shown again, if it is.
    pub notice: Option<&'a Notice>,
}

/// One authenticator to choose.
#[derive(Clone, Copy, Debug)]
pub struct Method<'a> {
    /// The value of [`form::METHOD`](super::form::METHOD) when chosen.
    pub id: &'a str,
    /// Its name for people.
    pub label: &'a Text,
    /// A line below the name, such as the masked number.
    pub description: Option<&'a str>,
}

impl ChoosePage<'_> {
    /// The page.
    pub fn render(&self) -> String {
        let page = ChooseTemplate {
            frame: self.login.frame,
            words: self.login.frame.words,
            login: &self.login,
            methods: self.methods,
            notice: self.notice,
            can_choose_other: false,
        };
        render(&page, 6 * 1024)
    }
}

#[derive(Template)]
#[template(path = "choose.html")]
struct ChooseTemplate<'a> {
    frame: Frame<'a>,
    words: Words,
    login: &'a LoginFrame<'a>,
    methods: &'a [Method<'a>],
    notice: Option<&'a Notice>,
    can_choose_other: bool,
}
