//! The measures of each bucket in a range.

use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;

use super::selection::aggregates;
use super::{Dialect, Selection, statement};

/// `SELECT bucket_timestamp, SUM(…) … GROUP BY bucket_timestamp`, in ascending order.
pub(crate) struct BucketSums<'a>(pub(crate) &'a Selection<'a>);

statement!(BucketSums<'_>);

impl<DB: Dialect> QueryFragment<DB> for BucketSums<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("SELECT \"bucket_timestamp\"");
        aggregates(&mut out, self.0.layout.schema.measures)?;
        self.0.selected(&mut out)?;
        out.push_sql(" GROUP BY \"bucket_timestamp\" ORDER BY \"bucket_timestamp\"");
        Ok(())
    }
}
