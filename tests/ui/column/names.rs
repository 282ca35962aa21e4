//! Columns are snake_case, short enough, not reserved, and each its own.

use metrics_runtime::TimeSeriesMetric;

/// Names that are none.
#[derive(TimeSeriesMetric)]
#[allow(non_snake_case)]
struct Names {
    #[dimension]
    serverId: String,
    #[dimension(rename = "Team Id")]
    team_id: String,
    #[dimension]
    _hidden: String,
    #[dimension]
    the_server_that_somebody_somewhere_has_begun_to_install_this_morning: String,
    #[dimension(renamed_from = "Node")]
    node: String,
    #[dimension(renamed_from = "created_at")]
    born: String,
    #[counter]
    count: u64,
}

/// Names that every metric has.
#[derive(TimeSeriesMetric)]
struct Reserved {
    #[dimension]
    bucket_timestamp: String,
    #[dimension(rename = "bucket_interval")]
    interval: String,
    #[dimension]
    created_at: String,
    #[dimension]
    owner_id: String,
    #[dimension]
    labels_id: String,
    #[dimension]
    id: String,
    #[dimension]
    last_used_at: i64,
    #[dimension]
    bucket_start: i64,
    #[dimension]
    ctid: String,
    #[counter]
    timestamp: u64,
    #[counter(rename = "timestamp")]
    time: u64,
}

/// Names that are used already.
#[derive(TimeSeriesMetric)]
struct Twice {
    #[dimension]
    bytes: String,
    #[dimension(renamed_from = "bytes")]
    server_id: String,
    #[dimension(renamed_from = "node_id")]
    satellite_id: String,
    #[dimension(renamed_from = "node_id")]
    sputnik_id: String,
    #[counter(rename = "bytes")]
    downloaded: u64,
}

fn main() {}
