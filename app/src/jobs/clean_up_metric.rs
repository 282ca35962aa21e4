//! Deletes what is past its retention, whenever the metric's declaration says so.

use std::sync::Arc;

use chrono::Utc;
use metrics_runtime::{Layout, Recorder};

/// Cleans a metric up.
pub(super) async fn clean_up_metric(recorder: &Recorder, layout: &Arc<Layout>) {
    let metric = layout.schema.name;
    match recorder.cleanup(layout, Utc::now()).await {
        Ok(report) => tracing::info!(
            metric,
            rows = report.total_rows(),
            dictionary_entries = report.dictionary_entries,
            "cleaned up"
        ),
        Err(error) => {
            tracing::error!(metric, %error, "the cleanup failed: it runs again at its next time");
        }
    }
}
