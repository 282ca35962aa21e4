//! What one write transaction does, generic over the connection.
//!
//! [`batch`]: what producers hand over and get back. [`interner`]: dimension values to dictionary ids. [`merge`]:
//! events to rows. [`claim`], [`resolve`], [`isolate`]: the steps of the transaction, which [`commit`] is.
//! [`cleanup`]: its counterpart that deletes.

pub(crate) mod batch;
pub(crate) mod connection;
mod failed;

mod interner;
mod merge;

mod claim;
mod isolate;
mod resolve;

pub(crate) mod commit;

pub(crate) mod cleanup;

pub(crate) use interner::Interner;
