//! Reads ahead while the writer commits.

use std::collections::VecDeque;
use std::pin::Pin;

use metrics_runtime::{BatchId, Layout, Receipt, RecordError, Recorder};

use super::chunk::Chunk;
use super::line::Lines;
use super::outcome::Outcome;
use super::progress::Progress;
use crate::cli::figures::counted;

/// Chunks that wait for the writer or are with it. Two share a transaction, so that the next two are read meanwhile.
const IN_FLIGHT: usize = 4;

/// By how much a batch id outlives the lines that it is for: their buckets are kept whole.
const DAY: i64 = 86_400;

/// The file is not the one that was imported under the batch id. Nothing of it was counted from there on.
#[derive(Debug, thiserror::Error)]
#[error(
    "--batch-id: under {id:?}, {recorded} recorded from line {from} on, where the file now has {now}: it has changed \
     since; nothing more was counted: import what is new in it from a file of its own, under another id"
)]
pub(super) struct Changed {
    id: String,
    recorded: String,
    from: u64,
    now: usize,
}

/// Chunks on their way from the file into the database.
pub(super) struct Pipeline<'a> {
    recorder: &'a Recorder,
    layout: &'a Layout,
    batch_id: Option<&'a str>,
    /// How many chunks have been sent.
    sent: u64,
    /// Whether those that are sent now may have been recorded before, for a file that has changed since.
    replaying: bool,
    in_flight: VecDeque<InFlight>,
    outcome: Outcome,
}

/// A chunk that has been handed over.
struct InFlight {
    numbers: Vec<u64>,
    receipt: Pin<Box<dyn Future<Output = Result<Receipt, RecordError>>>>,
}

impl<'a> Pipeline<'a> {
    /// Adds what becomes of the lines to `outcome`.
    pub(super) fn new(
        recorder: &'a Recorder,
        layout: &'a Layout,
        batch_id: Option<&'a str>,
        outcome: Outcome,
    ) -> Self {
        Self {
            recorder,
            layout,
            batch_id,
            sent: 0,
            replaying: batch_id.is_some(),
            in_flight: VecDeque::new(),
            outcome,
        }
    }

    /// Imports all lines. What was recorded is told even when it ends early.
    pub(super) fn run(
        mut self,
        lines: &mut dyn Lines,
        progress: &Progress,
    ) -> (Outcome, anyhow::Result<()>) {
        let sent = self.send_all(lines, progress);
        let mut answered = Ok(());
        while !self.in_flight.is_empty() {
            answered = answered.and(self.receive());
        }
        (self.outcome, sent.and(answered))
    }

    fn send_all(&mut self, lines: &mut dyn Lines, progress: &Progress) -> anyhow::Result<()> {
        loop {
            // A chunk that could not be read to its end must not be recorded under the id of the whole one.
            let chunk = Chunk::read(lines)
                .map_err(|error| anyhow::anyhow!("FILE cannot be read any further: {error}"))?;
            if self.sent == 0 {
                lines.check()?;
            }
            if chunk.numbers.is_empty() {
                return Ok(());
            }
            self.send(chunk)?;
            // What follows a chunk that has changed must not be counted, so that each is waited for until one is new.
            while self.in_flight.len() >= if self.replaying { 1 } else { IN_FLIGHT } {
                self.receive()?;
            }
            progress.show(self.outcome.lines());
        }
    }

    fn send(&mut self, chunk: Chunk) -> anyhow::Result<()> {
        let (batch, numbers) = chunk.into_batch(self.batch_id.map(|id| self.chunk_id(id)));
        let receipt = Box::pin(self.recorder.try_submit(batch)?);
        self.in_flight.push_back(InFlight { numbers, receipt });
        self.sent += 1;
        Ok(())
    }

    /// Remembered for as long as the metric keeps anything: after that, the lines are too old to be counted twice.
    fn chunk_id(&self, batch_id: &str) -> BatchId {
        let (schema, number) = (self.layout.schema, self.sent);
        BatchId {
            name: format!("import:{}:{batch_id}:{number}", schema.name),
            retention: Some(schema.longest_retention() + DAY),
        }
    }

    /// Waits for the oldest chunk.
    fn receive(&mut self) -> anyhow::Result<()> {
        let Some(InFlight { numbers, receipt }) = self.in_flight.pop_front() else {
            return Ok(());
        };
        let receipt = pollster::block_on(receipt)?;
        let recorded = receipt.processed + receipt.failures.len();
        if recorded != numbers.len() {
            return Err(self.changed(recorded, &numbers).into());
        }
        self.replaying &= receipt.replayed;
        self.outcome.add(&numbers, receipt);
        Ok(())
    }

    /// The receipt is for other lines than those of the file, so it cannot speak for them.
    fn changed(&self, recorded: usize, numbers: &[u64]) -> Changed {
        Changed {
            id: self.batch_id.unwrap_or_default().to_owned(),
            recorded: counted(recorded, "line was", "lines were"),
            from: numbers.first().copied().unwrap_or(0),
            now: numbers.len(),
        }
    }
}
