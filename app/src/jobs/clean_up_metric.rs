//! Deletes what is past its retention, whenever the metric's declaration says so.

use anyhow::Context as _;
use chrono::Utc;
use metrics_runtime::Registry;
use serde_json::{Value, json};

use super::Environment;
use super::schedule::Schedule;
use crate::fault;

/// Every metric is cleaned up.
pub(super) fn schedules(registry: &Registry) -> Vec<Schedule> {
    let schedule = |layout: &metrics_runtime::Layout| Schedule {
        subject: layout.schema.name.to_owned(),
        cron: layout.schema.cleanup_schedule(),
    };
    registry.metrics().map(|layout| schedule(layout)).collect()
}

/// Cleans a metric up.
pub(super) async fn run(environment: &Environment, metric: &str) -> anyhow::Result<Value> {
    let Environment { state, recorder } = environment;
    let layout = state.registry.metric(metric);
    let layout = layout.with_context(|| format!("the metric {metric} is no longer declared"))?;
    fault::point("cleaning_up").await;
    let report = recorder.cleanup(layout, Utc::now()).await?;
    Ok(json!({
        "rows": report.total_rows(),
        "dictionary_entries": report.dictionary_entries,
    }))
}
