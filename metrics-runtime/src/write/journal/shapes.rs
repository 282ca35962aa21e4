//! What entries consist of, told once for each metric and shape that it has had.

use diesel::RunQueryDsl;
use diesel::result::{Error, QueryResult};
use foldhash::HashMap;

use super::super::connection::{StoreConnection, execute};
use crate::shape::Shape;
use crate::sql::{FindShape, InsertShape, Integers, JournalEntry};

/// The ids of the shapes that have been written, by table.
#[derive(Debug, Default)]
pub(super) struct ShapeIds(HashMap<String, i64>);

impl ShapeIds {
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn of<C: StoreConnection>(
        &mut self,
        conn: &mut C,
        shape: &Shape,
    ) -> QueryResult<i64> {
        if let Some(id) = self.0.get(&shape.table) {
            return Ok(*id);
        }
        let text = serde_json::to_string(shape)
            .map_err(|error| Error::SerializationError(error.into()))?;
        let (metric, shape_text) = (&shape.table, &text);
        execute(
            conn,
            &InsertShape {
                metric,
                shape: shape_text,
            },
        )?;
        let Integers(id) = FindShape { shape: shape_text }.get_result(conn)?;
        self.0.insert(shape.table.clone(), id[0]);
        Ok(id[0])
    }
}

/// The shape that an entry was written in.
pub(super) fn shape_of(entry: &JournalEntry) -> QueryResult<Shape> {
    serde_json::from_str(&entry.shape).map_err(|error| Error::DeserializationError(error.into()))
}
