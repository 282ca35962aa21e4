//! The trait behind `#[derive(TimeSeriesMetric)]`: what everything else does with schemas, done with a metric's struct.

mod query;

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::direct::{cleanup_now, upsert_now};
use crate::error::{RecordError, Rejection, StoreError};
use crate::event::{Event, Observation};
use crate::layout::Layout;
use crate::registry::RegistryBuilder;
use crate::schema::MetricSchema;
use crate::scope::Scope;
use crate::store::Store;
use crate::typed::{MetricBucket, MetricFilter};
use crate::write::batch::Receipt;
use crate::write::cleanup::CleanupReport;

pub use query::MetricQuery;

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
        let layout = Arc::new(Layout::of(Self::SCHEMA));
        let event = |(timestamp, metric): &(_, Self)| event_of(&layout, metric, *timestamp);
        upsert_now(store, events.iter().map(event).collect::<Result<_, _>>()?)
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

impl RegistryBuilder {
    /// Adds a metric.
    #[must_use]
    pub fn metric<M: TimeSeriesMetric>(self) -> Self {
        self.schema(M::SCHEMA)
    }
}

/// The event that a metric's struct stands for.
pub(crate) fn event_of<M: TimeSeriesMetric>(
    layout: &Arc<Layout>,
    metric: &M,
    timestamp: DateTime<Utc>,
) -> Result<Event, Rejection> {
    let mut observation = Observation::of(M::SCHEMA);
    metric.observe(&mut observation);
    Event::observed(layout, observation, timestamp)
}
