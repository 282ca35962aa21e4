//! How far a copy has come: a table of its target, written in the transactions that write the rows.

use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;

use super::super::{Dialect, statement};

/// The table. It stays afterwards, and says where a database has come from.
pub(crate) const PROGRESS: &str = "metrics_copy";

/// Makes it: for each table its source, the key of the last row that was copied, how many were, and whether that is all.
pub(crate) const CREATE_PROGRESS: &str = r#"CREATE TABLE "metrics_copy" (
    "name" TEXT NOT NULL PRIMARY KEY,
    "source" TEXT NOT NULL,
    "after" TEXT,
    "rows" BIGINT NOT NULL,
    "finished" BIGINT NOT NULL
)"#;

/// Says how far a table has come.
pub(crate) struct MoveProgress<'a> {
    pub(crate) table: &'a str,
    /// The key of the last row, as JSON.
    pub(crate) after: &'a str,
    pub(crate) rows: i64,
    pub(crate) finished: i64,
}

statement!(MoveProgress<'_>);

impl<DB: Dialect> QueryFragment<DB> for MoveProgress<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("UPDATE \"metrics_copy\" SET \"after\" = ");
        DB::bind_text(&mut out, self.after)?;
        out.push_sql(", \"rows\" = ");
        DB::bind_integer(&mut out, &self.rows)?;
        out.push_sql(", \"finished\" = ");
        DB::bind_integer(&mut out, &self.finished)?;
        out.push_sql(" WHERE \"name\" = ");
        DB::bind_text(&mut out, self.table)
    }
}
