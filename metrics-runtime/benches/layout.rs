//! Bytes a row, and the time of a query, of the generated tables beside those of a table written by hand in the
//! usual way: rowid, text columns, a unique key, and an index each for the query and for cleanup.
//!
//! `cargo bench -p metrics-runtime --bench layout` fills both with the same rows; `ROWS=10000000` sets how many.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use diesel::connection::SimpleConnection;
use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query, sql_types};
use metrics_runtime::migrate::{Backend, Project};
use metrics_runtime::{
    Batch, Event, EventBuilder, Interval, Layout, Limits, RawValue, Recorder, Scope, SeriesQuery,
    Store, TimeRange, TimeSeriesMetric, register,
};

/// MCP servers installed and removed.
#[derive(TimeSeriesMetric)]
#[metric(
    name = "server_installations",
    table = "server_install_metrics",
    retention = "60d"
)]
#[allow(dead_code, reason = "events are built field by field")]
struct ServerInstall {
    #[dimension(user)]
    user_id: String,
    #[dimension(team)]
    team_id: String,
    #[dimension]
    server_id: String,
    #[dimension]
    satellite_id: String,
    #[counter]
    installation_count: u64,
    #[counter]
    uninstallation_count: u64,
}

const BY_HAND: &str = "
    PRAGMA journal_mode = WAL;
    CREATE TABLE by_hand (
        id INTEGER PRIMARY KEY, user_id TEXT NOT NULL, team_id TEXT NOT NULL, server_id TEXT NOT NULL,
        satellite_id TEXT NOT NULL, bucket_timestamp INTEGER NOT NULL, bucket_interval TEXT NOT NULL,
        installation_count INTEGER NOT NULL, uninstallation_count INTEGER NOT NULL, created_at INTEGER NOT NULL,
        UNIQUE (user_id, team_id, server_id, satellite_id, bucket_interval, bucket_timestamp));
    CREATE INDEX by_hand_query ON by_hand (user_id, team_id, bucket_interval, bucket_timestamp);
    CREATE INDEX by_hand_cleanup ON by_hand (bucket_interval, bucket_timestamp);";

/// Four buckets of 15 minutes and one of an hour, for each series and hour.
const ROWS_PER_SERIES_HOUR: usize = 5;
const HOURS: usize = 30 * 24;
const SERIES_PER_USER: usize = 5;

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = sql_types::BigInt)]
    n: i64,
}

fn number(conn: &mut SqliteConnection, sql: &str) -> i64 {
    sql_query(sql)
        .get_result::<Number>(conn)
        .expect("a number")
        .n
}

fn main() {
    let rows: usize = std::env::var("ROWS")
        .ok()
        .and_then(|rows| rows.parse().ok())
        .unwrap_or(1_000_000);
    let series = (rows / ROWS_PER_SERIES_HOUR / HOURS).max(SERIES_PER_USER);
    let folder = tempfile::tempdir().expect("a folder");
    let end = Interval::DAY.floor(Utc::now().timestamp());
    let ours = folder.path().join("ours.db");
    let store = Store::sqlite(ours.to_str().expect("text")).expect("opens");
    let recorder = prepare(&store, folder.path());

    let started = Instant::now();
    let events = record(&recorder, series, end);
    let rate = events as f64 / started.elapsed().as_secs_f64();
    let size = std::fs::metadata(&ours).expect("is there").len();
    let mut conn = SqliteConnection::establish(ours.to_str().expect("text")).expect("opens");
    conn.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)")
        .expect("nobody else writes");
    let size = size.max(std::fs::metadata(&ours).expect("is there").len());
    let count = number(
        &mut conn,
        "SELECT count(*) AS n FROM server_install_metrics",
    );
    let ours_bytes = size as f64 / count as f64;
    let ours_time = query_ours(&store, end);

    let by_hand = folder.path().join("by_hand.db");
    let mut other = SqliteConnection::establish(by_hand.to_str().expect("text")).expect("opens");
    other.batch_execute(BY_HAND).expect("is SQL");
    copy(&mut other, &ours);
    let other_bytes = std::fs::metadata(&by_hand).expect("is there").len() as f64 / count as f64;
    let other_time = query_by_hand(&mut other, end);

    println!("{count} rows of {series} series, recorded at {rate:.0} events/s");
    println!("{:<34}{:>12}{:>12}{:>8}", "", "ours", "by hand", "ratio");
    println!(
        "{:<34}{ours_bytes:>12.1}{other_bytes:>12.1}{:>8.2}",
        "bytes a row",
        ours_bytes / other_bytes
    );
    let (a, b) = (
        ours_time.as_secs_f64() * 1e3,
        other_time.as_secs_f64() * 1e3,
    );
    println!(
        "{:<34}{a:>12.3}{b:>12.3}{:>8.2}",
        "30 days of hours of a user, ms",
        a / b
    );
}

