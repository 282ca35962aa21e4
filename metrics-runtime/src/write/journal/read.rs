//! What the journal holds, as queries see it.

use diesel::RunQueryDsl;
use diesel::connection::DefaultLoadingMode;
use diesel::result::{Error, QueryResult};

use super::super::connection::{Refusal, StoreConnection};
use super::super::merge::{Key, Rows, stored_key};
use super::entry::merge_entry;
use super::shapes::shape_of;
use crate::shape::Shape;
use crate::sql::{BucketSums, Integers, JournalEntries, JournalEntry, Selection, SettledSums};

/// [`BucketSums`] over the buckets and over what the journal holds for them, in one state of the database, so that no
/// event is counted twice or not at all.
pub(crate) fn sums<C: StoreConnection>(
    conn: &mut C,
    rows: &Selection<'_>,
) -> QueryResult<Vec<Integers>> {
    if let Some(sums) = settled(conn, rows)? {
        return Ok(sums);
    }
    conn.snapshot(|conn| {
        let mut sums: Vec<Integers> = match unfolded(conn, rows)? {
            Some(unfolded) => BucketSums(&unfolded).load(conn)?,
            None => Vec::new(),
        };
        let folded: Vec<Integers> = BucketSums(rows).load(conn)?;
        sums.extend(folded);
        Ok(sums)
    })
}

/// The same where nothing of the metric is in the journal; otherwise `None`, before any bucket is read. One statement
/// costs less than a transaction of several.
fn settled<C: StoreConnection>(
    conn: &mut C,
    rows: &Selection<'_>,
) -> QueryResult<Option<Vec<Integers>>> {
    let mut found = SettledSums(rows).load_iter::<Integers, DefaultLoadingMode>(conn)?;
    let Integers(unsettled) = found.next().ok_or(Error::NotFound)??;
    if unsettled[0] != 0 {
        return Ok(None);
    }
    let mut sums = Vec::new();
    for row in found {
        match row {
            Ok(Integers(row)) if row[0] >= rows.end => break,
            Ok(row) => sums.push(row),
            // It may be a sum behind the end that 64 bits do not hold.
            Err(error) if C::refusal(&error) == Some(Refusal::OutOfRange) => return Ok(None),
            Err(error) => return Err(error),
        }
    }
    Ok(Some(sums))
}

/// The same of the rows in the journal; `None` if there are none.
pub(crate) fn unfolded<'a, C: StoreConnection>(
    conn: &mut C,
    selection: &Selection<'a>,
) -> QueryResult<Option<Selection<'a>>> {
    let shape = &selection.layout.shape;
    let entries: Vec<JournalEntry> = JournalEntries::OfMetric(&shape.table).load(conn)?;
    let mut rows = Vec::new();
    for entries in entries.chunk_by(|a, b| a.shape_id == b.shape_id) {
        let written = shape_of(&entries[0])?;
        let mut merged = Rows::new(&written);
        for entry in entries {
            merge_entry(&mut merged, entry)?;
        }
        let concerned = |([_, interval, bucket, _], _): &(Key, &[i64])| {
            *interval == selection.interval && (selection.first..selection.end).contains(bucket)
        };
        let concerned = merged.sorted().filter(concerned);
        rows.extend(concerned.map(|(key, measures)| as_read(shape, key, &written, measures)));
    }
    if rows.is_empty() {
        return Ok(None);
    }
    let text = serde_json::to_string(&rows);
    text.map(|rows| Some(selection.over(rows)))
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
