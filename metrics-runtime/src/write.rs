//! What one write transaction does, generic over the connection.
//!
//! [`batch`]: what producers hand over and get back. [`interner`]: dimension values to dictionary ids. [`merge`]:
//! events to rows. [`series`]: how many there are. [`claim`], [`resolve`], then [`isolate`] or [`journal`]: the steps
//! of the transaction, which [`commit`] is. [`fold`]: what the journal holds, added to its buckets a slice at a
//! time. [`cleanup`]: the counterpart that deletes.

pub(crate) mod batch;
pub(crate) mod failed;

pub(crate) mod merge;

pub(crate) mod connection;

mod interner;
pub(crate) mod series;
mod upsert;

mod claim;
mod isolate;
mod resolve;

mod entry;

pub(crate) mod fold;
mod headroom;
pub(crate) mod journal;

pub(crate) mod commit;

pub(crate) mod cleanup;

use headroom::Headroom;
use interner::Interner;
use journal::ShapeIds;
use series::SeriesLimits;

/// What a writer remembers from one transaction to the next.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    interner: Interner,
    series: SeriesLimits,
    headroom: Headroom,
    shapes: ShapeIds,
}

impl Memory {
    /// Forgets what may have been rolled back or deleted.
    pub(crate) fn forget(&mut self) {
        self.interner.clear();
        self.shapes.clear();
    }
}
