//! Deletes what is past its retention, whenever the metric's declaration says so.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use actix_web::rt::time::sleep;
use chrono::{DateTime, Utc};
use croner::Cron;
use metrics_runtime::{Layout, Recorder};

/// Cleans up at each time of the schedule, for as long as the process lives.
pub(super) async fn on_schedule(recorder: Recorder, layout: Arc<Layout>) {
    let schedule = layout.schema.cleanup_schedule();
    let name = layout.schema.name;
    let cron = match Cron::from_str(&schedule) {
        Ok(cron) => cron,
        Err(error) => {
            return tracing::error!(metric = name, schedule, %error, "the cleanup cannot be scheduled");
        }
    };
    while let Some(wait) = until_next(&cron, Utc::now()) {
        sleep(wait).await;
        match recorder.cleanup(&layout, Utc::now()).await {
            Ok(report) => tracing::info!(
                metric = name,
                rows = report.total_rows(),
                dictionary_entries = report.dictionary_entries,
                "cleaned up"
            ),
            Err(error) => {
                tracing::error!(metric = name, %error, "the cleanup failed: it runs again at its next time");
            }
        }
    }
}

/// How long it is until the next time, if the schedule has one.
fn until_next(cron: &Cron, now: DateTime<Utc>) -> Option<Duration> {
    let next = cron.find_next_occurrence(&now, false).ok()?;
    (next - now).to_std().ok()
}
