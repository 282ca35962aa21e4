//! Up to when the metrics of collectors are collected.

use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;

use super::{Dialect, statement};

/// The watermark of a metric and its version; no row before anything was collected.
pub(crate) struct FindWatermark<'a> {
    pub(crate) metric: &'a str,
}

statement!(FindWatermark<'_>);

impl<DB: Dialect> QueryFragment<DB> for FindWatermark<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(
            "SELECT \"collected_until\", \"version\" FROM \"metrics_watermarks\" WHERE \"metric\" = ",
        );
        DB::bind_text(&mut out, self.metric)
    }
}

/// Makes a watermark, unless there is one.
pub(crate) struct InsertWatermark<'a> {
    pub(crate) metric: &'a str,
    pub(crate) collected_until: i64,
}

statement!(InsertWatermark<'_>);

impl<DB: Dialect> QueryFragment<DB> for InsertWatermark<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(
            "INSERT INTO \"metrics_watermarks\" (\"metric\", \"collected_until\", \"version\") VALUES (",
        );
        DB::bind_text(&mut out, self.metric)?;
        out.push_sql(", ");
        DB::bind_integer(&mut out, &self.collected_until)?;
        out.push_sql(", 1) ON CONFLICT (\"metric\") DO NOTHING");
        Ok(())
    }
}

/// Moves a watermark within the transaction that counts: one affected row, or none if somebody else has counted since
/// it had this version.
///
/// A second one who moves it waits here until the first has committed.
pub(crate) struct MoveWatermark<'a> {
    pub(crate) metric: &'a str,
    pub(crate) version: i64,
    pub(crate) collected_until: i64,
}

statement!(MoveWatermark<'_>);

impl<DB: Dialect> QueryFragment<DB> for MoveWatermark<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("UPDATE \"metrics_watermarks\" SET \"collected_until\" = ");
        DB::bind_integer(&mut out, &self.collected_until)?;
        out.push_sql(", \"version\" = \"version\" + 1 WHERE \"metric\" = ");
        DB::bind_text(&mut out, self.metric)?;
        out.push_sql(" AND \"version\" = ");
        DB::bind_integer(&mut out, &self.version)
    }
}
