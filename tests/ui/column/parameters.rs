//! A dimension's name is the parameter that filters by it, and cannot mean something else.

use metrics_runtime::TimeSeriesMetric;

/// Bookings.
#[derive(TimeSeriesMetric)]
struct Booking {
    #[dimension]
    time_range: String,
    #[dimension]
    start: String,
    #[dimension]
    end: String,
    #[dimension]
    interval: i64,
    #[dimension]
    tz: String,
    #[dimension]
    group_by: String,
    #[dimension(rename = "top")]
    summit: bool,
    #[dimension]
    compare: String,
    #[counter]
    start_count: u64,
}

fn main() {}
