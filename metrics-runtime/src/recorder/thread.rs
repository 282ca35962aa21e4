//! The thread that writes: a transaction with all that has gathered, then a slice of a cleanup, and again.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Instant;

use chrono::Utc;
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};

use super::Limits;
use super::stats::RecorderStats;
use crate::error::RecordError;
use crate::store::Writer;
use crate::write::batch::{Pending, Receipt};
use crate::write::cleanup::{Cleanup, CleanupReport};
use crate::write::commit::Committed;

/// What producers ask of the writer.
pub(super) enum Command {
    Record {
        pending: Pending,
        answer: oneshot::Sender<Result<Receipt, RecordError>>,
        room: OwnedSemaphorePermit,
    },
    Clean {
        cleanup: Cleanup,
        answer: oneshot::Sender<Result<CleanupReport, RecordError>>,
    },
}

pub(super) struct WriterThread {
    pub(super) writer: Box<dyn Writer>,
    pub(super) commands: mpsc::UnboundedReceiver<Command>,
    pub(super) limits: Limits,
    pub(super) stats: Arc<RecorderStats>,
    /// The hour in which a metric's overflow was last told.
    pub(super) warned: HashMap<&'static str, i64>,
    pub(super) cleanups: VecDeque<(Cleanup, oneshot::Sender<Result<CleanupReport, RecordError>>)>,
}

type Answer = (
    oneshot::Sender<Result<Receipt, RecordError>>,
    OwnedSemaphorePermit,
);

impl WriterThread {
    /// Takes turns: a transaction with all that has gathered, then a slice of a cleanup if one is under way.
    pub(super) fn run(&mut self) {
        loop {
            let (mut pending, answers) = self.gather();
            if pending.is_empty() && self.cleanups.is_empty() {
                return;
            }
            if !pending.is_empty() {
                self.commit(&mut pending, answers);
            }
            self.clean_slice();
        }
    }

    /// What has gathered; waits for a first command unless there is a cleanup to go on with. Nothing, at the end.
    fn gather(&mut self) -> (Vec<Pending>, Vec<Answer>) {
        let (mut pending, mut answers, mut events) = (Vec::new(), Vec::new(), 0);
        let mut next = match self.cleanups.is_empty() {
            true => self.commands.blocking_recv(),
            false => self.commands.try_recv().ok(),
        };
        while let Some(command) = next {
            match command {
                Command::Clean { cleanup, answer } => self.cleanups.push_back((cleanup, answer)),
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

    fn commit(&mut self, pending: &mut [Pending], answers: Vec<Answer>) {
        let started = Instant::now();
        let committed = self.writer.commit(pending, Utc::now().timestamp());
        match committed {
            Ok(committed) => {
                self.stats.committed(pending, &committed, started.elapsed());
                self.warn_of_overflow(&committed);
                for (pending, (answer, room)) in pending.iter_mut().zip(answers) {
                    let receipt = pending
                        .receipt
                        .take()
                        .expect("a committed batch has its receipt");
                    // Before the answer: a producer that has it may ask at once how much is queued.
                    drop(room);
                    // A producer that has gone away does not need its answer.
                    drop(answer.send(Ok(receipt)));
                }
            }
            Err(error) => {
                self.stats.failed(pending);
                for (answer, room) in answers {
                    drop(room);
                    drop(answer.send(Err(RecordError::Unavailable(error.to_string()))));
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

    fn clean_slice(&mut self) {
        let Some((mut cleanup, answer)) = self.cleanups.pop_front() else {
            return;
        };
        match self.writer.clean(&mut cleanup) {
            Ok(None) => self.cleanups.push_back((cleanup, answer)),
            Ok(Some(report)) => {
                self.stats.cleaned(&report);
                let now = Utc::now().timestamp();
                let forgotten = self.writer.forget_batches(now).map(|_| report);
                drop(
                    answer.send(
                        forgotten.map_err(|error| RecordError::Unavailable(error.to_string())),
                    ),
                );
            }
            Err(error) => drop(answer.send(Err(RecordError::Unavailable(error.to_string())))),
        }
    }
}
