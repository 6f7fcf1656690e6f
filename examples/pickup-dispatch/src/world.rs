//! The one place that asks the world: the clock, and random names.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use rand::RngCore as _;

/// The current instant.
#[expect(clippy::disallowed_methods, reason = "this is the clock adapter of the program")]
pub fn now() -> DateTime<Utc> {
    Utc::now()
}

/// 160 random bits in hexadecimal, behind a letter so that it can be an XML ID (xs:NCName).
#[expect(clippy::disallowed_methods, reason = "this is the random adapter of the program")]
pub fn token() -> String {
    let mut bytes = [0_u8; 20];
    rand::rng().fill_bytes(&mut bytes);
    let mut token = String::with_capacity(41);
    token.push('p');
    for byte in bytes {
        // Writing to a String never fails.
        let _ = write!(token, "{byte:02x}");
    }
    token
}
