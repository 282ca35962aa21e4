//! Checkpoints of a SQLite database: what is in the write-ahead log is copied to the file.

use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;
use diesel::sqlite::Sqlite;

use super::statement;

/// What there is to copy: 0, the pages of the log, and how many of them have been copied. SQLite before 3.51 copies
/// them then.
pub(crate) struct LogPages;

statement!(LogPages);

impl QueryFragment<Sqlite> for LogPages {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("PRAGMA wal_checkpoint(NOOP)");
        Ok(())
    }
}

/// Copies as much as nobody reads or writes, and waits for nobody. Answers as [`LogPages`] does.
pub(crate) struct CopyLog;

statement!(CopyLog);

impl QueryFragment<Sqlite> for CopyLog {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("PRAGMA wal_checkpoint(PASSIVE)");
        Ok(())
    }
}
