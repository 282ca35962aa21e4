//! `import`: events from a file, through the same writer as everything else.
//!
//! The file is read once, from front to end, in chunks of a fixed number of lines. While the writer commits some of
//! them the next one is read. With a batch id every chunk has an id of its own, so that an import that was
//! interrupted goes on where it stopped, and one that is repeated changes nothing.

mod chunk;
mod columns;
mod csv;
mod input;
mod line;
mod ndjson;
mod open;
mod outcome;
mod pipeline;
mod progress;
mod raw_lines;

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;
use metrics_runtime::{Limits, Recorder, Registry};

use super::arguments::{Usage, metric, pair};
use super::context::Context;
use super::figures::counted;
use crate::metrics;
use columns::Columns;
use input::Format;
pub(super) use input::Input;
use line::Remarks;
use outcome::Outcome;
use pipeline::{Changed, Pipeline};
use progress::Progress;

/// Characters of a batch id.
const MAX_BATCH_ID: usize = 200;

#[derive(Args)]
pub(super) struct Import {
    /// The type of the metric, such as server_installations
    metric: String,
    /// The file, gzipped or not; - reads standard input
    file: PathBuf,
    /// What the file holds [default: what its name ends with: .csv, .ndjson or .jsonl, with or without .gz]
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// The column with the time, in RFC 3339 or in epoch seconds
    #[arg(long, value_name = "COLUMN", default_value = "timestamp")]
    time_column: String,
    /// The column of a dimension or measure that is not called alike
    #[arg(long = "map", value_name = "FIELD=COLUMN", value_parser = pair)]
    maps: Vec<(String, String)>,
    /// Names the import: what was imported under this name is not counted again
    #[arg(long, value_name = "ID")]
    batch_id: Option<String>,
}

impl Import {
    /// What the flags and the file's head say is checked before the database is touched.
    pub(super) fn run(&self, context: &Context) -> anyhow::Result<()> {
        self.check_batch_id()?;
        let registry = Arc::new(metrics::registry());
        let layout = Arc::clone(metric(&registry, &self.metric)?);
        let columns = Columns::new(layout.schema, &self.time_column, &self.maps)?;
        let format = Format::of(self.format, &self.file)?;
        let input = Input::open(&self.file)?;
        let progress = Progress::start(&input);
        let mut lines = open::open(format, input, Arc::clone(&layout), columns)?;
        let recorder = recorder(context, registry)?;
        let started = Instant::now();
        let outcome = Outcome::new(context.output.is_json());
        let pipeline = Pipeline::new(&recorder, &layout, self.batch_id.as_deref(), outcome);
        let (outcome, finished) = pipeline.run(&mut *lines, &progress);
        recorder.shutdown();
        progress.finish();
        if let Err(error) = finished {
            outcome.report_rejected();
            return Err(self.interrupted(error, &outcome));
        }
        let remarks = lines.remarks();
        remark(&remarks, layout.schema.name);
        self.answer(context, &outcome, &remarks, started.elapsed())
    }

    /// The rejected lines are in the document, or else on standard error.
    fn answer(
        &self,
        context: &Context,
        outcome: &Outcome,
        remarks: &Remarks,
        elapsed: Duration,
    ) -> anyhow::Result<()> {
        if !context.output.is_json() {
            outcome.report_rejected();
        }
        let document = outcome.document(self, &remarks.ignored);
        context
            .output
            .answer(&document, || outcome.in_words(self, elapsed))?;
        outcome.verdict()
    }

    fn check_batch_id(&self) -> Result<(), Usage> {
        let length = self.batch_id.as_ref().map_or(1, |id| id.chars().count());
        if (1..=MAX_BATCH_ID).contains(&length) {
            return Ok(());
        }
        Err(Usage(format!(
            "--batch-id: it has {length} characters; use 1 to {MAX_BATCH_ID}"
        )))
    }

    /// What is in the database when an import ends early, and how to go on.
    fn interrupted(&self, error: anyhow::Error, outcome: &Outcome) -> anyhow::Error {
        if error.is::<Usage>() || error.is::<Changed>() {
            return error;
        }
        let remedy = match &self.batch_id {
            Some(_) => "run it again with the same --batch-id to go on from there",
            None => "without a --batch-id, running it again counts twice what is there",
        };
        match outcome.imported {
            0 => error.context("nothing was imported"),
            lines => error.context(format!(
                "only {} imported; {remedy}",
                counted(lines, "line was", "lines were")
            )),
        }
    }
}

/// Columns that were not used, and measures without one: probably meant, but nothing to keep silent about.
fn remark(remarks: &Remarks, metric: &str) {
    let mut stderr = std::io::stderr();
    if !remarks.ignored.is_empty() {
        let columns = remarks.ignored.join(", ");
        let _ = writeln!(
            stderr,
            "note: {metric} has no field for the columns {columns}: they were ignored (--map FIELD=COLUMN uses one)"
        );
    }
    if !remarks.absent.is_empty() {
        let measures = remarks.absent.join(", ");
        let _ = writeln!(
            stderr,
            "note: no column gives {measures}: counted as 0 (--map FIELD=COLUMN names one)"
        );
    }
}

fn recorder(context: &Context, registry: Arc<Registry>) -> anyhow::Result<Recorder> {
    let store = context.open_store()?;
    let limits = Limits {
        // An import bounds by itself how much is on its way.
        queued_events: u32::MAX,
        // Few lines of a history share a bucket, so that merging them twice would not pay.
        journal_events: 0,
        ..context.config.recorder_limits()
    };
    Ok(Recorder::start(&store, registry, limits))
}
