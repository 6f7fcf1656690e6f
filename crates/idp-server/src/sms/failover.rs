//! Whose turn it is, and for how long: pure decisions.
//!
//! A gateway that hangs gets one turn (1.5 s by default) while a better or equal one waits, and then
//! its call is given up. Whether the provider took the message all the same is unknown: the person
//! may get it twice, with the same code, which is better than not at all. A gateway that *answered*
//! that it took the message ends the sending, so no message is accepted twice.

use std::collections::VecDeque;
use std::time::Duration;

use super::breaker::Standing;

/// The time that one message may take.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TimeLimits {
    /// For all gateways together.
    pub budget: Duration,
    /// For one gateway while another one waits.
    pub turn: Duration,
}

/// A gateway in the line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Candidate {
    /// Its place in the configured order.
    pub place: usize,
    /// What its breaker says.
    pub standing: Standing,
}

/// The gateways that were not tried yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line(VecDeque<Candidate>);

impl Line {
    /// The gateways in their configured order, those that are to be left alone behind all others.
    /// They are tried all the same before a person gets no code.
    pub fn new(standings: impl IntoIterator<Item = Standing>) -> Self {
        let candidates = standings
            .into_iter()
            .enumerate()
            .map(|(place, standing)| Candidate { place, standing });
        let (open, good): (Vec<_>, Vec<_>) =
            candidates.partition(|candidate| candidate.standing == Standing::Open);
        Self(good.into_iter().chain(open).collect())
    }

    /// The next to try.
    pub fn take(&mut self) -> Option<Candidate> {
        self.0.pop_front()
    }

    /// Somebody else is trying this one out: it goes to those that are left alone.
    pub fn leave_for_last(&mut self, candidate: Candidate) {
        self.0.push_back(Candidate { standing: Standing::Open, ..candidate });
    }

    /// How long the candidate just taken may take, of the time that is left.
    pub fn turn(&self, taken: Candidate, left: Duration, limits: TimeLimits) -> Duration {
        let as_good = |other: &Candidate| {
            other.standing != Standing::Open || taken.standing == Standing::Open
        };
        if self.0.iter().any(as_good) {
            left.min(limits.turn)
        } else if self.0.is_empty() {
            left
        } else {
            // What follows has failed before: it gets the rest, if this one fails too.
            left.saturating_sub(limits.turn).max(left.min(limits.turn))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Standing::{Closed, HalfOpen, Open};
    use super::*;

    const LIMITS: TimeLimits =
        TimeLimits { budget: Duration::from_secs(8), turn: Duration::from_millis(1_500) };

    fn order(standings: &[Standing]) -> Vec<usize> {
        let mut line = Line::new(standings.iter().copied());
        std::iter::from_fn(|| line.take()).map(|candidate| candidate.place).collect()
    }

    /// The turn of the first in line, in milliseconds.
    fn first_turn(standings: &[Standing], left: u64) -> u128 {
        let mut line = Line::new(standings.iter().copied());
        let taken = line.take().unwrap();
        line.turn(taken, Duration::from_millis(left), LIMITS).as_millis()
    }

    #[test]
    fn gateways_are_tried_in_their_order() {
        assert_eq!(order(&[Closed, Closed, HalfOpen]), [0, 1, 2]);
        assert_eq!(order(&[HalfOpen, Closed]), [0, 1]);
    }

    #[test]
    fn a_gateway_that_is_left_alone_is_the_last_resort() {
        assert_eq!(order(&[Open, Closed, Open, Closed]), [1, 3, 0, 2]);
        assert_eq!(order(&[Open]), [0]);
        assert!(order(&[]).is_empty());
    }

    #[test]
    fn a_gateway_somebody_else_tries_out_goes_to_the_end() {
        let mut line = Line::new([HalfOpen, Closed]);
        let taken = line.take().unwrap();
        line.leave_for_last(taken);
        assert_eq!(line.take(), Some(Candidate { place: 1, standing: Closed }));
        assert_eq!(line.take(), Some(Candidate { place: 0, standing: Open }));
    }

    #[test]
    fn while_another_one_waits_a_gateway_gets_one_turn() {
        assert_eq!(first_turn(&[Closed, Closed], 8_000), 1_500);
        assert_eq!(first_turn(&[HalfOpen, Closed], 8_000), 1_500);
        assert_eq!(first_turn(&[Open, Open], 8_000), 1_500);
        assert_eq!(first_turn(&[Closed, Closed], 700), 700);
    }

    #[test]
    fn the_last_gateway_gets_all_the_time_that_is_left() {
        assert_eq!(first_turn(&[Closed], 8_000), 8_000);
        assert_eq!(first_turn(&[Open], 6_500), 6_500);
    }

    #[test]
    fn the_last_good_gateway_leaves_one_turn_to_those_that_failed_before() {
        assert_eq!(first_turn(&[Closed, Open], 8_000), 6_500);
        assert_eq!(first_turn(&[Closed, Open], 2_000), 1_500);
    }
}
