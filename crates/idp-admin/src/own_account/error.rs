//! Why an operation on one's own account was not carried out.

use idp_core::flow::throttle::AttemptPermission;
use idp_store::StoreError;

use crate::error::AdminError;

/// Why it was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum OwnError {
    /// The session is over, or the account is switched off.
    #[error("you are not signed in any more; sign in again")]
    SignedOut,
    /// It takes a sign-in of the last minutes, with what is enrolled already beside the password.
    #[error("this takes a sign-in of the last few minutes; sign in again")]
    SignInAgain,
    /// There is neither a factor to pass, nor a link, nor is the account fresh: the password alone
    /// enrols nothing.
    #[error(
        "your password alone does not show that it is you; ask an administrator for an enrolment \
         link and open it in this browser"
    )]
    Unproven,
    /// There were too many wrong answers: this one was not judged.
    #[error(
        "there were too many wrong answers; wait, or ask an administrator to unlock the account"
    )]
    Throttled(AttemptPermission),
    /// An administrator decides it.
    #[error("only an administrator can change this")]
    AdministratorDecides,
    /// Everything else.
    #[error(transparent)]
    Admin(#[from] AdminError),
}

impl From<StoreError> for OwnError {
    fn from(error: StoreError) -> Self {
        Self::Admin(error.into())
    }
}
