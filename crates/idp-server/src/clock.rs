//! The one place that asks the world for the time. Called once per request.

use chrono::{DateTime, Utc};
use idp_core::Instant;

/// The present instant, in whole milliseconds as the database stores it.
#[expect(clippy::disallowed_methods, reason = "this is the clock adapter")]
pub fn now() -> Instant {
    let now = Utc::now();
    DateTime::from_timestamp_millis(now.timestamp_millis()).unwrap_or(now)
}
