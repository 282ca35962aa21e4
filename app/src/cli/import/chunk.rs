//! A fixed number of lines, which are recorded together.

use std::io;

use metrics_runtime::{Batch, BatchId, Event, Failure, Rejection};

use super::line::Lines;

/// Lines in a chunk. The ids of chunks are counted in it: with another number, an import that was interrupted
/// before would count lines twice.
pub(super) const CHUNK_LINES: usize = 10_000;

/// Some lines, and what they stand for.
#[derive(Default)]
pub(super) struct Chunk {
    /// The number of each line in the file.
    pub(super) numbers: Vec<u64>,
    events: Vec<Result<Event, Failure>>,
}

impl Chunk {
    /// Reads the next lines; none at the end of the file.
    ///
    /// Lines that cannot be read are part of it: the receipt then speaks of all lines, whoever refused them.
    pub(super) fn read(lines: &mut dyn Lines) -> io::Result<Self> {
        let mut chunk = Self::default();
        while chunk.numbers.len() < CHUNK_LINES {
            let Some(line) = lines.next()? else { break };
            let index = chunk.events.len();
            chunk.numbers.push(line.number);
            chunk
                .events
                .push(line.event.map_err(|rejection| failure(index, rejection)));
        }
        Ok(chunk)
    }

    /// The batch to record, and the numbers of its lines.
    pub(super) fn into_batch(self, id: Option<BatchId>) -> (Batch, Vec<u64>) {
        let events = self.events;
        (Batch { id, events }, self.numbers)
    }
}

fn failure(index: usize, rejection: Rejection) -> Failure {
    Failure {
        index,
        metric_type: None,
        rejection,
    }
}
