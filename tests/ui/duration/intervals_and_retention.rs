//! Intervals divide a day and differ, and are kept for at least one bucket.

use metrics_runtime::TimeSeriesMetric;

/// No durations.
#[derive(TimeSeriesMetric)]
#[metric(intervals("15 minutes", "7m", "2d", "1w", "1h"), retention = "90 days")]
struct NoDurations {
    #[counter]
    count: u64,
}

/// No durations in a list.
#[derive(TimeSeriesMetric)]
#[metric(intervals("15m", "1h"), retention("15m" = "3 d", "7m" = "3d", "1h" = "1001y"))]
struct NoDurationsInAList {
    #[counter]
    count: u64,
}

/// Intervals that are not this metric's, and such that are twice.
#[derive(TimeSeriesMetric)]
#[metric(
    intervals("15m", "60m", "1h"),
    retention("5m" = "3d", "15m" = "3d", "15m" = "4d"),
)]
struct OtherIntervals {
    #[counter]
    count: u64,
}

/// Buckets that are deleted before they are full.
#[derive(TimeSeriesMetric)]
#[metric(intervals("15m", "1d"), retention("15m" = "10m", "1d" = "23h"))]
struct TooShort {
    #[counter]
    count: u64,
}

/// One retention for all has to suit the widest interval.
#[derive(TimeSeriesMetric)]
#[metric(retention = "30m")]
struct TooShortForOne {
    #[counter]
    count: u64,
}

fn main() {}
