//! The buckets of a metric that a window touches, whoever they belong to.

use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;

use super::{Dialect, statement};
use crate::layout::Layout;

/// Deletes the buckets of every interval that start in a window.
pub(crate) struct DeleteWindow<'a> {
    pub(crate) layout: &'a Layout,
    pub(crate) start: i64,
    pub(crate) end: i64,
}

statement!(DeleteWindow<'_>);

impl<DB: Dialect> QueryFragment<DB> for DeleteWindow<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("DELETE FROM ");
        out.push_identifier(self.layout.schema.table)?;
        out.push_sql(" WHERE ");
        // The key leads with the owner and the interval: with both, each owner's window is a range of it.
        if let Some(owners) = &self.layout.owners {
            out.push_identifier(owners.column)?;
            out.push_sql(" IN (SELECT \"id\" FROM ");
            out.push_identifier(&owners.table)?;
            out.push_sql(") AND ");
        }
        out.push_sql("\"bucket_interval\" IN (");
        for (index, seconds) in self.layout.shape.intervals.iter().enumerate() {
            if index > 0 {
                out.push_sql(", ");
            }
            DB::bind_integer(&mut out, seconds)?;
        }
        out.push_sql(") AND \"bucket_timestamp\" >= ");
        DB::bind_integer(&mut out, &self.start)?;
        out.push_sql(" AND \"bucket_timestamp\" < ");
        DB::bind_integer(&mut out, &self.end)
    }
}

/// The start of the last bucket of an interval; no number when there is none.
pub(crate) struct LastBucket<'a> {
    pub(crate) layout: &'a Layout,
    pub(crate) interval: i64,
}

statement!(LastBucket<'_>);

impl<DB: Dialect> QueryFragment<DB> for LastBucket<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("SELECT \"bucket_timestamp\" FROM ");
        out.push_identifier(self.layout.schema.table)?;
        out.push_sql(" WHERE \"bucket_interval\" = ");
        DB::bind_integer(&mut out, &self.interval)?;
        out.push_sql(" ORDER BY \"bucket_timestamp\" DESC LIMIT 1");
        Ok(())
    }
}
