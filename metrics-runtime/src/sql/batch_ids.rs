//! The ids of batches that have been recorded, with the answers that were given.

use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;

use super::{Dialect, statement};

/// Claims an id within the transaction that writes the batch: one affected row, or none if it was recorded before.
///
/// A second writer with the same id waits here until the first has committed.
pub(crate) struct ClaimBatch<'a> {
    pub(crate) id: &'a str,
    pub(crate) forget_at: i64,
}

statement!(ClaimBatch<'_>);

impl<DB: Dialect> QueryFragment<DB> for ClaimBatch<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(
            "INSERT INTO \"metrics_batches\" (\"id\", \"forget_at\", \"receipt\") VALUES (",
        );
        DB::bind_text(&mut out, self.id)?;
        out.push_sql(", ");
        DB::bind_integer(&mut out, &self.forget_at)?;
        out.push_sql(", '') ON CONFLICT (\"id\") DO NOTHING");
        Ok(())
    }
}

/// Keeps the answer beside the claimed id.
pub(crate) struct KeepReceipt<'a> {
    pub(crate) id: &'a str,
    pub(crate) receipt: &'a str,
}

statement!(KeepReceipt<'_>);

impl<DB: Dialect> QueryFragment<DB> for KeepReceipt<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("UPDATE \"metrics_batches\" SET \"receipt\" = ");
        DB::bind_text(&mut out, self.receipt)?;
        out.push_sql(" WHERE \"id\" = ");
        DB::bind_text(&mut out, self.id)
    }
}

/// The answer that was given to a recorded batch.
pub(crate) struct FindReceipt<'a> {
    pub(crate) id: &'a str,
}

statement!(FindReceipt<'_>);

impl<DB: Dialect> QueryFragment<DB> for FindReceipt<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("SELECT \"receipt\" FROM \"metrics_batches\" WHERE \"id\" = ");
        DB::bind_text(&mut out, self.id)
    }
}

/// Forgets the ids whose time has come.
pub(crate) struct ForgetBatches<'a> {
    pub(crate) now: &'a i64,
}

statement!(ForgetBatches<'_>);

impl<DB: Dialect> QueryFragment<DB> for ForgetBatches<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("DELETE FROM \"metrics_batches\" WHERE \"forget_at\" <= ");
        DB::bind_integer(&mut out, self.now)
    }
}
