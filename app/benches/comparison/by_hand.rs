//! The baselines: what a careful engineer writes for exactly one task, on rusqlite, without any of our crates.

pub(crate) mod database;
mod event;
mod interner;

pub(crate) mod writer;

pub(crate) mod journal;
pub(crate) mod upserts;
