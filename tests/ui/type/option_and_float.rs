//! Types that are wrong by their spelling.

use metrics_runtime::TimeSeriesMetric;

/// Optional and fractional.
#[derive(TimeSeriesMetric)]
struct Types {
    #[dimension]
    server_id: Option<String>,
    #[dimension]
    node_id: ::core::option::Option<String>,
    #[dimension]
    load: f64,
    #[counter]
    count: std::option::Option<u64>,
    #[counter]
    price: f32,
    #[counter]
    share: ::core::primitive::f64,
}

fn main() {}
