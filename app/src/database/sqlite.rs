//! SQLite: a file, and what every connection to it is told.

use std::error::Error;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::r2d2::{self, ConnectionManager, CustomizeConnection, Pool};
use diesel::result::QueryResult;
use metrics_runtime::Outage;
use metrics_runtime::migrate::Backend;

use super::waits::Waits;
use super::{PATIENCE, filled};
use crate::config::kinds::Synchronous;

/// How much of the file is read where the system keeps it, instead of being copied page by page.
const MAPPED_BYTES: u64 = 1 << 30;

/// Opens a file, or creates it.
pub(super) fn open(
    path: &str,
    synchronous: Synchronous,
    size: u32,
    waits: &Waits,
) -> Result<Pool<ConnectionManager<SqliteConnection>>, Box<dyn Error>> {
    let setup = Setup { synchronous };
    // A pool retries until its timeout and then tells less: the first connection is made without it.
    setup.apply(&mut SqliteConnection::establish(path)?)?;
    let pool = Pool::builder()
        .max_size(size)
        .min_idle(Some(1))
        .connection_timeout(PATIENCE)
        // An embedded database does not hang up: asking before every use would only cost.
        .test_on_check_out(false)
        .connection_customizer(Box::new(setup))
        .event_handler(Box::new(waits.clone()))
        .build_unchecked(ConnectionManager::new(path));
    Ok(filled(pool)?)
}

/// What every connection is told before it is used.
#[derive(Debug, Clone, Copy)]
struct Setup {
    synchronous: Synchronous,
}

impl Setup {
    fn apply(self, connection: &mut SqliteConnection) -> QueryResult<()> {
        // First of all, so that what follows waits for other processes instead of failing.
        let timeout = PATIENCE.as_millis();
        connection.batch_execute(&format!("PRAGMA busy_timeout = {timeout}"))?;
        enter_wal(connection)?;
        let synchronous = self.synchronous;
        connection.batch_execute(&format!(
            "PRAGMA synchronous = {synchronous};
             PRAGMA foreign_keys = ON;
             PRAGMA trusted_schema = OFF;
             PRAGMA temp_store = MEMORY;
             PRAGMA mmap_size = {MAPPED_BYTES};"
        ))
    }
}

impl CustomizeConnection<SqliteConnection, r2d2::Error> for Setup {
    fn on_acquire(&self, connection: &mut SqliteConnection) -> Result<(), r2d2::Error> {
        self.apply(connection).map_err(r2d2::Error::QueryError)
    }
}

/// With a write-ahead log, readers never wait for the writer.
///
/// Two processes that switch a new database at the same moment would each wait for the other's read lock; SQLite
/// sees that and refuses one of them at once, whatever the busy timeout, so that one has to try again.
fn enter_wal(connection: &mut SqliteConnection) -> QueryResult<()> {
    let deadline = Instant::now() + PATIENCE;
    let is_busy =
        |error: &_| Outage::of(Backend::Sqlite, error).is_some_and(|outage| outage.is_busy());
    loop {
        match connection.batch_execute("PRAGMA journal_mode = WAL") {
            Err(error) if is_busy(&error) && Instant::now() < deadline => {
                std::thread::sleep(Duration::from_millis(20));
            }
            outcome => return outcome,
        }
    }
}
