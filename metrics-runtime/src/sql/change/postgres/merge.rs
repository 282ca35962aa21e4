//! Merging what fewer dimensions do not tell apart: only the rows and entries that are concerned are touched.

use super::super::super::text::{list, quoted};
use super::super::{Fate, Transition, alike, joined, kept_values, of};
use crate::backend::Backend;
use crate::layout::Dictionary;

pub(super) fn merge(transition: &Transition, column: &str, fate: Fate<'_>) -> String {
    match fate {
        Fate::Absent | Fate::Created(_) | Fate::Kept(..) => String::new(),
        Fate::Merged(old, _) => merge_entries(transition, old),
        Fate::Dropped(_) => merge_all(transition, column),
    }
}

/// Entries that are now the same become the one with the smallest id.
fn merge_entries(transition: &Transition, old: &Dictionary) -> String {
    let map = quoted(&format!("{}_map", old.column));
    let table = quoted(&old.table);
    let kept = kept_values(transition, old, Backend::Postgres);
    let merged = regroup(
        transition,
        old.column,
        "m.\"kept\"",
        &format!("\nJOIN {map} AS m ON m.\"id\" = {}", of("b", old.column)),
    );
    let buckets = quoted(transition.old.schema.table);
    format!(
        "CREATE TEMPORARY TABLE {map} ON COMMIT DROP AS\n\
         SELECT \"id\", \"kept\", \"last_used_at\" FROM (\n    \
             SELECT \"id\", MIN(\"id\") OVER same AS \"kept\", MAX(\"last_used_at\") OVER same AS \"last_used_at\", COUNT(*) OVER same AS \"entries\"\n    \
             FROM {table} WINDOW same AS ({})\n\
         ) AS entries WHERE \"entries\" > 1;\n\
         {}DELETE FROM {buckets} AS b USING {map} AS m WHERE m.\"id\" = {};\n\
         {}UPDATE {table} AS d SET \"last_used_at\" = m.\"last_used_at\" FROM {map} AS m WHERE m.\"id\" = d.\"id\";\n\
         DELETE FROM {table} AS d USING {map} AS m WHERE m.\"id\" = d.\"id\" AND m.\"kept\" <> d.\"id\";\n",
        alike(&kept),
        merged,
        of("b", old.column),
        put_back(transition, old.column),
    )
}

/// Rows that nothing of a dictionary tells apart any more.
fn merge_all(transition: &Transition, column: &str) -> String {
    let lowest = format!("MIN({})", of("b", column));
    format!(
        "{}DELETE FROM {};\n{}",
        regroup(transition, column, &lowest, ""),
        quoted(transition.old.schema.table),
        put_back(transition, column)
    )
}

/// The rows as they are to be, beside the table: `id` stands for what is in `column`.
fn regroup(transition: &Transition, column: &str, id: &str, join: &str) -> String {
    let key = |name: &str| {
        if name == column {
            id.to_owned()
        } else {
            of("b", name)
        }
    };
    let values = transition
        .old
        .key()
        .map(|name| format!("{} AS {}", key(name), quoted(name)));
    let measures = transition.old.schema.measures.iter().map(|measure| {
        format!(
            "CAST(SUM({}) AS BIGINT) AS {}",
            of("b", measure.name),
            quoted(measure.name)
        )
    });
    let values = values
        .chain(["MIN(b.\"created_at\") AS \"created_at\"".to_owned()])
        .chain(measures);
    let groups = transition
        .old
        .key()
        .map(key)
        .filter(|value| !value.starts_with("MIN("));
    format!(
        "CREATE TEMPORARY TABLE {} ON COMMIT DROP AS\nSELECT {}\nFROM {} AS b{join}\nGROUP BY {};\n",
        quoted(&merged_of(column)),
        joined(values, ", "),
        quoted(transition.old.schema.table),
        joined(groups, ", ")
    )
}

fn put_back(transition: &Transition, column: &str) -> String {
    let measures = transition
        .old
        .schema
        .measures
        .iter()
        .map(|measure| measure.name);
    let columns: Vec<_> = transition
        .old
        .key()
        .chain(["created_at"])
        .chain(measures)
        .collect();
    let columns = list(&columns);
    format!(
        "INSERT INTO {} ({columns})\nSELECT {columns} FROM {};\n",
        quoted(transition.old.schema.table),
        quoted(&merged_of(column))
    )
}

fn merged_of(column: &str) -> String {
    format!("merged_by_{column}")
}
