//! A series as a table, with a summary and a sparkline for each measure.

use metrics_runtime::{Buckets, MeasureSummary, Series};

use super::question::Question;
use super::sparkline::sparkline;
use crate::cli::figures::{Align, Style, grouped, grouped_decimal, minute_at, table};

/// Columns of a sparkline, at most.
const SPARKLINE: usize = 48;

pub(super) fn in_words(question: &Question, series: &Series, style: Style) -> String {
    let mut buckets = style.head(&buckets(question, series));
    if final_buckets(series) < series.len() {
        buckets.push_str("\n\n* not final: there may be more to count");
    }
    let summary = style.head(&summary(question, series, style));
    format!("{question}\n\n{buckets}\n\n{summary}")
}

fn buckets(question: &Question, series: &Series) -> String {
    let measures = question.layout.schema.measures.iter();
    let numbers = measures.map(|measure| (measure.title().to_uppercase(), Align::Right));
    let head: Vec<_> = [("TIME (UTC)".to_owned(), Align::Left)]
        .into_iter()
        .chain(numbers)
        .collect();
    let row = |(index, (start, measures)): (usize, (i64, &[i64]))| {
        let mark = if index < final_buckets(series) {
            ""
        } else {
            " *"
        };
        let numbers = measures.iter().map(|value| grouped(*value));
        let time = format!("{}{mark}", minute_at(start));
        std::iter::once(time).chain(numbers).collect()
    };
    let rows: Vec<_> = series.buckets().enumerate().map(row).collect();
    table(&head, &rows)
}

/// How many buckets are final, from the first one on.
fn final_buckets(series: &Series) -> usize {
    let completeness = series.completeness();
    completeness.map_or(0, |completeness| completeness.final_buckets)
}

fn summary(question: &Question, series: &Series, style: Style) -> String {
    let head = [
        ("MEASURE", Align::Left),
        ("TOTAL", Align::Right),
        ("AVERAGE", Align::Right),
        ("PEAK", Align::Right),
        ("PEAK AT (UTC)", Align::Left),
        ("", Align::Left),
    ]
    .map(|(title, align)| (title.to_owned(), align));
    let measures = question.layout.schema.measures.iter();
    let rows: Vec<_> = measures
        .zip(series.summary())
        .enumerate()
        .map(|(index, (measure, summary))| {
            let mut row = summary_row(measure.title(), &summary);
            row.push(style.drawing(&drawn(series.all(), index, SPARKLINE)));
            row
        })
        .collect();
    table(&head, &rows)
}

fn summary_row(title: String, summary: &MeasureSummary) -> Vec<String> {
    vec![
        title,
        grouped(summary.total),
        grouped_decimal(summary.average),
        grouped(summary.peak),
        summary.peak_at.map_or("-".to_owned(), minute_at),
    ]
}

/// The sparkline of one measure.
pub(super) fn drawn(buckets: &Buckets, measure: usize, columns: usize) -> String {
    let values: Vec<_> = buckets
        .iter()
        .map(|(_, measures)| measures[measure])
        .collect();
    sparkline(&values, columns)
}
