//! The transaction that counts what a collector has found.
//!
//! The watermark and the counters belong to one transaction, and the watermark is moved from the version that was seen
//! before the collector was asked: a window is counted once, whatever is interrupted, and whoever else collects.

use std::slice;
use std::sync::Arc;

use super::Memory;
use super::batch::{Failure, Pending};
use super::claim::Claim;
use super::commit::{Committed, persist};
use super::connection::{StoreConnection, execute};
use super::failed::{Failed, Failures};
use super::resolve::resolve;
use super::series::Overflowed;
use super::watermark::{Watermark, advance};
use crate::error::StoreError;
use crate::fault;
use crate::layout::Layout;
use crate::sql::DeleteWindow;
use crate::window::Window;

/// What a collector has found in a window.
#[derive(Debug)]
pub(crate) struct Collection {
    pub(crate) layout: Arc<Layout>,
    pub(crate) window: Window,
    pub(crate) counting: Counting,
    /// The watermark as it was before the collector was asked.
    pub(crate) seen: Watermark,
    pub(crate) pending: Pending,
}

/// What is done with a window.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Counting {
    /// It is the next one, and the watermark moves to its end.
    Further,
    /// It was counted before: what it had is replaced.
    Again,
}

/// What became of a window.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// It is counted, and this is the watermark now.
    Counted(Watermark, Committed),
    /// Somebody else has counted since the watermark was seen. Nothing of it is counted.
    Overtaken,
    /// An event was refused. Nothing of it is counted.
    Refused(Failure),
}

/// Why a transaction is rolled back.
enum Undone {
    Failed(Failed),
    Overtaken,
    Refused(Failure),
}

impl<E: Into<StoreError>> From<E> for Undone {
    fn from(error: E) -> Self {
        Self::Failed(Failed::Store(error.into()))
    }
}

impl From<Failed> for Undone {
    fn from(failed: Failed) -> Self {
        Self::Failed(failed)
    }
}

/// Counts a window in one transaction.
///
/// # Errors
///
/// When the database fails. Then nothing is counted.
pub(crate) fn count<C: StoreConnection>(
    conn: &mut C,
    memory: &mut Memory,
    collection: &mut Collection,
    now: i64,
) -> Result<Outcome, StoreError> {
    let outcome = persist(memory, |memory| attempt(conn, memory, collection, now))?;
    match outcome {
        Outcome::Counted(..) => {
            let receipt = collection.pending.receipt_with(Vec::new());
            collection.pending.receipt = Some(receipt);
        }
        Outcome::Overtaken | Outcome::Refused(_) => memory.roll_back(),
    }
    Ok(outcome)
}

fn attempt<C: StoreConnection>(
    conn: &mut C,
    memory: &mut Memory,
    collection: &Collection,
    now: i64,
) -> Result<Outcome, Failed> {
    let counted = conn.write(|conn| {
        fault::point("collecting");
        let watermark = move_watermark(conn, collection)?;
        fault::point("moved");
        if let Counting::Again = collection.counting {
            empty(conn, collection, now)?;
            fault::point("emptied");
        }
        let committed = add(conn, memory, collection, now)?;
        fault::point("counted");
        Ok::<_, Undone>((watermark, committed))
    });
    match counted {
        Ok((watermark, committed)) => {
            fault::point("collected");
            Ok(Outcome::Counted(watermark, committed))
        }
        Err(Undone::Failed(failed)) => Err(failed),
        Err(Undone::Overtaken) => Ok(Outcome::Overtaken),
        Err(Undone::Refused(failure)) => Ok(Outcome::Refused(failure)),
    }
}

/// The first statement of all: another process that counts the same metric waits here.
fn move_watermark<C: StoreConnection>(
    conn: &mut C,
    collection: &Collection,
) -> Result<Watermark, Undone> {
    let until = match collection.counting {
        Counting::Further => collection.window.seconds().1,
        Counting::Again => collection.seen.collected_until,
    };
    let moved = advance(conn, &collection.layout, collection.seen, until)?;
    moved.ok_or(Undone::Overtaken)
}

/// Takes out what the window has, in every interval, also what is still in the journal.
fn empty<C: StoreConnection>(
    conn: &mut C,
    collection: &Collection,
    now: i64,
) -> Result<(), Undone> {
    conn.settle(now)?;
    let (start, end) = collection.window.seconds();
    let layout = &collection.layout;
    execute(conn, &DeleteWindow { layout, start, end })?;
    Ok(())
}

/// Adds the events, of which none may be refused.
fn add<C: StoreConnection>(
    conn: &mut C,
    memory: &mut Memory,
    collection: &Collection,
    now: i64,
) -> Result<Committed, Undone> {
    let pending = slice::from_ref(&collection.pending);
    let (mut failures, mut overflowed) = (Failures::default(), Overflowed::new());
    let notes = (&mut failures, &mut overflowed);
    let events = resolve(conn, memory, pending, &[Claim::Write], notes, now)?;
    let rows = conn.record(memory, &events, &mut failures, now)?;
    match failures.of(0).into_iter().next() {
        Some(failure) => Err(Undone::Refused(failure)),
        None => Ok(Committed { rows, overflowed }),
    }
}
