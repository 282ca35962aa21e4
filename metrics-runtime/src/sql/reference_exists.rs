//! Whether the row that a dimension refers to exists.

use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;

use super::{Dialect, Writes, statement};
use crate::dimension::Value;
use crate::schema::Reference;

/// One row if the row exists, none if not. Databases that refuse a foreign key do not all say which.
pub(crate) struct ReferenceExists<'a> {
    pub(crate) reference: Reference,
    pub(crate) value: &'a Value<'a>,
}

statement!(ReferenceExists<'_>);

impl<DB: Dialect> QueryFragment<DB> for ReferenceExists<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("SELECT CAST(1 AS BIGINT) FROM ");
        out.push_identifier(self.reference.table)?;
        out.push_sql(" WHERE ");
        out.equals(self.reference.column, self.value)?;
        out.push_sql(" LIMIT 1");
        Ok(())
    }
}
