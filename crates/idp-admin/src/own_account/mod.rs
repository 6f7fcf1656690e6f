//! What people do for themselves on the account pages: profile, password, mobile number, backup codes,
//! sessions, and seeing what happened.
//!
//! Every operation takes an [`OwnAccount`], whose actor is [`Actor::Owner`], and touches the account
//! and the session of that actor only: none has an argument that could name another account. `present`
//! reads both anew and is where a session that ended or an account that was switched off stops
//! everything. `proof` decides what shows that it is really the person before a factor is changed;
//! the password alone never does; `renewal` gives the session another token whenever the person gained
//! something. One file per subject beside that; `notices` are the messages by
//! which people learn of a change that somebody else may have made.

mod backup_codes;
mod code;
mod error;
mod lacking;
mod mobile;
mod notices;
mod number;
mod overview;
mod password;
mod present;
mod profile;
mod proof;
mod renewal;
mod sessions;
mod sms_otp;

use std::net::IpAddr;

use idp_core::flow::limits::Limits;
use idp_core::id::LinkToken;
use idp_core::session::SessionLimits;
use idp_store::{AuditEvent, Conflict, StoreError};
use rand::RngCore;
use serde_json::Value;

use crate::actor::Actor;
use crate::admin::Admin;
use crate::audit::About;
use crate::error::AdminError;

pub use backup_codes::{NewCodes, new_backup_codes};
pub use code::{Confirmation, confirm_number, give_up_number, note_delivery, resend_code};
pub use error::OwnError;
pub use lacking::{Lacking, Remedy, lacking};
pub use mobile::{Mobile, Pending, mobile};
pub use number::{Given, Sending, give_number};
pub use overview::{Overview, overview};
pub use password::{change_password, password_rules_of};
pub(crate) use profile::is_on_profile;
pub use profile::{Fixed, Profile, ProfileField, profile, set_profile};
pub use proof::{RECENT, may_change_factors, may_change_password, steps_to_confirm};
pub use renewal::Changed;
pub use sessions::{activity, end_other_sessions, end_session, sessions};
pub use sms_otp::{SmsOtpChoice, WhyFixed, set_sms_otp_disabled, sms_otp_choice};

/// The surroundings of an operation of a person on their own account.
pub struct OwnAccount<'a> {
    /// The database, the instant, and the person: its actor is an [`Actor::Owner`].
    pub admin: Admin<'a>,
    /// Limits on guesses and messages, the same as in a login.
    pub limits: &'a Limits,
    /// How long sessions live.
    pub session_limits: SessionLimits,
    /// Where the request came from.
    pub address: IpAddr,
    /// The enrolment link that the browser presents.
    pub link: Option<&'a LinkToken>,
    /// The languages that the browser asks for, best first.
    pub languages: &'a [String],
    /// The language that the person chose here. It counts before all others.
    pub chosen_language: Option<&'a str>,
    /// The host in the address bar, for messages.
    pub host: &'a str,
}

/// How often a decision is taken anew when somebody else was faster.
const ATTEMPTS: usize = 12;

impl OwnAccount<'_> {
    /// A row of the trail about the account of the actor, in their session.
    fn event(&self, kind: &str, what: &Value, rng: &mut dyn RngCore) -> AuditEvent {
        let (about, session) = match &self.admin.actor {
            Actor::Owner { id, session, .. } => (About::user(*id), Some(session.clone())),
            _ => (About::NOTHING, None),
        };
        AuditEvent {
            session,
            address: Some(self.address.to_string()),
            ..self.admin.event(kind, about, what, rng)
        }
    }
}

/// Decides, and decides again on what is there now when somebody else was faster.
fn again<T>(mut decide: impl FnMut() -> Result<T, OwnError>) -> Result<T, OwnError> {
    for _ in 0..ATTEMPTS {
        match decide() {
            Err(OwnError::Admin(AdminError::Store(StoreError::Conflict(Conflict::Version)))) => {}
            other => return other,
        }
    }
    Err(StoreError::from(Conflict::Version).into())
}
