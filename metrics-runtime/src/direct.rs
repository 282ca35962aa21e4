//! Writing without a recorder, for scripts and tests: a transaction, then done.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::error::{RecordError, StoreError};
use crate::event::Event;
use crate::layout::Layout;
use crate::limits::Limits;
use crate::metric::TimeSeriesMetric;
use crate::store::Store;
use crate::write::batch::{Batch, Pending, Receipt};
use crate::write::cleanup::{Cleanup, CleanupReport};

pub(crate) fn upsert_now<M: TimeSeriesMetric>(
    store: &Store,
    events: &[(DateTime<Utc>, M)],
) -> Result<Receipt, RecordError> {
    let layout = Arc::new(Layout::of(M::SCHEMA));
    let event = |(timestamp, metric): &(DateTime<Utc>, M)| Event::of(&layout, metric, *timestamp);
    let events = events.iter().map(event).collect::<Result<_, _>>()?;
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