fn prepare(store: &Store, folder: &std::path::Path) -> Recorder {
    let registry = Arc::new(register![ServerInstall].build().expect("one metric"));
    let project = Project::new(folder.join("metrics.lock"))
        .folder(Backend::Sqlite, folder.join("migrations"));
    project
        .generate(&registry, None, Utc::now())
        .expect("can be written");
    store
        .apply_migrations(&folder.join("migrations"))
        .expect("apply");
    Recorder::start(store, registry, Limits::default())
}

/// Reports every series at every quarter of an hour, in order of time.
fn record(recorder: &Recorder, series: usize, end: i64) -> usize {
    let layout = Arc::clone(
        recorder
            .registry()
            .metric("server_installations")
            .expect("registered"),
    );
    let mut batch = Vec::new();
    let start = end - i64::try_from(HOURS).expect("small") * 3_600;
    for quarter in 0..HOURS * 4 {
        for series in 0..series {
            batch.push(event(
                &layout,
                series,
                start + i64::try_from(quarter).expect("small") * 900,
            ));
        }
        if batch.len() > 10_000 {
            recorder
                .submit_blocking(Batch::of(std::mem::take(&mut batch)))
                .expect("is recorded");
        }
    }
    recorder
        .submit_blocking(Batch::of(batch))
        .expect("is recorded");
    HOURS * 4 * series
}

fn event(layout: &Arc<Layout>, series: usize, at: i64) -> Event {
    let user = series / SERIES_PER_USER;
    let mut event = EventBuilder::new(Arc::clone(layout));
    let mut set = |name, value: String| {
        event
            .set(name, RawValue::Text(value.into()))
            .expect("is valid");
    };
    set("user_id", format!("user-{user:026}"));
    set("team_id", format!("team-{:026}", user / 10));
    set("server_id", format!("server-{:026}", series % 97));
    set("satellite_id", format!("satellite-{:026}", series % 7));
    set("installation_count", (series % 5).to_string());
    event.finish(at).expect("is complete")
}

fn query_ours(store: &Store, end: i64) -> Duration {
    let layout = Arc::new(Layout::of(ServerInstall::SCHEMA));
    let end = DateTime::from_timestamp(end, 0).expect("a time");
    let range = TimeRange::new(end - TimeDelta::days(30), end).expect("a range");
    median(|| {
        let scope = Scope::own(format!("team-{:026}", 0), format!("user-{:026}", 1));
        let series = SeriesQuery::new(Arc::clone(&layout), scope)
            .range(range)
            .load(store)
            .expect("an answer");
        assert!(series.summary()[0].total > 0, "the user has numbers");
    })
}

fn copy(other: &mut SqliteConnection, ours: &std::path::Path) {
    let attach = format!("ATTACH '{}' AS ours", ours.display());
    other.batch_execute(&attach).expect("is there");
    // In order of time, as it would have grown.
    let columns = "user_id, team_id, server_id, satellite_id, bucket_timestamp, bucket_interval, \
                   installation_count, uninstallation_count, created_at";
    let insert = format!(
        "INSERT INTO by_hand ({columns}) SELECT {columns} FROM ours.server_install_metrics_view \
         ORDER BY bucket_timestamp"
    );
    other.batch_execute(&insert).expect("is copied");
    other
        .batch_execute("DETACH ours; PRAGMA wal_checkpoint(TRUNCATE)")
        .expect("nobody else writes");
}

fn query_by_hand(conn: &mut SqliteConnection, end: i64) -> Duration {
    let sql = format!(
        "SELECT bucket_timestamp AS n, SUM(installation_count), SUM(uninstallation_count) FROM by_hand \
         WHERE user_id = 'user-{:026}' AND team_id = 'team-{:026}' AND bucket_interval = '1h' \
         AND bucket_timestamp >= {} AND bucket_timestamp < {end} GROUP BY bucket_timestamp ORDER BY bucket_timestamp",
        1,
        0,
        end - 30 * 86_400
    );
    median(|| {
        let rows: Vec<Number> = sql_query(&sql).load(conn).expect("an answer");
        assert!(!rows.is_empty(), "the user has numbers");
    })
}

fn median(mut work: impl FnMut()) -> Duration {
    let mut times: Vec<_> = (0..51)
        .map(|_| {
            let started = Instant::now();
            work();
            started.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[times.len() / 2]
}
