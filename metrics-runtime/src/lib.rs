//! Time-series product metrics in your own database, declared as structs.

#[doc(hidden)]
pub mod __private;
#[cfg(feature = "web")]
mod decode;
mod dimension;
mod direct;
mod error;
mod event;
mod interval;
mod layout;
mod limits;
mod metric;
pub mod migrate;
mod query;
mod recorder;
mod registry;
mod schema;
mod scope;
mod series;
mod sql;
mod store;
mod time_range;
#[cfg(feature = "web")]
pub mod web;
mod write;

pub use chrono;
pub use diesel;

pub use dimension::{DimensionKind, DimensionValue, Value};
pub use direct::{cleanup_now, expired_now};
pub use error::{InvalidQuery, QueryError, Reason, RecordError, Rejection, StoreError};
pub use event::{Event, EventBuilder, RawValue};
pub use interval::{Interval, InvalidInterval};
pub use layout::{Dictionary, Layout};
pub use limits::Limits;
pub use metric::{
    CounterValue, Filters, Measures, MetricBucket, MetricFilter, Observation, TimeSeriesMetric,
};
pub use metrics_derive::{DimensionValue, TimeSeriesMetric};
pub use query::{DEFAULT_MAX_BUCKETS, MetricQuery, SeriesQuery};
pub use recorder::{Recorder, StatsSnapshot};
pub use registry::{Registry, RegistryBuilder, RegistryError};
pub use schema::{Dimension, DimensionRole, Level, Measure, MeasureKind, MetricSchema, Reference};
pub use scope::Scope;
pub use series::{MeasureSummary, Series};
pub use store::Store;
pub use time_range::TimeRange;
pub use write::batch::{Batch, BatchId, Failure, Receipt};
pub use write::cleanup::{CleanedLevel, CleanupReport};
