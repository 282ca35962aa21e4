//! The small types that a metric's struct brings with it, or that generated code speaks to.

use chrono::{DateTime, Utc};

use crate::dimension::Value;

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
pub struct Filters(pub(crate) Vec<(&'static str, Vec<Value<'static>>)>);

impl Filters {
    /// Narrows `dimension` to any of `values`; an empty list does not narrow.
    ///
    /// The conversion is an argument, and no bound: a type that has none is then one error, that of the schema.
    pub fn narrow<T>(
        &mut self,
        dimension: &'static str,
        values: &[T],
        to_value: fn(&T) -> Value<'_>,
    ) {
        if !values.is_empty() {
            let values = values.iter().map(to_value);
            let values = values.map(Value::into_owned).collect();
            self.0.push((dimension, values));
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
