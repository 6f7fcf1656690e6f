//! Fields of forms: what they hold, what is wrong with them, and their HTML. A page names its fields
//! once; when `idp-admin` finds problems, the same page is shown again with what was typed and each
//! problem beside its field.
//!
//! In templates: `{{ form.text("name", "Name").hint("People see it.").required()|safe }}`.

#![allow(dead_code, reason = "a vocabulary: each page uses the words it needs")]

use std::collections::BTreeMap;

use askama::Template;
use idp_admin::Problem;

use super::form::Form;

/// The fields of a form with their values and problems.
#[derive(Clone, Debug, Default)]
pub struct Fields {
    values: BTreeMap<String, Vec<String>>,
    labels: BTreeMap<String, String>,
    problems: Vec<Problem>,
    again: Option<String>,
}

impl Fields {
    /// A form without fields.
    pub fn new() -> Self {
        Self::default()
    }

    /// The form with a field that holds this value.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.values.insert(name.into(), vec![value.into()]);
        self
    }

    /// The form with a field that holds these values, none of several boxes for example.
    #[must_use]
    pub fn with_all(
        mut self,
        name: impl Into<String>,
        values: impl IntoIterator<Item = String>,
    ) -> Self {
        self.values.insert(name.into(), values.into_iter().collect());
        self
    }

    /// The form with a box, ticked or not.
    #[must_use]
    pub fn with_box(self, name: impl Into<String>, ticked: bool) -> Self {
        self.with_all(name, ticked.then(|| Self::TICKED.to_owned()))
    }

    /// The form whose summary of mistakes calls a field so, rather than by its name; empty where the
    /// mistakes say what they are about.
    #[must_use]
    pub fn called(mut self, name: impl Into<String>, label: impl Into<String>) -> Self {
        self.labels.insert(name.into(), label.into());
        self
    }

    /// The form with fields of a row of a list (part, value, label): named `list[0].part`, and called by
    /// label, what the row is, and its number.
    #[must_use]
    pub fn with_row(
        self,
        (list, number): (&str, usize),
        what: &str,
        parts: &[(&str, &str, &str)],
    ) -> Self {
        parts.iter().fold(self, |form, (part, value, label)| {
            let name = format!("{list}[{number}].{part}");
            form.with(&name, *value).called(name, format!("{label} of {what} {}", number + 1))
        })
    }

    /// The same fields, with what is wrong with them.
    #[must_use]
    pub fn with_problems(mut self, problems: Vec<Problem>) -> Self {
        self.problems = problems;
        self
    }

    /// The form of a page at this path: what is wrong with the whole, because somebody else was faster,
    /// leads there.
    #[must_use]
    pub fn opened_at(mut self, path: impl Into<String>) -> Self {
        self.again = Some(path.into());
        self
    }

    /// Where the page is opened again, for what is wrong with the whole.
    pub fn again(&self, problem: &Problem) -> Option<&str> {
        self.again.as_deref().filter(|_| problem.field.is_empty())
    }

    /// The same fields as they were typed, with what is wrong. Problems keep the names that
    /// `idp-admin` gives them, so fields should be named alike; [`Self::renamed`] helps where not.
    #[must_use]
    pub fn typed(mut self, form: &Form, problems: Vec<Problem>) -> Self {
        for (name, values) in &mut self.values {
            *values = form.all(name).map(str::to_owned).collect();
        }
        self.problems = problems;
        self
    }

    /// The problems of one name moved to the field of another.
    #[must_use]
    pub fn renamed(mut self, from: &str, to: &str) -> Self {
        for problem in self.problems.iter_mut().filter(|problem| problem.field == from) {
            to.clone_into(&mut problem.field);
        }
        self
    }

    /// What a ticked box sends.
    pub const TICKED: &str = "yes";

    /// Whether anything is wrong.
    pub fn has_problems(&self) -> bool {
        !self.problems.is_empty()
    }

    /// Everything that is wrong, for the summary.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// A problem as the summary tells it.
    pub fn told(&self, problem: &Problem) -> String {
        match self.labels.get(&problem.field) {
            Some(label) if label.is_empty() => problem.message.clone(),
            Some(label) => format!("{label}: {}", problem.message),
            None => problem.to_string(),
        }
    }

    /// The id of a problem's field, if the form has it.
    pub fn anchor(&self, problem: &Problem) -> Option<String> {
        self.values.contains_key(&problem.field).then(|| id_of(&problem.field))
    }

    /// The value of a field.
    pub fn value(&self, name: &str) -> &str {
        self.values.get(name).and_then(|values| values.first()).map_or("", String::as_str)
    }

    /// Whether a field holds this value among others.
    pub fn holds(&self, name: &str, value: &str) -> bool {
        self.values.get(name).is_some_and(|values| values.iter().any(|held| held == value))
    }

    /// One line of text.
    pub fn text(&self, name: &str, label: &str) -> Field {
        self.field(Kind::Line("text"), name, label)
    }

    /// One line of another type of input, such as `url`, `email`, `tel`, `number`, `date` or `search`.
    pub fn input(&self, kind: &'static str, name: &str, label: &str) -> Field {
        self.field(Kind::Line(kind), name, label)
    }

    /// A secret: never shown again.
    pub fn secret(&self, name: &str, label: &str) -> Field {
        let field = self.field(Kind::Line("password"), name, label);
        Field { value: String::new(), autocomplete: "new-password", ..field }
    }

    /// A file, in a form with `enctype="multipart/form-data"`. Browsers never hold one again.
    pub fn file(&self, name: &str, label: &str) -> Field {
        let field = self.field(Kind::Line("file"), name, label);
        Field { value: String::new(), ..field }
    }

    /// Several lines of text.
    pub fn area(&self, name: &str, label: &str) -> Field {
        self.field(Kind::Area, name, label)
    }

    /// One of these values, each with its label.
    pub fn choice(&self, name: &str, label: &str, options: &[(&str, &str)]) -> Field {
        let field = self.field(Kind::Choice, name, label);
        Field { options: self.options(name, options), ..field }
    }

    /// One of these values, all visible.
    pub fn radios(&self, name: &str, label: &str, options: &[(&str, &str)]) -> Field {
        let field = self.field(Kind::Group("radio"), name, label);
        Field { options: self.options(name, options), ..field }
    }

    /// Any of these values.
    pub fn boxes(&self, name: &str, label: &str, options: &[(&str, &str)]) -> Field {
        let field = self.field(Kind::Group("checkbox"), name, label);
        Field { options: self.options(name, options), ..field }
    }

    /// A box to tick.
    pub fn tick(&self, name: &str, label: &str) -> Field {
        self.field(Kind::Box, name, label)
    }

    fn options(&self, name: &str, options: &[(&str, &str)]) -> Vec<Choice> {
        let option = |(value, label): &(&str, &str)| Choice {
            value: (*value).to_owned(),
            label: (*label).to_owned(),
            chosen: self.holds(name, value),
        };
        options.iter().map(option).collect()
    }

    fn field(&self, kind: Kind, name: &str, label: &str) -> Field {
        let of_field = self.problems.iter().filter(|problem| problem.field == name);
        Field {
            kind,
            id: id_of(name),
            name: name.to_owned(),
            label: label.to_owned(),
            value: self.value(name).to_owned(),
            ticked: self.holds(name, Self::TICKED),
            options: Vec::new(),
            hint: String::new(),
            required: false,
            mono: false,
            rows: 6,
            autocomplete: "off",
            list: "",
            mistakes: of_field.map(|problem| problem.message.clone()).collect(),
        }
    }
}

