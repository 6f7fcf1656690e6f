//! The one place that asks the world: the clock, and random identifiers.

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// The current instant.
#[expect(clippy::disallowed_methods, reason = "this is the clock adapter of the program")]
pub fn now() -> DateTime<Utc> {
    Utc::now()
}

/// A fresh random identifier for a message.
pub fn message_id() -> Uuid {
    Uuid::new_v4()
}
