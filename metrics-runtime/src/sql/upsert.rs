//! Adds rows to the buckets that exist, and inserts those that do not.

use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;

use super::{Dialect, Writes, statement};
use crate::schema::MeasureKind;
use crate::shape::Shape;

/// `INSERT … ON CONFLICT … DO UPDATE` of rows that have different keys.
///
/// `values` are whole rows one after the other: the key, `created_at`, the measures.
pub(crate) struct Upsert<'a> {
    pub(crate) shape: &'a Shape,
    pub(crate) values: &'a [i64],
}

statement!(Upsert<'_>);

impl<DB: Dialect> QueryFragment<DB> for Upsert<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let shape = self.shape;
        out.push_sql("INSERT INTO ");
        out.push_identifier(&shape.table)?;
        out.push_sql(" (");
        out.identifiers(shape.columns())?;
        out.push_sql(") VALUES ");
        for (index, row) in self.values.chunks_exact(shape.width()).enumerate() {
            out.push_sql(if index > 0 { ", (" } else { "(" });
            bind_row(&mut out, row)?;
            out.push_sql(")");
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
