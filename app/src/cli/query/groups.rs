//! The series of each group as a line: its name, its totals and a sparkline.

use metrics_runtime::{Group, GroupName, Series};

use super::question::Question;
use super::report::drawn;
use crate::cli::figures::{Align, Style, grouped, table};

/// Columns of a sparkline, at most.
const SPARKLINE: usize = 24;

pub(super) fn in_words(
    question: &Question,
    series: &Series,
    dimension: &str,
    style: Style,
) -> String {
    if series.groups().is_empty() {
        return format!("{question}\n\nNothing happened in this range.");
    }
    let measures = question.layout.schema.measures.iter();
    let numbers = measures.map(|measure| (measure.title().to_uppercase(), Align::Right));
    let head: Vec<_> = [(dimension.to_uppercase(), Align::Left)]
        .into_iter()
        .chain(numbers)
        .chain([(String::new(), Align::Left)])
        .collect();
    let rows: Vec<_> = series
        .groups()
        .iter()
        .map(|group| row(group, style))
        .collect();
    format!("{question}\n\n{}", style.head(&table(&head, &rows)))
}

fn row(group: &Group, style: Style) -> Vec<String> {
    let name = match &group.name {
        // Absence is kept as an empty value, which nobody would see.
        GroupName::Value(value) if value.is_empty() => "(none)",
        GroupName::Value(value) => value,
        GroupName::Overflow => "(overflow)",
        GroupName::Other => "(other)",
    };
    let summaries = group.buckets.summary();
    let numbers = summaries.iter().map(|summary| grouped(summary.total));
    let drawing = style.drawing(&drawn(&group.buckets, 0, SPARKLINE));
    std::iter::once(name.to_owned())
        .chain(numbers)
        .chain([drawing])
        .collect()
}
