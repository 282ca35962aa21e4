//! How long something takes, as counts by upper bounds: what Prometheus adds up over instances.

use std::time::Duration;

/// Upper bounds in microseconds, from what a cache answers to what nobody waits for.
const BOUNDS: [u64; 12] = [
    500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000, 2_500_000,
    10_000_000,
];

/// Durations, counted by the first bound that they do not exceed.
#[derive(Debug, Clone, Default)]
pub struct Histogram {
    counts: [u64; BOUNDS.len() + 1],
    sum: u64,
}

impl Histogram {
    /// Counts a duration.
    pub fn add(&mut self, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let bucket = BOUNDS.partition_point(|bound| *bound < micros);
        self.counts[bucket] += 1;
        self.sum = self.sum.saturating_add(micros);
    }

    /// An upper bound in microseconds (`None`: any), and how many were not above it.
    pub fn buckets(&self) -> impl Iterator<Item = (Option<u64>, u64)> {
        let mut so_far = 0;
        let bounds = BOUNDS.into_iter().map(Some).chain([None]);
        bounds.zip(&self.counts).map(move |(bound, count)| {
            so_far += count;
            (bound, so_far)
        })
    }

    /// All durations together, in microseconds.
    #[must_use]
    pub fn sum(&self) -> u64 {
        self.sum
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Histogram;

    #[test]
    fn a_duration_is_counted_by_every_bound_that_it_does_not_exceed() {
        let mut histogram = Histogram::default();
        for micros in [500, 501, 20_000_000] {
            histogram.add(Duration::from_micros(micros));
        }
        let buckets: Vec<_> = histogram.buckets().collect();
        assert_eq!(buckets[..2], [(Some(500), 1), (Some(1_000), 2)]);
        assert_eq!(buckets.last(), Some(&(None, 3)));
        assert_eq!(histogram.sum(), 20_001_001);
    }
}
