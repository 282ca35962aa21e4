//! A reference reads "table(column)".

use metrics_runtime::TimeSeriesMetric;

/// Other ways to write it.
#[derive(TimeSeriesMetric)]
struct References {
    #[dimension(references = "users")]
    user_id: String,
    #[dimension(references = "teams.id")]
    team_id: String,
    #[dimension(references = "Servers(id)")]
    server_id: String,
    #[dimension(references = "servers(id) ON DELETE CASCADE")]
    other_id: String,
    #[counter]
    count: u64,
}

fn main() {}
