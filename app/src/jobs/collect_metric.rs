//! Counts a metric from the application's own tables, by its collector.

use chrono::{DateTime, Utc};
use metrics_runtime::{
    CollectError, CollectReport, Collector, MetricSchema, Recorder, TimeRange, TimeSeriesMetric,
};

use crate::database::Pool;
use crate::metrics::satellite_keys::{KeyCollector, SatelliteKeys};

/// What is to be counted.
#[derive(Debug, Clone, Copy)]
pub enum Extent {
    /// What has come into being since the last run.
    New,
    /// What lies in a range, once more.
    Again(TimeRange),
}

/// Counts a metric as of `now`.
///
/// # Errors
///
/// When the metric has no collector, or its collector or the database fails.
pub async fn collect_metric(
    recorder: &Recorder,
    pool: &Pool,
    schema: &'static MetricSchema,
    extent: Extent,
    now: DateTime<Utc>,
) -> Result<CollectReport, CollectError> {
    let metric = schema.name;
    if metric == SatelliteKeys::SCHEMA.name {
        let collector = KeyCollector::new(pool.clone());
        return collect(recorder, &collector, extent, now).await;
    }
    Err(CollectError::NotCollected { metric })
}

async fn collect(
    recorder: &Recorder,
    collector: &impl Collector,
    extent: Extent,
    now: DateTime<Utc>,
) -> Result<CollectReport, CollectError> {
    match extent {
        Extent::New => recorder.collect(collector, now).await,
        Extent::Again(range) => recorder.recount(collector, range, now).await,
    }
}
