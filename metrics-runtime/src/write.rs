//! What one write transaction does, generic over the connection.
//!
//! [`batch`]: what producers hand over and get back. [`interner`]: dimension values to dictionary ids.
//! [`merge`]: events to rows. [`commit`]: the transaction. [`cleanup`]: its counterpart that deletes.

pub(crate) mod batch;
pub(crate) mod cleanup;
pub(crate) mod commit;
pub(crate) mod connection;
mod interner;
mod merge;

pub(crate) use interner::Interner;
