//! The circuit breaker of a gateway: pure decisions over a row that all nodes share.
//!
//! Closed: used as configured. After so many failures in a row it opens: the gateway is tried only
//! when every other one failed. When its rest is over it is half-open: one sender, who claims it by
//! comparing and setting the row, tries it out; a success closes it, and without one the rest that
//! came with the claim goes on.

use chrono::TimeDelta;
use idp_core::Instant;
use idp_store::GatewayHealth;

/// When a gateway is left alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BreakerPolicy {
    /// Failures in a row that open the breaker.
    pub failures: u32,
    /// How long it stays open before the gateway is tried out.
    pub rest: TimeDelta,
}

/// What the breaker says of a gateway.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// It is used.
    Closed,
    /// It may be tried out by whoever claims it.
    HalfOpen,
    /// It is left alone.
    Open,
}

impl BreakerPolicy {
    /// What the breaker says now.
    pub fn standing(self, health: &GatewayHealth, now: Instant) -> Standing {
        match health.open_until {
            None => Standing::Closed,
            // A rest that is longer than any is of a clock that was wrong.
            Some(until) if now < until && until <= now + self.rest => Standing::Open,
            Some(_) => Standing::HalfOpen,
        }
    }

    /// The row of whoever tries the gateway out: to everybody else it is open.
    pub fn claimed(self, health: &GatewayHealth, now: Instant) -> GatewayHealth {
        GatewayHealth { open_until: Some(now + self.rest), ..*health }
    }

    /// The row after the gateway took a message; `None` when that is no news.
    pub fn after_success(health: &GatewayHealth) -> Option<GatewayHealth> {
        let news = health.failures > 0 || health.open_until.is_some();
        news.then_some(GatewayHealth {
            failures: 0,
            open_until: None,
            failing_since: None,
            ..*health
        })
    }

    /// The row after a failure; `None` when that is no news.
    pub fn after_failure(self, health: &GatewayHealth, now: Instant) -> Option<GatewayHealth> {
        if self.standing(health, now) == Standing::Open {
            return None;
        }
        let failures = health.failures.saturating_add(1).min(self.failures);
        let open_until = (failures >= self.failures).then(|| now + self.rest);
        let failing_since = health.failing_since.filter(|_| health.failures > 0).or(Some(now));
        Some(GatewayHealth { failures, open_until, failing_since, ..*health })
    }
}

#[cfg(test)]
mod tests {
    use idp_core::id::GatewayId;
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    const POLICY: BreakerPolicy = BreakerPolicy { failures: 3, rest: TimeDelta::seconds(30) };

    fn at(seconds: i64) -> Instant {
        Instant::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    fn healthy() -> GatewayHealth {
        let gateway = GatewayId::new(at(0), &mut StdRng::seed_from_u64(1));
        GatewayHealth { gateway, failures: 0, open_until: None, failing_since: None, version: 0 }
    }

    fn failed(times: u32) -> GatewayHealth {
        (0..times).fold(healthy(), |health, _| POLICY.after_failure(&health, at(0)).unwrap())
    }

    #[test]
    fn it_opens_after_failures_in_a_row() {
        assert_eq!(POLICY.standing(&failed(2), at(0)), Standing::Closed);
        assert_eq!(POLICY.standing(&failed(3), at(0)), Standing::Open);
        let reset = BreakerPolicy::after_success(&failed(2)).unwrap();
        assert_eq!((reset.failures, reset.open_until), (0, None));
    }

    #[test]
    fn it_is_known_since_when_a_gateway_fails() {
        let first = POLICY.after_failure(&healthy(), at(0)).unwrap();
        let second = POLICY.after_failure(&first, at(20)).unwrap();
        assert_eq!((first.failing_since, second.failing_since), (Some(at(0)), Some(at(0))));
        let well = BreakerPolicy::after_success(&second).unwrap();
        assert_eq!(well.failing_since, None);
        assert_eq!(POLICY.after_failure(&well, at(40)).unwrap().failing_since, Some(at(40)));
    }

    #[test]
    fn success_and_failure_without_news_cost_no_write() {
        assert_eq!(BreakerPolicy::after_success(&healthy()), None);
        assert_eq!(POLICY.after_failure(&failed(3), at(1)), None);
    }

    #[test]
    fn after_its_rest_one_sender_tries_it_out() {
        let open = failed(3);
        assert_eq!(POLICY.standing(&open, at(29)), Standing::Open);
        assert_eq!(POLICY.standing(&open, at(30)), Standing::HalfOpen);
        let claimed = POLICY.claimed(&open, at(30));
        assert_eq!(POLICY.standing(&claimed, at(30)), Standing::Open, "to everybody else");
        assert_eq!(POLICY.after_failure(&claimed, at(31)), None, "it rests again");
        let closed = BreakerPolicy::after_success(&claimed).unwrap();
        assert_eq!(POLICY.standing(&closed, at(31)), Standing::Closed);
    }

    #[test]
    fn a_rest_from_a_clock_that_was_ahead_does_not_last() {
        let odd = GatewayHealth { open_until: Some(at(86_400)), ..failed(3) };
        assert_eq!(POLICY.standing(&odd, at(0)), Standing::HalfOpen);
    }
}
