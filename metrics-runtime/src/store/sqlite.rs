//! SQLite.

use diesel::connection::SimpleConnection;
use diesel::r2d2::{ConnectionManager, CustomizeConnection, Pool, PoolError};
use diesel::result::{Error, QueryResult};
use diesel::{Connection, RunQueryDsl, SqliteConnection};

use super::{Inspect, Store};
use crate::backend::Backend;
use crate::error::StoreError;
use crate::fault;
use crate::migrate::Exclusive;
use crate::sql::copy::sqlite_columns;
use crate::sql::{
    CopyLog, DataVersion, Facts, Integers, LogPages, Selection, Text, migration_lock, sqlite_facts,
};
use crate::write::Memory;
use crate::write::connection::{Folded, Refusal, StoreConnection};
use crate::write::failed::{Failed, Failures};
use crate::write::journal::{self, fold};
use crate::write::merge::Resolved;

/// The page cache of the connection that writes.
const WRITER_CACHE_KIB: u32 = 64 * 1024;

/// Pages of the write-ahead log that are worth a checkpoint beside the writer: 4 MiB.
const CHECKPOINT_PAGES: i64 = 1_000;

/// Pages of the log after which the writer makes a checkpoint itself, of what is left to do: 16 MiB. Only between two
/// transactions can the log be begun anew, and a log that is written over costs half as much to sync as one that grows.
const LOG_PAGES: u32 = 4_000;

impl StoreConnection for SqliteConnection {
    const BACKEND: Backend = Backend::Sqlite;

    const HAS_CHECKPOINTS: bool = true;

    /// Takes the write lock at once. A transaction that reads first and writes later fails when somebody else has
    /// written in between, and no waiting mends that.
    fn write<T, E: From<Error>>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        self.immediate_transaction(work)
    }

    /// A slice of a fold touches a page for each row on a large table. With SQLite's 2 MiB of cache pages would be
    /// written out before the commit, and read again by the next slice; with a checkpoint every 1,000 pages, the writer
    /// would copy each of them to the database after every slice.
    fn prepare_to_write(&mut self) -> Result<(), StoreError> {
        self.batch_execute(&format!(
            "PRAGMA cache_size = -{WRITER_CACHE_KIB}; PRAGMA wal_autocheckpoint = {LOG_PAGES}"
        ))?;
        Ok(())
    }

    fn checkpoint(&mut self) -> QueryResult<()> {
        let Integers(log) = LogPages.get_result(self)?;
        let [_, written, copied] = log[..] else {
            return Ok(());
        };
        match written - copied < CHECKPOINT_PAGES {
            true => Ok(()),
            false => self.last_checkpoint(),
        }
    }

    fn last_checkpoint(&mut self) -> QueryResult<()> {
        CopyLog.get_result(self).map(|Integers(_)| ())
    }

    /// Where a table has foreign keys of its own, SQLite looks each row up once more to delete it: measured, 3.6
    /// times as slow. A connection on which this fails is not used again.
    fn delete_unreferenced<T>(
        &mut self,
        delete: impl FnOnce(&mut Self) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.batch_execute("PRAGMA foreign_keys = OFF")?;
        let deleted = delete(self)?;
        self.batch_execute("PRAGMA foreign_keys = ON")?;
        Ok(deleted)
    }

    /// Appends to the journal: an acknowledgement needs one append to the file, and not a place in every bucket.
    fn record(
        &mut self,
        memory: &mut Memory,
        events: &[Resolved<'_>],
        failures: &mut Failures,
        now: i64,
    ) -> Result<usize, Failed> {
        journal::record(self, &mut memory.journal, events, failures, now)
    }

    fn sums(&mut self, rows: &Selection<'_>) -> QueryResult<Vec<Integers>> {
        journal::sums(self, rows)
    }

    fn unfolded<'a>(&mut self, rows: &Selection<'a>) -> QueryResult<Option<Selection<'a>>> {
        journal::unfolded(self, rows)
    }

    fn snapshot<T>(&mut self, work: impl FnOnce(&mut Self) -> QueryResult<T>) -> QueryResult<T> {
        self.transaction(work)
    }

    fn last_entry(&mut self) -> Result<Option<i64>, StoreError> {
        fold::last_entry(self)
    }

    fn fold(&mut self, up_to: i64, now: i64) -> Result<Folded, StoreError> {
        let folded = self.write(|conn| fold::slice(conn, up_to, now));
        let folded = match folded {
            Err(error) if Self::refusal(&error) == Some(Refusal::ForeignKey) => {
                self.write(|conn| fold::slice_of_living(conn, up_to, now))
            }
            folded => folded,
        };
        fault::point("folded");
        Ok(folded?)
    }

    fn settle(&mut self, now: i64) -> Result<(), StoreError> {
        fold::all(self, now)
    }

    fn data_version(&mut self) -> QueryResult<i64> {
        let Integers(version) = DataVersion.get_result(self)?;
        Ok(version[0])
    }

    #[cfg(feature = "web")]
    fn state(&mut self) -> QueryResult<String> {
        self.data_version().map(|version| version.to_string())
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

    fn settle_journal(&mut self) -> diesel::migration::Result<()> {
        if self.last_entry()?.is_some() {
            fold::all(self, chrono::Utc::now().timestamp())?;
        }
        Ok(())
    }
}

impl Inspect for SqliteConnection {
    fn facts(&mut self, table: &str) -> diesel::QueryResult<Facts> {
        sqlite_facts(self, table)
    }

    fn columns(&mut self, table: &str) -> QueryResult<Vec<Text>> {
        diesel::sql_query(sqlite_columns(table)).load(self)
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
    /// and a wait of half a minute for another process that writes.
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
            "busy_timeout = 30000",
            "journal_mode = WAL",
            "foreign_keys = ON",
            // What a statement must be able to undo is kept in memory, and not in a file for each transaction.
            "temp_store = MEMORY",
            // Up to a gigabyte of the file is read where the system keeps it, instead of being copied page by page.
            "mmap_size = 1073741824",
        ] {
            diesel::sql_query(format!("PRAGMA {pragma}"))
                .execute(conn)
                .map_err(diesel::r2d2::Error::QueryError)?;
        }
        Ok(())
    }
}
