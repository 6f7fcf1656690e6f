//! What is said of many measurements: percentiles and medians.

use std::time::Duration;

/// The latencies of a run, in order.
#[derive(Clone, Debug, Default)]
pub struct Latencies(Vec<Duration>);

impl Latencies {
    /// Sorts what was measured.
    pub fn new(mut measured: Vec<Duration>) -> Self {
        measured.sort_unstable();
        Self(measured)
    }

    /// The latency that `percent` of the requests did not exceed (nearest rank); zero when nothing
    /// was measured.
    pub fn percentile(&self, percent: usize) -> Duration {
        let rank = (self.0.len() * percent).div_ceil(100).max(1);
        self.0.get(rank - 1).copied().unwrap_or_default()
    }

    /// How many requests were measured.
    pub fn count(&self) -> usize {
        self.0.len()
    }
}

/// The middle of some values, the upper one of two; `None` when there are none.
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied()
}

/// Milliseconds, with fractions.
pub fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}

/// A count as a number to calculate with. Counts here stay far below 2^53.
#[expect(clippy::cast_precision_loss, reason = "no count here comes near 2^53")]
pub fn number(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn latencies(millis: &[u64]) -> Latencies {
        Latencies::new(millis.iter().copied().map(Duration::from_millis).collect())
    }

    #[test]
    fn percentiles_are_of_the_nearest_rank() {
        let hundred = latencies(&(1..=100).rev().collect::<Vec<_>>());
        assert_eq!(hundred.percentile(50), Duration::from_millis(50));
        assert_eq!(hundred.percentile(99), Duration::from_millis(99));
        assert_eq!(hundred.percentile(100), Duration::from_millis(100));
    }

    #[test]
    fn one_request_is_every_percentile() {
        let one = latencies(&[7]);
        assert_eq!(one.percentile(1), Duration::from_millis(7));
        assert_eq!(one.percentile(99), Duration::from_millis(7));
    }

    #[test]
    fn no_request_has_no_latency() {
        assert_eq!(Latencies::default().percentile(99), Duration::ZERO);
    }

    #[test]
    fn median_is_the_middle_whatever_the_order() {
        assert_eq!(median(&[9.0, 1.0, 5.0]), Some(5.0));
        assert_eq!(median(&[]), None);
    }
}
