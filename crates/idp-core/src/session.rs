//! The SSO session that a finished login leaves behind.

use serde::{Deserialize, Serialize};

use crate::Instant;
use crate::flow::authenticator::CompletedStep;
use crate::id::{SessionId, UserId};

/// A browser that proved who uses it. Later logins ask only for the steps it lacks.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Session {
    /// The hash of the cookie's token; new after each authentication.
    pub id: SessionId,
    /// Who signed in.
    pub user: UserId,
    /// What was proven, and when.
    pub steps: Vec<CompletedStep>,
    /// When the person first signed in.
    pub created_at: Instant,
    /// Last use, at a granularity of a minute.
    pub last_seen_at: Instant,
    /// The absolute end, whatever the use.
    pub expires_at: Instant,
}

/// How long sessions live.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SessionLimits {
    /// A session unused for so long is over.
    pub idle: chrono::TimeDelta,
    /// A session is over after so long, whatever its use.
    pub absolute: chrono::TimeDelta,
}

impl Session {
    /// Whether the session may still be used.
    pub fn is_live(&self, now: Instant, limits: SessionLimits) -> bool {
        now < self.expires_at && now < self.last_seen_at + limits.idle
    }
}
