//! Appends committed events to the journal, one entry for each metric, and reads them back for queries.

use std::collections::BTreeMap;

use diesel::RunQueryDsl;
use diesel::result::{Error, QueryResult};
use foldhash::{HashMap, HashMapExt};

use super::Memory;
use super::connection::{StoreConnection, execute};
use super::entry::{self, Reader};
use super::failed::{Failed, Failures};
use super::isolate;
use super::merge::{Key, Resolved, Rows, stored_key};
use crate::shape::Shape;
use crate::sql::{
    AppendEntry, BucketSums, FindShape, InsertShape, Integers, JournalEntries, JournalEntry,
};

/// The ids of the shapes that have been written, by table.
#[derive(Debug)]
pub(super) struct ShapeIds(HashMap<String, i64>);

impl Default for ShapeIds {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl ShapeIds {
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    fn of<C: StoreConnection>(&mut self, conn: &mut C, shape: &Shape) -> QueryResult<i64> {
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

/// The events of one metric on their way into the journal.
struct Draft<'e, 'a> {
    shape: &'a Shape,
    events: Vec<&'e Resolved<'a>>,
    entry: Vec<u8>,
    /// What a bucket grows by at most.
    amount: i64,
}

impl<'e, 'a> Draft<'e, 'a> {
    fn new(shape: &'a Shape) -> Self {
        Self {
            shape,
            events: Vec::new(),
            entry: Vec::new(),
            amount: 0,
        }
    }

    fn add(&mut self, event: &'e Resolved<'a>) {
        entry::put(&mut self.entry, &event.point);
        let largest = event.point.measures.iter().copied().max().unwrap_or(0);
        self.amount = self.amount.saturating_add(largest);
        self.events.push(event);
    }
}

/// Appends `events`. Those of a metric whose sums come near to 64 bits are written to their buckets at once, since
/// nothing may be refused once it is in the journal. Answers how many rows were written.
pub(crate) fn record<C: StoreConnection>(
    conn: &mut C,
    memory: &mut Memory,
    events: &[Resolved<'_>],
    failures: &mut Failures,
    now: i64,
) -> Result<usize, Failed> {
    let mut drafts: BTreeMap<&str, Draft<'_, '_>> = BTreeMap::new();
    for event in events {
        let shape = &event.layout.shape;
        let draft = drafts.entry(&shape.table);
        draft.or_insert_with(|| Draft::new(shape)).add(event);
    }
    let mut rows = 0;
    for draft in drafts.values() {
        let (shape, amount) = (draft.shape, draft.amount);
        if memory.headroom.take(conn, shape, amount, now)? {
            let (shape_id, entry) = (memory.shapes.of(conn, shape)?, draft.entry.as_slice());
            execute(conn, &AppendEntry { shape_id, entry })?;
        } else {
            conn.settle(now)?;
            let events: Vec<_> = draft.events.iter().copied().cloned().collect();
            rows += isolate::write(conn, &events, failures, now)?;
        }
    }
    Ok(rows)
}

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

/// Adds the events of an entry.
pub(super) fn merge_entry(rows: &mut Rows<'_>, entry: &JournalEntry) -> QueryResult<()> {
    let mut reader = Reader::new(&entry.entry, rows.shape);
    while let Some(point) = reader.next()? {
        let added = rows.add(&point);
        added.map_err(|_| {
            Error::DeserializationError("a sum in the journal exceeds 64 bits".into())
        })?;
    }
    Ok(())
}

/// The shape that an entry was written in.
pub(super) fn shape_of(entry: &JournalEntry) -> QueryResult<Shape> {
    serde_json::from_str(&entry.shape).map_err(|error| Error::DeserializationError(error.into()))
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
