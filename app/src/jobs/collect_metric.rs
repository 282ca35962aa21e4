//! Counts a metric from the application's own tables, by its collector.

use anyhow::Context as _;
use chrono::{DateTime, SecondsFormat, Utc};
use metrics_runtime::{
    CollectError, CollectReport, Collector, MetricSchema, Recorder, Registry, TimeRange,
    TimeSeriesMetric,
};
use serde_json::{Value, json};

use super::Environment;
use super::schedule::Schedule;

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

/// Every metric that is collected.
pub(super) fn schedules(registry: &Registry) -> Vec<Schedule> {
    let schedule = |schema: &MetricSchema| {
        Some(Schedule {
            subject: schema.name.to_owned(),
            cron: schema.collect?.to_owned(),
        })
    };
    let metrics = registry.metrics();
    metrics
        .filter_map(|layout| schedule(layout.schema))
        .collect()
}

/// Counts what has come into being since the last time.
pub(super) async fn run(environment: &Environment, metric: &str) -> anyhow::Result<Value> {
    let Environment { state, recorder } = environment;
    let layout = state.registry.metric(metric);
    let layout = layout.with_context(|| format!("the metric {metric} is no longer declared"))?;
    let (schema, now) = (layout.schema, Utc::now());
    let report = collect_metric(recorder, state.pool(), schema, Extent::New, now).await?;
    let until = report.collected_until;
    Ok(json!({
        "events": report.events,
        "collected_until": until.to_rfc3339_opts(SecondsFormat::Millis, true),
    }))
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
