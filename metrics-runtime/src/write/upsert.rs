//! Adds merged rows to their buckets.

use diesel::result::Error;

use super::connection::{StoreConnection, execute};
use super::merge::{Key, stored_key};
use crate::shape::Shape;
use crate::sql::Upsert;

/// Rows in one statement. Few sizes, since each is a statement that the connection keeps prepared.
const CHUNKS: [usize; 4] = [512, 64, 8, 1];

/// Values that one statement may bind: less than SQLite's limit of 32,766.
const MAX_BINDS: usize = 32_000;

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
    let width = shape.width();
    let mut rest = values.as_slice();
    while !rest.is_empty() {
        let (values, further) = rest.split_at(chunk_rows(rest.len() / width, width) * width);
        execute(conn, &Upsert { shape, values })?;
        rest = further;
    }
    Ok(values.len() / width)
}

/// The largest chunk that is not larger than what is left.
pub(crate) fn chunk_rows(left: usize, width: usize) -> usize {
    let fits = |rows: &usize| *rows <= left && *rows * width <= MAX_BINDS;
    CHUNKS.into_iter().find(fits).unwrap_or(1)
}
