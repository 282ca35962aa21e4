//! What the rows of a table come to, for comparing two databases.

use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;

use super::super::{Dialect, Writes, statement};
use super::read_rows::as_integer;
use crate::cell::{CopiedColumn, CopiedTable, Kind};

/// The number of rows, and of each column the sum: of integers, of the lengths of texts. Buckets are summed interval by
/// interval, whose seconds come first; otherwise a 0 does.
///
/// A sum comes in two halves, of the upper and of the lower 32 bits, since the whole may exceed 64 bits.
pub(crate) struct CopiedSums<'a> {
    pub(crate) table: &'a CopiedTable,
}

statement!(CopiedSums<'_>);

impl<DB: Dialect> QueryFragment<DB> for CopiedSums<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let intervals = self.table.has_intervals();
        out.push_sql("SELECT CAST(");
        out.push_sql(if intervals {
            "\"bucket_interval\""
        } else {
            "0"
        });
        out.push_sql(" AS BIGINT), CAST(COUNT(*) AS BIGINT)");
        for column in &self.table.columns {
            for half in [" >> 32", " & 4294967295"] {
                out.push_sql(", CAST(COALESCE(SUM(");
                weight(&mut out, column)?;
                out.push_sql(half);
                out.push_sql("), 0) AS BIGINT)");
            }
        }
        out.push_sql(" FROM ");
        out.push_identifier(&self.table.name)?;
        if intervals {
            out.push_sql(" GROUP BY ");
            out.identifiers(["bucket_interval"])?;
            out.push_sql(" ORDER BY ");
            out.identifiers(["bucket_interval"])?;
        }
        Ok(())
    }
}

/// The number that a value counts as.
fn weight<DB: Dialect>(out: &mut AstPass<'_, '_, DB>, column: &CopiedColumn) -> QueryResult<()> {
    match column.kind() {
        Some(Kind::Text | Kind::Bytes) => {
            out.push_sql("CAST(LENGTH(");
            out.push_identifier(&column.name)?;
            out.push_sql(") AS BIGINT)");
            Ok(())
        }
        _ => as_integer(out, column),
    }
}
