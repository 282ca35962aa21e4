//! Keys whose value is missing, or has another form.

use metrics_runtime::TimeSeriesMetric;

/// Keys without a value.
#[derive(TimeSeriesMetric)]
#[metric(name, table =, path(), intervals, retention, view, max_series, crate)]
struct WithoutValue {
    #[dimension(references, max_len)]
    user_id: String,
    #[counter(unit, rename =, renamed_from)]
    count: u64,
}

/// Lists of nothing.
#[derive(TimeSeriesMetric)]
#[metric(intervals(), retention(), view(""), view_all("admin", " ", "admin"))]
struct ListsOfNothing {
    #[counter(unit = "")]
    count: u64,
}

/// Values in another form.
#[derive(TimeSeriesMetric)]
#[metric(
    name = server_installs,
    table = 1,
    intervals = "15m",
    retention = 30,
    cleanup(3),
    collect = every_hour,
    view(admin, 2),
    view_all = "admin",
    max_series = "100",
    crate = "::metrics_runtime",
)]
struct AnotherForm {
    #[dimension(user = true, max_len = "128")]
    user_id: String,
    #[dimension(team(), max_len = 0, references = users(id))]
    team_id: String,
    #[dimension(max_len = 4097)]
    server_id: String,
    #[counter(unit = bytes)]
    count: u64,
}

/// Numbers out of range, and lists of another form.
#[derive(TimeSeriesMetric)]
#[metric(max_series = 0, retention("15m", "1h" = 30, "1h" "30d"))]
struct OutOfRange {
    #[counter]
    count: u64,
}

fn main() {}
