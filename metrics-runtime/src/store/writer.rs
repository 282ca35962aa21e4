//! The one connection that writes, whichever backend it is to.

use diesel::connection::TransactionManager;
use diesel::r2d2::{ManageConnection, Pool, PooledConnection};

use crate::error::StoreError;
use crate::layout::Layout;
use crate::limits::Limits;
use crate::sql::ForgetBatches;
use crate::write::Memory;
use crate::write::batch::Pending;
use crate::write::cleanup::{Cleanup, CleanupReport};
use crate::write::collect::{Collection, Outcome, count};
use crate::write::commit::{Committed, commit};
use crate::write::connection::{Folded, StoreConnection, execute};
use crate::write::watermark::{self, Watermark};

/// The one connection that writes.
pub(crate) trait Writer: Send {
    /// Records batches in one transaction. Answers what was written.
    fn commit(&mut self, pending: &mut [Pending], now: i64) -> Result<Committed, StoreError>;
    /// The last entry of the journal, if there is one.
    fn last_entry(&mut self) -> Result<Option<i64>, StoreError>;
    /// Adds a further slice of the journal up to an entry to its buckets.
    fn fold(&mut self, up_to: i64, now: i64) -> Result<Folded, StoreError>;
    /// Deletes a further slice. Answers the report when nothing is left.
    fn clean(&mut self, cleanup: &mut Cleanup) -> Result<Option<CleanupReport>, StoreError>;
    /// Up to when a metric is collected. The first time, collecting begins.
    fn watermark(&mut self, layout: &Layout, now: i64) -> Result<Watermark, StoreError>;
    /// Counts what a collector has found, and moves the watermark, in one transaction.
    fn collect(&mut self, collection: &mut Collection, now: i64) -> Result<Outcome, StoreError>;
    /// Forgets the batch ids whose time has come. Answers how many.
    fn forget_batches(&mut self, now: i64) -> Result<usize, StoreError>;
}

/// Keeps one connection for as long as it works: its prepared statements are worth keeping.
pub(super) struct PoolWriter<M: ManageConnection> {
    pool: Pool<M>,
    conn: Option<PooledConnection<M>>,
    memory: Memory,
}

impl<M: ManageConnection<Connection = C>, C: StoreConnection> PoolWriter<M> {
    /// Takes its connection when there is something to write.
    pub(super) fn new(pool: Pool<M>, limits: &Limits) -> Self {
        Self {
            pool,
            conn: None,
            memory: Memory::new(limits),
        }
    }

    /// Runs `work` on the connection. After an error the next call takes another one: a database that was opened
    /// while it could not be written to stays so, and a server that restarts cuts what was connected to it.
    fn with<T>(
        &mut self,
        work: impl FnOnce(&mut C, &mut Memory) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut conn = match self.conn.take() {
            Some(conn) => conn,
            None => {
                // What the last connection knew of the state of the database, this one does not.
                self.memory.forget();
                let mut conn = self.pool.get()?;
                conn.prepare_to_write()?;
                conn
            }
        };
        let done = work(&mut conn, &mut self.memory);
        match done {
            Ok(_) => self.conn = Some(conn),
            // The pool closes a connection that comes back within a transaction.
            Err(_) => drop(C::TransactionManager::begin_transaction(&mut *conn)),
        }
        done
    }
}

impl<M: ManageConnection<Connection: StoreConnection>> Writer for PoolWriter<M> {
    fn commit(&mut self, pending: &mut [Pending], now: i64) -> Result<Committed, StoreError> {
        self.with(|conn, memory| commit(conn, memory, pending, now))
    }

    fn last_entry(&mut self) -> Result<Option<i64>, StoreError> {
        self.with(|conn, _| conn.last_entry())
    }

    fn fold(&mut self, up_to: i64, now: i64) -> Result<Folded, StoreError> {
        self.with(|conn, _| conn.fold(up_to, now))
    }

    fn clean(&mut self, cleanup: &mut Cleanup) -> Result<Option<CleanupReport>, StoreError> {
        self.with(|conn, memory| {
            let report = cleanup.slice(conn)?;
            if report
                .as_ref()
                .is_some_and(|report| report.dictionary_entries > 0)
            {
                memory.forget();
            }
            Ok(report)
        })
    }

    fn watermark(&mut self, layout: &Layout, now: i64) -> Result<Watermark, StoreError> {
        self.with(|conn, _| watermark::find_or_begin(conn, layout, now))
    }

    fn collect(&mut self, collection: &mut Collection, now: i64) -> Result<Outcome, StoreError> {
        self.with(|conn, memory| count(conn, memory, collection, now))
    }

    fn forget_batches(&mut self, now: i64) -> Result<usize, StoreError> {
        self.with(|conn, _| Ok(execute(conn, &ForgetBatches { now: &now })?))
    }
}
