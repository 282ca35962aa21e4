//! Entries without a comma between them, and lists without entries.

use metrics_runtime::TimeSeriesMetric;

/// Values.
#[derive(TimeSeriesMetric)]
#[metric(name = "installs" table = "install_metrics")]
struct Values {
    #[dimension(rename = "server" renamed_from = "node")]
    server_id: String,
    #[dimension(max_len = 12 default = "none")]
    satellite_id: String,
    #[counter]
    count: u64,
}

/// Lists.
#[derive(TimeSeriesMetric)]
#[metric(
    intervals("15m" "1h"),
    retention("15m" = "3d" "1h" = "30d"),
    view("member" "boss"),
    view_all()
)]
struct Lists {
    #[counter]
    count: u64,
}

fn main() {}
