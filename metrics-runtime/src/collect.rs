//! Metrics that are aggregated periodically from data that is there already.
//!
//! A collector is asked for the events of one window after the other, by [`Recorder::collect`](crate::Recorder::collect),
//! and for those of an earlier one again by [`Recorder::recount`](crate::Recorder::recount).

use chrono::{DateTime, TimeDelta, Utc};

use crate::error::{RecordError, Rejection};
use crate::metric::TimeSeriesMetric;
use crate::window::Window;

/// What a collector fails with: any error.
pub type CollectorError = Box<dyn std::error::Error + Send + Sync>;

/// What a collector answers: the events of a window, each with the moment at which it happened.
pub type Collected<M> = Result<Vec<(DateTime<Utc>, M)>, CollectorError>;

/// Finds the events of a metric in data that is there already.
///
/// The metric says when: `#[metric(collect = "*/15 * * * *")]`. Nobody else may record it then. Whoever schedules it calls
/// [`Recorder::collect`](crate::Recorder::collect).
///
/// ```
/// use metrics_runtime::chrono::{DateTime, TimeDelta, Utc};
/// use metrics_runtime::migrate::{Backend, Project};
/// use metrics_runtime::{Collected, Collector, Limits, Recorder, Scope, Store, TimeSeriesMetric, Window, register};
///
/// /// Orders, by shop.
/// #[derive(TimeSeriesMetric)]
/// #[metric(intervals("15m", "1d"), retention = "90d", collect = "*/15 * * * *")]
/// struct Orders {
///     #[dimension(team)]
///     shop: String,
///     #[counter]
///     orders: u64,
/// }
///
/// /// The rows of a table, here kept in memory.
/// struct OrderTable(Vec<(DateTime<Utc>, &'static str)>);
///
/// impl Collector for OrderTable {
///     type Metric = Orders;
///
///     async fn collect(&self, window: Window) -> Collected<Orders> {
///         let rows = self.0.iter().filter(|(placed_at, _)| window.contains(*placed_at));
///         let order = |(placed_at, shop): &(DateTime<Utc>, &str)| {
///             (*placed_at, Orders { shop: (*shop).to_owned(), orders: 1 })
///         };
///         Ok(rows.map(order).collect())
///     }
/// }
///
/// # let folder = tempfile::tempdir()?;
/// # let migrations = folder.path().join("migrations");
/// # let registry = register![Orders].build()?;
/// # let project = Project::new(folder.path().join("metrics.lock")).folder(Backend::Sqlite, &migrations);
/// # project.generate(&registry, None, Utc::now())?;
/// # let store = Store::sqlite(&folder.path().join("app.db").display().to_string())?;
/// # store.apply_migrations(&migrations)?;
/// let recorder = Recorder::start(&store, registry.into(), Limits::default());
/// let now = Utc::now();
/// let table = OrderTable(vec![(now - TimeDelta::hours(1), "north"), (now - TimeDelta::days(3), "north")]);
/// let first = pollster::block_on(recorder.collect(&table, now))?;
/// let again = pollster::block_on(recorder.collect(&table, now))?;
/// assert_eq!((first.events, again.events), (2, 0));
/// # recorder.shutdown();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Collector: Send + Sync {
    /// What it counts.
    type Metric: TimeSeriesMetric + Send;

    /// The events of `window`, all of them, each with the moment at which it happened. The same window may be asked for
    /// again: after an interruption, when two processes collect at the same time, and for a recount.
    ///
    /// A window is up to a day long. What can be added up should be: one event for each combination of dimensions and
    /// each bucket of the finest interval is as good as one for each row.
    fn collect(&self, window: Window) -> impl Future<Output = Collected<Self::Metric>> + Send;

    /// How long after its end a window is left alone. Rows that are being written when it ends may still come into being,
    /// and clocks differ; what comes later than this is only found by a recount. A minute, unless a collector says
    /// otherwise.
    fn lag(&self) -> TimeDelta {
        TimeDelta::minutes(1)
    }
}

/// What a run of a collector has counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollectReport {
    /// The metric type.
    pub metric: &'static str,
    /// From the start of the first window to the end of the last one; `None` when there was nothing to do.
    pub window: Option<Window>,
    /// How many events there were.
    pub events: usize,
    /// Up to when the metric is collected now.
    pub collected_until: DateTime<Utc>,
}

/// Why a collector's run ended. What was counted before in the same run stays counted; the window at fault is not.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// The metric's declaration does not name a collector's schedule.
    #[error(
        "{metric} is not collected: declare it with `#[metric(collect = \"*/15 * * * *\")]`, or record it"
    )]
    NotCollected {
        /// The metric type.
        metric: &'static str,
    },
    /// The collector said no.
    #[error("{collector} found nothing of {window}: {source}")]
    Failed {
        /// The collector's type.
        collector: &'static str,
        /// What it was asked for.
        window: Window,
        /// What it said.
        source: CollectorError,
    },
    /// The collector answered an event that is not of its window.
    #[error(
        "{collector} answered an event at {timestamp} when it was asked for {window}: \
         it must leave out what happened at other times"
    )]
    Outside {
        /// The collector's type.
        collector: &'static str,
        /// When the event happened.
        timestamp: DateTime<Utc>,
        /// What it was asked for.
        window: Window,
    },
    /// The collector answered an event that cannot be counted.
    #[error(
        "{collector} answered an event that cannot be counted, and so nothing of {window} is: \
         event {index}: {rejection}"
    )]
    Rejected {
        /// The collector's type.
        collector: &'static str,
        /// What it was asked for.
        window: Window,
        /// The event's position.
        index: usize,
        /// Why it cannot be counted.
        rejection: Rejection,
    },
    /// The range of a recount is one that cannot be recounted.
    #[error("{0}")]
    Range(String),
    /// The database did not take it, or the recorder has been shut down.
    #[error(transparent)]
    Record(#[from] RecordError),
}
