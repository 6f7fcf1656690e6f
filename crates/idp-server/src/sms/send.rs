//! One message through the gateways until one takes it.

use std::time::Duration;

use idp_admin::sms_gateways::Gateway;
use idp_core::flow::authenticator::{Delivery, TextMessage};
use idp_store::{GatewayHealth, SendOutcome, Store, TrustedCertificate};
use tokio::time::Instant;

use super::SmsSender;
use super::breaker::{BreakerPolicy, Standing};
use super::call::{Attempt, attempt};
use super::client::Means;
use super::failover::{Candidate, Line};
use super::health::{self, Health, Learnt};
use crate::clock;

/// What became of a message.
#[derive(Debug)]
pub struct Sent {
    /// Every gateway that was tried, by name, in the order of trial.
    pub attempts: Vec<(String, Attempt)>,
}

impl Sent {
    /// Every gateway that was tried and what became of it, for the ledger.
    pub fn outcomes(&self) -> impl Iterator<Item = (&str, SendOutcome)> {
        self.attempts.iter().map(|(gateway, attempt)| (gateway.as_str(), attempt.outcome))
    }

    /// Whether a gateway took it.
    pub fn delivery(&self) -> Delivery {
        let accepted = |(_, attempt): &(String, Attempt)| attempt.outcome == SendOutcome::Accepted;
        if self.attempts.iter().any(accepted) { Delivery::Accepted } else { Delivery::Failed }
    }
}

impl SmsSender {
    /// Tries the enabled gateways, each for its turn, until one accepts.
    pub async fn send(
        &self,
        gateways: &[Gateway],
        trusted: &[TrustedCertificate],
        message: &TextMessage,
    ) -> Sent {
        let means = Means { clients: &self.clients, trusted };
        let deadline = Instant::now() + self.limits.time.budget;
        let enabled: Vec<&Gateway> = gateways.iter().filter(|gateway| gateway.enabled).collect();
        let known = self.health().await;
        let (policy, now) = (self.limits.breaker, clock::now());
        let standing = |gateway: &&Gateway| policy.standing(&known.of(gateway.id), now);
        let mut line = Line::new(enabled.iter().map(standing));
        let mut sent = Sent { attempts: Vec::new() };
        let mut learnt = Vec::new();
        while let Some(candidate) = line.take() {
            let left = deadline.saturating_duration_since(Instant::now());
            let Some(gateway) = enabled.get(candidate.place).filter(|_| !left.is_zero()) else {
                break;
            };
            if !self.may_try(candidate, known.of(gateway.id)).await {
                line.leave_for_last(candidate);
                continue;
            }
            let turn = line.turn(candidate, left, self.limits.time);
            let attempt = try_one(means, gateway, message, turn).await;
            let accepted = attempt.outcome == SendOutcome::Accepted;
            learnt.push(Learnt { gateway: gateway.id, accepted });
            sent.attempts.push((gateway.name.clone(), attempt));
            if accepted {
                break;
            }
        }
        if sent.delivery() == Delivery::Failed {
            tracing::error!("no SMS gateway accepted the message; people cannot get codes");
        }
        self.note(&known, learnt).await;
        sent
    }

    /// Whether this sender may try the candidate now. A half-open one is tried out by one at a time.
    async fn may_try(&self, candidate: Candidate, health: GatewayHealth) -> bool {
        if candidate.standing != Standing::HalfOpen {
            return true;
        }
        let (store, policy) = (self.store.clone(), self.limits.breaker);
        let claim = move || health::claim(&store, policy, &health, clock::now());
        self.background.on_database(claim).await.unwrap_or(false)
    }

    async fn health(&self) -> Health {
        let store = self.store.clone();
        let loaded = self.background.on_database(move || Health::load(&store)).await;
        loaded.unwrap_or_default()
    }

    async fn note(&self, known: &Health, learnt: Vec<Learnt>) {
        let no_news = |learnt: &Learnt| {
            learnt.accepted && BreakerPolicy::after_success(&known.of(learnt.gateway)).is_none()
        };
        if learnt.iter().all(no_news) {
            return;
        }
        let (store, policy): (Store, _) = (self.store.clone(), self.limits.breaker);
        let note = move || health::note(&store, policy, &learnt, clock::now());
        if self.background.on_database(note).await.is_err() {
            tracing::error!("the health of the SMS gateways could not be noted");
        }
    }
}

/// One gateway, told in the log.
async fn try_one(
    means: Means<'_>,
    gateway: &Gateway,
    message: &TextMessage,
    turn: Duration,
) -> Attempt {
    let attempt = attempt(means, &gateway.definition, message, turn).await;
    let (name, why, outcome) = (&gateway.name, &attempt.why, attempt.outcome.as_str());
    let milliseconds = attempt.took.as_millis();
    if attempt.outcome == SendOutcome::Accepted {
        tracing::info!(
            gateway.name = %name, milliseconds, "an SMS gateway accepted a message: {why}"
        );
    } else {
        tracing::warn!(
            gateway.name = %name, milliseconds, outcome,
            "an SMS gateway did not accept a message: {why}; `idp-server sms-gateway test` shows the exchange"
        );
    }
    attempt
}
