//! The sums of one person's buckets, as JSON.

use std::path::PathBuf;
use std::sync::Mutex;

use rusqlite::{Connection, OptionalExtension, Result};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::event::now;

/// Who is signed in, if they belong to the team.
const PERSON: &str = "SELECT s.user_id FROM sessions s JOIN team_members m ON m.user_id = s.user_id AND m.team_id = ?2
    WHERE s.token_hash = ?1 AND s.expires_at > ?3";
const SUMS: &str = "SELECT bucket_timestamp, SUM(installation_count), SUM(uninstallation_count)
    FROM server_install_metrics
    WHERE owner_id = (SELECT id FROM server_install_metrics_owners WHERE team_id = ?1 AND user_id = ?2)
      AND bucket_interval = ?3 AND bucket_timestamp >= ?4 AND bucket_timestamp < ?5
    GROUP BY bucket_timestamp ORDER BY bucket_timestamp";

/// What is asked.
pub(super) struct Question {
    pub(super) token: String,
    pub(super) team_id: String,
    pub(super) range: i64,
    pub(super) interval: i64,
}

/// The measures of a bucket, or their sums.
type Counts = [i64; 2];

/// Connections that nobody uses at the moment; there are never more than requests at once.
pub(super) struct Reader {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl Reader {
    pub(super) fn new(path: PathBuf) -> Self {
        let idle = Mutex::new(Vec::new());
        Self { path, idle }
    }

    /// The answer; `None` for who is not signed in, or not in the team.
    pub(super) fn answer(&self, question: &Question) -> Result<Option<Vec<u8>>> {
        let idle = self.idle.lock().expect("nobody panics").pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.open()?,
        };
        let answer = answer(&connection, question);
        self.idle.lock().expect("nobody panics").push(connection);
        answer
    }

    fn open(&self) -> Result<Connection> {
        let connection = Connection::open(&self.path)?;
        connection.execute_batch("PRAGMA busy_timeout = 5000; PRAGMA mmap_size = 1073741824")?;
        Ok(connection)
    }
}

fn answer(connection: &Connection, question: &Question) -> Result<Option<Vec<u8>>> {
    let (token, team, now): ([u8; 32], _, _) = (
        Sha256::digest(&question.token).into(),
        &question.team_id,
        now(),
    );
    let mut statement = connection.prepare_cached(PERSON)?;
    let person = statement.query_row((token, team, now), |row| row.get(0));
    let Some(person): Option<String> = person.optional()? else {
        return Ok(None);
    };
    let interval = question.interval;
    let start = now - question.range;
    let first = start - start.rem_euclid(interval);
    let end = now + (interval - now.rem_euclid(interval)) % interval;
    let mut buckets = empty(first, end, interval);
    let mut statement = connection.prepare_cached(SUMS)?;
    let mut rows = statement.query((team, &person, interval, first, end))?;
    while let Some(row) = rows.next()? {
        let at: i64 = row.get(0)?;
        let index = usize::try_from((at - first) / interval).expect("at lies in the range");
        buckets[index].1 = [row.get(1)?, row.get(2)?];
    }
    Ok(Some(json(question, &person, (start, now), &buckets)))
}

/// Buckets of zeros.
fn empty(first: i64, end: i64, interval: i64) -> Vec<(i64, Counts)> {
    let mut buckets = Vec::new();
    let mut at = first;
    while at < end {
        buckets.push((at, [0; 2]));
        at += interval;
    }
    buckets
}

#[derive(Serialize)]
struct Answer<'a> {
    success: bool,
    data: Data<'a>,
}

#[derive(Serialize)]
struct Data<'a> {
    metric_type: &'static str,
    time_range: Range,
    filters: Filters<'a>,
    buckets: Vec<Bucket>,
    summary: Summary,
}

#[derive(Serialize)]
struct Range {
    start: String,
    end: String,
    interval: String,
}

#[derive(Serialize)]
struct Filters<'a> {
    user_id: &'a str,
    team_id: &'a str,
}

#[derive(Serialize)]
struct Bucket {
    timestamp: String,
    installation_count: i64,
    uninstallation_count: i64,
}

#[derive(Serialize)]
struct Summary {
    total_buckets: usize,
    total_installation_count: i64,
    average_installation_count: f64,
    peak_installation_count: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    peak_installation_count_timestamp: Option<String>,
    total_uninstallation_count: i64,
    average_uninstallation_count: f64,
    peak_uninstallation_count: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    peak_uninstallation_count_timestamp: Option<String>,
}

fn json(
    question: &Question,
    person: &str,
    (start, end): (i64, i64),
    buckets: &[(i64, Counts)],
) -> Vec<u8> {
    let bucket = |(at, counts): &(i64, Counts)| Bucket {
        timestamp: text(*at),
        installation_count: counts[0],
        uninstallation_count: counts[1],
    };
    let interval = format!("{}m", question.interval / 60);
    let answer = Answer {
        success: true,
        data: Data {
            metric_type: "server_installations",
            time_range: Range {
                start: text(start),
                end: text(end),
                interval,
            },
            filters: Filters {
                user_id: person,
                team_id: &question.team_id,
            },
            buckets: buckets.iter().map(bucket).collect(),
            summary: summary(buckets),
        },
    };
    serde_json::to_vec(&answer).expect("numbers and texts are JSON")
}

fn summary(buckets: &[(i64, Counts)]) -> Summary {
    let [installed, removed] = [0, 1].map(|index| summary_of(buckets, index));
    Summary {
        total_buckets: buckets.len(),
        total_installation_count: installed.0,
        average_installation_count: installed.1,
        peak_installation_count: installed.2,
        peak_installation_count_timestamp: installed.3,
        total_uninstallation_count: removed.0,
        average_uninstallation_count: removed.1,
        peak_uninstallation_count: removed.2,
        peak_uninstallation_count_timestamp: removed.3,
    }
}

/// Total, average to two decimals, peak and when it was.
fn summary_of(buckets: &[(i64, Counts)], index: usize) -> (i64, f64, i64, Option<String>) {
    let (mut total, mut peak) = (0, (0, None));
    for (at, counts) in buckets {
        total += counts[index];
        if counts[index] > peak.0 {
            peak = (counts[index], Some(*at));
        }
    }
    let average = total as f64 / buckets.len() as f64;
    let average = (average * 100.0).round() / 100.0;
    (total, average, peak.0, peak.1.map(text))
}

fn text(at: i64) -> String {
    let moment = chrono::DateTime::from_timestamp(at, 0).expect("a time of our own");
    moment.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}
