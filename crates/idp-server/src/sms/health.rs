//! The breakers' rows: read once per message, written only when something changes. When the database
//! does not answer, every gateway counts as good: a code is worth more than an orderly line.

use idp_core::Instant;
use idp_core::id::GatewayId;
use idp_store::{Conflict, GatewayHealth, Store, StoreError};

use super::breaker::BreakerPolicy;

/// How often a row is read anew when another sender was faster.
const ATTEMPTS: usize = 8;

/// What one sender knows of the gateways.
#[derive(Default)]
pub struct Health {
    rows: Vec<GatewayHealth>,
}

impl Health {
    /// As of now.
    pub fn load(store: &Store) -> Self {
        let rows = store.read(|r| r.gateway_health()).unwrap_or_else(|error| {
            tracing::warn!("the health of the SMS gateways cannot be read: {error}");
            Vec::new()
        });
        Self { rows }
    }

    /// Of one gateway.
    pub fn of(&self, gateway: GatewayId) -> GatewayHealth {
        let known = self.rows.iter().find(|row| row.gateway == gateway).copied();
        let well = GatewayHealth {
            gateway,
            failures: 0,
            open_until: None,
            failing_since: None,
            version: 0,
        };
        known.unwrap_or(well)
    }
}

/// Claims a half-open gateway. Whether this sender may try it out.
pub fn claim(store: &Store, policy: BreakerPolicy, health: &GatewayHealth, now: Instant) -> bool {
    let claimed = policy.claimed(health, now);
    match store.write(|w| w.save_gateway_health(&claimed)) {
        Ok(()) => true,
        Err(StoreError::Conflict(_)) => false,
        Err(error) => {
            tracing::warn!("an SMS gateway's turn to be tried out cannot be noted: {error}");
            false
        }
    }
}

/// What a sender learnt of a gateway.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Learnt {
    /// The gateway.
    pub gateway: GatewayId,
    /// Whether it took the message.
    pub accepted: bool,
}

/// Notes what was learnt, where it is news.
pub fn note(store: &Store, policy: BreakerPolicy, learnt: &[Learnt], now: Instant) {
    for learnt in learnt {
        if let Err(error) = note_one(store, policy, *learnt, now) {
            tracing::warn!("the health of an SMS gateway cannot be noted: {error}");
        }
    }
}

fn note_one(
    store: &Store,
    policy: BreakerPolicy,
    learnt: Learnt,
    now: Instant,
) -> Result<(), StoreError> {
    for _ in 0..ATTEMPTS {
        let row = Health { rows: store.read(|r| r.gateway_health())? }.of(learnt.gateway);
        let news = if learnt.accepted {
            BreakerPolicy::after_success(&row)
        } else {
            policy.after_failure(&row, now)
        };
        let Some(news) = news else { return Ok(()) };
        match store.write(|w| w.save_gateway_health(&news)) {
            Err(StoreError::Conflict(Conflict::Version)) => {}
            // A gateway that was removed has no health.
            Ok(()) | Err(StoreError::Conflict(_)) => return Ok(()),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
