//! A series as a table, with a summary and a sparkline for each measure.

use metrics_runtime::{Buckets, MeasureSummary, Series};

use super::question::Question;
use super::sparkline::sparkline;
use crate::cli::figures::{Align, Style, grouped, grouped_decimal, minute_at, table};

/// Columns of a sparkline, at most.
const SPARKLINE: usize = 48;

pub(super) fn in_words(question: &Question, series: &Series, style: Style) -> String {
    let buckets = style.head(&buckets(question, series));
    let summary = style.head(&summary(question, series, style));
    format!("{question}\n\n{buckets}\n\n{summary}")
}

fn buckets(question: &Question, series: &Series) -> String {
    let measures = question.layout.schema.measures.iter();
    let numbers = measures.map(|measure| (measure.name.to_uppercase(), Align::Right));
    let head: Vec<_> = [("TIME (UTC)".to_owned(), Align::Left)]
        .into_iter()
        .chain(numbers)
        .collect();
    let row = |(start, measures): (i64, &[i64])| {
        let numbers = measures.iter().map(|value| grouped(*value));
        std::iter::once(minute_at(start)).chain(numbers).collect()
    };
    table(&head, &series.buckets().map(row).collect::<Vec<_>>())
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
            let mut row = summary_row(measure.name, &summary);
            row.push(style.drawing(&drawn(series.all(), index, SPARKLINE)));
            row
        })
        .collect();
    table(&head, &rows)
}

fn summary_row(name: &str, summary: &MeasureSummary) -> Vec<String> {
    vec![
        name.to_owned(),
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
