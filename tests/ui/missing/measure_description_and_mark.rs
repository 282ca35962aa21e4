//! What a metric cannot do without: a measure, a description, and a decision about every field.

use metrics_runtime::TimeSeriesMetric;

/// Nothing to add up.
#[derive(TimeSeriesMetric)]
struct WithoutMeasure {
    #[dimension]
    server_id: String,
}

#[derive(TimeSeriesMetric)]
struct WithoutDescription {
    #[counter]
    count: u64,
}

/// An empty one has no measure either.
#[derive(TimeSeriesMetric)]
struct Empty {}

/// A field that nobody decided about may be the measure that is missing.
#[derive(TimeSeriesMetric)]
struct Undecided {
    #[dimension]
    server_id: String,
    count: u64,
}

fn main() {}
