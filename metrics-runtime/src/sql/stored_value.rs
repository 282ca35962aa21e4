//! The measures of one row.

use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;

use super::{Dialect, Writes, statement};
use crate::layout::Layout;

/// `SELECT measures … WHERE key`, for naming the counter that would overflow.
pub(crate) struct StoredValues<'a> {
    pub(crate) layout: &'a Layout,
    /// The key's values, in its order.
    pub(crate) key: &'a [i64],
}

statement!(StoredValues<'_>);

impl<DB: Dialect> QueryFragment<DB> for StoredValues<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("SELECT ");
        out.identifiers(
            self.layout
                .schema
                .measures
                .iter()
                .map(|measure| measure.name),
        )?;
        out.push_sql(" FROM ");
        out.push_identifier(self.layout.schema.table)?;
        let mut conjunction = " WHERE ";
        for (column, value) in self.layout.key().zip(self.key) {
            out.push_sql(conjunction);
            out.push_identifier(column)?;
            out.push_sql(" = ");
            DB::bind_integer(&mut out, value)?;
            conjunction = " AND ";
        }
        Ok(())
    }
}
