//! The thread that writes: a transaction with all that has gathered, then a slice of a fold and one of a cleanup,
//! and again.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError};
use std::time::Instant;

use chrono::Utc;
use tokio::sync::{OwnedSemaphorePermit, oneshot};

use super::Limits;
use super::checkpoints::Checkpoints;
use super::folding::{Folding, Patience};
use super::stats::RecorderStats;
use crate::error::{Outage, RecordError, StoreError};
use crate::layout::Layout;
use crate::store::Writer;
use crate::write::batch::{Pending, Receipt};
use crate::write::cleanup::{Cleanup, CleanupReport};
use crate::write::collect::{Collection, Outcome};
use crate::write::commit::Committed;
use crate::write::watermark::Watermark;

/// What producers ask of the writer.
pub(super) enum Command {
    Record {
        pending: Pending,
        answer: oneshot::Sender<Result<Receipt, RecordError>>,
        room: OwnedSemaphorePermit,
    },
    Turn(Turn),
}

/// What is done between two transactions of producers, one at a time.
pub(super) enum Turn {
    /// A slice of a cleanup.
    Clean {
        cleanup: Cleanup,
        answer: oneshot::Sender<Result<CleanupReport, RecordError>>,
    },
    /// A look at a metric's watermark, which makes the first one.
    Watermark {
        layout: Arc<Layout>,
        now: i64,
        answer: oneshot::Sender<Result<Watermark, RecordError>>,
    },
    /// A window of a collector.
    Count {
        collection: Box<Collection>,
        answer: oneshot::Sender<Result<Outcome, RecordError>>,
    },
}

pub(super) struct WriterThread {
    pub(super) writer: Box<dyn Writer>,
    pub(super) checkpoints: Checkpoints,
    pub(super) commands: Receiver<Command>,
    pub(super) limits: Limits,
    pub(super) stats: Arc<RecorderStats>,
    pub(super) folding: Folding,
    /// The hour in which a metric's overflow was last told.
    pub(super) warned: HashMap<&'static str, i64>,
    pub(super) turns: VecDeque<Turn>,
    /// Whether the recorder is being shut down.
    pub(super) stopping: bool,
}

type Answer = (
    oneshot::Sender<Result<Receipt, RecordError>>,
    OwnedSemaphorePermit,
);

impl WriterThread {
    /// Takes turns until it is told to stop; then commits what is still there, and leaves an empty journal.
    pub(super) fn run(&mut self) {
        loop {
            let (mut pending, answers) = self.gather();
            if pending.is_empty() && self.turns.is_empty() && self.stopping {
                break;
            }
            if !pending.is_empty() {
                self.commit(&mut pending, answers);
            }
            self.fold();
            self.take_turn();
            self.checkpoints.written();
        }
        self.fold_all();
    }

    /// What has gathered; waits for a first command unless there is something to go on with.
    fn gather(&mut self) -> (Vec<Pending>, Vec<Answer>) {
        let (mut pending, mut answers, mut events) = (Vec::new(), Vec::new(), 0);
        let mut next = self.first();
        while let Some(command) = next {
            match command {
                Command::Turn(turn) => self.turns.push_back(turn),
                Command::Record {
                    pending: batch,
                    answer,
                    room,
                } => {
                    events += batch.batch.events.len();
                    pending.push(batch);
                    answers.push((answer, room));
                }
            }
            let full = events >= self.limits.transaction_events;
            next = if full {
                None
            } else {
                self.commands.try_recv().ok()
            };
        }
        (pending, answers)
    }

    fn first(&mut self) -> Option<Command> {
        let patience = match self.turns.is_empty() && !self.stopping {
            true => self.folding.patience(),
            false => Patience::None,
        };
        let received = match patience {
            Patience::Forever => self.commands.recv().map_err(RecvTimeoutError::from),
            Patience::Until(moment) => {
                let left = moment.saturating_duration_since(Instant::now());
                self.commands.recv_timeout(left)
            }
            Patience::None => self.commands.try_recv().map_err(|error| match error {
                TryRecvError::Empty => RecvTimeoutError::Timeout,
                TryRecvError::Disconnected => RecvTimeoutError::Disconnected,
            }),
        };
        // Without a sender nothing can come any more.
        self.stopping |= received.as_ref().err() == Some(&RecvTimeoutError::Disconnected);
        received.ok()
    }

    fn commit(&mut self, pending: &mut [Pending], answers: Vec<Answer>) {
        let started = Instant::now();
        let committed = self.writer.commit(pending, Utc::now().timestamp());
        match committed {
            Ok(committed) => {
                self.stats.committed(pending, &committed, started.elapsed());
                self.warn_of_overflow(&committed);
                let events = pending.iter().map(Pending::committed).sum();
                self.folding.committed(events, Instant::now());
                answer_all(pending, answers);
            }
            Err(error) => {
                self.stats.failed(pending);
                let outage = Outage::from(error);
                for (answer, room) in answers {
                    drop(room);
                    drop(answer.send(Err(RecordError::Unavailable(outage.clone()))));
                }
            }
        }
    }

