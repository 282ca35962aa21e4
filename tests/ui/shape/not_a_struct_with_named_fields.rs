//! A metric is a struct with named fields, because the fields' names are the columns.

use metrics_runtime::TimeSeriesMetric;

/// A tuple.
#[derive(TimeSeriesMetric)]
struct Tuple(u64);

/// A unit.
#[derive(TimeSeriesMetric)]
struct Unit;

/// An enum.
#[derive(TimeSeriesMetric)]
enum Choice {
    One,
}

/// A union.
#[derive(TimeSeriesMetric)]
union Either {
    one: u64,
}

fn main() {}
