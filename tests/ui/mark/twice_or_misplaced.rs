//! A field is one thing, and marks belong on fields.

use metrics_runtime::TimeSeriesMetric;

/// Fields with two marks.
#[derive(TimeSeriesMetric)]
struct Twice {
    #[dimension]
    #[counter]
    both: u64,
    #[counter]
    #[counter]
    same: u64,
    #[dimension]
    #[metric(skip)]
    neither: String,
}

/// Marks in the wrong place or form.
#[derive(TimeSeriesMetric)]
#[counter]
#[dimension(user)]
#[metric = "server_installs"]
struct Misplaced {
    #[metric]
    bare: u64,
    #[metric(name = "count")]
    named: u64,
    #[counter = "bytes"]
    assigned: u64,
    #[counter]
    count: u64,
}

/// One column for each role.
#[derive(TimeSeriesMetric)]
struct Roles {
    #[dimension(user)]
    owner: String,
    #[dimension(user)]
    reader: String,
    #[dimension(team)]
    home: String,
    #[dimension(team)]
    away: String,
    #[dimension(user, team)]
    both: String,
    #[counter]
    count: u64,
}

fn main() {}
