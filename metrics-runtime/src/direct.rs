//! Writing without a recorder, for scripts and tests: a transaction, then done.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::error::{RecordError, StoreError};
use crate::event::Event;
use crate::layout::Layout;
use crate::limits::Limits;
use crate::store::Store;
use crate::write::batch::{Batch, Pending, Receipt};
use crate::write::cleanup::{Cleanup, CleanupReport};

/// Adds events to their buckets.
pub(crate) fn upsert_now(store: &Store, events: Vec<Event>) -> Result<Receipt, RecordError> {
    let now = Utc::now().timestamp();
    let at_once = Limits {
        journal_events: 0,
        ..Limits::default()
    };
    let mut pending = [Pending::accept(Batch::of(events), now, &at_once)];
    let written = store.writer(&at_once).commit(&mut pending, now);
    written.map_err(|error| RecordError::Unavailable(error.into()))?;
    let [pending] = pending;
    Ok(pending.receipt.expect("a committed batch has its receipt"))
}

/// Deletes what is past its retention, slice by slice.
pub fn cleanup_now(
    store: &Store,
    layout: &Arc<Layout>,
    now: DateTime<Utc>,
) -> Result<CleanupReport, StoreError> {
    let mut writer = store.writer(&Limits::default());
    let mut cleanup = Cleanup::new(Arc::clone(layout), now.timestamp());
    loop {
        if let Some(report) = writer.clean(&mut cleanup)? {
            return Ok(report);
        }
    }
}

/// Counts what a cleanup as of `now` would delete.
pub fn expired_now(
    store: &Store,
    layout: &Arc<Layout>,
    now: DateTime<Utc>,
) -> Result<CleanupReport, StoreError> {
    store.count_expired(layout, now.timestamp())
}
