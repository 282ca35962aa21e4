//! Deletes all rows of a table.

use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;

use super::super::{Dialect, statement};
use crate::cell::CopiedTable;

/// `DELETE FROM …`
pub(crate) struct ClearRows<'a> {
    pub(crate) table: &'a CopiedTable,
}

statement!(ClearRows<'_>);

impl<DB: Dialect> QueryFragment<DB> for ClearRows<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("DELETE FROM ");
        out.push_identifier(&self.table.name)
    }
}
