//! The rows that one message leaves in the ledger: one per request to a gateway.

use authenticators::phone::PhoneNumber;
use idp_core::Instant;
use idp_core::flow::authenticator::TextMessage;
use idp_core::id::{LoginId, SendId, ServiceProviderId};
use idp_store::{SendOutcome, SmsSend};
use rand::RngCore;

use super::Sent;

/// Whose message it was.
#[derive(Clone, Copy, Debug)]
pub struct Occasion {
    /// The login.
    pub login: LoginId,
    /// What the login was for, as far as known.
    pub service_provider: Option<ServiceProviderId>,
    /// The code came back already, before this was written.
    pub came_back: bool,
}

/// The rows of a message. One that no gateway was there for leaves one row too.
pub fn rows(
    sent: &Sent,
    destination: &Destination,
    occasion: Occasion,
    now: Instant,
    rng: &mut dyn RngCore,
) -> Vec<SmsSend> {
    let mut row = |gateway: Option<&str>, outcome: SendOutcome| SmsSend {
        id: SendId::new(now, rng),
        at: now,
        login: occasion.login,
        service_provider: occasion.service_provider,
        gateway: gateway.map(str::to_owned),
        country: destination.country.clone(),
        prefix: destination.prefix.clone(),
        outcome,
        used: occasion.came_back && outcome == SendOutcome::Accepted,
    };
    if sent.attempts.is_empty() {
        return vec![row(None, SendOutcome::Failed)];
    }
    sent.attempts.iter().map(|(gateway, attempt)| row(Some(gateway), attempt.outcome)).collect()
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
