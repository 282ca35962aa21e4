//! What the writer needs of a connection beyond diesel's own traits.

use diesel::Connection;
use diesel::RunQueryDsl;
use diesel::connection::LoadConnection;
use diesel::query_builder::{QueryFragment, QueryId};
use diesel::r2d2::R2D2Connection;
use diesel::result::{DatabaseErrorKind, Error, QueryResult};

use super::Memory;
use super::ahead::Ahead;
use super::failed::{Failed, Failures};
use super::isolate;
use super::merge::Resolved;
use super::upsert::add_bound;
use crate::backend::Backend;
use crate::error::StoreError;
use crate::event::Event;
use crate::shape::Shape;
use crate::sql::{BucketSums, Dialect, Integers, Selection};

/// A connection that metrics can be stored through.
pub(crate) trait StoreConnection:
    Connection<Backend: Dialect<QueryBuilder: Default>> + LoadConnection + R2D2Connection + 'static
{
    /// Which migrations are its.
    const BACKEND: Backend;

    /// Whether what is committed is copied to its place later, by whoever asks for it.
    const HAS_CHECKPOINTS: bool = false;

    /// Runs `work` in a transaction that may write from its first statement on.
    fn write<T, E: From<Error>>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E>;

    /// Sets up a connection that only the writer will use.
    fn prepare_to_write(&mut self) -> Result<(), StoreError> {
        Ok(())
    }

    /// Copies what is committed to its place, if it is so much that this is worth it. Nobody waits for it, and it
    /// waits for nobody.
    fn checkpoint(&mut self) -> QueryResult<()> {
        Ok(())
    }

    /// The same, however little it is.
    fn last_checkpoint(&mut self) -> QueryResult<()> {
        Ok(())
    }

    /// Deletes rows that nothing refers to.
    fn delete_unreferenced<T>(
        &mut self,
        delete: impl FnOnce(&mut Self) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        delete(self)
    }

    /// Writes the events of a transaction, so that they are counted once it commits; answers how many rows were
    /// written. What the database refuses is added to `failures`.
    ///
    /// A savepoint costs two ways to a server and back: there is none before something was refused.
    fn record(
        &mut self,
        memory: &mut Memory,
        events: &[Resolved<'_>],
        failures: &mut Failures,
        now: i64,
    ) -> Result<usize, Failed> {
        match memory.careful {
            false => isolate::write_trusting(self, events, now),
            true => isolate::write(self, events, failures, now),
        }
    }

    /// Finds or makes dictionary entries before they are needed one by one, where that is worth it.
    fn look_ahead<'e>(
        &mut self,
        _memory: &mut Memory,
        _events: impl Iterator<Item = &'e Event>,
        _now: i64,
    ) -> Result<Ahead, StoreError> {
        Ok(Ahead::default())
    }

    /// Runs a statement whose outcome does not matter, as long as the transaction does not commit without it.
    fn execute_later<S>(&mut self, statement: &S) -> QueryResult<()>
    where
        S: QueryFragment<Self::Backend> + QueryId,
    {
        execute(self, statement).map(drop)
    }

    /// Adds rows, one after the other, to their buckets.
    fn add(&mut self, shape: &Shape, values: &[i64]) -> QueryResult<()> {
        add_bound(self, shape, values)
    }

    /// The sums that a query asks for, over all that has been recorded.
    fn sums(&mut self, rows: &Selection<'_>) -> QueryResult<Vec<Integers>> {
        BucketSums(rows).load(self)
    }

    /// The same of the rows that are recorded and not in their buckets yet; `None` if there are none.
    fn unfolded<'a>(&mut self, _rows: &Selection<'a>) -> QueryResult<Option<Selection<'a>>> {
        Ok(None)
    }

    /// Runs `work` on one state of the database, whatever is written meanwhile.
    fn snapshot<T>(&mut self, work: impl FnOnce(&mut Self) -> QueryResult<T>) -> QueryResult<T>;

    /// The last entry of the journal, if the database has a journal with something in it.
    fn last_entry(&mut self) -> Result<Option<i64>, StoreError> {
        Ok(None)
    }

    /// Adds a further slice of the journal up to an entry to its buckets, in a transaction of its own.
    fn fold(&mut self, _up_to: i64, _now: i64) -> Result<Folded, StoreError> {
        Ok(Folded::default())
    }

    /// Adds all that is in the journal to its buckets, within a transaction.
    fn settle(&mut self, _now: i64) -> Result<(), StoreError> {
        Ok(())
    }

    /// Keeps others from writing to `tables` until the transaction ends, where a transaction that writes does not keep
    /// them out by itself.
    fn keep_writers_out(&mut self, _tables: &[String]) -> QueryResult<()> {
        Ok(())
    }

    /// Lets a column go on being numbered after rows were inserted with numbers of their own, where the database does
    /// not do so by itself.
    fn go_on_numbering(&mut self, _table: &str, _column: &str) -> QueryResult<()> {
        Ok(())
    }

    /// A number that changes when another connection may have deleted what this one remembers, where the database
    /// does not say so when a row is written.
    fn data_version(&mut self) -> QueryResult<i64> {
        Ok(0)
    }

    /// A text that another connection's commit changes, and that costs next to nothing to ask for. It is compared with
    /// what the same connection said before.
    #[cfg(feature = "web")]
    fn state(&mut self) -> QueryResult<String>;

    /// Whether a message of the database says that a sum exceeds 64 bits.
    fn is_out_of_range(message: &str) -> bool;

    /// Whether the database refused what was written, and could have refused only a part of it.
    fn refusal(error: &Error) -> Option<Refusal> {
        let Error::DatabaseError(kind, information) = error else {
            return None;
        };
        let message = information.message();
        match kind {
            DatabaseErrorKind::ForeignKeyViolation => Some(Refusal::ForeignKey),
            _ if Self::is_out_of_range(message) => Some(Refusal::OutOfRange),
            DatabaseErrorKind::CheckViolation | DatabaseErrorKind::NotNullViolation => {
                Some(Refusal::Constraint(message.to_owned()))
            }
            _ => None,
        }
    }
}

/// What a slice of a fold did.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Folded {
    /// Rows that were added to their buckets.
    pub(crate) rows: usize,
    /// Whether the journal holds more of what is to be folded.
    pub(crate) more: bool,
}

/// Why a database refuses a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// A row that it refers to does not exist.
    ForeignKey,
    /// A sum exceeds 64 bits.
    OutOfRange,
    /// Another constraint, in the database's words.
    Constraint(String),
}

/// Runs a statement that returns no rows; answers how many it affected.
pub(crate) fn execute<C, S>(conn: &mut C, statement: &S) -> QueryResult<usize>
where
    C: StoreConnection,
    S: QueryFragment<C::Backend> + QueryId,
{
    conn.execute_returning_count(statement)
}
