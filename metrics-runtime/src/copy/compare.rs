//! Whether two sides come to the same, and to what.

use std::collections::BTreeSet;

use super::{CopiedInterval, Sums};
use crate::cell::CopiedTable;
use crate::layout::Layout;
use crate::noun::one_or_many;
use crate::registry::Registry;
use crate::schema::Level;

/// In words, where the rows of a table do not come to the same.
pub(super) fn differences(table: &CopiedTable, source: &[Sums], target: &[Sums]) -> Vec<String> {
    let intervals = source.iter().chain(target).map(|sums| sums.interval);
    let intervals: BTreeSet<_> = intervals.collect();
    intervals
        .into_iter()
        .flat_map(|interval| difference(table, interval, source, target))
        .collect()
}

fn difference(
    table: &CopiedTable,
    interval: i64,
    source: &[Sums],
    target: &[Sums],
) -> Option<String> {
    let nothing = Sums {
        interval,
        rows: 0,
        sums: vec![0; table.columns.len()],
    };
    let of = |all: &[Sums]| {
        let found = all.iter().find(|sums| sums.interval == interval);
        found.unwrap_or(&nothing).clone()
    };
    let (there, here) = (of(source), of(target));
    let place = match interval {
        0 => table.name.clone(),
        seconds => format!("{} of {seconds} seconds", table.name),
    };
    if there.rows != here.rows {
        let rows = one_or_many(here.rows, "row", "rows");
        return Some(format!(
            "{place} has {} {rows} instead of {}",
            here.rows, there.rows
        ));
    }
    let sums = there.sums.iter().zip(&here.sums).zip(&table.columns);
    let mut different = sums.filter(|((there, here), _)| there != here);
    different.next().map(|((there, here), column)| {
        format!(
            "{} of {place} comes to {here} instead of {there}",
            column.name
        )
    })
}

/// What the intervals of the metrics come to.
pub(super) fn intervals(
    registry: &Registry,
    tables: &[(&CopiedTable, &[Sums])],
) -> Vec<CopiedInterval> {
    let of_level = |layout: &Layout, level: &Level| {
        let (table, sums) = tables
            .iter()
            .find(|(table, _)| table.name == layout.schema.table)?;
        let seconds = level.interval.seconds();
        let sums = sums.iter().find(|sums| sums.interval == seconds);
        let sum = |name: &str| {
            let column = table
                .columns
                .iter()
                .position(|column| column.name == name)?;
            sums?.sums.get(column).copied()
        };
        let measures = layout.schema.measures.iter();
        Some(CopiedInterval {
            metric: layout.schema.name,
            interval: level.interval.to_string(),
            rows: sums.map_or(0, |sums| sums.rows.try_into().unwrap_or(0)),
            sums: measures
                .map(|measure| (measure.name, sum(measure.name).unwrap_or(0)))
                .collect(),
        })
    };
    registry
        .metrics()
        .flat_map(|layout| {
            let levels = layout.schema.levels.iter();
            levels
                .filter_map(|level| of_level(layout, level))
                .collect::<Vec<_>>()
        })
        .collect()
}
