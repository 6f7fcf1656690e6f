//! The SSO session that a finished login leaves behind.

use serde::{Deserialize, Serialize};

use crate::Instant;
use crate::flow::authenticator::CompletedStep;
use crate::flow::subject::AuthenticatedSubject;
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
    /// How precisely the last use is known: a session in steady use costs one write in this time.
    pub const TOUCH_INTERVAL: chrono::TimeDelta = chrono::TimeDelta::minutes(1);

    /// The session after a login. What an earlier session of the same person proved is kept, unless
    /// it was proven anew. A session is as old as its oldest proof, so that adding a factor never
    /// extends the life of a password typed long ago.
    pub fn after(
        subject: &AuthenticatedSubject,
        earlier: Option<&Self>,
        id: SessionId,
        now: Instant,
        limits: SessionLimits,
    ) -> Self {
        let mut steps = subject.steps().to_vec();
        let kept = earlier.filter(|session| session.user == subject.user());
        for old in kept.into_iter().flat_map(|session| &session.steps) {
            if steps.iter().all(|new| new.authenticator != old.authenticator) {
                steps.push(old.clone());
            }
        }
        let created_at = steps.iter().map(|step| step.at).min().unwrap_or(now);
        Self {
            id,
            user: subject.user(),
            steps,
            created_at,
            last_seen_at: now,
            expires_at: created_at + limits.absolute,
        }
    }

    /// Whether the last use is so long ago that it should be noted.
    pub fn needs_touch(&self, now: Instant) -> bool {
        now >= self.last_seen_at + Self::TOUCH_INTERVAL
    }

    /// Whether the session may still be used.
    pub fn is_live(&self, now: Instant, limits: SessionLimits) -> bool {
        now < self.expires_at && now < self.last_seen_at + limits.idle
    }
}
