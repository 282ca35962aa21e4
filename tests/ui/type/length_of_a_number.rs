//! Only text has a length, and a constant proves it, whatever the type is called.

use metrics_runtime::{DimensionValue, TimeSeriesMetric};

#[derive(DimensionValue)]
struct Port(u16);

/// A number with a length.
#[derive(TimeSeriesMetric)]
struct Lengths {
    #[dimension(max_len = 5)]
    port: Port,
    #[counter]
    count: u64,
}

fn main() {
    let _ = Lengths::SCHEMA;
}
