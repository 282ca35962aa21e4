//! The one way in: producers hand events over and await, a writer commits what has gathered, then answers.
//!
//! While one transaction is being written the next batch gathers, so that the busier the producers are, the more
//! events share the cost of a commit. Folding the journal and cleanup take their turns in the same thread, a slice at a time:
//! there is one writer, and nobody waits for a lock.

mod checkpoints;
mod collecting;
mod folding;
mod stats;
mod thread;

use std::sync::{Arc, Mutex, PoisonError, RwLock, mpsc};
use std::thread::JoinHandle;
use std::time::Instant;

use chrono::{DateTime, Utc};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, TryAcquireError, oneshot};

use crate::error::{RecordError, Rejection};
use crate::event::Event;
use crate::layout::Layout;
use crate::limits::Limits;
use crate::metric::{TimeSeriesMetric, event_of};
use crate::registry::Registry;
use crate::store::Store;
use crate::write::batch::{Batch, BatchId, Failure, Pending, Receipt};
use crate::write::cleanup::{Cleanup, CleanupReport};

use checkpoints::Checkpoints;
use folding::Folding;
use stats::RecorderStats;
pub use stats::StatsSnapshot;
use thread::{Command, Turn, WriterThread};

/// Records events; cheap to clone.
#[derive(Clone, Debug)]
pub struct Recorder {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    registry: Arc<Registry>,
    limits: Limits,
    /// `None` once the recorder has been shut down. Whoever hands over holds the lock to read, so that nothing is
    /// accepted that the writer will not see.
    queue: RwLock<Option<mpsc::Sender<Command>>>,
    room: Arc<Semaphore>,
    stats: Arc<RecorderStats>,
    writer: Mutex<Option<JoinHandle<()>>>,
}

impl Recorder {
    /// Starts the writer on a thread of its own.
    #[must_use]
    pub fn start(store: &Store, registry: Arc<Registry>, limits: Limits) -> Self {
        let (queue, commands) = mpsc::channel();
        let stats = Arc::new(RecorderStats::default());
        let room = Arc::new(Semaphore::new(
            usize::try_from(limits.queued_events).unwrap_or(usize::MAX),
        ));
        let mut thread = WriterThread {
            writer: store.writer(&limits),
            checkpoints: Checkpoints::start(store.checkpoint()),
            commands,
            limits: limits.clone(),
            stats: Arc::clone(&stats),
            folding: Folding::new(limits.fold_interval, Instant::now()),
            stopping: false,
            warned: std::collections::HashMap::new(),
            turns: std::collections::VecDeque::new(),
        };
        let writer = std::thread::Builder::new()
            .name("metrics-writer".to_owned())
            .spawn(move || thread.run())
            .expect("the system has room for one more thread");
        let (queue, writer) = (RwLock::new(Some(queue)), Mutex::new(Some(writer)));
        Self {
            shared: Arc::new(Shared {
                registry,
                limits,
                queue,
                room,
                stats,
                writer,
            }),
        }
    }

    /// The metrics that it knows.
    #[must_use]
    pub fn registry(&self) -> &Arc<Registry> {
        &self.shared.registry
    }

    /// What it has done so far.
    #[must_use]
    pub fn stats(&self) -> StatsSnapshot {
        let used = usize::try_from(self.shared.limits.queued_events).unwrap_or(usize::MAX);
        self.shared
            .stats
            .snapshot(used.saturating_sub(self.shared.room.available_permits()))
    }

    /// Whether its writer is at work: not once it was shut down, nor if it has come to a bad end.
    #[must_use]
    pub fn is_running(&self) -> bool {
        lock(&self.shared.writer)
            .as_ref()
            .is_some_and(|writer| !writer.is_finished())
    }

    /// Records that `metric` happened now. Returns when it is committed.
    ///
    /// # Errors
    ///
    /// As [`record_at`](Self::record_at).
    pub async fn record<M: TimeSeriesMetric>(&self, metric: &M) -> Result<(), RecordError> {
        self.record_at(metric, Utc::now()).await
    }

    /// Records that `metric` happened at `timestamp`. Returns when it is committed.
    ///
    /// # Errors
    ///
    /// When the event is refused, the database fails, or the recorder has been shut down. Nothing is counted then.
    pub async fn record_at<M: TimeSeriesMetric>(
        &self,
        metric: &M,
        timestamp: DateTime<Utc>,
    ) -> Result<(), RecordError> {
        only(
            self.submit(Batch::of(vec![self.event(metric, timestamp)?]))
                .await?,
        )
    }

    /// Records metrics together, each at its own time. Returns when they are committed; those that are refused are
    /// in the receipt.
    ///
    /// # Errors
    ///
    /// As [`submit`](Self::submit).
    pub async fn record_all<M: TimeSeriesMetric>(
        &self,
        metrics: &[(DateTime<Utc>, M)],
    ) -> Result<Receipt, RecordError> {
        self.submit(self.batch(None, metrics)).await
    }

    /// [`record_all`](Self::record_all) under a name, for work that may be done again: the same name again gets the
    /// same receipt, and counts nothing twice.
    ///
    /// # Errors
    ///
    /// As [`submit`](Self::submit).
    pub async fn record_once<M: TimeSeriesMetric>(
        &self,
        id: BatchId,
        metrics: &[(DateTime<Utc>, M)],
    ) -> Result<Receipt, RecordError> {
        self.submit(self.batch(Some(id), metrics)).await
    }

