//! What the journal holds, as queries see it.

use diesel::RunQueryDsl;
use diesel::result::{Error, QueryResult};

use super::super::connection::StoreConnection;
use super::super::merge::{Key, Rows, stored_key};
use super::entry::merge_entry;
use super::shapes::shape_of;
use crate::shape::Shape;
use crate::sql::{BucketSums, Integers, JournalEntries, JournalEntry};

/// [`BucketSums`] over the buckets and over what the journal holds for them. Within one transaction, so that no
/// event is counted twice or not at all.
pub(crate) fn sums<C: StoreConnection>(
    conn: &mut C,
    sums: BucketSums<'_>,
) -> QueryResult<Vec<Integers>> {
    let mut rows: Vec<Integers> = match unfolded(conn, &sums)? {
        Some(unfolded) => sums.over(unfolded).load(conn)?,
        None => Vec::new(),
    };
    let folded: Vec<Integers> = sums.load(conn)?;
    rows.extend(folded);
    Ok(rows)
}

/// The rows of the journal that concern a query, as a JSON array of arrays; `None` if there are none.
fn unfolded<C: StoreConnection>(
    conn: &mut C,
    sums: &BucketSums<'_>,
) -> QueryResult<Option<String>> {
    let shape = &sums.layout.shape;
    let entries: Vec<JournalEntry> = JournalEntries::OfMetric(&shape.table).load(conn)?;
    let mut rows = Vec::new();
    for entries in entries.chunk_by(|a, b| a.shape_id == b.shape_id) {
        let written = shape_of(&entries[0])?;
        let mut merged = Rows::new(&written);
        for entry in entries {
            merge_entry(&mut merged, entry)?;
        }
        let concerned = |([_, interval, bucket, _], _): &(Key, &[i64])| {
            *interval == sums.interval && (sums.first..sums.end).contains(bucket)
        };
        let concerned = merged.sorted().filter(concerned);
        rows.extend(concerned.map(|(key, measures)| as_read(shape, key, &written, measures)));
    }
    if rows.is_empty() {
        return Ok(None);
    }
    let text = serde_json::to_string(&rows);
    text.map(Some)
        .map_err(|error| Error::SerializationError(error.into()))
}

/// A row with the columns that a table of this `shape` has, whatever shape it was written in.
fn as_read(shape: &Shape, key: Key, written: &Shape, measures: &[i64]) -> Vec<i64> {
    let value = |name: &str| {
        let at = written.measures().position(|known| known == name);
        at.map_or(0, |at| measures[at])
    };
    stored_key(shape, key)
        .chain(shape.measures().map(value))
        .collect()
}
