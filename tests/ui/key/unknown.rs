//! A key that nobody knows: the message says which one was meant, and which are valid.

use metrics_runtime::TimeSeriesMetric;

/// Slips of the keyboard.
#[derive(TimeSeriesMetric)]
#[metric(retension = "30d", colour = "red", "15m", view_al("admin"))]
struct Unknown {
    #[dimension(users, maxlen = 12)]
    user_id: String,
    #[counter(units = "bytes")]
    count: u64,
    #[metric(skipped)]
    trace: String,
    #[metric(skip, twice)]
    span: String,
}

/// A comma that is missing.
#[derive(TimeSeriesMetric)]
#[metric(path = "installs", view("admin") view_all("admin"))]
struct Comma {
    #[counter]
    count: u64,
}

fn main() {}