    /// Records that `metric` happened now, for code that must never wait: the commit is not awaited.
    ///
    /// # Errors
    ///
    /// When there is no room, or the event is refused before it is written. What the database refuses later is
    /// counted in [`stats`](Self::stats).
    pub fn try_record<M: TimeSeriesMetric>(&self, metric: &M) -> Result<(), RecordError> {
        self.try_submit(Batch::of(vec![self.event(metric, Utc::now())?]))
            .map(drop)
    }

    /// Records a batch. Returns when it is committed.
    ///
    /// # Errors
    ///
    /// When the database fails, or the recorder has been shut down: nothing of the batch is counted then, and it may
    /// be sent again. Events that are refused are in the receipt.
    pub async fn submit(&self, batch: Batch) -> Result<Receipt, RecordError> {
        let room = Arc::clone(&self.shared.room)
            .acquire_many_owned(self.size(&batch))
            .await;
        let answer = self.enqueue(batch, room.map_err(|_| RecordError::Closed)?)?;
        answer.await.map_err(|_| RecordError::Closed)?
    }

    /// Hands a batch over if there is room for it. The receipt may be awaited, or dropped.
    ///
    /// # Errors
    ///
    /// [`RecordError::Full`] when there is no room, [`RecordError::Closed`] once the recorder has been shut down.
    pub fn try_submit(
        &self,
        batch: Batch,
    ) -> Result<impl Future<Output = Result<Receipt, RecordError>> + use<>, RecordError> {
        let room = Arc::clone(&self.shared.room).try_acquire_many_owned(self.size(&batch));
        let room = room.map_err(|error| match error {
            TryAcquireError::NoPermits => RecordError::Full,
            TryAcquireError::Closed => RecordError::Closed,
        })?;
        let answer = self.enqueue(batch, room)?;
        Ok(async { answer.await.map_err(|_| RecordError::Closed)? })
    }

    /// [`submit`](Self::submit) for threads that are not asynchronous.
    ///
    /// # Errors
    ///
    /// As [`submit`](Self::submit).
    pub fn submit_blocking(&self, batch: Batch) -> Result<Receipt, RecordError> {
        pollster::block_on(self.submit(batch))
    }

    /// Deletes what is past its retention as of `now`, in slices between the batches. Returns when it is done.
    /// When nobody awaits it any more, no further slice is deleted.
    ///
    /// # Errors
    ///
    /// When the database fails, or the recorder has been shut down. What was deleted by then stays deleted.
    pub async fn cleanup(
        &self,
        layout: &Arc<Layout>,
        now: DateTime<Utc>,
    ) -> Result<CleanupReport, RecordError> {
        let (answer, report) = oneshot::channel();
        let cleanup = Cleanup::new(Arc::clone(layout), now.timestamp());
        self.send(Command::Turn(Turn::Clean { cleanup, answer }))?;
        report.await.map_err(|_| RecordError::Closed)?
    }

    /// Commits what was accepted, then ends the writer. Blocks until it has.
    pub fn shutdown(&self) {
        self.shared.room.close();
        // Without a sender the writer ends, once it has taken what is there.
        let queue = self.shared.queue.write();
        drop(queue.unwrap_or_else(PoisonError::into_inner).take());
        if let Some(writer) = lock(&self.shared.writer).take() {
            // A writer that panicked has told its producers already: their answers were dropped.
            drop(writer.join());
        }
    }

    fn batch<M: TimeSeriesMetric>(
        &self,
        id: Option<BatchId>,
        metrics: &[(DateTime<Utc>, M)],
    ) -> Batch {
        let layout = self.shared.registry.layout(M::SCHEMA);
        let event = |(index, (timestamp, metric)): (usize, &(DateTime<Utc>, M))| {
            let layout = layout.as_ref().map_err(Clone::clone);
            let event = layout.and_then(|layout| event_of(layout, metric, *timestamp));
            event.map_err(|rejection| Failure::of(index, M::SCHEMA, rejection))
        };
        let events = metrics.iter().enumerate().map(event).collect();
        Batch { id, events }
    }

    fn event<M: TimeSeriesMetric>(
        &self,
        metric: &M,
        timestamp: DateTime<Utc>,
    ) -> Result<Event, Rejection> {
        event_of(self.shared.registry.layout(M::SCHEMA)?, metric, timestamp)
    }

    /// The room that a batch takes: a batch larger than all there is takes all of it.
    fn size(&self, batch: &Batch) -> u32 {
        u32::try_from(batch.events.len())
            .unwrap_or(u32::MAX)
            .clamp(1, self.shared.limits.queued_events)
    }

    fn enqueue(
        &self,
        mut batch: Batch,
        room: OwnedSemaphorePermit,
    ) -> Result<oneshot::Receiver<Result<Receipt, RecordError>>, RecordError> {
        let (answer, receipt) = oneshot::channel();
        self.shared.stats.accepted(batch.events.len());
        batch.check(&self.shared.registry);
        let pending = Pending::accept(batch, Utc::now().timestamp(), &self.shared.limits);
        self.send(Command::Record {
            pending,
            answer,
            room,
        })?;
        Ok(receipt)
    }

    fn send(&self, command: Command) -> Result<(), RecordError> {
        let queue = self.shared.queue.read();
        let queue = queue.unwrap_or_else(PoisonError::into_inner);
        let queue = queue.as_ref().ok_or(RecordError::Closed)?;
        queue.send(command).map_err(|_| RecordError::Closed)
    }
}

/// A poisoned lock is still a lock: nothing in here is left half done by a panic.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The outcome of a batch of one.
fn only(receipt: Receipt) -> Result<(), RecordError> {
    receipt
        .failures
        .into_iter()
        .next()
        .map_or(Ok(()), |failure| {
            Err(RecordError::Rejected(failure.rejection))
        })
}
