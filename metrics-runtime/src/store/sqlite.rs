//! SQLite.

use diesel::r2d2::{ConnectionManager, CustomizeConnection, Pool, PoolError};
use diesel::result::Error;
use diesel::{RunQueryDsl, SqliteConnection};

use super::{Inspect, Store};
use crate::backend::Backend;
use crate::migrate::Exclusive;
use crate::sql::{Facts, Integers, migration_lock, sqlite_facts};
use crate::write::connection::StoreConnection;

impl StoreConnection for SqliteConnection {
    const BACKEND: Backend = Backend::Sqlite;

    /// Takes the write lock at once. A transaction that reads first and writes later fails when somebody else has
    /// written in between, and no waiting mends that.
    fn write<T, E: From<Error>>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        self.immediate_transaction(work)
    }

    /// A sum that overflows turns into a float, which a STRICT table refuses; `SUM` refuses it by itself.
    fn is_out_of_range(message: &str) -> bool {
        message.starts_with("cannot store REAL value") || message == "integer overflow"
    }
}

impl Exclusive for SqliteConnection {
    /// The first process to get the write lock applies everything; the transactions that diesel opens for each
    /// migration are savepoints. The others wait for as long as a large table may take.
    fn exclusively<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> diesel::migration::Result<T>,
    ) -> diesel::migration::Result<T> {
        let Integers(patience) =
            diesel::sql_query(migration_lock::BUSY_TIMEOUT).get_result(self)?;
        diesel::sql_query(migration_lock::WAIT_TEN_MINUTES).execute(self)?;
        let outcome = self.immediate_transaction(work);
        diesel::sql_query(migration_lock::wait_for(patience[0])).execute(self)?;
        outcome
    }
}

impl Inspect for SqliteConnection {
    fn facts(&mut self, table: &str) -> diesel::QueryResult<Facts> {
        sqlite_facts(self, table)
    }
}

impl From<Pool<ConnectionManager<SqliteConnection>>> for Store {
    fn from(pool: Pool<ConnectionManager<SqliteConnection>>) -> Self {
        Self {
            engine: std::sync::Arc::new(pool),
        }
    }
}

impl Store {
    /// Opens, or creates, a database file, with connections that are set up for it: write-ahead log, foreign keys,
    /// and a wait of five seconds for another process that writes.
    ///
    /// # Errors
    ///
    /// When the file cannot be opened.
    pub fn sqlite(path: &str) -> Result<Self, PoolError> {
        let manager = ConnectionManager::<SqliteConnection>::new(path);
        let pool = Pool::builder()
            .max_size(8)
            .min_idle(Some(1))
            .connection_customizer(Box::new(Pragmas))
            .build(manager)?;
        Ok(pool.into())
    }
}

#[derive(Debug)]
struct Pragmas;

impl CustomizeConnection<SqliteConnection, diesel::r2d2::Error> for Pragmas {
    fn on_acquire(&self, conn: &mut SqliteConnection) -> Result<(), diesel::r2d2::Error> {
        // The timeout first: switching to the write-ahead log may have to wait for somebody.
        for pragma in [
            "busy_timeout = 5000",
            "journal_mode = WAL",
            "foreign_keys = ON",
        ] {
            diesel::sql_query(format!("PRAGMA {pragma}"))
                .execute(conn)
                .map_err(diesel::r2d2::Error::QueryError)?;
        }
        Ok(())
    }
}
