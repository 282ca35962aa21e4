//! The series that a metric has: which owners go with which labels.

use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;

use super::{Dialect, Writes, statement};
use crate::layout::Layout;

/// `SELECT owner_id, labels_id … GROUP BY …`, up to a limit; without owners, the labels alone. The overflow series
/// is not one of them, and takes nobody's place.
///
/// The interval that is kept longest has a row of every series, and of all intervals the fewest; owner by owner, its
/// rows are a range of the key.
pub(crate) struct KnownSeries<'a> {
    pub(crate) layout: &'a Layout,
    /// The interval that is kept longest, in seconds.
    pub(crate) interval: i64,
    /// Series that are answered at most.
    pub(crate) limit: i64,
}

statement!(KnownSeries<'_>);

impl<DB: Dialect> QueryFragment<DB> for KnownSeries<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let columns = || {
            self.layout
                .dictionaries()
                .map(|dictionary| dictionary.column)
        };
        out.push_sql("SELECT ");
        for (index, column) in columns().enumerate() {
            out.push_sql(if index > 0 { ", CAST(" } else { "CAST(" });
            out.push_identifier(column)?;
            out.push_sql(" AS BIGINT)");
        }
        out.push_sql(" FROM ");
        if let Some(owners) = &self.layout.owners {
            out.push_identifier(&owners.table)?;
            // SQLite takes the tables of a cross join in this order: each owner's rows, and not all.
            out.push_sql(" AS o CROSS JOIN ");
        }
        out.push_identifier(self.layout.schema.table)?;
        out.push_sql(" WHERE \"bucket_interval\" = ");
        DB::bind_integer(&mut out, &self.interval)?;
        if let Some(owners) = &self.layout.owners {
            out.push_sql(" AND ");
            out.push_identifier(owners.column)?;
            out.push_sql(" = o.\"id\"");
        }
        if let Some(labels) = &self.layout.labels {
            out.push_sql(" AND ");
            out.push_identifier(labels.column)?;
            out.push_sql(" <> 0");
        }
        out.push_sql(" GROUP BY ");
        out.identifiers(columns())?;
        out.push_sql(" LIMIT ");
        DB::bind_integer(&mut out, &self.limit)
    }
}
