//! How much is held and accepted.

use std::time::Duration;

/// Seconds by which clocks may differ, unless [`Limits`] say otherwise.
pub(crate) const CLOCK_SKEW: i64 = 600;

/// How much a [`Recorder`](crate::Recorder) holds and accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Events that wait or are being written at most. Beyond, producers wait, or are told that it is full.
    pub queued_events: u32,
    /// Events in one transaction at most, but for a single batch that is larger.
    pub transaction_events: usize,
    /// How long after the last time, at the earliest, committed events are moved from the journal to their buckets,
    /// where a database has a journal. Queries see them before; SQL of one's own sees them once they are moved.
    pub fold_interval: Duration,
    /// Events in the journal at most. Beyond, they are moved before further ones are committed. With 0, events are
    /// added to their buckets at once: that is faster where few of them share a bucket, as in a history that is
    /// imported, and others that write wait for longer.
    pub journal_events: usize,
    /// Seconds that an event may lie ahead of this machine's clock.
    pub max_future_skew: i64,
    /// Seconds that the ids of batches are kept which do not say so themselves.
    pub batch_id_retention: i64,
}

impl Default for Limits {
    /// 100,000 events queued, 20,000 in a transaction, 400,000 in the journal, which is folded every 100 ms; 10
    /// minutes ahead, batch ids for 7 days.
    fn default() -> Self {
        Self {
            queued_events: 100_000,
            transaction_events: 20_000,
            fold_interval: Duration::from_millis(100),
            journal_events: 400_000,
            max_future_skew: CLOCK_SKEW,
            batch_id_retention: 7 * 86_400,
        }
    }
}
