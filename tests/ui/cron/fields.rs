//! A cron expression that is wrong is an error that names the field.

use metrics_runtime::TimeSeriesMetric;

/// An hour that no day has.
#[derive(TimeSeriesMetric)]
#[metric(cleanup = "0 25 * * *")]
struct Hour {
    #[counter]
    count: u64,
}

/// A field that is missing.
#[derive(TimeSeriesMetric)]
#[metric(cleanup = "0 3 * *")]
struct Missing {
    #[counter]
    count: u64,
}

/// A month that no year has.
#[derive(TimeSeriesMetric)]
#[metric(cleanup = "0 3 * foo *")]
struct Month {
    #[counter]
    count: u64,
}

/// A range that runs backwards.
#[derive(TimeSeriesMetric)]
#[metric(cleanup = "30-10 3 * * *")]
struct Range {
    #[counter]
    count: u64,
}

/// A day that never comes.
#[derive(TimeSeriesMetric)]
#[metric(cleanup = "0 3 30 feb *")]
struct Day {
    #[counter]
    count: u64,
}

/// A minute that no hour has, for a collector.
#[derive(TimeSeriesMetric)]
#[metric(collect = "*/15,60 * * * *")]
struct Collected {
    #[counter]
    count: u64,
}

fn main() {}
