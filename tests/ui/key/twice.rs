//! A key that is given twice, in one attribute or in two.

use metrics_runtime::TimeSeriesMetric;

/// Two of each.
#[derive(TimeSeriesMetric)]
#[metric(retention = "30d", name = "installs", retention("15m" = "3d"))]
#[metric(name = "installations")]
struct Twice {
    #[dimension(user, user, max_len = 12, max_len = 13)]
    user_id: String,
    #[counter(unit = "bytes", unit = "bits")]
    count: u64,
}

fn main() {}
