//! The answer to a query: buckets without gaps, their summary, and both as JSON.

mod buckets;
mod completeness;
mod group;
mod previous;
mod stamp;

mod json;
mod update;

use crate::interval::Interval;
use crate::time_range::TimeRange;
use crate::typed::MetricBucket;

pub use buckets::{Buckets, MeasureSummary};
pub(crate) use buckets::{beyond_64_bits, group_beyond_64_bits};
pub use completeness::Completeness;
pub use group::{Group, GroupName};
pub use previous::{Change, Previous};

/// Consecutive buckets, ascending; one without rows is zeros.
///
/// Serialises to the `data` of a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// What the rows were narrowed to, the scope included, as asked.
    pub(crate) filters: Vec<(&'static str, Vec<String>)>,
    pub(crate) buckets: Buckets,
    /// The dimension that groups are told apart by, and they.
    pub(crate) groups: Option<(&'static str, Vec<Group>)>,
    pub(crate) previous: Option<Previous>,
    pub(crate) completeness: Option<Completeness>,
}

impl Series {
    /// The range that was asked for.
    #[must_use]
    pub fn range(&self) -> TimeRange {
        self.buckets.timeline.range
    }

    /// The width of its buckets.
    #[must_use]
    pub fn interval(&self) -> Interval {
        self.buckets.timeline.interval
    }

    /// All its buckets.
    #[must_use]
    pub fn all(&self) -> &Buckets {
        &self.buckets
    }

    /// How many buckets there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.buckets.len()
    }

    /// Never: a range touches one bucket at least.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Each bucket's start in epoch seconds, and its measures in the order of the schema.
    pub fn buckets(&self) -> impl Iterator<Item = (i64, &[i64])> {
        self.buckets.iter()
    }

    /// The buckets as a metric's own type.
    pub fn typed<B: MetricBucket>(&self) -> Vec<B> {
        self.buckets.typed()
    }

    /// The summary of each measure, in the order of the schema.
    #[must_use]
    pub fn summary(&self) -> Vec<MeasureSummary> {
        self.buckets.summary()
    }

    /// The groups that were asked for: the values with the largest totals, the largest first, then the overflow
    /// series, then all others together; those of the last two in which nothing was counted are left out. Together
    /// they are the whole series.
    #[must_use]
    pub fn groups(&self) -> &[Group] {
        self.groups.as_ref().map_or(&[], |(_, groups)| groups)
    }

    /// The answer for the range just before, if it was asked for.
    #[must_use]
    pub fn previous(&self) -> Option<&Previous> {
        self.previous.as_ref()
    }

    /// How much of it is final, if that was asked for.
    #[must_use]
    pub fn completeness(&self) -> Option<Completeness> {
        self.completeness
    }

    /// How each measure's total has changed against the range before, in the order of the schema; nothing when that
    /// was not asked for, or is not kept any more.
    #[must_use]
    pub fn changes(&self) -> Vec<Change> {
        match &self.previous {
            Some(Previous::Kept(before)) => Previous::changes(&self.buckets, before),
            _ => Vec::new(),
        }
    }
}
