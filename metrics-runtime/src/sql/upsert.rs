//! Adds rows to the buckets that exist, and inserts those that do not.

use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;

use super::{Dialect, Writes, statement};
use crate::schema::MeasureKind;
use crate::shape::Shape;

/// `INSERT … ON CONFLICT … DO UPDATE` of rows that have different keys.
///
/// Rows consist of the key, `created_at` and the measures.
pub(crate) struct Upsert<'a> {
    pub(crate) shape: &'a Shape,
    pub(crate) rows: Rows<'a>,
}

/// How rows come to the database.
pub(crate) enum Rows<'a> {
    /// One after the other, each value bound: the fastest way into a statement that is kept prepared.
    Bound(&'a [i64]),
    /// As a JSON array of arrays, which is one value however many rows it has: where every statement is sent as a
    /// text, and read anew.
    #[cfg(feature = "turso")]
    Json(&'a str),
}

statement!(Upsert<'_>);

impl<DB: Dialect> QueryFragment<DB> for Upsert<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let shape = self.shape;
        out.push_sql("INSERT INTO ");
        out.push_identifier(&shape.table)?;
        out.push_sql(" (");
        out.identifiers(shape.columns())?;
        out.push_sql(") ");
        match &self.rows {
            Rows::Bound(values) => bind_rows(&mut out, shape, values)?,
            #[cfg(feature = "turso")]
            Rows::Json(rows) => select_rows(&mut out, shape, rows)?,
        }
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

fn bind_rows<'b, DB: Dialect>(
    out: &mut AstPass<'_, 'b, DB>,
    shape: &Shape,
    values: &'b [i64],
) -> QueryResult<()> {
    for (index, row) in values.chunks_exact(shape.width()).enumerate() {
        out.push_sql(if index > 0 { ", (" } else { "VALUES (" });
        bind_row(out, row)?;
        out.push_sql(")");
    }
    Ok(())
}

/// The condition keeps `ON CONFLICT` from being read as that of a join.
#[cfg(feature = "turso")]
fn select_rows<'b, DB: Dialect>(
    out: &mut AstPass<'_, 'b, DB>,
    shape: &Shape,
    rows: &'b str,
) -> QueryResult<()> {
    for index in 0..shape.width() {
        out.push_sql(if index > 0 { ", " } else { "SELECT " });
        out.push_sql(&format!("value ->> {index}"));
    }
    out.push_sql(" FROM json_each(");
    DB::bind_text(out, rows)?;
    out.push_sql(") WHERE true");
    Ok(())
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
