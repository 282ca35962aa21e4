//! The past, through the recorder: from where each satellite has come, up to now.

use anyhow::ensure;
use metrics_runtime::{Batch, Recorder};

use super::position::Position;
use super::report::Report;
use super::{QUARTER, TICK};

/// What is committed at once, in seconds. It is a transaction, so that a satellite's position is always right.
const CHUNK: i64 = 86_400;

/// How far the history has been written.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// Seconds of all satellites together that are done.
    pub done: i64,
    /// Seconds that there are.
    pub all: i64,
    /// Events that have been written.
    pub events: usize,
}

/// Writes what has happened since each position, up to `now`, and moves the positions there. `show` is told of every
/// step.
///
/// # Errors
///
/// When the database fails, or refuses what the demo made up.
pub fn write(
    recorder: &Recorder,
    positions: &mut [Position],
    now: i64,
    mut show: impl FnMut(Step),
) -> anyhow::Result<Step> {
    let end = now.div_euclid(TICK) * TICK;
    let missing = positions
        .iter()
        .map(|position| (end - position.next).max(0));
    let mut step = Step {
        done: 0,
        all: missing.sum(),
        events: 0,
    };
    for position in positions {
        while position.next < end {
            let until = end.min(position.next + CHUNK);
            step.events += write_chunk(recorder, *position, until, now)?;
            step.done += until - position.next;
            position.next = until;
            show(step);
        }
    }
    Ok(step)
}

fn write_chunk(
    recorder: &Recorder,
    position: Position,
    end: i64,
    now: i64,
) -> anyhow::Result<usize> {
    let mut events = Vec::new();
    let mut start = position.next;
    while start < end {
        let until = end.min(quarter_after(start));
        let report = Report::of(position.satellite, (start, until), recorder.registry(), now);
        events.extend(report.events(recorder.registry())?);
        start = until;
    }
    let receipt = recorder.submit_blocking(Batch::of(events))?;
    let refused = receipt.failures.first();
    ensure!(
        refused.is_none(),
        "the history of {} was refused: {}",
        position.satellite.id,
        refused.map_or("", |failure| &failure.rejection.message)
    );
    Ok(receipt.processed)
}

/// The end of the quarter of an hour in which a moment lies.
pub(super) fn quarter_after(at: i64) -> i64 {
    (at.div_euclid(QUARTER) + 1) * QUARTER
}
