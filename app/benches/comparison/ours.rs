//! Our side of the recorder's rows: a derived struct, and the recorder's public doors.

use std::path::Path;
use std::sync::Arc;

use diesel::r2d2::{ConnectionManager, CustomizeConnection, Error, Pool};
use diesel::{RunQueryDsl, SqliteConnection, sql_query};
use metrics_runtime::chrono::{DateTime, Utc};
use metrics_runtime::migrate::Project;
#[cfg(feature = "postgres")]
use metrics_runtime::{Interval, Scope, TimeRange};
use metrics_runtime::{Layout, Limits, Recorder, Store, TimeSeriesMetric, register};

use crate::load::Install;
use crate::producers::Door;
use crate::synchronous::Synchronous;

/// MCP servers installed and removed.
#[derive(TimeSeriesMetric)]
#[metric(
    name = "server_installations",
    table = "server_install_metrics",
    intervals("15m", "1h"),
    retention = "30d"
)]
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

/// A recorder at work on a database file.
#[derive(Clone)]
pub(crate) struct Ours {
    recorder: Recorder,
    layout: Arc<Layout>,
}

/// Makes a database file with the generated tables.
pub(crate) fn create(path: &Path) {
    create_in(&Store::sqlite(path.to_str().expect("text")).expect("opens"));
}

/// Makes the generated tables.
pub(crate) fn create_in(store: &Store) {
    let folder = tempfile::tempdir().expect("a folder");
    let migrations = folder.path().join("migrations");
    let registry = register![ServerInstall].build().expect("one metric");
    Project::new(folder.path().join("metrics.lock"))
        .folder(store.backend(), &migrations)
        .generate(&registry, None, Utc::now())
        .expect("can be written");
    store.apply_migrations(&migrations).expect("apply");
}

/// The installs of one user in each bucket of a range.
#[cfg(feature = "postgres")]
pub(crate) fn installs(
    store: &Store,
    (team, user): (&str, &str),
    (range, interval): (TimeRange, Interval),
) -> Vec<(i64, [i64; 2])> {
    let query = ServerInstall::query(Scope::own(team, user));
    let buckets = query.range(range).interval(interval).load(store);
    let count = |count: u64| i64::try_from(count).expect("nobody installs as many");
    let buckets = buckets.expect("the database answers").into_iter();
    buckets
        .map(|bucket| {
            let counts = [bucket.installation_count, bucket.uninstallation_count];
            (bucket.timestamp.timestamp(), counts.map(count))
        })
        .collect()
}

impl Ours {
    /// Starts a recorder on a file that was created before.
    pub(crate) fn start(path: &Path, synchronous: Synchronous) -> Self {
        Self::start_in(&store(path, synchronous))
    }

    /// Starts a recorder on tables that were created before.
    pub(crate) fn start_in(store: &Store) -> Self {
        let registry = Arc::new(register![ServerInstall].build().expect("one metric"));
        let layout = registry
            .metric("server_installations")
            .expect("registered")
            .clone();
        let recorder = Recorder::start(store, registry, Limits::default());
        Self { recorder, layout }
    }

    /// Deletes buckets that begin before `kept_from`. Answers how many rows there were.
    pub(crate) async fn clean_up(&self, kept_from: i64) -> u64 {
        let now = kept_from + self.layout.schema.longest_retention();
        let now = DateTime::from_timestamp(now, 0).expect("a time of our own");
        let report = self.recorder.cleanup(&self.layout, now).await;
        report.expect("the database works").total_rows()
    }

    /// Ends the recorder.
    pub(crate) fn stop(self) {
        self.recorder.shutdown();
    }
}

impl Door for Ours {
    async fn one(&self, install: Install) {
        let recorded = self.recorder.record(&ServerInstall::from(install)).await;
        recorded.expect("is recorded");
    }

    async fn many(&self, installs: Vec<Install>) {
        let now = Utc::now();
        let installs = installs.into_iter().map(ServerInstall::from);
        let installs: Vec<_> = installs.map(|install| (now, install)).collect();
        let receipt = self.recorder.record_all(&installs).await;
        assert_eq!(receipt.expect("is recorded").failures, []);
    }
}

impl From<Install> for ServerInstall {
    fn from(install: Install) -> Self {
        Self {
            user_id: install.user_id,
            team_id: install.team_id,
            server_id: install.server_id,
            satellite_id: install.satellite_id,
            installation_count: install.installation_count,
            uninstallation_count: install.uninstallation_count,
        }
    }
}

/// What `Store::sqlite` sets, and `synchronous`, which it leaves alone.
fn store(path: &Path, synchronous: Synchronous) -> Store {
    let manager = ConnectionManager::<SqliteConnection>::new(path.to_str().expect("text"));
    let pool = Pool::builder()
        .max_size(8)
        .min_idle(Some(1))
        .connection_customizer(Box::new(Pragmas(synchronous)))
        .build(manager);
    Store::from(pool.expect("opens"))
}

#[derive(Debug)]
struct Pragmas(Synchronous);

impl CustomizeConnection<SqliteConnection, Error> for Pragmas {
    fn on_acquire(&self, connection: &mut SqliteConnection) -> Result<(), Error> {
        let synchronous = format!("synchronous = {}", self.0.as_str());
        for pragma in [
            "busy_timeout = 5000",
            "journal_mode = WAL",
            "foreign_keys = ON",
            "temp_store = MEMORY",
            &synchronous,
        ] {
            sql_query(format!("PRAGMA {pragma}"))
                .execute(connection)
                .map_err(Error::QueryError)?;
        }
        Ok(())
    }
}
