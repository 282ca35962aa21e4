//! The trait behind `#[derive(TimeSeriesMetric)]`, and the small types that generated code speaks to.

use chrono::{DateTime, Utc};

use crate::dimension::{DimensionValue, Value};
use crate::schema::MetricSchema;

/// A declared metric. Implemented by `#[derive(TimeSeriesMetric)]`, never by hand.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a metric",
    note = "a metric is a struct with `#[derive(TimeSeriesMetric)]`"
)]
pub trait TimeSeriesMetric: Sized {
    /// The declaration as data.
    const SCHEMA: &'static MetricSchema;

    /// The permission to see one's own rows: `metrics.<table>.view`.
    const PERMISSION: &'static str;

    /// A bucket of a query's answer: a timestamp and one field for each measure.
    type Bucket: MetricBucket;

    /// What a query may be narrowed to: one list of values for each dimension.
    type Filter: MetricFilter;

    /// Tells `observation` every dimension, then every measure, in the order of the schema.
    fn observe(&self, observation: &mut Observation);
}

/// The generated bucket of a metric.
pub trait MetricBucket: Sized {
    /// Builds the bucket that starts at `timestamp` from its measures, in the order of the schema.
    fn from_measures(timestamp: DateTime<Utc>, measures: Measures<'_>) -> Self;
}

/// The generated filter of a metric.
pub trait MetricFilter: Default {
    /// Tells `filters` each dimension that is narrowed.
    fn apply(self, filters: &mut Filters);
}

/// The dimensions and measures of one event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Observation {
    pub(crate) dimensions: Vec<Value>,
    pub(crate) measures: Vec<u64>,
}

impl Observation {
    /// Adds the next dimension.
    pub fn dimension<T: DimensionValue>(&mut self, value: &T) {
        self.dimensions.push(value.to_value());
    }

    /// Adds the next counter.
    pub fn counter<T: CounterValue>(&mut self, value: &T) {
        self.measures.push(value.to_count());
    }
}

/// The measures of one bucket, in the order of the schema.
#[derive(Debug, Clone, Copy)]
pub struct Measures<'a>(pub(crate) &'a [i64]);

impl Measures<'_> {
    /// The counter at `index`.
    ///
    /// # Panics
    ///
    /// When the metric has fewer measures; generated code counts them.
    #[must_use]
    pub fn counter(&self, index: usize) -> u64 {
        u64::try_from(self.0[index])
            .expect("counters are never negative: the recorder refuses them")
    }
}

/// The dimension values that a query is narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filters(pub(crate) Vec<(&'static str, Vec<Value>)>);

impl Filters {
    /// Narrows `dimension` to any of `values`; an empty list does not narrow.
    pub fn narrow<T: DimensionValue>(&mut self, dimension: &'static str, values: &[T]) {
        if !values.is_empty() {
            self.0.push((
                dimension,
                values.iter().map(DimensionValue::to_value).collect(),
            ));
        }
    }
}

/// A type that can be a `#[counter]`: the unsigned integers.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a counter",
    label = "not a counter value",
    note = "counters are unsigned integers: u8, u16, u32, u64"
)]
pub trait CounterValue {
    /// The amount to add.
    fn to_count(&self) -> u64;
}

macro_rules! counter_values {
    ($($type:ty),*) => {$(
        impl CounterValue for $type {
            fn to_count(&self) -> u64 {
                u64::from(*self)
            }
        }
    )*};
}
counter_values!(u8, u16, u32, u64);
