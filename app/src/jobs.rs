//! What happens by itself: the cleanup of each metric, and the collectors, each on its own schedule.

mod clean_up_metric;
mod collect_metric;
mod schedule;

use std::sync::Arc;

use chrono::Utc;
use metrics_runtime::{Layout, Recorder};

use crate::database::Pool;
use clean_up_metric::clean_up_metric;
pub use collect_metric::{Extent, collect_metric};
use schedule::at_each_time;

/// Schedules everything. The tasks end with the server.
pub fn start(recorder: &Recorder, pool: &Pool) {
    for layout in recorder.registry().metrics() {
        actix_web::rt::spawn(clean_up(recorder.clone(), Arc::clone(layout)));
        if let Some(times) = layout.schema.collect {
            let collecting = collect(recorder.clone(), pool.clone(), Arc::clone(layout), times);
            actix_web::rt::spawn(collecting);
        }
    }
}

async fn clean_up(recorder: Recorder, layout: Arc<Layout>) {
    let times = layout.schema.cleanup_schedule();
    let work = || clean_up_metric(&recorder, &layout);
    at_each_time(&times, layout.schema.name, work).await;
}

async fn collect(recorder: Recorder, pool: Pool, layout: Arc<Layout>, times: &'static str) {
    let metric = layout.schema.name;
    let work = || async {
        let collected =
            collect_metric(&recorder, &pool, layout.schema, Extent::New, Utc::now()).await;
        match collected {
            Ok(report) => tracing::info!(
                metric,
                events = report.events,
                until = %report.collected_until,
                "collected"
            ),
            Err(error) => {
                tracing::error!(metric, %error, "collecting failed: it goes on at its next time");
            }
        }
    };
    at_each_time(times, metric, work).await;
}
