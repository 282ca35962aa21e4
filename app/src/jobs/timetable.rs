//! When jobs happen by themselves: the times of cron expressions, each of which becomes a job.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use croner::Cron;
use diesel::QueryResult;
use metrics_runtime::Registry;

use super::Kind;
use crate::database::Connection;
use crate::models::jobs::NewJob;

/// All schedules, and how far each is known to have come.
///
/// Nothing is counted from the last run: the latest time that lies behind is to have a job, whatever happened before.
/// So a clock that jumps ahead makes one job at most, and one that jumps back makes none.
#[derive(Debug)]
pub struct Timetable(Vec<Entry>);

#[derive(Debug)]
struct Entry {
    kind: Kind,
    subject: String,
    cron: Cron,
    /// The latest time that is known to have a job.
    settled: Option<i64>,
}

impl Timetable {
    /// The schedules of every kind.
    #[must_use]
    pub fn of(registry: &Registry) -> Self {
        let mut entries = Vec::new();
        for &kind in Kind::ALL {
            for schedule in kind.schedules(registry) {
                let (subject, times) = (schedule.subject, schedule.cron);
                match Cron::from_str(&times) {
                    Ok(cron) => entries.push(Entry {
                        kind,
                        subject,
                        cron,
                        settled: None,
                    }),
                    Err(error) => {
                        tracing::error!(%kind, subject, times, %error, "a job cannot be scheduled");
                    }
                }
            }
        }
        Self(entries)
    }

    /// Makes the jobs whose times have come and that no instance has made yet, to be tried `attempts` times each.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn catch_up(
        &mut self,
        connection: &mut Connection,
        attempts: i64,
        now: i64,
    ) -> QueryResult<()> {
        for entry in &mut self.0 {
            let latest = latest(&entry.cron, now).filter(|time| entry.settled != Some(*time));
            let Some(time) = latest else { continue };
            let job = NewJob {
                kind: entry.kind.as_str(),
                subject: &entry.subject,
                attempts,
            };
            if job.schedule(connection, time, now)? {
                entry.settled = Some(time);
            }
        }
        Ok(())
    }
}

/// The latest time of a schedule that is not ahead of `now`, if it has one.
fn latest(cron: &Cron, now: i64) -> Option<i64> {
    let now: DateTime<Utc> = DateTime::from_timestamp(now, 0)?;
    let time = cron.find_previous_occurrence(&now, true).ok()?;
    Some(time.timestamp())
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use croner::Cron;

    use super::latest;

    #[test]
    fn the_latest_time_is_the_present_one_or_one_before() {
        let latest = |times: &str, now| latest(&Cron::from_str(times).unwrap(), now);
        // 2026-01-10T12:00:00Z, a Saturday.
        let noon = 1_768_046_400;
        assert_eq!(latest("0 * * * *", noon), Some(noon));
        assert_eq!(latest("0 * * * *", noon + 3_599), Some(noon));
        assert_eq!(latest("0 * * * *", noon - 1), Some(noon - 3_600));
        assert_eq!(latest("*/15 * * * *", noon + 1_000), Some(noon + 900));
        assert_eq!(latest("0 3 * * *", noon), Some(noon - 9 * 3_600));
        assert_eq!(latest("0 12 * * 1", noon), Some(noon - 5 * 86_400));
    }
}