    /// Says which metrics have more series than they may have, once an hour each.
    fn warn_of_overflow(&mut self, committed: &Committed) {
        let hour = Utc::now().timestamp().div_euclid(3_600);
        for (metric, events) in &committed.overflowed {
            if self.warned.insert(metric, hour) != Some(hour) {
                tracing::warn!(
                    metric,
                    events,
                    "max_series is reached: new combinations go to the overflow series"
                );
            }
        }
    }

    /// Folds a slice if a pass is under way or due, and more of them while the journal is too long.
    fn fold(&mut self) {
        loop {
            if let Err(error) = self.fold_slice() {
                tracing::error!(%error, "the journal could not be folded; it is tried again");
                self.folding.put_off(Instant::now());
                return;
            }
            self.stats.unfolded(self.folding.events());
            let too_long = self.folding.events() > self.limits.journal_events;
            if !too_long || self.folding.patience() == Patience::Forever {
                return;
            }
        }
    }

    fn fold_slice(&mut self) -> Result<(), StoreError> {
        let too_long = self.folding.events() > self.limits.journal_events;
        if self.folding.under_way().is_none() && (too_long || self.folding.is_due(Instant::now())) {
            let last = self.writer.last_entry()?;
            self.folding.begin(last, Instant::now());
        }
        let Some(up_to) = self.folding.under_way() else {
            return Ok(());
        };
        let folded = self.writer.fold(up_to, Utc::now().timestamp())?;
        self.stats.folded(folded.rows);
        if !folded.more {
            self.folding.end(Instant::now());
        }
        Ok(())
    }

    fn fold_all(&mut self) {
        let folded = self.writer.last_entry().and_then(|last| {
            let last = last.unwrap_or(0);
            let mut more = true;
            while more {
                let folded = self.writer.fold(last, Utc::now().timestamp())?;
                self.stats.folded(folded.rows);
                more = folded.more;
            }
            Ok(())
        });
        if let Err(error) = folded {
            tracing::error!(%error, "the journal could not be folded; the next start will");
        }
        self.stats.unfolded(0);
    }

    fn take_turn(&mut self) {
        match self.turns.pop_front() {
            None => {}
            Some(Turn::Clean { cleanup, answer }) => self.clean_slice(cleanup, answer),
            Some(Turn::Watermark {
                layout,
                now,
                answer,
            }) => {
                let watermark = self.writer.watermark(&layout, now);
                drop(answer.send(watermark.map_err(unavailable)));
            }
            Some(Turn::Count { collection, answer }) => {
                drop(answer.send(self.count(*collection).map_err(unavailable)));
            }
        }
    }

    /// Counts a window of a collector.
    fn count(&mut self, mut collection: Collection) -> Result<Outcome, StoreError> {
        let started = Instant::now();
        let outcome = self
            .writer
            .collect(&mut collection, Utc::now().timestamp())?;
        if let Outcome::Counted(_, committed) = &outcome {
            let events = collection.pending.batch.events.len();
            self.stats.accepted(events);
            let pending = std::slice::from_ref(&collection.pending);
            self.stats.committed(pending, committed, started.elapsed());
            self.warn_of_overflow(committed);
            self.folding.committed(events, Instant::now());
        }
        Ok(outcome)
    }

    fn clean_slice(
        &mut self,
        mut cleanup: Cleanup,
        answer: oneshot::Sender<Result<CleanupReport, RecordError>>,
    ) {
        // Whoever asked for it has given it up.
        if answer.is_closed() {
            return;
        }
        match self.writer.clean(&mut cleanup) {
            Ok(None) => self.turns.push_back(Turn::Clean { cleanup, answer }),
            Ok(Some(report)) => {
                self.stats.cleaned(&report);
                let now = Utc::now().timestamp();
                let forgotten = self.writer.forget_batches(now).map(|_| report);
                drop(answer.send(forgotten.map_err(unavailable)));
            }
            Err(error) => drop(answer.send(Err(unavailable(error)))),
        }
    }
}

fn unavailable(error: StoreError) -> RecordError {
    RecordError::Unavailable(error.into())
}

fn answer_all(pending: &mut [Pending], answers: Vec<Answer>) {
    for (pending, (answer, room)) in pending.iter_mut().zip(answers) {
        let receipt = pending.receipt.take();
        // Before the answer: a producer that has it may ask at once how much is queued.
        drop(room);
        // A producer that has gone away does not need its answer.
        drop(answer.send(Ok(receipt.expect("a committed batch has its receipt"))));
    }
}
