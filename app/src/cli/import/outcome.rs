//! What became of the lines.

use std::io::Write;
use std::time::Duration;

use metrics_runtime::Receipt;
use serde::Serialize;
use serde_json::{Value, json};

use super::Import;
use crate::cli::figures::counted;

/// Rejected lines that are shown, unless all of them are asked for.
const SHOWN: usize = 100;

/// How many lines came to what.
pub(super) struct Outcome {
    /// Counted by this import.
    pub(super) imported: usize,
    /// Counted by an earlier import under the same batch id.
    recorded_before: usize,
    rejected: usize,
    /// How many of them were rejected by an earlier import under the same batch id.
    rejected_before: usize,
    /// The first of the rejected lines.
    kept: Vec<Rejected>,
    /// How many of them are kept.
    keep: usize,
}

/// A line that was not counted.
#[derive(Serialize)]
struct Rejected {
    line: u64,
    reason: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    error: String,
}

impl Outcome {
    /// Nothing yet. Every rejected line is kept for a document; else those that will be shown, so that a file of
    /// nothing but bad lines does not fill the memory.
    pub(super) fn new(json: bool) -> Self {
        Self {
            imported: 0,
            recorded_before: 0,
            rejected: 0,
            rejected_before: 0,
            kept: Vec::new(),
            keep: if json { usize::MAX } else { SHOWN },
        }
    }

    /// Adds a chunk whose lines have these numbers.
    pub(super) fn add(&mut self, numbers: &[u64], receipt: Receipt) {
        if receipt.replayed {
            self.recorded_before += receipt.processed;
            self.rejected_before += receipt.failures.len();
        } else {
            self.imported += receipt.processed;
        }
        self.rejected += receipt.failures.len();
        let room = self.keep - self.kept.len();
        let rejected = receipt
            .failures
            .into_iter()
            .take(room)
            .map(|failure| Rejected {
                line: numbers.get(failure.index).copied().unwrap_or(0),
                reason: failure.rejection.reason.as_str(),
                field: failure.rejection.field,
                error: failure.rejection.message,
            });
        self.kept.extend(rejected);
    }

    /// The lines that are done with.
    pub(super) fn lines(&self) -> usize {
        self.imported + self.recorded_before + self.rejected
    }

    /// Names the rejected lines on standard error, the first of them.
    pub(super) fn report_rejected(&self) {
        let mut stderr = std::io::stderr().lock();
        for rejected in self.kept.iter().take(SHOWN) {
            // Nothing is left to be done when standard error is closed.
            let _ = writeln!(stderr, "line {}: {}", rejected.line, rejected.error);
        }
        let more = self.rejected.saturating_sub(SHOWN);
        if more > 0 {
            let more = counted(more, "more line was", "more lines were");
            let _ = writeln!(stderr, "{more} rejected; --json names all of them");
        }
        if self.rejected_before > 0 {
            let before = counted(self.rejected_before, "line was", "lines were");
            let _ = writeln!(
                stderr,
                "{before} rejected when the batch id was first used, whatever the file has there now: import mended \
                 lines from a file of their own, under another id"
            );
        }
    }

    pub(super) fn document(&self, import: &Import, ignored: &[String]) -> Value {
        json!({
            "metric": import.metric,
            "file": import.file,
            "batch_id": import.batch_id,
            "lines": self.lines(),
            "imported": self.imported,
            "recorded_before": self.recorded_before,
            "rejected": self.rejected,
            "rejected_lines": self.kept,
            "ignored_columns": ignored,
        })
    }

    pub(super) fn in_words(&self, import: &Import, elapsed: Duration) -> String {
        let (file, metric) = (import.file.display(), &import.metric);
        let imported = counted(self.imported, "line", "lines");
        let seconds = elapsed.as_secs_f64();
        let mut text = format!("Imported {imported} of {file} into {metric} in {seconds:.1} s.");
        if let (1.., Some(id)) = (self.recorded_before, &import.batch_id) {
            let before = counted(self.recorded_before, "line was", "lines were");
            text.push_str(&format!(
                "\n{before} recorded before under the batch id {id} and not counted again."
            ));
        }
        text
    }

    /// An import that left lines out has failed in part, and scripts must notice.
    pub(super) fn verdict(&self) -> anyhow::Result<()> {
        if self.rejected == 0 {
            return Ok(());
        }
        let rejected = counted(self.rejected, "line was", "lines were");
        anyhow::bail!("{rejected} rejected; all others are recorded")
    }
}
