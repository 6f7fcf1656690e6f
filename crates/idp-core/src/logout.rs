//! Single logout: what a session leaves with service providers, and how they are told that it ended.
//!
//! Pure. Our own session ends first, in one transaction; what remains is a [`LogoutRun`]: a list of
//! participants that are told one after the other, of whom each ends up somewhere and none can stop
//! the others (saml-core 3.7.3.2, C192).

mod participation;
mod run;

pub use participation::{Participation, participants};
pub use run::{Deaf, LogoutRun, NotAwaited, Participant, ParticipantState, Party};
