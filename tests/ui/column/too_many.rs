//! 32 columns fit, three of which are the metric's own.

use metrics_runtime::TimeSeriesMetric;

/// Thirty-one.
#[derive(TimeSeriesMetric)]
struct TooMany {
    #[counter]
    c1: u64,
    #[counter]
    c2: u64,
    #[counter]
    c3: u64,
    #[counter]
    c4: u64,
    #[counter]
    c5: u64,
    #[counter]
    c6: u64,
    #[counter]
    c7: u64,
    #[counter]
    c8: u64,
    #[counter]
    c9: u64,
    #[counter]
    c10: u64,
    #[counter]
    c11: u64,
    #[counter]
    c12: u64,
    #[counter]
    c13: u64,
    #[counter]
    c14: u64,
    #[counter]
    c15: u64,
    #[counter]
    c16: u64,
    #[counter]
    c17: u64,
    #[counter]
    c18: u64,
    #[counter]
    c19: u64,
    #[counter]
    c20: u64,
    #[counter]
    c21: u64,
    #[counter]
    c22: u64,
    #[counter]
    c23: u64,
    #[counter]
    c24: u64,
    #[counter]
    c25: u64,
    #[counter]
    c26: u64,
    #[counter]
    c27: u64,
    #[counter]
    c28: u64,
    #[counter]
    c29: u64,
    #[counter]
    c30: u64,
    #[counter]
    c31: u64,
}

fn main() {}
