//! The runtime's path has to mean the same everywhere.

use metrics_runtime::{DimensionValue, TimeSeriesMetric};

/// A relative path.
#[derive(TimeSeriesMetric)]
#[metric(crate = metrics_runtime)]
struct Relative {
    #[counter]
    count: u64,
}

/// Another.
#[derive(TimeSeriesMetric)]
#[metric(crate = self::runtime)]
struct FromHere {
    #[counter]
    count: u64,
}

#[derive(DimensionValue)]
#[dimension(crate = metrics_runtime)]
struct Region(String);

fn main() {}
