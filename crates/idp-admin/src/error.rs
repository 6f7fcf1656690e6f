//! Why an operation was not carried out. Validation reports every problem at once, each with the
//! field it is about.

use std::fmt;

use idp_core::flow::phrase::Phrase;
use idp_store::StoreError;

use crate::keys::KeyError;
use crate::scenarios::BrokenScenario;
use crate::seal::SealError;

/// One thing wrong with what was asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// The field, as configuration files name it, such as `acs[1].url`; empty for the whole.
    pub field: String,
    /// What is wrong and what to do.
    pub message: String,
    /// The same for a person in any language, where there are words for it.
    pub phrase: Option<Phrase>,
}

impl Problem {
    /// A problem of a field.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into(), phrase: None }
    }

    /// The same problem, with what a person is told in any language.
    #[must_use]
    pub fn with_phrase(self, phrase: Phrase) -> Self {
        Self { phrase: Some(phrase), ..self }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let colon = if self.field.is_empty() { "" } else { ": " };
        write!(f, "{}{colon}{}", self.field, self.message)
    }
}

/// Why an operation was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    /// What was asked for is wrong in these ways.
    #[error("{}", lines(.0))]
    Invalid(Vec<Problem>),
    /// What it is about does not exist.
    #[error("there is no {what} \"{name}\"; `idp-server {list}` shows those that exist")]
    NotFound {
        /// The noun.
        what: &'static str,
        /// What was asked for.
        name: String,
        /// The command that lists them.
        list: &'static str,
    },
    /// It contradicts what is there.
    #[error("{0}")]
    Conflict(String),
    /// The actor may not do it.
    #[error("{actor} may not do this; it needs the role {needs}")]
    Forbidden {
        /// Who asked.
        actor: String,
        /// The least role that may.
        needs: &'static str,
    },
    /// The key directory cannot be used.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// A stored secret cannot be used.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// Saved scenarios came out as expected and would no longer; nothing was changed.
    #[error("{}", broken(.0))]
    BreaksScenarios(Vec<BrokenScenario>),
    /// The database.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for AdminError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Vetoed(text) => match BrokenScenario::read(&text) {
                Some(broken) => Self::BreaksScenarios(broken),
                None => Self::Conflict(text),
            },
            other => Self::Store(other),
        }
    }
}

impl AdminError {
    /// An error of one field.
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid(vec![Problem::new(field, message)])
    }
}

/// Nothing, or every problem.
pub(crate) fn all_well(problems: Vec<Problem>) -> Result<(), AdminError> {
    if problems.is_empty() { Ok(()) } else { Err(AdminError::Invalid(problems)) }
}

fn broken(broken: &[BrokenScenario]) -> String {
    let lines: Vec<String> = broken.iter().map(BrokenScenario::to_string).collect();
    format!("the change would break scenarios, and was not made:\n{}", lines.join("\n"))
}

fn lines(problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(Problem::to_string).collect();
    lines.join("\n")
}
