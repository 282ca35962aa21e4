//! What one write transaction does, generic over the connection.
//!
//! [`batch`]: what producers hand over and get back. [`interner`]: dimension values to dictionary ids. [`merge`]:
//! events to rows. [`series`]: how many there are. [`claim`], [`resolve`], [`isolate`]: the steps of the transaction, which [`commit`] is.
//! [`cleanup`]: its counterpart that deletes.

pub(crate) mod batch;
pub(crate) mod connection;
mod failed;

mod interner;
mod merge;
pub(crate) mod series;

mod claim;
mod isolate;
mod resolve;

pub(crate) mod commit;

pub(crate) mod cleanup;

use interner::Interner;
use series::SeriesLimits;

/// What a writer remembers from one transaction to the next.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    pub(crate) interner: Interner,
    series: SeriesLimits,
}
