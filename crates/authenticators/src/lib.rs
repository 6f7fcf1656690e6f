//! The authenticators of this server, and the one list of them: [`registry`].
//!
//! `basic_auth` is a password with its hash, blocklist and rules for new ones; `sms_otp` is a code
//! sent to a phone. `message` words it, `phone` reads numbers, and `gateway` turns the message into the
//! HTTP request of an SMS provider and judges the answer. Nothing here performs IO: sending, storing and the clock are the server's. The interface is
//! `idp_core::flow::authenticator`; how to add one is in docs/adding-an-authenticator.md.

mod config;

pub mod basic_auth;
pub mod gateway;
pub mod message;
pub mod phone;
pub mod sms_otp;
pub mod texts;

pub use config::{AuthenticatorsConfig, ConfigProblem};

use config::Listing;
use idp_core::flow::authenticator::Registry;

/// Every authenticator of this server, in the order they are offered; or every setting that is
/// wrong.
pub fn registry(config: &AuthenticatorsConfig) -> Result<Registry, Vec<ConfigProblem>> {
    let mut listing = Listing::default();
    listing.add(basic_auth::BasicAuth::new(&config.basic_auth));
    listing.add(sms_otp::SmsOtp::new(&config.sms_otp));
    listing.finish()
}
