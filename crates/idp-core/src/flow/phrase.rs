//! What is said to a person, without the words: the name of a text and the values in it. Whoever
//! shows it has the words in the person's language; decisions and what is stored of them have none.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// Something to be said to a person in their language.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Phrase {
    /// A text of a catalogue.
    Named {
        /// Its name there, such as `sms-otp-wrong`.
        name: Cow<'static, str>,
        /// The values in it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        values: Vec<(Cow<'static, str>, Part)>,
    },
    /// Words that are the same in every language.
    Literal(String),
}

/// A value in a text.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Part {
    /// A number, which may choose the plural.
    Number(i64),
    /// A name, an address, a masked number: never translated.
    Text(String),
    /// Another text of a catalogue.
    Phrase(Box<Phrase>),
}

impl Phrase {
    /// A text of a catalogue with these values.
    pub fn new(name: &'static str, values: Vec<(&'static str, Part)>) -> Self {
        let values = values.into_iter().map(|(name, value)| (Cow::Borrowed(name), value)).collect();
        Self::Named { name: Cow::Borrowed(name), values }
    }

    /// Words that are the same in every language.
    pub fn literal(words: impl Into<String>) -> Self {
        Self::Literal(words.into())
    }

    /// The name of the text; `None` for words that need none.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Named { name, .. } => Some(name),
            Self::Literal(_) => None,
        }
    }
}

impl From<i64> for Part {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<u32> for Part {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<usize> for Part {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<&str> for Part {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Part {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Phrase> for Part {
    fn from(phrase: Phrase) -> Self {
        Self::Phrase(Box::new(phrase))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_survives_being_stored_and_so_does_a_sentence_of_an_earlier_version() {
        let inner = Phrase::new("wait", vec![("seconds", Part::Number(20))]);
        let phrase = Phrase::new("later", vec![("name", "Desk".into()), ("when", inner.into())]);
        let stored = serde_json::to_string(&phrase).unwrap();
        assert_eq!(serde_json::from_str::<Phrase>(&stored).unwrap(), phrase);
        let old: Phrase = serde_json::from_str("\"The code is not right.\"").unwrap();
        assert_eq!(old, Phrase::literal("The code is not right."));
    }
}
