//! Why a command failed, and the exit code that tells scripts.

use std::fmt;

use idp_admin::config_file::{Mistake, Mistakes};
use idp_admin::{AdminError, KeyError, Problem};
use idp_store::StoreError;
use serde_json::{Value, json};

/// What `--help` says of exit codes.
pub const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  the operation failed: something does not exist, exists already, was changed meanwhile, or the
     change would break saved scenarios (--accept-broken-scenarios makes it all the same)
  2  usage, settings or input are wrong; nothing was changed
  3  the database, the key directory or the environment cannot be used";

/// The kinds of failure; each has an exit code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// The operation contradicts what is there.
    Operation,
    /// What was given is wrong.
    Input,
    /// Something around the program does not work.
    Environment,
}

impl Kind {
    /// The exit code of the process.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Operation => 1,
            Self::Input => 2,
            Self::Environment => 3,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Operation => "operation",
            Self::Input => "input",
            Self::Environment => "environment",
        }
    }
}

/// A command that failed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failure {
    /// Its kind.
    pub kind: Kind,
    message: String,
    problems: Vec<Problem>,
}

impl Failure {
    /// The operation contradicts what is there.
    pub fn operation(message: impl Into<String>) -> Self {
        Self { kind: Kind::Operation, message: message.into(), problems: Vec::new() }
    }

    /// What was given is wrong.
    pub fn input(message: impl Into<String>) -> Self {
        Self { kind: Kind::Input, message: message.into(), problems: Vec::new() }
    }

    /// Something around the program does not work.
    pub fn environment(message: impl Into<String>) -> Self {
        Self { kind: Kind::Environment, message: message.into(), problems: Vec::new() }
    }

    /// A configuration file is wrong in these places.
    pub fn mistakes(mistakes: &Mistakes) -> Self {
        let place = |m: &Mistake| format!("{}:{}:{} {}", m.file, m.line, m.column, m.key);
        let problem = |m: &Mistake| Problem::new(place(m).trim_end(), m.message.as_str());
        let problems = mistakes.0.iter().map(problem).collect();
        let message = format!("the file cannot be applied; nothing was changed\n{mistakes}");
        Self { problems, ..Self::input(message) }
    }

    /// The failure for scripts.
    pub fn document(&self) -> Value {
        let problems: Vec<Value> = self
            .problems
            .iter()
            .map(|problem| json!({ "field": problem.field, "message": problem.message }))
            .collect();
        let exit_code = self.kind.exit_code();
        json!({
            "kind": self.kind.name(),
            "exit_code": exit_code,
            "message": self.message,
            "problems": problems,
        })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl From<AdminError> for Failure {
    fn from(error: AdminError) -> Self {
        let message = error.to_string();
        match error {
            AdminError::Invalid(problems) => Self { problems, ..Self::input(message) },
            AdminError::Keys(error) => error.into(),
            AdminError::Store(error) => error.into(),
            AdminError::Seal(_) => Self::environment(message),
            AdminError::BreaksScenarios(_) => Self::operation(format!(
                "{message}\nUse --accept-broken-scenarios to make it all the same."
            )),
            AdminError::NotFound { .. }
            | AdminError::Conflict(_)
            | AdminError::Forbidden { .. } => Self::operation(message),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(_) | StoreError::Vetoed(_) => Self::operation(error.to_string()),
            StoreError::Unavailable(_) | StoreError::Corrupt(_) => {
                Self::environment(error.to_string())
            }
        }
    }
}

impl From<KeyError> for Failure {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::NoActiveKey(_) => Self::operation(error.to_string()),
            _ => Self::environment(error.to_string()),
        }
    }
}
