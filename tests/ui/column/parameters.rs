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

/// Another team than the one that is marked.
#[derive(TimeSeriesMetric)]
struct Teams {
    #[dimension(team)]
    customer_id: String,
    #[dimension]
    team_id: String,
    #[counter]
    count: u64,
}

/// Measures whose summary has a key twice.
#[derive(TimeSeriesMetric)]
struct Summaries {
    #[counter]
    buckets: u64,
    #[counter]
    seen: u64,
    #[counter]
    seen_timestamp: u64,
}

/// A measure without its mark.
#[derive(TimeSeriesMetric)]
struct Unmarked {
    #[counter]
    count: u64,
    #[metric()]
    bytes: u64,
}

fn main() {}
