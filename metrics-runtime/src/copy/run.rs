//! The copy itself: table by table, slice by slice, then both sides compared.

use super::compare::{differences, intervals};
use super::progress::{Progress, begin_or_go_on};
use super::{CopiedRows, CopyEnd, CopyError, CopyPlan, CopyProgress, CopyReport, Sums};
use crate::cell::{Cell, CopiedTable};
use crate::sql::copy::MoveProgress;

/// Rows that are in memory at a time, and in one transaction of the target.
const SLICE: i64 = 10_000;

/// A table on both sides, with its columns in the same order, and what it comes to.
struct Pair {
    source: CopiedTable,
    target: CopiedTable,
    sums: Vec<Sums>,
}

impl Pair {
    fn rows(&self) -> u64 {
        unsigned(self.sums.iter().map(|sums| sums.rows).sum())
    }
}

/// Copies what a plan names, while nobody else writes to the source.
pub(crate) fn copy(
    source: &mut dyn CopyEnd,
    target: &mut dyn CopyEnd,
    plan: &CopyPlan<'_>,
    watch: &mut dyn FnMut(CopyProgress<'_>),
) -> Result<CopyReport, CopyError> {
    let names = plan.table_names();
    let pairs = names.iter().map(|name| pair(source, target, name));
    let pairs = pairs.collect::<Result<Vec<_>, _>>()?;
    let targets: Vec<_> = pairs.iter().map(|pair| pair.target.clone()).collect();
    let progress = begin_or_go_on(target, &targets, plan)?;
    let of = pairs.iter().map(Pair::rows).sum();
    let mut rows = progress
        .iter()
        .map(|progress| unsigned(progress.rows))
        .sum();
    let mut tables = Vec::new();
    for (pair, progress) in pairs.iter().zip(progress) {
        let table = pair.source.name.as_str();
        if plan.preset.contains(&table) && progress.rows == 0 {
            target.clear(&pair.target)?;
        }
        let copied = copy_table(source, target, pair, progress, &mut |copied| {
            rows += copied;
            watch(CopyProgress { table, rows, of });
        })?;
        tables.push(CopiedRows {
            table: table.to_owned(),
            rows: pair.rows(),
            copied,
        });
    }
    verify(target, &pairs)?;
    let sums = pairs
        .iter()
        .map(|pair| (&pair.source, pair.sums.as_slice()));
    let metrics = intervals(plan.registry, &sums.collect::<Vec<_>>());
    Ok(CopyReport { tables, metrics })
}

fn pair(source: &mut dyn CopyEnd, target: &mut dyn CopyEnd, name: &str) -> Result<Pair, CopyError> {
    let missing = || CopyError::NoTable(name.to_owned());
    let there = source.describe(name)?.ok_or_else(missing)?;
    let here = target.describe(name)?.ok_or_else(missing)?;
    let here = here.in_the_order_of(&there);
    let here = here.ok_or_else(|| CopyError::OtherColumns(name.to_owned()))?;
    let mut columns = there.columns.iter().chain(&here.columns);
    if let Some(column) = columns.find(|column| column.kind().is_none()) {
        return Err(CopyError::Unsupported {
            table: name.to_owned(),
            column: column.name.clone(),
            holds: column.holds.clone(),
        });
    }
    let sums = source.sums(&there)?;
    Ok(Pair {
        source: there,
        target: here,
        sums,
    })
}

/// Copies what is left of a table. Answers how many rows that was.
fn copy_table(
    source: &mut dyn CopyEnd,
    target: &mut dyn CopyEnd,
    pair: &Pair,
    mut progress: Progress,
    copied: &mut dyn FnMut(u64),
) -> Result<u64, CopyError> {
    let before = progress.rows;
    while !progress.finished {
        let rows = source.rows_after(&pair.source, progress.after.as_deref(), SLICE)?;
        let moved = moved(&pair.source, progress, &rows);
        let after = serde_json::to_string(&moved.after).unwrap_or_default();
        let say = MoveProgress {
            table: &pair.source.name,
            after: &after,
            rows: moved.rows,
            finished: moved.finished.into(),
        };
        target.append(&pair.target, &rows, &say)?;
        copied(rows.len().try_into().unwrap_or(u64::MAX));
        progress = moved;
    }
    Ok(unsigned(progress.rows - before))
}

/// How far a table has come with further rows. A slice that is not full is the last one.
fn moved(table: &CopiedTable, progress: Progress, rows: &[Vec<Cell>]) -> Progress {
    let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let key = |row: &Vec<Cell>| {
        let cells = table.key().into_iter().map(|(index, _)| row[index].clone());
        cells.collect()
    };
    Progress {
        after: rows.last().map(key).or(progress.after),
        rows: progress.rows + count,
        finished: count < SLICE,
    }
}

fn verify(target: &mut dyn CopyEnd, pairs: &[Pair]) -> Result<(), CopyError> {
    let mut found = Vec::new();
    for pair in pairs {
        let sums = target.sums(&pair.target)?;
        found.extend(differences(&pair.source, &pair.sums, &sums));
    }
    match found.is_empty() {
        true => Ok(()),
        false => Err(CopyError::Different(found)),
    }
}

/// Counts of rows are not negative.
fn unsigned(rows: i64) -> u64 {
    rows.try_into().unwrap_or(0)
}
