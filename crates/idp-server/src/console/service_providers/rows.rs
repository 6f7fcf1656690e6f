//! Rows of a form that people add, remove and move by buttons. Until they are saved they live in the
//! form itself: every button sends it, and the page comes back with the rows changed.

use askama::Template;

use crate::console::form::Form;
use crate::console::forms::Field;
use crate::error::WebError;

/// The name of the buttons.
pub const PRESS: &str = "press";
/// The button that adds a row.
pub const ADD: &str = "add";
/// More rows than any page needs.
const MOST: usize = 256;

/// The rows that a form holds: `name[0]`, `name[1]` and so on, as long as each has the field `always`,
/// which every row sends. `row` reads one, given what its fields begin with.
pub fn read<T>(
    form: &Form,
    name: &str,
    always: &str,
    row: impl Fn(&str) -> Result<T, WebError>,
) -> Result<Vec<T>, WebError> {
    let prefixes = (0..MOST).map(|number| format!("{name}[{number}]"));
    let sent = prefixes.take_while(|prefix| form.is_set(&format!("{prefix}.{always}")));
    sent.map(|prefix| row(&prefix)).collect()
}

/// Does what a button asks: `add`, `remove:2`, `up:2`, `down:2`. What it does not know changes nothing.
pub fn press<T>(rows: &mut Vec<T>, button: &str, new: impl FnOnce() -> T) {
    let (verb, number) = button.split_once(':').unwrap_or((button, ""));
    let at = number.parse::<usize>().ok().filter(|at| *at < rows.len());
    match (verb, at) {
        (ADD, _) if rows.len() < MOST => rows.push(new()),
        ("remove", Some(at)) => drop(rows.remove(at)),
        ("up", Some(at)) if at > 0 => rows.swap(at - 1, at),
        ("down", Some(at)) if at + 1 < rows.len() => rows.swap(at, at + 1),
        _ => {}
    }
}

/// The rows of a page.
pub struct Rows {
    /// What they are.
    pub title: &'static str,
    /// What to say when there are none.
    pub empty: &'static str,
    /// The rows.
    pub list: Vec<Row>,
    /// Fields that a new row is made of.
    pub adding: Vec<Field>,
    /// The label of the button that adds a row.
    pub add: &'static str,
    /// Rows that are offered ready made.
    pub offers: Vec<Offer>,
}

/// A row of a page.
pub struct Row {
    /// Such as `Step 2`.
    pub legend: String,
    /// What it is, where that cannot be changed.
    pub facts: Vec<(&'static str, String)>,
    /// What it is, as the form sends it back.
    pub hidden: Vec<(String, String)>,
    /// What can be changed.
    pub fields: Vec<Field>,
    /// Moving and removing.
    pub tools: Tools,
}

/// A row that one press adds.
pub struct Offer {
    /// What it is.
    pub text: String,
    /// The value of its button; `None` when the row is there already.
    pub button: Option<String>,
}

/// The buttons of a row.
#[derive(Template)]
#[template(path = "console/service_providers/row_tools.html")]
pub struct Tools {
    legend: String,
    number: usize,
    count: usize,
    ordered: bool,
}

impl Tools {
    /// The buttons of the row with this number of so many; `ordered` if their order matters.
    pub fn new(legend: &str, number: usize, count: usize, ordered: bool) -> Self {
        Self { legend: legend.to_owned(), number, count, ordered }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(button: &str) -> String {
        let mut rows: Vec<char> = "abc".chars().collect();
        press(&mut rows, button, || 'n');
        rows.into_iter().collect()
    }

    #[test]
    fn buttons_add_remove_and_move_rows() {
        for (button, expected) in [
            ("add", "abcn"),
            ("remove:0", "bc"),
            ("up:2", "acb"),
            ("down:0", "bac"),
            ("up:0", "abc"),
            ("down:2", "abc"),
            ("remove:3", "abc"),
            ("remove:-1", "abc"),
            ("remove", "abc"),
            ("other:1", "abc"),
        ] {
            assert_eq!(after(button), expected, "{button}");
        }
    }

    #[test]
    fn rows_are_read_until_the_first_that_is_missing() {
        let field = |name: &str| (name.to_owned(), name.to_owned());
        let form = Form::new(vec![field("a[1].x"), field("a[0].x"), field("a[3].x")]);
        let read =
            read(&form, "a", "x", |prefix| Ok(form.text(&format!("{prefix}.x"))?.to_owned()));
        assert_eq!(read.unwrap(), ["a[0].x", "a[1].x"]);
    }
}
