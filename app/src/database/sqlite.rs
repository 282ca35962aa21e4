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
use crate::config::Config;
use crate::config::kinds::{Seconds, Synchronous};

/// How much of the file is read where the system keeps it, instead of being copied page by page.
const MAPPED_BYTES: u64 = 1 << 30;

/// The most milliseconds that SQLite waits for: it takes what is more for none.
const LONGEST_WAIT: i64 = 2_147_483_647;

/// Opens a file, or creates it.
pub(super) fn open(
    path: &str,
    setup: Setup,
    size: u32,
    waits: &Waits,
) -> Result<Pool<ConnectionManager<SqliteConnection>>, Box<dyn Error>> {
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
pub(super) struct Setup {
    synchronous: Synchronous,
    /// What a statement on a file waits for is another process that writes.
    statement_timeout: Seconds<1>,
}

impl Setup {
    pub(super) fn of(config: &Config) -> Self {
        Self {
            synchronous: config.synchronous,
            statement_timeout: config.statement_timeout,
        }
    }

    fn apply(self, connection: &mut SqliteConnection) -> QueryResult<()> {
        // First of all, so that what follows waits for other processes instead of failing.
        let timeout = self.statement_timeout.get().saturating_mul(1000);
        let timeout = timeout.min(LONGEST_WAIT);
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

#[cfg(test)]
mod tests {
    use diesel::connection::Connection;
    use diesel::dsl::sql;
    use diesel::sql_types::BigInt;
    use diesel::{RunQueryDsl, SqliteConnection, select};

    use super::{LONGEST_WAIT, Setup};
    use crate::config::kinds::{Setting, Synchronous};

    #[test]
    fn another_process_is_awaited_for_as_long_as_a_statement_may_take() {
        for (said, expected) in [("1s", 1000), ("30s", 30_000), ("52w", LONGEST_WAIT)] {
            let setup = Setup {
                synchronous: Synchronous::read("full").unwrap(),
                statement_timeout: Setting::read(said).unwrap(),
            };
            let mut connection = SqliteConnection::establish(":memory:").unwrap();
            setup.apply(&mut connection).unwrap();
            let waits = sql::<BigInt>("(SELECT timeout FROM pragma_busy_timeout)");
            assert_eq!(
                select(waits).get_result(&mut connection),
                Ok(expected),
                "{said}"
            );
        }
    }
}
