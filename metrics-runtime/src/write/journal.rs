//! The journal: where events are committed before they are added to their buckets.
//!
//! A commit appends one entry for each metric, so that an acknowledgement needs one append to the file, and not a
//! place in every bucket. [`entry`]: the bytes. [`shapes`]: what they consist of. [`headroom`]: why nothing may be
//! refused later. [`fold`] adds entries to their buckets; until then [`read`] lets queries see them.

mod entry;
mod headroom;
mod shapes;

pub(crate) mod fold;

mod read;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::connection::{StoreConnection, execute};
use super::failed::{Failed, Failures};
use super::isolate;
use super::merge::{Point, Resolved};
use crate::shape::Shape;
use crate::sql::AppendEntry;
use headroom::Headroom;
pub(crate) use read::{sums, unfolded};
use shapes::ShapeIds;

/// What a writer remembers of the journal from one transaction to the next.
#[derive(Debug, Default)]
pub(crate) struct JournalMemory {
    headroom: Headroom,
    shapes: ShapeIds,
}

impl JournalMemory {
    /// Forgets what may have been rolled back.
    pub(super) fn forget(&mut self) {
        self.shapes.clear();
    }
}

/// The entry of one metric, as it is put together.
struct Draft<'a> {
    shape: &'a Shape,
    entry: Vec<u8>,
    /// What a bucket grows by at most.
    amount: i64,
}

impl<'a> Draft<'a> {
    fn new(shape: &'a Shape) -> Self {
        Self {
            shape,
            entry: Vec::new(),
            amount: 0,
        }
    }

    fn add(&mut self, point: &Point<'_>) {
        entry::put(&mut self.entry, point);
        let largest = point.measures.iter().copied().max().unwrap_or(0);
        self.amount = self.amount.saturating_add(largest);
    }
}

/// Appends `events`. Those of a metric whose sums come near to 64 bits are written to their buckets at once, since
/// nothing may be refused once it is in the journal. Answers how many rows were written.
pub(crate) fn record<C: StoreConnection>(
    conn: &mut C,
    memory: &mut JournalMemory,
    events: &[Resolved<'_>],
    failures: &mut Failures,
    now: i64,
) -> Result<usize, Failed> {
    let mut rows = 0;
    for draft in drafts(events).values() {
        let (shape, amount) = (draft.shape, draft.amount);
        if memory.headroom.take(conn, shape, amount, now)? {
            let (shape_id, entry) = (memory.shapes.of(conn, shape)?, draft.entry.as_slice());
            execute(conn, &AppendEntry { shape_id, entry })?;
        } else {
            conn.settle(now)?;
            let here = |event: &&Resolved<'_>| event.layout.shape.table == shape.table;
            let events: Vec<_> = events.iter().filter(here).cloned().collect();
            rows += isolate::write(conn, &events, failures, now)?;
        }
    }
    Ok(rows)
}

fn drafts<'a>(events: &[Resolved<'a>]) -> BTreeMap<&'a str, Draft<'a>> {
    let mut drafts = BTreeMap::new();
    // Mostly, events of one metric come together.
    for events in events.chunk_by(|a, b| Arc::ptr_eq(a.layout, b.layout)) {
        let shape = &events[0].layout.shape;
        let draft = drafts
            .entry(shape.table.as_str())
            .or_insert_with(|| Draft::new(shape));
        for event in events {
            draft.add(&event.point);
        }
    }
    drafts
}
