//! The measures of each bucket in a range.

use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;

use super::selection::{aggregates, named_aggregates};
use super::{Dialect, Selection, statement};
use crate::layout::Dictionary;

/// `SELECT bucket_timestamp, SUM(…) … GROUP BY bucket_timestamp`, in ascending order.
pub(crate) struct BucketSums<'a>(pub(crate) &'a Selection<'a>);

statement!(BucketSums<'_>);

impl<DB: Dialect> QueryFragment<DB> for BucketSums<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        sums(&mut out, self.0)?;
        out.push_sql(" ORDER BY \"bucket_timestamp\"");
        Ok(())
    }
}

/// A row that says whether something of the metric is in the journal, as 1 or 0, and then those of [`BucketSums`]. As one
/// statement it sees both in one state of the database.
///
/// It may go on behind the end, bucket after bucket, until nobody reads on: comparing each row with the end takes more
/// time than the sums of one bucket too many.
#[cfg(feature = "sqlite")]
pub(crate) struct SettledSums<'a>(pub(crate) &'a Selection<'a>);

#[cfg(feature = "sqlite")]
statement!(SettledSums<'_>);

#[cfg(feature = "sqlite")]
impl<DB: Dialect> QueryFragment<DB> for SettledSums<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let shape = &self.0.layout.shape;
        out.push_sql(
            "SELECT EXISTS (SELECT 1 FROM \"metrics_journal\" AS j \
             JOIN \"metrics_shapes\" AS s ON s.\"id\" = j.\"shape_id\" WHERE s.\"metric\" = ",
        );
        DB::bind_text(&mut out, &shape.table)?;
        out.push_sql(")");
        for _ in shape.measures() {
            out.push_sql(", 0");
        }
        out.push_sql(" UNION ALL ");
        match self.0.is_one_range() {
            true => grouped(&mut out, self.0, |out| self.0.without_end(out)),
            false => sums(&mut out, self.0),
        }
    }
}

/// `SELECT bucket_timestamp, SUM(…) … GROUP BY bucket_timestamp`
fn sums<'b, DB: Dialect>(
    out: &mut AstPass<'_, 'b, DB>,
    rows: &'b Selection<'_>,
) -> QueryResult<()> {
    grouped(out, rows, |out| {
        match rows.several_owners().filter(|_| DB::GROUPS_ALONG_KEYS) {
            Some(owners) => by_owner(out, rows, owners),
            None => rows.selected(out),
        }
    })
}

fn grouped<'b, DB: Dialect>(
    out: &mut AstPass<'_, 'b, DB>,
    rows: &'b Selection<'_>,
    selected: impl FnOnce(&mut AstPass<'_, 'b, DB>) -> QueryResult<()>,
) -> QueryResult<()> {
    out.push_sql("SELECT \"bucket_timestamp\"");
    aggregates(out, rows.layout.schema.measures)?;
    selected(out)?;
    out.push_sql(" GROUP BY \"bucket_timestamp\"");
    Ok(())
}

/// ` FROM (SELECT owner_id, bucket_timestamp, SUM(…) … GROUP BY owner_id, bucket_timestamp)`
///
/// The rows of several owners are not in order of time, so that they have to be sorted to be grouped. Those of one are:
/// summed first, along the key, they leave a row of each owner and bucket to be sorted, instead of all their labels.
fn by_owner<'b, DB: Dialect>(
    out: &mut AstPass<'_, 'b, DB>,
    rows: &'b Selection<'_>,
    owners: &Dictionary,
) -> QueryResult<()> {
    out.push_sql(" FROM (SELECT ");
    out.push_identifier(owners.column)?;
    out.push_sql(", \"bucket_timestamp\"");
    named_aggregates(out, rows.layout.schema.measures)?;
    rows.selected(out)?;
    out.push_sql(" GROUP BY ");
    out.push_identifier(owners.column)?;
    out.push_sql(", \"bucket_timestamp\")");
    Ok(())
}
