//! Time-series product metrics in your own database, declared as structs.
//!
//! A metric is a struct with `#[derive(TimeSeriesMetric)]`. What follows from it is computed here, from one constant:
//! the tables and their migrations ([`migrate`]), the writer ([`Recorder`]), the query ([`SeriesQuery`]), cleanup,
//! permissions ([`Registry`]) and, with the feature `web`, routes for any actix-web application.
//!
//! ```
//! use metrics_runtime::migrate::{Backend, Project};
//! use metrics_runtime::{Limits, Recorder, Scope, Store, TimeSeriesMetric, register};
//!
//! /// Pages shown to people.
//! #[derive(TimeSeriesMetric)]
//! #[metric(intervals("15m", "1h"), retention = "30d")]
//! struct PageView {
//!     #[dimension(user)]
//!     user_id: String,
//!     #[dimension(team)]
//!     team_id: String,
//!     #[dimension]
//!     page: String,
//!     #[counter]
//!     views: u64,
//! }
//!
//! # let folder = tempfile::tempdir()?;
//! # let (lock, migrations) = (folder.path().join("metrics.lock"), folder.path().join("migrations"));
//! # let database = folder.path().join("app.db").display().to_string();
//! // Once, and again whenever a metric is added: write the migrations, and commit them.
//! let registry = register![PageView].build()?;
//! let project = Project::new(lock).folder(Backend::Sqlite, &migrations);
//! project.generate(&registry, None, chrono::Utc::now())?;
//!
//! // When the application starts: apply them, and start the recorder.
//! let store = Store::sqlite(&database)?;
//! store.apply_migrations(&migrations)?;
//! let recorder = Recorder::start(&store, registry.into(), Limits::default());
//!
//! // Record: when this returns, it is committed.
//! let view = PageView { user_id: "ann".into(), team_id: "web".into(), page: "/".into(), views: 1 };
//! pollster::block_on(recorder.record(&view))?;
//!
//! // Query: the last 24 hours of Ann's rows in this team, hour by hour, without gaps.
//! let buckets = PageView::query(Scope::own("web", "ann")).load(&store)?;
//! assert_eq!(buckets.iter().map(|bucket| bucket.views).sum::<u64>(), 1);
//! # recorder.shutdown();
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Features
//!
//! `sqlite` (default), `postgres` and `turso` (libSQL) are the backends. `web` mounts the routes. `table` adds a `diesel::table!` for
//! each metric's readable view; a crate that declares metrics then needs diesel as a direct dependency. `uuid` makes
//! `uuid::Uuid` a dimension value.

// In reading order: a module uses those above it.

// Where tables may be.
mod backend;

// The words that people read.
mod noun;

// The declaration as data.
mod dimension;
mod interval;

mod schema;
mod title;

mod shape;

mod layout;

mod tables;

mod transition;

// What can go wrong, and what is held.
mod error;
mod fault;
mod limits;

// Questions and answers.
mod scope;
mod time_range;
mod window;
mod zone;

mod timeline;

mod typed;

mod series;

mod registry;

// Events on their way in.
mod event;

// The database.
mod cell;

mod sql;

pub mod migrate;

mod write;

mod copy;

mod store;

// What it is all for.
mod completeness;
mod direct;
mod query;

mod metric;

mod collect;

mod recorder;

#[cfg(feature = "web")]
mod decode;

#[cfg(feature = "web")]
pub mod web;

#[doc(hidden)]
pub mod __private;

pub use chrono;
pub use diesel;
#[cfg(feature = "turso")]
pub use libsql_connection;

pub use collect::{CollectError, CollectReport, Collected, Collector, CollectorError};
pub use copy::{CopiedInterval, CopiedRows, CopyError, CopyPlan, CopyProgress, CopyReport};
pub use dimension::{DimensionKind, DimensionValue, Value};
pub use direct::{cleanup_now, expired_now};
pub use error::{InvalidQuery, Outage, QueryError, Reason, RecordError, Rejection, StoreError};
pub use event::{Event, EventBuilder, Observation, RawValue};
pub use interval::{Interval, InvalidInterval};
pub use layout::{Dictionary, Layout};
pub use limits::Limits;
pub use metric::{MetricQuery, TimeSeriesMetric};
pub use metrics_derive::{DimensionValue, TimeSeriesMetric};
pub use noun::one_or_many;
pub use query::{DEFAULT_MAX_BUCKETS, DEFAULT_TOP, MAX_TOP, SeriesQuery};
pub use recorder::{Recorder, StatsSnapshot};
pub use registry::{Registry, RegistryBuilder, RegistryError};
pub use schema::{Dimension, DimensionRole, Level, Measure, MeasureKind, MetricSchema, Reference};
pub use scope::Scope;
pub use series::{
    Buckets, Change, Completeness, Group, GroupName, MeasureSummary, Previous, Series,
};
#[cfg(feature = "postgres")]
pub use store::PostgresManager;
pub use store::Store;
pub use time_range::TimeRange;
pub use typed::{CounterValue, Filters, Measures, MetricBucket, MetricFilter};
pub use window::Window;
pub use write::batch::{Batch, BatchId, Failure, Receipt};
pub use write::cleanup::{CleanedLevel, CleanupReport};
pub use zone::Zone;
