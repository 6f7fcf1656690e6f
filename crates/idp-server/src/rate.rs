//! How often one address may make us work without a session: a token bucket per address.

use std::net::IpAddr;
use std::num::NonZeroU32;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

/// The limit; cheap to ask.
pub struct AddressLimit(Option<DefaultKeyedRateLimiter<IpAddr>>);

/// The address asked too often.
#[derive(Debug)]
pub struct TooMany {
    /// Seconds after which it may ask again.
    pub retry_after: u64,
}

impl AddressLimit {
    /// So many per second, so many at once after a quiet time; 0 is no limit.
    pub fn new(per_second: u32, burst: u32) -> Self {
        let quota = NonZeroU32::new(per_second).map(|rate| {
            Quota::per_second(rate).allow_burst(NonZeroU32::new(burst).unwrap_or(rate))
        });
        Self(quota.map(RateLimiter::dashmap))
    }

    /// Takes one token of this address.
    pub fn take(&self, address: IpAddr) -> Result<(), TooMany> {
        let Some(limiter) = &self.0 else { return Ok(()) };
        limiter.check_key(&network(address)).map_err(|early| {
            let wait = early.wait_time_from(DefaultClock::default().now());
            TooMany { retry_after: wait.as_secs() + 1 }
        })
    }

    /// Forgets addresses that have been quiet; called from time to time so that memory stays flat.
    pub fn forget_quiet(&self) {
        if let Some(limiter) = &self.0 {
            limiter.retain_recent();
        }
    }
}

/// What is counted: an IPv4 address, or the /64 network of an IPv6 address, which one customer owns.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => {
            let bits = u128::from(v6) & !u128::from(u64::MAX);
            IpAddr::V6(bits.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_is_limited_and_another_is_not() {
        let limit = AddressLimit::new(1, 3);
        let (noisy, quiet) = (IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));
        let allowed = (0..10).filter(|_| limit.take(noisy).is_ok()).count();
        assert_eq!(allowed, 3);
        assert!(limit.take(quiet).is_ok());
    }

    #[test]
    fn addresses_of_one_ipv6_network_share_a_limit() {
        let limit = AddressLimit::new(1, 1);
        assert!(limit.take("2001:db8::1".parse().expect("an address")).is_ok());
        assert!(limit.take("2001:db8::2".parse().expect("an address")).is_err());
    }

    #[test]
    fn zero_is_no_limit() {
        let limit = AddressLimit::new(0, 0);
        assert!((0..10_000).all(|_| limit.take(IpAddr::from([192, 0, 2, 1])).is_ok()));
    }
}
