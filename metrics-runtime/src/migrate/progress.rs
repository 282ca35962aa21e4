//! How far a migration has come, in the log: what takes long says so while it does.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// How long a statement takes until the log speaks of it, and from then on how often.
const EVERY: Duration = Duration::from_secs(2);

/// As much of a statement as tells it from others.
const SHOWN: usize = 90;

/// A statement of a migration.
#[derive(Clone, Copy)]
pub(super) struct Progress<'a> {
    pub(super) migration: &'a str,
    /// Which statement it is, counted from one.
    pub(super) number: usize,
    /// How many there are.
    pub(super) of: usize,
    pub(super) statement: &'a str,
}

impl Progress<'_> {
    /// Does `work`, which is to run the statement.
    pub(super) fn tell<T>(self, work: impl FnOnce() -> T) -> T {
        let Self {
            migration,
            number,
            of,
            statement,
        } = self;
        let what = beginning(statement);
        tracing::debug!(migration, "statement {number} of {of}: {what}");
        let start = Instant::now();
        let (done, waiting) = mpsc::channel::<()>();
        let outcome = thread::scope(|scope| {
            scope.spawn(move || {
                while waiting.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
                    let seconds = start.elapsed().as_secs();
                    tracing::info!(
                        migration,
                        seconds,
                        "still at statement {number} of {of}: {what}"
                    );
                }
            });
            // Dropped when it is done, or when it panics.
            let _done = done;
            work()
        });
        if start.elapsed() >= EVERY {
            let seconds = start.elapsed().as_secs_f64();
            tracing::info!(migration, seconds, "statement {number} of {of} is done");
        }
        outcome
    }
}

/// The beginning of a statement on one line.
fn beginning(statement: &str) -> String {
    let words = statement.split_whitespace().collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{} …", &words[..end]),
        None => words,
    }
}
