//! A rebuild of a large table on SQLite, through a generated migration, with a reader alive meanwhile.
//!
//! `cargo bench -p metrics-runtime --bench rebuild`; `ROWS=10000000` for more than a million. It prints how long the
//! migration took, how much memory of its own the process had before and at most meanwhile, and how long the reader
//! waited at most. The database is mapped into memory, which the system takes back when it wants to: that is not counted.

#![allow(missing_docs, clippy::unwrap_used)]

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use metrics_runtime::migrate::{Backend, Project};
use metrics_runtime::{Registry, Scope, Store, TimeSeriesMetric, register};

mod before {
    use metrics_runtime::TimeSeriesMetric;

    /// Calls of tools.
    #[derive(TimeSeriesMetric)]
    #[metric(name = "call", intervals("15m", "1h"), retention = "2y")]
    pub(crate) struct Call {
        #[dimension(user)]
        pub(crate) user_id: String,
        #[dimension(team)]
        pub(crate) team_id: String,
        #[dimension]
        pub(crate) tool: String,
        #[dimension]
        pub(crate) satellite: String,
        #[counter]
        pub(crate) calls: u64,
        #[counter]
        pub(crate) bytes: u64,
    }
}

mod after {
    use metrics_runtime::TimeSeriesMetric;

    /// Calls of tools, whose satellite nobody asks for.
    #[derive(TimeSeriesMetric)]
    #[metric(name = "call", intervals("15m", "1h", "1d"), retention = "2y")]
    pub(crate) struct Call {
        #[dimension(user)]
        pub(crate) user_id: String,
        #[dimension(team)]
        pub(crate) team_id: String,
        #[dimension]
        pub(crate) tool: String,
        #[counter]
        pub(crate) calls: u64,
        #[counter]
        pub(crate) bytes: u64,
    }
}

/// A hundred owners, a hundred labels of which ten are told apart later, and rows in both intervals.
const FILL: &str = r#"
WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < 99)
INSERT INTO call_metrics_owners (team_id, user_id, last_used_at) SELECT 'team ' || n % 10, 'user ' || n, 1 FROM n;
WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < 99)
INSERT INTO call_metrics_labels (tool, satellite, last_used_at) SELECT 'tool ' || n % 10, 'satellite ' || n, 1 FROM n;
WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < ROWS - 1)
INSERT INTO call_metrics (owner_id, bucket_interval, bucket_timestamp, labels_id, created_at, calls, bytes)
SELECT 1 + n / (ROWS / 100), CASE WHEN n % (ROWS / 100) < ROWS / 125 THEN 900 ELSE 3600 END,
    1700000000 / 86400 * 86400 + n % (ROWS / 100) / 100 * 3600, 1 + n % 100, 1, 1, n % 1000 FROM n;
"#;

fn main() {
    let rows = std::env::var("ROWS").unwrap_or("1000000".to_owned());
    let folder = tempfile::tempdir().unwrap();
    let (migrations, file) = (
        folder.path().join("migrations"),
        folder.path().join("bench.db"),
    );
    let project = Project::new(folder.path().join("metrics.lock"))
        .folder(Backend::Sqlite, &migrations)
        .allow_destructive();
    let store = Store::sqlite(file.to_str().unwrap()).unwrap();
    apply(
        &project,
        &store,
        &migrations,
        &register![before::Call].build().unwrap(),
        0,
    );
    let mut conn = SqliteConnection::establish(file.to_str().unwrap()).unwrap();
    conn.batch_execute(&FILL.replace("ROWS", &rows)).unwrap();
    conn.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)")
        .unwrap();
    println!(
        "{rows} rows, {} MB",
        std::fs::metadata(&file).unwrap().len() / 1_000_000
    );
    let (before, done) = (own_memory(), AtomicBool::new(false));
    let (took, seen) = std::thread::scope(|scope| {
        let reader = scope.spawn(|| read(&store, &done));
        let start = Instant::now();
        apply(
            &project,
            &store,
            &migrations,
            &register![after::Call].build().unwrap(),
            1,
        );
        let took = start.elapsed();
        done.store(true, Ordering::Relaxed);
        (took, reader.join().unwrap())
    });
    let Seen {
        reads,
        slowest,
        memory,
    } = seen;
    println!("rebuilt in {took:.1?}; {before} MB before, {memory} MB at most");
    println!("{reads} reads meanwhile, the slowest took {slowest:.1?}");
}

/// What the reader has seen while the table was rebuilt.
#[derive(Default)]
struct Seen {
    reads: u32,
    slowest: Duration,
    /// The most memory that the process had, in megabytes.
    memory: u64,
}

/// Removes a dimension, which merges rows ten to one, and adds an interval, which is filled.
fn apply(project: &Project, store: &Store, migrations: &Path, registry: &Registry, seconds: i64) {
    let now = DateTime::from_timestamp(Utc::now().timestamp() + seconds, 0).unwrap();
    project.generate(registry, None, now).unwrap().unwrap();
    store.apply_migrations(migrations).unwrap();
}

/// Reads as before until the migration is committed: by then the old declaration may no longer fit.
fn read(store: &Store, done: &AtomicBool) -> Seen {
    let mut seen = Seen::default();
    while !done.load(Ordering::Relaxed) {
        let start = Instant::now();
        before::Call::query(Scope::own("team 1", "user 1"))
            .load(store)
            .unwrap();
        seen.slowest = seen.slowest.max(start.elapsed());
        seen.reads += 1;
        seen.memory = seen.memory.max(own_memory());
        std::thread::sleep(Duration::from_millis(5));
    }
    seen
}

/// The memory that this process has to itself, in megabytes; 0 where the system does not tell.
fn own_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("RssAnon:"));
    let kilobytes = line
        .and_then(|line| line.trim().strip_suffix(" kB"))
        .and_then(|text| text.trim().parse::<u64>().ok());
    kilobytes.unwrap_or(0) / 1000
}
