//! A default is a value of its dimension, and a constant proves it, whatever the type is called.

use metrics_runtime::{DimensionValue, TimeSeriesMetric};

#[derive(DimensionValue)]
enum Transport {
    Stdio,
    Http,
}

/// A word that is none of the enum's.
#[derive(TimeSeriesMetric)]
struct Words {
    #[dimension(default = "carrier_pigeon")]
    transport: Transport,
    #[counter]
    count: u64,
}

/// A number that is none.
#[derive(TimeSeriesMetric)]
struct Numbers {
    #[dimension(default = "none")]
    attempt: i32,
    #[counter]
    count: u64,
}

fn main() {
    let _ = (Words::SCHEMA, Numbers::SCHEMA);
}
