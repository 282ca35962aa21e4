//! Adds rows to the buckets that exist, and inserts those that do not.

use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;

use super::{Dialect, Writes, statement};
use crate::schema::MeasureKind;
use crate::shape::Shape;

/// `INSERT … ON CONFLICT … DO UPDATE` of rows that have different keys.
///
/// Rows consist of the key, `created_at` and the measures, and come to the database in one of the forms below.
pub(crate) struct Upsert<'a, R> {
    pub(crate) shape: &'a Shape,
    pub(crate) rows: R,
}

statement!(Upsert<'_, R>, R);

impl<DB: Dialect, R: QueryFragment<DB>> QueryFragment<DB> for Upsert<'_, R> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let shape = self.shape;
        out.push_sql("INSERT INTO ");
        out.push_identifier(&shape.table)?;
        out.push_sql(" (");
        out.identifiers(shape.columns())?;
        out.push_sql(") ");
        self.rows.walk_ast(out.reborrow())?;
        out.push_sql(" ON CONFLICT (");
        out.identifiers(shape.key())?;
        out.push_sql(") DO UPDATE SET ");
        for (index, (measure, kind)) in shape.measures.iter().enumerate() {
            if index > 0 {
                out.push_sql(", ");
            }
            merge(&mut out, &shape.table, measure, *kind)?;
        }
        Ok(())
    }
}

/// Rows one after the other, each value bound: the fastest way into a statement that is kept prepared and has no way
/// to go.
pub(crate) struct BoundRows<'a> {
    pub(crate) width: usize,
    pub(crate) values: &'a [i64],
}

impl<DB: Dialect> QueryFragment<DB> for BoundRows<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        for (index, row) in self.values.chunks_exact(self.width).enumerate() {
            out.push_sql(if index > 0 { ", (" } else { "VALUES (" });
            bind_row(&mut out, row)?;
            out.push_sql(")");
        }
        Ok(())
    }
}

fn bind_row<'b, DB: Dialect>(out: &mut AstPass<'_, 'b, DB>, row: &'b [i64]) -> QueryResult<()> {
    for (index, value) in row.iter().enumerate() {
        if index > 0 {
            out.push_sql(", ");
        }
        DB::bind_integer(out, value)?;
    }
    Ok(())
}

/// Rows as an array for each column: one text, and so one prepared statement and one way to the server, however many
/// rows there are.
///
/// The condition gives the transaction a number, which it has anyway unless the rows are on another node: Citus commits
/// what concerns one node alone there, and whoever watches by numbers of transactions would not notice.
#[cfg(feature = "postgres")]
pub(crate) struct Columns<'a>(pub(crate) &'a [Vec<i64>]);

#[cfg(feature = "postgres")]
impl QueryFragment<diesel::pg::Pg> for Columns<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, diesel::pg::Pg>) -> QueryResult<()> {
        use diesel::sql_types::{Array, BigInt};
        for (index, column) in self.0.iter().enumerate() {
            out.push_sql(if index > 0 {
                ", "
            } else {
                "SELECT * FROM unnest("
            });
            out.push_bind_param::<Array<BigInt>, _>(column)?;
        }
        out.push_sql(") WHERE txid_current() > 0");
        Ok(())
    }
}

/// Rows as a JSON array of arrays, which is one value however many rows it has: where every statement is sent as a
/// text, and read anew.
#[cfg(feature = "turso")]
pub(crate) struct JsonRows<'a> {
    pub(crate) width: usize,
    pub(crate) rows: &'a str,
}

/// The condition keeps `ON CONFLICT` from being read as that of a join.
#[cfg(feature = "turso")]
impl<DB: Dialect> QueryFragment<DB> for JsonRows<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        for index in 0..self.width {
            out.push_sql(if index > 0 { ", " } else { "SELECT " });
            out.push_sql(&format!("value ->> {index}"));
        }
        out.push_sql(" FROM json_each(");
        DB::bind_text(&mut out, self.rows)?;
        out.push_sql(") WHERE true");
        Ok(())
    }
}

/// How a measure takes up a further value. The table is named, since PostgreSQL finds the bare column ambiguous.
fn merge<DB: Dialect>(
    out: &mut AstPass<'_, '_, DB>,
    table: &str,
    measure: &str,
    kind: MeasureKind,
) -> QueryResult<()> {
    match kind {
        MeasureKind::Counter => {
            out.push_identifier(measure)?;
            out.push_sql(" = ");
            out.push_identifier(table)?;
            out.push_sql(".");
            out.push_identifier(measure)?;
            out.push_sql(" + excluded.");
            out.push_identifier(measure)
        }
    }
}
