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

use super::connection::{StoreConnection, execute};
use super::failed::{Failed, Failures};
use super::isolate;
use super::merge::Resolved;
use crate::shape::Shape;
use crate::sql::AppendEntry;
use headroom::Headroom;
pub(crate) use read::sums;
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
    memory: &mut JournalMemory,
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
