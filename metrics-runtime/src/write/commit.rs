//! The transaction that records batches.
//!
//! The ids of the batches, the counters and the receipts belong to one transaction: what was acknowledged is
//! committed, once.

use diesel::result::Error;

use super::batch::Pending;
use super::claim::{claim, receipts};
use super::connection::StoreConnection;
use super::failed::{Failed, Failures};
use super::interner::Interner;
use super::isolate::write;
use super::resolve::resolve;
use crate::error::StoreError;

/// Records `pending` in one transaction, and fills in each receipt. Answers how many rows were written.
///
/// # Errors
///
/// When the database fails as a whole. Then nothing is recorded, and all of it may be tried again.
pub(crate) fn commit<C: StoreConnection>(
    conn: &mut C,
    interner: &mut Interner,
    pending: &mut [Pending],
    now: i64,
) -> Result<usize, StoreError> {
    let mut attempt = attempt(conn, interner, pending, now);
    if let Err(Failed::Stale) = attempt {
        // A dictionary entry that was remembered is gone with the user or the team it spoke of.
        interner.clear();
        attempt = self::attempt(conn, interner, pending, now);
    }
    attempt.map_err(|failed| {
        interner.clear();
        match failed {
            Failed::Store(error) => error,
            Failed::Stale => StoreError::Database(Error::RollbackTransaction),
        }
    })
}

fn attempt<C: StoreConnection>(
    conn: &mut C,
    interner: &mut Interner,
    pending: &mut [Pending],
    now: i64,
) -> Result<usize, Failed> {
    let (receipts, rows) = conn.write(|conn| {
        let claims = claim(conn, pending)?;
        let mut failures = Failures::default();
        let events = resolve(conn, interner, pending, &claims, &mut failures, now)?;
        let rows = write(conn, &events, &mut failures, now)?;
        Ok::<_, Failed>((receipts(conn, pending, &claims, failures)?, rows))
    })?;
    for (pending, receipt) in pending.iter_mut().zip(receipts) {
        pending.receipt = Some(receipt);
    }
    Ok(rows)
}
