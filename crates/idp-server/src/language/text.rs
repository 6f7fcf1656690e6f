//! A text in one language, ready for a page. What people or registrations named is isolated in it, so
//! that a name in Latin letters does not turn an Arabic sentence around, nor the other way.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

use askama::filters::HtmlSafe;

/// First strong isolate and its end: what stands between has a direction of its own. On pages `<bdi>`.
const ISOLATE: char = '\u{2068}';
const END: char = '\u{2069}';
/// Left-to-right isolate, for numbers: they have no letter that tells their direction, and browsers
/// then take that of the sentence.
const ISOLATE_NUMBER: char = '\u{2066}';
/// Stands for the first piece of markup; the next characters stand for the next pieces. They are for
/// private use, and taken out of every value.
const MARKUP: u32 = 0xF_0000;

/// A value in a text.
#[derive(Clone, Debug)]
pub enum Value {
    /// Something named elsewhere: isolated and escaped.
    Text(String),
    /// A number, which may choose the plural.
    Number(i64),
    /// Markup of ours, such as a `<time>`. It is on pages only, and left out of plain text.
    Markup(String),
    /// A text of ours: escaped, not isolated.
    Words(String),
}

/// A text in one language. As HTML when a template writes it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Text {
    raw: Cow<'static, str>,
    markup: Vec<String>,
}

impl Text {
    /// A formatted text. `markup` is what its placeholders stand for.
    pub(super) const fn new(raw: Cow<'static, str>, markup: Vec<String>) -> Self {
        Self { raw, markup }
    }

    /// A text in no language of ours, such as the name of a product.
    pub fn literal(text: impl Into<String>) -> Self {
        Self { raw: Cow::Owned(cleaned(text.into())), markup: Vec::new() }
    }

    /// The text for attributes, titles and other places without elements.
    pub fn plain(&self) -> String {
        let is_mark = |c: char| u32::from(c) >= MARKUP;
        // Where nothing runs from right to left, the marks of isolation only get in the way.
        let turns = self.raw.chars().any(is_right_to_left);
        self.raw.chars().filter(|c| !is_mark(*c) && (turns || !is_isolation(*c))).collect()
    }

    /// The text as a part of another.
    pub(super) fn into_words(self) -> String {
        self.raw.into_owned()
    }
}

/// Hebrew, Arabic and their neighbours.
fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}')
}

/// As HTML, escaped.
impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.raw.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                ISOLATE => f.write_str("<bdi>")?,
                ISOLATE_NUMBER => f.write_str("<bdi dir=\"ltr\">")?,
                END => f.write_str("</bdi>")?,
                c => match u32::from(c).checked_sub(MARKUP) {
                    Some(number) => {
                        let number = usize::try_from(number).unwrap_or(usize::MAX);
                        f.write_str(self.markup.get(number).map_or("", String::as_str))?;
                    }
                    None => f.write_char(c)?,
                },
            }
        }
        Ok(())
    }
}

impl HtmlSafe for Text {}

const fn is_isolation(c: char) -> bool {
    matches!(c, ISOLATE | ISOLATE_NUMBER | END)
}

/// A value without the characters that have a meaning here.
fn cleaned(text: String) -> String {
    let special = |c: char| is_isolation(c) || u32::from(c) >= MARKUP;
    if text.contains(special) { text.replace(special, "") } else { text }
}

/// The value as it is put into a text.
pub(super) fn isolated(text: String) -> String {
    let text = cleaned(text);
    let mut isolated = String::with_capacity(text.len() + 6);
    isolated.push(if text.chars().any(char::is_alphabetic) { ISOLATE } else { ISOLATE_NUMBER });
    isolated.push_str(&text);
    isolated.push(END);
    isolated
}

/// What stands for a piece of markup.
pub(super) fn placeholder(number: usize) -> String {
    let mark = u32::try_from(number).ok().and_then(|number| char::from_u32(MARKUP + number));
    mark.map(String::from).unwrap_or_default()
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Cow<'_, str>> for Value {
    fn from(text: Cow<'_, str>) -> Self {
        Self::Text(text.into_owned())
    }
}

/// Templates lend what they name.
impl<T: Clone + Into<Value>> From<&T> for Value {
    fn from(lent: &T) -> Self {
        lent.clone().into()
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<usize> for Value {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<Text> for Value {
    fn from(text: Text) -> Self {
        Self::Words(text.into_words())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_isolated_and_escaped_and_cannot_leave_its_place() {
        let evil = format!("<b>{END}{ISOLATE}\u{f0000}&");
        let text = Text::new(format!("to {} go", isolated(evil)).into(), vec!["<hr>".to_owned()]);
        assert_eq!(text.to_string(), "to <bdi>&lt;b&gt;&amp;</bdi> go");
        assert_eq!(text.plain(), "to <b>& go");
    }

    #[test]
    fn a_number_runs_from_left_to_right_in_every_sentence() {
        let number = isolated("+94 ••• ••• •67".to_owned());
        let text = Text::new(format!("إلى {number}.").into(), Vec::new());
        assert_eq!(text.to_string(), "إلى <bdi dir=\"ltr\">+94 ••• ••• •67</bdi>.");
        assert_eq!(text.plain(), "إلى \u{2066}+94 ••• ••• •67\u{2069}.");
    }

    #[test]
    fn markup_stands_on_pages_and_not_in_plain_text() {
        let text = Text::new(format!("at {}.", placeholder(0)).into(), vec!["<hr>".to_owned()]);
        assert_eq!(text.to_string(), "at <hr>.");
        assert_eq!(text.plain(), "at .");
    }

    #[test]
    fn plain_text_keeps_its_isolation_where_it_runs_from_right_to_left() {
        let text = Text::new(format!("إلى {}", isolated("Desk".to_owned())).into(), Vec::new());
        assert_eq!(text.plain(), "إلى \u{2068}Desk\u{2069}");
    }
}
