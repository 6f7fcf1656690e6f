//! What is wrong with what somebody typed into a profile or as a user name, to be told in any language.

use super::phrase::Phrase;
use super::texts;

/// A mistake in a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ValueMistake {
    /// It is no user name, which has so many characters at most.
    NoUsername(usize),
    /// The user name belongs to another account.
    UsernameTaken,
    /// There must be a value.
    Required,
    /// It consists of blanks.
    Blank,
    /// It has more characters than this.
    Long(usize),
    /// There are more values than this.
    Many(usize),
    /// It has control characters.
    Control,
    /// It is neither true nor false.
    NoBoolean,
    /// It is no e-mail address such as this one.
    NoEmail(&'static str),
    /// It does not match the regular expression of the claim.
    Pattern,
    /// The person may not change it.
    Fixed,
}

impl ValueMistake {
    /// What the person is told.
    pub fn phrase(self) -> Phrase {
        match self {
            Self::NoUsername(most) => texts::username_characters(most),
            Self::UsernameTaken => texts::username_taken(),
            Self::Required => texts::value_required(),
            Self::Blank => texts::value_blank(),
            Self::Long(most) => texts::value_long(most),
            Self::Many(most) => texts::value_many(most),
            Self::Control => texts::value_control(),
            Self::NoBoolean => texts::value_boolean(),
            Self::NoEmail(example) => texts::value_email(example),
            Self::Pattern => texts::value_pattern(),
            Self::Fixed => texts::value_fixed(),
        }
    }
}
