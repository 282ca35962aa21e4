//! The largest value of each measure.

use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;

use super::{Dialect, statement};
use crate::shape::Shape;

/// `SELECT MAX(…), … FROM table`; zeros when it is empty.
pub(crate) struct LargestValues<'a> {
    pub(crate) shape: &'a Shape,
}

statement!(LargestValues<'_>);

impl<DB: Dialect> QueryFragment<DB> for LargestValues<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        for (index, measure) in self.shape.measures().enumerate() {
            out.push_sql(if index > 0 { ", " } else { "SELECT " });
            out.push_sql("COALESCE(MAX(");
            out.push_identifier(measure)?;
            out.push_sql("), 0)");
        }
        out.push_sql(" FROM ");
        out.push_identifier(&self.shape.table)
    }
}
