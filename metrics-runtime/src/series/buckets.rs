//! Buckets without gaps, and what they come to.

use chrono::{DateTime, Utc};

use super::Completeness;
use crate::error::InvalidQuery;
use crate::schema::{Measure, MeasureKind, MetricSchema};
use crate::time_range::TimeRange;
use crate::timeline::Timeline;
use crate::typed::{Measures, MetricBucket};

/// Consecutive buckets, ascending; one without rows is zeros.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buckets {
    pub(super) schema: &'static MetricSchema,
    pub(super) timeline: Timeline,
    /// The measures of each bucket, one bucket after the other.
    pub(super) values: Vec<i64>,
}

impl Buckets {
    /// Buckets of zeros.
    pub(crate) fn empty(schema: &'static MetricSchema, timeline: Timeline) -> Self {
        let values = vec![0; timeline.len() * schema.measures.len()];
        Self {
            schema,
            timeline,
            values,
        }
    }

    /// As many buckets of zeros.
    pub(crate) fn zeros(&self) -> Self {
        Self::empty(self.schema, self.timeline.clone())
    }

    /// The range of the same length that ends where this one starts.
    pub(crate) fn range_before(&self) -> Option<TimeRange> {
        self.timeline.range_before()
    }

    /// How much of it is final when all is that lies before a moment.
    pub(crate) fn complete_until(&self, final_until: DateTime<Utc>) -> Completeness {
        Completeness {
            final_until,
            final_buckets: self.timeline.ended_by(final_until.timestamp()),
        }
    }

    /// Merges a row into the bucket in which its timestamp lies.
    pub(crate) fn merge(&mut self, timestamp: i64, measures: &[i64]) -> Result<(), InvalidQuery> {
        let at = self.timeline.index_of(timestamp) * measures.len();
        let bucket = &mut self.values[at..at + measures.len()];
        for ((merged, value), measure) in bucket.iter_mut().zip(measures).zip(self.schema.measures)
        {
            *merged = match measure.kind {
                MeasureKind::Counter => merged
                    .checked_add(*value)
                    .ok_or_else(|| beyond_64_bits(Some(measure)))?,
            };
        }
        Ok(())
    }

    /// Takes away what `part` holds of it.
    pub(crate) fn take_away(&mut self, part: &Self) {
        let measures = self.schema.measures.iter().cycle();
        for ((left, value), measure) in self.values.iter_mut().zip(&part.values).zip(measures) {
            *left = match measure.kind {
                MeasureKind::Counter => *left - value,
            };
        }
    }

    /// Whether nothing was counted.
    pub(crate) fn is_zero(&self) -> bool {
        self.values.iter().all(|value| *value == 0)
    }

    /// The range that they cover.
    #[must_use]
    pub fn range(&self) -> TimeRange {
        self.timeline.range
    }

    /// How many buckets there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.timeline.len()
    }

    /// Never: a range touches one bucket at least.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Each bucket's start in epoch seconds, and its measures in the order of the schema.
    pub fn iter(&self) -> impl Iterator<Item = (i64, &[i64])> {
        let starts = (0..self.len()).map(|index| self.timeline.start(index));
        starts.zip(self.values.chunks_exact(self.schema.measures.len()))
    }

    /// The buckets as a metric's own type.
    pub fn typed<B: MetricBucket>(&self) -> Vec<B> {
        let typed = |(start, measures)| B::from_measures(at(start), Measures(measures));
        self.iter().map(typed).collect()
    }

    /// The summary of each measure, in the order of the schema.
    #[must_use]
    pub fn summary(&self) -> Vec<MeasureSummary> {
        (0..self.schema.measures.len())
            .map(|index| self.summary_of(index))
            .collect()
    }

    /// The total of each measure, in the order of the schema.
    pub(crate) fn totals(&self) -> Vec<i128> {
        let summary = self.summary();
        summary.iter().map(|measure| measure.total).collect()
    }

    fn summary_of(&self, index: usize) -> MeasureSummary {
        let mut summary = MeasureSummary {
            total: 0,
            average: 0.0,
            peak: 0,
            peak_at: None,
        };
        for (start, measures) in self.iter() {
            summary.total += i128::from(measures[index]);
            if measures[index] > summary.peak {
                (summary.peak, summary.peak_at) = (measures[index], Some(start));
            }
        }
        summary.average = rounded_average(summary.total, self.len());
        summary
    }
}

/// What a measure came to over a whole series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeasureSummary {
    /// The sum over all buckets. It is wider than a bucket's value, so it cannot overflow.
    pub total: i128,
    /// The total divided by the number of buckets, rounded to two decimals.
    pub average: f64,
    /// The largest bucket.
    pub peak: i64,
    /// When the first bucket that is as large starts, in epoch seconds; `None` when the peak is zero.
    pub peak_at: Option<i64>,
}

/// Rounds half away from zero in integers, so that the decimals do not depend on how floats divide.
#[allow(
    clippy::cast_precision_loss,
    reason = "an average is shown with two decimals"
)]
fn rounded_average(total: i128, count: usize) -> f64 {
    let count = i128::try_from(count.max(1)).expect("a count of buckets fits");
    let hundredths = (total * 100 + count / 2) / count;
    hundredths as f64 / 100.0
}

/// A sum that 64 bits do not hold: the stored values are fine, only the question adds up too many of them.
pub(crate) fn beyond_64_bits(measure: Option<&Measure>) -> InvalidQuery {
    let what = measure.map_or("a measure", |measure| measure.name);
    let reason = format!(
        "the sum of {what} in one bucket exceeds 2^63-1: ask for a finer interval or filter the rows"
    );
    InvalidQuery::new("interval", reason)
}

/// Groups are put in order by their totals, each over the whole range.
pub(crate) fn group_beyond_64_bits() -> InvalidQuery {
    let reason = "the sum of a measure over a whole group exceeds 2^63-1, by which groups are put in order: ask for a \
         shorter range, filter the rows, or leave group_by out";
    InvalidQuery::new("group_by", reason)
}

pub(super) fn at(epoch_seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(epoch_seconds, 0).expect("bucket starts come from timestamps")
}
