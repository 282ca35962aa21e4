//! Whether a dictionary still has an entry.

use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;

use super::{Dialect, statement};

/// One row if it has, none if not.
pub(crate) struct EntryExists<'a> {
    pub(crate) dictionary: &'a str,
    pub(crate) id: i64,
}

statement!(EntryExists<'_>);

impl<DB: Dialect> QueryFragment<DB> for EntryExists<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("SELECT CAST(1 AS BIGINT) FROM ");
        out.push_identifier(self.dictionary)?;
        out.push_sql(" WHERE \"id\" = ");
        DB::bind_integer(&mut out, &self.id)
    }
}
