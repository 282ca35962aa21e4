//! The answer to a query: buckets without gaps, their summary, and both as JSON.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, SerializeStruct, Serializer};

use crate::error::InvalidQuery;
use crate::interval::Interval;
use crate::metric::{Measures, MetricBucket};
use crate::schema::{Measure, MeasureKind, MetricSchema};
use crate::time_range::TimeRange;

/// Consecutive buckets, ascending; one without rows is zeros.
///
/// Serialises to the `data` of a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    pub(crate) schema: &'static MetricSchema,
    pub(crate) range: TimeRange,
    pub(crate) interval: Interval,
    /// What the rows were narrowed to, the scope included, as asked.
    pub(crate) filters: Vec<(&'static str, Vec<String>)>,
    /// The measures of each bucket, one bucket after the other.
    values: Vec<i64>,
}

impl Series {
    /// Buckets of zeros.
    pub(crate) fn empty(
        schema: &'static MetricSchema,
        range: TimeRange,
        interval: Interval,
        filters: Vec<(&'static str, Vec<String>)>,
    ) -> Self {
        let values = vec![0; range.bucket_count(interval) * schema.measures.len()];
        Self {
            schema,
            range,
            interval,
            filters,
            values,
        }
    }

    /// Merges a row into the bucket in which its timestamp lies.
    pub(crate) fn merge(&mut self, timestamp: i64, measures: &[i64]) -> Result<(), InvalidQuery> {
        let offset = (timestamp - self.first()) / self.interval.seconds();
        let at = usize::try_from(offset).expect("rows lie in the range") * measures.len();
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

    fn first(&self) -> i64 {
        self.range.aligned(self.interval).0
    }

    /// How many buckets there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.range.bucket_count(self.interval)
    }

    /// Never: a range touches one bucket at least.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Each bucket's start in epoch seconds, and its measures in the order of the schema.
    pub fn buckets(&self) -> impl Iterator<Item = (i64, &[i64])> {
        let starts = (self.first()..)
            .step_by(usize::try_from(self.interval.seconds()).unwrap_or(usize::MAX));
        starts.zip(self.values.chunks_exact(self.schema.measures.len()))
    }

    /// The buckets as a metric's own type.
    pub fn typed<B: MetricBucket>(&self) -> Vec<B> {
        let typed = |(start, measures)| B::from_measures(at(start), Measures(measures));
        self.buckets().map(typed).collect()
    }

    /// The summary of each measure, in the order of the schema.
    #[must_use]
    pub fn summary(&self) -> Vec<MeasureSummary> {
        (0..self.schema.measures.len())
            .map(|index| self.summary_of(index))
            .collect()
    }

    fn summary_of(&self, index: usize) -> MeasureSummary {
        let mut summary = MeasureSummary {
            total: 0,
            average: 0.0,
            peak: 0,
            peak_at: None,
        };
        for (start, measures) in self.buckets() {
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

fn at(epoch_seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(epoch_seconds, 0).expect("bucket starts come from timestamps")
}

impl Serialize for Series {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut data = serializer.serialize_struct("Series", 5)?;
        data.serialize_field("metric_type", self.schema.name)?;
        data.serialize_field("time_range", &RangeJson(self))?;
        data.serialize_field("filters", &FiltersJson(self))?;
        data.serialize_field("buckets", &BucketsJson(self))?;
        data.serialize_field("summary", &SummaryJson(self))?;
        data.end()
    }
}

struct RangeJson<'a>(&'a Series);

impl Serialize for RangeJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = |moment: DateTime<Utc>| moment.to_rfc3339_opts(SecondsFormat::Millis, true);
        let mut range = serializer.serialize_struct("Range", 3)?;
        range.serialize_field("start", &text(self.0.range.start()))?;
        range.serialize_field("end", &text(self.0.range.end()))?;
        range.serialize_field("interval", &self.0.interval.to_string())?;
        range.end()
    }
}

struct FiltersJson<'a>(&'a Series);

impl Serialize for FiltersJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut filters = serializer.serialize_map(Some(self.0.filters.len()))?;
        for (name, values) in &self.0.filters {
            match values.as_slice() {
                [value] => filters.serialize_entry(name, value)?,
                values => filters.serialize_entry(name, values)?,
            }
        }
        filters.end()
    }
}

struct BucketsJson<'a>(&'a Series);

impl Serialize for BucketsJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut buckets = serializer.serialize_seq(Some(self.0.len()))?;
        for (start, measures) in self.0.buckets() {
            buckets.serialize_element(&BucketJson(self.0.schema, start, measures))?;
        }
        buckets.end()
    }
}

struct BucketJson<'a>(&'static MetricSchema, i64, &'a [i64]);

impl Serialize for BucketJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(schema, start, measures) = self;
        let mut bucket = serializer.serialize_map(Some(measures.len() + 1))?;
        bucket.serialize_entry("timestamp", timestamp(*start, &mut [0; 24]))?;
        for (measure, value) in schema.measures.iter().zip(*measures) {
            bucket.serialize_entry(measure.name, value)?;
        }
        bucket.end()
    }
}

struct SummaryJson<'a>(&'a Series);

impl Serialize for SummaryJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("total_buckets", &self.0.len())?;
        for (measure, summary) in self.0.schema.measures.iter().zip(self.0.summary()) {
            let name = measure.name;
            map.serialize_entry(&format!("total_{name}"), &summary.total)?;
            map.serialize_entry(&format!("average_{name}"), &summary.average)?;
            map.serialize_entry(&format!("peak_{name}"), &summary.peak)?;
            if let Some(peak_at) = summary.peak_at {
                map.serialize_entry(
                    &format!("peak_{name}_timestamp"),
                    timestamp(peak_at, &mut [0; 24]),
                )?;
            }
        }
        map.end()
    }
}

/// `2026-01-10T09:00:00.000Z`, written digit by digit: a response holds thousands of these, and general formatting
/// took most of the time that it needs.
fn timestamp(epoch_seconds: i64, buffer: &mut [u8; 24]) -> &str {
    use chrono::{Datelike, Timelike};
    let moment = at(epoch_seconds).naive_utc();
    buffer.copy_from_slice(b"0000-00-00T00:00:00.000Z");
    put(&mut buffer[0..4], u32::try_from(moment.year()).unwrap_or(0));
    put(&mut buffer[5..7], moment.month());
    put(&mut buffer[8..10], moment.day());
    put(&mut buffer[11..13], moment.hour());
    put(&mut buffer[14..16], moment.minute());
    put(&mut buffer[17..19], moment.second());
    std::str::from_utf8(buffer).expect("digits are ASCII")
}

fn put(digits: &mut [u8], mut number: u32) {
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + u8::try_from(number % 10).expect("one digit");
        number /= 10;
    }
}
