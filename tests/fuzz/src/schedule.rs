//! Schedules: what a declaration may say is what the application can run.

use std::str::FromStr;

use chrono::DateTime;
use croner::Cron;

/// 2026-01-10T12:00:00Z.
const NOW: i64 = 1_768_046_400;

pub(crate) fn read(text: &str) {
    if crate::cron::validate(text).is_err() {
        return;
    }
    let schedule = Cron::from_str(text);
    let schedule = schedule.unwrap_or_else(|error| panic!("{text:?} cannot be scheduled: {error}"));
    let now = DateTime::from_timestamp(NOW, 0).expect("a time");
    let next = schedule.find_next_occurrence(&now, false);
    let next = next.unwrap_or_else(|error| panic!("{text:?} never comes: {error}"));
    let latest = schedule.find_previous_occurrence(&next, true);
    assert_eq!(latest.ok(), Some(next), "{text:?}");
}
