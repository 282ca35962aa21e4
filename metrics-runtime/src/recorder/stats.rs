//! What the recorder has done: nothing that it drops is dropped silently.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use super::lock;
use crate::error::Reason;
use crate::write::batch::Pending;
use crate::write::cleanup::CleanupReport;
use crate::write::commit::Committed;
use crate::write::series::Overflowed;

/// Upper bounds of the commit latency histogram, in microseconds.
const BOUNDS: [u64; 10] = [
    100, 250, 500, 1_000, 2_500, 5_000, 10_000, 50_000, 250_000, 1_000_000,
];

/// Counters that the recorder adds to.
#[derive(Debug, Default)]
pub(super) struct RecorderStats {
    accepted: AtomicU64,
    committed: AtomicU64,
    replayed: AtomicU64,
    unavailable: AtomicU64,
    rows: AtomicU64,
    transactions: AtomicU64,
    cleaned: AtomicU64,
    unfolded: AtomicU64,
    overflowed: Mutex<Overflowed>,
    rejected: [AtomicU64; Reason::ALL.len()],
    latency: [AtomicU64; BOUNDS.len() + 1],
    latency_micros: AtomicU64,
}

/// The counters at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatsSnapshot {
    /// Events that were handed over.
    pub accepted: u64,
    /// Events that are committed.
    pub committed: u64,
    /// Events of batches that had been recorded before; they are answered, and not counted again.
    pub replayed: u64,
    /// Events whose transaction failed; their producers were told.
    pub unavailable: u64,
    /// Rows that were added to their buckets, over all intervals: what events were merged into.
    pub rows: u64,
    /// Transactions that were committed.
    pub transactions: u64,
    /// Events that are committed and not yet in their buckets. Queries count them all the same.
    pub unfolded: u64,
    /// Rows that cleanups deleted.
    pub cleaned: u64,
    /// Events that were counted in overflow series, by metric type.
    pub overflowed: Vec<(&'static str, u64)>,
    /// Events that wait or are being written.
    pub queued: usize,
    /// Rejected events by reason.
    pub rejected: Vec<(Reason, u64)>,
    /// Transactions by latency: an upper bound in microseconds (`None`: any), and how many were not above it.
    pub latency: Vec<(Option<u64>, u64)>,
    /// The latencies of all transactions together, in microseconds.
    pub latency_micros: u64,
}

impl RecorderStats {
    pub(super) fn accepted(&self, events: usize) {
        add(&self.accepted, events);
    }

    pub(super) fn committed(&self, pending: &[Pending], committed: &Committed, took: Duration) {
        for receipt in pending
            .iter()
            .filter_map(|pending| pending.receipt.as_ref())
        {
            if receipt.replayed {
                add(&self.replayed, receipt.processed + receipt.failures.len());
                continue;
            }
            add(&self.committed, receipt.processed);
            for failure in &receipt.failures {
                let index = Reason::ALL
                    .iter()
                    .position(|reason| *reason == failure.rejection.reason);
                add(&self.rejected[index.expect("ALL lists every reason")], 1);
            }
        }
        add(&self.rows, committed.rows);
        let mut overflowed = lock(&self.overflowed);
        for (metric, events) in &committed.overflowed {
            *overflowed.entry(metric).or_default() += events;
        }
        drop(overflowed);
        add(&self.transactions, 1);
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let bucket = BOUNDS
            .iter()
            .position(|bound| micros <= *bound)
            .unwrap_or(BOUNDS.len());
        self.latency[bucket].fetch_add(1, Relaxed);
        self.latency_micros.fetch_add(micros, Relaxed);
    }

    pub(super) fn failed(&self, pending: &[Pending]) {
        for pending in pending {
            add(&self.unavailable, pending.batch.events.len());
        }
    }

    pub(super) fn folded(&self, rows: usize) {
        add(&self.rows, rows);
    }

    pub(super) fn unfolded(&self, events: usize) {
        let events = u64::try_from(events).unwrap_or(u64::MAX);
        self.unfolded.store(events, Relaxed);
    }

    pub(super) fn cleaned(&self, report: &CleanupReport) {
        self.cleaned.fetch_add(report.total_rows(), Relaxed);
    }

    pub(super) fn snapshot(&self, queued: usize) -> StatsSnapshot {
        let mut so_far = 0;
        let bounds = BOUNDS.iter().copied().map(Some).chain([None]);
        let latency = bounds.zip(&self.latency).map(|(bound, count)| {
            so_far += count.load(Relaxed);
            (bound, so_far)
        });
        StatsSnapshot {
            accepted: self.accepted.load(Relaxed),
            committed: self.committed.load(Relaxed),
            replayed: self.replayed.load(Relaxed),
            unavailable: self.unavailable.load(Relaxed),
            rows: self.rows.load(Relaxed),
            transactions: self.transactions.load(Relaxed),
            unfolded: self.unfolded.load(Relaxed),
            cleaned: self.cleaned.load(Relaxed),
            overflowed: lock(&self.overflowed)
                .iter()
                .map(|(metric, events)| (*metric, *events))
                .collect(),
            queued,
            rejected: Reason::ALL
                .into_iter()
                .zip(self.rejected.iter().map(|count| count.load(Relaxed)))
                .collect(),
            latency: latency.collect(),
            latency_micros: self.latency_micros.load(Relaxed),
        }
    }
}

fn add(counter: &AtomicU64, amount: usize) {
    counter.fetch_add(u64::try_from(amount).unwrap_or(u64::MAX), Relaxed);
}
