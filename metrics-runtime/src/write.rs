//! What one write transaction does, generic over the connection.
//!
//! [`batch`]: what producers hand over and get back. [`interner`]: dimension values to dictionary ids, [`ahead`] many at once,
//! [`known`] for series that have been seen. [`merge`]: events to rows. [`series`]: how many there are. [`claim`], [`resolve`], then [`isolate`] or [`journal`]: the steps
//! of the transaction, which [`commit`] is.
//! [`collect`]: the same for what a collector has found, with the [`watermark`]. [`cleanup`]: the counterpart that deletes.

pub(crate) mod batch;
pub(crate) mod failed;

pub(crate) mod merge;

pub(crate) mod connection;

pub(crate) mod ahead;
mod interner;
mod known;
pub(crate) mod series;
pub(crate) mod upsert;

mod claim;
mod isolate;
mod resolve;

#[cfg(feature = "sqlite")]
pub(crate) mod journal;

pub(crate) mod commit;

pub(crate) mod collect;
pub(crate) mod watermark;

pub(crate) mod cleanup;

use crate::limits::Limits;
use known::KnownSeries;
use series::SeriesLimits;

/// What a writer remembers from one transaction to the next.
#[derive(Debug)]
pub(crate) struct Memory {
    known: KnownSeries,
    series: SeriesLimits,
    /// Whether each write is to have a way back: something was refused in the transaction that is tried again.
    careful: bool,
    #[cfg(feature = "sqlite")]
    pub(crate) journal: journal::JournalMemory,
}

impl Memory {
    /// Nothing yet, of a writer with certain limits.
    #[cfg_attr(
        not(feature = "sqlite"),
        expect(unused_variables, reason = "only SQLite has a journal")
    )]
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            known: KnownSeries::default(),
            series: SeriesLimits::default(),
            careful: false,
            #[cfg(feature = "sqlite")]
            journal: journal::JournalMemory::new(limits),
        }
    }

    /// Begins a transaction, of which nothing is there until it commits.
    pub(crate) fn begin(&mut self) {
        self.known.begin();
        self.series.begin();
    }

    /// Says which state of the database the transaction writes to, and when.
    pub(crate) fn look(&mut self, version: i64, now: i64) {
        self.known.look(version, now);
        #[cfg(feature = "sqlite")]
        self.journal.look(version);
    }

    /// Forgets what the transaction under way has added: none of it is in the database. Numbers of dictionary entries
    /// that are remembered nevertheless may become those of others.
    pub(crate) fn roll_back(&mut self) {
        self.known.roll_back();
        self.series.roll_back();
        #[cfg(feature = "sqlite")]
        self.journal.forget();
    }

    /// Forgets what may have been deleted.
    pub(crate) fn forget(&mut self) {
        self.known.clear();
        #[cfg(feature = "sqlite")]
        self.journal.forget();
    }
}
