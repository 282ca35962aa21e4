//! Whole rows of any table, in the order of its primary key.

use diesel::deserialize::{self, QueryableByName};
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;
use diesel::row::{Field, NamedRow, Row};

use super::super::{Dialect, Writes, statement};
use crate::cell::{Cell, CopiedColumn, CopiedTable, Kind};

/// `SELECT … WHERE key > … ORDER BY key LIMIT …`: the rows after a key, without skipping over those before.
pub(crate) struct ReadRows<'a> {
    pub(crate) table: &'a CopiedTable,
    pub(crate) after: Option<&'a [Cell]>,
    pub(crate) limit: i64,
}

statement!(ReadRows<'_>);

impl<DB: Dialect> QueryFragment<DB> for ReadRows<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let key = self.table.key();
        let names = || key.iter().map(|(_, column)| column.name.as_str());
        out.push_sql("SELECT ");
        for (index, column) in self.table.columns.iter().enumerate() {
            out.push_sql(if index > 0 { ", " } else { "" });
            read(&mut out, column)?;
        }
        out.push_sql(" FROM ");
        out.push_identifier(&self.table.name)?;
        if let Some(after) = self.after {
            out.push_sql(" WHERE (");
            out.identifiers(names())?;
            for (index, cell) in after.iter().enumerate() {
                out.push_sql(if index > 0 { ", " } else { ") > (" });
                DB::bind_cell(&mut out, cell)?;
            }
            out.push_sql(")");
        }
        out.push_sql(" ORDER BY ");
        out.identifiers(names())?;
        out.push_sql(" LIMIT ");
        DB::bind_integer(&mut out, &self.limit)
    }
}

/// A column, called by how it is to be read: nothing else tells whoever reads the row.
fn read<DB: Dialect>(out: &mut AstPass<'_, '_, DB>, column: &CopiedColumn) -> QueryResult<()> {
    match column.kind() {
        Some(Kind::Text) => {
            out.push_identifier(&column.name)?;
            out.push_sql(" AS \"text\"");
        }
        Some(Kind::Bytes) => {
            out.push_identifier(&column.name)?;
            out.push_sql(" AS \"bytes\"");
        }
        _ => {
            as_integer(out, column)?;
            out.push_sql(" AS \"integer\"");
        }
    }
    Ok(())
}

/// An integer of 64 bits, whatever its column has.
pub(super) fn as_integer<DB: Dialect>(
    out: &mut AstPass<'_, '_, DB>,
    column: &CopiedColumn,
) -> QueryResult<()> {
    let boolean = column.kind() == Some(Kind::Boolean);
    // PostgreSQL has no way from a boolean to 64 bits but by 32.
    out.push_sql(if boolean { "CAST(CAST(" } else { "CAST(" });
    out.push_identifier(&column.name)?;
    out.push_sql(if boolean {
        " AS INTEGER) AS BIGINT)"
    } else {
        " AS BIGINT)"
    });
    Ok(())
}

/// A row, whose columns are called by how they are to be read.
pub(crate) struct Cells(pub(crate) Vec<Cell>);

impl<DB: Dialect> QueryableByName<DB> for Cells {
    fn build<'a>(row: &impl NamedRow<'a, DB>) -> deserialize::Result<Self> {
        let cell = |index| {
            let field = Row::get(row, index).ok_or("a column is missing")?;
            let kind = match field.field_name() {
                Some("text") => Kind::Text,
                Some("bytes") => Kind::Bytes,
                _ => Kind::Integer,
            };
            DB::read_cell(kind, field.value())
        };
        let cells = (0..row.field_count()).map(cell);
        cells.collect::<Result<_, _>>().map(Self)
    }
}
