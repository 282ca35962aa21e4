//! The names of a metric and its table are identifiers, and its path needs no escaping.

use metrics_runtime::TimeSeriesMetric;

/// Names that are written differently. The defaults that follow from them are no errors of their own.
#[derive(TimeSeriesMetric)]
#[metric(name = "Server-Installs")]
struct Name {
    #[counter]
    count: u64,
}

/// Tables and paths that are written differently.
#[derive(TimeSeriesMetric)]
#[metric(table = "Installs", path = "/Server Installs/")]
struct TableAndPath {
    #[counter]
    count: u64,
}

/// Names that PostgreSQL would cut off.
#[derive(TimeSeriesMetric)]
#[metric(
    name = "the_number_of_server_installations_that_somebody_somewhere_has_begun",
    table = "the_number_of_server_installations_that_somebody_began_now",
)]
struct TooLong {
    #[counter]
    count: u64,
}

/// A default that PostgreSQL would cut off.
#[derive(TimeSeriesMetric)]
struct TheNumberOfServerInstallationsThatSomebodySomewhereBegan {
    #[counter]
    count: u64,
}

/// Names that databases keep for themselves.
#[derive(TimeSeriesMetric)]
#[metric(table = "sqlite_installs")]
struct Reserved {
    #[counter]
    count: u64,
}

/// A table that is called as before.
#[derive(TimeSeriesMetric)]
#[metric(table = "installs", renamed_from = "installs")]
struct NotRenamed {
    #[counter]
    count: u64,
}

/// A former table that was none.
#[derive(TimeSeriesMetric)]
#[metric(renamed_from = "Installs")]
struct NeverATable {
    #[counter]
    count: u64,
}

/// A default that is no name.
#[derive(TimeSeriesMetric)]
struct Größe {
    #[counter]
    count: u64,
}

/// A path that is the stream's of another.
#[derive(TimeSeriesMetric)]
#[metric(path = "radio/stream")]
struct Radio {
    #[counter]
    count: u64,
}

/// A default that is.
#[derive(TimeSeriesMetric)]
struct Stream {
    #[counter]
    count: u64,
}

/// Defaults that are none follow from a name that is said.
#[derive(TimeSeriesMetric)]
#[metric(name = "pg_stat")]
struct Statistics {
    #[counter]
    count: u64,
}

fn main() {}
