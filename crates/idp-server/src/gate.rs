//! The gate in front of costly work: so many at once, so many waiting, and no longer than so long.
//! Whatever arrives beyond that is told to come back, so that memory stays bounded.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How much is let in.
#[derive(Clone, Copy, Debug)]
pub struct GateLimits {
    /// At the same time.
    pub places: usize,
    /// Waiting.
    pub queue: usize,
    /// How long one may wait.
    pub patience: Duration,
}

/// The gate.
pub struct Gate {
    limits: GateLimits,
    crowd: Mutex<Crowd>,
    left: Condvar,
}

#[derive(Default)]
struct Crowd {
    inside: usize,
    waiting: usize,
}

/// A place inside; leaving is dropping it.
pub struct Place<'a>(&'a Gate);

/// There was no place in time.
#[derive(Debug, thiserror::Error)]
#[error("too many passwords are being checked at the moment")]
pub struct Busy;

impl Gate {
    /// A gate with these limits.
    pub fn new(limits: GateLimits) -> Self {
        Self { limits, crowd: Mutex::default(), left: Condvar::new() }
    }

    /// Waits for a place.
    pub fn enter(&self) -> Result<Place<'_>, Busy> {
        let mut crowd = self.crowd.lock().unwrap_or_else(PoisonError::into_inner);
        if crowd.inside >= self.limits.places {
            if crowd.waiting >= self.limits.queue {
                return Err(Busy);
            }
            crowd.waiting += 1;
            let deadline = Instant::now() + self.limits.patience;
            while crowd.inside >= self.limits.places {
                let left = deadline.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    crowd.waiting -= 1;
                    return Err(Busy);
                }
                let woken =
                    self.left.wait_timeout(crowd, left).unwrap_or_else(PoisonError::into_inner);
                crowd = woken.0;
            }
            crowd.waiting -= 1;
        }
        crowd.inside += 1;
        Ok(Place(self))
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.crowd.lock().unwrap_or_else(PoisonError::into_inner).inside -= 1;
        self.0.left.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn never_more_inside_than_places_and_the_rest_is_told_to_come_back() {
        let gate = Gate::new(GateLimits { places: 2, queue: 8, patience: Duration::from_secs(10) });
        let (inside, most, served, refused) =
            <(AtomicUsize, AtomicUsize, AtomicUsize, AtomicUsize)>::default();
        std::thread::scope(|scope| {
            for _ in 0..64 {
                scope.spawn(|| match gate.enter() {
                    Ok(_place) => {
                        most.fetch_max(inside.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                        std::thread::yield_now();
                        inside.fetch_sub(1, Ordering::SeqCst);
                        served.fetch_add(1, Ordering::SeqCst);
                    }
                    Err(Busy) => {
                        refused.fetch_add(1, Ordering::SeqCst);
                    }
                });
            }
        });
        assert!(most.into_inner() <= 2);
        assert_eq!(served.into_inner() + refused.into_inner(), 64);
    }

    #[test]
    fn a_full_queue_is_refused_at_once_and_a_place_left_is_free_again() {
        let gate = Gate::new(GateLimits { places: 1, queue: 0, patience: Duration::from_secs(10) });
        let place = gate.enter().expect("the first gets in");
        assert!(gate.enter().is_err());
        drop(place);
        assert!(gate.enter().is_ok());
    }

    #[test]
    fn patience_ends() {
        let gate =
            Gate::new(GateLimits { places: 1, queue: 1, patience: Duration::from_millis(1) });
        let _place = gate.enter().expect("the first gets in");
        assert!(gate.enter().is_err());
    }
}
