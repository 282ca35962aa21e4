//! How many rows a change concerns that loses something.

use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;

use super::text::quoted;
use super::{Dialect, statement};
use crate::interval::Interval;

/// A query that counts rows.
pub(crate) struct RowCount<'a>(pub(crate) &'a str);

statement!(RowCount<'_>);

impl<DB: Dialect> QueryFragment<DB> for RowCount<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(self.0);
        Ok(())
    }
}

/// All rows.
pub(crate) fn rows_of(table: &str) -> String {
    format!("SELECT CAST(COUNT(*) AS BIGINT) FROM {}", quoted(table))
}

/// Those that have counted something.
pub(crate) fn rows_with(table: &str, measure: &str) -> String {
    format!("{} WHERE {} <> 0", rows_of(table), quoted(measure))
}

/// Those of an interval.
pub(crate) fn rows_at(table: &str, interval: Interval) -> String {
    format!(
        "{} WHERE \"bucket_interval\" = {}",
        rows_of(table),
        interval.seconds()
    )
}
