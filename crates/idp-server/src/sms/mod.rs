//! Sends text messages through the configured HTTP gateways: in order, within one time budget.
//!
//! `send` takes one message through the gateways; `failover` decides whose turn it is and for how
//! long, `breaker` which gateway is left alone for a while, and `health` keeps that where all nodes
//! see it. `call` is one request, judged by `authenticators::gateway`; `client` makes the
//! connections. `background` is where sends run, so that neither a browser that leaves nor a slow
//! gateway concerns anybody else. `ledger` notes what was sent, `pumping` watches it,
//! `trial` shows people what a gateway makes of a message.

mod background;
mod breaker;
mod call;
mod client;
mod failover;
mod health;
mod ledger;
mod pumping;
mod send;
#[cfg(test)]
mod tests;
pub mod trial;

use std::time::Duration;

use chrono::TimeDelta;
use idp_core::Instant;
use idp_store::{PrefixUse, Store, StoreError};
use rand::RngCore;

use crate::config::Settings;
use breaker::BreakerPolicy;
use failover::TimeLimits;
use pumping::PumpingPolicy;

pub use background::Background;
pub use call::{Attempt, attempt_in_full};
pub use client::{Clients, Means};
pub use ledger::{Destination, Occasion, rows};
pub use send::Sent;

/// Sends messages.
pub struct SmsSender {
    /// Where sends run.
    pub background: Background,
    store: Store,
    clients: Clients,
    limits: SmsLimits,
}

/// How sending behaves.
#[derive(Clone, Copy, Debug)]
pub struct SmsLimits {
    /// The time that people wait.
    pub time: TimeLimits,
    /// When a gateway is left alone.
    pub breaker: BreakerPolicy,
    /// When unused codes raise the alarm.
    pub pumping: PumpingPolicy,
}

impl SmsLimits {
    /// As set.
    pub fn of(settings: &Settings) -> Self {
        let sms = &settings.sms;
        Self {
            time: TimeLimits {
                budget: Duration::from_secs(sms.budget_seconds.into()),
                turn: Duration::from_millis(sms.turn_milliseconds.into()),
            },
            breaker: BreakerPolicy {
                failures: sms.breaker_failures,
                rest: TimeDelta::seconds(sms.breaker_seconds.into()),
            },
            pumping: PumpingPolicy {
                sends: sms.pumping_sends,
                used_percent: sms.pumping_used_percent,
                code_life: TimeDelta::seconds(settings.sms_otp.lifetime_seconds.into()),
            },
        }
    }
}

impl SmsSender {
    /// A sender whose health state is in this database.
    pub fn new(store: Store, limits: SmsLimits) -> std::io::Result<Self> {
        Ok(Self { background: Background::start()?, store, clients: Clients::default(), limits })
    }

    /// Looks through the ledger for codes that nobody uses; tells what became suspicious.
    pub fn look_for_pumping(
        &self,
        now: Instant,
        rng: &mut dyn RngCore,
    ) -> Result<Vec<PrefixUse>, StoreError> {
        pumping::look(&self.store, self.limits.pumping, now, rng)
    }
}
