//! The values that a dimension has taken.

use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;

use super::dialect::in_order;
use super::{Dialect, statement};
use crate::layout::Dictionary;
use crate::schema::Dimension;

/// `SELECT dimension FROM dictionary GROUP BY dimension`, in ascending order: the dictionary is small where the
/// buckets are many.
pub(crate) struct DimensionValues<'a> {
    pub(crate) dictionary: &'a Dictionary,
    pub(crate) dimension: &'a Dimension,
    /// Values that are answered at most.
    pub(crate) limit: i64,
}

statement!(DimensionValues<'_>);

impl<DB: Dialect> QueryFragment<DB> for DimensionValues<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("SELECT ");
        out.push_identifier(self.dimension.name)?;
        out.push_sql(" FROM ");
        out.push_identifier(&self.dictionary.table)?;
        out.push_sql(" GROUP BY ");
        out.push_identifier(self.dimension.name)?;
        out.push_sql(" ORDER BY ");
        out.push_identifier(self.dimension.name)?;
        in_order(&mut out, self.dimension);
        out.push_sql(" LIMIT ");
        DB::bind_integer(&mut out, &self.limit)
    }
}
