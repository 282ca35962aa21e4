//! A series for each value of a dimension, and their totals, largest first.

use metrics_runtime::{Series, Store};
use serde::Serialize;

use super::question::Question;
use super::report::drawn;
use crate::cli::arguments::Usage;
use crate::cli::figures::{Align, Style, grouped, table};

/// Values that are looked at, at most: each is a query of its own.
const MAX_VALUES: u32 = 1_000;

/// Columns of a sparkline, at most.
const SPARKLINE: usize = 24;

/// The series of each value that has anything in the range.
#[derive(Serialize)]
pub(super) struct Groups {
    groups: Vec<Group>,
}

#[derive(Serialize)]
struct Group {
    value: String,
    series: Series,
}

/// Asks for each value in turn.
pub(super) fn load(question: &Question, store: &Store, dimension: &str) -> anyhow::Result<Groups> {
    let mut groups = Vec::new();
    for value in values(question, store, dimension)? {
        let series = question.series_of(store, dimension, &value)?;
        // The value is known from another time, or from rows that the filters leave out.
        if series
            .buckets()
            .any(|(_, measures)| measures.iter().any(|value| *value != 0))
        {
            groups.push(Group { value, series });
        }
    }
    groups.sort_by_cached_key(|group| std::cmp::Reverse(group.totals()));
    Ok(Groups { groups })
}

fn values(question: &Question, store: &Store, dimension: &str) -> anyhow::Result<Vec<String>> {
    if let Some(values) = question.values_of(dimension) {
        return Ok(values.to_vec());
    }
    let values = store.values_of(&question.layout, dimension, MAX_VALUES + 1)?;
    if values.len() > usize::try_from(MAX_VALUES)? {
        return Err(Usage(format!(
            "--group-by: {dimension} has more than {MAX_VALUES} values: name those of interest with \
             --filter {dimension}=VALUE"
        ))
        .into());
    }
    Ok(values)
}

impl Group {
    fn totals(&self) -> Vec<i128> {
        let summaries = self.series.summary();
        summaries.iter().map(|summary| summary.total).collect()
    }

    fn row(&self, style: Style) -> Vec<String> {
        // Absence is kept as an empty value, which nobody would see.
        let value = match self.value.as_str() {
            "" => "(none)",
            value => value,
        };
        let numbers = self.totals().into_iter().map(grouped);
        let drawing = style.drawing(&drawn(&self.series, 0, SPARKLINE));
        std::iter::once(value.to_owned())
            .chain(numbers)
            .chain([drawing])
            .collect()
    }
}

impl Groups {
    pub(super) fn in_words(&self, question: &Question, dimension: &str, style: Style) -> String {
        if self.groups.is_empty() {
            return format!("{question}\n\nNothing happened in this range.");
        }
        let measures = question.layout.schema.measures.iter();
        let numbers = measures.map(|measure| (measure.name.to_uppercase(), Align::Right));
        let head: Vec<_> = [(dimension.to_uppercase(), Align::Left)]
            .into_iter()
            .chain(numbers)
            .chain([(String::new(), Align::Left)])
            .collect();
        let rows: Vec<_> = self.groups.iter().map(|group| group.row(style)).collect();
        format!("{question}\n\n{}", style.head(&table(&head, &rows)))
    }
}
