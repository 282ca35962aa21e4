//! When something is to happen: the times of a cron expression.

use std::str::FromStr;
use std::time::Duration;

use actix_web::rt::time::sleep;
use chrono::{DateTime, Utc};
use croner::Cron;

/// Does `work` at each time of a schedule in UTC, for as long as the process lives.
pub(super) async fn at_each_time<F: Future<Output = ()>>(
    schedule: &str,
    what: &'static str,
    work: impl Fn() -> F,
) {
    let cron = match Cron::from_str(schedule) {
        Ok(cron) => cron,
        Err(error) => return tracing::error!(what, schedule, %error, "it cannot be scheduled"),
    };
    while let Some(wait) = until_next(&cron, Utc::now()) {
        sleep(wait).await;
        work().await;
    }
}

/// How long it is until the next time, if the schedule has one.
fn until_next(cron: &Cron, now: DateTime<Utc>) -> Option<Duration> {
    let next = cron.find_next_occurrence(&now, false).ok()?;
    (next - now).to_std().ok()
}
