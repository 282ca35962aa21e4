//! The trait behind `#[derive(TimeSeriesMetric)]`, and the small types that generated code speaks to.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::dimension::Value;
use crate::direct::{cleanup_now, upsert_now};
use crate::error::{RecordError, StoreError};
use crate::event::Observation;
use crate::layout::Layout;
use crate::query::MetricQuery;
use crate::schema::MetricSchema;
use crate::scope::Scope;
use crate::store::Store;
use crate::write::batch::Receipt;
use crate::write::cleanup::CleanupReport;

/// A declared metric. Implemented by `#[derive(TimeSeriesMetric)]`, never by hand.
///
/// ```
/// use metrics_runtime::TimeSeriesMetric;
///
/// /// Servers installed, repeated installations included.
/// #[derive(TimeSeriesMetric)]
/// #[metric(intervals("15m", "1d"), retention("15m" = "3d", "1d" = "2y"), view("global_user"))]
/// pub struct ServerInstall {
///     /// Who installed it.
///     #[dimension(user, references = "users(id)")]
///     pub user_id: String,
///     #[counter]
///     pub installation_count: u64,
/// }
///
/// assert_eq!(ServerInstall::SCHEMA.table, "server_install_metrics");
/// assert_eq!(ServerInstall::PERMISSION, "metrics.server_install_metrics.view");
/// ```
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

    /// A query of the rows of `scope`, answered in [`Self::Bucket`]s.
    #[must_use]
    fn query(scope: Scope) -> MetricQuery<Self> {
        MetricQuery::new(scope)
    }

    /// Adds events to their buckets in one transaction, without a recorder: for scripts and tests.
    ///
    /// # Errors
    ///
    /// When the database fails. Events that are refused are in the receipt.
    fn upsert(store: &Store, events: &[(DateTime<Utc>, Self)]) -> Result<Receipt, RecordError> {
        upsert_now(store, events)
    }

    /// Deletes what is past its retention as of `now`.
    ///
    /// # Errors
    ///
    /// When the database fails. What was deleted by then stays deleted.
    fn cleanup(store: &Store, now: DateTime<Utc>) -> Result<CleanupReport, StoreError> {
        cleanup_now(store, &Arc::new(Layout::of(Self::SCHEMA)), now)
    }
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
