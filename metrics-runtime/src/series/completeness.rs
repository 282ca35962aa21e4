//! How much of a series is final.

use chrono::{DateTime, Utc};

/// Up to where all that is to be counted is. What [`Store::final_until`](crate::Store::final_until) says of a metric,
/// said of a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Completeness {
    /// The moment: buckets are final that end at it or before.
    pub final_until: DateTime<Utc>,
    /// How many buckets that is. They are the first of the series.
    pub final_buckets: usize,
}
