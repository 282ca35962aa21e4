//! What happens by itself: the cleanup of each metric, on its own schedule.

mod clean_up_metric;

use metrics_runtime::Recorder;

/// Schedules everything. The tasks end with the server.
pub fn start(recorder: &Recorder) {
    for layout in recorder.registry().metrics() {
        let task = clean_up_metric::on_schedule(recorder.clone(), layout.clone());
        actix_web::rt::spawn(task);
    }
}
