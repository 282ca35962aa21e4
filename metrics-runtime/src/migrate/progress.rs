//! How far a migration has come, in the log: what takes long says so while it does.

use std::fmt;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use super::reading::Reading;
use super::watch::Watch;

/// How long a statement takes until the log speaks of it, and from then on how often.
const EVERY: Duration = Duration::from_secs(2);

/// As much of a statement as tells it from others.
const SHOWN: usize = 90;

/// A statement of a migration.
pub(super) struct Progress<'a> {
    pub(super) migration: &'a str,
    /// Which statement it is, counted from one.
    pub(super) number: usize,
    /// How many there are.
    pub(super) of: usize,
    pub(super) statement: &'a str,
    /// The rows that it reads, where they are counted.
    pub(super) reading: Option<Reading>,
    /// Who looks at it, and the process that runs it.
    pub(super) watch: Option<(&'a Watch, i64)>,
}

impl Progress<'_> {
    /// Does `work`, which is to run the statement.
    pub(super) fn tell<T>(&self, work: impl FnOnce() -> T) -> T {
        let migration = self.migration;
        tracing::debug!(migration, "{self}");
        let start = Instant::now();
        let (done, waiting) = mpsc::channel::<()>();
        let outcome = thread::scope(|scope| {
            scope.spawn(move || {
                while waiting.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
                    let seconds = start.elapsed().as_secs();
                    tracing::info!(migration, seconds, "still at {self}{}", self.seen());
                }
            });
            // Dropped when it is done, or when it panics.
            let _done = done;
            work()
        });
        let seconds = start.elapsed().as_secs_f64();
        if start.elapsed() >= EVERY {
            tracing::info!(migration, seconds, "done with {self}");
        } else {
            tracing::debug!(migration, seconds, "done with {self}");
        }
        outcome
    }

    /// What others can see of it.
    fn seen(&self) -> String {
        let seen = self.watch.and_then(|(watch, process)| watch.look(process));
        seen.map_or_else(String::new, |words| format!("; {words}"))
    }
}

impl fmt::Display for Progress<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "statement {} of {}", self.number, self.of)?;
        if let Some(reading) = &self.reading {
            write!(f, ", {reading}")?;
        }
        write!(f, ": {}", beginning(self.statement))
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
