//! The rows of an answer.

use std::ops::Range;
use std::sync::Arc;

use diesel::row::{Field, IntoOwnedRow, PartialRow, Row, RowIndex, RowSealed};

use crate::backend::Libsql;
use crate::value::Value;

/// A row, which owns its values.
#[derive(Debug)]
pub struct LibsqlRow {
    pub(crate) columns: Arc<[Option<String>]>,
    pub(crate) values: Vec<Value>,
}

impl RowSealed for LibsqlRow {}

impl<'a> Row<'a, Libsql> for LibsqlRow {
    type Field<'f>
        = LibsqlField<'f>
    where
        'a: 'f,
        Self: 'f;
    type InnerPartialRow = Self;

    fn field_count(&self) -> usize {
        self.values.len()
    }

    fn get<'b, I>(&'b self, index: I) -> Option<Self::Field<'b>>
    where
        'a: 'b,
        Self: RowIndex<I>,
    {
        let index = self.idx(index)?;
        let name = self.columns.get(index).and_then(Option::as_deref);
        let value = self.values.get(index)?;
        Some(LibsqlField { name, value })
    }

    fn partial_row(&self, range: Range<usize>) -> PartialRow<'_, Self::InnerPartialRow> {
        PartialRow::new(self, range)
    }
}

impl RowIndex<usize> for LibsqlRow {
    fn idx(&self, index: usize) -> Option<usize> {
        (index < self.values.len()).then_some(index)
    }
}

impl RowIndex<&str> for LibsqlRow {
    fn idx(&self, name: &str) -> Option<usize> {
        let mut columns = self.columns.iter();
        columns.position(|column| column.as_deref() == Some(name))
    }
}

impl<'a> IntoOwnedRow<'a, Libsql> for LibsqlRow {
    type OwnedRow = Self;
    type Cache = ();

    fn into_owned(self, (): &mut ()) -> Self {
        self
    }
}

/// A value in its row.
#[derive(Debug)]
pub struct LibsqlField<'a> {
    name: Option<&'a str>,
    value: &'a Value,
}

impl<'a> Field<'a, Libsql> for LibsqlField<'a> {
    fn field_name(&self) -> Option<&str> {
        self.name
    }

    fn value(&self) -> Option<&'a Value> {
        Some(self.value).filter(|value| **value != Value::Null)
    }
}
