//! Adds merged rows to their buckets.

use diesel::result::{Error, QueryResult};

use super::connection::{StoreConnection, execute};
use super::merge::{Key, stored_key};
use crate::shape::Shape;
#[cfg(feature = "postgres")]
use crate::sql::Columns;
#[cfg(feature = "turso")]
use crate::sql::JsonRows;
use crate::sql::{BoundRows, Upsert};

/// Rows in one statement. Few sizes, since each is a statement that the connection keeps prepared.
const CHUNKS: [usize; 4] = [512, 64, 8, 1];

/// Values that one statement may bind: less than SQLite's limit of 32,766.
const MAX_BINDS: usize = 32_000;

/// Rows in one JSON array: some hundred kilobytes.
#[cfg(feature = "turso")]
const JSON_ROWS: usize = 8_192;

/// Adds `rows`, whose keys differ and ascend. Answers how many there were.
pub(super) fn upsert<'r, C: StoreConnection>(
    conn: &mut C,
    shape: &Shape,
    rows: impl Iterator<Item = (Key, &'r [i64])>,
    created_at: i64,
) -> Result<usize, Error> {
    let mut values = Vec::new();
    for (key, measures) in rows {
        values.extend(stored_key(shape, key));
        values.push(created_at);
        values.extend_from_slice(measures);
    }
    conn.add(shape, &values)?;
    Ok(values.len() / shape.width())
}

/// Adds rows by statements that stay prepared.
pub(super) fn add_bound<C: StoreConnection>(
    conn: &mut C,
    shape: &Shape,
    values: &[i64],
) -> QueryResult<()> {
    let width = shape.width();
    let mut rest = values;
    while !rest.is_empty() {
        let (values, further) = rest.split_at(chunk_rows(rest.len() / width, width) * width);
        let rows = BoundRows { width, values };
        execute(conn, &Upsert { shape, rows })?;
        rest = further;
    }
    Ok(())
}

/// Adds rows by one statement that stays prepared, whatever their number.
#[cfg(feature = "postgres")]
pub(crate) fn add_as_columns(
    conn: &mut diesel::PgConnection,
    shape: &Shape,
    values: &[i64],
) -> QueryResult<()> {
    let width = shape.width();
    let column = |index: usize| values.iter().skip(index).step_by(width).copied().collect();
    let columns: Vec<Vec<i64>> = (0..width).map(column).collect();
    let rows = Columns(&columns);
    execute(conn, &Upsert { shape, rows }).map(drop)
}

/// Adds rows by one statement, which is as long whatever their number; up to a limit that keeps a statement from
/// being larger than servers take.
#[cfg(feature = "turso")]
pub(crate) fn add_as_json<C: StoreConnection>(
    conn: &mut C,
    shape: &Shape,
    values: &[i64],
) -> QueryResult<()> {
    let width = shape.width();
    for values in values.chunks(JSON_ROWS * width) {
        let rows: Vec<_> = values.chunks_exact(width).collect();
        let rows = serde_json::to_string(&rows)
            .map_err(|error| Error::SerializationError(error.into()))?;
        let rows = JsonRows { width, rows: &rows };
        execute(conn, &Upsert { shape, rows })?;
    }
    Ok(())
}

/// The largest chunk that is not larger than what is left.
pub(crate) fn chunk_rows(left: usize, width: usize) -> usize {
    let fits = |rows: &usize| *rows <= left && *rows * width <= MAX_BINDS;
    CHUNKS.into_iter().find(fits).unwrap_or(1)
}
