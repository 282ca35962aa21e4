//! Time-series product metrics in your own database, declared as structs.

mod dimension;
mod interval;
mod schema;
mod layout;
mod error;
mod time_range;
mod scope;
mod series;
mod metric;
mod event;
mod registry;
mod decode;
pub mod migrate;
mod sql;
mod write;
mod store;
mod direct;
mod recorder;
mod query;
#[cfg(feature = "web")]
pub mod web;
#[doc(hidden)]
pub mod __private;

pub use dimension::{DimensionKind, DimensionValue, Value};
pub use direct::{cleanup_now, expired_now};
pub use error::{InvalidQuery, QueryError, Reason, RecordError, Rejection, StoreError};
pub use event::{Event, EventBuilder, RawValue};
pub use interval::{Interval, InvalidInterval};
pub use layout::{Dictionary, Layout};
pub use metrics_derive::{DimensionValue, TimeSeriesMetric};
pub use metric::{CounterValue, Filters, Measures, MetricBucket, MetricFilter, Observation, TimeSeriesMetric};
pub use query::{DEFAULT_MAX_BUCKETS, MetricQuery, SeriesQuery};
pub use recorder::{Limits, Recorder, StatsSnapshot};
pub use registry::{Registry, RegistryBuilder, RegistryError};
pub use schema::{Dimension, DimensionRole, Level, Measure, MeasureKind, MetricSchema, Reference};
pub use scope::Scope;
pub use series::{MeasureSummary, Series};
pub use store::Store;
pub use time_range::TimeRange;
pub use write::batch::{Batch, Failure, Receipt};
pub use write::cleanup::{CleanedLevel, CleanupReport};
