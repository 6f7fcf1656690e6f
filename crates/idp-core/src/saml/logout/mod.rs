//! Logout messages (saml-core 3.7, saml-profiles 4.4): what comes in, what goes out.
//!
//! `arrived` is what a binding decoded: only its issuer can be read. `request` and `response` are the
//! straight lines through all checks to a `VerifiedLogoutRequest` and a `VerifiedLogoutResponse`, which
//! no unsigned message passes; `authenticity` and `structure` are their steps. `emit` writes and signs
//! ours, `soap` wraps and unwraps envelopes.

mod arrived;
mod authenticity;
mod emit;
mod request;
mod response;
mod soap;
mod structure;

pub use arrived::{UnverifiedLogout, UnverifiedLogoutRequest, UnverifiedLogoutResponse};
pub use emit::{LogoutRequest, LogoutResponse, LogoutStatus, SignedLogout};
pub use request::{LogoutOrigin, LogoutRefusal, LogoutRejected, VerifiedLogoutRequest};
pub use response::{LogoutAnswer, VerifiedLogoutResponse};
