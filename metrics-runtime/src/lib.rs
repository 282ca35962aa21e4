//! Time-series product metrics in your own database, declared as structs.

mod dimension;
mod interval;
mod metric;
mod schema;

pub use dimension::{DimensionKind, DimensionValue, Value};
pub use interval::{Interval, InvalidInterval};
pub use metric::{
    CounterValue, Filters, Measures, MetricBucket, MetricFilter, Observation, TimeSeriesMetric,
};
pub use schema::{Dimension, DimensionRole, Level, Measure, MeasureKind, MetricSchema, Reference};

/// What generated code needs and nobody else should name.
#[doc(hidden)]
pub mod __private;
