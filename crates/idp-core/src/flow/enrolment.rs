//! Enrolment during a login: a person without a mobile number gives one, and it counts once it is
//! verified and something else shows that it is really them (NIST SP 800-63B-4, 4.1.2).

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::Instant;
use crate::claim::ClaimUri;
use crate::user::Person;

use super::authenticator::{Credential, TextMessage};

/// What lets a person enrol something, besides the proofs of the chain.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EnrolmentGrant {
    /// The account is new, and nobody can have enrolled anything yet.
    FreshAccount,
    /// A link that an administrator handed out was opened in this browser. It works once.
    Link,
    /// What is enrolled already was passed a moment ago, beside the password. Granted on the account
    /// pages only, never in a login.
    PresentFactor,
}

/// What showed that it was really the person who enrolled something.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EnrolmentProof {
    /// The account was new.
    FreshAccount,
    /// An administrator's link.
    Link,
    /// A backup code.
    BackupCode,
    /// What was enrolled before.
    PresentFactor,
}

/// Something that a person enrolled in a login, and what is stored with it: all of it in the
/// transaction that passes the step, or nothing.
pub struct Enrolled {
    /// The claim to set; one of those that the authenticator may see.
    pub claim: ClaimUri,
    /// Its only value from now on.
    pub value: String,
    /// The value that was judged, so that a change by somebody else is not overwritten.
    pub replaces: Option<String>,
    /// What showed that it is the person.
    pub proof: EnrolmentProof,
    /// The credential without the substitute that was the proof, and how many are left.
    pub spent: Option<(Credential, u32)>,
    /// Who is told of it.
    pub notices: Vec<TextMessage>,
}

/// What the facts of a login grant to this person.
pub(super) fn grant(
    person: &Person,
    has_link: bool,
    fresh_for: TimeDelta,
    now: Instant,
) -> Option<EnrolmentGrant> {
    if has_link {
        return Some(EnrolmentGrant::Link);
    }
    let is_fresh = now < person.user.created_at + fresh_for;
    is_fresh.then_some(EnrolmentGrant::FreshAccount)
}
