//! One input of an account page, as HTML, with its mistakes beside it.

use askama::Template;

use crate::language::{Text, Words};

/// An input.
#[derive(Template)]
#[template(path = "account/input.html")]
pub struct Input {
    /// Names it in the form; the id of its element as well.
    pub name: &'static str,
    /// What people see.
    pub label: Text,
    /// The type of the element.
    pub kind: &'static str,
    /// What browsers fill in.
    pub autocomplete: &'static str,
    /// The keyboard of phones.
    pub mode: &'static str,
    /// What it holds; never a secret.
    pub value: String,
    /// What belongs here.
    pub hint: Option<Text>,
    /// What is wrong with what was typed.
    pub mistakes: Vec<Text>,
}

impl Input {
    /// A password.
    pub fn password(name: &'static str, label: Text, autocomplete: &'static str) -> Self {
        Self { kind: "password", autocomplete, ..Self::text(name, label) }
    }

    /// A line of text.
    pub const fn text(name: &'static str, label: Text) -> Self {
        Self {
            name,
            label,
            kind: "text",
            autocomplete: "off",
            mode: "text",
            value: String::new(),
            hint: None,
            mistakes: Vec::new(),
        }
    }

    /// Whether it is written from left to right in every language.
    fn is_number(&self) -> bool {
        self.kind == "tel"
    }

    /// The same with what is wrong.
    #[must_use]
    pub fn with_mistakes(mut self, mistakes: Vec<Text>) -> Self {
        self.mistakes = mistakes;
        self
    }
}

/// The summary above a form: the mistakes of its inputs, each with the way to it.
#[derive(Template)]
#[template(path = "account/mistakes.html")]
pub struct Mistakes {
    /// The words of the page.
    pub words: Words,
    /// The id of an input, and what is wrong with it.
    pub all: Vec<(String, Text)>,
}

impl Mistakes {
    /// Those of these inputs.
    pub fn of(words: Words, inputs: &[Input]) -> Self {
        let all = inputs.iter().flat_map(|input| {
            input.mistakes.iter().map(|mistake| (input.name.to_owned(), mistake.clone()))
        });
        Self { words, all: all.collect() }
    }
}
