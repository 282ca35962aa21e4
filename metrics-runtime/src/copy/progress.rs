//! How far a copy has come, as the target remembers it.

use super::{CopyEnd, CopyError, CopyPlan};
use crate::cell::{Cell, CopiedTable};
use crate::sql::copy::PROGRESS;

/// How far a table has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Progress {
    /// The key of the last row.
    pub(super) after: Option<Vec<Cell>>,
    pub(super) rows: i64,
    pub(super) finished: bool,
}

/// How far each of `tables` has come: nowhere, in a target that is empty.
pub(super) fn begin_or_go_on(
    target: &mut dyn CopyEnd,
    tables: &[CopiedTable],
    plan: &CopyPlan<'_>,
) -> Result<Vec<Progress>, CopyError> {
    let remembers = match target.describe(PROGRESS)? {
        Some(remembers) => remembers,
        None => {
            let mine = |table: &&CopiedTable| !plan.preset.contains(&table.name.as_str());
            refuse_rows(target, tables.iter().filter(mine))?;
            let beginnings = tables.iter().map(|table| beginning(table, plan.source));
            target.make_progress(&beginnings.collect::<Vec<_>>())?;
            let made = target.describe(PROGRESS)?;
            made.ok_or_else(|| CopyError::NoTable(PROGRESS.to_owned()))?
        }
    };
    let rows = target.rows_after(&remembers, None, i64::MAX)?;
    tables
        .iter()
        .map(|table| of_table(&rows, &table.name, plan.source))
        .collect()
}

fn refuse_rows<'a>(
    target: &mut dyn CopyEnd,
    tables: impl Iterator<Item = &'a CopiedTable>,
) -> Result<(), CopyError> {
    for table in tables {
        let rows = target.sums(table)?.iter().map(|sums| sums.rows).sum();
        if rows > 0 {
            let table = table.name.clone();
            return Err(CopyError::NotEmpty { table, rows });
        }
    }
    Ok(())
}

/// The columns of the table as it is created.
fn beginning(table: &CopiedTable, source: &str) -> Vec<Cell> {
    vec![
        Cell::Text(Some(table.name.clone())),
        Cell::Text(Some(source.to_owned())),
        Cell::Text(None),
        Cell::Integer(Some(0)),
        Cell::Integer(Some(0)),
    ]
}

fn of_table(rows: &[Vec<Cell>], table: &str, source: &str) -> Result<Progress, CopyError> {
    let progress = rows.iter().find_map(|row| match row.as_slice() {
        [
            Cell::Text(Some(name)),
            Cell::Text(Some(from)),
            Cell::Text(after),
            Cell::Integer(Some(rows)),
            Cell::Integer(Some(finished)),
        ] if name == table => Some((from, after, *rows, *finished != 0)),
        _ => None,
    });
    // A table that came with a later version is not a part of this copy.
    let (from, after, rows, finished) =
        progress.ok_or_else(|| CopyError::NoTable(table.to_owned()))?;
    if from != source {
        return Err(CopyError::OtherSource(from.clone()));
    }
    let after = serde_json::from_str(after.as_deref().unwrap_or("null"));
    Ok(Progress {
        after: after.map_err(|_| CopyError::OtherColumns(table.to_owned()))?,
        rows,
        finished,
    })
}
