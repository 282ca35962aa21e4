//! From a file to its lines, by its format.

use std::sync::Arc;

use metrics_runtime::Layout;

use super::columns::Columns;
use super::csv::CsvLines;
use super::input::{Format, Input};
use super::line::Lines;
use super::ndjson::NdjsonLines;
use super::raw_lines::RawLines;

/// Starts reading.
pub(super) fn open(
    format: Format,
    input: Input,
    layout: Arc<Layout>,
    columns: Columns,
) -> anyhow::Result<Box<dyn Lines>> {
    let lines = RawLines::new(input.reader);
    Ok(match format {
        Format::Csv => Box::new(CsvLines::new(lines, layout, columns)?),
        Format::Ndjson => Box::new(NdjsonLines::new(lines, layout, columns)),
    })
}
