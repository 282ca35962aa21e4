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
use crate::error::StoreError;
use crate::limits::Limits;
use crate::shape::Shape;
use crate::sql::AppendEntry;
use headroom::Headroom;
pub(crate) use read::{sums, unfolded};
use shapes::ShapeIds;

/// What a writer remembers of the journal from one transaction to the next.
#[derive(Debug)]
pub(crate) struct JournalMemory {
    /// Whether events go to the journal at all.
    wanted: bool,
    headroom: Headroom,
    shapes: ShapeIds,
}

impl JournalMemory {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            wanted: limits.journal_events > 0,
            headroom: Headroom::default(),
            shapes: ShapeIds::default(),
        }
    }

    /// Says which state of the database is written to.
    pub(super) fn look(&mut self, version: i64) {
        self.headroom.look(version);
    }

    /// Whether a draft goes to the journal.
    fn takes<C: StoreConnection>(
        &mut self,
        conn: &mut C,
        draft: &Draft<'_, '_>,
        now: i64,
    ) -> Result<bool, StoreError> {
        let (shape, amount) = (draft.shape, draft.amount());
        if self.wanted {
            return self.headroom.take(conn, shape, amount, now);
        }
        self.headroom.pass(conn, shape, amount)?;
        Ok(false)
    }

    /// Forgets what may have been rolled back, or was said by another connection.
    pub(super) fn forget(&mut self) {
        self.headroom.look_again();
        self.shapes.clear();
    }
}

/// The events of one metric in a commit.
struct Draft<'a, 'e> {
    shape: &'a Shape,
    /// Mostly they come together.
    events: Vec<&'e [Resolved<'a>]>,
}

impl<'a> Draft<'a, '_> {
    fn points(&self) -> impl Iterator<Item = &Point<'a>> {
        self.events
            .iter()
            .copied()
            .flatten()
            .map(|event| &event.point)
    }

    /// What a bucket grows by at most.
    fn amount(&self) -> i64 {
        let largest = |point: &Point<'_>| point.measures.iter().copied().max().unwrap_or(0);
        self.points().map(largest).fold(0, i64::saturating_add)
    }

    /// What is appended.
    fn entry(&self) -> Vec<u8> {
        let mut entry = Vec::new();
        self.points()
            .for_each(|point| entry::put(&mut entry, point));
        entry
    }
}

/// Appends `events`, unless no journal is wanted. Those of a metric whose sums come near to 64 bits are written to
/// their buckets at once, since nothing may be refused once it is in the journal. Answers how many rows were written.
pub(crate) fn record<C: StoreConnection>(
    conn: &mut C,
    memory: &mut JournalMemory,
    events: &[Resolved<'_>],
    failures: &mut Failures,
    now: i64,
) -> Result<usize, Failed> {
    let mut rows = 0;
    for draft in drafts(events).values() {
        let shape = draft.shape;
        if memory.takes(conn, draft, now)? {
            let (shape_id, entry) = (memory.shapes.of(conn, shape)?, &draft.entry());
            execute(conn, &AppendEntry { shape_id, entry })?;
        } else {
            // What others have left in the journal is acknowledged, and comes first.
            conn.settle(now)?;
            rows += isolate::write(conn, &draft.events.concat(), failures, now)?;
        }
    }
    Ok(rows)
}

fn drafts<'a, 'e>(events: &'e [Resolved<'a>]) -> BTreeMap<&'a str, Draft<'a, 'e>> {
    let mut drafts = BTreeMap::new();
    for events in events.chunk_by(|a, b| Arc::ptr_eq(a.layout, b.layout)) {
        let shape = &events[0].layout.shape;
        let draft = drafts.entry(shape.table.as_str()).or_insert_with(|| Draft {
            shape,
            events: Vec::new(),
        });
        draft.events.push(events);
    }
    drafts
}
