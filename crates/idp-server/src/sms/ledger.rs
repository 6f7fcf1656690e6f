//! The rows that one message leaves in the ledger: one per request to a gateway.

use authenticators::phone::PhoneNumber;
use idp_core::Instant;
use idp_core::flow::authenticator::TextMessage;
use idp_core::id::{LoginId, SendId, ServiceProviderId};
use idp_store::{SendOutcome, SendPurpose, SmsSend};
use rand::RngCore;

/// Whose message it was.
#[derive(Clone, Copy, Debug)]
pub struct Occasion {
    /// What it was for.
    pub purpose: SendPurpose,
    /// The login.
    pub login: LoginId,
    /// What the login was for, as far as known.
    pub service_provider: Option<ServiceProviderId>,
    /// The code came back already, before this was written.
    pub came_back: bool,
}

impl Occasion {
    /// A test by an administrator, which belongs to no login.
    pub fn test(now: Instant, rng: &mut dyn RngCore) -> Self {
        Self {
            purpose: SendPurpose::Test,
            login: LoginId::new(now, rng),
            service_provider: None,
            came_back: false,
        }
    }
}

/// The rows of a message. One that no gateway was there for leaves one row too.
pub fn rows<'a>(
    attempts: impl IntoIterator<Item = (&'a str, SendOutcome)>,
    destination: &Destination,
    occasion: Occasion,
    now: Instant,
    rng: &mut dyn RngCore,
) -> Vec<SmsSend> {
    let mut row = |gateway: Option<&str>, outcome: SendOutcome| SmsSend {
        id: SendId::new(now, rng),
        at: now,
        purpose: occasion.purpose,
        login: occasion.login,
        service_provider: occasion.service_provider,
        gateway: gateway.map(str::to_owned),
        country: destination.country.clone(),
        prefix: destination.prefix.clone(),
        outcome,
        used: occasion.came_back && outcome == SendOutcome::Accepted,
    };
    let mut rows: Vec<SmsSend> =
        attempts.into_iter().map(|(gateway, outcome)| row(Some(gateway), outcome)).collect();
    if rows.is_empty() {
        rows.push(row(None, SendOutcome::Failed));
    }
    rows
}

/// Where a message goes, as far as the ledger may know it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Destination {
    /// The country, ISO 3166-1 alpha-2; empty where the number tells none.
    pub country: String,
    /// The plus sign, the calling code and three more digits.
    pub prefix: String,
}

impl Destination {
    /// Of a message.
    pub fn of(message: &TextMessage) -> Self {
        PhoneNumber::parse(message.to.expose()).map_or_else(
            |_| Self { country: String::new(), prefix: String::new() },
            |number| Self {
                country: number.country().unwrap_or_default().to_owned(),
                prefix: number.prefix().to_owned(),
            },
        )
    }
}
