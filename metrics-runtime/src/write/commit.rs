//! The transaction that records batches.
//!
//! The ids of the batches, the counters and the receipts belong to one transaction: what was acknowledged is
//! committed, once.

use diesel::result::Error;

use super::Memory;
use super::batch::Pending;
use super::claim::{claim, receipts};
use super::connection::StoreConnection;
use super::failed::{Failed, Failures};
use super::resolve::resolve;
use super::series::Overflowed;

use crate::error::StoreError;
use crate::fault;

/// What a transaction wrote.
#[derive(Debug)]
pub(crate) struct Committed {
    /// Rows, over all tables.
    pub(crate) rows: usize,
    /// Events that were counted in overflow series.
    pub(crate) overflowed: Overflowed,
}

/// Records `pending` in one transaction, and fills in each receipt. Answers what was written.
///
/// # Errors
///
/// When the database fails as a whole. Then nothing is recorded, and all of it may be tried again.
pub(crate) fn commit<C: StoreConnection>(
    conn: &mut C,
    memory: &mut Memory,
    pending: &mut [Pending],
    now: i64,
) -> Result<Committed, StoreError> {
    persist(memory, |memory| attempt(conn, memory, pending, now))
}

/// Tries a transaction that trusts what is remembered, and that nothing will be refused, and again once either has turned
/// out to be wrong: with a way back from each write, or with nothing remembered. What a transaction that was rolled back
/// has added is never remembered, and after a failure nothing is.
pub(super) fn persist<T>(
    memory: &mut Memory,
    mut attempt: impl FnMut(&mut Memory) -> Result<T, Failed>,
) -> Result<T, StoreError> {
    let mut remembering = true;
    loop {
        memory.begin();
        let outcome = attempt(memory);
        if outcome.is_err() {
            memory.roll_back();
        }
        match outcome {
            Err(Failed::Refused) if !memory.careful => memory.careful = true,
            Err(Failed::Stale) if remembering => {
                remembering = false;
                memory.forget();
            }
            outcome => {
                memory.careful = false;
                return outcome.map_err(|failed| give_up(memory, failed));
            }
        }
    }
}

fn give_up(memory: &mut Memory, failed: Failed) -> StoreError {
    memory.forget();
    match failed {
        Failed::Store(error) => error,
        Failed::Stale | Failed::Refused => StoreError::Database(Error::RollbackTransaction),
    }
}

fn attempt<C: StoreConnection>(
    conn: &mut C,
    memory: &mut Memory,
    pending: &mut [Pending],
    now: i64,
) -> Result<Committed, Failed> {
    let (receipts, committed) = conn.write(|conn| {
        fault::point("begun");
        let claims = claim(conn, pending)?;
        fault::point("claimed");
        let mut failures = Failures::default();
        let mut overflowed = Overflowed::new();
        let events = resolve(
            conn,
            memory,
            pending,
            &claims,
            (&mut failures, &mut overflowed),
            now,
        )?;
        fault::point("resolved");
        let rows = conn.record(memory, &events, &mut failures, now)?;
        fault::point("recorded");
        let receipts = receipts(conn, pending, &claims, failures)?;
        fault::point("kept");
        Ok::<_, Failed>((receipts, Committed { rows, overflowed }))
    })?;
    fault::point("committed");
    for (pending, receipt) in pending.iter_mut().zip(receipts) {
        pending.receipt = Some(receipt);
    }
    Ok(committed)
}
