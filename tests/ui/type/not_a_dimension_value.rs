//! Types that a trait bound refuses: once each, on the type.

use metrics_runtime::{DimensionValue, TimeSeriesMetric};

struct Coordinates {
    latitude: i32,
    longitude: i32,
}

type Place = Coordinates;

/// Types without a value.
#[derive(TimeSeriesMetric)]
struct Types {
    #[dimension]
    server: Coordinates,
    #[dimension(max_len = 12)]
    client: Place,
    #[dimension]
    tags: Vec<String>,
    #[counter]
    count: i64,
    #[counter]
    name: String,
}

#[derive(DimensionValue)]
struct Newtype(Coordinates);

fn main() {}