/// What a field looks like.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Line(&'static str),
    Area,
    Choice,
    Group(&'static str),
    Box,
}

/// A value to choose.
struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

/// One field, as HTML.
#[derive(Template)]
#[template(path = "console/field.html")]
pub struct Field {
    kind: Kind,
    id: String,
    name: String,
    label: String,
    value: String,
    ticked: bool,
    options: Vec<Choice>,
    hint: String,
    required: bool,
    mono: bool,
    rows: u8,
    autocomplete: &'static str,
    /// The id of a `datalist`; empty without one.
    list: &'static str,
    mistakes: Vec<String>,
}

impl Field {
    /// A sentence below the label that says what belongs here.
    #[must_use]
    pub fn hint(mut self, hint: &str) -> Self {
        hint.clone_into(&mut self.hint);
        self
    }

    /// The browser asks for a value.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// In letters of one width: for addresses, templates, certificates.
    #[must_use]
    pub const fn mono(mut self) -> Self {
        self.mono = true;
        self
    }

    /// A further group of boxes of the same name: what is wrong stands at the first one.
    #[must_use]
    pub fn continued(mut self) -> Self {
        self.id.push_str("-more");
        self.mistakes.clear();
        self
    }

    /// The browser offers what the `datalist` of this id has.
    #[must_use]
    pub const fn list(mut self, id: &'static str) -> Self {
        self.list = id;
        self
    }

    /// So many lines.
    #[must_use]
    pub const fn rows(mut self, rows: u8) -> Self {
        self.rows = rows;
        self
    }

    /// The ids of the texts that explain the field.
    fn described_by(&self) -> Option<String> {
        let mistake = (!self.mistakes.is_empty()).then(|| format!("{}-mistake", self.id));
        let hint = (!self.hint.is_empty()).then(|| format!("{}-hint", self.id));
        let ids: Vec<String> = mistake.into_iter().chain(hint).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }
}

/// The id of a field's element: letters, digits and hyphens only.
fn id_of(name: &str) -> String {
    let plain = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' });
    format!("field-{}", plain.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_shown_again_with_the_mistake_beside_it() {
        let sent = Form::new(vec![("name".to_owned(), "<Desk>".to_owned())]);
        let problems = vec![Problem::new("name", "is too short")];
        let form = Fields::new().with("name", "Pickup").with_box("on", true).typed(&sent, problems);
        let html = form.text("name", "Name").to_string();
        assert!(html.contains("value=\"&#60;Desk&#62;\""), "{html}");
        assert!(html.contains("is too short") && html.contains("aria-invalid=\"true\""), "{html}");
        assert!(html.contains("aria-describedby=\"field-name-mistake\""), "{html}");
        assert!(!form.tick("on", "On").to_string().contains("checked"), "it was unticked");
    }

    #[test]
    fn a_secret_is_never_shown_again() {
        let sent = Form::new(vec![("key".to_owned(), "hunter2".to_owned())]);
        let form = Fields::new().with("key", "").typed(&sent, Vec::new());
        assert!(!form.secret("key", "Key").to_string().contains("hunter2"));
    }

    #[test]
    fn the_summary_leads_to_fields_that_exist() {
        let form = Fields::new().with("acs[1].url", "");
        let anchor = |field: &str| form.anchor(&Problem::new(field, "x"));
        assert_eq!(anchor("acs[1].url").as_deref(), Some("field-acs-1--url"));
        assert_eq!(anchor("other"), None);
    }
}
