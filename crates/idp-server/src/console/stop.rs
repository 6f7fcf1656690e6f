//! Why a page of the console did not do what it was asked.

use idp_admin::scenarios::BrokenScenario;
use idp_admin::{AdminError, Problem as Mistake};
use idp_store::{Conflict, StoreError};

use crate::error::WebError;

/// Why the work ended early. `?` makes one of every error of `idp-admin`, the store and the server.
#[derive(Debug)]
pub enum Stop {
    /// The person must pass the steps again before this, and then comes back to the form.
    Confirm {
        /// The address of the page with the form.
        form: String,
    },
    /// The signed-in person has no role.
    NoRole,
    /// The person's roles do not suffice.
    Forbidden {
        /// The least role that does.
        needs: &'static str,
    },
    /// There is no such thing, or it is none of this person's business.
    NotFound,
    /// What was sent is larger than the page takes.
    TooLarge,
    /// It contradicts what is there.
    Conflict(String),
    /// It would break scenarios, and was not made.
    BreaksScenarios(Vec<BrokenScenario>),
    /// What was sent is wrong; pages with a form show it again instead.
    Invalid(Vec<Mistake>),
    /// Everything else.
    Web(WebError),
}

impl From<AdminError> for Stop {
    fn from(error: AdminError) -> Self {
        match error {
            AdminError::Invalid(mistakes) => Self::Invalid(mistakes),
            AdminError::NotFound { .. } => Self::NotFound,
            AdminError::Conflict(text) => Self::Conflict(text),
            AdminError::Forbidden { needs, .. } => Self::Forbidden { needs },
            AdminError::BreaksScenarios(broken) => Self::BreaksScenarios(broken),
            AdminError::Store(error) => error.into(),
            other => Self::Web(WebError::Internal(other.to_string())),
        }
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(Conflict::Version) => Self::Conflict(
                "Somebody else changed it in the meantime, so nothing was saved. Look at it as it \
                 is now, then make your change again."
                    .to_owned(),
            ),
            StoreError::Conflict(conflict) => Self::Conflict(conflict.to_string()),
            // Of a guard: the operations of idp-admin say more of it.
            StoreError::Vetoed(_) => AdminError::from(error).into(),
            other => Self::Web(other.into()),
        }
    }
}

impl From<WebError> for Stop {
    fn from(error: WebError) -> Self {
        Self::Web(error)
    }
}
