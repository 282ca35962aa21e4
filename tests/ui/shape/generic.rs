//! A generic metric would be many types with one table. Its uses give no errors of their own.

use metrics_runtime::TimeSeriesMetric;

/// Installations of anything.
#[derive(TimeSeriesMetric)]
struct Install<'a, T: Clone, const N: usize> {
    #[dimension]
    what: &'a [T; N],
    #[counter]
    count: u64,
}

fn main() {
    let _ = <Install<'_, String, 2> as TimeSeriesMetric>::SCHEMA;
}
