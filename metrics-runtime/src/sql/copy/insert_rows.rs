//! Inserts whole rows into any table.

use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;

use super::super::{Dialect, Writes, statement};
use crate::cell::{Cell, CopiedTable, Kind};

/// `INSERT INTO … VALUES (…), …`. A row that is there already is an error: it is not of this copy.
pub(crate) struct InsertRows<'a> {
    pub(crate) table: &'a CopiedTable,
    pub(crate) rows: &'a [Vec<Cell>],
}

statement!(InsertRows<'_>);

impl<DB: Dialect> QueryFragment<DB> for InsertRows<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let columns = || self.table.columns.iter();
        out.push_sql("INSERT INTO ");
        out.push_identifier(&self.table.name)?;
        out.push_sql(" (");
        out.identifiers(columns().map(|column| column.name.as_str()))?;
        // Only PostgreSQL says that it numbers a column, and may insist on doing so.
        let numbered = columns().any(|column| column.numbered);
        out.push_sql(if numbered {
            ") OVERRIDING SYSTEM VALUE VALUES "
        } else {
            ") VALUES "
        });
        for (index, row) in self.rows.iter().enumerate() {
            out.push_sql(if index > 0 { ", (" } else { "(" });
            for (index, (cell, column)) in row.iter().zip(columns()).enumerate() {
                out.push_sql(if index > 0 { ", " } else { "" });
                DB::bind_cell(&mut out, cell)?;
                if column.kind() == Some(Kind::Boolean) {
                    out.push_sql(" <> 0");
                }
            }
            out.push_sql(")");
        }
        Ok(())
    }
}
